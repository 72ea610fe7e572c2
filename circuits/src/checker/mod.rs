//! Checks a filled assignment against its constraint system row by row, and names what fails.
//!
//! The constraint expressions are shared into one graph first, so that a check costs milliseconds where a mock proof costs seconds. Rows past the usable ones
//! hold pseudo-random advice, as they do in a proof: a gate that reaches into them shows itself.

pub mod local;

use crate::labels::ClauseLabel;
use std::collections::HashMap;

use halo2_proofs::plonk::{Any, ConstraintSystem, Expression};
use halo2curves::bn256::Fr;
use halo2curves::ff::Field;
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;
use rayon::prelude::*;

use crate::assignment::{Assignment, CellRef};

/// What a assignment breaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Violation {
    /// A constraint at a row.
    Constraint {
        /// Name of the gate.
        gate: String,
        /// Name of the constraint.
        constraint: String,
        /// The row.
        row: usize,
    },
    /// A copy whose sides differ.
    Copy {
        /// Clause and purpose.
        label: ClauseLabel,
        /// One side.
        left: CellRef,
        /// The other side.
        right: CellRef,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Node {
    Constant([u8; 32]),
    Fixed(usize, i32),
    Advice(usize, i32),
    Instance(usize, i32),
    Challenge(usize),
    Add(usize, usize),
    Mul(usize, usize),
    Negate(usize),
}

#[derive(Debug)]
struct Constraint {
    gate: String,
    name: String,
    root: usize,
}

/// The constraints of a system as one shared graph.
#[derive(Debug)]
pub struct Checker {
    nodes: Vec<Node>,
    constants: HashMap<usize, Fr>,
    constraints: Vec<Constraint>,
    rows: usize,
}

impl Checker {
    /// Builds the graph of a constraint system over 2^k rows.
    pub fn new(cs: &ConstraintSystem<Fr>, k: u32) -> Self {
        let mut builder = Builder::default();
        let mut constraints = Vec::new();
        for gate in cs.gates() {
            for (i, polynomial) in gate.polynomials().iter().enumerate() {
                constraints.push(Constraint {
                    gate: gate.name().to_string(),
                    name: gate.constraint_name(i).to_string(),
                    root: builder.add(polynomial),
                });
            }
        }
        Self {
            nodes: builder.nodes,
            constants: builder.constants,
            constraints,
            rows: 1 << k,
        }
    }

    /// Operations that each gate adds to those of the gates before it, by gate name.
    pub fn operations_by_gate(cs: &ConstraintSystem<Fr>) -> Vec<(String, usize)> {
        let mut builder = Builder::default();
        let mut before = 0;
        cs.gates()
            .iter()
            .map(|gate| {
                for polynomial in gate.polynomials() {
                    builder.add(polynomial);
                }
                let total = operations(&builder.nodes);
                let added = total - before;
                before = total;
                (gate.name().to_string(), added + gate.polynomials().len())
            })
            .collect()
    }

    /// Everything that a assignment breaks, constraints by row first, then copies.
    pub fn check(
        &self,
        assignment: &Assignment,
        challenges: &[Fr],
        instance: &[Fr],
    ) -> Vec<Violation> {
        let mut found: Vec<Violation> = (0..self.rows)
            .into_par_iter()
            .flat_map_iter(|row| self.check_row(assignment, challenges, instance, row))
            .collect();
        let value = |cell_ref: CellRef| match cell_ref.column.column_type() {
            Any::Instance => instance.get(cell_ref.row).copied().unwrap_or(Fr::ZERO),
            _ => assignment.value(cell_ref),
        };
        for copy in assignment.copies() {
            if value(copy.left) != value(copy.right) {
                found.push(Violation::Copy {
                    label: copy.label,
                    left: copy.left,
                    right: copy.right,
                });
            }
        }
        found
    }

    fn check_row(
        &self,
        assignment: &Assignment,
        challenges: &[Fr],
        instance: &[Fr],
        row: usize,
    ) -> Vec<Violation> {
        let at = |rotation: i32| {
            (row as i64 + i64::from(rotation)).rem_euclid(self.rows as i64) as usize
        };
        let mut values: Vec<Fr> = Vec::with_capacity(self.nodes.len());
        for (index, node) in self.nodes.iter().enumerate() {
            values.push(match *node {
                Node::Constant(_) => self.constants[&index],
                Node::Fixed(column, rotation) => assignment.fixed_at(column, at(rotation)),
                Node::Advice(column, rotation) => {
                    let row = at(rotation);
                    assignment
                        .advice_at(column, row)
                        .unwrap_or_else(|| noise(column, row))
                }
                Node::Instance(_, rotation) => {
                    instance.get(at(rotation)).copied().unwrap_or(Fr::ZERO)
                }
                Node::Challenge(index) => challenges[index],
                Node::Add(a, b) => values[a] + values[b],
                Node::Mul(a, b) => values[a] * values[b],
                Node::Negate(a) => -values[a],
            });
        }
        self.constraints
            .iter()
            .filter(|constraint| values[constraint.root] != Fr::ZERO)
            .map(|constraint| Violation::Constraint {
                gate: constraint.gate.clone(),
                constraint: constraint.name.clone(),
                row,
            })
            .collect()
    }
}

fn operations(nodes: &[Node]) -> usize {
    nodes
        .iter()
        .filter(|node| matches!(node, Node::Add(..) | Node::Mul(..) | Node::Negate(_)))
        .count()
}

fn noise(column: usize, row: usize) -> Fr {
    let seed = (column as u64) << 32 | row as u64;
    Fr::random(ChaCha20Rng::seed_from_u64(seed))
}

#[derive(Default)]
struct Builder {
    nodes: Vec<Node>,
    known: HashMap<Node, usize>,
    constants: HashMap<usize, Fr>,
}

impl Builder {
    fn node(&mut self, node: Node) -> usize {
        *self.known.entry(node).or_insert_with(|| {
            self.nodes.push(node);
            self.nodes.len() - 1
        })
    }

    fn constant(&mut self, value: Fr) -> usize {
        let index = self.node(Node::Constant(value.to_bytes()));
        self.constants.insert(index, value);
        index
    }

    fn add(&mut self, expression: &Expression<Fr>) -> usize {
        match expression {
            Expression::Constant(value) => self.constant(*value),
            // Selectors are not used: hot gates take plain fixed columns.
            Expression::Selector(_) => self.constant(Fr::ZERO),
            Expression::Fixed(query) => {
                self.node(Node::Fixed(query.column_index(), query.rotation().0))
            }
            Expression::Advice(query) => {
                self.node(Node::Advice(query.column_index(), query.rotation().0))
            }
            Expression::Instance(query) => {
                self.node(Node::Instance(query.column_index(), query.rotation().0))
            }
            Expression::Challenge(challenge) => self.node(Node::Challenge(challenge.index())),
            Expression::Negated(inner) => {
                let inner = self.add(inner);
                self.node(Node::Negate(inner))
            }
            Expression::Sum(a, b) => {
                let (a, b) = (self.add(a), self.add(b));
                self.node(Node::Add(a.min(b), a.max(b)))
            }
            Expression::Product(a, b) => {
                let (a, b) = (self.add(a), self.add(b));
                self.node(Node::Mul(a.min(b), a.max(b)))
            }
            Expression::Scaled(inner, factor) => {
                let (inner, factor) = (self.add(inner), self.constant(*factor));
                self.node(Node::Mul(inner.min(factor), inner.max(factor)))
            }
        }
    }
}
