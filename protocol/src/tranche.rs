//! A tranche's fields and its id (encodings, sections 3 and 5).

use crate::address::Address;
use crate::content::ContentRoot;
use crate::felt::{Felt, from_prefix, power_of_two, split};
use crate::hash::poseidon_t3::chain;
use crate::hash::poseidon2_t16::empty;
use crate::newtype::felt_newtype;
use crate::salt::Salt;
use crate::shape::Shape;
use crate::tag::Tag;
use crate::unit::UnitId;
use crate::units::UnitsRoot;
use ark_ff::AdditiveGroup;
use core::fmt;
use zeroize::Zeroize;

/// First scale that is too large.
pub const SCALE_BOUND: u32 = 1 << 24;
const TERMS: &str = "tranche v1 terms";

felt_newtype! {
    /// What a tranche is registered, drawn from and paid under: P* over all of its fields.
    TrancheId
}

impl TrancheId {
    /// Stands where no tranche is named: in an inactive slot, an inactive place, a claim about the registered part.
    pub const NONE: Self = Self(Felt::ZERO);
}

felt_newtype! {
    /// Owner and rate in one: `owner + 2^160·rate`.
    OwnerRate
}

impl OwnerRate {
    /// Of a private tranche and of an inactive slot: nobody, and no price.
    pub const NONE: Self = Self(Felt::ZERO);

    /// Owner and rate in one.
    #[must_use]
    pub fn new(owner: Address, rate: u64) -> Self {
        Self(owner.felt() + Felt::from(rate) * power_of_two(160))
    }
}

felt_newtype! {
    /// Counts of a tranche in one: `N + 2^32·scale + 2^64·kind + 2^72·total_units`.
    PackedCounts
}

felt_newtype! {
    /// What stands for the text of a tranche's terms: 31 bytes of a BLAKE3 over it.
    TermsDigest
}

impl TermsDigest {
    /// The digest of a text.
    #[must_use]
    pub fn of_text(text: &str) -> Self {
        Self(from_prefix(&blake3::derive_key(TERMS, text.as_bytes())))
    }
}

/// How records weigh.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum TrancheKind {
    /// Each record has its own units; the scale is 1.
    Weighted = 0,
    /// Every record weighs the scale; the units tree is that of ones.
    Uniform = 1,
}

/// Fields that cannot be those of a tranche.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TrancheError {
    /// A tranche has at least one record.
    #[error("records: a tranche has at least one record")]
    NoRecords,
    /// The scale is out of range, or not 1 for a weighted tranche.
    #[error("scale: got {got}, expected 1 for a weighted tranche, 1 to 16777215 for a uniform one")]
    Scale {
        /// The scale given.
        got: u32,
    },
    /// The total cannot be that of so many records.
    #[error("total_units: got {got}, expected {min} to {max} for the records and the scale")]
    TotalUnits {
        /// The total given.
        got: u64,
        /// Smallest possible total.
        min: u64,
        /// Largest possible total.
        max: u64,
    },
    /// A registered tranche has an owner.
    #[error("owner: a registered tranche has an owner other than the zero address")]
    NoOwner,
}

/// What a tranche holds, whoever owns it: the part that registered and private tranches share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Contents {
    /// Root over the record digests.
    pub content_root: ContentRoot,
    /// Root of the units tree; for a uniform tranche that of `records` ones.
    pub units_root: UnitsRoot,
    /// Weighted or uniform.
    pub kind: TrancheKind,
    /// Number of records, N.
    pub records: u32,
    /// Units of a record are its cell times this, below 2^24.
    pub scale: u32,
    /// Units of all records.
    pub total_units: u64,
    /// Id of the unit definition.
    pub unit: UnitId,
}

impl Contents {
    /// Content root as two felts: first and last 16 bytes.
    #[must_use]
    pub fn content_halves(&self) -> [Felt; 2] {
        split(self.content_root.as_bytes())
    }

    /// `N + 2^32·scale + 2^64·kind + 2^72·total_units`.
    #[must_use]
    pub fn counts(&self) -> PackedCounts {
        let low =
            u128::from(self.records) | u128::from(self.scale) << 32 | (self.kind as u128) << 64;
        PackedCounts(Felt::from(low) + Felt::from(self.total_units) * power_of_two(72))
    }

