//! The hash of a file's bytes, and the files of the public ceremony that it is compared with.
//!
//! Points that pass every check are powers of some secret; only the file's origin says that nobody knows it.

use std::fmt;
use std::io::{self, Read};
use std::str::FromStr;

use thiserror::Error;

/// BLAKE2b-512 of the public files `powersOfTau28_hez_final_NN.ptau`, by NN.
const PUBLIC_FILES: [(u32, &str); 11] = [
    (
        14,
        "eeefbcf7c3803b523c94112023c7ff89558f9b8e0cf5d6cdcba3ade60f168af4a181c9c21774b94fbae6c90411995f7d854d02ebd93fb66043dbb06f17a831c1",
    ),
    (
        15,
        "982372c867d229c236091f767e703253249a9b432c1710b4f326306bfa2428a17b06240359606cfe4d580b10a5a1f63fbed499527069c18ae17060472969ae6e",
    ),
    (
        16,
        "6a6277a2f74e1073601b4f9fed6e1e55226917efb0f0db8a07d98ab01df1ccf43eb0e8c3159432acd4960e2f29fe84a4198501fa54c8dad9e43297453efec125",
    ),
    (
        17,
        "6247a3433948b35fbfae414fa5a9355bfb45f56efa7ab4929e669264a0258976741dfbe3288bfb49828e5df02c2e633df38d2245e30162ae7e3bcca5b8b49345",
    ),
    (
        18,
        "7e6a9c2e5f05179ddfc923f38f917c9e6831d16922a902b0b4758b8e79c2ab8a81bb5f29952e16ee6c5067ed044d7857b5de120a90704c1d3b637fd94b95b13e",
    ),
    (
        19,
        "bca9d8b04242f175189872c42ceaa21e2951e0f0f272a0cc54fc37193ff6648600eaf1c555c70cdedfaf9fb74927de7aa1d33dc1e2a7f1a50619484989da0887",
    ),
    (
        20,
        "89a66eb5590a1c94e3f1ee0e72acf49b1669e050bb5f93c73b066b564dca4e0c7556a52b323178269d64af325d8fdddb33da3a27c34409b821de82aa2bf1a27b",
    ),
    (
        21,
        "9aef0573cef4ded9c4a75f148709056bf989f80dad96876aadeb6f1c6d062391f07a394a9e756d16f7eb233198d5b69407cca44594c763ab4a5b67ae73254678",
    ),
    (
        22,
        "0d64f63dba1a6f11139df765cb690da69d9b2f469a1ddd0de5e4aa628abb28f787f04c6a5fb84a235ec5ea7f41d0548746653ecab0559add658a83502d1cb21b",
    ),
    (
        23,
        "3063a0bd81d68711197c8820a92466d51aeac93e915f5136d74f63c394ee6d88c5e8016231ea6580bec02e25d491f319d92e77f5c7f46a9caa8f3b53c0ea544f",
    ),
    (
        24,
        "fa404d140d5819d39984833ca5ec3632cd4995f81e82db402371a4de7c2eae8687c62bc632a95b0c6aadba3fb02680a94e09174b7233ccd26d78baca2647c733",
    ),
];

/// BLAKE2b-512 of a whole file, the hash that ceremonies publish; 128 hexadecimal digits in text.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct FileHash([u8; 64]);

/// Text that is not a [`FileHash`].
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("not a BLAKE2b-512 hash: give 128 hexadecimal digits, as the ceremony publishes them")]
pub struct FileHashError;

impl FileHash {
    /// The hash of the next `length` bytes.
    ///
    /// # Errors
    /// The reader's, and [`io::ErrorKind::UnexpectedEof`] if it ends before.
    pub(super) fn of(reader: &mut impl Read, length: u64) -> io::Result<Self> {
        let mut state = blake2b_simd::State::new();
        let mut buffer = vec![0; 1 << 20];
        let mut left = length;
        while left > 0 {
            let step = usize::try_from(left).map_or(buffer.len(), |left| left.min(buffer.len()));
            reader.read_exact(&mut buffer[..step])?;
            state.update(&buffer[..step]);
            left -= step as u64;
        }
        Ok(FileHash(*state.finalize().as_array()))
    }

    /// The NN of the public ceremony's file that has this hash.
    pub fn ceremony_file(&self) -> Option<u32> {
        let text = self.to_string();
        PUBLIC_FILES
            .iter()
            .find_map(|(power, hash)| (*hash == text).then_some(*power))
    }
}

impl fmt::Display for FileHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for FileHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for FileHash {
    type Err = FileHashError;

    fn from_str(text: &str) -> Result<Self, FileHashError> {
        let digits = text.as_bytes();
        if digits.len() != 128 {
            return Err(FileHashError);
        }
        let mut hash = [0; 64];
        for (byte, pair) in hash.iter_mut().zip(digits.chunks_exact(2)) {
            let digit = |at: usize| char::from(pair[at]).to_digit(16).ok_or(FileHashError);
            *byte = u8::try_from(16 * digit(0)? + digit(1)?).map_err(|_| FileHashError)?;
        }
        Ok(FileHash(hash))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pinned_hash_is_one_and_names_its_file() {
        for (power, text) in PUBLIC_FILES {
            let hash: FileHash = text.parse().unwrap();
            assert_eq!(hash.ceremony_file(), Some(power));
            assert_eq!(text.to_uppercase().parse(), Ok(hash));
        }
        let other = FileHash::of(&mut [].as_slice(), 0).unwrap();
        assert_eq!(other.ceremony_file(), None);
        // RFC 7693's function on the empty string.
        assert!(
            other
                .to_string()
                .starts_with("786a02f742015903c6c6fd852552d272")
        );
    }

    #[test]
    fn other_text_is_refused() {
        let (_, hash) = PUBLIC_FILES[0];
        for text in [
            "",
            &hash[1..],
            &format!("{hash}0"),
            &hash.replace('e', "g"),
            &hash.replace("ee", "é"),
        ] {
            assert_eq!(text.parse::<FileHash>(), Err(FileHashError));
        }
        assert!(FileHash::of(&mut [1].as_slice(), 2).is_err());
    }
}
