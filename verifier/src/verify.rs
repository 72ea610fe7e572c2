//! A bare proof against a key: public inputs, the statement's digest, the proof's bytes.

use ark_bn254::Fr;
use tranche_protocol::statement::StatementDigest;

use crate::constraints::{self, Point};
use crate::error::VerifyError;
use crate::key::VerifyingKey;
use crate::proof::Proof;
use crate::shplonk;

/// Accepts exactly the valid proofs of `statement_digest` and `instances` under `key`.
///
/// `instances` is the content of the one instance column, as many scalars as the key says.
///
/// ```
/// use tranche_protocol::felt::from_hex;
/// use tranche_protocol::statement::StatementDigest;
/// use tranche_verifier::{VerifyingKey, verify};
///
/// /// A proof whose statement's digest and public inputs came as hexadecimal text.
/// fn accepts(key: &VerifyingKey, digest: &str, inputs: &[&str], proof: &[u8]) -> Option<bool> {
///     let digest: StatementDigest = digest.parse().ok()?;
///     let inputs: Result<Vec<_>, _> = inputs.iter().map(|text| from_hex(text)).collect();
///     Some(verify(key, &inputs.ok()?, digest, proof).is_ok())
/// }
/// ```
///
/// # Errors
/// [`VerifyError`]: first the number of instances, then the proof's length, then its elements in their order, then the
/// pairing equation.
pub fn verify(
    key: &VerifyingKey,
    instances: &[Fr],
    statement_digest: StatementDigest,
    proof: &[u8],
) -> Result<(), VerifyError> {
    if instances.len() != key.instances() {
        return Err(VerifyError::Instances {
            expected: key.instances(),
            got: instances.len(),
        });
    }
    if proof.len() as u64 != key.proof_bytes() {
        return Err(VerifyError::ProofLength {
            expected: key.proof_bytes(),
            got: proof.len() as u64,
        });
    }
    let proof = Proof::read(key, instances, statement_digest.felt(), proof)?;
    let point = Point::new(key, proof.challenges.x)?;
    let quotient = constraints::quotient_evaluation(key, instances, &proof, &point)?;
    shplonk::check(key, &proof, &point, quotient)
}
