//! The `tranche` binary.

use std::process::ExitCode;

use clap::Parser;
use tranche_cli::commands::{Arguments, execute, misused};
use tranche_cli::guard;
use tranche_cli::output::Format;

fn main() -> ExitCode {
    guard::install();
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return ExitCode::from(misused(&error, std::env::args_os()).code()),
    };
    let format = Format::new(arguments.json);
    ExitCode::from(guard::conclude(format, || execute(&arguments)).code())
}
