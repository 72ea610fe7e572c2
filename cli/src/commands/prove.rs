//! `tranche prove`: the usage proof of a run.

use std::path::PathBuf;

use clap::Args;
use tranche_workspace::builtin_keys::{Circuit, KeyRing};
use tranche_workspace::error::Error;
use tranche_workspace::steps;
use tranche_workspace::steps::prove::{ProveRequest, Proved};

use super::lines::{insecure, time};
use crate::args::parse_mapping;
use crate::key_args::KeyArgs;
use crate::output::{Report, Table};
use crate::progress::Progress;

/// Proves what a run consumed.
#[derive(Args, Clone, Debug)]
#[command(after_help = "Examples:
  tranche prove --run run/ --out usage.proof
  tranche prove --run run/ --out usage.proof --circuit usage-19 --srs ceremony.srs
  tranche prove --run run/ --out usage.proof --circuit usage-17-wide

The circuit's name is all that the proof tells of the run's size: choose a larger one to tell less. A circuit whose name
ends in \"wide\" is proven in less time and costs more where a contract verifies; it is taken only when it is named.")]
pub(crate) struct ProveArgs {
    /// The run's folder
    #[arg(long, value_name = "DIR")]
    pub run: PathBuf,
    /// The proof to write
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// Where a tranche of the log is now, if it was moved since the import; may be given again
    #[arg(long, value_name = "NAME=FOLDER", value_parser = parse_mapping)]
    pub map: Vec<(String, PathBuf)>,
    /// The circuit [default: the smallest that holds the run]
    #[arg(long, value_name = "NAME")]
    pub circuit: Option<String>,
    /// Where reference string and proving keys come from.
    #[command(flatten)]
    pub keys: KeyArgs,
}

impl Report for Proved {
    fn table(&self) -> Table {
        let table = Table::new()
            .line(["proof", &self.proof.display().to_string()])
            .line(["circuit", self.circuit])
            .line([
                "size",
                &format!(
                    "{} bytes, of which the proof proper {}",
                    self.file_bytes, self.proof_bytes
                ),
            ])
            .line(["evidence level", &self.evidence_level.to_string()])
            .line(time(self.prove_seconds, self.key_seconds));
        insecure(table, self.srs_insecure)
    }
}

/// Runs the command.
///
/// # Errors
/// [`Error::Capacity`] when no circuit holds the run; the errors of its folder, of keys and of the disk.
pub(crate) fn run(args: &ProveArgs, ring: &KeyRing, progress: Progress) -> Result<Proved, Error> {
    let circuit = args.circuit.as_deref().map(Circuit::by_name).transpose()?;
    let request = ProveRequest {
        run: args.run.clone(),
        out: args.out.clone(),
        moved: args.map.clone(),
        circuit,
    };
    steps::prove::prove(&request, ring, &progress)
}
