//! The errors of the verifier set and of verifiers.

use alloy_primitives::Bytes;
use alloy_sol_types::SolInterface;

use super::explanation::Explanation;
use crate::contracts::IProofVerifier::IProofVerifierErrors as Proof;
use crate::contracts::VerifierSet::VerifierSetErrors as Verifiers;

pub(super) fn verifiers(data: &Bytes) -> Option<Explanation> {
    if let Ok(Proof::InsecureSrs(e)) = Proof::abi_decode(data) {
        return Some((
            "InsecureSrs",
            format!(
                "the verifier's reference string is for tests, chain {} is not",
                e.chainId
            ),
            "make the key with a real string (`tranche srs import`) and generate its verifier",
        ));
    }
    let explanation = match Verifiers::abi_decode(data).ok()? {
        Verifiers::OwnableUnauthorizedAccount(e) => (
            "OwnableUnauthorizedAccount",
            format!("{} does not own the verifier set", e.account),
            "send it from the owner's account",
        ),
        Verifiers::OwnableInvalidOwner(e) => (
            "OwnableInvalidOwner",
            format!("{} cannot own the verifier set", e.owner),
            "name another owner",
        ),
        Verifiers::InvalidTimes(e) => (
            "InvalidTimes",
            format!(
                "grace {} s, activation delay {} s",
                e.grace, e.activationDelay
            ),
            "choose a grace of at most 90 days and a delay of at most the grace",
        ),
        Verifiers::NotAContract(e) => (
            "NotAContract",
            format!("there is no code at {}", e.verifier),
            "deploy the verifier first",
        ),
        Verifiers::AlreadyAdded(e) => (
            "AlreadyAdded",
            format!("{} was added before", e.verifier),
            "a verifier can be added once: deploy it again at another address",
        ),
        Verifiers::UnknownVerifier(e) => (
            "UnknownVerifier",
            format!("{} was never added", e.verifier),
            "check the address",
        ),
        Verifiers::AlreadyRetired(e) => (
            "AlreadyRetired",
            format!("{} is retired", e.verifier),
            "nothing is left to do",
        ),
        Verifiers::UnknownKind(e) => (
            "UnknownKind",
            format!("kind {} is neither usage nor disclosure", e.kind),
            "check the address",
        ),
        Verifiers::WrongPublicInputCount(e) => (
            "WrongPublicInputCount",
            format!("{} public inputs for a verifier of kind {}", e.got, e.kind),
            "check the address",
        ),
        Verifiers::InsecureReferenceString(e) => (
            "InsecureReferenceString",
            format!(
                "the reference string of {} is for tests, chain {} is not",
                e.verifier, e.chainId
            ),
            "make the key with a real string (`tranche srs import`) and generate its verifier",
        ),
        Verifiers::InvalidSuccessor(e) => (
            "InvalidSuccessor",
            format!("{} cannot be the successor", e.successor),
            "name an active verifier of the same kind",
        ),
    };
    Some(explanation)
}
