//! The portable verifier for pages and node: verifies a proof file and says, in JSON, what it states.
//!
//! | module | noun |
//! |---|---|
//! | `answer` | what `verify` says of a proof file |
//! | `statement` | a statement, every field by its name |
//! | `raw` | verdict codes on bare public inputs and proofs |
//! | [`verdict`] | the command line's judgement and its words, the same source file |
//! | `session` | inputs, parsed keys and the last output |
//! | [`ffi`] | the exported functions; `index.js` beside this folder calls them |
//!
//! Everything but `ffi` is ordinary safe code, and compiles and is tested on any host.

mod answer;
pub mod ffi;
mod raw;
mod session;
mod statement;
#[path = "../../cli/src/verdict/mod.rs"]
#[allow(
    unused_imports,
    dead_code,
    reason = "the command line uses all of it, a page the judgement alone"
)]
pub mod verdict;

pub use answer::{Answer, Request, Subject, inspect, verify};
pub use raw::verify_raw;
pub use session::Session;
pub use statement::{Stated, Statement};