    /// Checks that counts fit each other.
    ///
    /// # Errors
    /// [`TrancheError`] naming the field.
    pub fn validate(&self) -> Result<(), TrancheError> {
        let n = u64::from(self.records);
        if n == 0 {
            return Err(TrancheError::NoRecords);
        }
        let uniform = self.kind == TrancheKind::Uniform;
        if self.scale == 0 || self.scale >= SCALE_BOUND || (!uniform && self.scale != 1) {
            return Err(TrancheError::Scale { got: self.scale });
        }
        let (min, max) = match self.kind {
            TrancheKind::Uniform => (n * u64::from(self.scale), n * u64::from(self.scale)),
            TrancheKind::Weighted => (n, n * ((1 << 24) - 1)),
        };
        if self.total_units < min || self.total_units > max {
            return Err(TrancheError::TotalUnits {
                got: self.total_units,
                min,
                max,
            });
        }
        Ok(())
    }

    fn id(&self, owner_rate: OwnerRate, last: Felt) -> TrancheId {
        TrancheId(chain(self.preimage(owner_rate, last)))
    }

    fn preimage(&self, owner_rate: OwnerRate, last: Felt) -> [Felt; 8] {
        let [hi, lo] = self.content_halves();
        [
            Tag::TrancheId.felt(),
            hi,
            lo,
            self.units_root.felt(),
            self.counts().felt(),
            self.unit.felt(),
            owner_rate.felt(),
            last,
        ]
    }
}

/// A tranche as it is registered. Its counts fit each other and it has an owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tranche {
    contents: Contents,
    owner: Address,
    rate: u64,
    terms: TermsDigest,
}

impl Tranche {
    /// A tranche of these fields; `rate` is the price of one unit in the settlement token's smallest part.
    ///
    /// # Errors
    /// [`TrancheError`] naming the field that breaks an invariant.
    pub fn new(
        contents: Contents,
        owner: Address,
        rate: u64,
        terms: TermsDigest,
    ) -> Result<Self, TrancheError> {
        contents.validate()?;
        if owner == Address::ZERO {
            return Err(TrancheError::NoOwner);
        }
        Ok(Self {
            contents,
            owner,
            rate,
            terms,
        })
    }

    /// The fields shared with private tranches.
    #[must_use]
    pub const fn contents(&self) -> &Contents {
        &self.contents
    }

    /// Who is paid.
    #[must_use]
    pub const fn owner(&self) -> Address {
        self.owner
    }

    /// Price of one unit.
    #[must_use]
    pub const fn rate(&self) -> u64 {
        self.rate
    }

    /// Digest of the terms' text.
    #[must_use]
    pub const fn terms(&self) -> TermsDigest {
        self.terms
    }

    /// Owner and rate in one.
    #[must_use]
    pub fn owner_rate(&self) -> OwnerRate {
        OwnerRate::new(self.owner, self.rate)
    }

    /// The felts that the id hashes, tag first.
    #[must_use]
    pub fn preimage(&self) -> [Felt; 8] {
        self.contents.preimage(self.owner_rate(), self.terms.felt())
    }

    /// The tranche id.
    #[must_use]
    pub fn id(&self) -> TrancheId {
        self.contents.id(self.owner_rate(), self.terms.felt())
    }
}

/// The tranche that stands for all unregistered data of a run: no owner, no rate, a salt in place of terms. Secret: redacted in `Debug`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PrivateTranche {
    contents: Contents,
    salt: Salt,
}

impl PrivateTranche {
    /// A private tranche of these contents.
    ///
    /// # Errors
    /// [`TrancheError`] naming the field that breaks an invariant.
    pub fn new(contents: Contents, salt: Salt) -> Result<Self, TrancheError> {
        contents.validate()?;
        Ok(Self { contents, salt })
    }

    /// What stands in the witness of a run without unregistered data: no records, the empty units tree.
    #[must_use]
    pub fn absent(shape: &Shape, unit: UnitId, salt: Salt) -> Self {
        let contents = Contents {
            content_root: ContentRoot::from_bytes([0; 32]),
            units_root: UnitsRoot::from_felt(empty(Tag::UnitsNode.felt(), shape.units_height)),
            kind: TrancheKind::Weighted,
            records: 0,
            scale: 1,
            total_units: 0,
            unit,
        };
        Self { contents, salt }
    }

