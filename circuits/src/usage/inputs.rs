//! What the usage circuit is given: the secret witness in halo2's field type, and the public inputs.

use std::fmt;

use halo2curves::bn256::Fr;
use halo2curves::ff::Field;
use zeroize::Zeroize;

/// Public inputs of a usage proof, in the order of the instance column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UsagePublic {
    /// Chain, contract, run and terms (S8).
    pub context: Fr,
    /// Root of the registry (S3).
    pub registry_root: Fr,
    /// Commitment to the run (S6).
    pub run_commitment: Fr,
    /// Commitment to the usage vector (S7).
    pub usage_commitment: Fr,
    /// The unit that all tranches share (S3).
    pub unit: Fr,
    /// 0 planned, 1 consumed (S6).
    pub order: Fr,
}

impl UsagePublic {
    /// Number of public inputs.
    pub const LEN: usize = 6;

    /// As the instance column.
    pub fn to_vec(&self) -> Vec<Fr> {
        vec![
            self.context,
            self.registry_root,
            self.run_commitment,
            self.usage_commitment,
            self.unit,
            self.order,
        ]
    }
}

/// The preimage of a tranche id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TrancheInputs {
    /// First half of the content root.
    pub content_hi: Fr,
    /// Second half of the content root.
    pub content_lo: Fr,
    /// Root of the units tree.
    pub units_root: Fr,
    /// Number of records, < 2^32.
    pub records: u64,
    /// Units of a record of a uniform tranche, else 1; < 2^24.
    pub scale: u64,
    /// 0 weighted, 1 uniform.
    pub kind: u64,
    /// Total units, < 2^64.
    pub total_units: u64,
    /// Unit definition.
    pub unit: Fr,
    /// Owner address + 2^160 · rate.
    pub owner_rate: Fr,
    /// Digest of the terms, or the salt of a private tranche.
    pub terms: Fr,
}

impl TrancheInputs {
    /// The `counts` field.
    pub fn counts(&self) -> Fr {
        let shift = |n: u32| crate::field::power_of_two(n);
        Fr::from(self.records)
            + Fr::from(self.scale) * shift(32)
            + Fr::from(self.kind) * shift(64)
            + Fr::from(self.total_units) * shift(72)
    }

    /// The felts that the id hashes after its tag.
    pub fn fields(&self) -> [Fr; 7] {
        [
            self.content_hi,
            self.content_lo,
            self.units_root,
            self.counts(),
            self.unit,
            self.owner_rate,
            self.terms,
        ]
    }

    /// All zero: what an inactive slot holds.
    pub fn empty() -> Self {
        Self {
            content_hi: Fr::ZERO,
            content_lo: Fr::ZERO,
            units_root: Fr::ZERO,
            records: 0,
            scale: 0,
            kind: 0,
            total_units: 0,
            unit: Fr::ZERO,
            owner_rate: Fr::ZERO,
            terms: Fr::ZERO,
        }
    }
}

/// A registered tranche of the run.
#[derive(Clone, Debug)]
pub struct SlotInputs {
    /// Its preimage.
    pub tranche: TrancheInputs,
    /// Its index in the registry.
    pub index: u64,
    /// The siblings of its path, leaf upwards.
    pub path: Vec<Fr>,
}

/// One chunk of the table.
#[derive(Clone, Debug)]
pub struct PlaceInputs {
    /// The slot it belongs to; `None` for the private tranche.
    pub slot: Option<usize>,
    /// Chunk index in its tranche.
    pub chunk: u64,
    /// Units cells of the chunk's records, before the scale; the chunk's full length.
    pub units: Vec<u32>,
    /// The fifteen children on each level of its path, leaf upwards; empty in a uniform circuit.
    pub children: Vec<[Fr; 15]>,
}

/// The secret witness of a usage proof.
#[derive(Clone)]
pub struct UsageInputs {
    /// Table positions in the order of the log, real draws only.
    pub draws: Vec<u32>,
    /// Active places, in order.
    pub places: Vec<PlaceInputs>,
    /// Active slots, by ascending registry index.
    pub slots: Vec<SlotInputs>,
    /// The private tranche of all unregistered data.
    pub private: TrancheInputs,
    /// Root of the training trace.
    pub trace_root: Fr,
    /// Salts of the log's leaves.
    pub log_salts: Vec<Fr>,
    /// Salts of the arrangement's leaves.
    pub arrangement_salts: Vec<Fr>,
    /// Salt of the run commitment.
    pub run_salt: Fr,
    /// Salts of the usage leaves, by leaf.
    pub usage_salts: Vec<Fr>,
    /// Salt of the bucket.
    pub bucket_salt: Fr,
    /// The slot that stands at each usage leaf.
    pub usage_order: Vec<usize>,
    /// Fresh randomness of the quotient mask.
    pub mask_seed: [u8; 32],
}

impl fmt::Debug for UsageInputs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("UsageInputs { secret }")
    }
}

impl UsageInputs {
    /// A witness of no run: what key generation lays out. It satisfies no statement.
    pub fn blank() -> Self {
        Self {
            draws: Vec::new(),
            places: Vec::new(),
            slots: Vec::new(),
            private: TrancheInputs::empty(),
            trace_root: Fr::ZERO,
            log_salts: Vec::new(),
            arrangement_salts: Vec::new(),
            run_salt: Fr::ZERO,
            usage_salts: Vec::new(),
            bucket_salt: Fr::ZERO,
            usage_order: Vec::new(),
            mask_seed: [0; 32],
        }
    }
}

impl Drop for UsageInputs {
    fn drop(&mut self) {
        self.mask_seed.zeroize();
        self.draws.zeroize();
        for salt in self
            .log_salts
            .iter_mut()
            .chain(&mut self.arrangement_salts)
            .chain(&mut self.usage_salts)
            .chain([&mut self.run_salt, &mut self.bucket_salt])
        {
            *salt = Fr::ZERO;
        }
    }
}
