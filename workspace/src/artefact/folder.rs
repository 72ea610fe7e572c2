//! A tranche's folder.
//!
//! | file | body |
//! |---|---|
//! | `manifest.json`, or `private.json` for unregistered data | fields, ids, signature |
//! | `units.bin`, magic `TRNCHUNT` | 3 bytes a record: its units; then u64 N. Absent for a uniform tranche |
//! | `digests.bin`, magic `TRNCHDIG` | 32 bytes a record: its digest; then u64 N |

use std::fmt;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use tranche_protocol::Shape;
use tranche_protocol::content::ContentRoot;
use tranche_protocol::json;
use tranche_protocol::manifest::Manifest;
use tranche_protocol::manifest::reading::Reading;
use tranche_protocol::record::RecordDigest;
use tranche_protocol::salt::{RunSeed, SaltLabel};
use tranche_protocol::tranche::{Contents, PrivateTranche, TrancheId, TrancheKind as Weights};
use tranche_protocol::unit::UnitDefinition;
use tranche_protocol::units::UnitsRoot;

use super::fault::ArtefactFault;
use super::frame::{self, FrameKind};
use super::read::{read_secret_json, read_text};
use crate::error::{Error, FormatFault};

/// The manifest of a tranche that is to be registered.
pub const MANIFEST: &str = "manifest.json";
/// What a private tranche has instead.
pub const PRIVATE: &str = "private.json";
/// The units column.
pub const UNITS: &str = "units.bin";
/// The record digests.
pub const DIGESTS: &str = "digests.bin";

/// The frame of a units column.
pub const UNITS_KIND: FrameKind = FrameKind {
    magic: *b"TRNCHUNT",
    name: "units column",
};
/// The frame of a list of digests.
pub const DIGESTS_KIND: FrameKind = FrameKind {
    magic: *b"TRNCHDIG",
    name: "list of record digests",
};

const VERSION: u16 = 1;

/// `private.json`: what a private tranche commits to, and the id that the run's seed gives it.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PrivateFile {
    version: u16,
    content_root: ContentRoot,
    units_root: UnitsRoot,
    uniform: bool,
    records: u32,
    scale: u32,
    #[serde(with = "json::decimal")]
    total_units: u64,
    unit: UnitDefinition,
    /// How the data was cut into records; a note.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reading: Option<Reading>,
    id: TrancheId,
}

impl PrivateFile {
    /// The file of these contents under a run's seed.
    ///
    /// # Errors
    /// [`ArtefactFault::Tranche`] when the contents are not those of a tranche.
    pub fn new(
        contents: &Contents,
        unit: UnitDefinition,
        reading: Option<Reading>,
        seed: &RunSeed,
    ) -> Result<Self, ArtefactFault> {
        Ok(Self {
            version: VERSION,
            content_root: contents.content_root,
            units_root: contents.units_root,
            uniform: contents.kind == Weights::Uniform,
            records: contents.records,
            scale: contents.scale,
            total_units: contents.total_units,
            unit,
            reading,
            id: private_tranche(contents, seed)?.id(),
        })
    }

    /// The id.
    pub fn id(&self) -> TrancheId {
        self.id
    }

    fn contents(&self) -> Contents {
        Contents {
            content_root: self.content_root,
            units_root: self.units_root,
            kind: if self.uniform {
                Weights::Uniform
            } else {
                Weights::Weighted
            },
            records: self.records,
            scale: self.scale,
            total_units: self.total_units,
            unit: self.unit.id(),
        }
    }
}

/// The private tranche of these contents under a run's seed.
///
/// # Errors
/// [`ArtefactFault::Tranche`] when the contents are not those of a tranche.
pub fn private_tranche(
    contents: &Contents,
    seed: &RunSeed,
) -> Result<PrivateTranche, ArtefactFault> {
    PrivateTranche::new(*contents, seed.salt(SaltLabel::Private, 0)).map_err(ArtefactFault::Tranche)
}

/// Reads a manifest: the file itself or `manifest.json` in a folder. What can be recomputed is; the signature is not
/// checked.
///
/// # Errors
/// As [`read_text`]; [`ArtefactFault::Manifest`].
pub fn read_manifest(path: &Path) -> Result<Manifest, Error> {
    let file = if path.is_dir() {
        path.join(MANIFEST)
    } else {
        path.to_owned()
    };
    Manifest::from_json(&Shape::STANDARD, &read_text(&file)?)
        .map_err(|error| Error::file(&file, ArtefactFault::Manifest(error)))
}