    /// The fields shared with registered tranches.
    #[must_use]
    pub const fn contents(&self) -> &Contents {
        &self.contents
    }

    /// The salt that hides the contents in the id.
    #[must_use]
    pub const fn salt(&self) -> Salt {
        self.salt
    }

    /// The felts that the id hashes, tag first.
    #[must_use]
    pub fn preimage(&self) -> [Felt; 8] {
        self.contents.preimage(OwnerRate::NONE, self.salt.felt())
    }

    /// The id that stands in the chunk index.
    #[must_use]
    pub fn id(&self) -> TrancheId {
        self.contents.id(OwnerRate::NONE, self.salt.felt())
    }
}

impl Zeroize for PrivateTranche {
    fn zeroize(&mut self) {
        self.salt.zeroize();
        self.contents.content_root.zeroize();
        self.contents.units_root.zeroize();
        self.contents.records.zeroize();
        self.contents.total_units.zeroize();
    }
}

impl fmt::Debug for PrivateTranche {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PrivateTranche(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contents() -> Contents {
        Contents {
            content_root: ContentRoot::from_bytes([7; 32]),
            units_root: 5u64.into(),
            kind: TrancheKind::Uniform,
            records: 10,
            scale: 2048,
            total_units: 20_480,
            unit: 6u64.into(),
        }
    }

    #[test]
    fn every_field_reaches_the_id() {
        let owner = Address::new([1; 20]);
        let base = Tranche::new(contents(), owner, 3, 4u64.into()).unwrap();
        let mut ids = alloc::vec![base.id()];
        let mut add = |contents: Contents, owner: Address, rate: u64, terms: u64| {
            let tranche = Tranche {
                contents,
                owner,
                rate,
                terms: terms.into(),
            };
            assert!(!ids.contains(&tranche.id()));
            ids.push(tranche.id());
        };
        let c = contents();
        add(
            Contents {
                content_root: ContentRoot::from_bytes([8; 32]),
                ..c
            },
            owner,
            3,
            4,
        );
        add(
            Contents {
                units_root: 6u64.into(),
                ..c
            },
            owner,
            3,
            4,
        );
        add(
            Contents {
                kind: TrancheKind::Weighted,
                ..c
            },
            owner,
            3,
            4,
        );
        add(Contents { records: 11, ..c }, owner, 3, 4);
        add(Contents { scale: 2049, ..c }, owner, 3, 4);
        add(
            Contents {
                total_units: 20_481,
                ..c
            },
            owner,
            3,
            4,
        );
        add(
            Contents {
                unit: 7u64.into(),
                ..c
            },
            owner,
            3,
            4,
        );
        add(c, Address::new([2; 20]), 3, 4);
        add(c, owner, 4, 4);
        add(c, owner, 3, 5);
    }

    #[test]
    fn fields_that_do_not_fit_are_refused() {
        let make =
            |contents| Tranche::new(contents, Address::new([1; 20]), 0, 0u64.into()).map(|_| ());
        let c = contents();
        assert_eq!(make(c), Ok(()));
        assert_eq!(
            make(Contents { records: 0, ..c }),
            Err(TrancheError::NoRecords)
        );
        assert_eq!(
            make(Contents { scale: 0, ..c }),
            Err(TrancheError::Scale { got: 0 })
        );
        assert_eq!(
            make(Contents {
                kind: TrancheKind::Weighted,
                ..c
            }),
            Err(TrancheError::Scale { got: 2048 })
        );
        assert_eq!(
            make(Contents {
                total_units: 1,
                ..c
            }),
            Err(TrancheError::TotalUnits {
                got: 1,
                min: 20_480,
                max: 20_480
            })
        );
        assert_eq!(
            Tranche::new(c, Address::ZERO, 0, 0u64.into()).unwrap_err(),
            TrancheError::NoOwner
        );
    }

    #[test]
    fn ids_and_packed_fields_have_one_encoding() {
        crate::newtype::assert_canonical_felt!(TrancheId);
        crate::newtype::assert_canonical_felt!(OwnerRate);
        crate::newtype::assert_canonical_felt!(PackedCounts);
        crate::newtype::assert_canonical_felt!(TermsDigest);
    }
}
