//! Finds cells by clause, and builds mutations of them.

use std::collections::HashMap;

use halo2curves::bn256::Fr;
use halo2curves::ff::Field;

use super::super::circuit_under_test::Filled;
use super::super::honest_witness::{HonestWitness, Use};
use super::super::mutation::Mutation;
use crate::assignment::CellRef;
use crate::chips::arith::ROWS;
use crate::labels::ClauseLabel;

/// Mutations of one purpose, in different cells.
pub(in super::super) struct CompoundMutation {
    /// What is claimed.
    pub(in super::super) name: &'static str,
    pub(in super::super) mutations: Vec<Mutation>,
}

/// Operands a, b, c, d of a gate.
pub(super) type Gate = [CellRef; ROWS];

/// Finds cells by clause, and builds mutations of them.
pub(super) struct MutationBuilder<'g, 's> {
    pub(super) honest: &'g HonestWitness<'s>,
    gates: [HashMap<ClauseLabel, Vec<CellRef>>; 2],
}

impl<'g, 's> MutationBuilder<'g, 's> {
    pub(super) fn new(honest: &'g HonestWitness<'s>) -> Self {
        let gates = [false, true].map(|second_phase| {
            let mut by_clause: HashMap<ClauseLabel, Vec<CellRef>> = HashMap::new();
            let chip = &honest.filled.chips[usize::from(second_phase)];
            for (gate, clause) in honest.circuit.gates(chip, second_phase) {
                by_clause.entry(clause).or_default().push(gate);
            }
            by_clause
        });
        Self { honest, gates }
    }

    /// The gates of a clause in the first phase, in order.
    pub(super) fn gates(&self, clause: ClauseLabel) -> Vec<Gate> {
        operands(&self.gates[0][&clause])
    }

    /// The gates of a clause in the second phase, in order.
    pub(super) fn second_phase(&self, clause: ClauseLabel) -> Vec<Gate> {
        operands(&self.gates[1][&clause])
    }

    /// Those of a clause in the first phase whose operands are bound so.
    pub(super) fn bound(&self, clause: ClauseLabel, bindings: &str) -> Vec<Gate> {
        let mut gates = self.gates(clause);
        gates.retain(|gate| self.honest.bindings(gate[0]) == bindings);
        gates
    }

    /// Both sides of the copies of a label, in order.
    pub(super) fn copies(&self, label: ClauseLabel) -> Vec<[CellRef; 2]> {
        let copies = self.honest.assignment().copies().iter();
        copies
            .filter(|copy| copy.label == label)
            .map(|copy| [copy.left, copy.right])
            .collect()
    }

    /// What a cell is a copy of.
    pub(super) fn source(&self, cell_ref: CellRef) -> CellRef {
        let copy = self.honest.source(cell_ref).expect("the cell is a copy");
        self.honest.assignment().copies()[copy].right
    }

    pub(super) fn value(&self, cell_ref: CellRef) -> Fr {
        self.honest.assignment().value(cell_ref)
    }

    pub(super) fn filled(&self, mutation: &Mutation) -> Filled<'s> {
        self.honest.circuit.fill(mutation, &self.honest.challenges)
    }

    /// The filling of a false statement, by its name.
    pub(super) fn base(&self, name: &str) -> Mutation {
        let number = self.honest.circuit.base(name);
        Mutation {
            statement: Some(number),
            ..Mutation::default()
        }
    }

    /// A cell of the first column of a use.
    pub(super) fn cell(&self, used: Use, lane: usize, row: usize) -> CellRef {
        let first = self.honest.uses.iter().position(|each| *each == used);
        self.honest
            .cell_ref(first.expect("the circuit has such a column") + lane, row)
    }

    /// A mutation that a gate notices, and the same with the operand that satisfies the gate.
    pub(super) fn around(&self, mutation: &Mutation, gate: Gate) -> Vec<Mutation> {
        let filled = self.filled(mutation);
        let [a, b, c, d] = gate.map(|cell_ref| filled.assignment.value(cell_ref));
        let over = |divisor: Fr| (d - a) * divisor.invert().unwrap_or(Fr::ZERO);
        let satisfying = [d - b * c, over(c), over(b), a + b * c];
        let told = gate.into_iter().zip(satisfying);
        let moved = told.map(|cell| mutation.and(&Mutation::of([cell])));
        std::iter::once(mutation.clone()).chain(moved).collect()
    }
}

/// A mutation with further cells.
pub(super) fn with(
    mutation: &Mutation,
    cells: impl IntoIterator<Item = (CellRef, Fr)>,
) -> Mutation {
    mutation.and(&Mutation::of(cells))
}

/// All cells of a bit with a value.
pub(super) fn bit([_, b, c, d]: Gate, value: Fr) -> [(CellRef, Fr); 3] {
    [b, c, d].map(|cell| (cell, value))
}

/// A bit that is none: noticed by its gate, by what the gate adds, or by either copy.
pub(super) fn no_bit(mutation: &Mutation, gate: Gate, value: Fr) -> Vec<Mutation> {
    let [a, _, c, d] = gate;
    let told = with(mutation, bit(gate, value));
    vec![
        with(&told, [(a, value - value.square())]),
        with(&told, [(d, value.square())]),
        with(&told, [(c, Fr::ZERO), (d, Fr::ZERO)]),
        told,
    ]
}

fn operands(gates: &[CellRef]) -> Vec<Gate> {
    let operands = |gate: &CellRef| {
        std::array::from_fn(|at| CellRef {
            row: gate.row + at,
            ..*gate
        })
    };
    gates.iter().map(operands).collect()
}
