//! One question to a verifier, and the answer expected.

use serde::{Deserialize, Serialize};

use crate::word::Word;

/// A verifier's answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// The proof holds.
    Accepted,
    /// It does not, whatever the reason.
    Refused,
}

/// Why a proof is refused, in the order in which the reasons are looked for.
///
/// The names are those of `tranche_verifier::VerifyError` and, for the first two, of the WASM verifier's verdict codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Class {
    /// The statement's digest is not below r.
    StatementDigest,
    /// A public input is not below r.
    PublicInputs,
    /// Another number of public inputs than the key's.
    Instances,
    /// Another length than the key's.
    ProofLength,
    /// The first element that is not canonical is a point.
    Point,
    /// The first element that is not canonical is a scalar.
    Scalar,
    /// Well-formed and wrong.
    Rejected,
}

/// A bare proof with what it is to be verified against.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProofCase {
    /// Unique and the same in every corpus.
    pub name: String,
    /// What was done to a valid proof.
    pub family: String,
    /// The circuit whose key judges.
    pub key: String,
    /// The statement's digest that a verifier is told, if it is told one.
    pub digest: Word,
    /// Whether that is the digest of these inputs, each mod r, under this key. A verifier that computes the digest itself
    /// is asked about another statement if not, so whoever calls it must refuse.
    pub digest_derived: bool,
    /// The public inputs, as they are given: not all below r.
    pub inputs: Vec<Word>,
    /// The proof.
    pub proof: Vec<u8>,
    /// The verdict.
    pub verdict: Verdict,
    /// Why it is refused, where the bytes alone tell.
    pub class: Option<Class>,
}

/// What is said of a proof file as a whole: the words of `tranche verify` and of the WASM verifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Said {
    /// It shows what it says.
    Valid,
    /// A disclosure without an accepted usage proof.
    Incomplete,
    /// The run's terms want more.
    Unmet,
    /// It shows nothing.
    Invalid,
}

/// Where a file is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stage {
    /// Its bytes are no proof file.
    Decoding,
    /// Header, statement or proof do not hold under the key.
    Verification,
    /// The proof holds; the evidence, or the usage proof beside it, does not.
    Judgement,
}

/// The usage proof that a disclosure is said to stand on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Beside {
    /// The circuit whose key judges it.
    pub key: String,
    /// The file.
    pub file: Vec<u8>,
}

/// A proof file with what it is to be judged with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileCase {
    /// Unique and the same in every corpus.
    pub name: String,
    /// What was done to a valid file.
    pub family: String,
    /// The circuit whose key judges.
    pub key: String,
    /// The file.
    pub file: Vec<u8>,
    /// For a disclosure: the usage proof.
    pub beside: Option<Beside>,
    /// What the judgement is.
    pub said: Said,
    /// Where the file is refused; `None` when nothing is wrong with it but what it lacks.
    pub stage: Option<Stage>,
}

impl FileCase {
    /// The verdict of decoding and `verify_file` alone, which look neither at evidence nor beside the file.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        match self.stage {
            Some(Stage::Decoding | Stage::Verification) => Verdict::Refused,
            Some(Stage::Judgement) | None => Verdict::Accepted,
        }
    }
}
