//! Reverts in words: the contracts' custom errors by their ABI, and what to do about each.

mod escrow;

use alloy_primitives::{Bytes, hex};
use alloy_sol_types::SolInterface;

use crate::contracts::Elsewhere::ElsewhereErrors as Elsewhere;
use crate::contracts::IProofVerifier::IProofVerifierErrors as Proof;
use crate::contracts::TrancheRegistry::TrancheRegistryErrors as Registry;
use crate::contracts::VerifierSet::VerifierSetErrors as Verifiers;
use crate::words::felt;

/// A contract's refusal.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the contract refused: {says} ({name}); {remedy}")]
pub struct Reverted {
    /// The error's name in the ABI; `unknown` for one that is in none.
    pub name: String,
    /// What it says.
    pub says: String,
    /// What to do.
    pub remedy: String,
    /// The revert's data.
    pub data: Bytes,
}

impl Reverted {
    /// Decodes a revert's data; data that no ABI knows are shown as they are.
    pub fn decode(data: &Bytes) -> Self {
        let (name, says, remedy) = escrow::escrow(data)
            .or_else(|| registry(data))
            .or_else(|| verifiers(data))
            .or_else(|| elsewhere(data))
            .unwrap_or_else(|| unknown(data));
        Self {
            name: name.to_owned(),
            says,
            remedy: remedy.to_owned(),
            data: data.clone(),
        }
    }
}

type Words = (&'static str, String, &'static str);

fn unknown(data: &Bytes) -> Words {
    let says = match data.is_empty() {
        true => "it gave no reason".to_owned(),
        false => format!("data 0x{}", hex::encode(data)),
    };
    (
        "unknown",
        says,
        "check that the addresses are those of this project's contracts",
    )
}

fn registry(data: &Bytes) -> Option<Words> {
    let words = match Registry::abi_decode(data).ok()? {
        Registry::InvalidRevealTimes(e) => (
            "InvalidRevealTimes",
            format!("reveal from {} to {} blocks after", e.delay, e.expiry),
            "choose a delay of at least one block and a later expiry",
        ),
        Registry::AlreadyCommitted(e) => (
            "AlreadyCommitted",
            format!("the commitment waits until block {}", e.revealUntil),
            "reveal it",
        ),
        Registry::NotCommitted(e) => (
            "NotCommitted",
            format!("nobody committed to {}", e.commitment),
            "commit first, from the same account and with the same salt",
        ),
        Registry::RevealTooEarly(e) => (
            "RevealTooEarly",
            format!("the reveal is possible from block {}", e.revealFrom),
            "wait for that block",
        ),
        Registry::RevealTooLate(e) => (
            "RevealTooLate",
            format!("the reveal was possible until block {}", e.revealUntil),
            "commit again",
        ),
        Registry::NotTheOwner(e) => (
            "NotTheOwner",
            format!("{} neither sent nor signed this", e.owner),
            "have the owner sign the manifest: `tranche sign`",
        ),
        Registry::AlreadyRegistered(e) => (
            "AlreadyRegistered",
            format!("{} is registration {}", felt(e.id), e.index),
            "a tranche is registered once",
        ),
        Registry::RegistryFull(_) => (
            "RegistryFull",
            "every leaf of the registry is taken".to_owned(),
            "deploy another registry",
        ),
        Registry::FieldOutOfRange(e) => (
            "FieldOutOfRange",
            format!("field {} of the tranche is out of range", e.field),
            "make the manifest again with `tranche commit`",
        ),
        Registry::HasherNotDeployed(_) => (
            "HasherNotDeployed",
            "the hash library could not be deployed".to_owned(),
            "give more gas",
        ),
        Registry::NotYet(e) => (
            "NotYet",
            format!("{} was asked for, there are {}", e.asked, e.count),
            "ask for an earlier one",
        ),
    };
    Some(words)
}

fn verifiers(data: &Bytes) -> Option<Words> {
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
    let words = match Verifiers::abi_decode(data).ok()? {
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
            "a retired verifier does not come back: deploy it anew",
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
    Some(words)
}

fn elsewhere(data: &Bytes) -> Option<Words> {
    let words = match Elsewhere::abi_decode(data).ok()? {
        Elsewhere::ERC20InsufficientBalance(e) => (
            "ERC20InsufficientBalance",
            format!("{} has {}, {} are needed", e.sender, e.balance, e.needed),
            "get more of the token first",
        ),
        Elsewhere::ERC20InsufficientAllowance(e) => (
            "ERC20InsufficientAllowance",
            format!(
                "{} may take {}, {} are needed",
                e.spender, e.allowance, e.needed
            ),
            "approve the escrow for the amount",
        ),
        Elsewhere::Error(e) => ("Error", e.reason, "check the request"),
        Elsewhere::Panic(e) => (
            "Panic",
            format!("arithmetic or array error {}", e.code),
            "check amounts and times for overflow",
        ),
    };
    Some(words)
}

#[cfg(test)]
mod tests {
    use alloy_primitives::{B256, U256};
    use alloy_sol_types::SolError;

    use super::*;
    use crate::contracts::{Elsewhere, RewardEscrow, TrancheRegistry};

    #[test]
    fn custom_errors_are_told_with_their_fields_and_a_remedy() {
        let run = B256::repeat_byte(7);
        let cases: [(Vec<u8>, &str, &str); 4] = [
            (
                RewardEscrow::UnknownRun { runId: run }.abi_encode(),
                "UnknownRun",
                "0x0707",
            ),
            (
                TrancheRegistry::RevealTooEarly {
                    revealFrom: U256::from(9u8),
                }
                .abi_encode(),
                "RevealTooEarly",
                "block 9",
            ),
            (
                Elsewhere::Error {
                    reason: "no".to_owned(),
                }
                .abi_encode(),
                "Error",
                "no",
            ),
            (vec![1, 2, 3, 4], "unknown", "0x01020304"),
        ];
        for (data, name, part) in cases {
            let reverted = Reverted::decode(&data.into());
            assert_eq!(reverted.name, name);
            assert!(reverted.to_string().contains(part), "{reverted}");
            assert!(!reverted.remedy.is_empty());
        }
        let silent = Reverted::decode(&Bytes::new());
        assert_eq!(silent.says, "it gave no reason");
    }
}
