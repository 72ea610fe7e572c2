//! Proof files. The first byte: 1 seals the file and puts the context of its terms into public input 0.

use tranche_protocol::address::Address;
use tranche_protocol::context::{RunContext, RunId, RunTerms, TERMS_WORDS};
use tranche_protocol::proof_file::{ProofFile, ProofFileError};
use tranche_verifier::file::read_statement;

/// Bytes before the circuit's name: magic, version, kind, insecure flag and the name's length.
const HEAD: usize = 8 + 2 + 1 + 1 + 1;
/// Bytes between the name and the context: version and two digests.
const DIGESTS: usize = 2 + 32 + 32;

pub(crate) fn read(data: &[u8]) {
    let Some((mode, bytes)) = data.split_first() else {
        return;
    };
    if mode & 1 == 0 {
        parse(bytes);
    } else {
        let mut bytes = bytes.to_vec();
        super::seal(&mut bytes);
        if ProofFile::parse(&bytes) == Err(ProofFileError::WrongContext) {
            bind(&mut bytes);
            super::seal(&mut bytes);
        }
        parse(&bytes);
    }
}

fn parse(bytes: &[u8]) {
    match ProofFile::parse(bytes) {
        Ok(file) => {
            assert_eq!(file.to_bytes(), bytes, "the file is written as it was read");
            let _ = file.statement_digest();
            let _ = read_statement(&file);
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}

/// Writes the context of a file's terms into its public input 0, where there is one.
fn bind(bytes: &mut [u8]) {
    let Some(name) = bytes.get(HEAD - 1).copied() else {
        return;
    };
    let start = HEAD + usize::from(name) + DIGESTS;
    let Some((context, after)) = bytes.get(start..).and_then(context) else {
        return;
    };
    let input = start + after + 4;
    if let Some(word) = bytes.get_mut(input..input + 32) {
        word.copy_from_slice(&context.digest().to_bytes());
    }
}

/// A context and how many bytes it takes.
fn context(bytes: &[u8]) -> Option<(RunContext, usize)> {
    let (chain_id, rest) = bytes.split_first_chunk()?;
    let (contract, rest) = rest.split_first_chunk()?;
    let (run_id, rest) = rest.split_first_chunk()?;
    let words: &[[u8; 32]; TERMS_WORDS] = rest.as_chunks().0.first_chunk()?;
    let context = RunContext {
        chain_id: u64::from_le_bytes(*chain_id),
        contract: Address::new(*contract),
        run_id: RunId::from_bytes(*run_id),
        terms: RunTerms::from_words(words).ok()?,
    };
    Some((context, 8 + 20 + 32 + 32 * TERMS_WORDS))
}
