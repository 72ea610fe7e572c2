//! S3: the registered tranches in their slots, and the private one.

use crate::labels::{self, ClauseLabel};
use halo2curves::bn256::Fr;
use halo2curves::ff::Field;
use tranche_protocol::tag::Tag;

use super::super::inputs::{SlotInputs, TrancheInputs};
use super::cells::{Fill, SlotCells, TrancheCells, tag};
use crate::assignment::CellRef;
use crate::builder::{ONE, ZERO};
use crate::cells::{Bit, Digest, Ranged};
use crate::chips::arith::Operand;
use crate::chips::machine::steps::Hash;
use crate::field::power_of_two;

impl Fill<'_, '_> {
    /// The parts of a tranche's `counts` field, range-checked and recomposed to it.
    pub(super) fn tranche(
        &mut self,
        tranche: &TrancheInputs,
        fields: &[Hash],
        id: Hash,
    ) -> TrancheCells {
        const LABEL: ClauseLabel = labels::COUNTS_ARE_THEIR_PARTS;
        self.cs.clause(LABEL);
        let records = self.cs.ranged(Fr::from(tranche.records), LABEL);
        let scale = self.cs.ranged(Fr::from(tranche.scale), LABEL);
        let total: Ranged<64> = self.cs.ranged(Fr::from(tranche.total_units), LABEL);
        let kind = self.cs.bit(tranche.kind == 1);
        let shift = |n: u32| Operand::Constant(power_of_two(n));
        let sum = self.cs.mul_add(records, scale, shift(32));
        let sum = self.cs.mul_add(sum, kind, shift(64));
        let counts = self.cs.mul_add(sum, total, shift(72));
        self.cs.copy(counts, fields[3].right, LABEL);
        TrancheCells {
            id,
            units_root: fields[2].right,
            unit: fields[4].right,
            owner_rate: fields[5].right,
            records,
            scale,
            kind,
        }
    }

    /// What chunks of a tranche are keyed by besides its id.
    pub(super) fn key_root(&self, cells: &TrancheCells) -> CellRef {
        if self.params.uniform {
            cells.records.into()
        } else {
            cells.units_root
        }
    }

    /// S3, S4: the registered tranches.
    pub(super) fn registered(&mut self, usage: &[[u64; 3]]) -> Vec<SlotCells> {
        let empty = SlotInputs {
            tranche: TrancheInputs::empty(),
            index: 0,
            path: Vec::new(),
        };
        let mut cells: Vec<SlotCells> = Vec::with_capacity(self.params.slots);
        let mut before: Option<(Bit, CellRef)> = None;
        for (j, usage) in usage.iter().take(self.params.slots).enumerate() {
            let slot = self.inputs.slots.get(j).unwrap_or(&empty);
            let fields = self.id_chain(&slot.tranche);
            let tranche = self.tranche(&slot.tranche, &fields, fields[6]);
            let (root, bits) = self.registry_path(slot, fields[6].digest);
            self.cs.clause(labels::ACTIVE_SLOTS_COME_FIRST);
            let active = self.cs.bit(j < self.inputs.slots.len());
            let index = self.registry_index(&bits);
            self.registry_membership(active, root, &tranche);
            if let Some(before) = before {
                self.ascending(before, (active, index));
            }
            before = Some((active, index));
            cells.push(self.slot_sums(active, &tranche, *usage));
        }
        cells
    }

    /// The hashes of a tranche's id: the tag first, then each digest with the next field.
    fn id_chain(&mut self, tranche: &TrancheInputs) -> Vec<Hash> {
        let mut below = self.cs.constant(tag(Tag::TrancheId));
        let mut label = labels::ID_STARTS_WITH_ITS_TAG;
        tranche
            .fields()
            .into_iter()
            .map(|field| {
                let left = self.cs.value(below);
                let hash = self.cs.hash(left, field);
                self.cs.copy(hash.left, below, label);
                below = hash.digest.into();
                label = labels::ID_HASHES_ITS_FIELDS;
                hash
            })
            .collect()
    }

    /// The root that a leaf opens under in the registry, and the bits of its index, lowest first.
    fn registry_path(&mut self, slot: &SlotInputs, leaf: Digest) -> (Digest, Vec<Bit>) {
        let mut below = leaf;
        let bits = (0..self.params.shape.registry_depth)
            .map(|level| {
                let sibling = slot.path.get(level).copied().unwrap_or(Fr::ZERO);
                let value = self.cs.value(below);
                let right = slot.index >> level & 1 == 1;
                let [l, r] = if right {
                    [sibling, value]
                } else {
                    [value, sibling]
                };
                let hash = self.cs.hash(l, r);
                self.cs.clause(labels::PATH_BIT_IS_BOOLEAN);
                let bit = self.cs.bit(right);
                self.cs.clause(labels::PATH_CHILD_IS_THE_DIGEST);
                self.cs.require_choice(bit, [hash.left, hash.right], below);
                below = hash.digest;
                bit
            })
            .collect();
        (below, bits)
    }

