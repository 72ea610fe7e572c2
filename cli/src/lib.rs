//! The modules behind the `tranche` binary.
//!
//! | module | noun |
//! |---|---|
//! | [`source`] | a contributor's data as a stream of records with units |
//! | [`logfile`] | a training run's log as a stream of draws |
//! | [`demo`] | a real, small, deterministic training run |
//! | [`artefact`] | the files that commands hand to each other |
//! | [`steps`] | what the commands do, without a command line |
//! | [`commands`] | the commands |
//! | [`shipped`] | verifying keys that come with the program, proving keys made once |
//! | [`verdict`] | what a proof file is worth, in plain words |
//! | [`atomic`] | artefacts written whole or not at all |
//! | [`lock`] | the lock of a folder whose file is read and written back |
//! | [`progress`] | stages on a terminal |
//! | [`output`] | a command's report, for people or for machines |
//! | [`guard`] | third-party decoders that can panic |
//! | [`error`] | errors and the exit codes they map to |

pub mod artefact;
pub mod atomic;
pub mod commands;
pub mod demo;
pub mod error;
pub mod guard;
pub mod lock;
pub mod logfile;
pub mod output;
pub mod progress;
pub mod shipped;
pub mod source;
pub mod steps;
pub mod verdict;

mod args;
mod lines;
mod markup;
mod rows;
#[cfg(feature = "parquet")]
mod table;
mod value;
