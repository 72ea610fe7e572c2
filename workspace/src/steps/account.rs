//! Signing keys: of owners, builders, loaders and auditors.

use std::path::{Path, PathBuf};

use k256::ecdsa::SigningKey;
use serde::Serialize;
use tranche_protocol::address::Address;

use crate::artefact::secret;
use crate::error::Error;

/// A signing key in a file, by its address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct KeyAccount {
    /// The key's file.
    pub file: PathBuf,
    /// The address that signatures of the key are checked against.
    pub address: Address,
}

impl KeyAccount {
    fn new(file: &Path, key: &SigningKey) -> Self {
        Self {
            file: file.to_owned(),
            address: Address::of_key(key.verifying_key()),
        }
    }
}

/// Makes a secret key and writes it to a new file that only its owner may read.
///
/// ```
/// use tranche_workspace::steps::account::{new, show};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let folder = tempfile::tempdir()?;
/// let file = folder.path().join("me.key");
/// let made = new(&file)?;
/// assert_eq!(show(&file)?, made);
/// assert!(new(&file).is_err());
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// [`Error::Usage`] where there is a file already, which is kept; [`Error::Io`].
pub fn new(file: &Path) -> Result<KeyAccount, Error> {
    Ok(KeyAccount::new(file, &secret::new_key(file)?))
}

/// The address of a key.
///
/// # Errors
/// [`Error::Io`]; [`Error::Input`] for a file that others may read, or that holds no key.
pub fn show(file: &Path) -> Result<KeyAccount, Error> {
    Ok(KeyAccount::new(file, &secret::read_key(file)?))
}
