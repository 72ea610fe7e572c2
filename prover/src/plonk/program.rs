//! An expression as a list of steps, run over blocks of rows.

use std::borrow::Cow;
use std::collections::HashMap;

use halo2curves::bn256::Fr;
use halo2curves::ff::Field;
use rayon::prelude::*;

use super::graph::{Graph, Node, NodeId, Source};
use super::secret::Secret;

/// Rows that a step is done for at once: what a step reads and writes is in the first cache.
const BLOCK: usize = 64;

/// Blocks that a thread takes at once.
const BLOCKS: usize = 16;

/// What a step reads.
#[derive(Clone, Copy, Debug)]
enum Operand {
    /// The result of an earlier step.
    Slot(usize),
    /// A column at a rotation, by its place among those of the program.
    View(usize),
    /// One value for all rows.
    Constant(Fr),
}

#[derive(Clone, Copy, Debug)]
enum Operation {
    Sum,
    Difference,
    Product,
}

#[derive(Clone, Copy, Debug)]
struct Step {
    operation: Operation,
    left: Operand,
    right: Operand,
    /// The slot that the result is written to.
    to: usize,
}

/// An expression as steps.
pub(super) struct Program {
    steps: Vec<Step>,
    slots: usize,
    views: Vec<(Source, i32)>,
    result: Operand,
}

impl Program {
    /// The steps of an expression.
    pub(super) fn new(graph: &Graph, root: NodeId) -> Self {
        let mut uses = vec![0usize; graph.len()];
        uses[root.index()] += 1;
        let places = order(graph, root);
        for id in &places {
            let operands = graph.operands(*id);
            operands
                .into_iter()
                .flatten()
                .for_each(|operand| uses[operand.index()] += 1);
        }
        let mut program = Self {
            steps: Vec::new(),
            slots: 0,
            views: Vec::new(),
            result: Operand::Constant(Fr::ZERO),
        };
        let mut known: HashMap<NodeId, Operand> = HashMap::new();
        let mut free: Vec<usize> = Vec::new();
        for id in places {
            let (operation, left, right) = match graph.node(id) {
                Node::Constant(value) => {
                    known.insert(id, Operand::Constant(value));
                    continue;
                }
                Node::Column(source, rotation) => {
                    known.insert(id, Operand::View(program.views.len()));
                    program.views.push((source, rotation));
                    continue;
                }
                Node::Sum(a, b) => (Operation::Sum, a, b),
                Node::Difference(a, b) => (Operation::Difference, a, b),
                Node::Product(a, b) => (Operation::Product, a, b),
            };
            let to = free.pop().unwrap_or_else(|| {
                program.slots += 1;
                program.slots - 1
            });
            program.steps.push(Step {
                operation,
                left: known[&left],
                right: known[&right],
                to,
            });
            known.insert(id, Operand::Slot(to));
            for operand in [left, right] {
                uses[operand.index()] -= 1;
                if let (0, Operand::Slot(slot)) = (uses[operand.index()], known[&operand]) {
                    free.push(slot);
                }
            }
        }
        program.result = known[&root];
        program
    }

    /// The expression's values on all rows of a coset of `rows` elements, whose columns `column` gives.
    pub(super) fn run<'a>(&self, rows: usize, column: impl Fn(Source) -> &'a [Fr]) -> Secret {
        let columns: Vec<&[Fr]> = self
            .views
            .iter()
            .map(|(source, _)| column(*source))
            .collect();
        let mut out = Secret::zeros(rows);
        let chunks = out.par_chunks_mut(BLOCK * BLOCKS).enumerate();
        chunks.for_each(|(chunk, out)| {
            let mut slots = vec![Secret::zeros(BLOCK); self.slots];
            for (block, out) in out.chunks_mut(BLOCK).enumerate() {
                let start = (chunk * BLOCKS + block) * BLOCK;
                self.block(start, &columns, &mut slots, out);
            }
        });
        out
    }

    /// Runs the steps for the rows from `start` on.
    fn block(&self, start: usize, columns: &[&[Fr]], slots: &mut [Secret], out: &mut [Fr]) {
        let length = out.len();
        let views: Vec<Cow<'_, [Fr]>> = self
            .views
            .iter()
            .zip(columns)
            .map(|((_, rotation), column)| view(column, start, *rotation, length))
            .collect();
        for step in &self.steps {
            let mut to = std::mem::take(&mut slots[step.to]);
            let left = operand(step.left, &views, slots, length);
            let right = operand(step.right, &views, slots, length);
            compute(step.operation, left, right, &mut to[..length]);
            slots[step.to] = to;
        }
        match operand(self.result, &views, slots, length) {
            Values::Each(values) => out.copy_from_slice(values),
            Values::All(value) => out.fill(value),
        }
    }
}

