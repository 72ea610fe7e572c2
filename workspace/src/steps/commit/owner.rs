//! The owner of a data set, checked before the data is read and resolved after it.

use std::path::PathBuf;

use k256::ecdsa::SigningKey;
use tranche_fs::atomic;
use tranche_protocol::address::Address;

use super::request::Owner;
use crate::artefact::secret;
use crate::error::Error;

/// An owner whose key, if there is one, can be used.
pub(super) enum CheckedOwner {
    Address(Address),
    Key(Box<SigningKey>),
    /// A key to be made in this file once the data is committed.
    NewKey(PathBuf),
}

impl CheckedOwner {
    /// Reads the key, or checks that one can be made.
    ///
    /// # Errors
    /// [`Error::Usage`] for a key that does not exist or a new one that does; the errors of the key's file.
    pub(super) fn new(owner: &Owner) -> Result<Self, Error> {
        match owner {
            Owner::Address(address) => Ok(Self::Address(*address)),
            Owner::NewKey(path) => {
                atomic::check_place(path)?;
                if path.exists() {
                    return Err(Error::usage(
                        format!("{} exists already", path.display()),
                        "leave --new-key out to sign with it, or choose another path",
                    ));
                }
                Ok(Self::NewKey(path.clone()))
            }
            Owner::Key(path) if !path.exists() => Err(Error::usage(
                format!("there is no key {}", path.display()),
                "say --new-key to make one there",
            )),
            Owner::Key(path) => Ok(Self::Key(Box::new(secret::read_key(path)?))),
        }
    }

    /// The address, and the key to sign with; a new key is written now.
    ///
    /// # Errors
    /// Those of writing the key.
    pub(super) fn resolve(self) -> Result<(Address, Option<SigningKey>), Error> {
        let key = match self {
            Self::Address(address) => return Ok((address, None)),
            Self::Key(key) => *key,
            Self::NewKey(path) => secret::new_key(&path)?,
        };
        Ok((Address::of_key(key.verifying_key()), Some(key)))
    }
}
