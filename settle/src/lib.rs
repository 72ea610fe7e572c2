//! The settlement contracts of tranche, driven from outside: deployed, opened, proven to, collected from.
//!
//! | module | noun |
//! |---|---|
//! | [`amount`] | amounts of money as people write them |
//! | [`convert`] | times, felts and addresses from one form to another |
//! | [`chain`] | what the client needs of an EVM chain |
//! | [`embedded`] | an EVM inside the process, its state in a file |
//! | [`rpc`] | any node by JSON-RPC |
//! | [`account`] | a key that signs |
//! | [`transaction`] | transactions of EIP-1559 |
//! | [`contracts`] | the contracts' interfaces |
//! | [`artifact`] | the contracts' code |
//! | [`revert`] | what a contract's refusal means, and its remedy |
//! | [`client`] | an account on a chain, and the steps it takes |
//! | [`deployment`] | where the contracts are |
//! | [`deploy`] | deploying them |
//! | [`registrar`] | tranches registered by commit and reveal |
//! | [`escrow`] | a run's money: open, bind, submit, claim |
//! | [`status`] | how a run stands |
//! | [`error`] | errors |

pub mod account;
pub mod amount;
pub mod artifact;
pub mod chain;
pub mod client;
pub mod contracts;
pub mod convert;
pub mod deploy;
pub mod deployment;
pub mod embedded;
pub mod error;
pub mod escrow;
pub mod registrar;
pub mod revert;
pub mod rpc;
pub mod status;
pub mod transaction;

pub use error::Error;
