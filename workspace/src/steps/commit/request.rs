//! What a commitment is asked for with, and what it comes to.

use std::path::PathBuf;

use serde::Serialize;
use tranche_ingest::dataset::{DataFormat, UnitRule};
use tranche_protocol::address::Address;
use tranche_protocol::content::ContentRoot;
use tranche_protocol::manifest::RecordSource;
use tranche_protocol::manifest::reading::Reading;
use tranche_protocol::signature::SigningDigest;
use tranche_protocol::tranche::TrancheId;
use tranche_protocol::tranche::TrancheKind;
use tranche_protocol::unit::UnitDefinition;

use crate::steps::document;

/// A data set to commit to.
#[derive(Debug)]
pub struct CommitRequest {
    /// The data, in order: files, or folders of files; at least one.
    pub inputs: Vec<PathBuf>,
    /// The folder to write. There must be nothing there, or an empty folder, and it must not lie in the data.
    pub out: PathBuf,
    /// How the data is cut into records; [`Reading`](crate::steps::reading::Reading) finds it by the data's path.
    pub format: DataFormat,
    /// What a record weighs.
    pub units: UnitRule,
    /// Whether all records must weigh the same, and no weights are committed. Always so where the unit is the record.
    pub uniform: bool,
    /// Who stands behind the data.
    pub identity: Identity,
}

/// Who stands behind a data set.
#[derive(Clone, Debug)]
pub enum Identity {
    /// An owner, who may have it registered.
    Registered(Offer),
    /// Nobody: unregistered data of a run, hidden by the run's seed.
    Private {
        /// The seed's file, as [`new_seed`](crate::steps::run::new_seed) writes it.
        seed: PathBuf,
    },
}

/// What an owner offers.
#[derive(Clone, Debug)]
pub struct Offer {
    /// The owner.
    pub owner: Owner,
    /// Price of one unit, in the settlement token's smallest part.
    pub rate: u64,
    /// Text of the terms of use.
    pub terms: String,
}

/// An owner, with or without the key to sign at once.
#[derive(Clone, Debug)]
pub enum Owner {
    /// An address; the manifest is signed later.
    Address(Address),
    /// The file of the secret key, which signs the manifest.
    Key(PathBuf),
    /// The file of a secret key to be made once the data is committed. It must not exist.
    NewKey(PathBuf),
}

/// A commitment that was made.
#[derive(Clone, Debug, Serialize)]
pub struct Committed {
    /// The tranche's folder.
    pub folder: PathBuf,
    /// The tranche id.
    pub id: TrancheId,
    /// Records committed.
    pub records: u32,
    /// Blank lines and pieces that were passed over.
    pub skipped: u64,
    /// How the data was cut into records.
    pub reading: Reading,
    /// The columns of the data, in its order: the names of its header, or numbers; empty for data without columns.
    pub columns: Vec<String>,
    /// The beginning of the first record's text, in one line.
    pub first_record: String,
    /// The files that the records were read from, in order.
    pub sources: Vec<RecordSource>,
    /// Files and folders that were passed over: the first of them.
    pub ignored: Vec<PathBuf>,
    /// How many files and folders were passed over.
    pub ignored_count: u64,
    /// Files whose last row has no line end: it is whole, or cut within its last field.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub open_ended: Vec<PathBuf>,
    /// Units of all records.
    pub total_units: u64,
    /// What a unit is.
    pub unit: UnitDefinition,
    /// Whether each record has units of its own.
    #[serde(serialize_with = "document::kind")]
    pub kind: TrancheKind,
    /// Root of the records' digests.
    pub content_root: ContentRoot,
    /// The owner; none for unregistered data.
    pub owner: Option<Address>,
    /// Price of one unit, in the settlement token's smallest part; none for unregistered data.
    pub rate: Option<u64>,
    /// Whether the manifest is signed.
    pub signed: bool,
    /// What the owner is to sign, where the manifest is not signed yet.
    pub eip712_digest: Option<SigningDigest>,
}
