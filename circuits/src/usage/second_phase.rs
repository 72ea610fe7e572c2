//! The second phase of the usage circuit: everything that depends on challenges.

use crate::labels;
use halo2curves::bn256::Fr;
use halo2curves::ff::Field;

use super::config::{Challenges, UsageConfig};
use super::fill::{FirstPhase, SlotCells, TableChunkCells};
use super::params::UsageParams;
use crate::assignment::{Assignment, CellRef};
use crate::chips::arith::{ArithChip, Operand};
use crate::chips::machine::coefficients::raise;
use crate::chips::weights::Parts;

struct SecondPhase<'a, 'c> {
    assignment: &'a mut Assignment,
    arith: ArithChip<'c>,
    cells: Cells,
    eta_square: CellRef,
}

/// Challenges as cells.
struct Cells {
    alpha: CellRef,
    gamma: CellRef,
    theta: CellRef,
    eta: CellRef,
    zeta: CellRef,
    tau: CellRef,
}

/// Fills the second phase; returns the second-phase arithmetic chip for its clause labels.
pub(crate) fn second_phase<'c>(
    config: &'c UsageConfig,
    params: &UsageParams,
    first: &FirstPhase<'_>,
    challenges: Challenges<Fr>,
    assignment: &mut Assignment,
) -> ArithChip<'c> {
    let mut arith = ArithChip::new(&config.second_phase_arith);
    arith.clause(labels::CHALLENGE_CELL);
    let cell_refs = arith.load_challenges(assignment, &challenges.of_cells());
    let [alpha, gamma, theta, eta, zeta, tau] = std::array::from_fn(|i| cell_refs[i]);
    let cells = Cells {
        alpha,
        gamma,
        theta,
        eta,
        zeta,
        tau,
    };
    let eta_square = arith.mul(assignment, cells.eta, cells.eta);
    let mut second_phase = SecondPhase {
        assignment,
        arith,
        cells,
        eta_square,
    };
    let members = second_phase.key_inverses(config, params, first);
    second_phase.sums(config, params, first, challenges);
    second_phase.counting(config, first);
    second_phase.slot_identity(config, first, members);
    second_phase.leaves(params, first);
    second_phase.folds(config, params, first, challenges);
    second_phase.arith
}

impl SecondPhase<'_, '_> {
    /// key = root + η · id + η² · private, and 1/(θ − key).
    fn key_inverse(&mut self, root: CellRef, id: CellRef, private: Operand) -> CellRef {
        let key = self
            .arith
            .mul_add(self.assignment, root, self.cells.eta, id);
        let key = self
            .arith
            .mul_add(self.assignment, key, self.eta_square, private);
        let difference = self.arith.sub(self.assignment, self.cells.theta, key);
        self.arith.inverse(self.assignment, difference)
    }

    /// S2: each table chunk's key inverse, on all rows of its chunk. Returns the sum of the active table chunks' key inverses.
    fn key_inverses(
        &mut self,
        config: &UsageConfig,
        params: &UsageParams,
        first: &FirstPhase<'_>,
    ) -> CellRef {
        let chunk = params.shape.records_per_chunk();
        self.arith.clause(labels::CHUNK_IS_KEYED);
        let mut key_inverses = Vec::with_capacity(first.table_chunks.len());
        let mut members = self.assignment.constant(Fr::ZERO);
        for (table_chunk, cells) in first.table_chunks.iter().enumerate() {
            let TableChunkCells {
                root,
                id,
                private,
                active,
            } = cells;
            let key_inverse = self.key_inverse(*root, *id, (*private).into());
            key_inverses.push(self.assignment.value(key_inverse));
            members = self
                .arith
                .mul_add(self.assignment, members, *active, key_inverse);
            self.assignment.copy(
                config.table.key_inverse_of(table_chunk, chunk),
                key_inverse,
                labels::ROWS_CARRY_KEY_INVERSE,
            );
        }
        config
            .table
            .assign_key_inverses(self.assignment, chunk, &key_inverses);
        members
    }

    /// All columns of running sums.
    fn sums(
        &mut self,
        config: &UsageConfig,
        params: &UsageParams,
        first: &FirstPhase<'_>,
        challenges: Challenges<Fr>,
    ) {
        let rows = params.table_rows();
        let assignment = &mut *self.assignment;
        config.positions.assign(
            assignment,
            &config.draws,
            &config.table,
            rows,
            first.end,
            challenges.alpha,
        );
        let parts = Parts {
            draws: &config.draws,
            table: &config.table,
            range: &config.range,
        };
        config.weights.assign(
            assignment,
            parts,
            rows,
            first.end,
            [challenges.eta, challenges.beta],
        );
    }

    /// S1: the sum that is left is the padding's, (draw cells − L)/α.
    fn counting(&mut self, config: &UsageConfig, first: &FirstPhase<'_>) {
        self.arith.clause(labels::PADDING_IS_COUNTED_AT_ZERO);
        let capacity = Fr::from(config.draws.capacity(first.end) as u64);
        self.arith.gate(
            self.assignment,
            [
                first.length.into(),
                config.positions.total(first.end).into(),
                self.cells.alpha.into(),
                Operand::Constant(capacity),
            ],
        );
    }

