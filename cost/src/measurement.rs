//! What one point of the sweep cost: a row of the raw data, readable without any other file.

use serde::{Deserialize, Serialize};

use crate::machine::Machine;
use crate::point::{Point, Relation};
use crate::stages::StageTimes;

/// A measured point. Times are in seconds of wall clock, sizes in bytes; what does not apply is absent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Measurement {
    /// What is measured.
    pub kind: Relation,
    /// The circuit.
    pub circuit: String,
    /// Binary logarithm of the circuit's rows.
    pub k: u32,
    /// Degree of its constraint system.
    pub degree: u32,
    /// Advice columns.
    pub advice_columns: usize,
    /// Draws that the circuit holds; 0 for disclosures.
    pub holds_draws: usize,
    /// Draws of the run.
    pub draws: usize,
    /// Records that it draws, whole chunks of them.
    pub records: usize,
    /// Chunks that it touches.
    pub chunks: usize,
    /// Tranches that it draws from.
    pub tranches: usize,
    /// Tranches in the registry.
    pub registered: usize,
    /// Records of each tranche that it does not draw.
    pub untouched: usize,
    /// Claims of a disclosure.
    pub claims: usize,
    /// Threads.
    pub threads: usize,
    /// Building the relation's witness from the log: positions, multiplicities, commitments.
    pub witness_seconds: f64,
    /// Loading or making the proving key.
    pub key_seconds: f64,
    /// The proof, from the relation's witness to bytes that verified.
    pub prove_seconds: f64,
    /// Of it, filling the columns of the first phase.
    pub first_fill_seconds: f64,
    /// Committing to them.
    pub first_commit_seconds: f64,
    /// Filling the columns of the second phase.
    pub second_fill_seconds: f64,
    /// Committing to them.
    pub second_commit_seconds: f64,
    /// Permutation products and the random polynomial.
    pub permutation_seconds: f64,
    /// The quotient and its commitments.
    pub quotient_seconds: f64,
    /// Evaluations, opening, and the prover's own verification.
    pub opening_seconds: f64,
    /// Peak resident memory while proving: reference string, key and witness are held.
    pub memory_bytes: Option<u64>,
    /// The proof.
    pub proof_bytes: usize,
    /// Gas of its verification on a chain, estimated from the key.
    pub gas_estimate: u64,
    /// Verification by the prover's own verifier.
    pub native_verify_seconds: f64,
    /// Verification by the portable verifier.
    pub portable_verify_seconds: f64,
    /// A multi-scalar multiplication of 2^20 points and full-width scalars right after the proof, on as many threads.
    pub yardstick_seconds: f64,
    /// Share of the advice cells in rows that no chip of the column uses, where the run fills the circuit.
    pub idle_share: Option<f64>,
    /// Share of the advice cells that hold zero, where the run fills the circuit.
    pub zero_share: Option<f64>,
    /// Time that was estimated before the proof, where the run fills the circuit.
    pub estimated_seconds: Option<f64>,
    /// Memory that was estimated before the proof, where the run fills the circuit.
    pub estimated_bytes: Option<u64>,
    /// Date in UTC.
    pub date: String,
    /// Name of the processor.
    pub processor: String,
    /// Threads that the system runs at once.
    pub cores: usize,
    /// Memory of the machine.
    pub machine_bytes: u64,
    /// Operating system and architecture.
    pub system: String,
    /// Commit of the checkout.
    pub commit: String,
    /// The compiler.
    pub compiler: String,
    /// Versions of the libraries that take the time.
    pub libraries: String,
    /// The command that measured it.
    pub command: String,
    /// `yes`: the portable verifier accepted the proof.
    pub verified: Verified,
}

/// The last field of a row, so that a row that was cut off is no row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Verified {
    /// The portable verifier accepted the proof.
    #[serde(rename = "yes")]
    Yes,
}

impl Measurement {
    /// The point that was measured.
    pub fn point(&self) -> Point {
        Point {
            kind: self.kind,
            circuit: self.circuit.clone(),
            draws: self.draws,
            records: self.records,
            tranches: self.tranches,
            registered: self.registered,
            untouched: self.untouched,
            claims: self.claims,
            threads: self.threads,
        }
    }

