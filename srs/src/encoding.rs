//! Canonical big-endian encodings of BN254 scalars and points, those of the EVM's precompiles (EIP-196, EIP-197).

use halo2curves::CurveAffine;
use halo2curves::bn256::{Fq, Fq2, Fr, G1Affine, G2Affine};
use halo2curves::ff::PrimeField;
use halo2curves::group::prime::PrimeCurveAffine;

/// Bytes of a field element.
pub const FIELD_BYTES: usize = 32;
/// Bytes of an uncompressed G1 point: `x || y`.
pub const G1_BYTES: usize = 64;
/// Bytes of an uncompressed G2 point: `x.c1 || x.c0 || y.c1 || y.c0`.
pub const G2_BYTES: usize = 128;

/// A scalar as 32 bytes, big-endian.
pub fn scalar_to_bytes(scalar: &Fr) -> [u8; FIELD_BYTES] {
    reversed(scalar.to_repr())
}

/// The scalar of 32 big-endian bytes; `None` at or above r.
pub fn scalar_from_bytes(bytes: &[u8; FIELD_BYTES]) -> Option<Fr> {
    Fr::from_repr(reversed(*bytes)).into()
}

fn base_to_bytes(base: &Fq) -> [u8; FIELD_BYTES] {
    reversed(base.to_repr())
}

fn base_from_bytes(bytes: &[u8; FIELD_BYTES]) -> Option<Fq> {
    Fq::from_repr(reversed(*bytes)).into()
}

fn reversed(mut bytes: [u8; FIELD_BYTES]) -> [u8; FIELD_BYTES] {
    bytes.reverse();
    bytes
}

/// A point as `x || y`; the identity is 64 zero bytes.
pub fn g1_to_bytes(point: &G1Affine) -> [u8; G1_BYTES] {
    let mut out = [0; G1_BYTES];
    out[..32].copy_from_slice(&base_to_bytes(&point.x));
    out[32..].copy_from_slice(&base_to_bytes(&point.y));
    out
}

/// The point of `x || y`; `None` for a coordinate at or above q, a point off the curve and the identity.
pub fn g1_from_bytes(bytes: &[u8; G1_BYTES]) -> Option<G1Affine> {
    let x = base_from_bytes(bytes.first_chunk()?)?;
    let y = base_from_bytes(bytes.last_chunk()?)?;
    let point = Option::<G1Affine>::from(G1Affine::from_xy(x, y))?;
    (!bool::from(point.is_identity())).then_some(point)
}

/// A point as `x.c1 || x.c0 || y.c1 || y.c0`; the identity is 128 zero bytes.
pub fn g2_to_bytes(point: &G2Affine) -> [u8; G2_BYTES] {
    let mut out = [0; G2_BYTES];
    let coordinates = [point.x.c1, point.x.c0, point.y.c1, point.y.c0];
    for (chunk, coordinate) in out.chunks_exact_mut(FIELD_BYTES).zip(coordinates) {
        chunk.copy_from_slice(&base_to_bytes(&coordinate));
    }
    out
}

/// The point of `x.c1 || x.c0 || y.c1 || y.c0`, on the curve and not the identity. Membership of the order-r
/// subgroup is a separate check ([`g2_in_subgroup`]).
pub fn g2_from_bytes(bytes: &[u8; G2_BYTES]) -> Option<G2Affine> {
    let mut coordinates = [Fq::default(); 4];
    for (coordinate, chunk) in coordinates.iter_mut().zip(bytes.chunks_exact(FIELD_BYTES)) {
        *coordinate = base_from_bytes(chunk.first_chunk()?)?;
    }
    let [x1, x0, y1, y0] = coordinates;
    let point = Option::<G2Affine>::from(G2Affine::from_xy(Fq2::new(x0, x1), Fq2::new(y0, y1)))?;
    (!bool::from(point.is_identity())).then_some(point)
}

/// Whether a point on the twist has order r: r·P = (r − 1)·P + P = O.
pub fn g2_in_subgroup(point: &G2Affine) -> bool {
    let minus_one = -Fr::one();
    bool::from(halo2curves::group::Group::is_identity(
        &(point.to_curve() * minus_one + point),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn generators_encode_as_the_precompiles_expect() {
        let mut g1 = [0; G1_BYTES];
        g1[31] = 1;
        g1[63] = 2;
        assert_eq!(g1_to_bytes(&G1Affine::generator()), g1);
        assert_eq!(g1_from_bytes(&g1), Some(G1Affine::generator()));
        let g2 = g2_to_bytes(&G2Affine::generator());
        assert_eq!(g2_from_bytes(&g2), Some(G2Affine::generator()));
        // EIP-197: the imaginary part of P2's x comes first and begins 0x198e9393.
        assert_eq!(g2[..4], [0x19, 0x8e, 0x93, 0x93]);
        assert!(g2_in_subgroup(&G2Affine::generator()));
    }

    #[test]
    fn identity_and_non_canonical_values_are_refused() {
        assert_eq!(g1_from_bytes(&[0; G1_BYTES]), None);
        assert_eq!(g2_from_bytes(&[0; G2_BYTES]), None);
        assert_eq!(scalar_from_bytes(&[0xff; 32]), None);
        let mut r = scalar_to_bytes(&-Fr::one());
        r[31] += 1;
        assert_eq!(scalar_from_bytes(&r), None);
    }

    #[test]
    fn a_twist_point_outside_the_subgroup_is_seen() {
        let outside = (1u64..)
            .find_map(|i| {
                let x = Fq2::new(Fq::from(i), Fq::from(1));
                let b = <G2Affine as CurveAffine>::b();
                let y = Option::<Fq2>::from(halo2curves::ff::Field::sqrt(&(x * x * x + b)))?;
                Option::<G2Affine>::from(G2Affine::from_xy(x, y))
            })
            .unwrap();
        assert!(!g2_in_subgroup(&outside));
    }
}
