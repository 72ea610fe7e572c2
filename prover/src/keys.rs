//! Proving keys: generation, and a cache on disk that is checked before it is trusted.
//!
//! Test strategy: a cached key must give the same digest and accepted proofs; a cache file that is truncated, corrupt,
//! of another version, circuit or SRS must be regenerated (`tests/keys.rs`); digests must not depend on the environment
//! (`tests/environment.rs`).

mod cache;
mod degree;
mod digest;

use std::io;
use std::path::{Path, PathBuf};

use halo2_proofs::plonk::{self, Circuit, ProvingKey, VerifyingKey};
use halo2curves::bn256::{Fr, G1Affine};
use thiserror::Error;

use crate::shape::{ProofShape, ShapeError};
use crate::srs::Srs;
use tranche_fs::temporary::make_folders;
use cache::CacheKey;

pub use digest::{pin, vk_digest};

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
    Shape {
        /// The circuit.
        name: String,
        /// What is refused.
        source: ShapeError,
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

/// Where a key came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyOrigin {
    /// Read from the cache.
    Cache,
    /// Generated now.
    Generated,
}

/// A proving key with what identifies it.
#[derive(Clone, Debug)]
pub struct KeyPair {
    pk: ProvingKey<G1Affine>,
    name: String,
    version: u16,
    digest: [u8; 32],
    origin: KeyOrigin,
}

impl KeyPair {
    /// halo2's proving key.
    pub fn pk(&self) -> &ProvingKey<G1Affine> {
        &self.pk
    }

    /// halo2's verifying key.
    pub fn vk(&self) -> &VerifyingKey<G1Affine> {
        self.pk.get_vk()
    }

    /// The circuit's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The circuit's version.
    pub fn version(&self) -> u16 {
        self.version
    }

    /// [`vk_digest`] of the verifying key.
    pub fn digest(&self) -> [u8; 32] {
        self.digest
    }

    /// Where the key came from.
    pub fn origin(&self) -> KeyOrigin {
        self.origin
    }
}

/// Makes proving keys, and keeps them in a directory if there is one.
#[derive(Clone, Debug)]
pub struct KeyStore {
    directory: Option<PathBuf>,
}

impl KeyStore {
    /// A store in a directory, made at the first write; with `None` every key is generated.
    pub fn new(directory: Option<PathBuf>) -> Self {
        KeyStore { directory }
    }

    /// The proving key of `circuit` with as many rows as `srs` has powers, from the cache or else generated and cached.
    ///
    /// `circuit` carries no witness; its `params()` are the circuit's parameters. The cache is looked up by `name`,
    /// `version`, the SRS, and a digest of the constraint system: a change of gates or columns is noticed, a change of
    /// fixed cells or copies only if `version` or `name` changes with it.
    ///
    /// A cache file that is missing, truncated, damaged or of anything else is replaced without notice. Processes may
    /// share a directory.
    ///
    /// # Errors
    /// [`KeyError`]; a failure to store is an error, a failure to read the cache is not.
    ///
    /// # Panics
    /// halo2 panics if the circuit assigns a fixed cell past its usable rows.
    pub fn load_or_generate<C: Circuit<Fr>>(
        &self,
        srs: &Srs,
        name: &str,
        version: u16,
        circuit: &C,
    ) -> Result<KeyPair, KeyError> {
        check_name(name)?;
        let system = degree::checked_system(name, circuit)?;
        let key = CacheKey::new(name, version, srs, &system);
        let path = self.path(name, version, srs);
        if let Some(path) = &path
            && let Some(pk) = cache::read(path, &key, circuit)
        {
            return Ok(pair(pk, name, version, KeyOrigin::Cache));
        }
        let k = srs.k();
        let pk = plonk::keygen_pk2(srs.params(), circuit, false).map_err(|source| {
            KeyError::Generate {
                name: name.to_owned(),
                k,
                source,
            }
        })?;
        ProofShape::new(pk.get_vk()).map_err(|source| KeyError::Shape {
            name: name.to_owned(),
            source,
        })?;
        if let Some(path) = &path {
            store(path, &key, &pk)?;
        }
        Ok(pair(pk, name, version, KeyOrigin::Generated))
    }

    fn path(&self, name: &str, version: u16, srs: &Srs) -> Option<PathBuf> {
        let [a, b, c, d, ..] = srs.identity().digest();
        let file = format!(
            "{name}-v{version}-k{}-{:08x}.pk",
            srs.k(),
            u32::from_be_bytes([a, b, c, d])
        );
        self.directory
            .as_ref()
            .map(|directory| directory.join(file))
    }
}

fn pair(pk: ProvingKey<G1Affine>, name: &str, version: u16, origin: KeyOrigin) -> KeyPair {
    let digest = vk_digest(pk.get_vk());
    KeyPair {
        pk,
        name: name.to_owned(),
        version,
        digest,
        origin,
    }
}

fn store(path: &Path, key: &CacheKey, pk: &ProvingKey<G1Affine>) -> Result<(), KeyError> {
    let error = |source| KeyError::Store {
        path: path.to_owned(),
        source,
    };
    if let Some(directory) = path.parent() {
        make_folders(directory).map_err(error)?;
    }
    cache::write(path, key, pk).map_err(error)
}

/// A name goes into file names and export labels.
pub(crate) fn check_name(name: &str) -> Result<(), KeyError> {
    let allowed = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'-';
    if (1..=64).contains(&name.len()) && name.bytes().all(allowed) {
        return Ok(());
    }
    Err(KeyError::Name {
        name: name.to_owned(),
    })
}
