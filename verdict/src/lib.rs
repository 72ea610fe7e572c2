//! What a proof file is worth: verified by the portable verifier alone, and said in plain words.
//!
//! | module | noun |
//! |---|---|
//! | `describe` | statements and terms in plain words |
//!
//! ```
//! use tranche_verdict::{Verdict, percent};
//!
//! let unmet = Verdict::Unmet("registered data is at least 50.0000 %; it is 12.5 %".into());
//! assert!(unmet.words().starts_with("TERMS NOT MET: "));
//! assert_eq!(percent(125_000), "12.5000 %");
//! ```

mod describe;

use serde::{Deserialize, Serialize};
use tranche_protocol::Shape;
use tranche_protocol::context::PPM;
use tranche_protocol::evidence::{EvidenceError, EvidenceLevel, level_under};
use tranche_protocol::hash::binary_tree::BinaryTree;
use tranche_protocol::log::LogOrder;
use tranche_protocol::proof_file::ProofFile;
use tranche_protocol::registry::{Registry, RegistryRoot};
use tranche_protocol::statement::{ClaimCode, DisclosureStatement, UsageStatement};
use tranche_protocol::tranche::TrancheId;
use tranche_verifier::VerifyingKey;
use tranche_verifier::file::{Statement, belongs_to, verify_file};

pub use describe::{describe_claims, describe_run, percent};
use describe::{describe_context, describe_minimum, describe_place, describe_quote};

/// The outcome of a verification.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "verdict", content = "reason", rename_all = "snake_case")]
pub enum Verdict {
    /// The proof shows what it says, and no condition that could be checked is broken.
    Valid,
    /// A disclosure without an accepted usage proof: it shows nothing yet.
    Incomplete(String),
    /// The proof is valid, but the run's terms want more.
    Unmet(String),
    /// The proof shows nothing.
    Invalid(String),
}

impl Verdict {
    /// One word and, where there is one, the reason.
    pub fn words(&self) -> String {
        match self {
            Self::Valid => "VALID".to_owned(),
            Self::Incomplete(reason) => format!("INCOMPLETE: {reason}"),
            Self::Unmet(reason) => format!("TERMS NOT MET: {reason}"),
            Self::Invalid(reason) => format!("INVALID: {reason}"),
        }
    }
}

/// How a condition of the run's terms stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConditionStatus {
    /// It is met.
    Met,
    /// It is broken.
    Broken,
    /// The files given do not tell.
    Open,
}

/// A condition of the run's terms.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Condition {
    /// What the terms want.
    pub wanted: String,
    /// Whether it is so.
    pub standing: ConditionStatus,
    /// What was found, or what would tell.
    pub found: String,
}

/// All that is said of a proof file.
#[derive(Clone, Debug, Serialize)]
pub struct Judgement {
    /// The outcome.
    #[serde(flatten)]
    pub verdict: Verdict,
    /// The circuit that the file names.
    pub circuit: String,
    /// Whether anybody could have forged the proof.
    pub srs_insecure: bool,
    /// Planned or consumed.
    pub order: LogOrder,
    /// The evidence behind the log, where it could be judged.
    pub evidence_level: Option<u8>,
    /// What the statement says.
    pub statement: Vec<String>,
    /// What the terms want.
    pub conditions: Vec<Condition>,
    /// What a valid proof of this shows.
    pub shows: Vec<String>,
    /// What it does not.
    pub does_not_show: Vec<String>,
}

/// What a proof file is judged with.
#[derive(Clone, Copy)]
pub struct JudgementInput<'a> {
    /// The file.
    pub file: &'a ProofFile,
    /// The key of its circuit.
    pub key: &'a VerifyingKey,
    /// For a disclosure: the usage proof that it stands on, with its key.
    pub usage: Option<(&'a ProofFile, &'a VerifyingKey)>,
    /// A registry to look roots up in.
    pub registry: Option<&'a Registry>,
}

