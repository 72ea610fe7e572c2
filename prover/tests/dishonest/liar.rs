//! The usage circuit with cells altered after honest filling.

use halo2_proofs::circuit::{Layouter, SimpleFloorPlanner, Value};
use halo2_proofs::plonk::{Circuit, ConstraintSystem, Error};
use halo2curves::bn256::Fr;
use halo2curves::ff::Field;
use tranche_circuits::assignment::{Assignment, CellRef};
use tranche_circuits::checker::{Checker, Violation};
use tranche_circuits::usage::config::{Challenges, UsageConfig};
use tranche_circuits::usage::fill::first_phase;
use tranche_circuits::usage::inputs::{UsageInputs, UsagePublic};
use tranche_circuits::usage::params::UsageParams;
use tranche_circuits::usage::second_phase::second_phase;
use tranche_protocol::statement::UsageStatement;
use tranche_protocol::usage_relation::UsageWitness;

use crate::bench::USAGE;

/// What is altered, after the first phase and before any challenge is known.
pub(crate) type Lie = fn(&mut Assignment);

/// A prover's own program for the usage circuit: same layout and key, other cells.
#[derive(Clone)]
pub(crate) struct Liar {
    pub(crate) inputs: UsageInputs,
    pub(crate) public: UsagePublic,
    pub(crate) lie: Lie,
}

impl Liar {
    /// The circuit as it is, about a witness that may lie.
    pub(crate) fn plain(witness: &UsageWitness, statement: &UsageStatement) -> Self {
        Self {
            inputs: UsageInputs::from_witness(witness, [7; 32]),
            public: UsagePublic::from(statement),
            lie: |_| (),
        }
    }

    /// The constraints, by the label of their clause where they have one, and the copies that the cells break.
    pub(crate) fn breaks(&self) -> Vec<String> {
        let params = USAGE.params;
        let mut cs = ConstraintSystem::default();
        let config = UsageConfig::configure(&mut cs, &params);
        let mut sheet = Assignment::new(&cs, params.k, config.constants);
        let first = first_phase(&config, &params, &self.inputs, &self.public, &mut sheet);
        (self.lie)(&mut sheet);
        let challenges = [3, 5, 7, 11, 13, 17, 19].map(|seed| Fr::from(seed).pow([29]));
        let named = Challenges::from_array(challenges);
        let late = second_phase(&config, &params, &first, named, &mut sheet);
        let checker = Checker::new(&cs, params.k);
        let found = checker.check(&sheet, &challenges, &self.public.to_vec());
        let label = |violation: &Violation| match violation {
            Violation::Copy { label, .. } => (*label).to_owned(),
            Violation::Constraint {
                constraint, row, ..
            } => first
                .arith
                .gate_clause(*row, constraint)
                .or_else(|| late.gate_clause(*row, constraint))
                .unwrap_or(constraint)
                .to_owned(),
        };
        found.iter().map(label).collect()
    }
}

impl Circuit<Fr> for Liar {
    type Config = UsageConfig;
    type FloorPlanner = SimpleFloorPlanner;
    type Params = UsageParams;

    fn without_witnesses(&self) -> Self {
        self.clone()
    }

    fn params(&self) -> UsageParams {
        USAGE.params
    }

    fn configure(cs: &mut ConstraintSystem<Fr>) -> UsageConfig {
        UsageConfig::configure(cs, &USAGE.params)
    }

    fn configure_with_params(cs: &mut ConstraintSystem<Fr>, params: UsageParams) -> UsageConfig {
        UsageConfig::configure(cs, &params)
    }

    fn synthesize(
        &self,
        config: UsageConfig,
        mut layouter: impl Layouter<Fr>,
    ) -> Result<(), Error> {
        let params = USAGE.params;
        let mut cs = ConstraintSystem::default();
        UsageConfig::configure(&mut cs, &params);
        let mut sheet = Assignment::new(&cs, params.k, config.constants);
        layouter.assign_region(
            || "usage",
            |mut region| {
                let first = first_phase(&config, &params, &self.inputs, &self.public, &mut sheet);
                (self.lie)(&mut sheet);
                sheet.flush_advice(&mut region, &config.columns, 0);
                region.next_phase();
                let challenges = config.challenges.to_array();
                let known = challenges.map(|challenge| value(region.get_challenge(challenge)));
                let challenges = Challenges::from_array(known);
                second_phase(&config, &params, &first, challenges, &mut sheet);
                sheet.flush_advice(&mut region, &config.columns, 1);
                sheet.flush_fixed(&mut region, &config.columns);
                Ok(())
            },
        )
    }
}

fn value(challenge: Value<Fr>) -> Fr {
    let mut value = Fr::ZERO;
    challenge.map(|known| value = known);
    value
}

/// Sets a cell and all cells that copies and arithmetic gates make of it.
pub(crate) fn carry(sheet: &mut Assignment, spot: CellRef, value: Fr) {
    let arithmetic: Vec<_> = sheet
        .copies()
        .iter()
        .filter(|copy| copy.label == "S2 active table chunks are a prefix")
        .map(|copy| copy.left.column)
        .collect();
    sheet.alter(spot, value);
    let mut open = vec![spot];
    while let Some(spot) = open.pop() {
        let value = sheet.value(spot);
        let copies: Vec<CellRef> = sheet
            .copies()
            .iter()
            .filter(|copy| copy.right == spot && sheet.value(copy.left) != value)
            .map(|copy| copy.left)
            .collect();
        for target in copies {
            sheet.alter(target, value);
            open.push(target);
        }
        if spot.row % 4 < 3 && arithmetic.contains(&spot.column) {
            let cell = |i: usize| CellRef {
                row: spot.row - spot.row % 4 + i,
                ..spot
            };
            let result = sheet.value(cell(0)) + sheet.value(cell(1)) * sheet.value(cell(2));
            if sheet.value(cell(3)) != result {
                sheet.alter(cell(3), result);
                open.push(cell(3));
            }
        }
    }
}

/// The bits that say which places are active, in order, as the cells that all others are copied from.
pub(crate) fn active_bits(sheet: &Assignment) -> Vec<CellRef> {
    sheet
        .copies()
        .iter()
        .filter(|copy| copy.label == "S2 active table chunks are a prefix")
        .filter(|copy| copy.left.column == copy.right.column)
        .filter(|copy| copy.right.row % 4 == 3 && copy.left.row + 1 == copy.right.row)
        .map(|copy| copy.right)
        .collect()
}
