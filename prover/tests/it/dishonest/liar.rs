//! The usage circuit with cells altered after honest filling.

use halo2_proofs::circuit::{Layouter, SimpleFloorPlanner};
use halo2_proofs::plonk::{Challenge, Circuit, ConstraintSystem, Error};
use halo2curves::bn256::Fr;
use halo2curves::ff::Field;
use tranche_circuits::assignment::{Assignment, CellRef, CircuitColumns};
use tranche_circuits::checker::{Checker, Violation};
use tranche_circuits::chips::arith::ArithChip;
use tranche_circuits::labels;
use tranche_circuits::two_phase::TwoPhase;
use tranche_circuits::usage::UsageCircuit;
use tranche_circuits::usage::config::{Challenges, UsageConfig};
use tranche_circuits::usage::fill::FirstPhase;
use tranche_circuits::usage::inputs::{UsageInputs, UsagePublic};
use tranche_circuits::usage::params::UsageParams;
use tranche_protocol::statement::UsageStatement;
use tranche_protocol::usage_relation::UsageWitness;

use crate::dishonest::sizes::USAGE;

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

    fn honest(&self) -> UsageCircuit {
        UsageCircuit::new(USAGE.params, self.inputs.clone(), self.public)
    }

    /// The constraints, by the label of their clause where they have one, and the copies that the cells break.
    pub(crate) fn breaks(&self) -> Vec<String> {
        let params = USAGE.params;
        let mut cs = ConstraintSystem::default();
        let config = UsageConfig::configure(&mut cs, &params);
        let mut assignment = self.empty(&config);
        let first = self.first_phase(&config, &mut assignment);
        let challenges = [3, 5, 7, 11, 13, 17, 19].map(|seed| Fr::from(seed).pow([29]));
        let named = Challenges::from_array(challenges);
        let second = self.second_phase(&config, &first, named, &mut assignment);
        let checker = Checker::new(&cs, params.k);
        let found = checker.check(&assignment, &challenges, &self.public.to_vec());
        let label = |violation: &Violation| match violation {
            Violation::Copy { label, .. } => label.to_string(),
            Violation::Constraint {
                constraint, row, ..
            } => first
                .arith
                .gate_clause(*row, constraint)
                .or_else(|| second.gate_clause(*row, constraint))
                .map_or_else(|| constraint.clone(), |label| label.to_string()),
        };
        found.iter().map(label).collect()
    }
}

impl TwoPhase for Liar {
    type Config = UsageConfig;
    type Challenges = Challenges<Fr>;
    type First<'c> = FirstPhase<'c>;

    const NAME: &'static str = "usage";

    fn fits(&self) -> bool {
        true
    }

    fn columns(config: &UsageConfig) -> &CircuitColumns {
        UsageCircuit::columns(config)
    }

    fn challenges(config: &UsageConfig, value: impl FnMut(Challenge) -> Fr) -> Challenges<Fr> {
        UsageCircuit::challenges(config, value)
    }

    fn empty(&self, config: &UsageConfig) -> Assignment {
        self.honest().empty(config)
    }

    fn first_phase<'c>(
        &self,
        config: &'c UsageConfig,
        assignment: &mut Assignment,
    ) -> FirstPhase<'c> {
        let first = self.honest().first_phase(config, assignment);
        (self.lie)(assignment);
        first
    }

    fn second_phase<'c>(
        &self,
        config: &'c UsageConfig,
        first: &FirstPhase<'c>,
        challenges: Challenges<Fr>,
        assignment: &mut Assignment,
    ) -> ArithChip<'c> {
        self.honest()
            .second_phase(config, first, challenges, assignment)
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

    fn synthesize(&self, config: UsageConfig, layouter: impl Layouter<Fr>) -> Result<(), Error> {
        self.synthesize_phases(&config, layouter)
    }
}

/// Sets a cell and all cells that copies and arithmetic gates make of it.
pub(crate) fn carry(assignment: &mut Assignment, cell_ref: CellRef, value: Fr) {
    let arithmetic: Vec<_> = assignment
        .copies()
        .iter()
        .filter(|copy| copy.label == labels::ACTIVE_TABLE_CHUNKS_COME_FIRST)
        .map(|copy| copy.left.column)
        .collect();
    assignment.alter(cell_ref, value);
    let mut open = vec![cell_ref];
    while let Some(cell_ref) = open.pop() {
        let value = assignment.value(cell_ref);
        let copies: Vec<CellRef> = assignment
            .copies()
            .iter()
            .filter(|copy| copy.right == cell_ref && assignment.value(copy.left) != value)
            .map(|copy| copy.left)
            .collect();
        for target in copies {
            assignment.alter(target, value);
            open.push(target);
        }
        if cell_ref.row % 4 < 3 && arithmetic.contains(&cell_ref.column) {
            let cell = |i: usize| CellRef {
                row: cell_ref.row - cell_ref.row % 4 + i,
                ..cell_ref
            };
            let result =
                assignment.value(cell(0)) + assignment.value(cell(1)) * assignment.value(cell(2));
            if assignment.value(cell(3)) != result {
                assignment.alter(cell(3), result);
                open.push(cell(3));
            }
        }
    }
}

/// The bits that say which places are active, in order, as the cells that all others are copied from.
pub(crate) fn active_bits(assignment: &Assignment) -> Vec<CellRef> {
    assignment
        .copies()
        .iter()
        .filter(|copy| copy.label == labels::ACTIVE_TABLE_CHUNKS_COME_FIRST)
        .filter(|copy| copy.left.column == copy.right.column)
        .filter(|copy| copy.right.row % 4 == 3 && copy.left.row + 1 == copy.right.row)
        .map(|copy| copy.right)
        .collect()
}
