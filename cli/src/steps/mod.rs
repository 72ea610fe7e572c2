//! What the steps of the protocol do, without a command line: a typed request in, a typed result or error out.
//!
//! A result's JSON is the document that the command of the same name prints.
//!
//! | module | step |
//! |---|---|
//! | [`log`] | a trainer's log becomes the run's log, checked before it is proven |
//! | [`estimate`] | what a usage proof would cost |
//! | [`bench`] | what proofs cost here, measured |
//! | [`audit`] | sampled replay of a run |
//! | [`settle`] | contracts and money on a chain |
//! | [`reading`] | how data is cut into records |
//! | [`notice`] | what is said wherever a result goes |
//! | [`hexadecimal`] | how values stand in results |

pub mod audit;
pub mod bench;
pub mod estimate;
pub mod hexadecimal;
pub mod log;
pub mod notice;
pub mod reading;
pub mod settle;
