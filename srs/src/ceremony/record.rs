//! One step of a ceremony, as it is kept for ever.
//!
//! | bytes | field |
//! |---|---|
//! | 1 | kind: 1 contribution, 2 beacon |
//! | 32 | digest of the state before |
//! | 64 | tau·g1 after |
//! | 128 | tau·g2 after |
//! | contribution: 64 | R, the commitment of the proof |
//! | 32 | z, its response |
//! | 1 + length | the contributor's name, UTF-8 |
//! | beacon: 1 | binary logarithm of the hash iterations |
//! | 1 + length | the value |
//!
//! Points and scalars are as the EVM encodes them.
//!
//! The proof is Schnorr's, of the scalar δ with tau·g1 after = δ·(tau·g1 before), made non-interactive by a hash that takes in the
//! state before, the points after, R and the name (Nikolaenko, Ragsdale, Bonneau and Boneh, "Powers-of-Tau to the People",
//! ePrint 2022/1592).

use halo2curves::bn256::{Bn256, Fr, G1Affine, G2Affine};
use halo2curves::ff::FromUniformBytes;
use halo2curves::group::prime::PrimeCurveAffine;
use halo2curves::group::{Curve, Group};
use halo2curves::pairing::{MillerLoopResult, MultiMillerLoop};

use super::beacon::Beacon;
use super::bounds::MAX_NAME;
use super::error::{CeremonyFault, RecordFault};
use super::hidden::Hidden;
use crate::encoding::{
    G1_BYTES, G2_BYTES, g1_from_bytes, g1_to_bytes, g2_from_bytes, g2_in_subgroup, g2_to_bytes,
    scalar_from_bytes, scalar_to_bytes,
};

const CONTRIBUTION: u8 = 1;
const BEACON: u8 = 2;
const CHALLENGE_DOMAIN: &str = "tranche ceremony proof v1";
const STATE_DOMAIN: &str = "tranche ceremony state v1";

/// tau in both groups.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Secret {
    pub(super) g1: G1Affine,
    pub(super) g2: G2Affine,
}

impl Secret {
    /// tau = 1.
    pub(super) fn start() -> Self {
        Secret {
            g1: G1Affine::generator(),
            g2: G2Affine::generator(),
        }
    }

    pub(super) fn times(&self, scalar: &Fr) -> Self {
        Secret {
            g1: (self.g1 * scalar).to_affine(),
            g2: (self.g2 * scalar).to_affine(),
        }
    }

    /// One secret that is not zero, in the right groups. Points must be on their curves.
    fn check(&self) -> Result<(), RecordFault> {
        if bool::from(self.g1.is_identity()) {
            return Err(RecordFault::Point("tau·g1"));
        }
        if !g2_in_subgroup(&self.g2) {
            return Err(RecordFault::Subgroup);
        }
        let generators = Secret::start();
        let product = Bn256::multi_miller_loop(&[
            (&self.g1, &generators.g2.into()),
            (&-generators.g1, &self.g2.into()),
        ]);
        bool::from(product.final_exponentiation().is_identity())
            .then_some(())
            .ok_or(RecordFault::Pair)
    }
}

/// One step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Record {
    pub(super) previous: [u8; 32],
    pub(super) after: Secret,
    pub(super) body: Body,
}

/// What made the step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Body {
    Contribution {
        commitment: G1Affine,
        response: Fr,
        name: String,
    },
    Beacon(Beacon),
}

impl Record {
    /// The contribution of a scalar, with the nonce of its proof.
    pub(super) fn contribution(
        previous: [u8; 32],
        before: &Secret,
        hidden: &Hidden<2>,
        name: &str,
    ) -> Result<Self, CeremonyFault> {
        if !is_name(name) {
            return Err(CeremonyFault::Name);
        }
        let after = before.times(&hidden.0[0]);
        Ok(Record {
            previous,
            after,
            body: Record::prove(&previous, before, &after, hidden, name),
        })
    }

    /// The proof that the scalar is known.
    pub(super) fn prove(
        previous: &[u8; 32],
        before: &Secret,
        after: &Secret,
        hidden: &Hidden<2>,
        name: &str,
    ) -> Body {
        let [scalar, nonce] = &hidden.0;
        let commitment = (before.g1 * nonce).to_affine();
        let challenge = challenge(previous, before, after, &commitment, name);
        Body::Contribution {
            commitment,
            response: *nonce + challenge * scalar,
            name: name.to_owned(),
        }
    }

    /// The step that a beacon gives, and its scalar.
    pub(super) fn beacon(previous: [u8; 32], before: &Secret, beacon: &Beacon) -> (Self, Fr) {
        let scalar = beacon.scalar(&previous);
        let record = Record {
            previous,
            after: before.times(&scalar),
            body: Body::Beacon(beacon.clone()),
        };
        (record, scalar)
    }