    fn registry_index(&mut self, bits: &[Bit]) -> CellRef {
        self.cs.clause(labels::REGISTRY_INDEX_IS_ITS_BITS);
        let mut index = bits[0].into();
        for (level, bit) in bits.iter().enumerate().skip(1) {
            let weight = Operand::Constant(power_of_two(level as u32));
            index = self.cs.mul_add(index, *bit, weight);
        }
        index
    }

    fn registry_membership(&mut self, active: Bit, root: Digest, tranche: &TrancheCells) {
        self.cs.clause(labels::ID_IS_IN_THE_REGISTRY);
        self.cs
            .require_equal_if(active, root, self.public.registry_root);
        self.cs.clause(labels::ONE_UNIT_DEFINITION);
        self.cs
            .require_equal_if(active, tranche.unit, self.public.unit);
        if self.params.uniform {
            self.cs.clause(labels::TRANCHE_IS_UNIFORM);
            self.cs.require_equal_if(active, tranche.kind, ONE);
        }
    }

    fn ascending(
        &mut self,
        (active_before, index_before): (Bit, CellRef),
        (active, index): (Bit, CellRef),
    ) {
        self.cs.clause(labels::ACTIVE_SLOTS_COME_FIRST);
        let missing = self.cs.not(active_before);
        self.cs.require_product(active, missing, ZERO);
        const LABEL: ClauseLabel = labels::REGISTRY_INDICES_ASCEND;
        self.cs.clause(LABEL);
        let step = self.cs.sub(index, index_before);
        let gap = self.cs.sub(step, ONE);
        let gap = self.cs.mul(active, gap);
        let bits = self.params.shape.registry_depth as u32;
        self.cs.require_bits(gap, bits, LABEL);
    }

    /// S3, S4, S7: the private tranche and the unregistered total that stands for it in the usage commitment.
    pub(super) fn private(&mut self, [raw, draws, table_chunks]: [u64; 3]) -> (SlotCells, Digest) {
        let private = self.inputs.private;
        let hashes = self.id_chain(&private);
        let tranche = self.tranche(&private, &hashes, hashes[6]);
        self.cs
            .copy(tranche.unit, self.public.unit, labels::ONE_UNIT_DEFINITION);
        let zero = self.cs.constant(Fr::ZERO);
        self.cs.copy(
            tranche.owner_rate,
            zero,
            labels::PRIVATE_TRANCHE_HAS_NO_OWNER,
        );
        let one = self.cs.constant_bit(true);
        self.scale(one, &tranche);
        if self.params.uniform {
            // A private tranche without records stands for no unregistered data and has no kind to speak of.
            self.cs.clause(labels::TRANCHE_IS_UNIFORM);
            let weighted = self.cs.not(tranche.kind);
            self.cs.require_product(weighted, tranche.records, ZERO);
        }
        // Bound by the slot identity of the second phase.
        self.cs.clause(labels::UNREGISTERED_SUMS);
        let raw = self.cs.free(Fr::from(raw));
        let draws = self.cs.free(Fr::from(draws));
        let table_chunks = self.cs.free(Fr::from(table_chunks));
        let (raw, draws) = self.bounded(raw, draws);
        let [units, amounts] = self.amounts(raw, tranche.scale, draws);
        self.cs.clause(labels::UNREGISTERED_TOTAL);
        let unregistered_total = self.cs.hash_copied(
            self.public.unit,
            amounts,
            labels::UNREGISTERED_TOTAL_HOLDS_AMOUNTS,
        );
        let digest = self.cs.value(unregistered_total.digest);
        let salted = self.cs.hash(digest, self.inputs.unregistered_salt);
        self.cs.copy(
            salted.left,
            unregistered_total.digest,
            labels::UNREGISTERED_TOTAL_IS_SALTED,
        );
        let cells = SlotCells {
            root: self.key_root(&tranche),
            id: tranche.id.digest,
            table_chunks,
            raw,
            draws,
            units,
            leaf: [tranche.id.digest.into(), tranche.owner_rate, amounts],
        };
        (cells, salted.digest)
    }
}
