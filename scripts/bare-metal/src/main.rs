//! The portable verifier without an operating system, for `scripts/bare-metal.sh`: two entries, each linked apart.
//!
//! | entry | reaches |
//! |---|---|
//! | `probe_bare` | a key, a statement digest, public inputs and a proof: the verifier crate |
//! | `probe_file` | a key and a proof file: the verifier crate, and the protocol crate's decoding |
#![no_std]
#![no_main]

extern crate alloc;

mod heap;

use alloc::vec::Vec;
use core::panic::PanicInfo;

use tranche_protocol::evidence::level_under;
use tranche_protocol::proof_file::ProofFile;
use tranche_protocol::statement::StatementDigest;
use tranche_verifier::file::Statement;
use tranche_verifier::{VerifyingKey, scalar_from_be_bytes, verify, verify_file};

#[panic_handler]
fn panic(info: &PanicInfo<'_>) -> ! {
    // An opaque use keeps every panic's place in the program, to be listed.
    core::hint::black_box(info.location());
    loop {
        core::hint::spin_loop();
    }
}

/// Bytes of the caller.
///
/// # Safety
/// `length` bytes are readable at `start` and do not change meanwhile.
unsafe fn given<'a>(start: *const u8, length: usize) -> &'a [u8] {
    // SAFETY: the caller's promise.
    unsafe { core::slice::from_raw_parts(start, length) }
}

/// 1 for a valid proof.
///
/// # Safety
/// As [`given`], for the key and for what follows it: 32 bytes of digest, the public inputs, the proof.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn probe_bare(
    key: *const u8,
    key_length: usize,
    rest: *const u8,
    inputs: usize,
    rest_length: usize,
) -> u32 {
    // SAFETY: the caller's promise.
    let (key, rest) = unsafe { (given(key, key_length), given(rest, rest_length)) };
    u32::from(bare(key, rest, inputs).is_some())
}

fn bare(key: &[u8], rest: &[u8], inputs: usize) -> Option<()> {
    let key = VerifyingKey::from_bytes(key).ok()?;
    let (digest, rest) = rest.split_first_chunk::<32>()?;
    let (inputs, proof) = rest.split_at_checked(inputs.checked_mul(32)?)?;
    let inputs: Option<Vec<_>> = inputs
        .as_chunks::<32>()
        .0
        .iter()
        .map(scalar_from_be_bytes)
        .collect();
    let digest = StatementDigest::from_bytes(digest).ok()?;
    verify(&key, &inputs?, digest, proof).ok()
}

/// 1 for a valid proof file whose evidence the terms accept.
///
/// # Safety
/// As [`given`], for both.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn probe_file(
    key: *const u8,
    key_length: usize,
    file: *const u8,
    file_length: usize,
) -> u32 {
    // SAFETY: the caller's promise.
    let (key, file) = unsafe { (given(key, key_length), given(file, file_length)) };
    u32::from(whole(key, file).is_some())
}

fn whole(key: &[u8], file: &[u8]) -> Option<()> {
    let key = VerifyingKey::from_bytes(key).ok()?;
    let file = ProofFile::parse(file).ok()?;
    if let Statement::Usage(usage) = verify_file(&key, &file).ok()? {
        let terms = &file.context.terms;
        level_under(terms, &usage.run_commitment, file.evidence.as_ref()).ok()?;
    }
    Some(())
}