/// Judges a proof file.
pub fn judge(input: &JudgementInput<'_>) -> Judgement {
    let file = input.file;
    let context = &file.context;
    let mut judgement = Judgement {
        verdict: Verdict::Valid,
        circuit: file.header.circuit.as_str().to_owned(),
        srs_insecure: file.header.srs_insecure,
        order: context.terms.order,
        evidence_level: None,
        statement: Vec::new(),
        conditions: Vec::new(),
        shows: Vec::new(),
        does_not_show: Vec::new(),
    };
    let statement = match verify_file(input.key, file) {
        Ok(statement) => statement,
        Err(error) => {
            judgement.verdict = Verdict::Invalid(error.to_string());
            return judgement;
        }
    };
    judgement.statement = describe_context(context);
    match statement {
        Statement::Usage(usage) => judge_usage(input, file, &usage, &mut judgement),
        Statement::Disclosure(disclosure) => judge_disclosure(input, &disclosure, &mut judgement),
    }
    let broken = judgement
        .conditions
        .iter()
        .find(|condition| condition.standing == ConditionStatus::Broken);
    if let (Verdict::Valid, Some(broken)) = (&judgement.verdict, broken) {
        judgement.verdict = Verdict::Unmet(format!("{}; {}", broken.wanted, broken.found));
    }
    judgement
}

fn judge_usage(
    input: &JudgementInput<'_>,
    file: &ProofFile,
    usage: &UsageStatement,
    judgement: &mut Judgement,
) {
    for line in [
        format!("run commitment {}", usage.run_commitment),
        format!("usage commitment {}", usage.usage_commitment),
        format!("registry root {}", usage.registry_root),
    ] {
        // A disclosure has said its usage commitment already.
        if !judgement.statement.contains(&line) {
            judgement.statement.push(line);
        }
    }
    judgement.shows.extend([
        "the usage commitment holds, per registered tranche, exactly the units and draws of the committed log, each draw counted once".to_owned(),
        "every tranche counted is in the registry under this root, with its committed weights, owner and rate; everything else of the log is in the unregistered bucket".to_owned(),
    ]);
    check_evidence(file, usage, judgement);
    check_root(input, usage, judgement);
    if file.context.terms.min_registered_ppm > 0
        && !judgement
            .conditions
            .iter()
            .any(|c| c.wanted.contains("registered data"))
    {
        judgement.conditions.push(Condition {
            wanted: describe_minimum(&file.context),
            standing: ConditionStatus::Open,
            found: "a disclosure of the registered share tells".to_owned(),
        });
    }
    let order = match usage.order {
        LogOrder::Planned => {
            "that training followed the log: it is a PLANNED order, what the trainer meant to read"
        }
        LogOrder::Consumed => {
            "that the log is honest: beyond the evidence level, the builder's word is all there is"
        }
    };
    judgement.does_not_show.extend([
        order.to_owned(),
        "anything about data that the log leaves out, or about registered content that was logged as unregistered".to_owned(),
        "that records are good, new or lawful, or that influence on the model is proportional to use".to_owned(),
    ]);
}

fn check_evidence(file: &ProofFile, usage: &UsageStatement, judgement: &mut Judgement) {
    let terms = &file.context.terms;
    let level = level_under(terms, &usage.run_commitment, file.evidence.as_ref());
    let wanted = format!("evidence of level {} at least", terms.min_evidence);
    if let (Ok(_) | Err(EvidenceError::TooLow { .. }), Some(evidence)) = (&level, &file.evidence) {
        judgement.statement.extend(describe_quote(evidence));
    }
    match level {
        Ok(level) => {
            judgement.evidence_level = Some(level as u8);
            judgement.statement.push(format!(
                "evidence level {level}: what stands behind the log"
            ));
            judgement.conditions.push(Condition {
                wanted,
                standing: ConditionStatus::Met,
                found: format!("level {level}"),
            });
        }
        Err(EvidenceError::TooLow { got, .. }) => {
            judgement.evidence_level = Some(got);
            let level = EvidenceLevel::from_number(got).unwrap_or(EvidenceLevel::SelfDeclared);
            judgement.statement.push(format!(
                "evidence level {level}: what stands behind the log"
            ));
            judgement.conditions.push(Condition {
                wanted,
                standing: ConditionStatus::Broken,
                found: format!("level {level}"),
            });
        }
        Err(error) => judgement.verdict = Verdict::Invalid(error.to_string()),
    }
}

