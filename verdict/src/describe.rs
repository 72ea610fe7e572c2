//! Statements and terms in plain words.

use tranche_protocol::context::{Basis, PayRule, Remainder, RunContext};
use tranche_protocol::evidence::{Evidence, EvidenceLevel};
use tranche_protocol::log::LogOrder;
use tranche_protocol::registry::Registry;
use tranche_protocol::statement::{Claim, ClaimCode, DisclosureStatement, PayList};
use tranche_protocol::tranche::TrancheId;
use tranche_protocol::unit::UnitDefinition;

/// What a disclosure claims, in plain words; `name` gives an id a name.
pub fn describe_claims(
    disclosure: &DisclosureStatement,
    name: &dyn Fn(&TrancheId) -> Option<String>,
) -> Vec<String> {
    let mut words: Vec<String> = disclosure
        .claims
        .iter()
        .map(|claim| describe_claim(claim, name))
        .collect();
    if let Some(pay) = &disclosure.pay {
        words.extend(describe_pay(pay));
    }
    words
}

fn describe_claim(claim: &Claim, name: &dyn Fn(&TrancheId) -> Option<String>) -> String {
    let tranche = || {
        let id = claim.subject;
        name(&claim.subject).map_or_else(
            || format!("tranche {id}"),
            |name| format!("tranche {id} ({name})"),
        )
    };
    let share = || {
        if claim.lo == claim.hi {
            format!("exactly {}, rounded down,", percent(claim.lo))
        } else {
            format!("{} to {}", percent(claim.lo), percent(claim.hi))
        }
    };
    match claim.code {
        ClaimCode::ShareOfRegistered => {
            format!("{}: {} of the registered part", tranche(), share())
        }
        ClaimCode::ShareOfWhole => format!("{}: {} of the whole run", tranche(), share()),
        ClaimCode::Exclusion => format!("{}: not drawn from at all", tranche()),
        ClaimCode::RegisteredShare => format!("registered data is {} of the whole run", share()),
    }
}

fn describe_pay(pay: &PayList) -> Vec<String> {
    let head = match pay.rule {
        PayRule::None => return Vec::new(),
        PayRule::Shares => format!(
            "pay by shares of the registered part, parts per 1000000000, {}:",
            match pay.remainder {
                Remainder::Keep => "the remainder kept",
                Remainder::FirstPayee => "the remainder to the first payee",
            }
        ),
        PayRule::Metered => {
            "pay by units and each owner's rate, in the token's smallest part:".to_owned()
        }
    };
    let payees = pay
        .payees
        .iter()
        .map(|payee| format!("  {} gets {}", payee.owner, payee.amount));
    let total = format!("  total {}", pay.total);
    std::iter::once(head).chain(payees).chain([total]).collect()
}

pub(super) fn describe_context(context: &RunContext) -> Vec<String> {
    let terms = &context.terms;
    let unit = match terms.unit {
        unit if unit == UnitDefinition::Record.id() => "records".to_owned(),
        unit if unit == UnitDefinition::Byte.id() => "bytes".to_owned(),
        unit => format!("a tokenizer's tokens (unit {unit})"),
    };
    let order = match terms.order {
        LogOrder::Planned => "PLANNED: what the trainer meant to read",
        LogOrder::Consumed => "consumed: what the builder says training read",
    };
    let pay = match (terms.pay_rule, terms.basis) {
        (PayRule::None, _) => "nothing is paid".to_owned(),
        (PayRule::Shares, Basis::Registered) => {
            "a pot is shared by units of the registered part".to_owned()
        }
        (PayRule::Shares, Basis::Whole) => "a pot is shared by units of the whole run".to_owned(),
        (PayRule::Metered, _) => "each unit is paid at its owner's rate".to_owned(),
    };
    vec![
        describe_run(context),
        format!("units counted: {unit}"),
        format!("log order: {order}"),
        format!("terms: {pay}"),
    ]
}

/// Which run it is.
pub fn describe_run(context: &RunContext) -> String {
    format!(
        "run {} of contract {} on chain {}",
        context.run_id, context.contract, context.chain_id
    )
}

/// Where a tranche that a claim names stands in a registry; `count` is how many registrations the usage proof's root has.
///
/// That a tranche which the root does not have was not drawn from is true of every run.
pub(super) fn describe_place(registry: &Registry, count: Option<u32>, id: &TrancheId) -> String {
    let Some(entry) = registry.find(id) else {
        return "NOT in the registry given: no run can be shown to draw from it".to_owned();
    };
    let words = format!("registration {} of {}", entry.index, entry.owner);
    match count {
        Some(count) if entry.index >= count => {
            format!("{words}, LATER than the proof's root: to this proof its data is unregistered")
        }
        _ => words,
    }
}

pub(super) fn describe_minimum(context: &RunContext) -> String {
    format!(
        "registered data is at least {} of the whole run",
        percent(context.terms.min_registered_ppm)
    )
}

/// What is to be said of evidence of level 2. This system has no verifier of quotes, so a quote never counts for more than its signer's word.
pub(super) fn describe_quote(evidence: &Evidence) -> Option<String> {
    match (evidence.level, &evidence.attestation) {
        (EvidenceLevel::AttestedLoader, Some(attestation)) => Some(format!(
            "attestation quote {}: UNVERIFIED by this system, which reads no quotes; whoever has the quote checks it",
            attestation.quote
        )),
        (EvidenceLevel::AttestedLoader, None) => Some(
            "the evidence says level 2 and names no attestation quote: it counts as level 1"
                .to_owned(),
        ),
        _ => None,
    }
}

/// Parts per million as a percentage with all its digits.
pub fn percent(ppm: u32) -> String {
    format!("{}.{:04} %", ppm / 10_000, ppm % 10_000)
}
