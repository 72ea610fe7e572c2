//! The yardstick that timings are divided by: one multi-scalar multiplication.

use std::time::{Duration, Instant};

use halo2_proofs::arithmetic::best_multiexp;
use halo2curves::bn256::{Fr, G1, G1Affine};
use halo2curves::ff::Field;
use halo2curves::group::Curve;
use rayon::prelude::*;

/// Binary logarithm of the yardstick's points.
pub const YARDSTICK_K: u32 = 20;

/// 2^k different points, for multi-scalar multiplications that need no reference string: a grid of sums of two multiples of the generator.
pub fn points(k: u32) -> Vec<G1Affine> {
    let side = 1usize << k.div_ceil(2);
    let multiples = |step: u64| {
        let step = G1::generator() * Fr::from(step);
        let mut at = step;
        let mut out = Vec::with_capacity(side);
        for _ in 0..side {
            out.push(at);
            at += step;
        }
        out
    };
    let (rows, columns) = (multiples(1 << 40), multiples(3));
    let mut columns_affine = vec![G1Affine::default(); side];
    G1::batch_normalize(&columns, &mut columns_affine);
    let count = 1usize << k;
    let mut out = vec![G1Affine::default(); count];
    out.par_chunks_mut(side).zip(&rows).for_each(|(out, row)| {
        let sums: Vec<G1> = columns_affine[..out.len()]
            .iter()
            .map(|column| *row + *column)
            .collect();
        G1::batch_normalize(&sums, out);
    });
    out
}

/// Full-width scalars, the same for the same number.
pub fn scalars(count: usize) -> Vec<Fr> {
    let mut scalar = Fr::from(0x5eed).square();
    (0..count)
        .map(|_| {
            scalar = scalar.square() + Fr::ONE;
            scalar
        })
        .collect()
}

/// Time of one multi-scalar multiplication of full-width scalars by the points given.
pub fn time(points: &[G1Affine]) -> Duration {
    let scalars = scalars(points.len());
    let start = Instant::now();
    std::hint::black_box(best_multiexp(&scalars, points));
    start.elapsed()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use halo2curves::group::prime::PrimeCurveAffine;

    use super::*;

    #[test]
    fn points_are_different_and_of_the_number_asked() {
        for k in [0, 1, 5, 8] {
            let points = points(k);
            let different: HashSet<String> =
                points.iter().map(|point| format!("{point:?}")).collect();
            assert_eq!(different.len(), 1 << k);
            assert!(points.iter().all(|point| !bool::from(point.is_identity())));
        }
    }
}