    /// The machine that it was measured on.
    pub fn machine(&self) -> Machine {
        Machine {
            processor: self.processor.clone(),
            cores: self.cores,
            memory_bytes: self.machine_bytes,
            system: self.system.clone(),
            commit: self.commit.clone(),
            compiler: self.compiler.clone(),
            libraries: self.libraries.clone(),
        }
    }

    /// Times of the proof's stages.
    pub fn stages(&self) -> StageTimes {
        StageTimes {
            fill: [self.first_fill_seconds, self.second_fill_seconds],
            commit: [self.first_commit_seconds, self.second_commit_seconds],
            permutation: self.permutation_seconds,
            quotient: self.quotient_seconds,
            opening: self.opening_seconds,
        }
    }

    /// Time over the yardstick's.
    pub fn ratio(&self) -> f64 {
        self.prove_seconds / self.yardstick_seconds
    }

    /// Advice cells.
    pub fn cells(&self) -> f64 {
        self.advice_columns as f64 * f64::from(self.k).exp2()
    }

    /// Making the witness and filling the columns from it, as a share of proving.
    pub fn witness_share(&self) -> f64 {
        (self.witness_seconds + self.first_fill_seconds + self.second_fill_seconds)
            / self.prove_seconds
    }

    /// The first number that no measurement has: not finite, negative, or more than 2^53. With the name of its field.
    pub fn impossible(&self) -> Option<(&'static str, f64)> {
        let times = [
            ("witness_seconds", self.witness_seconds),
            ("key_seconds", self.key_seconds),
            ("prove_seconds", self.prove_seconds),
            ("first_fill_seconds", self.first_fill_seconds),
            ("first_commit_seconds", self.first_commit_seconds),
            ("second_fill_seconds", self.second_fill_seconds),
            ("second_commit_seconds", self.second_commit_seconds),
            ("permutation_seconds", self.permutation_seconds),
            ("quotient_seconds", self.quotient_seconds),
            ("opening_seconds", self.opening_seconds),
            ("native_verify_seconds", self.native_verify_seconds),
            ("portable_verify_seconds", self.portable_verify_seconds),
            ("yardstick_seconds", self.yardstick_seconds),
            (
                "estimated_seconds",
                self.estimated_seconds.unwrap_or_default(),
            ),
        ];
        let counts = [
            ("k", self.k as usize),
            ("advice_columns", self.advice_columns),
            ("holds_draws", self.holds_draws),
            ("draws", self.draws),
            ("records", self.records),
            ("chunks", self.chunks),
            ("tranches", self.tranches),
            ("registered", self.registered),
            ("untouched", self.untouched),
            ("claims", self.claims),
            ("threads", self.threads),
            ("proof_bytes", self.proof_bytes),
            (
                "memory_bytes",
                self.memory_bytes.unwrap_or_default() as usize,
            ),
            ("gas_estimate", self.gas_estimate as usize),
            (
                "estimated_bytes",
                self.estimated_bytes.unwrap_or_default() as usize,
            ),
        ];
        let shares = [
            ("idle_share", self.idle_share),
            ("zero_share", self.zero_share),
        ];
        let bound = |value: f64, most: f64| !(0.0..=most).contains(&value);
        times
            .into_iter()
            .find(|(_, time)| bound(*time, 1e9))
            .or_else(|| {
                counts
                    .into_iter()
                    .map(|(name, count)| (name, count as f64))
                    .find(|(name, count)| bound(*count, if *name == "k" { 40.0 } else { 9.0e15 }))
            })
            .or_else(|| {
                shares
                    .into_iter()
                    .map(|(name, share)| (name, share.unwrap_or_default()))
                    .find(|(_, share)| bound(*share, 1.0))
            })
            .or_else(|| {
                [
                    ("prove_seconds", self.prove_seconds),
                    ("yardstick_seconds", self.yardstick_seconds),
                ]
                .into_iter()
                .find(|(_, time)| *time <= 0.0)
            })
    }
}
