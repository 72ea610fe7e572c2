//! The `.idx` file of a tokenised data set: how many tokens each of its sequences has.
//!
//! `MMIDIDX` and two zeros, u64 version 1, u8 code of the token type, u64 S sequences, u64 D document ends; then S × i32 lengths in tokens, S × i64 byte
//! offsets, D × i64 ends of documents, and S × i8 modes in multimodal data sets.

use std::io::Read as _;

use crate::error::{Error, FormatFault};
use crate::input::Input;
use crate::npy::{Column, Dtype};
use crate::training_log::fault::LogFault;

const MAGIC: &[u8; 9] = b"MMIDIDX\0\0";
const HEAD: usize = 34;
/// The highest code of a token type.
const LAST_TYPE: u8 = 8;

/// Opens the lengths of a data set's sequences.
pub(super) fn lengths(mut input: Input) -> Result<Column, Error> {
    let size = input.length()?;
    let (path, mut stream) = input.into_parts();
    let bad = |what: String| Error::file(&path, LogFault::TokenIndex(what));
    let mut head = Vec::with_capacity(HEAD);
    (&mut stream)
        .take(HEAD as u64)
        .read_to_end(&mut head)
        .map_err(|error| Error::io("read", &path, error))?;
    if !head.starts_with(MAGIC) {
        return Err(bad("it does not begin as one".to_owned()));
    }
    if head.len() < HEAD {
        return Err(bad("shorter than its head".to_owned()));
    }
    let word = |at: usize| {
        let mut bytes = [0; 8];
        bytes.copy_from_slice(&head[at..at + 8]);
        u64::from_le_bytes(bytes)
    };
    let (version, kind, sequences, documents) = (word(9), head[17], word(18), word(26));
    if version != 1 {
        return Err(bad(format!("expected version 1, got {version}")));
    }
    if kind == 0 || kind > LAST_TYPE {
        return Err(bad(format!("the token type {kind} is unknown")));
    }
    let declared = HEAD as u128 + u128::from(sequences) * (4 + 8) + u128::from(documents) * 8;
    let modes = declared + u128::from(sequences);
    if ![declared, modes].contains(&u128::from(size)) {
        let got = size;
        return Err(Error::file(&path, FormatFault::Length { declared, got }));
    }
    Ok(Column::new(path, stream, Dtype::I4, HEAD as u64, sequences))
}
