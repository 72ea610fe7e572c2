//! S3: the registered tranches in their slots, and the private one.

use halo2curves::bn256::Fr;
use halo2curves::ff::Field;
use tranche_protocol::tag::Tag;

use super::super::inputs::{SlotInputs, TrancheInputs};
use super::{Fill, SlotCells, TrancheCells, tag};
use crate::chips::arith::Operand;
use crate::chips::machine::steps::Hash;
use crate::field::power_of_two;
use crate::gadgets::{ranged, require_range};
use crate::sheet::Spot;

impl Fill<'_, '_> {
    /// The parts of a tranche's `counts` field, range-checked and recomposed to it.
    pub(super) fn tranche(
        &mut self,
        tranche: &TrancheInputs,
        fields: &[Hash],
        id: Hash,
    ) -> TrancheCells {
        const LABEL: &str = "S3 counts are their parts";
        self.arith.clause(LABEL);
        let mut part = |value: u64, bits: u32| {
            ranged(
                self.sheet,
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
        let kind = self.arith.bit(self.sheet, tranche.kind == 1);
        let shift = |n: u32| Operand::Constant(power_of_two(n));
        let sum = self.arith.mul_add(self.sheet, records, scale, shift(32));
        let sum = self.arith.mul_add(self.sheet, sum, kind, shift(64));
        let counts = self.arith.mul_add(self.sheet, sum, total, shift(72));
        self.sheet.copy(counts, fields[3].right, LABEL);
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
    pub(super) fn key_root(&self, cells: &TrancheCells) -> Spot {
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
        let mut before: Option<[Spot; 2]> = None;
        for (j, usage) in usage.iter().take(self.params.slots).enumerate() {
            let slot = self.inputs.slots.get(j).unwrap_or(&empty);
            let fields = self.id_chain(&slot.tranche);
            let tranche = self.tranche(&slot.tranche, &fields, fields[6]);
            let (root, bits) = self.registry_path(slot, fields[6].digest);
            self.arith.clause("S3 active slots are a prefix");
            let active = self.arith.bit(self.sheet, j < self.inputs.slots.len());
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
        let mut below = self.sheet.constant(tag(Tag::TrancheId));
        let mut label = "S3 id starts with its tag";
        tranche
            .fields()
            .into_iter()
            .map(|field| {
                let left = self.sheet.value(below);
                let hash = self.machine.hash(self.sheet, left, field);
                self.sheet.copy(hash.left, below, label);
                below = hash.digest;
                label = "S3 id hashes its fields";
                hash
            })
            .collect()
    }

    /// The root that a leaf opens under in the registry, and the bits of its index, lowest first.
    fn registry_path(&mut self, slot: &SlotInputs, leaf: Spot) -> (Spot, Vec<Spot>) {
        let mut below = leaf;
        let bits = (0..self.params.shape.registry_depth)
            .map(|level| {
                let sibling = slot.path.get(level).copied().unwrap_or(Fr::ZERO);
                let value = self.sheet.value(below);
                let right = slot.index >> level & 1 == 1;
                let [l, r] = if right {
                    [sibling, value]
                } else {
                    [value, sibling]
                };
                let hash = self.machine.hash(self.sheet, l, r);
                self.arith.clause("S3 path bit is boolean");
                let bit = self.arith.bit(self.sheet, right);
                self.arith.clause("S3 path child is the digest below");
                self.arith
                    .require_choice(self.sheet, bit, [hash.left, hash.right], below);
                below = hash.digest;
                bit
            })
            .collect();
        (below, bits)
    }

    fn registry_index(&mut self, bits: &[Spot]) -> Spot {
        self.arith.clause("S3 registry index is the path's bits");
        let mut index = bits[0];
        for (level, bit) in bits.iter().enumerate().skip(1) {
            let weight = Operand::Constant(power_of_two(level as u32));
            index = self.arith.mul_add(self.sheet, index, *bit, weight);
        }
        index
    }

    fn registry_membership(&mut self, active: Spot, root: Spot, tranche: &TrancheCells) {
        self.arith.clause("S3 id is in the registry");
        self.arith
            .require_equal_if(self.sheet, active, root, self.public[1]);
        self.arith.clause("S3 one unit definition");
        self.arith
            .require_equal_if(self.sheet, active, tranche.unit, self.public[4]);
        if self.params.uniform {
            self.arith.clause("S2 tranche is uniform");
            self.arith.require_equal_if(
                self.sheet,
                active,
                tranche.kind,
                Operand::Constant(Fr::ONE),
            );
        }
    }

    fn ascending(&mut self, [active_before, index_before]: [Spot; 2], [active, index]: [Spot; 2]) {
        self.arith.clause("S3 active slots are a prefix");
        let missing = self
            .arith
            .sub(self.sheet, Operand::Constant(Fr::ONE), active_before);
        self.arith
            .require_product(self.sheet, active, missing, Operand::Constant(Fr::ZERO));
        const LABEL: &str = "S3 registry indices ascend";
        self.arith.clause(LABEL);
        let step = self.arith.sub(self.sheet, index, index_before);
        let gap = self.arith.sub(self.sheet, step, Operand::Constant(Fr::ONE));
        let gap = self.arith.mul(self.sheet, active, gap);
        require_range(
            self.sheet,
            &mut self.arith,
            &mut self.queue,
            gap,
            self.params.shape.registry_depth as u32,
            LABEL,
        );
    }

    /// S3, S4, S7: the private tranche and the bucket that stands for it in the usage commitment.
    pub(super) fn private(&mut self, [raw, draws, places]: [u64; 3]) -> (SlotCells, Spot) {
        let private = self.inputs.private;
        let hashes = self.id_chain(&private);
        let tranche = self.tranche(&private, &hashes, hashes[6]);
        self.sheet
            .copy(tranche.unit, self.public[4], "S3 one unit definition");
        let zero = self.sheet.constant(Fr::ZERO);
        self.sheet.copy(
            tranche.owner_rate,
            zero,
            "S3 the private tranche has no owner",
        );
        let one = self.sheet.constant(Fr::ONE);
        self.scale(one, &tranche);
        if self.params.uniform {
            // A private tranche without records stands for no unregistered data and has no kind to speak of.
            self.arith.clause("S2 tranche is uniform");
            let weighted = self
                .arith
                .sub(self.sheet, Operand::Constant(Fr::ONE), tranche.kind);
            self.arith.require_product(
                self.sheet,
                weighted,
                tranche.records,
                Operand::Constant(Fr::ZERO),
            );
        }
        // Bound by the slot identity of the second phase.
        self.arith.clause("S4 bucket sums");
        let raw = self.arith.free(self.sheet, Fr::from(raw));
        let draws = self.arith.free(self.sheet, Fr::from(draws));
        let places = self.arith.free(self.sheet, Fr::from(places));
        self.bounded(raw, draws);
        let [units, amounts] = self.amounts(raw, tranche.scale, draws);
        self.arith.clause("S7 bucket");
        let bucket = self.machine.hash_copied(
            self.sheet,
            self.public[4],
            amounts,
            "S7 bucket holds unit and amounts",
        );
        let digest = self.sheet.value(bucket.digest);
        let salted = self
            .machine
            .hash(self.sheet, digest, self.inputs.unregistered_salt);
        self.sheet
            .copy(salted.left, bucket.digest, "S7 bucket is salted");
        let cells = SlotCells {
            root: self.key_root(&tranche),
            id: tranche.id.digest,
            places,
            raw,
            draws,
            units,
            leaf: [tranche.id.digest, tranche.owner_rate, amounts],
        };
        (cells, salted.digest)
    }
}
