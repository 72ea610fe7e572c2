//! Lies that take several cells, each made so that one constraint or copy alone notices it.
//!
//! A lie about one wire is often noticed in several places. A plot also tells what satisfies the other places.
//!
//! | file | what |
//! |---|---|
//! | [`runs`] | the runs that plots start from |
//! | [`usage`] | all plots about a run |
//! | [`slots`], [`places`], [`log`] | their parts |
//! | [`disclosure`] | plots about a disclosure, and what they start from |

mod disclosure;
mod log;
mod places;
mod runs;
mod slots;
mod usage;

use std::collections::HashMap;

use halo2curves::bn256::Fr;
use halo2curves::ff::Field;

pub(super) use disclosure::bases as disclosure_bases;
pub(super) use runs::bases as usage_bases;

use super::ground::{Ground, Use};
use super::judge::judge;
use super::subject::{Filled, Kind, Lie};
use super::survey::ones;
use super::toys;
use crate::chips::arith::ROWS;
use crate::sheet::Spot;

/// Lies of one purpose, told in different cells.
pub(super) struct Plot {
    /// What is claimed.
    pub(super) name: &'static str,
    pub(super) lies: Vec<Lie>,
}

/// All plots about a circuit.
pub(super) fn plots(ground: &Ground<'_>) -> Vec<Plot> {
    let teller = Teller::new(ground);
    match &ground.subject.circuit {
        Kind::Usage(usage) => usage::plots(&teller, usage),
        Kind::Disclosure(disclosure) => disclosure::plots(&teller, disclosure),
    }
}

/// Operands a, b, c, d of a gate.
type Gate = [Spot; ROWS];

/// Finds cells by clause, and tells lies about them.
struct Teller<'g, 's> {
    ground: &'g Ground<'s>,
    gates: [HashMap<&'static str, Vec<Spot>>; 2],
}

impl<'g, 's> Teller<'g, 's> {
    fn new(ground: &'g Ground<'s>) -> Self {
        let gates = [false, true].map(|late| {
            let mut by_clause: HashMap<&'static str, Vec<Spot>> = HashMap::new();
            let chip = &ground.filled.chips[usize::from(late)];
            for (gate, clause) in ground.subject.gates(chip, late) {
                by_clause.entry(clause).or_default().push(gate);
            }
            by_clause
        });
        Self { ground, gates }
    }

    /// The gates of a clause in the first phase, in order.
    fn gates(&self, clause: &str) -> Vec<Gate> {
        operands(&self.gates[0][clause])
    }

    /// The gates of a clause in the second phase, in order.
    fn late(&self, clause: &str) -> Vec<Gate> {
        operands(&self.gates[1][clause])
    }

    /// Those of a clause in the first phase whose operands are bound so.
    fn bound(&self, clause: &str, bindings: &str) -> Vec<Gate> {
        let mut gates = self.gates(clause);
        gates.retain(|gate| self.ground.bindings(gate[0]) == bindings);
        gates
    }

    /// Both sides of the copies of a label, in order.
    fn copies(&self, label: &str) -> Vec<[Spot; 2]> {
        let copies = self.ground.sheet().copies().iter();
        copies
            .filter(|copy| copy.label == label)
            .map(|copy| [copy.left, copy.right])
            .collect()
    }

    /// What a cell is a copy of.
    fn source(&self, spot: Spot) -> Spot {
        let copy = self.ground.source(spot).expect("the cell is a copy");
        self.ground.sheet().copies()[copy].right
    }

    fn value(&self, spot: Spot) -> Fr {
        self.ground.sheet().value(spot)
    }

    fn filled(&self, lie: &Lie) -> Filled<'s> {
        self.ground.subject.fill(lie, &self.ground.challenges)
    }

    /// The filling of a false statement, by its name.
    fn base(&self, name: &str) -> Lie {
        let number = self.ground.subject.base(name);
        Lie {
            statement: Some(number),
            ..Lie::default()
        }
    }

    /// A cell of the first column of a use.
    fn cell(&self, used: Use, lane: usize, row: usize) -> Spot {
        let first = self.ground.uses.iter().position(|each| *each == used);
        self.ground
            .spot(first.expect("the circuit has such a column") + lane, row)
    }

    /// A lie that a gate notices, and the same with the operand that satisfies the gate.
    fn around(&self, lie: &Lie, gate: Gate) -> Vec<Lie> {
        let filled = self.filled(lie);
        let [a, b, c, d] = gate.map(|spot| filled.sheet.value(spot));
        let over = |divisor: Fr| (d - a) * divisor.invert().unwrap_or(Fr::ZERO);
        let satisfying = [d - b * c, over(c), over(b), a + b * c];
        let told = gate.into_iter().zip(satisfying);
        let moved = told.map(|cell| lie.and(&Lie::of([cell])));
        std::iter::once(lie.clone()).chain(moved).collect()
    }
}

/// A lie with further cells.
fn with(lie: &Lie, cells: impl IntoIterator<Item = (Spot, Fr)>) -> Lie {
    lie.and(&Lie::of(cells))
}

/// All cells of a bit with a value.
fn bit([_, b, c, d]: Gate, value: Fr) -> [(Spot, Fr); 3] {
    [b, c, d].map(|cell| (cell, value))
}

/// A bit that is none: noticed by its gate, by what the gate adds, or by either copy.
fn no_bit(lie: &Lie, gate: Gate, value: Fr) -> Vec<Lie> {
    let [a, _, c, d] = gate;
    let told = with(lie, bit(gate, value));
    vec![
        with(&told, [(a, value - value.square())]),
        with(&told, [(d, value.square())]),
        with(&told, [(c, Fr::ZERO), (d, Fr::ZERO)]),
        told,
    ]
}

fn operands(gates: &[Spot]) -> Vec<Gate> {
    let operands = |gate: &Spot| {
        std::array::from_fn(|at| Spot {
            row: gate.row + at,
            ..*gate
        })
    };
    gates.iter().map(operands).collect()
}

#[test]
fn each_plot_is_noticed_by_one_thing_alone() {
    for subject in toys::all() {
        let ground = Ground::new(&subject, 0);
        for plot in plots(&ground) {
            for (number, lie) in plot.lies.iter().enumerate() {
                let verdict = judge(&ground, lie).verdict;
                // With commitments that follow, or all public inputs as told.
                let told = &verdict.all()[1..];
                let alone = told.iter().any(|broken| ones(&ground, broken).len() == 1);
                let roles = verdict.adopted.iter().map(|broken| ground.role(*broken));
                assert!(
                    alone,
                    "{}, {} {number}: {:?}",
                    subject.name,
                    plot.name,
                    roles.collect::<Vec<_>>()
                );
            }
        }
    }
}
