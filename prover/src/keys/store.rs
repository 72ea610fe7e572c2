//! Makes proving keys, and keeps them on disk.

use std::path::{Path, PathBuf};

use halo2_proofs::plonk::{Circuit, ProvingKey};
use halo2curves::bn256::{Fr, G1Affine};
use tranche_fs::temporary::make_folders;
use tranche_srs::Srs;

use super::cache::{CacheKey, read, write};
use super::degree::checked_system;
use super::error::KeyError;
use super::pair::{KeyOrigin, KeyPair};
use crate::plonk::generate_key;
use crate::shape::ProofShape;

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
    pub fn load_or_generate<C: Circuit<Fr>>(
        &self,
        srs: &Srs,
        name: &str,
        version: u16,
        circuit: &C,
    ) -> Result<KeyPair, KeyError> {
        check_name(name)?;
        let system = checked_system(name, circuit)?;
        let key = CacheKey::new(name, version, srs, &system);
        let path = self.path(name, version, srs);
        if let Some(path) = &path
            && let Some(pk) = read(path, &key, circuit)
        {
            return Ok(KeyPair::new(pk, name, version, KeyOrigin::Cache));
        }
        let k = srs.k();
        let pk = generate_key(srs, circuit).map_err(|source| KeyError::Generate {
            name: name.to_owned(),
            k,
            source,
        })?;
        ProofShape::new(pk.get_vk()).map_err(|source| KeyError::System {
            name: name.to_owned(),
            source,
        })?;
        if let Some(path) = &path {
            store(path, &key, &pk)?;
        }
        Ok(KeyPair::new(pk, name, version, KeyOrigin::Generated))
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

fn store(path: &Path, key: &CacheKey, pk: &ProvingKey<G1Affine>) -> Result<(), KeyError> {
    let error = |source| KeyError::Store {
        path: path.to_owned(),
        source,
    };
    if let Some(directory) = path.parent() {
        make_folders(directory).map_err(error)?;
    }
    write(path, key, pk).map_err(error)
}

/// A name goes into file names and export labels.
fn check_name(name: &str) -> Result<(), KeyError> {
    let allowed = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'-';
    if (1..=64).contains(&name.len()) && name.bytes().all(allowed) {
        return Ok(());
    }
    Err(KeyError::Name {
        name: name.to_owned(),
    })
}
