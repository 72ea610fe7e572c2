//! Hostile bytes for every reader of tranche.
//!
//! A target is a plain function of bytes. It reads them as an attacker's file or answer would be read and panics when a property does
//! not hold: no panic in the reader, typed errors, what is accepted is written again as it was, no more memory than the bytes can ask for.
//!
//! | module | noun |
//! |---|---|
//! | [`target`] | the list of targets by name |
//! | [`memory`] | the limit on memory while a target reads |
//! | [`scratch`] | files for readers that take paths |
//! | [`parts`] | one input that stands for several files |
//! | `reader` | the targets of one reader each |
//! | [`question`] | a valid proof altered by a script of edits |
//! | [`verdicts`], [`contract`] | verifiers that must agree on it |

pub mod contract;
pub mod memory;
pub mod parts;
pub mod question;
mod reader;
pub mod scratch;
pub mod subject;
pub mod target;
pub mod verdicts;
