//! What the usage circuit is given: the secret witness in halo2's field type, and the public inputs.

use std::fmt;
use std::slice::from_mut;

use halo2curves::bn256::Fr;
use halo2curves::ff::Field;
use tranche_protocol::Felt;
use tranche_protocol::salt::Salt;
use tranche_protocol::statement::UsageStatement;
use tranche_protocol::tranche::Contents;
use tranche_protocol::usage_relation::{ChunkOwner, UsageWitness};
use zeroize::Zeroize;

use crate::field::to_halo;
use crate::wipe::wipe;

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

impl From<&UsageStatement> for UsagePublic {
    fn from(statement: &UsageStatement) -> Self {
        Self {
            context: to_halo(&statement.context.felt()),
            registry_root: to_halo(&statement.registry_root.felt()),
            run_commitment: to_halo(&statement.run_commitment.felt()),
            usage_commitment: to_halo(&statement.usage_commitment.felt()),
            unit: to_halo(&statement.unit.felt()),
            order: to_halo(&statement.order.felt()),
        }
    }
}

impl UsagePublic {
    /// Number of public inputs.
    pub const LEN: usize = 6;

    /// In the order of the instance column.
    pub fn to_array(&self) -> [Fr; Self::LEN] {
        [
            self.context,
            self.registry_root,
            self.run_commitment,
            self.usage_commitment,
            self.unit,
            self.order,
        ]
    }

    /// As the instance column.
    pub fn to_vec(&self) -> Vec<Fr> {
        self.to_array().to_vec()
    }
}

/// The preimage of a tranche id. Redacted in `Debug`: that a run used it, or a private tranche's salt, is secret.
#[derive(Clone, Copy, PartialEq, Eq)]
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

    /// From a tranche's contents; `owner_rate` and `terms` are what its id hashes last.
    pub fn new(contents: &Contents, owner_rate: Fr, terms: Fr) -> Self {
        let [content_hi, content_lo] = contents.content_halves().map(|half| to_halo(&half));
        Self {
            content_hi,
            content_lo,
            units_root: to_halo(&contents.units_root.felt()),
            records: u64::from(contents.records),
            scale: u64::from(contents.scale),
            kind: contents.kind as u64,
            total_units: contents.total_units,
            unit: to_halo(&contents.unit.felt()),
            owner_rate,
            terms,
        }
    }

    /// Overwrites all fields.
    fn wipe(&mut self) {
        for number in [
            &mut self.records,
            &mut self.scale,
            &mut self.kind,
            &mut self.total_units,
        ] {
            number.zeroize();
        }
        for felt in [
            &mut self.content_hi,
            &mut self.content_lo,
            &mut self.units_root,
            &mut self.unit,
            &mut self.owner_rate,
            &mut self.terms,
        ] {
            wipe(from_mut(felt));
        }
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

/// A registered tranche of the run. Redacted in `Debug`.
#[derive(Clone)]
pub struct SlotInputs {
    /// Its preimage.
    pub tranche: TrancheInputs,
    /// Its index in the registry.
    pub index: u64,
    /// The siblings of its path, leaf upwards.
    pub path: Vec<Fr>,
}

/// One chunk of the table. Redacted in `Debug`.
#[derive(Clone)]
pub struct TableChunkInputs {
    /// The slot it belongs to; `None` for the private tranche.
    pub slot: Option<usize>,
    /// Chunk index in its tranche.
    pub chunk: u64,
    /// Units cells of the chunk's records, before the scale; the chunk's full length.
    pub units: Vec<u32>,
    /// The fifteen children on each level of its path, leaf upwards; empty in a uniform circuit.
    pub children: Vec<[Fr; 15]>,
}

/// The secret witness of a usage proof. Redacted in `Debug`, wiped on drop.
#[derive(Clone)]
pub struct UsageInputs {
    /// Table positions in the order of the log, real draws only.
    pub draws: Vec<u32>,
    /// Active table chunks, in order.
    pub table_chunks: Vec<TableChunkInputs>,
    /// Active slots, by ascending registry index.
    pub slots: Vec<SlotInputs>,
    /// The private tranche of all unregistered data.
    pub private: TrancheInputs,
    /// Root of the training trace.
    pub trace_root: Fr,
    /// Salts of the log's leaves.
    pub log_salts: Vec<Fr>,
    /// Salts of the chunk index's leaves.
    pub chunk_index_salts: Vec<Fr>,
    /// Salt of the run commitment.
    pub run_salt: Fr,
    /// Salts of the usage leaves, by leaf.
    pub usage_salts: Vec<Fr>,
    /// Salt of the unregistered total.
    pub unregistered_salt: Fr,
    /// The slot that stands at each usage leaf.
    pub usage_order: Vec<usize>,
    /// Fresh randomness of the quotient mask.
    pub mask_seed: [u8; 32],
}

impl fmt::Debug for TrancheInputs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TrancheInputs { secret }")
    }
}

