//! The transcript: a state S, absorbed bytes, and S = keccak256(S || absorbed || 0x01) at every squeeze.

use ark_bn254::{Fr, G1Affine};
use ark_ff::PrimeField;
use sha3::{Digest, Keccak256};

use crate::encoding::{self, FIELD_BYTES, G1_BYTES};
use crate::error::VerifyError;

const DOMAIN: &[u8] = b"tranche-transcript-v1";
const SQUEEZE: u8 = 1;

/// The verifier's transcript over the bytes of a proof. The hasher has taken in the state and what was absorbed since.
pub(crate) struct Transcript<'a> {
    hasher: Keccak256,
    rest: &'a [u8],
    length: usize,
}

impl<'a> Transcript<'a> {
    pub(crate) fn new(proof: &'a [u8]) -> Self {
        Transcript {
            hasher: Keccak256::new_with_prefix(Keccak256::digest(DOMAIN)),
            rest: proof,
            length: proof.len(),
        }
    }

    /// Absorbs a scalar that is not part of the proof.
    pub(crate) fn common_scalar(&mut self, scalar: &Fr) {
        self.hasher.update(encoding::scalar_to_be_bytes(scalar));
    }

    pub(crate) fn read_point(&mut self) -> Result<G1Affine, VerifyError> {
        let offset = self.offset();
        let bytes = self.take::<G1_BYTES>()?;
        encoding::g1(bytes).ok_or(VerifyError::Point { offset })
    }

    pub(crate) fn read_scalar(&mut self) -> Result<Fr, VerifyError> {
        let offset = self.offset();
        let bytes = self.take::<FIELD_BYTES>()?;
        encoding::scalar_from_be_bytes(bytes).ok_or(VerifyError::Scalar { offset })
    }

    pub(crate) fn squeeze(&mut self) -> Fr {
        self.hasher.update([SQUEEZE]);
        let state = self.hasher.finalize_reset();
        self.hasher.update(state);
        Fr::from_be_bytes_mod_order(&state)
    }

    fn offset(&self) -> usize {
        self.length.saturating_sub(self.rest.len())
    }

    fn take<const N: usize>(&mut self) -> Result<&'a [u8; N], VerifyError> {
        let (head, rest) = self
            .rest
            .split_first_chunk()
            .ok_or(VerifyError::ProofLength {
                expected: self.offset().saturating_add(N) as u64,
                got: self.length as u64,
            })?;
        self.rest = rest;
        self.hasher.update(head);
        Ok(head)
    }
}
