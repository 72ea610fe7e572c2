//! Field elements between the protocol's arkworks type and halo2's.

use ark_ff::PrimeField;
use halo2curves::bn256::Fr;
use halo2curves::ff::{Field, PrimeField as _};
use tranche_protocol::Felt;

/// The same element in halo2's type.
pub fn to_halo(value: &Felt) -> Fr {
    Fr::from_raw(value.into_bigint().0)
}

/// The same element in the protocol's type.
pub fn to_felt(value: &Fr) -> Felt {
    Felt::from_le_bytes_mod_order(value.to_repr().as_ref())
}

/// An element from the little-endian words of an integer below r.
pub fn words(value: &[u64; 4]) -> Fr {
    Fr::from_raw(*value)
}

/// 2^n.
pub fn power_of_two(n: u32) -> Fr {
    Fr::from(2).pow_vartime([u64::from(n)])
}

/// x^5.
pub fn quintic(x: Fr) -> Fr {
    x.square().square() * x
}

/// Inverts every non-zero element in place by Montgomery's trick; zeros stay.
pub fn batch_invert(values: &mut [Fr]) {
    use rayon::prelude::*;
    values.par_chunks_mut(4096).for_each(|chunk| {
        let mut prefix = Vec::with_capacity(chunk.len());
        let mut product = Fr::ONE;
        for value in chunk.iter() {
            prefix.push(product);
            if !bool::from(value.is_zero()) {
                product *= value;
            }
        }
        let mut inverse = product.invert().unwrap_or(Fr::ZERO);
        for (value, before) in chunk.iter_mut().zip(prefix).rev() {
            if !bool::from(value.is_zero()) {
                let next = inverse * *value;
                *value = inverse * before;
                inverse = next;
            }
        }
    });
}