impl fmt::Debug for SlotInputs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SlotInputs { secret }")
    }
}

impl fmt::Debug for TableChunkInputs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PlaceInputs { secret }")
    }
}

impl fmt::Debug for UsageInputs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("UsageInputs { secret }")
    }
}

impl UsageInputs {
    /// From the protocol's witness. `mask_seed` is fresh randomness, used for one proof only.
    pub fn from_witness(witness: &UsageWitness, mask_seed: [u8; 32]) -> Self {
        let felts = |felts: &[Felt]| felts.iter().map(to_halo).collect::<Vec<_>>();
        let salts = |salts: &[Salt]| {
            let halo = salts.iter().map(|salt| to_halo(&salt.felt()));
            halo.collect::<Vec<_>>()
        };
        Self {
            draws: witness.draws.clone(),
            table_chunks: witness
                .places
                .iter()
                .map(|table_chunk| TableChunkInputs {
                    slot: match table_chunk.slot {
                        ChunkOwner::Slot(slot) => Some(slot),
                        ChunkOwner::Private => None,
                    },
                    chunk: u64::from(table_chunk.chunk),
                    units: table_chunk.units.clone(),
                    children: table_chunk
                        .siblings
                        .iter()
                        .map(|children| children.map(|child| to_halo(&child)))
                        .collect(),
                })
                .collect(),
            slots: witness
                .slots
                .iter()
                .map(|slot| SlotInputs {
                    tranche: TrancheInputs::new(
                        slot.tranche.contents(),
                        to_halo(&slot.tranche.owner_rate().felt()),
                        to_halo(&slot.tranche.terms().felt()),
                    ),
                    index: u64::from(slot.registry_index),
                    path: felts(&slot.registry_path),
                })
                .collect(),
            private: TrancheInputs::new(
                witness.private.contents(),
                Fr::ZERO,
                to_halo(&witness.private.salt().felt()),
            ),
            trace_root: to_halo(&witness.trace_root.felt()),
            log_salts: salts(&witness.log_salts),
            chunk_index_salts: salts(&witness.chunk_index_salts),
            run_salt: to_halo(&witness.run_salt.felt()),
            usage_salts: salts(&witness.usage_salts),
            unregistered_salt: to_halo(&witness.unregistered_salt.felt()),
            usage_order: witness.usage_order.clone(),
            mask_seed,
        }
    }

    /// A witness of no run: what key generation lays out. It satisfies no statement.
    pub fn blank() -> Self {
        Self {
            draws: Vec::new(),
            table_chunks: Vec::new(),
            slots: Vec::new(),
            private: TrancheInputs::empty(),
            trace_root: Fr::ZERO,
            log_salts: Vec::new(),
            chunk_index_salts: Vec::new(),
            run_salt: Fr::ZERO,
            usage_salts: Vec::new(),
            unregistered_salt: Fr::ZERO,
            usage_order: Vec::new(),
            mask_seed: [0; 32],
        }
    }
}

impl Drop for UsageInputs {
    fn drop(&mut self) {
        self.mask_seed.zeroize();
        self.draws.zeroize();
        self.usage_order.zeroize();
        for table_chunk in &mut self.table_chunks {
            table_chunk.chunk.zeroize();
            table_chunk.units.zeroize();
            table_chunk
                .children
                .iter_mut()
                .for_each(|level| wipe(level));
        }
        for slot in &mut self.slots {
            slot.tranche.wipe();
            slot.index.zeroize();
            wipe(&mut slot.path);
        }
        self.private.wipe();
        for salts in [
            &mut self.log_salts,
            &mut self.chunk_index_salts,
            &mut self.usage_salts,
        ] {
            wipe(salts);
        }
        for one in [
            &mut self.trace_root,
            &mut self.run_salt,
            &mut self.unregistered_salt,
        ] {
            wipe(from_mut(one));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_no_secret() {
        let mut tranche = TrancheInputs::empty();
        tranche.terms = Fr::from(77);
        tranche.records = 77;
        let table_chunk = TableChunkInputs {
            slot: Some(77),
            chunk: 77,
            units: vec![77],
            children: vec![[Fr::from(77); 15]],
        };
        let slot = SlotInputs {
            tranche,
            index: 77,
            path: vec![Fr::from(77)],
        };
        let mut inputs = UsageInputs::blank();
        inputs.draws = vec![77];
        let shown = format!("{tranche:?} {table_chunk:?} {slot:?} {inputs:?}");
        let hexadecimal = format!("{:?}", Fr::from(77));
        assert!(
            !shown.contains("77") && !shown.contains(&hexadecimal),
            "{shown}"
        );
    }
}