    /// S2, S4: the slots' sides of the slot identity and of the same identity over active table chunks, drawn from or not.
    fn slot_identity(&mut self, config: &UsageConfig, first: &FirstPhase<'_>, members: CellRef) {
        self.arith.clause(labels::SLOTS_HOLD_THEIR_SUMS);
        let sides = first
            .slots
            .iter()
            .map(|slot| (slot, Fr::ZERO))
            .chain([(&first.private, Fr::ONE)]);
        let mut total = self.assignment.constant(Fr::ZERO);
        let mut owned = total;
        for (
            SlotCells {
                root,
                id,
                table_chunks,
                raw,
                draws,
                ..
            },
            private,
        ) in sides
        {
            let inverse = self.key_inverse(*root, (*id).into(), Operand::Constant(private));
            let weight = self
                .arith
                .mul_add(self.assignment, *raw, self.cells.eta, *draws);
            total = self.arith.mul_add(self.assignment, total, weight, inverse);
            owned = self
                .arith
                .mul_add(self.assignment, owned, *table_chunks, inverse);
        }
        self.assignment
            .copy(owned, members, labels::ACTIVE_TABLE_CHUNKS_HAVE_A_SLOT);
        self.arith.gate(
            self.assignment,
            [
                total.into(),
                first.length.into(),
                Operand::Constant(Fr::ONE),
                config.weights.total(first.end).into(),
            ],
        );
    }

    /// S7: the leaves hold the slots' values, each once, in any order; leaves beyond the slots are empty.
    fn leaves(&mut self, params: &UsageParams, first: &FirstPhase<'_>) {
        self.arith.clause(labels::LEAVES_ARE_THE_SLOTS);
        let sides: [Vec<[CellRef; 3]>; 2] = [
            first.slots.iter().map(|slot| slot.leaf).collect(),
            first.leaves.clone(),
        ];
        let mut totals = sides.map(|side| {
            let mut total = self.assignment.constant(Fr::ZERO);
            for [id, owner_rate, amounts] in side {
                let tuple = self
                    .arith
                    .mul_add(self.assignment, id, self.cells.eta, owner_rate);
                let tuple = self
                    .arith
                    .mul_add(self.assignment, tuple, self.eta_square, amounts);
                let difference = self.arith.sub(self.assignment, self.cells.zeta, tuple);
                let inverse = self.arith.inverse(self.assignment, difference);
                total = self.arith.add(self.assignment, total, inverse);
            }
            total
        });
        let beyond = params.usage_leaves() - params.slots;
        if beyond > 0 {
            let inverse = self.arith.inverse(self.assignment, self.cells.zeta);
            let beyond = Operand::Constant(Fr::from(beyond as u64));
            totals[0] = self
                .arith
                .mul_add(self.assignment, totals[0], inverse, beyond);
        }
        self.assignment
            .copy(totals[0], totals[1], labels::LEAVES_ARE_THE_SLOTS);
    }

    /// S2, S5: what the sponges absorbed is the table's units and the log's draws. All other steps of the machine add up to zero.
    fn folds(
        &mut self,
        config: &UsageConfig,
        params: &UsageParams,
        first: &FirstPhase<'_>,
        challenges: Challenges<Fr>,
    ) {
        let (gamma, end) = (challenges.gamma, first.end);
        let zero = self.assignment.constant(Fr::ZERO);
        let mut folds = Vec::new();
        if let Some(fold) = &config.units_fold {
            fold.assign(self.assignment, Fr::ZERO, end, gamma);
            self.assignment
                .copy(fold.at(0), zero, labels::UNITS_FOLD_STARTS_AT_ZERO);
            let folded = fold.at(params.table_rows());
            folds.push((folded, labels::CHUNK_SPONGES_ARE_THE_UNITS));
        }
        let fold = &config.draws.fold;
        fold.assign(self.assignment, Fr::ZERO, end, gamma);
        self.assignment
            .copy(fold.at(0), zero, labels::DRAWS_FOLD_STARTS_AT_ZERO);
        let folded = fold.at(params.draw_rows());
        folds.push((folded, labels::LOG_SPONGES_ARE_THE_DRAWS));

        let machine = &first.machine;
        let [rho, tau] = [self.cells.gamma, self.cells.tau];
        machine.weigh(self.assignment, &mut self.arith, rho, tau);
        config.machine.accumulate(self.assignment, end, gamma);
        for (region, (mut folded, label)) in machine.regions().iter().zip(folds) {
            self.arith.clause(label);
            let behind = params.shape.packs() * region.idle;
            if behind > 0 {
                let power = raise(self.assignment, &mut self.arith, rho, behind);
                folded = self.arith.mul(self.assignment, folded, power);
            }
            self.assignment
                .copy(config.machine.at(region.end), folded, label);
        }
        self.assignment.copy(
            config.machine.at(machine.rows()),
            zero,
            labels::HASHES_ARE_PERMUTATIONS,
        );
        let used = first.range_rows.max(first.machine.rows());
        assert!(
            used <= first.end,
            "rows past the active ones are not checked"
        );
    }
}
