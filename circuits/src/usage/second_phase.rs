//! The second phase of the usage circuit: everything that depends on challenges.

use halo2curves::bn256::Fr;
use halo2curves::ff::Field;

use super::config::{Challenges, UsageConfig};
use super::fill::{FirstPhase, PlaceCells, SlotCells};
use super::params::UsageParams;
use crate::chips::arith::{ArithChip, Operand};
use crate::chips::machine::weights::raise;
use crate::chips::weights::Parts;
use crate::sheet::{Sheet, Spot};

struct Late<'a, 'c> {
    sheet: &'a mut Sheet,
    arith: ArithChip<'c>,
    cells: Cells,
    eta_square: Spot,
}

/// Challenges as cells.
struct Cells {
    alpha: Spot,
    gamma: Spot,
    theta: Spot,
    eta: Spot,
    zeta: Spot,
    tau: Spot,
}

/// Fills the second phase; returns the late arithmetic chip for its clause labels.
pub fn second_phase<'c>(
    config: &'c UsageConfig,
    params: &UsageParams,
    first: &FirstPhase<'_>,
    challenges: Challenges<Fr>,
    sheet: &mut Sheet,
) -> ArithChip<'c> {
    let mut arith = ArithChip::new(&config.late_arith);
    arith.clause("challenge cells");
    let spots = arith.load_challenges(sheet, &challenges.of_cells());
    let [alpha, gamma, theta, eta, zeta, tau] = std::array::from_fn(|i| spots[i]);
    let cells = Cells {
        alpha,
        gamma,
        theta,
        eta,
        zeta,
        tau,
    };
    let eta_square = arith.mul(sheet, cells.eta, cells.eta);
    let mut late = Late {
        sheet,
        arith,
        cells,
        eta_square,
    };
    let members = late.links(config, params, first);
    late.sums(config, params, first, challenges);
    late.counting(config, first);
    late.slot_identity(config, first, members);
    late.leaves(params, first);
    late.folds(config, params, first, challenges);
    late.arith
}

impl Late<'_, '_> {
    /// key = root + η · id + η² · private, and 1/(θ − key).
    fn key_inverse(&mut self, root: Spot, id: Spot, private: Operand) -> Spot {
        let key = self.arith.mul_add(self.sheet, root, self.cells.eta, id);
        let key = self
            .arith
            .mul_add(self.sheet, key, self.eta_square, private);
        let difference = self.arith.sub(self.sheet, self.cells.theta, key);
        self.arith.inverse(self.sheet, difference)
    }

    /// S2: each place's link, on all rows of its chunk. Returns the sum of the active places' links.
    fn links(
        &mut self,
        config: &UsageConfig,
        params: &UsageParams,
        first: &FirstPhase<'_>,
    ) -> Spot {
        let chunk = params.shape.records_per_chunk();
        self.arith.clause("S2 a chunk is keyed by root and id");
        let mut links = Vec::with_capacity(first.places.len());
        let mut members = self.sheet.constant(Fr::ZERO);
        for (place, cells) in first.places.iter().enumerate() {
            let PlaceCells {
                root,
                id,
                private,
                active,
            } = cells;
            let link = self.key_inverse(*root, *id, (*private).into());
            links.push(self.sheet.value(link));
            members = self.arith.mul_add(self.sheet, members, *active, link);
            self.sheet.copy(
                config.table.link_of(place, chunk),
                link,
                "S2 a chunk's rows carry its link",
            );
        }
        config.table.assign_links(self.sheet, chunk, &links);
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
        let sheet = &mut *self.sheet;
        config.positions.assign(
            sheet,
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
            sheet,
            parts,
            rows,
            first.end,
            [challenges.eta, challenges.beta],
        );
    }

    /// S1: the sum that is left is the padding's, (draw cells − L)/α.
    fn counting(&mut self, config: &UsageConfig, first: &FirstPhase<'_>) {
        self.arith.clause("S1 padding is counted at position 0");
        let capacity = Fr::from(config.draws.capacity(first.end) as u64);
        self.arith.gate(
            self.sheet,
            [
                first.length.into(),
                config.positions.total(first.end).into(),
                self.cells.alpha.into(),
                Operand::Constant(capacity),
            ],
        );
    }

