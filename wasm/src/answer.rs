//! What `verify` says of a proof file.

use serde::Serialize;
use tranche_protocol::proof_file::ProofFile;
use tranche_protocol::registry::Registry;
use tranche_protocol::statement::ProofKind;
use tranche_verifier::VerifyingKey;

use crate::statement::{Stated, Statement};
use crate::verdict::{JudgementInput, Verdict, judge};

/// What is said of a disclosure that comes alone.
const NEEDS_USAGE: &str = "needs its usage proof: a disclosure shows nothing without an accepted usage proof of the same usage commitment";
const NOT_PINNED: &str = "the verifying key is not one of those pinned";

/// A proof file with the key of its circuit.
#[derive(Clone, Copy)]
pub struct Subject<'a> {
    /// The file's bytes.
    pub file: &'a [u8],
    /// The key.
    pub key: &'a VerifyingKey,
    /// Digests, of which the key's must be one; none for a key that its giver vouches for.
    pub pins: &'a [[u8; 32]],
}

impl Subject<'_> {
    fn open(&self) -> Result<ProofFile, String> {
        if !self.pins.is_empty() && !self.pins.contains(self.key.digest().as_bytes()) {
            return Err(NOT_PINNED.to_owned());
        }
        ProofFile::parse(self.file).map_err(|error| format!("the proof file: {error}"))
    }
}

/// What is to be verified.
#[derive(Clone, Copy)]
pub struct Request<'a> {
    /// The proof.
    pub proof: Subject<'a>,
    /// For a disclosure: the usage proof that it stands on.
    pub usage: Option<Subject<'a>>,
    /// A registry to look roots up in.
    pub registry: Option<&'a Registry>,
}

/// The answer.
#[derive(Serialize)]
pub struct Answer {
    valid: bool,
    verdict: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    key_pinned: bool,
    statement: Option<Statement>,
}

impl Answer {
    /// What was given cannot be judged, or shows nothing.
    pub fn refused(error: &str) -> Self {
        Self {
            valid: false,
            verdict: "invalid",
            error: Some(error.to_owned()),
            key_pinned: false,
            statement: None,
        }
    }
}

/// Verifies a proof file. Only an answer that is `valid` shows anything; a statement stands in it when the proof itself holds.
pub fn verify(request: &Request<'_>) -> Answer {
    let file = match request.proof.open() {
        Ok(file) => file,
        Err(error) => return Answer::refused(&error),
    };
    let usage = match request.usage.map(|usage| (usage.open(), usage.key)) {
        Some((Err(error), _)) => Err(error),
        Some((Ok(file), key)) => Ok(Some((file, key))),
        None => Ok(None),
    };
    let beside = usage.as_ref().ok().and_then(Option::as_ref);
    let judgement = judge(&JudgementInput {
        file: &file,
        key: request.proof.key,
        usage: beside.map(|(file, key)| (file, *key)),
        registry: request.registry,
    });
    let (verdict, error) = match &judgement.verdict {
        Verdict::Valid => ("valid", None),
        Verdict::Incomplete(reason) => match (&usage, beside) {
            (Err(error), _) => ("incomplete", Some(format!("the usage proof: {error}"))),
            (_, None) => ("incomplete", Some(NEEDS_USAGE.to_owned())),
            (_, Some(_)) => ("incomplete", Some(reason.clone())),
        },
        Verdict::Unmet(reason) => ("unmet", Some(reason.clone())),
        Verdict::Invalid(reason) => ("invalid", Some(reason.clone())),
    };
    // A usage proof given beside another one is not looked at.
    let disclosure = file.header.kind == ProofKind::Disclosure;
    let pinned = |subject: &Subject<'_>| !subject.pins.is_empty();
    let stands_on = beside
        .map(|(file, _)| file)
        .filter(|_| disclosure && matches!(verdict, "valid" | "unmet"));
    Answer {
        valid: verdict == "valid",
        verdict,
        error,
        key_pinned: pinned(&request.proof)
            && (!disclosure || request.usage.as_ref().is_none_or(pinned)),
        statement: match verdict {
            "invalid" => None,
            _ => Statement::judged(&file, stands_on, judgement).ok(),
        },
    }
}

/// The statement of a proof file, nothing verified but that the file is whole.
///
/// # Errors
/// What is wrong with the file.
pub fn inspect(bytes: &[u8]) -> Result<Stated, String> {
    let file = ProofFile::parse(bytes).map_err(|error| format!("the proof file: {error}"))?;
    Stated::read(&file).map_err(|error| format!("the proof file: {error}"))
}
