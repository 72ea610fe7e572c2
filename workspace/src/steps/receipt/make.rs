//! The builder opens leaves of the usage commitment for their owners.

use std::path::{Path, PathBuf};

use serde::Serialize;
use tranche_fs::Existing;
use tranche_fs::atomic;
use tranche_fs::temporary::Visibility;
use tranche_fs::temporary::make_folders;
use tranche_protocol::Shape;
use tranche_protocol::address::Address;
use tranche_protocol::receipt::Receipt;
use tranche_protocol::statement::UsageStatement;

use super::bundle::Bundle;
use crate::artefact::ArtefactFault;
use crate::artefact::run::RunFolder;
use crate::artefact::{read_bytes, read_proof, write_json};
use crate::error::Error;

/// An owner's receipts in an owner's folder.
const RECEIPTS: &str = "receipts.json";
/// The usage proof beside them.
const PROOF: &str = "usage.proof";

/// A run to make receipts of.
#[derive(Clone, Debug)]
pub struct MakeReceiptsRequest {
    /// The run's folder.
    pub run: PathBuf,
    /// Whom the receipts are for.
    pub recipients: Recipients,
    /// The folder to write to; made if it does not exist. Each receipt is readable by its owner only until it is handed over.
    pub out: PathBuf,
}

/// Whom receipts are for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Recipients {
    /// A file for each tranche that the run used.
    EachTranche,
    /// A file for the tranche of this name in the run's log.
    Tranche(String),
    /// A folder for each owner, named by the address, with all of the owner's receipts in one file.
    Owners {
        /// Only this owner's.
        only: Option<Address>,
        /// The run's usage proof, to be put into each folder.
        proof: Option<PathBuf>,
    },
}

/// Receipts that were written.
#[derive(Clone, Debug, Serialize)]
pub struct MadeReceipts {
    /// Their files.
    pub receipts: Vec<PathBuf>,
}

/// Opens leaves of a run's usage commitment, for their owners' eyes.
///
/// # Errors
/// [`Error`] of the run or the disk; [`Error::Usage`] when there is nothing to write; [`ArtefactFault::Mismatch`] for the usage proof of another
/// run.
///
/// ```no_run
/// use tranche_workspace::steps::receipt::{MakeReceiptsRequest, Recipients, make};
///
/// let made = make(&MakeReceiptsRequest {
///     run: "run".into(),
///     recipients: Recipients::Owners { only: None, proof: Some("usage.proof".into()) },
///     out: "receipts".into(),
/// })?;
/// println!("{} owners", made.receipts.len());
/// # Ok::<(), tranche_workspace::error::Error>(())
/// ```
pub fn make(request: &MakeReceiptsRequest) -> Result<MadeReceipts, Error> {
    let folder = RunFolder::open(&request.run)?;
    let opened = receipts(&folder)?;
    let out = &request.out;
    let receipts = match &request.recipients {
        Recipients::EachTranche => by_tranche(out, "all", &opened)?,
        Recipients::Tranche(name) => {
            let named = |(names, _): &NamedReceipt| names.contains(name);
            let opened: Vec<NamedReceipt> = opened.into_iter().filter(named).collect();
            by_tranche(out, name, &opened)?
        }
        Recipients::Owners { only, proof } => {
            let proof = proof.as_deref();
            let proof = proof.map(|path| usage_proof(path, &folder)).transpose()?;
            by_owner(out, *only, proof.as_deref(), &opened)?
        }
    };
    Ok(MadeReceipts { receipts })
}

/// The names of a source, and the receipt of its tranche.
type NamedReceipt = (Vec<String>, Receipt);

/// Every registered tranche that the run used.
fn receipts(folder: &RunFolder) -> Result<Vec<NamedReceipt>, Error> {
    let opening = folder.usage()?;
    let log = folder.log()?;
    let mut receipts = Vec::new();
    for source in log.sources() {
        let mut slots = opening.vector.slots.iter();
        let Some(slot) = slots.position(|slot| slot.tranche_id == source.id) else {
            continue;
        };
        let receipt = Receipt::new(&Shape::STANDARD, &opening, slot)
            .map_err(|error| Error::Internal(error.to_string()))?
            .ok_or_else(|| Error::Internal("a slot without a leaf".to_owned()))?;
        receipts.push((source.names.clone(), receipt));
    }
    Ok(receipts)
}

fn make_folder(path: &Path) -> Result<(), Error> {
    make_folders(path).map_err(|error| Error::io("make", path, error))
}

fn by_tranche(out: &Path, wanted: &str, receipts: &[NamedReceipt]) -> Result<Vec<PathBuf>, Error> {
    let mut paths = Vec::new();
    for (names, receipt) in receipts {
        make_folder(out)?;
        let name = names.first().map_or("", String::as_str);
        let path = out.join(format!("{}.json", file_stem(name)));
        let text = receipt.to_json() + "\n";
        atomic::write(
            &path,
            text.as_bytes(),
            Visibility::Secret,
            Existing::Replace,
        )?;
        paths.push(path);
    }
    if paths.is_empty() {
        return Err(Error::usage(
            format!("the run used no registered tranche \"{wanted}\""),
            "give a name of the run's log, or all",
        ));
    }
    Ok(paths)
}

/// The bytes of the run's usage proof.
fn usage_proof(path: &Path, folder: &RunFolder) -> Result<Vec<u8>, Error> {
    let inputs = read_proof(path)?.public_inputs;
    if inputs.get(UsageStatement::USAGE_COMMITMENT)
        != Some(&folder.public().usage_commitment.felt())
    {
        let what = "it is not the usage proof of this run".to_owned();
        return Err(Error::file(path, ArtefactFault::Mismatch(what)));
    }
    read_bytes(path)
}

fn by_owner(
    out: &Path,
    only: Option<Address>,
    proof: Option<&[u8]>,
    receipts: &[NamedReceipt],
) -> Result<Vec<PathBuf>, Error> {
    let mut owners: Vec<Address> = receipts.iter().map(|(_, r)| r.entry.owner).collect();
    owners.sort_by_key(|owner| *owner.bytes());
    owners.dedup();
    owners.retain(|owner| only.is_none_or(|only| only == *owner));
    if owners.is_empty() {
        return Err(Error::usage(
            "the run used no registered tranche of such an owner",
            "leave --owner out to see whose it used",
        ));
    }
    let mut paths = Vec::with_capacity(owners.len());
    for owner in owners {
        let place = out.join(owner.to_string());
        make_folder(&place)?;
        let own = receipts.iter().map(|(_, receipt)| receipt);
        let own = own.filter(|receipt| receipt.entry.owner == owner);
        let path = place.join(RECEIPTS);
        let bundle = Bundle::new(owner, own.cloned().collect());
        write_json(&path, &bundle, Visibility::Secret, Existing::Replace)?;
        if let Some(bytes) = proof {
            let path = place.join(PROOF);
            atomic::write(&path, bytes, Visibility::Public, Existing::Replace)?;
        }
        paths.push(path);
    }
    Ok(paths)
}

/// A name without what a file name cannot hold.
fn file_stem(name: &str) -> String {
    let safe = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    name.chars()
        .map(|c| if safe(c) { c } else { '_' })
        .collect()
}
