//! The `.srs` file: a header, then halo2's raw parameter layout.
//!
//! | bytes | field |
//! |---|---|
//! | 12 | magic `tranche-srs\0` |
//! | 2 | format version, u16 |
//! | 4 | k, u32 |
//! | 1 | insecure flag, 0 or 1 |
//! | 32 | identity digest |
//! | 32 | BLAKE3 of the payload |
//! | 4 + 128·2^k + 256 | payload: k (u32 little-endian), powers, Lagrange form, g2, s·g2; points raw |
//!
//! Header integers are big-endian. Raw points are halo2curves': uncompressed, little-endian, Montgomery form.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::Path;

use halo2_proofs::SerdeFormat;
use halo2_proofs::arithmetic::best_multiexp;
use halo2curves::bn256::{Bn256, Fr, G1Affine, G2Affine};
use halo2curves::ff::{BatchInvert, Field};
use halo2curves::group::{Curve, Group, prime::PrimeCurveAffine};
use halo2curves::pairing::{MillerLoopResult, MultiMillerLoop};
use halo2curves::serde::SerdeObject;
use rayon::prelude::*;

use super::development::{powers, root_of_unity};
use super::verifier::{check_flag, check_generators, check_k, check_version};
use super::{Srs, SrsError, SrsFault, params_from_parts};
use crate::encoding::{G1_BYTES, G2_BYTES};
use tranche_fs::temporary::Visibility;

const MAGIC: [u8; 12] = *b"tranche-srs\0";
const VERSION: u16 = 1;
const HEADER: usize = 12 + 2 + 4 + 1 + 32 + 32;

impl Srs {
    /// Writes the string to a file, atomically. Size: 128·2^k bytes and a constant.
    ///
    /// # Errors
    /// [`SrsError::Write`] with the cause; an existing file is then untouched.
    pub fn save(&self, path: &Path) -> Result<(), SrsError> {
        tranche_fs::replace(path, Visibility::Public, |out| self.write(out)).map_err(|source| {
            SrsError::Write {
                path: path.to_owned(),
                source,
            }
        })
    }

    /// Writes what [`Srs::save`] does.
    ///
    /// # Errors
    /// The writer's.
    pub fn write(&self, out: &mut impl Write) -> io::Result<()> {
        let mut payload = Vec::with_capacity(payload_bytes(self.k()));
        self.params
            .write_custom(&mut payload, SerdeFormat::RawBytes)?;
        out.write_all(&MAGIC)?;
        out.write_all(&VERSION.to_be_bytes())?;
        out.write_all(&self.k().to_be_bytes())?;
        out.write_all(&[u8::from(self.identity.insecure)])?;
        out.write_all(&self.identity.digest)?;
        out.write_all(blake3::hash(&payload).as_bytes())?;
        out.write_all(&payload)
    }

    /// Reads and checks a file: header, length before anything is allocated, checksum, every point canonical and on the
    /// curve, generators, subgroup, consecutive powers, Lagrange form, identity.
    ///
    /// # Errors
    /// [`SrsError::Read`], or [`SrsError::Refused`] with the fault found.
    pub fn load(path: &Path) -> Result<Self, SrsError> {
        let read_error = |source| SrsError::Read {
            path: path.to_owned(),
            source,
        };
        let refused = |fault| SrsError::Refused {
            path: path.to_owned(),
            fault,
        };
        // Opening a pipe would wait for a writer, and a device has no length.
        if !fs::metadata(path).map_err(read_error)?.is_file() {
            let kind = io::ErrorKind::InvalidInput;
            return Err(read_error(io::Error::new(kind, "not a regular file")));
        }
        let mut file = File::open(path).map_err(read_error)?;
        let length = file.metadata().map_err(read_error)?.len();
        let mut header = [0; HEADER];
        if length < HEADER as u64 {
            return Err(refused(SrsFault::Length {
                expected: HEADER as u64,
                got: length,
            }));
        }
        file.read_exact(&mut header).map_err(read_error)?;
        let header = Header::parse(&header).map_err(refused)?;
        let expected = (HEADER + payload_bytes(header.k)) as u64;
        if length != expected {
            return Err(refused(SrsFault::Length {
                expected,
                got: length,
            }));
        }
        let mut payload = vec![0; payload_bytes(header.k)];
        file.read_exact(&mut payload).map_err(read_error)?;
        header.open(&payload).map_err(refused)
    }
}

struct Header {
    k: u32,
    insecure: bool,
    digest: [u8; 32],
    checksum: [u8; 32],
}

impl Header {
    fn parse(bytes: &[u8; HEADER]) -> Result<Self, SrsFault> {
        if !bytes.starts_with(&MAGIC) {
            return Err(SrsFault::Magic);
        }
        check_version(u16::from_be_bytes(array(bytes, 12)), VERSION)?;
        Ok(Header {
            k: check_k(u32::from_be_bytes(array(bytes, 14)))?,
            insecure: check_flag(bytes[18])?,
            digest: array(bytes, 19),
            checksum: array(bytes, 51),
        })
    }

