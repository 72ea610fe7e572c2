//! A mutation, and circuits that are filled around one.

use std::ops::RangeInclusive;

use halo2_proofs::plonk::Challenge;
use halo2curves::bn256::Fr;

use crate::assignment::{Assignment, CellRef, CircuitColumns};
use crate::chips::arith::ArithChip;
use crate::chips::machine::MachineConfig;
use crate::chips::machine::steps::MachineChip;
use crate::chips::range::RangeConfig;
use crate::disclosure::DisclosureCircuit;
use crate::two_phase::TwoPhase;
use crate::usage::UsageCircuit;

/// What is filled in instead of the honest values.
#[derive(Clone, Debug, Default)]
pub(super) struct Mutation {
    /// Cells with the values that they hold; what is computed from them follows.
    pub(super) cells: Vec<(CellRef, Fr)>,
    /// Rows of a column to which something is added in the end.
    pub(super) shift: Option<Shift>,
    /// The false statement, by its number, that is filled.
    pub(super) statement: Option<usize>,
}

/// Something added to a stretch of a column of the second phase.
#[derive(Clone, Debug)]
pub(super) struct Shift {
    pub(super) column: usize,
    pub(super) rows: RangeInclusive<usize>,
    pub(super) by: Fr,
}

impl Mutation {
    /// A mutation of cells alone.
    pub(super) fn of(cells: impl IntoIterator<Item = (CellRef, Fr)>) -> Self {
        Self {
            cells: cells.into_iter().collect(),
            ..Self::default()
        }
    }

    /// Both mutations; where they disagree the other one holds.
    pub(super) fn and(&self, other: &Self) -> Self {
        let replaced = |cell_ref: &CellRef| other.cells.iter().any(|(cell, _)| cell == cell_ref);
        let kept = self
            .cells
            .iter()
            .filter(|(cell_ref, _)| !replaced(cell_ref));
        Self {
            cells: kept.chain(&other.cells).copied().collect(),
            shift: other.shift.clone().or_else(|| self.shift.clone()),
            statement: other.statement.or(self.statement),
        }
    }

    /// The same mutation with another value in its first cell, or another shift.
    pub(super) fn with(&self, value: Fr) -> Self {
        let mut mutation = self.clone();
        match (&mut mutation.shift, mutation.cells.first_mut()) {
            (Some(shift), _) => shift.by = value,
            (None, Some((_, held))) => *held = value,
            (None, None) => {}
        }
        mutation
    }
}

impl Shift {
    /// Adds to the rows.
    pub(super) fn apply(&self, columns: &CircuitColumns, assignment: &mut Assignment) {
        for row in self.rows.clone() {
            let cell_ref = CellRef::advice(columns.advice[self.column], row);
            let value = assignment.value(cell_ref);
            assignment.alter(cell_ref, value + self.by);
        }
    }
}

/// A circuit that mutations are applied to.
pub(super) trait Target: TwoPhase {
    /// The hash machine and the range chip, which write cells by columns.
    fn column_chips(config: &Self::Config) -> (&MachineConfig, &RangeConfig);

    /// Rows of checked values.
    fn range_rows(first: &Self::First<'_>) -> usize;

    /// The hash machine and the arithmetic chip after the first phase.
    fn chips<'a, 'c>(first: &'a Self::First<'c>) -> (&'a MachineChip<'c>, &'a ArithChip<'c>);
}

impl Target for UsageCircuit {
    fn column_chips(config: &Self::Config) -> (&MachineConfig, &RangeConfig) {
        (&config.machine, &config.range)
    }

    fn range_rows(first: &Self::First<'_>) -> usize {
        first.range_rows
    }

    fn chips<'a, 'c>(first: &'a Self::First<'c>) -> (&'a MachineChip<'c>, &'a ArithChip<'c>) {
        (&first.machine, &first.arith)
    }
}

impl Target for DisclosureCircuit {
    fn column_chips(config: &Self::Config) -> (&MachineConfig, &RangeConfig) {
        (&config.machine, &config.range)
    }

    fn range_rows(first: &Self::First<'_>) -> usize {
        first.range_rows
    }

    fn chips<'a, 'c>(first: &'a Self::First<'c>) -> (&'a MachineChip<'c>, &'a ArithChip<'c>) {
        (&first.machine, &first.arith)
    }
}

/// A circuit with a mutation between filling and committing of each phase.
#[derive(Clone)]
pub(super) struct Mutated<C> {
    pub(super) circuit: C,
    pub(super) mutation: Mutation,
}

impl<C: Target> Mutated<C> {
    /// Writes the mutated cells that chips fill by columns; squares of S-boxes follow.
    fn write(&self, config: &C::Config, assignment: &mut Assignment) {
        let (machine, _) = C::column_chips(config);
        for (cell_ref, value) in &self.mutation.cells {
            if let Some(square) = machine.square_of(*cell_ref) {
                assignment.alter(square, value.square());
            }
        }
        for (cell_ref, value) in &self.mutation.cells {
            assignment.alter(*cell_ref, *value);
        }
    }
}

impl<C: Target> TwoPhase for Mutated<C> {
    type Config = C::Config;
    type Challenges = C::Challenges;
    type First<'c> = C::First<'c>;

    const NAME: &'static str = C::NAME;

    fn fits(&self) -> bool {
        true
    }

    fn columns(config: &C::Config) -> &CircuitColumns {
        C::columns(config)
    }

    fn challenges(config: &C::Config, value: impl FnMut(Challenge) -> Fr) -> C::Challenges {
        C::challenges(config, value)
    }

    fn empty(&self, config: &C::Config) -> Assignment {
        self.circuit.empty(config)
    }

    /// Cells that are written one by one hold the mutation from the start, so that all that is computed from them follows.
    fn first_phase<'c>(&self, config: &'c C::Config, assignment: &mut Assignment) -> C::First<'c> {
        assignment.fault(self.mutation.cells.iter().copied());
        let first = self.circuit.first_phase(config, assignment);
        self.write(config, assignment);
        let (_, range) = C::column_chips(config);
        range.assign(assignment, C::range_rows(&first));
        self.write(config, assignment);
        first
    }

    fn second_phase<'c>(
        &self,
        config: &'c C::Config,
        first: &C::First<'c>,
        challenges: C::Challenges,
        assignment: &mut Assignment,
    ) -> ArithChip<'c> {
        let arith = self
            .circuit
            .second_phase(config, first, challenges, assignment);
        self.write(config, assignment);
        arith
    }
}
