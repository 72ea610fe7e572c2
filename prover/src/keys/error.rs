//! Why a key cannot be made or stored.

use std::io;
use std::path::PathBuf;

use halo2_proofs::plonk;
use thiserror::Error;

use crate::shape::UnsupportedSystem;

/// A failure to make or store a key.
#[derive(Debug, Error)]
pub enum KeyError {
    /// The circuit never calls `set_minimum_degree`, so that its degree would depend on the environment.
    #[error(
        "circuit {name} declares no degree: call set_minimum_degree with its true maximum in configure"
    )]
    UndeclaredDegree {
        /// The circuit.
        name: String,
    },
    /// The declared degree is not the highest gate's.
    #[error(
        "circuit {name} declares degree {declared} but its gates reach {actual}: declare {actual}"
    )]
    Degree {
        /// The circuit.
        name: String,
        /// What `set_minimum_degree` was called with.
        declared: usize,
        /// The constraint system's.
        actual: usize,
    },
    /// halo2 reads this variable and panics if it is no number.
    #[error(
        "the environment variable MAX_DEGREE is set to {value:?}, which is not a number: unset it"
    )]
    Environment {
        /// The variable's value.
        value: String,
    },
    /// The name cannot be part of a file name.
    #[error("{name:?} is not a circuit name: use 1 to 64 of a-z, 0-9 and -")]
    Name {
        /// What was given.
        name: String,
    },
    /// The constraint system has a feature that this crate refuses.
    #[error("circuit {name}: {source}")]
    System {
        /// The circuit.
        name: String,
        /// What is refused.
        source: UnsupportedSystem,
    },
    /// halo2 refused the circuit.
    #[error("circuit {name} at k = {k}: {source}; if rows run out, use a larger k")]
    Generate {
        /// The circuit.
        name: String,
        /// Binary logarithm of the rows.
        k: u32,
        /// halo2's error.
        source: plonk::Error,
    },
    /// The cache directory cannot be made or written.
    #[error("{path}: cannot store the proving key: {source}; check free space and permissions, or keep no keys (--no-cache)", path = path.display())]
    Store {
        /// The file or directory.
        path: PathBuf,
        /// The cause.
        source: io::Error,
    },
}