    fn open(&self, payload: &[u8]) -> Result<Srs, SrsFault> {
        let mut hasher = blake3::Hasher::new();
        hasher.update_rayon(payload);
        if hasher.finalize() != self.checksum {
            return Err(SrsFault::Checksum);
        }
        let (k, points) = payload.split_at(4);
        if k != self.k.to_le_bytes() {
            return Err(SrsFault::Size(u32::from_le_bytes(array(k, 0))));
        }
        let list = G1_BYTES << self.k;
        let (g, points) = points.split_at(list);
        let (g_lagrange, points) = points.split_at(list);
        let (g2, s_g2) = points.split_at(G2_BYTES);
        let g = read_points(g, "the powers")?;
        let g_lagrange = read_points(g_lagrange, "the Lagrange form")?;
        let [g2] = read_points::<G2Affine>(g2, "g2")?[..] else {
            return Err(SrsFault::Generator("g2"));
        };
        let [s_g2] = read_points::<G2Affine>(s_g2, "s·g2")?[..] else {
            return Err(SrsFault::Subgroup);
        };
        check_secret(&g, &g2, &s_g2, self.insecure)?;
        check_lagrange(&g, &g_lagrange, self.k)?;
        let srs = Srs::new(
            params_from_parts(self.k, g, g_lagrange, g2, s_g2),
            self.insecure,
        );
        if srs.identity.digest != self.digest {
            return Err(SrsFault::Digest);
        }
        Ok(srs)
    }
}

/// Copies `N` bytes at an offset that the header's fixed layout keeps in range.
fn array<const N: usize>(bytes: &[u8], offset: usize) -> [u8; N] {
    let mut out = [0; N];
    out.copy_from_slice(&bytes[offset..offset + N]);
    out
}

fn payload_bytes(k: u32) -> usize {
    4 + ((2 * G1_BYTES) << k) + 2 * G2_BYTES
}

/// Canonical, on the curve, not the identity. A Lagrange point or a power is the identity with negligible probability
/// for a secret drawn at random.
pub(super) fn read_points<C: PrimeCurveAffine + SerdeObject>(
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

/// The powers belong to the secret of `s_g2`: generators, subgroup, no identity, consecutive powers, not all from a small
/// set. Points must be on their curves already.
pub(super) fn check_secret(
    g: &[G1Affine],
    g2: &G2Affine,
    s_g2: &G2Affine,
    insecure: bool,
) -> Result<(), SrsFault> {
    let first = g.first().copied().unwrap_or_default();
    check_generators(&first, g2, s_g2, insecure)?;
    let identity = |part, index| SrsFault::Point { part, index };
    if let Some(index) = g.iter().position(|point| bool::from(point.is_identity())) {
        return Err(identity("the powers", index));
    }
    if bool::from(s_g2.is_identity()) {
        return Err(identity("s·g2", 0));
    }
    check_powers(g, g2, s_g2)?;
    // A secret s with s^n = 1 has s^(n/2) = ±1.
    let middle = g[g.len() / 2];
    match middle == first || middle == -first {
        true => Err(SrsFault::RootOfUnity),
        false => Ok(()),
    }
}

/// e(Σ ρ^i g_{i+1}, g2) = e(Σ ρ^i g_i, s·g2) for a random ρ. If some g_{i+1} ≠ s·g_i, the difference is a non-zero
/// polynomial in ρ of degree below 2^k: the check passes with probability below 2^k / r.
fn check_powers(g: &[G1Affine], g2: &G2Affine, s_g2: &G2Affine) -> Result<(), SrsFault> {
    let weights = powers(Fr::random(rand_core::OsRng), g.len() - 1);
    let low = best_multiexp(&weights, &g[..g.len() - 1]).to_affine();
    let high = best_multiexp(&weights, &g[1..]).to_affine();
    let product = Bn256::multi_miller_loop(&[(&high, &(*g2).into()), (&low, &(-*s_g2).into())]);
    bool::from(product.final_exponentiation().is_identity())
        .then_some(())
        .ok_or(SrsFault::Powers)
}

/// Σ ρ^i L_i = Σ c_j g_j, where c are the coefficients of the polynomial with value ρ^i at ω^i:
/// c_j = (1/n) Σ_i (ρ ω^{−j})^i = (ρ^n − 1)/n · 1/(ρ ω^{−j} − 1). Sound as [`check_powers`] is.
pub(super) fn check_lagrange(
    g: &[G1Affine],
    g_lagrange: &[G1Affine],
    k: u32,
) -> Result<(), SrsFault> {
    let n = g.len();
    if g_lagrange.len() != n {
        return Err(SrsFault::Lagrange);
    }
    let rho = Fr::random(rand_core::OsRng);
    let values = powers(rho, n);
    let scale =
        (rho.pow_vartime([n as u64]) - Fr::ONE) * Fr::from(n as u64).invert().unwrap_or(Fr::ZERO);
    let mut coefficients = powers(root_of_unity(k).invert().unwrap_or(Fr::ZERO), n);
    coefficients.par_chunks_mut(1 << 12).for_each(|chunk| {
        for value in chunk.iter_mut() {
            *value = rho * *value - Fr::ONE;
        }
        chunk.iter_mut().batch_invert();
        for value in chunk {
            *value *= scale;
        }
    });
    (best_multiexp(&values, g_lagrange) == best_multiexp(&coefficients, g))
        .then_some(())
        .ok_or(SrsFault::Lagrange)
}
