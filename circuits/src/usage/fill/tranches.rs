//! S3: the registered tranches in their slots, and the private one.

use crate::labels::{self, ClauseLabel};
use halo2curves::bn256::Fr;
use halo2curves::ff::Field;
use tranche_protocol::tag::Tag;

use super::super::inputs::{SlotInputs, TrancheInputs};
use super::{Fill, SlotCells, TrancheCells, tag};
use crate::assignment::CellRef;
use crate::chips::arith::Operand;
use crate::chips::machine::steps::Hash;
use crate::field::power_of_two;
use crate::gadgets::{ranged, require_range};

impl Fill<'_, '_> {
    /// The parts of a tranche's `counts` field, range-checked and recomposed to it.
    pub(super) fn tranche(
        &mut self,
        tranche: &TrancheInputs,
        fields: &[Hash],
        id: Hash,
    ) -> TrancheCells {
        const LABEL: ClauseLabel = labels::COUNTS_ARE_THEIR_PARTS;
        self.arith.clause(LABEL);
        let mut part = |value: u64, bits: u32| {
            ranged(
                self.assignment,
                &mut self.arith,
                &mut self.queue,
                Fr::from(value),
                bits,
                LABEL,
            )
        };
        let records = part(tranche.records, 32);
        let scale = part(tranche.scale, 24);
        let total = part(tranche.total_units, 64);
        let kind = self.arith.bit(self.assignment, tranche.kind == 1);
        let shift = |n: u32| Operand::Constant(power_of_two(n));
        let sum = self
            .arith
            .mul_add(self.assignment, records, scale, shift(32));
        let sum = self.arith.mul_add(self.assignment, sum, kind, shift(64));
        let counts = self.arith.mul_add(self.assignment, sum, total, shift(72));
        self.assignment.copy(counts, fields[3].right, LABEL);
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
            cells.records
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
        let mut before: Option<[CellRef; 2]> = None;
        for (j, usage) in usage.iter().take(self.params.slots).enumerate() {
            let slot = self.inputs.slots.get(j).unwrap_or(&empty);
            let fields = self.id_chain(&slot.tranche);
            let tranche = self.tranche(&slot.tranche, &fields, fields[6]);
            let (root, bits) = self.registry_path(slot, fields[6].digest);
            self.arith.clause(labels::ACTIVE_SLOTS_COME_FIRST);
            let active = self.arith.bit(self.assignment, j < self.inputs.slots.len());
            let index = self.registry_index(&bits);
            self.registry_membership(active, root, &tranche);
            if let Some([active_before, index_before]) = before {
                self.ascending([active_before, index_before], [active, index]);
            }
            before = Some([active, index]);
            cells.push(self.slot_sums(active, &tranche, *usage));
        }
        cells
    }

    /// The hashes of a tranche's id: the tag first, then each digest with the next field.
    fn id_chain(&mut self, tranche: &TrancheInputs) -> Vec<Hash> {
        let mut below = self.assignment.constant(tag(Tag::TrancheId));
        let mut label = labels::ID_STARTS_WITH_ITS_TAG;
        tranche
            .fields()
            .into_iter()
            .map(|field| {
                let left = self.assignment.value(below);
                let hash = self.machine.hash(self.assignment, left, field);
                self.assignment.copy(hash.left, below, label);
                below = hash.digest;
                label = labels::ID_HASHES_ITS_FIELDS;
                hash
            })
            .collect()
    }

    /// The root that a leaf opens under in the registry, and the bits of its index, lowest first.
    fn registry_path(&mut self, slot: &SlotInputs, leaf: CellRef) -> (CellRef, Vec<CellRef>) {
        let mut below = leaf;
        let bits = (0..self.params.shape.registry_depth)
            .map(|level| {
                let sibling = slot.path.get(level).copied().unwrap_or(Fr::ZERO);
                let value = self.assignment.value(below);
                let right = slot.index >> level & 1 == 1;
                let [l, r] = if right {
                    [sibling, value]
                } else {
                    [value, sibling]
                };
                let hash = self.machine.hash(self.assignment, l, r);
                self.arith.clause(labels::PATH_BIT_IS_BOOLEAN);
                let bit = self.arith.bit(self.assignment, right);
                self.arith.clause(labels::PATH_CHILD_IS_THE_DIGEST);
                self.arith
                    .require_choice(self.assignment, bit, [hash.left, hash.right], below);
                below = hash.digest;
                bit
            })
            .collect();
        (below, bits)
    }