    /// S2, S4: the slots' sides of the slot identity and of the same identity over active places, drawn from or not.
    fn slot_identity(&mut self, config: &UsageConfig, first: &FirstPhase<'_>, members: Spot) {
        self.arith.clause("S2 S4 slots hold their chunks' sums");
        let sides = first
            .slots
            .iter()
            .map(|slot| (slot, Fr::ZERO))
            .chain([(&first.private, Fr::ONE)]);
        let mut total = self.sheet.constant(Fr::ZERO);
        let mut owned = total;
        for (
            SlotCells {
                root,
                id,
                places,
                raw,
                draws,
                ..
            },
            private,
        ) in sides
        {
            let inverse = self.key_inverse(*root, *id, Operand::Constant(private));
            let weight = self.arith.mul_add(self.sheet, *raw, self.cells.eta, *draws);
            total = self.arith.mul_add(self.sheet, total, weight, inverse);
            owned = self.arith.mul_add(self.sheet, owned, *places, inverse);
        }
        self.sheet
            .copy(owned, members, "S2 every active place is of a slot");
        self.arith.gate(
            self.sheet,
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
        self.arith
            .clause("S7 leaves are the slots in a secret order");
        let sides: [Vec<[Spot; 3]>; 2] = [
            first.slots.iter().map(|slot| slot.leaf).collect(),
            first.leaves.clone(),
        ];
        let mut totals = sides.map(|side| {
            let mut total = self.sheet.constant(Fr::ZERO);
            for [id, owner_rate, amounts] in side {
                let tuple = self
                    .arith
                    .mul_add(self.sheet, id, self.cells.eta, owner_rate);
                let tuple = self
                    .arith
                    .mul_add(self.sheet, tuple, self.eta_square, amounts);
                let difference = self.arith.sub(self.sheet, self.cells.zeta, tuple);
                let inverse = self.arith.inverse(self.sheet, difference);
                total = self.arith.add(self.sheet, total, inverse);
            }
            total
        });
        let beyond = params.usage_leaves() - params.slots;
        if beyond > 0 {
            let inverse = self.arith.inverse(self.sheet, self.cells.zeta);
            let beyond = Operand::Constant(Fr::from(beyond as u64));
            totals[0] = self.arith.mul_add(self.sheet, totals[0], inverse, beyond);
        }
        self.sheet.copy(
            totals[0],
            totals[1],
            "S7 leaves are the slots in a secret order",
        );
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
        let zero = self.sheet.constant(Fr::ZERO);
        let mut folds = Vec::new();
        if let Some(fold) = &config.units_fold {
            fold.assign(self.sheet, Fr::ZERO, end, gamma);
            self.sheet
                .copy(fold.at(0), zero, "S2 units fold starts at zero");
            let folded = fold.at(params.table_rows());
            folds.push((folded, "S2 chunk sponges are the folded units"));
        }
        let fold = &config.draws.fold;
        fold.assign(self.sheet, Fr::ZERO, end, gamma);
        self.sheet
            .copy(fold.at(0), zero, "S5 draws fold starts at zero");
        let folded = fold.at(params.draw_rows());
        folds.push((folded, "S5 log sponges are the folded draws"));

        let machine = &first.machine;
        let [rho, tau] = [self.cells.gamma, self.cells.tau];
        machine.weigh(self.sheet, &mut self.arith, rho, tau);
        config.machine.accumulate(self.sheet, end, gamma);
        for (region, (mut folded, label)) in machine.regions().iter().zip(folds) {
            self.arith.clause(label);
            let behind = params.shape.packs() * region.idle;
            if behind > 0 {
                let power = raise(self.sheet, &mut self.arith, rho, behind);
                folded = self.arith.mul(self.sheet, folded, power);
            }
            self.sheet
                .copy(config.machine.at(region.end), folded, label);
        }
        self.sheet.copy(
            config.machine.at(machine.rows()),
            zero,
            "S2 S3 S5 S6 S7 hashes are permutations",
        );
        let used = first.range_rows.max(first.machine.rows());
        assert!(
            used <= first.end,
            "rows past the active ones are not checked"
        );
    }
}
