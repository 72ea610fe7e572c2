//! halo2curves' raw points: uncompressed, little-endian, Montgomery form.

use halo2curves::group::prime::PrimeCurveAffine;
use halo2curves::serde::SerdeObject;
use rayon::prelude::*;

use crate::fault::SrsFault;

/// Canonical, on the curve, not the identity. A Lagrange point or a power is the identity with negligible probability
/// for a secret drawn at random.
pub(crate) fn read_points<C: PrimeCurveAffine + SerdeObject>(
    bytes: &[u8],
    part: &'static str,
) -> Result<Vec<C>, SrsFault> {
    bytes
        .par_chunks_exact(C::generator().to_raw_bytes().len())
        .enumerate()
        .map(|(index, bytes)| {
            C::from_raw_bytes(bytes)
                .filter(|point| !bool::from(point.is_identity()))
                .ok_or(SrsFault::Point { part, index })
        })
        .collect()
}