/// The nodes that a root needs, each after its operands: depth first, so that results are used soon.
fn order(graph: &Graph, root: NodeId) -> Vec<NodeId> {
    let mut places = Vec::new();
    let mut seen = vec![false; graph.len()];
    let mut open = vec![(root, false)];
    while let Some((id, ready)) = open.pop() {
        if ready {
            places.push(id);
        } else if !std::mem::replace(&mut seen[id.index()], true) {
            open.push((id, true));
            for operand in graph.operands(id).into_iter().rev().flatten() {
                open.push((operand, false));
            }
        }
    }
    places
}

/// Rows of a column from a rotation of `start` on; they go round at the end.
fn view(column: &[Fr], start: usize, rotation: i32, length: usize) -> Cow<'_, [Fr]> {
    let rows = column.len();
    let distance = (rotation.unsigned_abs() as usize) % rows;
    let first = match rotation {
        0.. => (start + distance) % rows,
        _ => (start + rows - distance) % rows,
    };
    match column.get(first..first + length) {
        Some(rows) => Cow::Borrowed(rows),
        None => (first..first + length)
            .map(|row| column[row % rows])
            .collect(),
    }
}

/// Values of a block of rows.
#[derive(Clone, Copy)]
enum Values<'a> {
    Each(&'a [Fr]),
    All(Fr),
}

fn operand<'a>(
    operand: Operand,
    views: &'a [Cow<'_, [Fr]>],
    slots: &'a [Secret],
    length: usize,
) -> Values<'a> {
    match operand {
        Operand::Slot(slot) => Values::Each(&slots[slot][..length]),
        Operand::View(view) => Values::Each(&views[view]),
        Operand::Constant(value) => Values::All(value),
    }
}

fn compute(operation: Operation, left: Values<'_>, right: Values<'_>, out: &mut [Fr]) {
    match operation {
        Operation::Sum => each(left, right, out, |a, b| a + b),
        Operation::Difference => each(left, right, out, |a, b| a - b),
        Operation::Product => each(left, right, out, |a, b| a * b),
    }
}

fn each(left: Values<'_>, right: Values<'_>, out: &mut [Fr], of: impl Fn(&Fr, &Fr) -> Fr) {
    match (left, right) {
        (Values::Each(left), Values::Each(right)) => {
            for (out, (a, b)) in out.iter_mut().zip(left.iter().zip(right)) {
                *out = of(a, b);
            }
        }
        (Values::Each(left), Values::All(b)) => {
            for (out, a) in out.iter_mut().zip(left) {
                *out = of(a, &b);
            }
        }
        (Values::All(a), Values::Each(right)) => {
            for (out, b) in out.iter_mut().zip(right) {
                *out = of(&a, b);
            }
        }
        (Values::All(a), Values::All(b)) => out.fill(of(&a, &b)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_compute_what_expressions_say() {
        for rows in [1usize, 8, 64, 1 << 11] {
            let mut graph = Graph::default();
            let a = graph.column(Source::Advice(0), 0);
            let next = graph.column(Source::Advice(0), 1);
            let far = graph.column(Source::Fixed(0), -3);
            let five = graph.constant(Fr::from(5));
            let product = graph.multiply(a, next);
            let scaled = graph.multiply(five, product);
            let sum = graph.add(scaled, far);
            let square = graph.multiply(sum, sum);
            let root = graph.subtract(square, product);
            let program = Program::new(&graph, root);
            let advice: Vec<Fr> = (0..rows as u64)
                .map(|row| Fr::from(row * row + 2))
                .collect();
            let fixed: Vec<Fr> = (0..rows as u64).map(|row| Fr::from(7 * row)).collect();
            let values = program.run(rows, |source| match source {
                Source::Advice(_) => &advice,
                _ => &fixed,
            });
            for row in 0..rows {
                let product = advice[row] * advice[(row + 1) % rows];
                let sum = Fr::from(5) * product + fixed[(row + 3 * rows - 3) % rows];
                assert_eq!(values[row], sum * sum - product, "row {row} of {rows}");
            }
            assert!(program.slots <= 3);
        }
    }

    #[test]
    fn a_lone_column_or_constant_is_a_program() {
        let mut graph = Graph::default();
        let column = graph.column(Source::Identity, 1);
        let constant = graph.constant(Fr::from(9));
        let values = [Fr::from(1), Fr::from(2)];
        let of = |root| Program::new(&graph, root).run(2, |_| &values);
        assert_eq!(of(column)[..], [Fr::from(2), Fr::from(1)]);
        assert_eq!(of(constant)[..], [Fr::from(9); 2]);
    }
}
