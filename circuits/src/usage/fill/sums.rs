//! S4: what slots and bucket count.

use halo2curves::bn256::Fr;
use halo2curves::ff::Field;

use super::{Fill, SlotCells, TrancheCells};
use crate::chips::arith::Operand;
use crate::field::power_of_two;
use crate::gadgets::require_range;
use crate::sheet::Spot;

impl Fill<'_, '_> {
    /// Units before the scale, draws and active places by slot, the private tranche last.
    pub(super) fn native_usage(&self) -> Vec<[u64; 3]> {
        let chunk = self.params.shape.records_per_chunk();
        let mut usage = vec![[0u64; 3]; self.params.slots + 1];
        for place in &self.inputs.places {
            if let Some(sums) = usage.get_mut(place.slot.unwrap_or(self.params.slots)) {
                sums[2] += 1;
            }
        }
        for draw in &self.inputs.draws {
            let Some(position) = (*draw as usize).checked_sub(1) else {
                continue;
            };
            let Some(place) = self.inputs.places.get(position / chunk) else {
                continue;
            };
            let slot = place.slot.unwrap_or(self.params.slots);
            let units = place.units.get(position % chunk).copied().unwrap_or(0);
            if let Some(sums) = usage.get_mut(slot) {
                sums[0] += u64::from(units);
                sums[1] += 1;
            }
        }
        usage
    }

    pub(super) fn slot_sums(
        &mut self,
        active: Spot,
        tranche: &TrancheCells,
        [raw, draws, places]: [u64; 3],
    ) -> SlotCells {
        // Bound by the slot identity of the second phase.
        self.arith.clause("S4 inactive slots count nothing");
        let idle = self
            .arith
            .sub(self.sheet, Operand::Constant(Fr::ONE), active);
        let zero = Operand::Constant(Fr::ZERO);
        let mut gated = |value: u64| {
            self.arith.gate(
                self.sheet,
                [zero, idle.into(), Operand::Free(Fr::from(value)), zero],
            )[2]
        };
        let raw = gated(raw);
        let draws = gated(draws);
        let places = gated(places);
        self.scale(active, tranche);
        self.bounded(raw, draws);
        self.arith.clause("S3 an active slot was drawn from");
        let inverse = self.sheet.value(draws).invert().unwrap_or(Fr::ZERO);
        self.arith
            .require_product(self.sheet, draws, Operand::Free(inverse), active);
        let [units, amounts] = self.amounts(raw, tranche.scale, draws);
        self.arith.clause("S7 inactive slots have empty leaves");
        let id = self.arith.mul(self.sheet, active, tranche.id.digest);
        let owner_rate = self.arith.mul(self.sheet, active, tranche.owner_rate);
        SlotCells {
            root: self.key_root(tranche),
            id: tranche.id.digest,
            places,
            raw,
            draws,
            units,
            leaf: [id, owner_rate, amounts],
        }
    }

    /// S4: the scale is at least 1, and 1 unless the tranche is uniform, so that nothing drawn weighs nothing.
    pub(super) fn scale(&mut self, active: Spot, tranche: &TrancheCells) {
        self.arith.clause("S4 scale is not zero");
        let inverse = if self.sheet.value(active) == Fr::ZERO {
            Fr::ZERO
        } else {
            self.sheet.value(tranche.scale).invert().unwrap_or(Fr::ZERO)
        };
        self.arith
            .require_product(self.sheet, tranche.scale, Operand::Free(inverse), active);
        self.arith.clause("S4 scale is one unless uniform");
        let above = self
            .arith
            .sub(self.sheet, tranche.scale, Operand::Constant(Fr::ONE));
        let above = self.arith.mul(self.sheet, active, above);
        let weighted = self
            .arith
            .sub(self.sheet, Operand::Constant(Fr::ONE), tranche.kind);
        self.arith
            .require_product(self.sheet, above, weighted, Operand::Constant(Fr::ZERO));
    }

    /// S4: sums of a slot are integers in range, whichever slot of the same tranche they are told of.
    pub(super) fn bounded(&mut self, raw: Spot, draws: Spot) {
        const LABEL: &str = "S4 sums of a slot are in range";
        self.arith.clause(LABEL);
        for (cell, bits) in [(raw, 48), (draws, 32)] {
            require_range(
                self.sheet,
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
    pub(super) fn amounts(&mut self, raw: Spot, scale: Spot, draws: Spot) -> [Spot; 2] {
        self.arith.clause("S4 units are scaled sums");
        let units = self.arith.mul(self.sheet, raw, scale);
        let amounts = self.arith.mul_add(
            self.sheet,
            units,
            draws,
            Operand::Constant(power_of_two(64)),
        );
        [units, amounts]
    }

    /// S4: the units of all slots and of the bucket together are below 2^48.
    pub(super) fn total_units(&mut self, slots: &[SlotCells], private: &SlotCells) {
        const LABEL: &str = "S4 units of the run are below 2^48";
        self.arith.clause(LABEL);
        let mut total = private.units;
        for slot in slots {
            total = self.arith.add(self.sheet, total, slot.units);
        }
        require_range(
            self.sheet,
            &mut self.arith,
            &mut self.queue,
            total,
            48,
            LABEL,
        );
    }
}
