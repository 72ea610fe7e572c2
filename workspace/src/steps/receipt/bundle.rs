//! One owner's receipts in one file.

use std::path::Path;

use serde::{Deserialize, Serialize};
use tranche_ingest::FormatFault;
use tranche_protocol::address::Address;
use tranche_protocol::receipt::Receipt;

use crate::artefact::ArtefactFault;
use crate::artefact::read_text;
use crate::error::{Error, Fault};

const VERSION: u16 = 1;

/// `receipts.json`: all tranches of one owner that a run used.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Bundle {
    version: u16,
    pub(super) owner: Address,
    pub(super) receipts: Vec<Receipt>,
}

/// What a receipt's file holds.
pub(super) enum ReceiptFile {
    One(Box<Receipt>),
    Owner(Bundle),
}

impl Bundle {
    pub(super) fn new(owner: Address, receipts: Vec<Receipt>) -> Self {
        Self {
            version: VERSION,
            owner,
            receipts,
        }
    }

    /// Each receipt is the owner's, and none stands twice.
    fn validate(&self) -> Result<(), Fault> {
        if self.version != VERSION {
            let (expected, got) = (VERSION, self.version);
            return Err(FormatFault::Version { expected, got }.into());
        }
        if self.receipts.is_empty() {
            return Err(FormatFault::Empty("receipts").into());
        }
        for (index, receipt) in self.receipts.iter().enumerate() {
            let same = |other: &Receipt| {
                other.index == receipt.index || other.entry.tranche_id == receipt.entry.tranche_id
            };
            if receipt.entry.owner != self.owner {
                let what = "a receipt of it is for another owner than the file names";
                return Err(ArtefactFault::Mismatch(what.to_owned()).into());
            }
            if self.receipts[..index].iter().any(same) {
                let what = "a leaf or a tranche stands in it twice, and would count twice";
                return Err(ArtefactFault::Mismatch(what.to_owned()).into());
            }
        }
        Ok(())
    }
}

impl ReceiptFile {
    /// Reads a receipt, or an owner's file of them.
    pub(super) fn read(path: &Path) -> Result<Self, Error> {
        let text = read_text(path)?;
        let fault = |fault: Fault| Error::file(path, fault);
        let bad = |error: serde_json::Error| fault(FormatFault::BadJson(error.to_string()).into());
        let value: serde_json::Value = serde_json::from_str(&text).map_err(bad)?;
        if value.get("receipts").is_none() {
            let receipt = Receipt::from_json(&text);
            let receipt = receipt.map_err(|error| fault(ArtefactFault::Receipt(error).into()))?;
            return Ok(Self::One(Box::new(receipt)));
        }
        let bundle: Bundle = serde_json::from_str(&text).map_err(bad)?;
        bundle.validate().map_err(fault)?;
        Ok(Self::Owner(bundle))
    }
}
