//! The fields behind a tranche id, as an opening tells them.

use super::AuditError;
use crate::address::Address;
use crate::felt::Felt;
use crate::json;
use crate::tranche::{Contents, Kind, PrivateTranche, Tranche};
use crate::unit::UnitDefinition;
use alloc::string::String;
use ark_ff::AdditiveGroup;
use core::fmt;
use serde::{Deserialize, Serialize};

/// A tranche that draws of an audit are of. Of a private one the salt is told too, as nothing else opens its id: redacted in `Debug`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpenedTranche {
    /// What the run's log calls it.
    pub name: String,
    /// Whether it stands for unregistered data.
    pub private: bool,
    /// Root over the record digests.
    #[serde(with = "json::bytes")]
    pub content_root: [u8; 32],
    /// Root of the units tree.
    #[serde(with = "json::felt")]
    pub units_root: Felt,
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
    /// Felt of the terms' text; of a private one the salt in its place.
    #[serde(with = "json::felt")]
    pub last: Felt,
}

impl OpenedTranche {
    fn open(name: String, contents: &Contents, unit: UnitDefinition) -> Self {
        Self {
            name,
            private: true,
            content_root: contents.content_root,
            units_root: contents.units_root,
            uniform: contents.kind == Kind::Uniform,
            records: contents.records,
            scale: contents.scale,
            total_units: contents.total_units,
            unit,
            owner: Address::ZERO,
            rate: 0,
            last: Felt::ZERO,
        }
    }

    /// Opens a registered tranche; `unit` is the definition whose felt it carries.
    #[must_use]
    pub fn registered(name: String, tranche: &Tranche, unit: UnitDefinition) -> Self {
        Self {
            private: false,
            owner: tranche.owner(),
            rate: tranche.rate(),
            last: tranche.terms(),
            ..Self::open(name, tranche.contents(), unit)
        }
    }

    /// Opens the private tranche; `unit` is the definition whose felt it carries.
    #[must_use]
    pub fn private(name: String, tranche: &PrivateTranche, unit: UnitDefinition) -> Self {
        Self {
            last: tranche.salt(),
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
                Kind::Uniform
            } else {
                Kind::Weighted
            },
            records: self.records,
            scale: self.scale,
            total_units: self.total_units,
            unit: self.unit.felt(),
        }
    }

    /// The id that these fields hash to.
    ///
    /// # Errors
    /// [`AuditError::Fields`] when they are not those of a tranche, [`AuditError::Tranche`] for a private one with an owner or a rate.
    pub fn id(&self) -> Result<Felt, AuditError> {
        let fault = |error| AuditError::Fields {
            name: self.name.clone(),
            error,
        };
        if !self.private {
            let tranche = Tranche::new(self.contents(), self.owner, self.rate, self.last);
            return tranche.map(|tranche| tranche.id()).map_err(fault);
        }
        if self.owner != Address::ZERO || self.rate != 0 {
            return Err(AuditError::Tranche {
                name: self.name.clone(),
                what: "unregistered data has no owner and no rate",
            });
        }
        let tranche = PrivateTranche::new(self.contents(), self.last);
        tranche.map(|tranche| tranche.id()).map_err(fault)
    }
}

impl fmt::Debug for OpenedTranche {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OpenedTranche(redacted)")
    }
}
