//! What a contract's source and its deployment notes both say.

use tranche_verifier::VerifyingKey;

use crate::literal::bytes32;

/// The compiler that the generated contracts ask for.
pub(crate) const COMPILER: &str = "0.8.37";

/// What the SRS is, for people.
pub(crate) fn srs_description(key: &VerifyingKey) -> String {
    if key.srs_is_insecure() {
        "INSECURE development string: its secret is public, anyone can forge proofs".to_owned()
    } else {
        format!("SRS {}", bytes32(key.srs_digest().as_bytes()))
    }
}
