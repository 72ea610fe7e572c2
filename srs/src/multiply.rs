//! A point of G1 times a scalar, faster than bit by bit: the endomorphism (Gallant, Lambert and Vanstone) halves the scalar, and
//! each half goes by signed windows. Takes time that depends on the scalar.
//!
//! With ζ the cube root of one in the scalar field, `endo` maps P to ζ·P. A scalar k is k1 − ζ·k2 with both of about 128 bits:
//! with b1 = 2x + 1 and b2 = 6x² + 4x + 1, x being the parameter of the BN curve, k2 = b2·⌊k·b1/r⌋ − b1·⌊k·b2/r⌋ and
//! k1 = k + ζ·k2 modulo r.

use halo2curves::CurveExt;
use halo2curves::bn256::{Fr, G1, G1Affine};
use halo2curves::ff::{PrimeField, WithSmallOrderMulGroup};
use halo2curves::group::prime::PrimeCurveAffine;
use halo2curves::group::{Curve, Group};
use rayon::prelude::*;

/// BN254's parameter.
const X: u128 = 4_965_661_367_192_848_881;
const B1: u128 = 2 * X + 1;
const B2: u128 = 6 * X * X + 4 * X + 1;
/// 2^256·B1/r and 2^256·B2/r, rounded; limbs from the least.
const GAMMA1: [u64; 4] = [0xd91d_232e_c7e0_b3d7, 0x2, 0, 0];
const GAMMA2: [u64; 4] = [0x5398_fd03_00ff_6565, 0x4cce_f014_a773_d2d2, 0x2, 0];

/// Points that a thread makes affine at a time.
const CHUNK: usize = 64;

/// Bits of a window; digits are odd and below 2^(WINDOW − 1) in size.
const WINDOW: usize = 5;
const MULTIPLES: usize = 1 << (WINDOW - 2);
/// A half is below 2^128; a carry may add one digit.
const DIGITS: usize = 128 + WINDOW;

/// `scalar`·`point`.
pub(crate) fn multiply(point: &G1, scalar: &Fr) -> G1 {
    let [first, second] = halves(scalar);
    let base = multiples(point, first.negative);
    let turned = multiples(&point.endo(), !second.negative);
    let (first, second) = (digits(first.size), digits(second.size));
    let mut sum = G1::identity();
    let mut begun = false;
    for position in (0..DIGITS).rev() {
        if begun {
            sum = sum.double();
        }
        for (digit, table) in [(first[position], &base), (second[position], &turned)] {
            if digit != 0 {
                begun = true;
                let entry = &table[usize::from(digit.unsigned_abs()) / 2];
                sum = if digit > 0 { sum + entry } else { sum - entry };
            }
        }
    }
    sum
}

/// Affine forms.
pub(crate) fn normalised(points: &[G1]) -> Vec<G1Affine> {
    let mut out = vec![G1Affine::identity(); points.len()];
    out.par_chunks_mut(CHUNK)
        .zip(points.par_chunks(CHUNK))
        .for_each(|(out, points)| G1::batch_normalize(points, out));
    out
}

/// Half a scalar, with its sign.
struct Half {
    size: u128,
    negative: bool,
}

/// k1 and k2 with k = k1 − ζ·k2.
fn halves(scalar: &Fr) -> [Half; 2] {
    let limbs = limbs(scalar);
    let multiple = |gamma, b: u128| Fr::from_raw(high(&limbs, gamma)) * Fr::from_u128(b);
    let second = multiple(&GAMMA1, B2) - multiple(&GAMMA2, B1);
    let first = scalar + second * Fr::ZETA;
    [first, second].map(|half| match size(&half) {
        Some(size) => Half {
            size,
            negative: false,
        },
        None => Half {
            size: size(&-half).unwrap_or_default(),
            negative: true,
        },
    })
}

fn limbs(scalar: &Fr) -> [u64; 4] {
    let bytes = scalar.to_repr();
    let mut limbs = [0; 4];
    for (limb, bytes) in limbs.iter_mut().zip(bytes.chunks_exact(8)) {
        *limb = bytes
            .iter()
            .rev()
            .fold(0, |limb, byte| limb << 8 | u64::from(*byte));
    }
    limbs
}

/// The number itself, if below 2^128.
fn size(scalar: &Fr) -> Option<u128> {
    let [low, high, 0, 0] = limbs(scalar) else {
        return None;
    };
    Some(u128::from(high) << 64 | u128::from(low))
}

/// The upper half of a product.
fn high(a: &[u64; 4], b: &[u64; 4]) -> [u64; 4] {
    let mut product = [0u64; 8];
    for (i, a) in a.iter().enumerate() {
        let mut carry = 0u128;
        for (j, b) in b.iter().enumerate() {
            let sum = u128::from(*a) * u128::from(*b) + u128::from(product[i + j]) + carry;
            product[i + j] = sum as u64;
            carry = sum >> 64;
        }
        product[i + 4] = carry as u64;
    }
    [product[4], product[5], product[6], product[7]]
}

/// 1, 3, 5, … times a point, or its negative.
fn multiples(point: &G1, negative: bool) -> [G1; MULTIPLES] {
    let mut entry = if negative { -point } else { *point };
    let twice = entry.double();
    std::array::from_fn(|_| {
        let this = entry;
        entry += twice;
        this
    })
}

/// Signed digits: zero or odd, at most one in [`WINDOW`] positions not zero.
fn digits(mut number: u128) -> [i8; DIGITS] {
    let mut digits = [0; DIGITS];
    let mut position = 0;
    while number != 0 {
        if number & 1 == 0 {
            number >>= 1;
            position += 1;
            continue;
        }
        let low = (number & ((1 << WINDOW) - 1)) as i8;
        let above = low >= 1 << (WINDOW - 1);
        digits[position] = if above { low - (1 << WINDOW) } else { low };
        number = (number >> WINDOW) + u128::from(above);
        position += WINDOW;
    }
    digits
}

#[cfg(test)]
mod tests {
    use halo2curves::ff::Field;
    use rand_core::OsRng;

    use super::*;

    #[test]
    fn a_scalar_is_its_halves() {
        let edges = [Fr::ZERO, Fr::ONE, -Fr::ONE, Fr::ZETA, -Fr::ZETA];
        for scalar in edges
            .into_iter()
            .chain((0..2000).map(|_| Fr::random(OsRng)))
        {
            let [first, second] = halves(&scalar).map(|half| {
                let size = Fr::from_u128(half.size);
                if half.negative { -size } else { size }
            });
            assert_eq!(scalar, first - Fr::ZETA * second);
        }
    }

    #[test]
    fn products_are_those_of_plain_multiplication() {
        let point = G1::generator() * Fr::from(77);
        let edges = [0u64, 1, 2, 15, 16, 17, 31, 32, 33, u64::MAX];
        let edges = edges.into_iter().flat_map(|n| {
            [
                Fr::from(n),
                -Fr::from(n),
                Fr::from_u128(u128::MAX) + Fr::from(n),
            ]
        });
        for scalar in edges.chain((0..100).map(|_| Fr::random(OsRng))) {
            assert_eq!(multiply(&point, &scalar), point * scalar);
        }
        assert_eq!(multiply(&G1::identity(), &Fr::ZETA), G1::identity());
    }
}
