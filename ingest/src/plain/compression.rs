//! How an input is compressed, by its first bytes.

use super::bytes::Bytes;
use super::fault::OtherFile;
use super::gzip::Gzip;
use super::zstd::Zstd;

/// The first bytes of an input.
pub(super) struct Head(Vec<u8>);

/// A compression that is read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Compression {
    Gzip,
    Zstd,
}

/// Whether bytes begin as a compression that is read.
pub(super) fn is_compressed(bytes: &[u8]) -> bool {
    Compression::of(bytes).is_some()
}

/// A file's name, in lower case, without the ending of a compression that is read; `None` where it has none.
pub(crate) fn uncompressed_name(name: &str) -> Option<&str> {
    let mut endings = [".gz", ".gzip", ".zst", ".zstd"].into_iter();
    endings.find_map(|ending| name.strip_suffix(ending))
}

impl Head {
    /// How many bytes tell all kinds apart.
    pub(super) const LENGTH: usize = 8;

    pub(super) fn new(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// The compression that begins so.
    pub(super) fn compression(&self) -> Option<Compression> {
        Compression::of(&self.0)
    }

    /// What else begins so and is no text.
    pub(super) fn no_text(&self) -> Option<OtherFile> {
        let is = |magic: &[u8]| self.0.starts_with(magic);
        if is(b"PK\x03\x04") || is(b"PK\x05\x06") {
            Some(OtherFile::Zip)
        } else if is(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") {
            Some(OtherFile::OldWorkbook)
        } else if is(b"\xfd7zXZ\0") {
            Some(OtherFile::Xz)
        } else if is(b"BZh")
            && self
                .0
                .get(4..)
                .is_some_and(|rest| rest.starts_with(b"1AY&"))
        {
            Some(OtherFile::Bzip2)
        } else if is(b"\x04\x22\x4d\x18") {
            Some(OtherFile::Lz4)
        } else if is(b"PAR1") {
            Some(OtherFile::Parquet)
        } else if is(b"%PDF-") {
            Some(OtherFile::Pdf)
        } else if self.compression().is_some() {
            Some(OtherFile::CompressedAgain)
        } else {
            None
        }
    }
}

impl Compression {
    fn of(head: &[u8]) -> Option<Self> {
        match *head {
            [0x1f, 0x8b, ..] => Some(Self::Gzip),
            [0x28, 0xb5, 0x2f, 0xfd, ..] => Some(Self::Zstd),
            // A frame that holds no data may come first.
            [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => Some(Self::Zstd),
            _ => None,
        }
    }

    /// What is inside.
    pub(super) fn open(self, bytes: Bytes) -> Bytes {
        match self {
            Self::Gzip => Box::new(Gzip::new(bytes)),
            Self::Zstd => Box::new(Zstd::new(bytes)),
        }
    }
}
