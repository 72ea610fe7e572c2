//! Verifier contracts, written to files.

use std::path::{Path, PathBuf};

use serde::Serialize;
use tranche_fs::Existing;
use tranche_fs::atomic;
use tranche_fs::temporary::Visibility;
use tranche_protocol::statement::KeyDigest;
use tranche_solidity::{Contract, Options, render};
use tranche_verifier::VerifyingKey;

use crate::artefact::ArtefactFault;
use crate::artefact::read_bytes;
use crate::builtin_keys::{BUILTIN_KEYS, Circuit, verifying_key};
use crate::error::Error;

/// Contracts to write or to compare.
#[derive(Clone, Debug)]
pub struct ExportContractsRequest {
    /// Which circuits they verify.
    pub keys: KeyChoice,
    /// The folder to write to.
    pub out: PathBuf,
    /// The interface's path as the source imports it.
    pub interface: String,
    /// Whether nothing is written, and files are compared with what would be.
    pub check: bool,
}

/// Verifying keys to make contracts of.
#[derive(Clone, Debug)]
pub enum KeyChoice {
    /// The key of a circuit that comes with this program.
    Builtin(Circuit),
    /// A portable verifying key's file.
    File(PathBuf),
    /// Every key that comes with this program.
    AllBuiltin,
}

/// Contracts that were written or compared.
#[derive(Clone, Debug, Serialize)]
pub struct ExportedContracts {
    /// Whether they were compared.
    pub checked: bool,
    /// The contracts.
    pub contracts: Vec<ExportedContract>,
}

/// A contract.
#[derive(Clone, Debug, Serialize)]
pub struct ExportedContract {
    /// The circuit whose proofs it verifies.
    pub circuit: String,
    /// The contract's name.
    pub contract: String,
    /// Digest of the verifying key in it.
    pub key_digest: KeyDigest,
    /// Whether anybody can forge proofs that it accepts.
    pub srs_insecure: bool,
    /// Source, ABI and deployment notes.
    pub files: Vec<ExportedFile>,
}

/// A file of a contract.
#[derive(Clone, Debug, Serialize)]
pub struct ExportedFile {
    /// The file.
    pub file: PathBuf,
    /// How it stands.
    pub state: FileState,
}

/// How a file stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum FileState {
    /// It was written.
    Written,
    /// It is what would be written.
    Equal,
    /// It is not what would be written.
    Different,
    /// It is not there.
    Missing,
}

impl ExportedContracts {
    /// Whether every file is what it should be.
    pub fn is_current(&self) -> bool {
        let mut files = self.contracts.iter().flat_map(|contract| &contract.files);
        files.all(|file| matches!(file.state, FileState::Written | FileState::Equal))
    }
}

/// Writes the Solidity verifiers of circuits, their ABIs and their deployment notes, or compares them with files.
///
/// # Errors
/// [`Error::Usage`] for a key that no contract can verify; [`Error::Io`]; [`ArtefactFault::VerifyingKey`]. A file that differs is a result, not
/// an error.
///
/// ```no_run
/// use tranche_workspace::steps::contract::{ExportContractsRequest, KeyChoice, export};
///
/// let exported = export(&ExportContractsRequest {
///     keys: KeyChoice::AllBuiltin,
///     out: "contracts/src/generated".into(),
///     interface: tranche_solidity::Options::default().interface,
///     check: true,
/// })?;
/// assert!(exported.is_current());
/// # Ok::<(), tranche_workspace::error::Error>(())
/// ```
pub fn export(request: &ExportContractsRequest) -> Result<ExportedContracts, Error> {
    let options = Options {
        interface: request.interface.clone(),
    };
    let contracts = keys(&request.keys)?
        .iter()
        .map(|key| {
            let contract = render(key, &options).map_err(|error| {
                Error::usage(error.to_string(), "no contract is made for this key")
            })?;
            export_one(key, &contract, request)
        })
        .collect::<Result<_, _>>()?;
    Ok(ExportedContracts {
        checked: request.check,
        contracts,
    })
}

fn keys(choice: &KeyChoice) -> Result<Vec<VerifyingKey>, Error> {
    match choice {
        KeyChoice::File(path) => Ok(vec![read_key(path)?]),
        KeyChoice::Builtin(circuit) => Ok(vec![builtin(circuit.name())?]),
        KeyChoice::AllBuiltin => BUILTIN_KEYS.iter().map(|(name, _)| builtin(name)).collect(),
    }
}

fn read_key(path: &Path) -> Result<VerifyingKey, Error> {
    VerifyingKey::from_bytes(&read_bytes(path)?)
        .map_err(|error| Error::file(path, ArtefactFault::VerifyingKey(error)))
}

fn builtin(name: &str) -> Result<VerifyingKey, Error> {
    verifying_key(name).ok_or_else(|| Error::Internal(format!("no key of {name}")))?
}

fn export_one(
    key: &VerifyingKey,
    contract: &Contract,
    request: &ExportContractsRequest,
) -> Result<ExportedContract, Error> {
    let files = [
        ("sol", &contract.source),
        ("abi.json", &contract.abi_json),
        ("md", &contract.deployment_notes),
    ];
    let files = files
        .into_iter()
        .map(|(end, text)| {
            let file = request.out.join(format!("{}.{end}", contract.name));
            let state = if request.check {
                compare(&file, text)?
            } else {
                atomic::write(
                    &file,
                    text.as_bytes(),
                    Visibility::Public,
                    Existing::Replace,
                )?;
                FileState::Written
            };
            Ok(ExportedFile { file, state })
        })
        .collect::<Result<_, Error>>()?;
    Ok(ExportedContract {
        circuit: key.name().to_owned(),
        contract: contract.name.clone(),
        key_digest: key.digest(),
        srs_insecure: key.srs_is_insecure(),
        files,
    })
}

fn compare(file: &Path, text: &str) -> Result<FileState, Error> {
    Ok(if !file.exists() {
        FileState::Missing
    } else if read_bytes(file)? == text.as_bytes() {
        FileState::Equal
    } else {
        FileState::Different
    })
}
