//! The verifying keys that come with the program, and the keys that it proves with.

use std::cell::RefCell;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use tranche_circuits::disclosure::params::{self as disclosure, DisclosureSize};
use tranche_circuits::usage::params::{self as usage, CircuitSize};
use tranche_prover::{CircuitKey, KeyOrigin, KeyStore};
use tranche_srs::Srs;
use tranche_verifier::VerifyingKey;

use crate::artefact::{ArtefactFault, read_bytes};
use crate::error::Error;
use crate::progress::Progress;

macro_rules! builtin_keys {
    ($($name:literal),+ $(,)?) => {
        /// Name and bytes of every builtin verifying key: both ladders, under the development reference string.
        pub const BUILTIN_KEYS: &[(&str, &[u8])] =
            &[$(($name, include_bytes!(concat!("../../params/", $name, ".vk")))),+];
    };
}
builtin_keys![
    "usage-13",
    "usage-17",
    "usage-18",
    "usage-19",
    "usage-20",
    "usage-uniform-17",
    "usage-uniform-18",
    "usage-uniform-19",
    "usage-uniform-20",
    "usage-17-wide",
    "usage-20-wide",
    "disclosure-16",
    "disclosure-64",
];

/// The shipped verifying key of a circuit.
pub fn verifying_key(circuit: &str) -> Option<Result<VerifyingKey, Error>> {
    let (name, bytes) = BUILTIN_KEYS.iter().find(|(name, _)| *name == circuit)?;
    Some(
        VerifyingKey::from_bytes(bytes)
            .map_err(|error| Error::Internal(format!("the shipped key of {name}: {error}"))),
    )
}

/// The key to verify a circuit's proofs with: the file's, or else the shipped one.
///
/// # Errors
/// [`Error::Usage`] when there is neither; [`Error::Io`]; [`ArtefactFault::VerifyingKey`].
pub fn key_for(circuit: &str, file: Option<&Path>) -> Result<VerifyingKey, Error> {
    if let Some(path) = file {
        return VerifyingKey::from_bytes(&read_bytes(path)?)
            .map_err(|error| Error::file(path, ArtefactFault::VerifyingKey(error)));
    }
    verifying_key(circuit).unwrap_or_else(|| {
        Err(Error::usage(
            format!("no verifying key of a circuit \"{circuit}\" comes with this program"),
            "give the key with --key",
        ))
    })
}

/// A circuit of either ladder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Circuit {
    /// Proves the usage relation.
    Usage(CircuitSize),
    /// Proves the disclosure relation.
    Disclosure(DisclosureSize),
}

impl Circuit {
    /// The circuit of a name.
    ///
    /// # Errors
    /// [`Error::Usage`] listing the names.
    pub fn by_name(name: &str) -> Result<Self, Error> {
        Self::all()
            .find(|circuit| circuit.name() == name)
            .ok_or_else(|| {
                let names: Vec<&str> = Self::all().map(|circuit| circuit.name()).collect();
                Error::usage(
                    format!("there is no circuit \"{name}\""),
                    format!("choose one of {}", names.join(", ")),
                )
            })
    }

    /// Both ladders.
    pub fn all() -> impl Iterator<Item = Self> {
        let usage = usage::SIZES.into_iter().map(Self::Usage);
        usage.chain(disclosure::SIZES.into_iter().map(Self::Disclosure))
    }

    /// The name, as statements carry it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Usage(size) => size.name,
            Self::Disclosure(size) => size.name,
        }
    }

    /// Binary logarithm of the rows.
    pub fn k(&self) -> u32 {
        match self {
            Self::Usage(size) => size.params.k,
            Self::Disclosure(size) => size.params.k,
        }
    }
}

/// Where reference string and proving keys come from.
#[derive(Clone, Debug, Default)]
pub struct KeyOptions {
    /// Reference string from a file. Without it: the development string, INSECURE, for tests only.
    pub srs: Option<PathBuf>,
    /// Folder that keeps proving keys; without it, `tranche` in the user's cache folder.
    pub cache: Option<PathBuf>,
    /// Whether no proving keys are kept.
    pub no_cache: bool,
}

