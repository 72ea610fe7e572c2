//! `tranche demo`: placeholder
use crate::error::{Error, ExitClass};
use crate::output::Format;
use crate::progress::Progress;
use clap::Args;
/// Demo.
#[derive(Args, Clone, Debug)]
#[command(after_help = "Example: tranche demo")]
pub struct DemoArgs {}
/// Runs.
/// # Errors
/// None.
pub fn run(_args: &DemoArgs, _format: Format, _progress: Progress) -> Result<ExitClass, Error> {
    Ok(ExitClass::Success)
}
