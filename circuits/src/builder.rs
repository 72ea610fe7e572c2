//! The builder of a first phase: one handle on the assignment, the arithmetic, the hash machine and the range queue.
//!
//! Everything that a builder makes is a cell of the assignment. What a value is bound by is what made it: a [`Bit`] has its gate, a [`Ranged`] its limbs, a
//! [`Digest`] its permutation. Their fields are private, so that no other code can claim it of a cell.

use halo2curves::bn256::Fr;
use halo2curves::ff::Field;

use crate::assignment::{Assignment, CellRef};
use crate::cells::{Bit, Digest, Ranged};
use crate::chips::arith::{ArithChip, ArithConfig, Operand};
use crate::chips::machine::MachineConfig;
use crate::chips::machine::program::RATE;
use crate::chips::machine::steps::{Hash, MachineChip, Node};
use crate::chips::range::{RangeConfig, RangeQueue};
use crate::gadgets;
use crate::labels::ClauseLabel;

/// The constant 0 as an operand.
pub const ZERO: Operand = Operand::Constant(Fr::ZERO);
/// The constant 1 as an operand.
pub const ONE: Operand = Operand::Constant(Fr::ONE);

/// Fills the first phase of a circuit.
#[derive(Debug)]
pub struct CircuitBuilder<'a, 'c> {
    assignment: &'a mut Assignment,
    arith: ArithChip<'c>,
    machine: MachineChip<'c>,
    queue: RangeQueue,
}

impl<'a, 'c> CircuitBuilder<'a, 'c> {
    /// A builder with nothing assigned; range checks are queued from row `from` of the first checked column.
    pub fn new(
        assignment: &'a mut Assignment,
        arith: &'c ArithConfig,
        machine: &'c MachineConfig,
        range: &RangeConfig,
        from: usize,
    ) -> Self {
        Self {
            assignment,
            arith: ArithChip::new(arith),
            machine: MachineChip::new(machine),
            queue: RangeQueue::new(range, from),
        }
    }

    /// Lets idle permutations hash zeros, and leaves the chips to the second phase with the number of rows of checked values.
    pub fn finish(mut self) -> (ArithChip<'c>, MachineChip<'c>, usize) {
        self.machine.finish(self.assignment);
        (self.arith, self.machine, self.queue.rows())
    }

    /// The assignment, for chips that fill columns of their own.
    pub fn assignment(&mut self) -> &mut Assignment {
        self.assignment
    }

    /// Names the clause that the next gates serve.
    pub fn clause(&mut self, label: ClauseLabel) {
        self.arith.clause(label);
    }

    /// The value of a cell.
    pub fn value(&self, cell: impl Into<CellRef>) -> Fr {
        self.assignment.value(cell.into())
    }

    /// The cell of a constant.
    pub fn constant(&mut self, value: Fr) -> CellRef {
        self.assignment.constant(value)
    }

    /// Requires that two cells are equal.
    pub fn copy(
        &mut self,
        left: impl Into<CellRef>,
        right: impl Into<CellRef>,
        label: ClauseLabel,
    ) {
        self.assignment.copy(left.into(), right.into(), label);
    }

    /// Assigns a + b · c = d with all four operands given; returns their cells.
    pub fn gate(&mut self, operands: [Operand; 4]) -> [CellRef; 4] {
        self.arith.gate(self.assignment, operands)
    }

    /// The cell of a + b · c.
    pub fn mul_add(
        &mut self,
        a: impl Into<Operand>,
        b: impl Into<Operand>,
        c: impl Into<Operand>,
    ) -> CellRef {
        self.arith.mul_add(self.assignment, a, b, c)
    }

    /// The cell of b · c.
    pub fn mul(&mut self, b: impl Into<Operand>, c: impl Into<Operand>) -> CellRef {
        self.arith.mul(self.assignment, b, c)
    }

    /// The cell of a + b.
    pub fn add(&mut self, a: impl Into<Operand>, b: impl Into<Operand>) -> CellRef {
        self.arith.add(self.assignment, a, b)
    }

    /// The cell of a − b.
    pub fn sub(&mut self, a: impl Into<Operand>, b: impl Into<Operand>) -> CellRef {
        self.arith.sub(self.assignment, a, b)
    }

    /// The sum of cells, from 0.
    pub fn sum<T: Into<Operand>>(&mut self, cells: impl IntoIterator<Item = T>) -> CellRef {
        let mut total = self.constant(Fr::ZERO);
        for cell in cells {
            total = self.add(total, cell);
        }
        total
    }

