//! A tranche's manifest: JSON that anyone can check, signed by the owner's wallet (encodings, sections 3 and 9).

use crate::address::Address;
use crate::content::ContentRoot;
use crate::json;
use crate::keccak::{keccak, word};
use crate::shape::Shape;
use crate::signature::{Signature, SignatureError, SigningDigest};
use crate::tranche::{Contents, TermsDigest, Tranche, TrancheError, TrancheId, TrancheKind};
use crate::unit::UnitDefinition;
use crate::units::{OnesTree, UnitsError, UnitsRoot};
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use k256::ecdsa::SigningKey;
use serde::{Deserialize, Serialize};

pub mod reading;

use reading::Reading;

/// Version of the manifest.
pub const VERSION: u32 = 1;

const DOMAIN_TYPE: &[u8] = b"EIP712Domain(string name,string version)";
const TRANCHE_TYPE: &[u8] = b"Tranche(bytes32 contentRoot,uint256 unitsRoot,uint8 kind,uint32 records,uint32 scale,uint64 totalUnits,uint256 unit,address owner,uint64 rate,uint256 terms)";

/// A manifest that is refused, by field.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ManifestError {
    /// The text is not the JSON of a manifest: syntax, a missing, unknown or repeated field, or a value of another form.
    #[error("manifest is not valid: {0}")]
    Json(String),
    /// The version is unknown.
    #[error("version: got {got}, expected {VERSION}")]
    Version {
        /// The version given.
        got: u32,
    },
    /// A field breaks an invariant of tranches.
    #[error("{0}")]
    Tranche(#[from] TrancheError),
    /// More records than the units tree holds.
    #[error("records: {0}")]
    Records(UnitsError),
    /// The units root of a uniform tranche is not that of `records` ones.
    #[error("units_root: got {got}, but that of {records} ones is {expected}")]
    UnitsRoot {
        /// The root given.
        got: UnitsRoot,
        /// The root recomputed.
        expected: UnitsRoot,
        /// Number of records.
        records: u32,
    },
    /// The terms' text does not hash to the terms' digest.
    #[error("terms_text: does not hash to terms")]
    TermsText,
    /// The tranche's unit is not this definition's.
    #[error("unit: the tranche's unit is not {unit}")]
    Unit {
        /// The definition given.
        unit: UnitDefinition,
    },
    /// The sources' records do not add up.
    #[error("sources: they have {got} records, expected {expected}")]
    Sources {
        /// Records of all sources.
        got: u64,
        /// Records of the tranche.
        expected: u32,
    },
    /// The id is not that of the fields.
    #[error("id: got {got}, but the fields' id is {expected}")]
    Id {
        /// The id given.
        got: TrancheId,
        /// The id recomputed.
        expected: TrancheId,
    },
    /// The manifest is not signed.
    #[error("signature: missing, the owner has not signed")]
    Unsigned,
    /// The signature is not one.
    #[error("signature: {0}")]
    Signature(#[from] SignatureError),
    /// Somebody else signed.
    #[error("signature: by {got}, expected the owner {expected}")]
    NotTheOwner {
        /// Who signed.
        got: Address,
        /// The owner.
        expected: Address,
    },
}

/// Where records come from; a note for whoever fetches them, bound by the content root only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordSource {
    /// Path, address or name.
    pub name: String,
    /// Records that it holds, in order after those of the sources before it.
    pub records: u32,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Fields {
    version: u32,
    id: TrancheId,
    content_root: ContentRoot,
    units_root: UnitsRoot,
    kind: KindName,
    records: u32,
    scale: u32,
    #[serde(with = "json::decimal")]
    total_units: u64,
    unit: UnitDefinition,
    owner: Address,
    #[serde(with = "json::decimal")]
    rate: u64,
    terms: TermsDigest,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    terms_text: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    sources: Vec<RecordSource>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reading: Option<Reading>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    signature: Option<Signature>,
}

#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum KindName {
    Weighted,
    Uniform,
}

/// A tranche with what a reader needs beside its id's fields. Everything that can be recomputed has been.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manifest {
    tranche: Tranche,
    unit: UnitDefinition,
    terms_text: Option<String>,
    sources: Vec<RecordSource>,
    reading: Option<Reading>,
    signature: Option<Signature>,
}

impl Manifest {
    /// A manifest of a tranche, not signed yet.
    ///
    /// # Errors
    /// [`ManifestError`] when the unit, the terms' text or the sources are not the tranche's, or a uniform units root is wrong.
    pub fn new(
        shape: &Shape,
        tranche: Tranche,
        unit: UnitDefinition,
        terms_text: Option<String>,
        sources: Vec<RecordSource>,
    ) -> Result<Self, ManifestError> {
        let contents = tranche.contents();
        let records = contents.records;
        let max = shape.max_records();
        if u64::from(records) > max {
            return Err(ManifestError::Records(UnitsError::TooManyRecords { max }));
        }
        if contents.kind == TrancheKind::Uniform {
            let tree = OnesTree::new(shape, u64::from(records)).map_err(ManifestError::Records)?;
            let (got, expected) = (contents.units_root, tree.root());
            if got != expected {
                return Err(ManifestError::UnitsRoot {
                    got,
                    expected,
                    records,
                });
            }
        }
        if terms_text
            .as_ref()
            .is_some_and(|text| TermsDigest::of_text(text) != tranche.terms())
        {
            return Err(ManifestError::TermsText);
        }
        let got = sources.iter().map(|source| u64::from(source.records)).sum();
        if !sources.is_empty() && got != u64::from(records) {
            return Err(ManifestError::Sources {
                got,
                expected: records,
            });
        }
        if contents.unit != unit.id() {
            return Err(ManifestError::Unit { unit });
        }
        Ok(Self {
            tranche,
            unit,
            terms_text,
            sources,
            reading: None,
            signature: None,
        })
    }

