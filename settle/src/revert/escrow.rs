//! The escrow's errors.

use alloy_primitives::Bytes;
use alloy_sol_types::SolInterface;

use super::explanation::Explanation;
use crate::contracts::RewardEscrow::RewardEscrowErrors as Escrow;
use crate::convert::{felt, state_name, time};

pub(super) fn escrow(data: &Bytes) -> Option<Explanation> {
    let explanation = match Escrow::abi_decode(data).ok()? {
        Escrow::UnknownRun(e) => (
            "UnknownRun",
            format!("there is no run {}", e.runId),
            "open it, or check chain and run id",
        ),
        Escrow::WrongState(e) => (
            "WrongState",
            format!("the run is {}", state_name(e.state)),
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
    Some(explanation)
}
