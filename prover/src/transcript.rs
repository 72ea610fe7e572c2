//! The Fiat-Shamir transcript: Keccak-256, big-endian, cheap to recompute on the EVM. Specified in `docs/transcript.md`.
//!
//! A state of 32 bytes and a buffer of absorbed bytes. Absorbing appends to the buffer; squeezing replaces the state by
//! `keccak256(state || buffer || 0x01)`, empties the buffer and returns the state as an integer mod r. The trailing byte
//! keeps squeezes apart from absorptions; every absorbed item has a length fixed by the verifying key, so the buffer
//! parses in one way only.

use std::io;

use halo2_proofs::transcript::{EncodedChallenge, Transcript, TranscriptRead, TranscriptWrite};
use halo2curves::bn256::{Fr, G1Affine};
use halo2curves::ff::FromUniformBytes;
use halo2curves::group::prime::PrimeCurveAffine;
use sha3::{Digest, Keccak256};
use tranche_srs::encoding::{
    FIELD_BYTES, G1_BYTES, g1_from_bytes, g1_to_bytes, scalar_from_bytes, scalar_to_bytes,
};

/// The ASCII string whose Keccak-256 digest is the initial state.
pub const TRANSCRIPT_DOMAIN: &str = "tranche-transcript-v1";

/// Appended to what is hashed at every squeeze.
const SQUEEZE: u8 = 1;

/// A challenge: the squeezed state, read big-endian, mod r.
///
/// 5 r < 2^256 < 6 r, so no value has a probability above 6·2^-256 < 1.14 / r: against a uniform challenge, a
/// soundness error that is a fraction of bad values grows by less than that factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Challenge(Fr);

impl EncodedChallenge<G1Affine> for Challenge {
    type Input = [u8; 32];

    fn new(state: &[u8; 32]) -> Self {
        let mut wide = [0; 64];
        wide[..32].copy_from_slice(state);
        wide[..32].reverse();
        Challenge(Fr::from_uniform_bytes(&wide))
    }

    fn get_scalar(&self) -> Fr {
        self.0
    }
}

#[derive(Clone, Debug)]
struct Sponge {
    state: [u8; 32],
    buffer: Vec<u8>,
}

impl Sponge {
    fn new() -> Self {
        Sponge {
            state: Keccak256::digest(TRANSCRIPT_DOMAIN.as_bytes()).into(),
            buffer: Vec::new(),
        }
    }

    fn absorb(&mut self, bytes: &[u8]) {
        self.buffer.extend_from_slice(bytes);
    }

    fn absorb_point(&mut self, point: &G1Affine) -> io::Result<[u8; G1_BYTES]> {
        if bool::from(point.is_identity()) {
            return Err(invalid("the identity has no transcript encoding"));
        }
        let bytes = g1_to_bytes(point);
        self.absorb(&bytes);
        Ok(bytes)
    }

    fn absorb_scalar(&mut self, scalar: &Fr) -> [u8; FIELD_BYTES] {
        let bytes = scalar_to_bytes(scalar);
        self.absorb(&bytes);
        bytes
    }

    fn squeeze(&mut self) -> Challenge {
        let mut hasher = Keccak256::new();
        hasher.update(self.state);
        hasher.update(&self.buffer);
        hasher.update([SQUEEZE]);
        self.state = hasher.finalize().into();
        self.buffer.clear();
        Challenge::new(&self.state)
    }
}

fn invalid(message: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, message)
}

/// The verifier's transcript over the bytes of a proof.
#[derive(Clone, Debug)]
pub struct ProofReader<'a> {
    sponge: Sponge,
    rest: &'a [u8],
    fault: Option<&'static str>,
}

impl<'a> ProofReader<'a> {
    /// A transcript in its initial state, reading `proof` from its first byte.
    pub fn new(proof: &'a [u8]) -> Self {
        ProofReader {
            sponge: Sponge::new(),
            rest: proof,
            fault: None,
        }
    }

    /// What was wrong with the encoding of an element, if a read has failed. halo2 does not pass every such error on.
    pub fn fault(&self) -> Option<&'static str> {
        self.fault
    }

    fn refuse(&mut self, fault: &'static str) -> io::Error {
        self.fault = Some(fault);
        invalid(fault)
    }

    /// Number of proof bytes not read yet.
    pub fn remaining(&self) -> usize {
        self.rest.len()
    }

    fn take<const N: usize>(&mut self) -> io::Result<&'a [u8; N]> {
        let Some((head, tail)) = self.rest.split_first_chunk() else {
            return Err(self.refuse("the proof ends early"));
        };
        self.rest = tail;
        Ok(head)
    }
}

impl Transcript<G1Affine, Challenge> for ProofReader<'_> {
    fn squeeze_challenge(&mut self) -> Challenge {
        self.sponge.squeeze()
    }

    fn common_point(&mut self, point: G1Affine) -> io::Result<()> {
        self.sponge.absorb_point(&point).map(drop)
    }

    fn common_scalar(&mut self, scalar: Fr) -> io::Result<()> {
        self.sponge.absorb_scalar(&scalar);
        Ok(())
    }
}

