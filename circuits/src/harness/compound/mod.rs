//! Mutations that take several cells, each made so that one constraint or copy alone notices it.
//!
//! A mutation of one cell is often noticed by several constraints. A compound mutation also changes what satisfies the others.
//!
//! | file | what |
//! |---|---|
//! | [`runs`] | the runs that compound mutations start from |
//! | [`usage`] | all compound mutations of a run |
//! | [`slots`], [`table_chunks`], [`log`] | their parts |
//! | [`disclosure`] | compound mutations of a disclosure, and what they start from |

mod disclosure;
mod log;
mod runs;
mod slots;
mod table_chunks;
mod usage;

use std::collections::HashMap;

use halo2curves::bn256::Fr;
use halo2curves::ff::Field;

pub(super) use disclosure::bases as disclosure_bases;
pub(super) use runs::bases as usage_bases;

use super::circuit_under_test::{Filled, Relation};
use super::coverage::ones;
use super::fixtures;
use super::honest_witness::{HonestWitness, Use};
use super::judge::judge;
use super::mutation::Mutation;
use crate::assignment::CellRef;
use crate::chips::arith::ROWS;
use crate::labels::ClauseLabel;

/// Mutations of one purpose, in different cells.
pub(super) struct CompoundMutation {
    /// What is claimed.
    pub(super) name: &'static str,
    pub(super) mutations: Vec<Mutation>,
}

/// All compound mutations of a circuit.
pub(super) fn compound_mutations(honest: &HonestWitness<'_>) -> Vec<CompoundMutation> {
    let builder = MutationBuilder::new(honest);
    match &honest.circuit.relation {
        Relation::Usage(usage) => usage::compound_mutations(&builder, usage),
        Relation::Disclosure(disclosure) => disclosure::compound_mutations(&builder, disclosure),
    }
}

/// Operands a, b, c, d of a gate.
type Gate = [CellRef; ROWS];

/// Finds cells by clause, and builds mutations of them.
struct MutationBuilder<'g, 's> {
    honest: &'g HonestWitness<'s>,
    gates: [HashMap<ClauseLabel, Vec<CellRef>>; 2],
}

impl<'g, 's> MutationBuilder<'g, 's> {
    fn new(honest: &'g HonestWitness<'s>) -> Self {
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
    fn gates(&self, clause: ClauseLabel) -> Vec<Gate> {
        operands(&self.gates[0][&clause])
    }

    /// The gates of a clause in the second phase, in order.
    fn second_phase(&self, clause: ClauseLabel) -> Vec<Gate> {
        operands(&self.gates[1][&clause])
    }

    /// Those of a clause in the first phase whose operands are bound so.
    fn bound(&self, clause: ClauseLabel, bindings: &str) -> Vec<Gate> {
        let mut gates = self.gates(clause);
        gates.retain(|gate| self.honest.bindings(gate[0]) == bindings);
        gates
    }

    /// Both sides of the copies of a label, in order.
    fn copies(&self, label: ClauseLabel) -> Vec<[CellRef; 2]> {
        let copies = self.honest.assignment().copies().iter();
        copies
            .filter(|copy| copy.label == label)
            .map(|copy| [copy.left, copy.right])
            .collect()
    }

    /// What a cell is a copy of.
    fn source(&self, cell_ref: CellRef) -> CellRef {
        let copy = self.honest.source(cell_ref).expect("the cell is a copy");
        self.honest.assignment().copies()[copy].right
    }

    fn value(&self, cell_ref: CellRef) -> Fr {
        self.honest.assignment().value(cell_ref)
    }

    fn filled(&self, mutation: &Mutation) -> Filled<'s> {
        self.honest.circuit.fill(mutation, &self.honest.challenges)
    }

    /// The filling of a false statement, by its name.
    fn base(&self, name: &str) -> Mutation {
        let number = self.honest.circuit.base(name);
        Mutation {
            statement: Some(number),
            ..Mutation::default()
        }
    }

    /// A cell of the first column of a use.
    fn cell(&self, used: Use, lane: usize, row: usize) -> CellRef {
        let first = self.honest.uses.iter().position(|each| *each == used);
        self.honest
            .cell_ref(first.expect("the circuit has such a column") + lane, row)
    }

    /// A mutation that a gate notices, and the same with the operand that satisfies the gate.
    fn around(&self, mutation: &Mutation, gate: Gate) -> Vec<Mutation> {
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
fn with(mutation: &Mutation, cells: impl IntoIterator<Item = (CellRef, Fr)>) -> Mutation {
    mutation.and(&Mutation::of(cells))
}

/// All cells of a bit with a value.
fn bit([_, b, c, d]: Gate, value: Fr) -> [(CellRef, Fr); 3] {
    [b, c, d].map(|cell| (cell, value))
}

/// A bit that is none: noticed by its gate, by what the gate adds, or by either copy.
fn no_bit(mutation: &Mutation, gate: Gate, value: Fr) -> Vec<Mutation> {
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

#[test]
fn each_compound_mutation_breaks_exactly_one_thing() {
    for circuit in fixtures::all() {
        let honest = HonestWitness::new(&circuit, 0);
        for compound in compound_mutations(&honest) {
            for (number, mutation) in compound.mutations.iter().enumerate() {
                let verdict = judge(&honest, mutation).verdict;
                // With commitments that follow, or all public inputs as their cells hold them.
                let told = &verdict.all()[1..];
                let alone = told.iter().any(|broken| ones(&honest, broken).len() == 1);
                let roles = verdict.adopted.iter().map(|broken| honest.role(*broken));
                assert!(
                    alone,
                    "{}, {} {number}: {:?}",
                    circuit.name,
                    compound.name,
                    roles.collect::<Vec<_>>()
                );
            }
        }
    }
}