/// Who stands behind a folder.
enum Identity {
    Registered(Box<Manifest>),
    Private { contents: Contents, id: TrancheId },
}

/// An open tranche folder. Private contents are redacted in `Debug`.
pub struct TrancheFolder {
    path: PathBuf,
    identity: Identity,
    unit: UnitDefinition,
}

impl fmt::Debug for TrancheFolder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TrancheFolder")
            .field("path", &self.path)
            .field("manifest", &self.manifest())
            .finish_non_exhaustive()
    }
}

impl TrancheFolder {
    /// Opens a folder by its manifest, or else by its `private.json`.
    ///
    /// # Errors
    /// As [`read_manifest`] and [`read_secret_json`]; [`Error::Usage`] for a folder with neither.
    pub fn open(path: &Path) -> Result<Self, Error> {
        let private = path.join(PRIVATE);
        let (identity, unit) = if path.join(MANIFEST).exists() {
            let manifest = read_manifest(path)?;
            let unit = manifest.unit();
            (Identity::Registered(Box::new(manifest)), unit)
        } else if private.exists() {
            let file: PrivateFile = read_secret_json(&private)?;
            if file.version != VERSION {
                let fault = FormatFault::Version {
                    expected: VERSION,
                    got: file.version,
                };
                return Err(Error::file(&private, fault));
            }
            let contents = file.contents();
            contents
                .validate()
                .map_err(|error| Error::file(&private, ArtefactFault::Tranche(error)))?;
            let id = file.id;
            (Identity::Private { contents, id }, file.unit)
        } else {
            return Err(Error::usage(
                format!("{} is not a tranche's folder", path.display()),
                "give the folder that `tranche commit` wrote, restore it to this place, or say where it is with --map NAME=FOLDER",
            ));
        };
        Ok(Self {
            path: path.to_owned(),
            identity,
            unit,
        })
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The manifest; `None` for unregistered data.
    pub fn manifest(&self) -> Option<&Manifest> {
        match &self.identity {
            Identity::Registered(manifest) => Some(manifest),
            Identity::Private { .. } => None,
        }
    }

    /// What it holds.
    pub fn contents(&self) -> &Contents {
        match &self.identity {
            Identity::Registered(manifest) => manifest.tranche().contents(),
            Identity::Private { contents, .. } => contents,
        }
    }

    /// The tranche id; of unregistered data the one under the seed it was committed with.
    pub fn id(&self) -> TrancheId {
        match &self.identity {
            Identity::Registered(manifest) => manifest.tranche().id(),
            Identity::Private { id, .. } => *id,
        }
    }

    /// The unit definition.
    pub fn unit(&self) -> UnitDefinition {
        self.unit
    }

    /// The units of each record; `None` for a uniform tranche.
    ///
    /// # Errors
    /// As [`frame::read`]; [`FormatFault::Count`] when there are not as many as records.
    pub fn units(&self) -> Result<Option<Vec<u32>>, Error> {
        if self.contents().kind == Weights::Uniform {
            return Ok(None);
        }
        let body = self.column::<3>(UNITS, UNITS_KIND)?;
        let units = body
            .chunks_exact(3)
            .map(|unit| u32::from_le_bytes([unit[0], unit[1], unit[2], 0]));
        Ok(Some(units.collect()))
    }

    /// The digest of each record.
    ///
    /// # Errors
    /// As [`TrancheFolder::units`].
    pub fn digests(&self) -> Result<Vec<RecordDigest>, Error> {
        let body = self.column::<32>(DIGESTS, DIGESTS_KIND)?;
        Ok(body
            .chunks_exact(32)
            .filter_map(|digest| digest.try_into().ok().map(RecordDigest::from_bytes))
            .collect())
    }

    /// The body without its count, which has been checked.
    fn column<const SIZE: u64>(&self, name: &str, kind: FrameKind) -> Result<Vec<u8>, Error> {
        let path = self.path.join(name);
        let mut body = frame::read(&path, kind)?;
        let expected = u64::from(self.contents().records);
        let Some((column, count)) = body.split_last_chunk::<8>() else {
            return Err(Error::file(&path, FormatFault::Malformed("the column")));
        };
        let got = u64::from_le_bytes(*count);
        if got != expected || column.len() as u64 != expected * SIZE {
            return Err(Error::file(
                &path,
                FormatFault::Count {
                    what: "records against the manifest",
                    expected,
                    got,
                },
            ));
        }
        let length = column.len();
        body.truncate(length);
        Ok(body)
    }
}
