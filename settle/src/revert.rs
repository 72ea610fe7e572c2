//! Reverts in words: the contracts' custom errors by their ABI, and what to do about each.

use alloy_primitives::{Bytes, hex};
use alloy_sol_types::SolInterface;

use crate::contracts::Elsewhere::ElsewhereErrors as Elsewhere;
use crate::contracts::IProofVerifier::IProofVerifierErrors as Proof;
use crate::contracts::RewardEscrow::RewardEscrowErrors as Escrow;
use crate::contracts::TrancheRegistry::TrancheRegistryErrors as Registry;
use crate::contracts::VerifierSet::VerifierSetErrors as Verifiers;
use crate::words::{felt, state_name, time};

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
        let (name, says, remedy) = escrow(data)
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

fn escrow(data: &Bytes) -> Option<Words> {
    let words = match Escrow::abi_decode(data).ok()? {
        Escrow::UnknownRun(e) => (
            "UnknownRun",
            format!("there is no run {}", e.runId),
            "open it, or check chain and run id",
        ),
        Escrow::WrongState(e) => (
            "WrongState",
            format!("the run is {}", state_name(e.state as u8)),
            "see `tranche settle status` for what can be done now",
        ),
        Escrow::TermsOutOfRange(e) => (
            "TermsOutOfRange",
            format!("word {} of the terms is out of range or does not fit the others", e.index),
            "correct the terms: docs/encodings.md, section 7, lists the words from 0",
        ),
        Escrow::InvalidToken(e) => (
            "InvalidToken",
            format!("there is no contract at {}", e.token),
            "give the address of an ERC-20 token of this chain, or none for the native coin",
        ),
        Escrow::ReentrancyGuardReentrantCall(_) => (
            "ReentrancyGuardReentrantCall",
            "a payee called back".to_owned(),
            "redirect the owner's payouts to a plain account",
        ),
        Escrow::SafeERC20FailedOperation(e) => (
            "SafeERC20FailedOperation",
            format!("the token {} refused a transfer", e.token),
            "check balance and allowance, and that the address is a token's",
        ),
        Escrow::TimesOutOfRange(_) => (
            "TimesOutOfRange",
            "deadline, challenge window or claim period is out of range".to_owned(),
            "choose a deadline ahead, a window of at most 90 days (at least 1 s with an arbiter), a claim period of 30 days to 10 years",
        ),
        Escrow::WrongValue(e) => (
            "WrongValue",
            format!("{} wei were sent, {} are to be paid", e.got, e.expected),
            "send exactly that, and nothing with a token",
        ),
        Escrow::TooLittleReceived(e) => (
            "TooLittleReceived",
            format!("{} arrived, {} must", e.got, e.expected),
            "use a token that takes no fee on transfers",
        ),
        Escrow::TooMuch(_) => (
            "TooMuch",
            "the run would hold more than 2^128 - 1".to_owned(),
            "pay less",
        ),
        Escrow::NotAllowed(e) => (
            "NotAllowed",
            format!("{} may not do this", e.sender),
            "send it from the account that the terms or the run name for it",
        ),
        Escrow::TooLate(e) => (
            "TooLate",
            format!("it was possible until {}", time(e.until)),
            "see `tranche settle status` for what can be done now",
        ),
        Escrow::TooEarly(e) => (
            "TooEarly",
            format!("it is possible after {}", time(e.until)),
            "wait until then",
        ),
        Escrow::InvalidCommitment(e) => (
            "InvalidCommitment",
            format!("{} is no run commitment, or one that was voided", felt(e.runCommitment)),
            "commit to the run again, under another seed",
        ),
        Escrow::VerifierNotAccepted(e) => (
            "VerifierNotAccepted",
            format!(
                "the verifier {} is not an active one of {}",
                e.verifier,
                if e.kind == 1 { "usage proofs" } else { "disclosures" }
            ),
            "use a verifier of the set that is active and not retired",
        ),
        Escrow::ProofRefused(_) => (
            "ProofRefused",
            "the verifier refused the proof".to_owned(),
            "the proof is not valid for these public inputs: check the file with `tranche verify`",
        ),
        Escrow::WrongPublicInputCount(e) => (
            "WrongPublicInputCount",
            format!("{} public inputs", e.got),
            "check that the proof is of the kind that was submitted",
        ),
        Escrow::WrongPublicInput(e) => (
            "WrongPublicInput",
            format!(
                "public input {} is out of range, or not what the run or its terms say",
                e.row
            ),
            "prove for this run: row 0 is the context (chain, contract, run, terms); docs/encodings.md, section 8, has the others",
        ),
        Escrow::UnknownRegistryRoot(e) => (
            "UnknownRegistryRoot",
            format!("the registry on chain never had the root {}", felt(e.root)),
            "register on chain what the snapshot has, in its order, then prove",
        ),
        Escrow::RegistryRootTooNew(e) => (
            "RegistryRootTooNew",
            format!(
                "the root counts {} registrations, the terms' cut-off is {}",
                e.registrations, e.cutoff
            ),
            "prove against the registry as it stood at the cut-off",
        ),
        Escrow::InvalidEvidence(_) => (
            "InvalidEvidence",
            "the evidence is malformed, for another order, or not signed by the terms' key for this commitment".to_owned(),
            "sign again with the key that the terms name: `tranche run sign`",
        ),
        Escrow::EvidenceTooLow(e) => (
            "EvidenceTooLow",
            format!("evidence level {}, the terms want {}", e.got, e.needed),
            "have the run signed at that level: `tranche run sign`",
        ),
        Escrow::RegisteredShareTooLow(e) => (
            "RegisteredShareTooLow",
            format!(
                "no claim shows a registered share of {} parts per million",
                e.needed
            ),
            "make the pay list with such a claim: `tranche disclose --pay --registered-share LO:100%`",
        ),
        Escrow::TotalAboveDeposit(e) => (
            "TotalAboveDeposit",
            format!("the list costs {}, the run holds {}", e.total, e.received),
            "top the run up first",
        ),
        Escrow::NothingNeeded(_) => (
            "NothingNeeded",
            "a metered run with a pay list needs no more money".to_owned(),
            "open another run",
        ),
        Escrow::NothingToPay(_) => (
            "NothingToPay",
            "there is nothing to pay".to_owned(),
            "see `tranche settle status` for who can claim what",
        ),
        Escrow::WrongLength(_) => (
            "WrongLength",
            "two lists differ in length, or are longer than 64".to_owned(),
            "claim fewer at once",
        ),
        Escrow::PaymentFailed(e) => (
            "PaymentFailed",
            format!("{} did not take {}", e.to, e.amount),
            "redirect the owner's payouts to an address that takes them",
        ),
        Escrow::InvalidPayoutAddress(e) => (
            "InvalidPayoutAddress",
            format!("payouts cannot go to {}", e.to),
            "choose another address",
        ),
        Escrow::SignatureExpired(e) => (
            "SignatureExpired",
            format!("the signature held until {}", e.deadline),
            "sign again with a later deadline",
        ),
        Escrow::InvalidSignature(_) => (
            "InvalidSignature",
            "the owner did not sign this".to_owned(),
            "sign with the owner's key, for this chain and contract",
        ),
    };
    Some(words)
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
