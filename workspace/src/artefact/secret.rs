//! Keys and seeds: files that only their owner may read.

use std::path::Path;

use k256::ecdsa::SigningKey;
use rand_core::{OsRng, RngCore};
use tranche_fs::atomic::{self, Existing};
use tranche_fs::temporary::Visibility;
use tranche_protocol::salt::RunSeed;
use zeroize::{Zeroize, Zeroizing};

use super::fault::ArtefactFault;
use super::read::read_text;
use crate::error::{Error, FormatFault};

const SEED_WORDS: &str = "tranche run seed v1";

/// Reads a secp256k1 key: `0x` and 64 hexadecimal digits.
///
/// # Errors
/// [`Error::Io`]; [`ArtefactFault::Exposed`], [`ArtefactFault::NotKey`].
pub fn read_key(path: &Path) -> Result<SigningKey, Error> {
    let text = read_private(path)?;
    let bytes = text.trim().strip_prefix("0x").and_then(digits);
    bytes
        .and_then(|bytes| SigningKey::from_slice(&*bytes).ok())
        .ok_or_else(|| Error::file(path, ArtefactFault::NotKey))
}

/// Makes a key and writes it to a new file.
///
/// # Errors
/// As [`atomic::write`]; a file that exists is kept.
pub fn new_key(path: &Path) -> Result<SigningKey, Error> {
    let key = SigningKey::random(&mut OsRng);
    let bytes: Zeroizing<[u8; 32]> = Zeroizing::new(key.to_bytes().into());
    write_digits(path, "0x", &bytes)?;
    Ok(key)
}

/// A fresh seed from the operating system.
pub fn new_seed() -> RunSeed {
    let mut bytes = [0; 32];
    OsRng.fill_bytes(&mut bytes);
    let seed = RunSeed::new(bytes);
    bytes.zeroize();
    seed
}

/// Reads a run's seed.
///
/// # Errors
/// [`Error::Io`]; [`ArtefactFault::Exposed`], [`FormatFault::Magic`].
pub fn read_seed(path: &Path) -> Result<RunSeed, Error> {
    let text = read_private(path)?;
    let bytes = text
        .trim()
        .strip_prefix(SEED_WORDS)
        .and_then(|rest| digits(rest.trim()));
    bytes.map(|bytes| RunSeed::new(*bytes)).ok_or_else(|| {
        Error::file(
            path,
            FormatFault::Magic {
                expected: "run seed",
            },
        )
    })
}

/// Writes a run's seed to a new file.
///
/// # Errors
/// As [`atomic::write`]; a file that exists is kept.
pub fn write_seed(path: &Path, seed: &RunSeed) -> Result<(), Error> {
    write_digits(path, &format!("{SEED_WORDS} "), seed.secret_bytes())
}

/// A line of `words` and the bytes in hexadecimal.
fn write_digits(path: &Path, words: &str, bytes: &[u8; 32]) -> Result<(), Error> {
    let mut text = Zeroizing::new(vec![b'\n'; words.len() + 64 + 1]);
    let (head, rest) = text.split_at_mut(words.len());
    head.copy_from_slice(words.as_bytes());
    hex::encode_to_slice(bytes, &mut rest[..64])
        .map_err(|error| Error::Internal(error.to_string()))?;
    let (secret, keep) = (Visibility::Secret, Existing::Keep);
    Ok(atomic::write(path, &text, secret, keep)?)
}

fn digits(text: &str) -> Option<Zeroizing<[u8; 32]>> {
    let mut bytes = Zeroizing::new([0; 32]);
    hex::decode_to_slice(text, bytes.as_mut_slice()).ok()?;
    Some(bytes)
}

fn read_private(path: &Path) -> Result<Zeroizing<String>, Error> {
    check_mode(path)?;
    read_text(path).map(Zeroizing::new)
}

#[cfg(unix)]
fn check_mode(path: &Path) -> Result<(), Error> {
    use std::os::unix::fs::PermissionsExt;
    let metadata = path
        .metadata()
        .map_err(|error| Error::io("open", path, error))?;
    match metadata.permissions().mode() & 0o777 {
        mode if mode & 0o077 == 0 => Ok(()),
        mode => Err(Error::file(path, ArtefactFault::Exposed { mode })),
    }
}

#[cfg(not(unix))]
fn check_mode(_path: &Path) -> Result<(), Error> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_read_back_and_are_never_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let (key, seed) = (folder.path().join("key"), folder.path().join("seed"));
        let made = new_key(&key).unwrap();
        assert_eq!(read_key(&key).unwrap().to_bytes(), made.to_bytes());
        assert!(matches!(new_key(&key), Err(Error::Usage { .. })));
        let fresh = new_seed();
        write_seed(&seed, &fresh).unwrap();
        assert!(read_seed(&seed).unwrap() == fresh);
        assert!(matches!(
            read_seed(&key).unwrap_err().fault(),
            Some(FormatFault::Magic { .. })
        ));
        assert_eq!(
            read_key(&seed).unwrap_err().fault(),
            Some(&ArtefactFault::NotKey)
        );
    }

    #[cfg(unix)]
    #[test]
    fn secrets_that_others_may_read_are_refused() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let key = folder.path().join("key");
        new_key(&key).unwrap();
        std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o644)).unwrap();
        let error = read_key(&key).unwrap_err();
        assert_eq!(error.fault(), Some(&ArtefactFault::Exposed { mode: 0o644 }));
        assert!(!error.to_string().contains("0x"));
    }
}
