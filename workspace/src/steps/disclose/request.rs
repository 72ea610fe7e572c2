//! What a disclosure is asked for with, and what it comes to.

use std::path::PathBuf;

use serde::Serialize;
use tranche_protocol::claims::Precision;
use tranche_protocol::context::Basis;
use tranche_protocol::tranche::TrancheId;

use crate::artefact::ledger::Interval;
use crate::builtin_keys::Circuit;

/// The narrowest interval that a share may be pinned to unless something else is asked for, in parts per million.
pub const DEFAULT_PRECISION: u32 = 10_000;

/// Facts of a run to disclose.
#[derive(Clone, Debug)]
pub struct DiscloseRequest {
    /// The run's folder.
    pub run: PathBuf,
    /// The proof to write; a file that is there is replaced.
    pub out: PathBuf,
    /// The claims, in the order that the statement is to have.
    pub claims: Vec<ClaimChoice>,
    /// Whether to tell who is paid what, by the pay rule of the terms.
    pub pay: bool,
    /// The narrowest interval that a share may be pinned to without being told exactly, in parts per million.
    pub precision: u32,
    /// Whether to disclose even past the precision.
    pub force: bool,
    /// Where tranches of the log are now, by their names in it, if they were moved since the import.
    pub moved: Vec<(String, PathBuf)>,
    /// The circuit; the smallest that holds the claims if none is named.
    pub circuit: Option<Circuit>,
}

impl DiscloseRequest {
    /// A disclosure of nothing yet, all else as by default.
    pub fn new(run: impl Into<PathBuf>, out: impl Into<PathBuf>) -> Self {
        Self {
            run: run.into(),
            out: out.into(),
            claims: Vec::new(),
            pay: false,
            precision: DEFAULT_PRECISION,
            force: false,
            moved: Vec::new(),
            circuit: None,
        }
    }
}

/// A claim to make about a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClaimChoice {
    /// A tranche's share.
    Share {
        /// The tranche.
        tranche: TrancheRef,
        /// Of what.
        basis: Basis,
        /// How much of it is told.
        precision: Precision,
    },
    /// That a tranche was not used at all.
    Exclusion(TrancheRef),
    /// The registered part's share of the whole run.
    RegisteredShare(Precision),
}

/// How a tranche is named to a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TrancheRef {
    /// By its id.
    Id(TrancheId),
    /// By a text: a name of the run's log, else a tranche id in hexadecimal, else the path of a manifest or of a tranche's folder.
    Word(String),
}

impl TrancheRef {
    /// By a text.
    pub fn word(text: impl Into<String>) -> Self {
        Self::Word(text.into())
    }
}

/// A disclosure that was made.
#[derive(Clone, Debug, Serialize)]
pub struct Disclosed {
    /// The proof's file.
    pub proof: PathBuf,
    /// The circuit.
    pub circuit: &'static str,
    /// What the proof claims, in plain words.
    pub told: Vec<String>,
    /// Whether anybody could have forged the proof.
    pub srs_insecure: bool,
    /// Disclosures of this run so far, with this one.
    pub disclosures: usize,
    /// Where all of them together place the registered part's share of the whole run.
    pub implied_registered_share: Interval,
    /// Where all of them together place the shares of each tranche, by tranche id.
    pub implied: Vec<ImpliedShares>,
    /// Time for keys, in seconds.
    pub key_seconds: f64,
    /// Time for the proof, in seconds.
    pub prove_seconds: f64,
}

/// Where the disclosures of a run place the shares of a tranche.
#[derive(Clone, Debug, Serialize)]
pub struct ImpliedShares {
    /// The tranche id.
    pub tranche: TrancheId,
    /// Its name in the run's log, if it is there.
    pub name: Option<String>,
    /// Its share of the registered part.
    pub of_registered: Interval,
    /// Its share of the whole run.
    pub of_whole: Interval,
}
