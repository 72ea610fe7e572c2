//! Which circuit, key and set-up a statement is proven under, and its digest (encodings, section 9).

use crate::felt::{self, Felt, reduce_be};
use crate::keccak::{Word, keccak, text_word, word};
use crate::newtype::{bytes_newtype, felt_newtype};
use alloc::string::String;
use alloc::vec::Vec;

/// Version of the statement's encoding.
pub const VERSION: u16 = 1;
/// What a proof shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum ProofKind {
    /// The usage relation, clauses S1 to S8.
    Usage = 1,
    /// The disclosure relation, clauses D1 to D7.
    Disclosure = 2,
}

impl ProofKind {
    /// The kind of a code; `None` for an unknown one.
    #[must_use]
    pub const fn from_code(code: u8) -> Option<Self> {
        match code {
            1 => Some(Self::Usage),
            2 => Some(Self::Disclosure),
            _ => None,
        }
    }
}

felt_newtype! {
    /// What a proof's transcript absorbs first: [`StatementHeader::digest`].
    StatementDigest
}

bytes_newtype! {
    /// Keccak-256 of a verifying key's file.
    KeyDigest
}

bytes_newtype! {
    /// Digest of the structured reference string that a key is made with.
    SrsDigest
}

/// Name of a circuit: 1 to 32 printable ASCII characters without spaces.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CircuitName(String);

impl CircuitName {
    /// A name; `None` when it is empty, longer than 32 bytes, or not of printable ASCII.
    #[must_use]
    pub fn new(name: &str) -> Option<Self> {
        let fits = (1..=32).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_graphic());
        fits.then(|| Self(name.into()))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Which circuit, key and set-up a statement is proven under.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatementHeader {
    /// What is proven.
    pub kind: ProofKind,
    /// The circuit.
    pub circuit: CircuitName,
    /// Its version.
    pub circuit_version: u16,
    /// Digest of its verifying key.
    pub verifying_key: KeyDigest,
    /// Digest of the structured reference string.
    pub srs: SrsDigest,
    /// Whether the reference string was made by one party: for tests only.
    pub srs_insecure: bool,
}

impl StatementHeader {
    /// The statement's encoding: nine words and one a public input.
    #[must_use]
    pub fn encode(&self, public_inputs: &[Felt]) -> Vec<Word> {
        let mut words = alloc::vec![
            text_word("tranche statement v1"),
            word(u128::from(VERSION)),
            word(self.kind as u128),
            text_word(self.circuit.as_str()),
            word(u128::from(self.circuit_version)),
            self.verifying_key.to_bytes(),
            self.srs.to_bytes(),
            word(u128::from(self.srs_insecure)),
            word(public_inputs.len() as u128),
        ];
        words.extend(public_inputs.iter().map(felt::to_bytes));
        words
    }

    /// `statement_digest`: the first thing a proof's transcript absorbs.
    #[must_use]
    pub fn digest(&self, public_inputs: &[Felt]) -> StatementDigest {
        let words = self.encode(public_inputs);
        let parts: Vec<&[u8]> = words.iter().map(Word::as_slice).collect();
        StatementDigest(reduce_be(&keccak(&parts)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_have_one_encoding() {
        crate::newtype::assert_canonical_felt!(StatementDigest);
        crate::newtype::assert_canonical_bytes!(KeyDigest);
        crate::newtype::assert_canonical_bytes!(SrsDigest);
    }
}
