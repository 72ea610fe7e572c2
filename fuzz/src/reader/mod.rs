//! The targets of one reader each.

pub(crate) mod amount;
pub(crate) mod artifact;
pub(crate) mod chain_state;
pub(crate) mod context;
pub(crate) mod deployment;
pub(crate) mod documents;
pub(crate) mod evidence;
pub(crate) mod key;
pub(crate) mod ledger;
pub(crate) mod log;
pub(crate) mod manifest;
pub(crate) mod megatron;
pub(crate) mod node;
pub(crate) mod olmo;
pub(crate) mod page;
pub(crate) mod proof_file;
pub(crate) mod receipt;
pub(crate) mod recording;
pub(crate) mod registry;
pub(crate) mod revert;
pub(crate) mod run_file;
pub(crate) mod run_folder;
pub(crate) mod run_log;
pub(crate) mod secret;
pub(crate) mod source;
pub(crate) mod srs;
pub(crate) mod statement;
pub(crate) mod terms;
pub(crate) mod tranche_folder;

use std::error::Error;

/// The text of an input; `None` where it is none, which the callers of text readers refuse before.
fn text(data: &[u8]) -> Option<&str> {
    std::str::from_utf8(data).ok()
}

/// A refusal by a reader: said in words, and never a defect of the program.
fn refused(error: &impl Error) {
    let words = error.to_string();
    assert!(
        !words.is_empty() && !words.starts_with("internal error"),
        "{words}"
    );
}

/// Seals bytes with the BLAKE3 of all but their last 32, so that what lies behind a checksum is reached.
fn seal(bytes: &mut [u8]) {
    if let Some((body, checksum)) = bytes.split_last_chunk_mut::<32>() {
        *checksum = blake3::hash(body).into();
    }
}
