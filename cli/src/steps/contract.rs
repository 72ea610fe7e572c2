//! `tranche contract`: verifier contracts.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use serde::Serialize;
use tranche_solidity::{Contract, Options, render};
use tranche_verifier::VerifyingKey;

use crate::artefact::read_bytes;
use crate::atomic::{self, Existing, Visibility};
use crate::error::{Error, ExitClass, Fault};
use crate::output::{Report, Table};
use crate::shipped::{Circuit, SHIPPED, verifying_key};

/// Generates verifier contracts.
#[derive(Args, Clone, Debug)]
pub struct ContractArgs {
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

/// Contracts that were written or compared.
#[derive(Clone, Debug, Serialize)]
pub struct ContractReport {
    checked: bool,
    contracts: Vec<ExportedContract>,
}

#[derive(Clone, Debug, Serialize)]
struct ExportedContract {
    circuit: String,
    contract: String,
    key_digest: String,
    srs_insecure: bool,
    files: Vec<ExportedFile>,
}

#[derive(Clone, Debug, Serialize)]
struct ExportedFile {
    file: PathBuf,
    /// `written`, `equal`, `different` or `missing`.
    state: &'static str,
}

const EQUAL: &str = "equal";
const WRITTEN: &str = "written";

impl Report for ContractReport {
    fn table(&self) -> Table {
        let mut table = Table::new().line(["circuit", "key digest", "file", "state"]);
        for contract in &self.contracts {
            let note = match contract.srs_insecure {
                true => "INSECURE development string",
                false => "",
            };
            for file in &contract.files {
                table = table.line([
                    &contract.circuit,
                    &contract.key_digest,
                    &file.file.display().to_string(),
                    file.state,
                    note,
                ]);
            }
        }
        table
    }

    fn class(&self) -> ExitClass {
        let mut files = self.contracts.iter().flat_map(|contract| &contract.files);
        match files.all(|file| [EQUAL, WRITTEN].contains(&file.state)) {
            true => ExitClass::Success,
            false => ExitClass::Refused,
        }
    }
}

/// Runs `tranche contract`.
///
/// # Errors
/// [`Error::Usage`] for an unknown circuit or one that no contract can verify; [`Error::Io`]; [`Fault::VerifyingKey`].
pub fn run(args: &ContractArgs) -> Result<ContractReport, Error> {
    let ContractAction::Export {
        circuit,
        key,
        all,
        out,
        interface,
        check,
    } = &args.action;
    let keys = match (key, circuit) {
        (Some(path), _) => vec![read_key(path)?],
        (None, Some(name)) => vec![shipped(Circuit::by_name(name)?.name())?],
        (None, None) if *all => SHIPPED
            .iter()
            .map(|(name, _)| shipped(name))
            .collect::<Result<_, _>>()?,
        (None, None) => {
            return Err(Error::usage("no circuit", "give --circuit, --key or --all"));
        }
    };
    let options = Options {
        interface: interface.clone(),
    };
    let contracts = keys
        .iter()
        .map(|key| {
            let contract = render(key, &options).map_err(|error| {
                Error::usage(error.to_string(), "no contract is made for this key")
            })?;
            export(key, &contract, out, *check)
        })
        .collect::<Result<_, _>>()?;
    Ok(ContractReport {
        checked: *check,
        contracts,
    })
}

fn read_key(path: &Path) -> Result<VerifyingKey, Error> {
    VerifyingKey::from_bytes(&read_bytes(path)?)
        .map_err(|error| Error::file(path, Fault::VerifyingKey(error)))
}

fn shipped(name: &str) -> Result<VerifyingKey, Error> {
    verifying_key(name).ok_or_else(|| Error::Internal(format!("no key of {name}")))?
}

fn export(
    key: &VerifyingKey,
    contract: &Contract,
    folder: &Path,
    check: bool,
) -> Result<ExportedContract, Error> {
    let files = [
        ("sol", &contract.source),
        ("abi.json", &contract.abi_json),
        ("md", &contract.deployment_notes),
    ];
    let files = files
        .into_iter()
        .map(|(end, text)| {
            let file = folder.join(format!("{}.{end}", contract.name));
            let state = match check {
                true => compare(&file, text)?,
                false => {
                    atomic::write(
                        &file,
                        text.as_bytes(),
                        Visibility::Public,
                        Existing::Replace,
                    )?;
                    WRITTEN
                }
            };
            Ok(ExportedFile { file, state })
        })
        .collect::<Result<_, Error>>()?;
    Ok(ExportedContract {
        circuit: key.name().to_owned(),
        contract: contract.name.clone(),
        key_digest: format!("0x{}", hex::encode(key.digest())),
        srs_insecure: key.srs_is_insecure(),
        files,
    })
}

fn compare(file: &Path, text: &str) -> Result<&'static str, Error> {
    if !file.exists() {
        return Ok("missing");
    }
    Ok(match read_bytes(file)? == text.as_bytes() {
        true => EQUAL,
        false => "different",
    })
}