    fn registry_index(&mut self, bits: &[CellRef]) -> CellRef {
        self.arith.clause(labels::REGISTRY_INDEX_IS_ITS_BITS);
        let mut index = bits[0];
        for (level, bit) in bits.iter().enumerate().skip(1) {
            let weight = Operand::Constant(power_of_two(level as u32));
            index = self.arith.mul_add(self.assignment, index, *bit, weight);
        }
        index
    }

    fn registry_membership(&mut self, active: CellRef, root: CellRef, tranche: &TrancheCells) {
        self.arith.clause(labels::ID_IS_IN_THE_REGISTRY);
        self.arith
            .require_equal_if(self.assignment, active, root, self.public[1]);
        self.arith.clause(labels::ONE_UNIT_DEFINITION);
        self.arith
            .require_equal_if(self.assignment, active, tranche.unit, self.public[4]);
        if self.params.uniform {
            self.arith.clause(labels::TRANCHE_IS_UNIFORM);
            self.arith.require_equal_if(
                self.assignment,
                active,
                tranche.kind,
                Operand::Constant(Fr::ONE),
            );
        }
    }

    fn ascending(
        &mut self,
        [active_before, index_before]: [CellRef; 2],
        [active, index]: [CellRef; 2],
    ) {
        self.arith.clause(labels::ACTIVE_SLOTS_COME_FIRST);
        let missing = self
            .arith
            .sub(self.assignment, Operand::Constant(Fr::ONE), active_before);
        self.arith.require_product(
            self.assignment,
            active,
            missing,
            Operand::Constant(Fr::ZERO),
        );
        const LABEL: ClauseLabel = labels::REGISTRY_INDICES_ASCEND;
        self.arith.clause(LABEL);
        let step = self.arith.sub(self.assignment, index, index_before);
        let gap = self
            .arith
            .sub(self.assignment, step, Operand::Constant(Fr::ONE));
        let gap = self.arith.mul(self.assignment, active, gap);
        require_range(
            self.assignment,
            &mut self.arith,
            &mut self.queue,
            gap,
            self.params.shape.registry_depth as u32,
            LABEL,
        );
    }

    /// S3, S4, S7: the private tranche and the unregistered total that stands for it in the usage commitment.
    pub(super) fn private(&mut self, [raw, draws, table_chunks]: [u64; 3]) -> (SlotCells, CellRef) {
        let private = self.inputs.private;
        let hashes = self.id_chain(&private);
        let tranche = self.tranche(&private, &hashes, hashes[6]);
        self.assignment
            .copy(tranche.unit, self.public[4], labels::ONE_UNIT_DEFINITION);
        let zero = self.assignment.constant(Fr::ZERO);
        self.assignment.copy(
            tranche.owner_rate,
            zero,
            labels::PRIVATE_TRANCHE_HAS_NO_OWNER,
        );
        let one = self.assignment.constant(Fr::ONE);
        self.scale(one, &tranche);
        if self.params.uniform {
            // A private tranche without records stands for no unregistered data and has no kind to speak of.
            self.arith.clause(labels::TRANCHE_IS_UNIFORM);
            let weighted =
                self.arith
                    .sub(self.assignment, Operand::Constant(Fr::ONE), tranche.kind);
            self.arith.require_product(
                self.assignment,
                weighted,
                tranche.records,
                Operand::Constant(Fr::ZERO),
            );
        }
        // Bound by the slot identity of the second phase.
        self.arith.clause(labels::UNREGISTERED_SUMS);
        let raw = self.arith.free(self.assignment, Fr::from(raw));
        let draws = self.arith.free(self.assignment, Fr::from(draws));
        let table_chunks = self.arith.free(self.assignment, Fr::from(table_chunks));
        self.bounded(raw, draws);
        let [units, amounts] = self.amounts(raw, tranche.scale, draws);
        self.arith.clause(labels::UNREGISTERED_TOTAL);
        let unregistered_total = self.machine.hash_copied(
            self.assignment,
            self.public[4],
            amounts,
            labels::UNREGISTERED_TOTAL_HOLDS_AMOUNTS,
        );
        let digest = self.assignment.value(unregistered_total.digest);
        let salted = self
            .machine
            .hash(self.assignment, digest, self.inputs.unregistered_salt);
        self.assignment.copy(
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
            leaf: [tranche.id.digest, tranche.owner_rate, amounts],
        };
        (cells, salted.digest)
    }
}
