//! Where the run commitment of an audit is read.

use std::path::PathBuf;

use clap::Args;
use tranche_workspace::error::Error;
use tranche_workspace::steps::audit::RunSource;
use tranche_workspace::steps::verify::ProofInput;

/// Where the run commitment is read.
#[derive(Args, Clone, Debug)]
#[group(required = true, multiple = false, args = ["proof", "run"])]
pub(super) struct RunOptions {
    /// The run's usage proof
    #[arg(long, value_name = "FILE")]
    pub(super) proof: Option<PathBuf>,
    /// The run's folder or its public run.json, where there is no usage proof yet
    #[arg(long, value_name = "DIR")]
    pub(super) run: Option<PathBuf>,
    /// The verifying key of the usage proof's circuit [default: the one that comes with the program]
    #[arg(long, value_name = "FILE", requires = "proof")]
    pub(super) key: Option<PathBuf>,
}

impl RunOptions {
    /// The source that the options mean.
    ///
    /// # Errors
    /// [`Error::Usage`] where they name none.
    pub(super) fn request(&self) -> Result<RunSource, Error> {
        match (&self.proof, &self.run) {
            (Some(file), _) => Ok(RunSource::UsageProof(ProofInput {
                file: file.clone(),
                key: self.key.clone(),
            })),
            (None, Some(path)) => Ok(RunSource::Folder(path.clone())),
            (None, None) => Err(Error::usage(
                "nothing to audit",
                "give the run's usage proof with --proof, or its public file with --run",
            )),
        }
    }
}
