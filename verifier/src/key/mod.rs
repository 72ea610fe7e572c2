//! The verifying key: everything a verifier must know of a circuit and of the SRS, in one file.
//!
//! The file is written by the prover crate's `export` and specified byte by byte in `docs/transcript.md`. A key decides
//! what is proven: take it from a release or pin its [`VerifyingKey::digest`], never from whoever brings the proof.

mod read;
pub(crate) mod reader;

pub use crate::query::{ColumnQuery, Query};

use alloc::string::String;
use alloc::vec::Vec;

use ark_bn254::{Fr, G1Affine, G2Affine};
use tranche_protocol::statement::{KeyDigest, SrsDigest};

use crate::domain::Domain;
use crate::encoding::{FIELD_BYTES, G1_BYTES};
use crate::expression::Gates;
use crate::opening::Opening;
use crate::query::blinding_rows;

/// A column of the permutation argument.
#[derive(Clone, Copy, Debug)]
pub struct PermutationColumn {
    /// The column's value at the challenge point.
    pub query: ColumnQuery,
    /// Commitment to the column's permutation polynomial.
    pub commitment: G1Affine,
}

/// The prover's digest of a circuit's verifying key; a label here, not recomputed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CircuitDigest([u8; 32]);

impl CircuitDigest {
    /// The bytes.
    pub const fn to_bytes(self) -> [u8; 32] {
        self.0
    }
}

/// A verifying key, checked.
#[derive(Clone, Debug)]
pub struct VerifyingKey {
    digest: KeyDigest,
    name: String,
    version: u16,
    srs_insecure: bool,
    srs_digest: SrsDigest,
    circuit_digest: CircuitDigest,
    s_g2: G2Affine,
    transcript_repr: Fr,
    k: u32,
    degree: u32,
    instances: u32,
    advice_phases: Vec<u8>,
    challenge_phases: Vec<u8>,
    advice_queries: Vec<Query>,
    fixed_queries: Vec<Query>,
    instance_queries: Vec<i32>,
    fixed_commitments: Vec<G1Affine>,
    permutation: Vec<PermutationColumn>,
    gates: Gates,
    opening: Opening,
    domain: Domain,
}

impl VerifyingKey {
    /// Keccak-256 of the key's file: what a contract, a page or a user pins.
    pub fn digest(&self) -> KeyDigest {
        self.digest
    }

    /// The circuit's name, 1 to 64 characters of a-z, 0-9 and -.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The circuit's version.
    pub fn version(&self) -> u16 {
        self.version
    }

    /// Whether the SRS's secret is public, so that anyone can forge proofs under this key.
    pub fn srs_is_insecure(&self) -> bool {
        self.srs_insecure
    }

    /// The SRS's identity digest, as the prover computed it (BLAKE3; not recomputed here).
    pub fn srs_digest(&self) -> SrsDigest {
        self.srs_digest
    }

    /// The prover's digest of the verifying key (BLAKE3; not recomputed here).
    pub fn circuit_digest(&self) -> CircuitDigest {
        self.circuit_digest
    }

    /// The SRS's secret times the generator of G2.
    pub fn s_g2(&self) -> &G2Affine {
        &self.s_g2
    }

    /// The scalar that stands for the key in the transcript.
    pub fn transcript_repr(&self) -> Fr {
        self.transcript_repr
    }

    /// Binary logarithm of the number of rows.
    pub fn k(&self) -> u32 {
        self.k
    }

    /// Degree of the constraint system.
    pub fn degree(&self) -> u32 {
        self.degree
    }

    /// Number of public inputs.
    pub fn instances(&self) -> usize {
        self.instances as usize
    }

    /// Phase of each advice column.
    pub fn advice_phases(&self) -> &[u8] {
        &self.advice_phases
    }

    /// Phase after which each challenge is drawn.
    pub fn challenge_phases(&self) -> &[u8] {
        &self.challenge_phases
    }

    /// Advice evaluations in a proof, in order.
    pub fn advice_queries(&self) -> &[Query] {
        &self.advice_queries
    }

    /// Fixed evaluations in a proof, in order.
    pub fn fixed_queries(&self) -> &[Query] {
        &self.fixed_queries
    }

    /// Rotations at which gates and permutation read the instance column.
    pub fn instance_queries(&self) -> &[i32] {
        &self.instance_queries
    }

    /// Commitments to the fixed columns; the identity for a column of zeros.
    pub fn fixed_commitments(&self) -> &[G1Affine] {
        &self.fixed_commitments
    }

    /// The columns of the permutation argument, in order.
    pub fn permutation(&self) -> &[PermutationColumn] {
        &self.permutation
    }

    /// Columns per permutation product: degree − 2, at least 1.
    pub fn permutation_chunk(&self) -> usize {
        self.degree.saturating_sub(2).max(1) as usize
    }

    /// Number of permutation products.
    pub fn permutation_products(&self) -> usize {
        self.permutation.len().div_ceil(self.permutation_chunk())
    }

    /// Number of quotient limbs: degree − 1.
    pub fn quotient_limbs(&self) -> u32 {
        self.degree.saturating_sub(1)
    }

    /// Rows at the end that hold random values: two more than the most queries of one advice column, at least 5.
    pub fn blinding_rows(&self) -> u32 {
        blinding_rows(&self.advice_queries)
    }

    /// The gates.
    pub fn gates(&self) -> &Gates {
        &self.gates
    }

    /// Which commitments are opened where.
    pub fn opening(&self) -> &Opening {
        &self.opening
    }

    /// The generator of the domain of 2^k rows.
    pub fn omega(&self) -> Fr {
        self.domain.omega()
    }

    /// The shift between the columns of the permutation argument.
    pub fn delta(&self) -> Fr {
        self.domain.delta()
    }

    /// Bytes of a proof.
    pub fn proof_bytes(&self) -> u64 {
        let points = (self.advice_phases.len() as u64)
            .saturating_add(self.permutation_products() as u64)
            .saturating_add(u64::from(self.quotient_limbs()))
            .saturating_add(3);
        let products = (self.permutation_products() as u64).saturating_mul(3);
        let scalars = (self.advice_queries.len() as u64)
            .saturating_add(self.fixed_queries.len() as u64)
            .saturating_add(self.permutation.len() as u64)
            .saturating_add(1)
            .saturating_add(products.saturating_sub(1));
        points
            .saturating_mul(G1_BYTES as u64)
            .saturating_add(scalars.saturating_mul(FIELD_BYTES as u64))
    }

    pub(crate) fn domain(&self) -> &Domain {
        &self.domain
    }
}