impl TranscriptRead<G1Affine, Challenge> for ProofReader<'_> {
    fn read_point(&mut self) -> io::Result<G1Affine> {
        let bytes = self.take()?;
        let Some(point) = g1_from_bytes(bytes) else {
            return Err(self.refuse("a point is non-canonical, off the curve or the identity"));
        };
        self.sponge.absorb(bytes);
        Ok(point)
    }

    fn read_scalar(&mut self) -> io::Result<Fr> {
        let bytes = self.take()?;
        let Some(scalar) = scalar_from_bytes(bytes) else {
            return Err(self.refuse("a scalar is not below the field's order"));
        };
        self.sponge.absorb(bytes);
        Ok(scalar)
    }
}

/// What happens in the prover's transcript, with how often it has happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// A scalar was absorbed that is not part of the proof.
    Absorbed(usize),
    /// A challenge was squeezed.
    Squeezed(usize),
}

/// The prover's transcript; it collects the proof's bytes and reports events to an observer.
pub struct ProofWriter<'a> {
    sponge: Sponge,
    proof: Vec<u8>,
    absorbed: usize,
    squeezed: usize,
    observer: Option<&'a mut dyn FnMut(Event)>,
}

impl<'a> ProofWriter<'a> {
    /// A transcript in its initial state with an empty proof. `observer` is called after every event; the position in the
    /// protocol follows from their numbers.
    pub fn new(observer: Option<&'a mut dyn FnMut(Event)>) -> Self {
        ProofWriter {
            sponge: Sponge::new(),
            proof: Vec::new(),
            absorbed: 0,
            squeezed: 0,
            observer,
        }
    }

    fn report(&mut self, event: Event) {
        if let Some(observer) = &mut self.observer {
            observer(event);
        }
    }

    /// The proof's bytes.
    pub fn into_proof(self) -> Vec<u8> {
        self.proof
    }
}

impl std::fmt::Debug for ProofWriter<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ProofWriter")
            .field("proof_bytes", &self.proof.len())
            .field("squeezed", &self.squeezed)
            .finish_non_exhaustive()
    }
}

impl Transcript<G1Affine, Challenge> for ProofWriter<'_> {
    fn squeeze_challenge(&mut self) -> Challenge {
        let challenge = self.sponge.squeeze();
        self.squeezed += 1;
        self.report(Event::Squeezed(self.squeezed));
        challenge
    }

    fn common_point(&mut self, point: G1Affine) -> io::Result<()> {
        self.sponge.absorb_point(&point).map(drop)
    }

    fn common_scalar(&mut self, scalar: Fr) -> io::Result<()> {
        self.sponge.absorb_scalar(&scalar);
        self.absorbed += 1;
        self.report(Event::Absorbed(self.absorbed));
        Ok(())
    }
}

impl TranscriptWrite<G1Affine, Challenge> for ProofWriter<'_> {
    fn write_point(&mut self, point: G1Affine) -> io::Result<()> {
        let bytes = self.sponge.absorb_point(&point)?;
        self.proof.extend_from_slice(&bytes);
        Ok(())
    }

    fn write_scalar(&mut self, scalar: Fr) -> io::Result<()> {
        let bytes = self.sponge.absorb_scalar(&scalar);
        self.proof.extend_from_slice(&bytes);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn squeeze_is_keccak_of_state_buffer_and_one() {
        let mut writer = ProofWriter::new(None);
        writer.write_scalar(Fr::from(7)).unwrap();
        writer.common_point(G1Affine::generator()).unwrap();
        let challenge = writer.squeeze_challenge();

        let mut preimage = Keccak256::digest(b"tranche-transcript-v1").to_vec();
        preimage.extend_from_slice(&[0; 31]);
        preimage.push(7);
        preimage.extend_from_slice(&[0; 31]);
        preimage.push(1);
        preimage.extend_from_slice(&[0; 31]);
        preimage.push(2);
        preimage.push(1);
        let state: [u8; 32] = Keccak256::digest(&preimage).into();
        assert_eq!(challenge, Challenge::new(&state));

        // An empty buffer still moves the state.
        let mut preimage = state.to_vec();
        preimage.push(1);
        let state: [u8; 32] = Keccak256::digest(&preimage).into();
        assert_eq!(writer.squeeze_challenge(), Challenge::new(&state));

        let proof = writer.into_proof();
        let mut reader = ProofReader::new(&proof);
        assert_eq!(reader.read_scalar().unwrap(), Fr::from(7));
        reader.common_point(G1Affine::generator()).unwrap();
        assert_eq!(reader.squeeze_challenge(), challenge);
        assert_eq!(reader.remaining(), 0);
    }

    #[test]
    fn a_challenge_is_reduced_mod_r() {
        let two_256_minus_1 = Challenge::new(&[0xff; 32]).get_scalar();
        let two_128 = Fr::from_raw([0, 0, 1, 0]);
        assert_eq!(two_256_minus_1, two_128 * two_128 - Fr::one());
    }

    #[test]
    fn the_identity_is_refused_everywhere() {
        let identity = G1Affine::identity();
        let mut writer = ProofWriter::new(None);
        assert!(writer.write_point(identity).is_err());
        assert!(writer.common_point(identity).is_err());
        let mut reader = ProofReader::new(&[0; 64]);
        assert!(reader.common_point(identity).is_err());
        assert!(reader.read_point().is_err());
    }
}
