//! What can go wrong while a corpus is made, written or read.

use std::path::{Path, PathBuf};

use tranche_prover::{ProofError, ProveError};
use tranche_srs::SrsError;

/// Why there is no corpus.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file or folder.
    #[error("{path}: {source}; check that the folder exists and has room", path = path.display())]
    Io {
        /// Which.
        path: PathBuf,
        /// The cause.
        source: std::io::Error,
    },
    /// The reference string.
    #[error("{0}")]
    Srs(#[from] SrsError),
    /// A key or a proof.
    #[error("{0}")]
    Proof(#[from] ProofError),
    /// A proof bound to another statement.
    #[error("{0}")]
    Prove(#[from] ProveError),
    /// The key that the circuit gives is not the one in `params/`.
    #[error(
        "params/{circuit}.vk is not the key that the circuit gives: run `tranche keys pin --dir params`"
    )]
    StaleKey {
        /// The circuit.
        circuit: &'static str,
    },
    /// A value of this crate's own making does not fit where it goes.
    #[error("{what} of {circuit} does not fit: the sample run and the circuits have parted")]
    Sample {
        /// What.
        what: &'static str,
        /// For which circuit.
        circuit: String,
    },
    /// The folder holds no corpus of this format.
    #[error("{path}: {reason}; write the corpus anew with `cargo run --release -p tranche-conformance -- --out DIR`", path = path.display())]
    Format {
        /// The index.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// Two cases have one name.
    #[error("two cases are named {0}")]
    Name(String),
}

impl Error {
    /// A file or folder that cannot be read or written.
    pub(crate) fn io(path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        |source| Self::Io {
            path: path.to_owned(),
            source,
        }
    }

    pub(crate) fn sample(what: &'static str, circuit: &str) -> Self {
        Self::Sample {
            what,
            circuit: circuit.to_owned(),
        }
    }
}
