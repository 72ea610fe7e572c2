//! Re-evaluates only what altered cells can break: the constraints that query one of them, at the rows from which they do, and the copies that touch them.

use halo2_proofs::plonk::Any;
use halo2curves::bn256::Fr;
use halo2curves::ff::Field;

use super::{Checker, Node, noise};
use crate::assignment::{Assignment, CellRef};

/// What a assignment breaks, by number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Broken {
    /// A constraint at a row.
    Constraint {
        /// Number of the constraint in the checker's order.
        index: usize,
        /// The row.
        row: usize,
    },
    /// A copy, by its number in the assignment.
    Copy(usize),
}

/// A checker bound to challenges and to the copies of a assignment, with what each cell takes part in.
#[derive(Clone, Debug)]
pub struct Local<'a> {
    checker: &'a Checker,
    /// Constants and challenges in their table chunks, anything elsewhere.
    values: Vec<Fr>,
    /// Nodes of each constraint that a row decides, operands first.
    plans: Vec<Vec<usize>>,
    /// Fixed factors of each constraint: where one is zero the constraint holds.
    switches: Vec<Vec<(usize, i32)>>,
    /// By advice column: constraints that query it, with the rotation.
    queries: Vec<Vec<(usize, i32)>>,
    /// By advice column: where each row's copies begin in the list beside, one row more at the end.
    copies: Vec<(Vec<usize>, Vec<usize>)>,
}

impl<'a> Local<'a> {
    /// Prepares a checker for assignments with the copies of this one.
    pub fn new(
        checker: &'a Checker,
        assignment: &Assignment,
        columns: usize,
        challenges: &[Fr],
    ) -> Self {
        let mut values = vec![Fr::ZERO; checker.nodes.len()];
        for (index, node) in checker.nodes.iter().enumerate() {
            match node {
                Node::Constant(_) => values[index] = checker.constants[&index],
                Node::Challenge(challenge) => values[index] = challenges[*challenge],
                _ => {}
            }
        }
        let roots = checker.constraints.iter().map(|constraint| constraint.root);
        let plans: Vec<Vec<usize>> = roots.clone().map(|root| plan(checker, root)).collect();
        let mut queries = vec![Vec::new(); columns];
        for (constraint, plan) in plans.iter().enumerate() {
            for node in plan {
                if let Node::Advice(column, rotation) = checker.nodes[*node] {
                    queries[column].push((constraint, rotation));
                }
            }
        }
        Self {
            checker,
            values,
            switches: roots.map(|root| switches(checker, root)).collect(),
            plans,
            queries,
            copies: by_cell(assignment, columns, checker.rows),
        }
    }

    /// What the assignment breaks among all that the altered advice cells take part in, in order, at most `most` of it.
    pub fn broken(
        &self,
        assignment: &Assignment,
        instance: &[Fr],
        altered: &[CellRef],
        most: usize,
    ) -> Vec<Broken> {
        let mut found = Vec::new();
        let mut copies: Vec<usize> = altered
            .iter()
            .flat_map(|cell_ref| self.touching(*cell_ref))
            .copied()
            .collect();
        copies.sort_unstable();
        copies.dedup();
        for index in copies {
            let copy = &assignment.copies()[index];
            if value(assignment, instance, copy.left) != value(assignment, instance, copy.right) {
                found.push(Broken::Copy(index));
                if found.len() == most {
                    return found;
                }
            }
        }
        let rows = self.checker.rows;
        let mut due: Vec<(usize, usize)> = altered
            .iter()
            .flat_map(|cell_ref| {
                self.queries[cell_ref.column.index()]
                    .iter()
                    .map(move |(constraint, rotation)| {
                        let row = cell_ref.row as i64 - i64::from(*rotation);
                        (*constraint, row.rem_euclid(rows as i64) as usize)
                    })
            })
            .collect();
        due.sort_unstable();
        due.dedup();
        let mut values = self.values.clone();
        for (index, row) in due {
            if !self.holds(assignment, instance, index, row, &mut values) {
                found.push(Broken::Constraint { index, row });
                if found.len() == most {
                    break;
                }
            }
        }
        found.sort_unstable();
        found
    }

    /// Numbers of the copies that touch an advice cell.
    pub fn touching(&self, cell_ref: CellRef) -> &[usize] {
        let (starts, list) = &self.copies[cell_ref.column.index()];
        &list[starts[cell_ref.row]..starts[cell_ref.row + 1]]
    }

    /// Name of a constraint.
    pub fn name(&self, index: usize) -> &str {
        &self.checker.constraints[index].name
    }

    /// The constraints that query an advice column, with the rotation.
    pub fn queries(&self, column: usize) -> &[(usize, i32)] {
        &self.queries[column]
    }

