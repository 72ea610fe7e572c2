//! The fields behind a tranche id, as an opening tells them.

use super::AuditError;
use crate::address::Address;
use crate::content::ContentRoot;
use crate::felt::Felt;
use crate::json;
use crate::newtype::felt_conversions;
use crate::salt::Salt;
use crate::tranche::{Contents, PrivateTranche, TermsDigest, Tranche, TrancheId, TrancheKind};
use crate::unit::UnitDefinition;
use crate::units::UnitsRoot;
use alloc::string::String;
use ark_ff::AdditiveGroup;
use core::fmt;
use serde::{Deserialize, Serialize};

/// The last felt that a tranche id hashes: digest of the terms' text, or the salt of a private tranche. Redacted in `Debug`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct LastField(Felt);

felt_conversions!(LastField);

impl fmt::Debug for LastField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LastField(redacted)")
    }
}

impl From<TermsDigest> for LastField {
    fn from(terms: TermsDigest) -> Self {
        Self(terms.felt())
    }
}

impl From<Salt> for LastField {
    fn from(salt: Salt) -> Self {
        Self(salt.felt())
    }
}

/// A tranche that draws of an audit are of. Of a private one the salt is told too, as nothing else opens its id: redacted in `Debug`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpenedTranche {
    /// What the run's log calls it.
    pub name: String,
    /// Whether it stands for unregistered data.
    pub private: bool,
    /// Root over the record digests.
    pub content_root: ContentRoot,
    /// Root of the units tree.
    pub units_root: UnitsRoot,
    /// Whether all records weigh the scale.
    pub uniform: bool,
    /// Number of records.
    pub records: u32,
    /// Units of a record of a uniform tranche; 1 for another.
    pub scale: u32,
    /// Units of all records.
    #[serde(with = "json::decimal")]
    pub total_units: u64,
    /// What units count.
    pub unit: UnitDefinition,
    /// Who is paid; zero of a private one.
    pub owner: Address,
    /// Price of one unit; 0 of a private one.
    #[serde(with = "json::decimal")]
    pub rate: u64,
    /// The last felt that the id hashes.
    pub last: LastField,
}

impl OpenedTranche {
    fn open(name: String, contents: &Contents, unit: UnitDefinition) -> Self {
        Self {
            name,
            private: true,
            content_root: contents.content_root,
            units_root: contents.units_root,
            uniform: contents.kind == TrancheKind::Uniform,
            records: contents.records,
            scale: contents.scale,
            total_units: contents.total_units,
            unit,
            owner: Address::ZERO,
            rate: 0,
            last: LastField(Felt::ZERO),
        }
    }

    /// Opens a registered tranche; `unit` is the definition whose felt it carries.
    #[must_use]
    pub fn registered(name: String, tranche: &Tranche, unit: UnitDefinition) -> Self {
        Self {
            private: false,
            owner: tranche.owner(),
            rate: tranche.rate(),
            last: tranche.terms().into(),
            ..Self::open(name, tranche.contents(), unit)
        }
    }

    /// Opens the private tranche; `unit` is the definition whose felt it carries.
    #[must_use]
    pub fn private(name: String, tranche: &PrivateTranche, unit: UnitDefinition) -> Self {
        Self {
            last: tranche.salt().into(),
            ..Self::open(name, tranche.contents(), unit)
        }
    }

    /// What it holds.
    #[must_use]
    pub fn contents(&self) -> Contents {
        Contents {
            content_root: self.content_root,
            units_root: self.units_root,
            kind: if self.uniform {
                TrancheKind::Uniform
            } else {
                TrancheKind::Weighted
            },
            records: self.records,
            scale: self.scale,
            total_units: self.total_units,
            unit: self.unit.id(),
        }
    }

    /// The id that these fields hash to.
    ///
    /// # Errors
    /// [`AuditError::Fields`] when they are not those of a tranche, [`AuditError::Tranche`] for a private one with an owner or a rate.
    pub fn id(&self) -> Result<TrancheId, AuditError> {
        let fault = |error| AuditError::Fields {
            name: self.name.clone(),
            error,
        };
        if !self.private {
            let terms = TermsDigest::from_felt(self.last.felt());
            let tranche = Tranche::new(self.contents(), self.owner, self.rate, terms);
            return tranche.map(|tranche| tranche.id()).map_err(fault);
        }
        if self.owner != Address::ZERO || self.rate != 0 {
            return Err(AuditError::Tranche {
                name: self.name.clone(),
                what: "unregistered data has no owner and no rate",
            });
        }
        let salt = Salt::from_felt(self.last.felt());
        let tranche = PrivateTranche::new(self.contents(), salt);
        tranche.map(|tranche| tranche.id()).map_err(fault)
    }
}

impl fmt::Debug for OpenedTranche {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OpenedTranche(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_field_has_one_encoding() {
        crate::newtype::assert_canonical_felt!(LastField);
    }
}