    /// The manifest with a note of how its data was cut into records.
    #[must_use]
    pub fn with_reading(mut self, reading: Option<Reading>) -> Self {
        self.reading = reading;
        self
    }

    /// Reads a manifest and recomputes all that it can: the id, a uniform units root, the terms' digest, the records of its sources.
    ///
    /// The signature is read but not verified: [`Manifest::verify_owner`].
    ///
    /// # Errors
    /// [`ManifestError`] naming the field.
    pub fn from_json(shape: &Shape, text: &str) -> Result<Self, ManifestError> {
        let fields: Fields =
            serde_json::from_str(text).map_err(|e| ManifestError::Json(e.to_string()))?;
        if fields.version != VERSION {
            return Err(ManifestError::Version {
                got: fields.version,
            });
        }
        let contents = Contents {
            content_root: fields.content_root,
            units_root: fields.units_root,
            kind: match fields.kind {
                KindName::Weighted => TrancheKind::Weighted,
                KindName::Uniform => TrancheKind::Uniform,
            },
            records: fields.records,
            scale: fields.scale,
            total_units: fields.total_units,
            unit: fields.unit.id(),
        };
        let tranche = Tranche::new(contents, fields.owner, fields.rate, fields.terms)?;
        let mut manifest = Self::new(
            shape,
            tranche,
            fields.unit,
            fields.terms_text,
            fields.sources,
        )?
        .with_reading(fields.reading);
        let (got, expected) = (fields.id, tranche.id());
        if got != expected {
            return Err(ManifestError::Id { got, expected });
        }
        manifest.signature = fields.signature;
        Ok(manifest)
    }

    /// The manifest as JSON.
    #[must_use]
    pub fn to_json(&self) -> String {
        let contents = self.tranche.contents();
        let fields = Fields {
            version: VERSION,
            id: self.tranche.id(),
            content_root: contents.content_root,
            units_root: contents.units_root,
            kind: match contents.kind {
                TrancheKind::Weighted => KindName::Weighted,
                TrancheKind::Uniform => KindName::Uniform,
            },
            records: contents.records,
            scale: contents.scale,
            total_units: contents.total_units,
            unit: self.unit,
            owner: self.tranche.owner(),
            rate: self.tranche.rate(),
            terms: self.tranche.terms(),
            terms_text: self.terms_text.clone(),
            sources: self.sources.clone(),
            reading: self.reading.clone(),
            signature: self.signature,
        };
        serde_json::to_string_pretty(&fields).unwrap_or_default()
    }

    /// The tranche.
    #[must_use]
    pub const fn tranche(&self) -> &Tranche {
        &self.tranche
    }

    /// The unit definition.
    #[must_use]
    pub const fn unit(&self) -> UnitDefinition {
        self.unit
    }

    /// The terms' text, when the manifest carries it.
    #[must_use]
    pub fn terms_text(&self) -> Option<&str> {
        self.terms_text.as_deref()
    }

    /// Where the records come from.
    #[must_use]
    pub fn sources(&self) -> &[RecordSource] {
        &self.sources
    }

    /// How the data was cut into records, when the manifest says it.
    #[must_use]
    pub const fn reading(&self) -> Option<&Reading> {
        self.reading.as_ref()
    }

    /// The owner's signature, not verified.
    #[must_use]
    pub const fn signature(&self) -> Option<&Signature> {
        self.signature.as_ref()
    }

    /// Attaches a signature that a wallet made over [`digest`].
    ///
    /// # Errors
    /// [`ManifestError`] when it is not the owner's.
    pub fn attach(&mut self, signature: Signature) -> Result<(), ManifestError> {
        let before = self.signature.replace(signature);
        self.verify_owner().inspect_err(|_| self.signature = before)
    }

    /// Signs with the owner's key.
    ///
    /// # Errors
    /// [`ManifestError::NotTheOwner`] when the key is another's.
    pub fn sign(&mut self, key: &SigningKey) -> Result<(), ManifestError> {
        self.attach(Signature::sign(&digest(&self.tranche), key)?)
    }

    /// Verifies that the owner signed.
    ///
    /// # Errors
    /// [`ManifestError`]: unsigned, not a signature, or somebody else's.
    pub fn verify_owner(&self) -> Result<(), ManifestError> {
        let signature = self.signature.ok_or(ManifestError::Unsigned)?;
        let got = signature.recover(&digest(&self.tranche))?;
        let expected = self.tranche.owner();
        if got != expected {
            return Err(ManifestError::NotTheOwner { got, expected });
        }
        Ok(())
    }
}

/// The EIP-712 digest that an owner signs.
#[must_use]
pub fn digest(tranche: &Tranche) -> SigningDigest {
    let contents = tranche.contents();
    let domain = keccak(&[
        &keccak(&[DOMAIN_TYPE]),
        &keccak(&[b"tranche"]),
        &keccak(&[b"1"]),
    ]);
    let message = keccak(&[
        &keccak(&[TRANCHE_TYPE]),
        contents.content_root.as_bytes(),
        &contents.units_root.to_bytes(),
        &word(contents.kind as u128),
        &word(u128::from(contents.records)),
        &word(u128::from(contents.scale)),
        &word(u128::from(contents.total_units)),
        &contents.unit.to_bytes(),
        &tranche.owner().word(),
        &word(u128::from(tranche.rate())),
        &tranche.terms().to_bytes(),
    ]);
    SigningDigest::of_typed_data(&domain, &message)
}

#[cfg(test)]
mod tests;