impl KeyOptions {
    /// The folder that keeps proving keys; none if none are kept.
    pub fn directory(&self) -> Option<PathBuf> {
        if self.no_cache {
            return None;
        }
        self.cache.clone().or_else(|| {
            let folder = |name| std::env::var_os(name).filter(|value| !value.is_empty());
            let base = folder("XDG_CACHE_HOME")
                .map(PathBuf::from)
                .or_else(|| folder("HOME").map(|home| PathBuf::from(home).join(".cache")))?;
            Some(base.join("tranche"))
        })
    }
}

/// Proving keys with their reference strings, each made once a process.
pub struct KeyRing {
    options: KeyOptions,
    held: RefCell<HashMap<&'static str, Rc<(Srs, CircuitKey)>>>,
}

impl KeyRing {
    /// A ring without keys yet.
    pub fn new(options: impl Into<KeyOptions>) -> Self {
        Self {
            options: options.into(),
            held: RefCell::default(),
        }
    }

    /// The reference string and the key of a circuit.
    ///
    /// Under the development string the key must be the shipped one: a stale cache is passed over, a key that differs even
    /// when made anew is a defect.
    ///
    /// # Errors
    /// [`Error::Srs`], [`Error::Proof`]; [`Error::Internal`].
    pub fn get(
        &self,
        circuit: Circuit,
        progress: Progress<'_>,
    ) -> Result<Rc<(Srs, CircuitKey)>, Error> {
        let name = circuit.name();
        if let Some(held) = self.held.borrow().get(name) {
            return Ok(held.clone());
        }
        progress.check()?;
        let srs = self.srs(circuit.k(), progress)?;
        let stage = progress.stage("proving key", None);
        let mut key = make(&srs, &KeyStore::new(self.options.directory()), circuit)?;
        if srs.identity().is_insecure() {
            let shipped = verifying_key(name).transpose()?.map(|key| key.digest());
            let differs = |key: &CircuitKey| Some(key.digest()) != shipped;
            if differs(&key) && key.pair().origin() == KeyOrigin::Cache {
                key = make(&srs, &KeyStore::new(None), circuit)?;
            }
            if differs(&key) {
                return Err(Error::Internal(format!(
                    "the key of {name} is not the one in params/: it is to be made again with `tranche keys pin`"
                )));
            }
        }
        drop(stage);
        let made = Rc::new((srs, key));
        self.held.borrow_mut().insert(name, made.clone());
        Ok(made)
    }

    fn srs(&self, k: u32, progress: Progress<'_>) -> Result<Srs, Error> {
        let _stage = progress.stage("reference string", None);
        let Some(path) = &self.options.srs else {
            return Ok(Srs::development(k)?);
        };
        let srs = Srs::load(path)?;
        Ok(if srs.k() == k { srs } else { srs.downsize(k)? })
    }
}

/// The key of a circuit, whatever is shipped.
///
/// # Errors
/// [`Error::Proof`].
pub fn make(srs: &Srs, store: &KeyStore, circuit: Circuit) -> Result<CircuitKey, Error> {
    Ok(match circuit {
        Circuit::Usage(size) => CircuitKey::usage(srs, store, &size)?,
        Circuit::Disclosure(size) => CircuitKey::disclosure(srs, store, &size)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_circuit_ships_its_key_and_no_other_is_shipped() {
        let circuits: Vec<&str> = Circuit::all().map(|circuit| circuit.name()).collect();
        let shipped: Vec<&str> = BUILTIN_KEYS.iter().map(|(name, _)| *name).collect();
        assert_eq!(circuits, shipped);
        for circuit in Circuit::all() {
            let key = verifying_key(circuit.name()).unwrap().unwrap();
            assert_eq!((key.name(), key.k()), (circuit.name(), circuit.k()));
            assert!(key.srs_is_insecure());
        }
    }
}