    /// A new cell holding any value that the prover chooses; the caller says what binds it.
    pub fn free(&mut self, value: Fr) -> CellRef {
        self.arith.free(self.assignment, value)
    }

    /// A new bit that the prover chooses.
    pub fn bit(&mut self, value: bool) -> Bit {
        Bit::constrained(self.arith.bit(self.assignment, value))
    }

    /// A bit that is a constant of the circuit.
    pub fn constant_bit(&mut self, value: bool) -> Bit {
        let value = if value { Fr::ONE } else { Fr::ZERO };
        Bit::constrained(self.constant(value))
    }

    /// The bit 1 − b.
    pub fn not(&mut self, bit: Bit) -> Bit {
        Bit::constrained(self.arith.sub(self.assignment, ONE, bit))
    }

    /// The cell of `clear` where a bit is 0 and of `set` where it is 1.
    pub fn choose(&mut self, bit: Bit, clear: CellRef, set: CellRef) -> CellRef {
        self.arith.choose(self.assignment, bit.into(), clear, set)
    }

    /// Requires that a cell is `clear` where a bit is 0 and `set` where it is 1.
    pub fn require_choice(
        &mut self,
        bit: Bit,
        [clear, set]: [CellRef; 2],
        chosen: impl Into<CellRef>,
    ) {
        let chosen = chosen.into();
        self.arith
            .require_choice(self.assignment, bit.into(), [clear, set], chosen);
    }

    /// Requires that a cell is a bit, by b · b = b.
    pub fn require_bit(&mut self, cell: CellRef) -> Bit {
        self.require_product(cell, cell, cell);
        Bit::constrained(cell)
    }

    /// Requires b · c = d.
    pub fn require_product(
        &mut self,
        b: impl Into<Operand>,
        c: impl Into<Operand>,
        d: impl Into<Operand>,
    ) {
        self.arith.require_product(self.assignment, b, c, d);
    }

    /// Requires a = b where a bit is 1.
    pub fn require_equal_if(
        &mut self,
        condition: Bit,
        a: impl Into<Operand>,
        b: impl Into<Operand>,
    ) {
        self.arith
            .require_equal_if(self.assignment, condition.into(), a, b);
    }

    /// The cell of 1 / x; the gate has no solution for x = 0.
    pub fn inverse(&mut self, x: CellRef) -> CellRef {
        self.arith.inverse(self.assignment, x)
    }

    /// The bit that is 1 where x = 0.
    pub fn is_zero(&mut self, x: CellRef) -> Bit {
        Bit::constrained(self.arith.is_zero(self.assignment, x))
    }

    /// A new cell of a value in [0, 2^BITS). A value out of range leaves a cell of its low bits only.
    pub fn ranged<const BITS: u32>(&mut self, value: Fr, label: ClauseLabel) -> Ranged<BITS> {
        let (arith, queue) = (&mut self.arith, &mut self.queue);
        let cell = gadgets::ranged(self.assignment, arith, queue, value, BITS, label);
        Ranged::constrained(cell)
    }

    /// Requires a cell to be in [0, 2^BITS).
    pub fn require_range<const BITS: u32>(
        &mut self,
        cell: CellRef,
        label: ClauseLabel,
    ) -> Ranged<BITS> {
        self.require_bits(cell, BITS, label);
        Ranged::constrained(cell)
    }

    /// Requires a cell to be in [0, 2^bits), with the number of bits a size of the circuit.
    pub fn require_bits(&mut self, cell: CellRef, bits: u32, label: ClauseLabel) {
        let (arith, queue) = (&mut self.arith, &mut self.queue);
        gadgets::require_range(self.assignment, arith, queue, cell, bits, label);
    }

    /// A region of sponges; see [`MachineChip::sponges`].
    pub fn sponges(&mut self, tag: Fr, salted: bool, messages: &[Vec<Fr>]) -> Vec<Digest> {
        self.machine.sponges(self.assignment, tag, salted, messages)
    }

    /// A node over fifteen children, which the caller binds.
    pub fn node(&mut self, tag: Fr, children: &[Fr; RATE]) -> Node {
        self.machine.node(self.assignment, tag, children)
    }

    /// A narrow hash of two values, which the caller binds.
    pub fn hash(&mut self, left: Fr, right: Fr) -> Hash {
        self.machine.hash(self.assignment, left, right)
    }

    /// A narrow hash of copies of two cells.
    pub fn hash_copied(
        &mut self,
        left: impl Into<CellRef>,
        right: impl Into<CellRef>,
        label: ClauseLabel,
    ) -> Hash {
        let (left, right) = (left.into(), right.into());
        self.machine
            .hash_copied(self.assignment, left, right, label)
    }
}