    /// Advice cells that a constraint reads at a row; cells past the usable rows are left out.
    pub fn read(&self, index: usize, row: usize) -> Vec<(usize, usize)> {
        let nodes = self.plans[index].iter();
        nodes
            .filter_map(|node| match self.checker.nodes[*node] {
                Node::Advice(column, rotation) => Some((column, self.at(row, rotation))),
                _ => None,
            })
            .collect()
    }

    /// Number of constraints.
    pub fn len(&self) -> usize {
        self.plans.len()
    }

    /// Whether the system has no constraint.
    pub fn is_empty(&self) -> bool {
        self.plans.is_empty()
    }

    /// Whether a fixed factor makes a constraint hold at a row whatever the cells are.
    pub fn off(&self, assignment: &Assignment, index: usize, row: usize) -> bool {
        self.switches[index].iter().any(|(column, rotation)| {
            assignment.fixed_at(*column, self.at(row, *rotation)) == Fr::ZERO
        })
    }

    /// A constraint's value at a row.
    pub fn evaluate(
        &self,
        assignment: &Assignment,
        instance: &[Fr],
        index: usize,
        row: usize,
        values: &mut [Fr],
    ) -> Fr {
        for node in &self.plans[index] {
            values[*node] = match self.checker.nodes[*node] {
                Node::Fixed(column, rotation) => {
                    assignment.fixed_at(column, self.at(row, rotation))
                }
                Node::Advice(column, rotation) => {
                    let row = self.at(row, rotation);
                    assignment
                        .advice_at(column, row)
                        .unwrap_or_else(|| noise(column, row))
                }
                Node::Instance(_, rotation) => instance
                    .get(self.at(row, rotation))
                    .copied()
                    .unwrap_or(Fr::ZERO),
                Node::Add(a, b) => values[a] + values[b],
                Node::Mul(a, b) => values[a] * values[b],
                Node::Negate(a) => -values[a],
                Node::Constant(_) | Node::Challenge(_) => continue,
            };
        }
        values[self.checker.constraints[index].root]
    }

    /// Room for [`evaluate`](Self::evaluate).
    pub fn room(&self) -> Vec<Fr> {
        self.values.clone()
    }

    fn holds(
        &self,
        assignment: &Assignment,
        instance: &[Fr],
        index: usize,
        row: usize,
        values: &mut [Fr],
    ) -> bool {
        self.off(assignment, index, row)
            || self.evaluate(assignment, instance, index, row, values) == Fr::ZERO
    }

    fn at(&self, row: usize, rotation: i32) -> usize {
        (row as i64 + i64::from(rotation)).rem_euclid(self.checker.rows as i64) as usize
    }
}

/// A cell's value, with the instance column given separately.
pub fn value(assignment: &Assignment, instance: &[Fr], cell_ref: CellRef) -> Fr {
    match cell_ref.column.column_type() {
        Any::Instance => instance.get(cell_ref.row).copied().unwrap_or(Fr::ZERO),
        _ => assignment.value(cell_ref),
    }
}

/// All nodes below a root, operands before what is made of them.
fn plan(checker: &Checker, root: usize) -> Vec<usize> {
    let mut needed = vec![false; checker.nodes.len()];
    needed[root] = true;
    for index in (0..=root).rev() {
        if needed[index] {
            match checker.nodes[index] {
                Node::Add(a, b) | Node::Mul(a, b) => {
                    needed[a] = true;
                    needed[b] = true;
                }
                Node::Negate(a) => needed[a] = true,
                _ => {}
            }
        }
    }
    (0..=root).filter(|index| needed[*index]).collect()
}

fn switches(checker: &Checker, root: usize) -> Vec<(usize, i32)> {
    let mut found = Vec::new();
    let mut open = vec![root];
    while let Some(node) = open.pop() {
        match checker.nodes[node] {
            Node::Fixed(column, rotation) => found.push((column, rotation)),
            Node::Mul(a, b) => open.extend([a, b]),
            Node::Negate(a) => open.push(a),
            _ => {}
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

fn by_cell(assignment: &Assignment, columns: usize, rows: usize) -> Vec<(Vec<usize>, Vec<usize>)> {
    let mut lists = vec![vec![Vec::new(); rows]; columns];
    for (index, copy) in assignment.copies().iter().enumerate() {
        for side in [copy.left, copy.right] {
            if matches!(side.column.column_type(), Any::Advice(_)) {
                lists[side.column.index()][side.row].push(index);
            }
        }
    }
    lists
        .into_iter()
        .map(|rows| {
            let mut starts = vec![0];
            let mut list = Vec::new();
            for row in rows {
                list.extend(row);
                starts.push(list.len());
            }
            (starts, list)
        })
        .collect()
}
