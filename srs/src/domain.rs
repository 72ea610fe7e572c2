//! The domain that circuits and Lagrange forms are over: halo2's roots of unity, and powers of a scalar.

use halo2curves::bn256::Fr;
use halo2curves::ff::{Field, PrimeField};
use rayon::prelude::*;

/// 1, base, …, base^(n−1).
pub(crate) fn powers(base: Fr, n: usize) -> Vec<Fr> {
    let mut out = vec![Fr::ZERO; n];
    out.par_chunks_mut(1 << 12)
        .enumerate()
        .for_each(|(chunk, out)| {
            let mut power = base.pow_vartime([(chunk << 12) as u64]);
            for slot in out {
                *slot = power;
                power *= base;
            }
        });
    out
}

/// The generator of the 2^k-th roots of unity that halo2 uses.
pub(crate) fn root_of_unity(k: u32) -> Fr {
    (k..Fr::S).fold(Fr::ROOT_OF_UNITY, |root, _| root.square())
}
