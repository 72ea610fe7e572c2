//! `tranche receipt make`.

use std::path::{Path, PathBuf};

use clap::Args;
use tranche_protocol::Shape;
use tranche_protocol::address::Address;
use tranche_protocol::receipt::Receipt;
use tranche_protocol::statement::UsageStatement;
use tranche_prover::temporary::make_folders;

use super::ReceiptReport;
use super::bundle::Bundle;
use crate::artefact::run::RunFolder;
use crate::artefact::{read_bytes, read_proof, write_json};
use crate::atomic::{self, Existing, Visibility};
use crate::error::{Error, Fault};

/// An owner's receipts in an owner's folder.
const RECEIPTS: &str = "receipts.json";
/// The usage proof beside them.
const PROOF: &str = "usage.proof";

/// `tranche receipt make`.
#[derive(Args, Clone, Debug)]
#[command(after_help = "Examples:
  tranche receipt make --run run/ --out receipts/
  tranche receipt make --run run/ --tranche books --out receipts/
  tranche receipt make --run run/ --by-owner --proof usage.proof --out receipts/

With --by-owner each owner has a folder, named by the address, with all of the owner's receipts in one file: hand over the folder.")]
pub struct MakeArgs {
    /// The run's folder
    #[arg(long, value_name = "DIR")]
    pub run: PathBuf,
    /// A name of the run's log, or `all`
    #[arg(long, value_name = "NAME", default_value = "all")]
    pub tranche: String,
    /// Write a folder for each owner, with all receipts of that owner in one file
    #[arg(long, conflicts_with = "tranche")]
    pub by_owner: bool,
    /// Only this owner's folder
    #[arg(long, value_name = "ADDRESS", value_parser = parse_address, requires = "by_owner")]
    pub owner: Option<Address>,
    /// Put the run's usage proof into each owner's folder
    #[arg(long, value_name = "FILE", requires = "by_owner")]
    pub proof: Option<PathBuf>,
    /// The folder to write to; each receipt is readable by its owner only until it is handed over
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
}

fn parse_address(text: &str) -> Result<Address, String> {
    Address::parse(text).ok_or_else(|| "expected an address: 0x and 40 digits".to_owned())
}

/// Runs `tranche receipt make`.
///
/// # Errors
/// [`Error`] of the run or the disk; [`Error::Usage`] when there is nothing to write.
pub fn make(args: &MakeArgs) -> Result<ReceiptReport, Error> {
    let folder = RunFolder::open(&args.run)?;
    let opened = receipts(&folder)?;
    let receipts = match args.by_owner {
        true => by_owner(args, &folder, opened)?,
        false => by_tranche(args, opened)?,
    };
    Ok(ReceiptReport::Made { receipts })
}

/// Every registered tranche that the run used: the names of its source and its receipt.
fn receipts(folder: &RunFolder) -> Result<Vec<(Vec<String>, Receipt)>, Error> {
    let opening = folder.usage()?;
    let log = folder.log()?;
    let mut receipts = Vec::new();
    for source in log.sources() {
        let mut slots = opening.vector.slots.iter();
        let Some(slot) = slots.position(|slot| slot.tranche_id == source.id) else {
            continue;
        };
        let receipt = opening
            .receipt(&Shape::STANDARD, slot)
            .map_err(|error| Error::Internal(error.to_string()))?
            .ok_or_else(|| Error::Internal("a slot without a leaf".to_owned()))?;
        receipts.push((source.names.clone(), receipt));
    }
    Ok(receipts)
}

fn make_folder(path: &Path) -> Result<(), Error> {
    make_folders(path).map_err(|error| Error::io("make", path, error))
}

fn by_tranche(
    args: &MakeArgs,
    receipts: Vec<(Vec<String>, Receipt)>,
) -> Result<Vec<PathBuf>, Error> {
    let wanted = |names: &[String]| args.tranche == "all" || names.contains(&args.tranche);
    let mut paths = Vec::new();
    for (names, receipt) in receipts.iter().filter(|(names, _)| wanted(names)) {
        make_folder(&args.out)?;
        let name = names.first().map_or("", String::as_str);
        let path = args.out.join(format!("{}.json", file_stem(name)));
        let text = receipt.to_json() + "\n";
        atomic::write(
            &path,
            text.as_bytes(),
            Visibility::Secret,
            Existing::Replace,
        )?;
        paths.push(path);
    }
    match paths.is_empty() {
        false => Ok(paths),
        true => Err(Error::usage(
            format!("the run used no registered tranche \"{}\"", args.tranche),
            "give a name of the run's log, or all",
        )),
    }
}

fn by_owner(
    args: &MakeArgs,
    folder: &RunFolder,
    receipts: Vec<(Vec<String>, Receipt)>,
) -> Result<Vec<PathBuf>, Error> {
    let proof = match &args.proof {
        Some(path) => {
            let inputs = read_proof(path)?.public_inputs;
            if inputs.get(UsageStatement::USAGE_COMMITMENT)
                != Some(&folder.public().usage_commitment)
            {
                let what = "it is not the usage proof of this run".to_owned();
                return Err(Error::file(path, Fault::Mismatch(what)));
            }
            Some(read_bytes(path)?)
        }
        None => None,
    };
    let mut owners: Vec<Address> = receipts.iter().map(|(_, r)| r.entry.owner).collect();
    owners.sort_by_key(|owner| *owner.bytes());
    owners.dedup();
    owners.retain(|owner| args.owner.is_none_or(|only| only == *owner));
    if owners.is_empty() {
        return Err(Error::usage(
            "the run used no registered tranche of such an owner",
            "leave --owner out to see whose it used",
        ));
    }
    let mut paths = Vec::with_capacity(owners.len());
    for owner in owners {
        let place = args.out.join(owner.to_string());
        make_folder(&place)?;
        let own = receipts.iter().map(|(_, receipt)| receipt);
        let own = own.filter(|receipt| receipt.entry.owner == owner);
        let path = place.join(RECEIPTS);
        let bundle = Bundle::new(owner, own.cloned().collect());
        write_json(&path, &bundle, Visibility::Secret, Existing::Replace)?;
        if let Some(bytes) = &proof {
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
