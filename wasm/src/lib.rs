//! The portable verifier for pages and node: verifies a proof file and says, in JSON, what it states.
//!
//! | module | noun |
//! |---|---|
//! | `answer` | what `verify` says of a proof file |
//! | `statement` | a statement, every field by its name |
//! | `raw` | verdict codes on bare public inputs and proofs |
//! | [`verdict`] | the judgement and its words, as the command line has them |
//! | `session` | inputs, parsed keys and the last output |
//! | [`ffi`] | the exported functions; `index.js` beside this folder calls them |
//!
//! Everything but `ffi` is ordinary safe code, and compiles and is tested on any host.

mod answer;
pub mod ffi;
mod raw;
mod session;
mod statement;
pub use tranche_verdict as verdict;

pub use answer::{Answer, Request, Subject, inspect, verify};
pub use raw::verify_raw;
pub use session::Session;
pub use statement::{Stated, Statement};