    /// The step follows from the state before it.
    pub(super) fn check(&self, previous: &[u8; 32], before: &Secret) -> Result<(), RecordFault> {
        if self.previous != *previous {
            return Err(RecordFault::Previous);
        }
        match &self.body {
            Body::Contribution {
                commitment,
                response,
                name,
            } => {
                let challenge = challenge(previous, before, &self.after, commitment, name);
                let proven = before.g1 * response == self.after.g1 * challenge + commitment;
                if !proven {
                    return Err(RecordFault::Knowledge);
                }
            }
            Body::Beacon(beacon) => {
                let (expected, _) = Record::beacon(*previous, before, beacon);
                if expected.after != self.after {
                    return Err(RecordFault::Beacon);
                }
            }
        }
        self.after.check()
    }

    /// The digest of the state after it.
    pub(super) fn state(&self) -> [u8; 32] {
        let mut hasher = blake3::Hasher::new_derive_key(STATE_DOMAIN);
        hasher.update(&self.to_bytes());
        hasher.finalize().into()
    }

    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::new();
        out.push(match self.body {
            Body::Contribution { .. } => CONTRIBUTION,
            Body::Beacon(_) => BEACON,
        });
        out.extend(self.previous);
        out.extend(g1_to_bytes(&self.after.g1));
        out.extend(g2_to_bytes(&self.after.g2));
        let text = match &self.body {
            Body::Contribution {
                commitment,
                response,
                name,
            } => {
                out.extend(g1_to_bytes(commitment));
                out.extend(scalar_to_bytes(response));
                name.as_bytes()
            }
            Body::Beacon(beacon) => {
                out.push(beacon.exponent());
                beacon.value()
            }
        };
        // Names and beacons are bounded where they are made and where they are read.
        out.push(text.len() as u8);
        out.extend(text);
        out
    }

    /// The record that bytes begin with, and what is left; `None` if they end before it does.
    pub(super) fn from_bytes(bytes: &[u8]) -> Option<(Result<Self, RecordFault>, &[u8])> {
        let ([kind], bytes) = bytes.split_first_chunk()?;
        let (previous, bytes) = bytes.split_first_chunk::<32>()?;
        let (g1, bytes) = bytes.split_first_chunk::<G1_BYTES>()?;
        let (g2, bytes) = bytes.split_first_chunk::<G2_BYTES>()?;
        let (proof, bytes) = match *kind {
            CONTRIBUTION => bytes.split_at_checked(G1_BYTES + 32)?,
            BEACON => bytes.split_at_checked(1)?,
            other => return Some((Err(RecordFault::Kind(other)), bytes)),
        };
        let ([length], bytes) = bytes.split_first_chunk()?;
        let (text, bytes) = bytes.split_at_checked(usize::from(*length))?;
        let record = secret(g1, g2).and_then(|after| {
            Ok(Record {
                previous: *previous,
                after,
                body: match *kind {
                    CONTRIBUTION => contribution(proof, text)?,
                    _ => beacon(proof, text)?,
                },
            })
        });
        Some((record, bytes))
    }
}

fn secret(g1: &[u8; G1_BYTES], g2: &[u8; G2_BYTES]) -> Result<Secret, RecordFault> {
    Ok(Secret {
        g1: g1_from_bytes(g1).ok_or(RecordFault::Point("tau·g1"))?,
        g2: g2_from_bytes(g2).ok_or(RecordFault::Point("tau·g2"))?,
    })
}

fn contribution(proof: &[u8], name: &[u8]) -> Result<Body, RecordFault> {
    let invalid = RecordFault::Point("the proof's commitment");
    let (commitment, response) = proof.split_first_chunk().ok_or(invalid)?;
    let response = response.first_chunk().and_then(scalar_from_bytes);
    let name = std::str::from_utf8(name).ok().filter(|name| is_name(name));
    Ok(Body::Contribution {
        commitment: g1_from_bytes(commitment).ok_or(invalid)?,
        response: response.ok_or(RecordFault::Scalar)?,
        name: name.ok_or(RecordFault::Name)?.to_owned(),
    })
}

fn beacon(exponent: &[u8], value: &[u8]) -> Result<Body, RecordFault> {
    let exponent = exponent.first().copied().unwrap_or_default();
    let beacon = Beacon::new(value, exponent).map_err(|_| RecordFault::BeaconSize)?;
    Ok(Body::Beacon(beacon))
}

/// Nothing that a reader does not see, or that turns the direction of writing.
fn is_name(name: &str) -> bool {
    let shown = |c: char| c == ' ' || c.is_alphanumeric() || c.is_ascii_punctuation();
    name.len() <= MAX_NAME && name.chars().all(shown)
}

fn challenge(
    previous: &[u8; 32],
    before: &Secret,
    after: &Secret,
    commitment: &G1Affine,
    name: &str,
) -> Fr {
    let mut hasher = blake3::Hasher::new_derive_key(CHALLENGE_DOMAIN);
    hasher.update(previous);
    hasher.update(&g1_to_bytes(&before.g1));
    hasher.update(&g1_to_bytes(&after.g1));
    hasher.update(&g2_to_bytes(&after.g2));
    hasher.update(&g1_to_bytes(commitment));
    hasher.update(name.as_bytes());
    let mut wide = [0; 64];
    hasher.finalize_xof().fill(&mut wide);
    Fr::from_uniform_bytes(&wide)
}
