//! The `tranche` binary: arguments become requests, steps of `tranche-workspace` carry them out, and what they give is printed.
//!
//! | module | noun |
//! |---|---|
//! | [`commands`] | the commands: arguments, and how results are shown |
//! | [`args`] | values on the command line that more than one command reads |
//! | [`key_args`] | where reference string and keys come from |
//! | [`demo`] | a real, small, deterministic training run |
//! | [`progress`] | stages on a terminal |
//! | [`output`] | a result, for people or for machines |
//! | [`exit`] | exit codes |
//! | [`guard`] | panics and signals |

mod args;
mod commands;
mod demo;
mod exit;
mod guard;
mod key_args;
mod output;
mod progress;

use std::process::ExitCode;

use clap::Parser;

use crate::commands::{Arguments, execute, misused};
use crate::output::Format;

fn main() -> ExitCode {
    guard::install();
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return ExitCode::from(misused(&error, std::env::args_os()).code()),
    };
    let format = Format::new(arguments.json);
    ExitCode::from(guard::conclude(format, || execute(&arguments)).code())
}
