//! The `tranche` binary.

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;
use tranche_cli::commands::{Arguments, execute};
use tranche_cli::error::ExitClass;
use tranche_cli::guard;
use tranche_cli::output::Format;

fn main() -> ExitCode {
    guard::install();
    let arguments = Arguments::parse();
    let class = match guard::contained(|| execute(&arguments)) {
        Some(Ok(class)) => class,
        Some(Err(error)) => {
            let text = Format::new(arguments.json).render_error(&error);
            // Nobody is left to tell when standard error is gone.
            let _ = std::io::stderr().write_all(text.as_bytes());
            error.class()
        }
        None => ExitClass::Internal,
    };
    ExitCode::from(class.code())
}
