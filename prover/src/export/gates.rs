//! The gates' expression trees as one list of operations in which equal subexpressions stand once.

use std::collections::HashMap;

use halo2_proofs::plonk::{ConstraintSystem, Expression};
use halo2curves::bn256::Fr;
use tranche_srs::encoding::scalar_to_bytes;

use super::error::ExportError;
use super::writer::{Writer, position};

/// An operation on earlier results, with the tag it has in the file.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Operation {
    Constant(Fr),
    Fixed(u32),
    Advice(u32),
    Instance(u32),
    Challenge(u32),
    Negate(u32),
    Add(u32, u32),
    Subtract(u32, u32),
    Multiply(u32, u32),
    Scale(u32, Fr),
}

/// What remains to be done on the way through a tree.
enum Step<'a> {
    Visit(&'a Expression<Fr>),
    Negate,
    Add,
    Subtract,
    Multiply,
    Scale(Fr),
}

/// The operations of all gates, and the constraints among their results.
#[derive(Default)]
pub(super) struct Gates {
    operations: Vec<Operation>,
    positions: HashMap<Operation, u32>,
    constraints: Vec<u32>,
}

impl Gates {
    pub(super) fn collect(cs: &ConstraintSystem<Fr>) -> Result<Self, ExportError> {
        let mut gates = Gates::default();
        for gate in cs.gates() {
            for constraint in gate.polynomials() {
                let position = gates.add_tree(cs, constraint)?;
                gates.constraints.push(position);
            }
        }
        Ok(gates)
    }

    pub(super) fn write(&self, out: &mut Writer) -> Result<(), ExportError> {
        out.length(self.operations.len(), "operations")?;
        for operation in &self.operations {
            let (tag, operands, constant) = match operation {
                Operation::Constant(value) => (0, [None, None], Some(value)),
                Operation::Fixed(query) => (1, [Some(query), None], None),
                Operation::Advice(query) => (2, [Some(query), None], None),
                Operation::Instance(query) => (3, [Some(query), None], None),
                Operation::Challenge(index) => (4, [Some(index), None], None),
                Operation::Negate(a) => (5, [Some(a), None], None),
                Operation::Add(a, b) => (6, [Some(a), Some(b)], None),
                Operation::Subtract(a, b) => (7, [Some(a), Some(b)], None),
                Operation::Multiply(a, b) => (8, [Some(a), Some(b)], None),
                Operation::Scale(a, factor) => (9, [Some(a), None], Some(factor)),
            };
            out.bytes(&[tag]);
            for operand in operands.into_iter().flatten() {
                out.bytes(&operand.to_be_bytes());
            }
            if let Some(constant) = constant {
                out.bytes(&scalar_to_bytes(constant));
            }
        }
        out.length(self.constraints.len(), "constraints")?;
        for constraint in &self.constraints {
            out.bytes(&constraint.to_be_bytes());
        }
        Ok(())
    }

    /// Walks a tree with a stack of its own: its depth is the circuit's choice.
    fn add_tree(
        &mut self,
        cs: &ConstraintSystem<Fr>,
        root: &Expression<Fr>,
    ) -> Result<u32, ExportError> {
        let mut steps = vec![Step::Visit(root)];
        let mut results = Vec::new();
        while let Some(step) = steps.pop() {
            let mut operand = || results.pop().ok_or(ExportError::Unqueried("an operand"));
            let operation = match step {
                Step::Visit(expression) => match leaf(cs, expression)? {
                    Some(operation) => operation,
                    None => {
                        steps.extend(branches(expression));
                        continue;
                    }
                },
                Step::Negate => Operation::Negate(operand()?),
                Step::Add => {
                    let (b, a) = (operand()?, operand()?);
                    Operation::Add(a.min(b), a.max(b))
                }
                Step::Subtract => {
                    let (b, a) = (operand()?, operand()?);
                    Operation::Subtract(a, b)
                }
                Step::Multiply => {
                    let (b, a) = (operand()?, operand()?);
                    Operation::Multiply(a.min(b), a.max(b))
                }
                Step::Scale(factor) => Operation::Scale(operand()?, factor),
            };
            results.push(self.intern(operation)?);
        }
        results.pop().ok_or(ExportError::Unqueried("a constraint"))
    }

    fn intern(&mut self, operation: Operation) -> Result<u32, ExportError> {
        if let Some(position) = self.positions.get(&operation) {
            return Ok(*position);
        }
        let position = number(self.operations.len())?;
        self.operations.push(operation);
        self.positions.insert(operation, position);
        Ok(position)
    }
}

/// The steps for an inner node, last first: operands in order, then the operation. a + (−b) becomes a − b.
fn branches(expression: &Expression<Fr>) -> Vec<Step<'_>> {
    match expression {
        Expression::Negated(a) => vec![Step::Negate, Step::Visit(a)],
        Expression::Sum(a, b) => match &**b {
            Expression::Negated(b) => vec![Step::Subtract, Step::Visit(b), Step::Visit(a)],
            _ => vec![Step::Add, Step::Visit(b), Step::Visit(a)],
        },
        Expression::Product(a, b) => vec![Step::Multiply, Step::Visit(b), Step::Visit(a)],
        Expression::Scaled(a, factor) => vec![Step::Scale(*factor), Step::Visit(a)],
        _ => Vec::new(),
    }
}

/// A leaf's operation; `None` for an inner node.
fn leaf(
    cs: &ConstraintSystem<Fr>,
    expression: &Expression<Fr>,
) -> Result<Option<Operation>, ExportError> {
    let queried =
        |position: Option<usize>, what| number(position.ok_or(ExportError::Unqueried(what))?);
    Ok(Some(match expression {
        Expression::Constant(value) => Operation::Constant(*value),
        Expression::Selector(_) => return Err(ExportError::Unqueried("a virtual selector")),
        Expression::Fixed(query) => {
            let here = (query.column_index(), query.rotation());
            Operation::Fixed(queried(position(cs.fixed_queries(), here), "a fixed cell")?)
        }
        Expression::Advice(query) => {
            let here = (query.column_index(), query.rotation());
            Operation::Advice(queried(
                position(cs.advice_queries(), here),
                "an advice cell",
            )?)
        }
        Expression::Instance(query) => {
            let here = (query.column_index(), query.rotation());
            Operation::Instance(queried(
                position(cs.instance_queries(), here),
                "an instance cell",
            )?)
        }
        Expression::Challenge(challenge) => Operation::Challenge(number(challenge.index())?),
        Expression::Negated(_)
        | Expression::Sum(..)
        | Expression::Product(..)
        | Expression::Scaled(..) => return Ok(None),
    }))
}

fn number(position: usize) -> Result<u32, ExportError> {
    u32::try_from(position).map_err(|_| ExportError::TooLong("operations"))
}
