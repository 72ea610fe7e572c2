//! S4: what slots and unregistered total count.

use crate::labels::{self, ClauseLabel};
use halo2curves::bn256::Fr;
use halo2curves::ff::Field;

use super::{Fill, SlotCells, TrancheCells};
use crate::assignment::CellRef;
use crate::chips::arith::Operand;
use crate::field::power_of_two;
use crate::gadgets::require_range;

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
        active: CellRef,
        tranche: &TrancheCells,
        [raw, draws, table_chunks]: [u64; 3],
    ) -> SlotCells {
        // Bound by the slot identity of the second phase.
        self.arith.clause(labels::INACTIVE_SLOTS_COUNT_NOTHING);
        let idle = self
            .arith
            .sub(self.assignment, Operand::Constant(Fr::ONE), active);
        let zero = Operand::Constant(Fr::ZERO);
        let mut gated = |value: u64| {
            self.arith.gate(
                self.assignment,
                [zero, idle.into(), Operand::Free(Fr::from(value)), zero],
            )[2]
        };
        let raw = gated(raw);
        let draws = gated(draws);
        let table_chunks = gated(table_chunks);
        self.scale(active, tranche);
        self.bounded(raw, draws);
        self.arith.clause(labels::ACTIVE_SLOT_WAS_DRAWN_FROM);
        let inverse = self.assignment.value(draws).invert().unwrap_or(Fr::ZERO);
        self.arith
            .require_product(self.assignment, draws, Operand::Free(inverse), active);
        let [units, amounts] = self.amounts(raw, tranche.scale, draws);
        self.arith.clause(labels::INACTIVE_SLOTS_HAVE_EMPTY_LEAVES);
        let id = self.arith.mul(self.assignment, active, tranche.id.digest);
        let owner_rate = self.arith.mul(self.assignment, active, tranche.owner_rate);
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
    pub(super) fn scale(&mut self, active: CellRef, tranche: &TrancheCells) {
        self.arith.clause(labels::SCALE_IS_NOT_ZERO);
        let inverse = if self.assignment.value(active) == Fr::ZERO {
            Fr::ZERO
        } else {
            self.assignment
                .value(tranche.scale)
                .invert()
                .unwrap_or(Fr::ZERO)
        };
        self.arith.require_product(
            self.assignment,
            tranche.scale,
            Operand::Free(inverse),
            active,
        );
        self.arith.clause(labels::SCALE_IS_ONE_UNLESS_UNIFORM);
        let above = self
            .arith
            .sub(self.assignment, tranche.scale, Operand::Constant(Fr::ONE));
        let above = self.arith.mul(self.assignment, active, above);
        let weighted = self
            .arith
            .sub(self.assignment, Operand::Constant(Fr::ONE), tranche.kind);
        self.arith.require_product(
            self.assignment,
            above,
            weighted,
            Operand::Constant(Fr::ZERO),
        );
    }

    /// S4: sums of a slot are integers in range, whichever slot of the same tranche they are counted in.
    pub(super) fn bounded(&mut self, raw: CellRef, draws: CellRef) {
        const LABEL: ClauseLabel = labels::SLOT_SUMS_ARE_IN_RANGE;
        self.arith.clause(LABEL);
        for (cell, bits) in [(raw, 48), (draws, 32)] {
            require_range(
                self.assignment,
                &mut self.arith,
                &mut self.queue,
                cell,
                bits,
                LABEL,
            );
        }
    }

    /// units = raw · scale, and units + 2^64 · draws.
    ///
    /// raw is checked to be below 2^48 and scale is below 2^24, so neither the product nor a sum of 65 of them wraps; their sum is checked to be
    /// below 2^48 and draws below 2^32, so that units + 2^64 · draws is one-to-one.
    pub(super) fn amounts(&mut self, raw: CellRef, scale: CellRef, draws: CellRef) -> [CellRef; 2] {
        self.arith.clause(labels::UNITS_ARE_SCALED_SUMS);
        let units = self.arith.mul(self.assignment, raw, scale);
        let amounts = self.arith.mul_add(
            self.assignment,
            units,
            draws,
            Operand::Constant(power_of_two(64)),
        );
        [units, amounts]
    }

    /// S4: the units of all slots and of the unregistered total together are below 2^48.
    pub(super) fn total_units(&mut self, slots: &[SlotCells], private: &SlotCells) {
        const LABEL: ClauseLabel = labels::RUN_UNITS_ARE_IN_RANGE;
        self.arith.clause(LABEL);
        let mut total = private.units;
        for slot in slots {
            total = self.arith.add(self.assignment, total, slot.units);
        }
        require_range(
            self.assignment,
            &mut self.arith,
            &mut self.queue,
            total,
            48,
            LABEL,
        );
    }
}
