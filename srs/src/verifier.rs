//! The part of a string that verification needs: two generators and the secret's image in G2.

use halo2_proofs::poly::commitment::ParamsProver;
use halo2_proofs::poly::kzg::commitment::ParamsKZG;
use halo2curves::bn256::{Bn256, G1Affine, G2Affine};

use crate::check::{check_flag, check_generators, check_k, check_version};
use crate::encoding::{G1_BYTES, G2_BYTES, g1_from_bytes, g1_to_bytes, g2_from_bytes, g2_to_bytes};
use crate::fault::SrsFault;
use crate::identity::SrsIdentity;
use crate::string::{Srs, params_from_parts};

const MAGIC: [u8; 8] = *b"trVerSRS";
const VERSION: u16 = 1;
const BYTES: usize = 8 + 2 + 4 + 1 + G1_BYTES + 2 * G2_BYTES;

/// What verification needs of a string. Constant size, whatever k.
#[derive(Clone, Debug)]
pub struct VerifierSrs {
    params: ParamsKZG<Bn256>,
    identity: SrsIdentity,
}

impl Srs {
    /// The constant-size part that verification needs.
    pub fn verifier(&self) -> VerifierSrs {
        VerifierSrs::of(self)
    }
}

impl VerifierSrs {
    fn of(srs: &Srs) -> Self {
        let params = srs.params();
        VerifierSrs::new(
            srs.k(),
            params.get_g()[0],
            params.g2(),
            params.s_g2(),
            srs.identity().is_insecure(),
        )
    }

    fn new(k: u32, g1: G1Affine, g2: G2Affine, s_g2: G2Affine, insecure: bool) -> Self {
        VerifierSrs {
            params: params_from_parts(k, vec![g1], Vec::new(), g2, s_g2),
            identity: SrsIdentity::new(&g1, &g2, &s_g2, insecure, k),
        }
    }

    /// What identifies the string.
    pub fn identity(&self) -> &SrsIdentity {
        &self.identity
    }

    /// Binary logarithm of the number of rows of circuits verified with it.
    pub fn k(&self) -> u32 {
        self.identity.k()
    }

    /// The generator of G1.
    pub fn g1(&self) -> G1Affine {
        self.params.get_g()[0]
    }

    /// The generator of G2.
    pub fn g2(&self) -> G2Affine {
        self.params.g2()
    }

    /// The secret times the generator of G2.
    pub fn s_g2(&self) -> G2Affine {
        self.params.s_g2()
    }

    /// halo2's parameters, with one power only: enough for the verifier, and for nothing else.
    pub fn params(&self) -> &ParamsKZG<Bn256> {
        &self.params
    }

    /// Magic `trVerSRS`, version (u16), k (u32), insecure flag (1 byte), g1 (64 bytes), g2 and s·g2 (128 bytes each);
    /// integers big-endian, points as the EVM encodes them.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(BYTES);
        out.extend_from_slice(&MAGIC);
        out.extend_from_slice(&VERSION.to_be_bytes());
        out.extend_from_slice(&self.k().to_be_bytes());
        out.push(u8::from(self.identity.is_insecure()));
        out.extend_from_slice(&g1_to_bytes(&self.g1()));
        out.extend_from_slice(&g2_to_bytes(&self.g2()));
        out.extend_from_slice(&g2_to_bytes(&self.s_g2()));
        out
    }

    /// Reads what [`Self::to_bytes`] wrote.
    ///
    /// # Errors
    /// [`SrsFault`] for any length but the exact one, another magic or version, an unsupported k, invalid points, g1 or
    /// g2 other than the generators, s·g2 outside the subgroup, and the development secret marked as secure.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, SrsFault> {
        let bytes: &[u8; BYTES] = bytes.try_into().map_err(|_| SrsFault::Length {
            expected: BYTES as u64,
            got: bytes.len() as u64,
        })?;
        let (magic, rest) = split::<8>(bytes)?;
        let (version, rest) = split::<2>(rest)?;
        let (k, rest) = split::<4>(rest)?;
        let ([flag], rest) = split::<1>(rest)?;
        let (g1, rest) = split::<G1_BYTES>(rest)?;
        let (g2, rest) = split::<G2_BYTES>(rest)?;
        let (s_g2, _) = split::<G2_BYTES>(rest)?;
        if *magic != MAGIC {
            return Err(SrsFault::Magic);
        }
        check_version(u16::from_be_bytes(*version), VERSION)?;
        let k = check_k(u32::from_be_bytes(*k))?;
        let insecure = check_flag(*flag)?;
        let point = |part| SrsFault::Point { part, index: 0 };
        let g1 = g1_from_bytes(g1).ok_or_else(|| point("g1"))?;
        let g2 = g2_from_bytes(g2).ok_or_else(|| point("g2"))?;
        let s_g2 = g2_from_bytes(s_g2).ok_or_else(|| point("s·g2"))?;
        check_generators(&g1, &g2, &s_g2, insecure)?;
        Ok(VerifierSrs::new(k, g1, g2, s_g2, insecure))
    }
}

fn split<const N: usize>(bytes: &[u8]) -> Result<(&[u8; N], &[u8]), SrsFault> {
    bytes.split_first_chunk().ok_or(SrsFault::Length {
        expected: N as u64,
        got: bytes.len() as u64,
    })
}
