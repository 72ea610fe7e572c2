//! Small compositions of chips that several circuits use.

use crate::labels::ClauseLabel;
use halo2curves::bn256::Fr;
use halo2curves::ff::{Field, PrimeField};
use tranche_protocol::felt;

use crate::assignment::{Assignment, CellRef};
use crate::chips::arith::{ArithChip, Operand};
use crate::chips::range::RangeQueue;
use crate::field::{power_of_two, to_halo};

/// Packs small integers into felts, `bits` bits each, first lowest, `per_pack` a felt; the last pack is padded with zeros.
pub fn pack(values: &[u32], bits: u32, per_pack: usize) -> Vec<Fr> {
    values
        .chunks(per_pack)
        .map(|chunk| to_halo(&felt::pack(chunk, bits)))
        .collect()
}

/// A new cell of a value in [0, 2^bits), composed of range-checked limbs.
///
/// The limbs are free: the range chip bounds each, their weighted sum is the value. A value out of range leaves a cell that equals its low bits only.
pub fn ranged(
    assignment: &mut Assignment,
    arith: &mut ArithChip<'_>,
    queue: &mut RangeQueue,
    value: Fr,
    bits: u32,
    label: ClauseLabel,
) -> CellRef {
    let piece = queue.bits();
    let count = bits.div_ceil(piece);
    let limbs = split(value, piece, count);
    let mut cells = Vec::with_capacity(limbs.len());
    let mut sum = None;
    for (i, limb) in limbs.iter().enumerate().skip(1) {
        let weight = Operand::Constant(power_of_two(piece * i as u32));
        let start = sum.map_or(Operand::Free(limbs[0]), Operand::Cell);
        let [a, b, _, d] = arith.combine(assignment, [start, Operand::Free(*limb), weight]);
        if i == 1 {
            cells.push(a);
        }
        cells.push(b);
        sum = Some(d);
    }
    let value = match sum {
        Some(cell_ref) => cell_ref,
        None => {
            let cell_ref = arith.free(assignment, limbs[0]);
            cells.push(cell_ref);
            cell_ref
        }
    };
    for cell in &cells {
        queue.check(assignment, *cell, label);
    }
    let excess = piece * count - bits;
    if let (Some(top), true) = (cells.last(), excess > 0) {
        let shifted = arith.mul(assignment, *top, Operand::Constant(power_of_two(excess)));
        queue.check(assignment, shifted, label);
    }
    value
}

/// Requires a cell to be in [0, 2^bits).
pub fn require_range(
    assignment: &mut Assignment,
    arith: &mut ArithChip<'_>,
    queue: &mut RangeQueue,
    cell: CellRef,
    bits: u32,
    label: ClauseLabel,
) {
    let value = assignment.value(cell);
    let composed = ranged(assignment, arith, queue, value, bits, label);
    assignment.copy(composed, cell, label);
}

/// The low `count` limbs of `bits` bits of a felt.
fn split(value: Fr, bits: u32, count: u32) -> Vec<Fr> {
    let repr = value.to_repr();
    let bytes: &[u8] = repr.as_ref();
    (0..count)
        .map(|limb| {
            (0..bits).rev().fold(Fr::ZERO, |sum, bit| {
                let at = (limb * bits + bit) as usize;
                let set = bytes
                    .get(at / 8)
                    .is_some_and(|byte| byte >> (at % 8) & 1 == 1);
                sum.double() + if set { Fr::ONE } else { Fr::ZERO }
            })
        })
        .collect()
}
