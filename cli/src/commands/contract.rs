//! `tranche contract`: verifier contracts.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use tranche_solidity::Options;
use tranche_workspace::builtin_keys::Circuit;
use tranche_workspace::error::Error;
use tranche_workspace::steps::contract::{
    ExportContractsRequest, ExportedContracts, FileState, KeyChoice, export,
};

use super::lines::string_note;
use crate::exit::ExitClass;
use crate::output::{Report, Table};

/// Generates verifier contracts.
#[derive(Args, Clone, Debug)]
pub(crate) struct ContractArgs {
    #[command(subcommand)]
    action: ContractAction,
}

#[derive(Clone, Debug, Subcommand)]
enum ContractAction {
    /// Writes the Solidity verifier of a circuit, its ABI and its deployment notes
    #[command(
        after_help = "The contract holds the key, the reference string's identity and the circuit's name. Under the development string it
refuses every chain but 31337 and 1337. The source imports IProofVerifier.sol, which stands in contracts/src/interfaces.

Examples:
  tranche contract export --circuit usage-17 --out out/
  tranche contract export --key ceremony-usage-17.vk --out contracts/src/generated
  tranche contract export --all --out contracts/src/generated --check"
    )]
    Export {
        /// A circuit whose key comes with this program
        #[arg(long, value_name = "NAME", required_unless_present_any = ["key", "all"])]
        circuit: Option<String>,
        /// A key of `tranche keys export`
        #[arg(long, value_name = "FILE", conflicts_with = "circuit")]
        key: Option<PathBuf>,
        /// Every circuit whose key comes with this program
        #[arg(long, conflicts_with_all = ["circuit", "key"])]
        all: bool,
        /// The folder to write to
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
        /// The interface's path as the source imports it
        #[arg(long, value_name = "PATH", default_value_t = Options::default().interface)]
        interface: String,
        /// Write nothing; fail if a file differs from what would be written
        #[arg(long)]
        check: bool,
    },
}

impl Report for ExportedContracts {
    fn table(&self) -> Table {
        let mut table = Table::new().line(["circuit", "key digest", "file", "state"]);
        for contract in &self.contracts {
            for file in &contract.files {
                table = table.line([
                    &contract.circuit,
                    &contract.key_digest.to_string(),
                    &file.file.display().to_string(),
                    state_name(file.state),
                    string_note(contract.srs_insecure),
                ]);
            }
        }
        table
    }

    fn class(&self) -> ExitClass {
        if self.is_current() {
            ExitClass::Success
        } else {
            ExitClass::Refused
        }
    }
}

fn state_name(state: FileState) -> &'static str {
    match state {
        FileState::Written => "written",
        FileState::Equal => "equal",
        FileState::Different => "different",
        FileState::Missing => "missing",
    }
}

/// Runs `tranche contract`.
///
/// # Errors
/// As [`export`]; [`Error::Usage`] for an unknown circuit.
pub(crate) fn run(args: &ContractArgs) -> Result<ExportedContracts, Error> {
    let ContractAction::Export {
        circuit,
        key,
        all,
        out,
        interface,
        check,
    } = &args.action;
    let keys = match (key, circuit) {
        (Some(path), _) => KeyChoice::File(path.clone()),
        (None, Some(name)) => KeyChoice::Builtin(Circuit::by_name(name)?),
        (None, None) if *all => KeyChoice::AllBuiltin,
        (None, None) => {
            return Err(Error::usage("no circuit", "give --circuit, --key or --all"));
        }
    };
    export(&ExportContractsRequest {
        keys,
        out: out.clone(),
        interface: interface.clone(),
        check: *check,
    })
}
