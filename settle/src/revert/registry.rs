//! The registry's errors.

use alloy_primitives::Bytes;
use alloy_sol_types::SolInterface;

use super::explanation::Explanation;
use crate::contracts::TrancheRegistry::TrancheRegistryErrors as Registry;
use crate::convert::felt;

pub(super) fn registry(data: &Bytes) -> Option<Explanation> {
    let explanation = match Registry::abi_decode(data).ok()? {
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
            format!("there is no commitment {}", e.commitment),
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
            format!("the owner {} neither sent nor signed this", e.owner),
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
    Some(explanation)
}
