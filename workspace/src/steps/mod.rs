//! What the steps of the protocol do, without a command line: a typed request in, a typed result or error out.
//!
//! A result's JSON is the document that the command of the same name prints.
//!
//! | module | step |
//! |---|---|
//! | [`account`] | signing keys and their addresses |
//! | [`mod@commit`] | a contributor's data becomes a tranche's folder |
//! | [`mod@sign`] | the owner signs its manifest |
//! | [`registry`] | tranches are registered, in order |
//! | [`log`] | a trainer's log becomes the run's log, checked before it is proven |
//! | [`run`] | a builder commits to a training run, and a loader signs for it |
//! | [`mod@estimate`] | what a usage proof would cost |
//! | [`mod@bench`] | what proofs cost here, measured |
//! | [`mod@prove`] | the usage proof of a run |
//! | [`mod@disclose`] | proofs of chosen facts about a run |
//! | [`mod@verify`] | what a proof is worth |
//! | [`receipt`] | what was used of an owner's tranches, told without a proof |
//! | [`audit`] | sampled replay of a run |
//! | [`settle`] | contracts and money on a chain |
//! | [`keys`] | verifying keys, written to files |
//! | [`contract`] | verifier contracts, written to files |
//! | [`srs`] | reference strings and their ceremonies |
//! | [`reading`] | how data is cut into records |
//! | [`notice`] | what is said wherever a result goes |
//! | [`document`], [`hexadecimal`] | how values stand in results |

pub mod account;
pub mod audit;
pub mod bench;
pub mod commit;
pub mod contract;
mod demand;
pub mod disclose;
pub mod document;
pub mod estimate;
pub mod hexadecimal;
pub mod keys;
pub mod log;
pub mod notice;
pub mod prove;
mod proving;
pub mod reading;
pub mod receipt;
pub mod registry;
pub mod run;
pub mod settle;
pub mod sign;
pub mod srs;
pub mod verify;
