//! S4: what slots and unregistered total count.

use crate::labels::{self, ClauseLabel};
use halo2curves::bn256::Fr;
use halo2curves::ff::Field;

use super::cells::{Fill, SlotCells, TrancheCells};
use crate::assignment::CellRef;
use crate::builder::{ONE, ZERO};
use crate::cells::{Bit, Ranged};
use crate::chips::arith::Operand;
use crate::field::power_of_two;

impl Fill<'_, '_> {
    /// Units before the scale, draws and active table chunks by slot, the private tranche last.
    pub(super) fn native_usage(&self) -> Vec<[u64; 3]> {
        let chunk = self.params.shape.records_per_chunk();
        let mut usage = vec![[0u64; 3]; self.params.slots + 1];
        for table_chunk in &self.inputs.table_chunks {
            if let Some(sums) = usage.get_mut(table_chunk.slot.unwrap_or(self.params.slots)) {
                sums[2] += 1;
            }
        }
        for draw in &self.inputs.draws {
            let Some(position) = (*draw as usize).checked_sub(1) else {
                continue;
            };
            let Some(table_chunk) = self.inputs.table_chunks.get(position / chunk) else {
                continue;
            };
            let slot = table_chunk.slot.unwrap_or(self.params.slots);
            let units = table_chunk
                .units
                .get(position % chunk)
                .copied()
                .unwrap_or(0);
            if let Some(sums) = usage.get_mut(slot) {
                sums[0] += u64::from(units);
                sums[1] += 1;
            }
        }
        usage
    }

    pub(super) fn slot_sums(
        &mut self,
        active: Bit,
        tranche: &TrancheCells,
        [raw, draws, table_chunks]: [u64; 3],
    ) -> SlotCells {
        // Bound by the slot identity of the second phase.
        self.cs.clause(labels::INACTIVE_SLOTS_COUNT_NOTHING);
        let idle = self.cs.not(active);
        let mut gated = |value: u64| {
            self.cs
                .gate([ZERO, idle.into(), Operand::Free(Fr::from(value)), ZERO])[2]
        };
        let raw = gated(raw);
        let draws = gated(draws);
        let table_chunks = gated(table_chunks);
        self.scale(active, tranche);
        let (raw, draws) = self.bounded(raw, draws);
        self.cs.clause(labels::ACTIVE_SLOT_WAS_DRAWN_FROM);
        let inverse = self.cs.value(draws).invert().unwrap_or(Fr::ZERO);
        self.cs
            .require_product(draws, Operand::Free(inverse), active);
        let [units, amounts] = self.amounts(raw, tranche.scale, draws);
        self.cs.clause(labels::INACTIVE_SLOTS_HAVE_EMPTY_LEAVES);
        let id = self.cs.mul(active, tranche.id.digest);
        let owner_rate = self.cs.mul(active, tranche.owner_rate);
        SlotCells {
            root: self.key_root(tranche),
            id: tranche.id.digest,
            table_chunks,
            raw,
            draws,
            units,
            leaf: [id, owner_rate, amounts],
        }
    }

    /// S4: the scale is at least 1, and 1 unless the tranche is uniform, so that nothing drawn weighs nothing.
    pub(super) fn scale(&mut self, active: Bit, tranche: &TrancheCells) {
        self.cs.clause(labels::SCALE_IS_NOT_ZERO);
        let inverse = if self.cs.value(active) == Fr::ZERO {
            Fr::ZERO
        } else {
            self.cs.value(tranche.scale).invert().unwrap_or(Fr::ZERO)
        };
        self.cs
            .require_product(tranche.scale, Operand::Free(inverse), active);
        self.cs.clause(labels::SCALE_IS_ONE_UNLESS_UNIFORM);
        let above = self.cs.sub(tranche.scale, ONE);
        let above = self.cs.mul(active, above);
        let weighted = self.cs.not(tranche.kind);
        self.cs.require_product(above, weighted, ZERO);
    }

    /// S4: sums of a slot are integers in range, whichever slot of the same tranche they are counted in.
    pub(super) fn bounded(&mut self, raw: CellRef, draws: CellRef) -> (Ranged<48>, Ranged<32>) {
        const LABEL: ClauseLabel = labels::SLOT_SUMS_ARE_IN_RANGE;
        self.cs.clause(LABEL);
        let raw = self.cs.require_range(raw, LABEL);
        (raw, self.cs.require_range(draws, LABEL))
    }

    /// units = raw · scale, and units + 2^64 · draws.
    ///
    /// Neither the product nor a sum of 65 of them wraps. Their sum is checked to be below 2^48, so that units + 2^64 · draws is one-to-one.
    pub(super) fn amounts(
        &mut self,
        raw: Ranged<48>,
        scale: Ranged<24>,
        draws: Ranged<32>,
    ) -> [CellRef; 2] {
        self.cs.clause(labels::UNITS_ARE_SCALED_SUMS);
        let units = self.cs.mul(raw, scale);
        let amounts = self
            .cs
            .mul_add(units, draws, Operand::Constant(power_of_two(64)));
        [units, amounts]
    }

    /// S4: the units of all slots and of the unregistered total together are below 2^48.
    pub(super) fn total_units(&mut self, slots: &[SlotCells], private: &SlotCells) {
        const LABEL: ClauseLabel = labels::RUN_UNITS_ARE_IN_RANGE;
        self.cs.clause(LABEL);
        let mut total = private.units;
        for slot in slots {
            total = self.cs.add(total, slot.units);
        }
        self.cs.require_range::<48>(total, LABEL);
    }
}