/// The root must be one of the registry at or before the terms' cut-off.
fn check_root(input: &JudgementInput<'_>, usage: &UsageStatement, judgement: &mut Judgement) {
    let cutoff = input.file.context.terms.registry_cutoff;
    let wanted = format!("a registry root of at most {cutoff} registrations");
    let (standing, found) = match input.registry {
        None => (
            ConditionStatus::Open,
            "the registry tells: --registry FILE".to_owned(),
        ),
        Some(registry) => match registrations(registry, usage.registry_root, cutoff) {
            Some(count) => (ConditionStatus::Met, describe_root(registry, count, cutoff)),
            None => (
                ConditionStatus::Broken,
                "the registry given never had this root up to then".to_owned(),
            ),
        },
    };
    judgement.conditions.push(Condition {
        wanted,
        standing,
        found,
    });
}

/// How many registrations a registry had when its root was this, up to a cut-off.
fn registrations(registry: &Registry, root: RegistryRoot, cutoff: u32) -> Option<u32> {
    let mut tree = BinaryTree::empty(Shape::STANDARD.registry_depth);
    let mut count = None;
    for (entry, number) in registry.entries().iter().take(cutoff as usize).zip(1..) {
        if tree.append(entry.id.felt()).is_ok() && tree.root() == root.felt() {
            count = Some(number);
        }
    }
    count
}

/// An older root than the cut-off's leaves out what was registered in between.
fn describe_root(registry: &Registry, count: u32, cutoff: u32) -> String {
    let words = format!("the registry had this root after {count} registrations");
    match registry.entries().len().min(cutoff as usize) - count as usize {
        0 => words,
        later => {
            format!("{words}; {later} more up to the cut-off are unregistered data to this proof")
        }
    }
}

fn judge_disclosure(
    input: &JudgementInput<'_>,
    disclosure: &DisclosureStatement,
    judgement: &mut Judgement,
) {
    judgement
        .statement
        .push(format!("usage commitment {}", disclosure.usage_commitment));
    let cutoff = input.file.context.terms.registry_cutoff;
    let root = input
        .usage
        .and_then(|(file, _)| file.public_inputs.get(UsageStatement::REGISTRY_ROOT));
    let count = input.registry.zip(root).and_then(|(registry, root)| {
        registrations(registry, RegistryRoot::from_felt(*root), cutoff)
    });
    let name = |id: &TrancheId| Some(describe_place(input.registry?, count, id));
    let claims = describe_claims(disclosure, &name);
    judgement.statement.extend(claims.iter().cloned());
    let terms = &input.file.context.terms;
    let shown = disclosure
        .claims
        .iter()
        .filter(|claim| claim.code == ClaimCode::RegisteredShare);
    if terms.min_registered_ppm > 0 {
        let (lo, hi) = shown.fold((0, PPM), |(lo, hi), claim| {
            (lo.max(claim.lo), hi.min(claim.hi))
        });
        let standing = if lo >= terms.min_registered_ppm {
            ConditionStatus::Met
        } else if hi < terms.min_registered_ppm {
            ConditionStatus::Broken
        } else {
            ConditionStatus::Open
        };
        judgement.conditions.push(Condition {
            wanted: describe_minimum(&input.file.context),
            standing,
            found: format!("this proof shows {} to {}", percent(lo), percent(hi)),
        });
    }
    let Some((file, key)) = input.usage else {
        judgement.verdict = Verdict::Incomplete(
            "a disclosure shows nothing without an accepted usage proof of the same usage commitment; give it with --usage"
                .to_owned(),
        );
        return;
    };
    let usage = match verify_file(key, file) {
        Ok(Statement::Usage(usage)) => usage,
        Ok(Statement::Disclosure(_)) => {
            judgement.verdict =
                Verdict::Incomplete("the file given as usage proof is a disclosure".to_owned());
            return;
        }
        Err(error) => {
            judgement.verdict = Verdict::Incomplete(format!("the usage proof: {error}"));
            return;
        }
    };
    if let Err(error) = belongs_to(disclosure, &usage) {
        judgement.verdict = Verdict::Invalid(error.to_string());
        return;
    }
    judgement.srs_insecure |= file.header.srs_insecure;
    judgement.shows.extend(claims);
    judge_usage(&JudgementInput { file, ..*input }, file, &usage, judgement);
}
