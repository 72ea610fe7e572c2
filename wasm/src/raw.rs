//! Verdict codes: the portable verifier on bare public inputs and a bare proof.

use tranche_protocol::statement::StatementDigest;
use tranche_verifier::{Fr, VerifyingKey, scalar_from_be_bytes, verify};

/// The verdict on a proof, as one word.
///
/// `statement_digest` is one scalar and `public_inputs` the scalars of all rows, each 32 big-endian bytes.
///
/// `Accepted`; the name of the [`tranche_verifier::VerifyError`] variant; or, before the verifier proper can be asked,
/// `StatementDigest` and `PublicInputs` for bytes that are not canonical scalars or not a whole number of them.
pub fn verify_raw(
    key: &VerifyingKey,
    statement_digest: &[u8],
    public_inputs: &[u8],
    proof: &[u8],
) -> &'static str {
    let Some(digest) = scalars(statement_digest) else {
        return "StatementDigest";
    };
    let [digest] = digest.as_slice() else {
        return "StatementDigest";
    };
    let digest = StatementDigest::from_felt(*digest);
    let Some(instances) = scalars(public_inputs) else {
        return "PublicInputs";
    };
    match verify(key, &instances, digest, proof) {
        Ok(()) => "Accepted",
        Err(error) => error.code(),
    }
}

fn scalars(bytes: &[u8]) -> Option<Vec<Fr>> {
    let (chunks, rest) = bytes.as_chunks::<32>();
    if !rest.is_empty() {
        return None;
    }
    chunks.iter().map(scalar_from_be_bytes).collect()
}
