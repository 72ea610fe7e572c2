//! Field elements and points as the literals of Solidity and Yul.

use ark_bn254::{Fq, Fr, G1Affine, G2Affine};
use ark_ec::AffineRepr;
use ark_ff::{BigInteger, PrimeField};

/// The order of the groups.
pub(crate) const ORDER: &str = "0x30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000001";
/// The modulus of the coordinates.
pub(crate) const MODULUS: &str =
    "0x30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd47";

/// All 32 bytes of an element.
pub(crate) fn word<F: PrimeField>(value: &F) -> String {
    format!("0x{}", hex::encode(value.into_bigint().to_bytes_be()))
}

/// The shortest hexadecimal literal.
pub(crate) fn short<F: PrimeField>(value: &F) -> String {
    let digits = hex::encode(value.into_bigint().to_bytes_be());
    match digits.trim_start_matches('0') {
        "" => "0".to_owned(),
        digits => format!("0x{digits}"),
    }
}

/// Bytes that the shortest literal takes in the code, without its opcode.
pub(crate) fn bytes(value: &Fr) -> u32 {
    value.into_bigint().num_bits().div_ceil(8)
}

/// The value as a number, if it is at most `limit`.
pub(crate) fn small(value: &Fr, limit: u64) -> Option<u64> {
    let limbs = value.into_bigint().0;
    match limbs {
        [low, 0, 0, 0] if low <= limit => Some(low),
        _ => None,
    }
}

/// The coordinates of a point; zeros for the identity.
pub(crate) fn g1(point: &G1Affine) -> [String; 2] {
    let (x, y) = point.xy().unwrap_or_default();
    [word(&x), word(&y)]
}

/// The coordinates of a point, in the order of EIP-197.
pub(crate) fn g2(point: &G2Affine) -> [String; 4] {
    let (x, y) = point.xy().unwrap_or_default();
    [&x.c1, &x.c0, &y.c1, &y.c0].map(word::<Fq>)
}

/// An address of memory.
pub(crate) fn address(value: usize) -> String {
    format!("0x{value:04x}")
}

/// Thirty-two bytes as a literal.
pub(crate) fn bytes32(bytes: &[u8; 32]) -> String {
    format!("0x{}", hex::encode(bytes))
}
