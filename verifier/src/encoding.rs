//! Canonical big-endian encodings, the ones the EVM precompiles use (EIP-196, EIP-197).

use ark_bn254::{Fq, Fq2, Fr, G1Affine, G2Affine};
use ark_ec::AffineRepr;
use ark_ff::{BigInt, BigInteger, PrimeField};

/// Bytes of a field element.
pub(crate) const FIELD_BYTES: usize = 32;
/// Bytes of an uncompressed G1 point: `x || y`.
pub(crate) const G1_BYTES: usize = 64;
/// Bytes of an uncompressed G2 point: `x.c1 || x.c0 || y.c1 || y.c0`.
pub(crate) const G2_BYTES: usize = 128;

fn big_integer(bytes: &[u8; FIELD_BYTES]) -> BigInt<4> {
    let mut limbs = [0; 4];
    for (limb, chunk) in limbs.iter_mut().rev().zip(bytes.chunks_exact(8)) {
        *limb = chunk
            .iter()
            .fold(0, |value: u64, byte| (value << 8) | u64::from(*byte));
    }
    BigInt::new(limbs)
}

/// The scalar of 32 big-endian bytes; `None` at or above r.
pub fn scalar_from_be_bytes(bytes: &[u8; 32]) -> Option<Fr> {
    Fr::from_bigint(big_integer(bytes))
}

/// A scalar as 32 big-endian bytes.
pub fn scalar_to_be_bytes(scalar: &Fr) -> [u8; 32] {
    let mut out = [0; 32];
    for (slot, byte) in out.iter_mut().zip(scalar.into_bigint().to_bytes_be()) {
        *slot = byte;
    }
    out
}

fn base(bytes: &[u8; FIELD_BYTES]) -> Option<Fq> {
    Fq::from_bigint(big_integer(bytes))
}

/// The point of `x || y`; `None` for a coordinate at or above q, a point off the curve and the identity.
pub(crate) fn g1(bytes: &[u8; G1_BYTES]) -> Option<G1Affine> {
    let x = base(bytes.first_chunk()?)?;
    let y = base(bytes.last_chunk()?)?;
    let point = G1Affine::new_unchecked(x, y);
    // The library represents the identity by (0, 0) and has it on the curve.
    (!point.is_zero() && point.is_on_curve()).then_some(point)
}

/// As [`g1`], with 64 zero bytes for the identity: the commitment to a column of zeros.
pub(crate) fn g1_or_identity(bytes: &[u8; G1_BYTES]) -> Option<G1Affine> {
    if bytes.iter().all(|byte| *byte == 0) {
        return Some(G1Affine::identity());
    }
    g1(bytes)
}

/// The point of `x.c1 || x.c0 || y.c1 || y.c0`; `None` unless canonical, on the curve, in the order-r subgroup and not the
/// identity.
pub(crate) fn g2(bytes: &[u8; G2_BYTES]) -> Option<G2Affine> {
    let mut coordinates = [Fq::from(0u8); 4];
    for (coordinate, chunk) in coordinates.iter_mut().zip(bytes.chunks_exact(FIELD_BYTES)) {
        *coordinate = base(chunk.first_chunk()?)?;
    }
    let [x1, x0, y1, y0] = coordinates;
    let point = G2Affine::new_unchecked(Fq2::new(x0, x1), Fq2::new(y0, y1));
    let valid =
        !point.is_zero() && point.is_on_curve() && point.is_in_correct_subgroup_assuming_on_curve();
    valid.then_some(point)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_identity_is_no_point() {
        assert_eq!(g1(&[0; G1_BYTES]), None);
        assert_eq!(g2(&[0; G2_BYTES]), None);
        assert!(g1_or_identity(&[0; G1_BYTES]).is_some_and(|point| point.is_zero()));
    }

    #[test]
    fn only_canonical_values_on_the_curve_are_points() {
        let mut generator = [0; G1_BYTES];
        generator[31] = 1;
        generator[63] = 2;
        assert_eq!(g1(&generator), Some(G1Affine::generator()));
        generator[63] = 3;
        assert_eq!(g1(&generator), None);
        assert_eq!(g1(&[0xff; G1_BYTES]), None);
        assert_eq!(scalar_from_be_bytes(&[0xff; 32]), None);
        let mut r = scalar_to_be_bytes(&-Fr::from(1u8));
        assert!(scalar_from_be_bytes(&r).is_some());
        r[31] += 1;
        assert_eq!(scalar_from_be_bytes(&r), None);
    }
}
