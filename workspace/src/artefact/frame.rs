//! How binary artefacts are framed: magic, version, body, checksum.

use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use tranche_fs::atomic::{AtomicFile, Existing};
use tranche_fs::temporary::Visibility;

use super::read::read_bytes;
use crate::error::{Error, FormatFault};

/// Version of every framed file.
const VERSION: u16 = 1;
const HEAD: usize = 8 + 2;
const CHECKSUM: usize = 32;

/// A kind of framed file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FrameKind {
    /// The first eight bytes.
    pub magic: [u8; 8],
    /// What it is called in errors.
    pub name: &'static str,
}

/// Streams a framed file; it appears at its place when finished.
pub struct Writer {
    file: BufWriter<AtomicFile>,
    hasher: blake3::Hasher,
    path: PathBuf,
}

impl Writer {
    /// Starts a file.
    ///
    /// # Errors
    /// As [`AtomicFile::create`].
    pub fn create(path: &Path, kind: FrameKind, visibility: Visibility) -> Result<Self, Error> {
        let mut writer = Self {
            file: BufWriter::with_capacity(1 << 16, AtomicFile::create(path, visibility)?),
            hasher: blake3::Hasher::new(),
            path: path.to_owned(),
        };
        writer.write(&kind.magic)?;
        writer.write(&VERSION.to_le_bytes())?;
        Ok(writer)
    }

    /// Appends bytes of the body.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.hasher.update(bytes);
        self.file
            .write_all(bytes)
            .map_err(|error| Error::io("write", &self.path, error))
    }

    /// Seals the file with its checksum and moves it to its place.
    ///
    /// # Errors
    /// [`Error::Io`], and as [`AtomicFile::commit`].
    pub fn finish(self, existing: Existing) -> Result<(), Error> {
        let Self {
            mut file,
            hasher,
            path,
        } = self;
        let failed = |error| Error::io("write", &path, error);
        file.write_all(hasher.finalize().as_bytes())
            .map_err(failed)?;
        let file = file
            .into_inner()
            .map_err(|error| failed(error.into_error()))?;
        Ok(file.commit(existing)?)
    }
}

/// Reads the body of a framed file.
///
/// # Errors
/// [`Error::Io`]; [`FormatFault::Magic`], [`FormatFault::Version`] or [`FormatFault::Checksum`].
pub fn read(path: &Path, kind: FrameKind) -> Result<Vec<u8>, Error> {
    let fault = |fault: FormatFault| Error::file(path, fault);
    let mut bytes = read_bytes(path)?;
    if !bytes.starts_with(&kind.magic) {
        return Err(fault(FormatFault::Magic {
            expected: kind.name,
        }));
    }
    let Some(body) = bytes.len().checked_sub(HEAD + CHECKSUM) else {
        return Err(fault(FormatFault::Checksum));
    };
    let got = u16::from_le_bytes([bytes[8], bytes[9]]);
    if got != VERSION {
        return Err(fault(FormatFault::Version {
            expected: VERSION,
            got,
        }));
    }
    let (sealed, checksum) = bytes.split_at(HEAD + body);
    if blake3::hash(sealed).as_bytes() != checksum {
        return Err(fault(FormatFault::Checksum));
    }
    bytes.truncate(HEAD + body);
    bytes.drain(..HEAD);
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    const KIND: FrameKind = FrameKind {
        magic: *b"TRNCHTST",
        name: "test file",
    };

    #[test]
    fn damage_is_noticed_and_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        let mut writer = Writer::create(&path, KIND, Visibility::Public).unwrap();
        writer.write(b"one").unwrap();
        writer.write(b"two").unwrap();
        assert!(!path.exists());
        writer.finish(Existing::Keep).unwrap();
        assert_eq!(read(&path, KIND).unwrap(), b"onetwo");
        let whole = std::fs::read(&path).unwrap();
        for (at, expected) in [
            (
                0,
                FormatFault::Magic {
                    expected: KIND.name,
                },
            ),
            (
                8,
                FormatFault::Version {
                    expected: 1,
                    got: 0,
                },
            ),
            (12, FormatFault::Checksum),
            (whole.len() - 1, FormatFault::Checksum),
        ] {
            let mut bytes = whole.clone();
            bytes[at] ^= 1;
            std::fs::write(&path, &bytes).unwrap();
            assert_eq!(read(&path, KIND).unwrap_err().fault(), Some(&expected));
        }
        std::fs::write(&path, &whole[..20]).unwrap();
        assert_eq!(
            read(&path, KIND).unwrap_err().fault(),
            Some(&FormatFault::Checksum)
        );
    }
}
