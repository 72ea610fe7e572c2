//! The gates as a flat list of operations, each on earlier results only: evaluated in one pass, without recursion.

use alloc::vec::Vec;

use ark_bn254::Fr;

use crate::error::KeyError;
use crate::key::reader::Reader;

/// One operation. Operands are positions of earlier operations; queries are positions in the key's lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// A constant.
    Constant(Fr),
    /// A fixed evaluation.
    Fixed(u32),
    /// An advice evaluation.
    Advice(u32),
    /// An instance evaluation.
    Instance(u32),
    /// A challenge of the advice phases.
    Challenge(u32),
    /// −a.
    Negate(u32),
    /// a + b.
    Add(u32, u32),
    /// a − b.
    Subtract(u32, u32),
    /// a · b.
    Multiply(u32, u32),
    /// a · constant.
    Scale(u32, Fr),
}

/// Lengths of the lists that operations may refer to.
pub(crate) struct Limits {
    pub(crate) fixed: usize,
    pub(crate) advice: usize,
    pub(crate) instance: usize,
    pub(crate) challenges: usize,
}

/// What the leaves stand for in one proof.
pub(crate) struct Leaves<'a> {
    pub(crate) fixed: &'a [Fr],
    pub(crate) advice: &'a [Fr],
    pub(crate) instance: &'a [Fr],
    pub(crate) challenges: &'a [Fr],
}

/// The operations and, of them, the results that must vanish on the domain, in order.
#[derive(Clone, Debug)]
pub struct Gates {
    operations: Vec<Operation>,
    constraints: Vec<u32>,
}

/// Bytes of the shortest operation: tag and one index.
const SHORTEST: usize = 5;

impl Gates {
    /// The operations, in an order in which operands come first.
    pub fn operations(&self) -> &[Operation] {
        &self.operations
    }

    /// Positions of the operations whose results are the constraints, in the order of the quotient's powers of y.
    pub fn constraints(&self) -> &[u32] {
        &self.constraints
    }

    pub(crate) fn read(reader: &mut Reader<'_>, limits: &Limits) -> Result<Self, KeyError> {
        let count = reader.count(SHORTEST, "the operations")?;
        let mut operations = Vec::with_capacity(count);
        for position in 0..count {
            operations.push(read_operation(reader, position, limits)?);
        }
        let count = reader.count(4, "the constraints")?;
        let mut constraints = Vec::with_capacity(count);
        for _ in 0..count {
            constraints.push(reader.index(operations.len(), "a constraint")?);
        }
        Ok(Gates {
            operations,
            constraints,
        })
    }

    /// The constraints' values; `None` only if a list is shorter than [`Limits`] said.
    pub(crate) fn evaluate(&self, leaves: &Leaves<'_>) -> Option<Vec<Fr>> {
        let mut results: Vec<Fr> = Vec::with_capacity(self.operations.len());
        for operation in &self.operations {
            let of = |position: u32| at(&results, position);
            let result = match *operation {
                Operation::Constant(value) => value,
                Operation::Fixed(query) => at(leaves.fixed, query)?,
                Operation::Advice(query) => at(leaves.advice, query)?,
                Operation::Instance(query) => at(leaves.instance, query)?,
                Operation::Challenge(index) => at(leaves.challenges, index)?,
                Operation::Negate(a) => -of(a)?,
                Operation::Add(a, b) => of(a)? + of(b)?,
                Operation::Subtract(a, b) => of(a)? - of(b)?,
                Operation::Multiply(a, b) => of(a)? * of(b)?,
                Operation::Scale(a, constant) => of(a)? * constant,
            };
            results.push(result);
        }
        self.constraints
            .iter()
            .map(|position| at(&results, *position))
            .collect()
    }
}

fn at(values: &[Fr], index: u32) -> Option<Fr> {
    values.get(usize::try_from(index).ok()?).copied()
}

fn read_operation(
    reader: &mut Reader<'_>,
    position: usize,
    limits: &Limits,
) -> Result<Operation, KeyError> {
    const OPERAND: &str = "an operand";
    const CONSTANT: &str = "the operations";
    Ok(match reader.u8(CONSTANT)? {
        0 => Operation::Constant(reader.scalar(CONSTANT)?),
        1 => Operation::Fixed(reader.index(limits.fixed, "a fixed query of a gate")?),
        2 => Operation::Advice(reader.index(limits.advice, "an advice query of a gate")?),
        3 => Operation::Instance(reader.index(limits.instance, "an instance query of a gate")?),
        4 => Operation::Challenge(reader.index(limits.challenges, "a challenge of a gate")?),
        5 => Operation::Negate(reader.index(position, OPERAND)?),
        6 => Operation::Add(
            reader.index(position, OPERAND)?,
            reader.index(position, OPERAND)?,
        ),
        7 => Operation::Subtract(
            reader.index(position, OPERAND)?,
            reader.index(position, OPERAND)?,
        ),
        8 => Operation::Multiply(
            reader.index(position, OPERAND)?,
            reader.index(position, OPERAND)?,
        ),
        9 => Operation::Scale(reader.index(position, OPERAND)?, reader.scalar(CONSTANT)?),
        tag => {
            return Err(KeyError::Range {
                field: "an operation's tag",
                got: u64::from(tag),
            });
        }
    })
}
