//! What a verifier said of a bare proof.

use std::fmt;

use tranche_conformance::{Class, ProofCase, Verdict};

/// Why a verifier refused, as far as it says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// It says no more than that.
    Untold,
    /// An element is not canonical, point or scalar.
    Encoding,
    /// The class.
    Class(Class),
}

/// A verdict with its reason, or no verdict at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Accepted.
    Accepted,
    /// Refused.
    Refused(Reason),
    /// A trap, a panic, a revert: never right.
    None(String),
}

impl Answer {
    pub fn verdict(&self) -> Option<Verdict> {
        match self {
            Self::Accepted => Some(Verdict::Accepted),
            Self::Refused(_) => Some(Verdict::Refused),
            Self::None(_) => None,
        }
    }

    /// What is wrong with the answer, if anything.
    pub fn fault(&self, case: &ProofCase) -> Option<String> {
        let same_class = match (self, case.class) {
            (Self::Refused(Reason::Class(got)), Some(expected)) => *got == expected,
            (Self::Refused(Reason::Encoding), Some(expected)) => {
                matches!(expected, Class::Point | Class::Scalar)
            }
            _ => true,
        };
        let right = self.verdict() == Some(case.verdict) && same_class;
        (!right).then(|| self.to_string())
    }

    /// Whether two verifiers that both give reasons give one.
    pub fn agrees(&self, other: &Self) -> bool {
        use Reason::{Class as Is, Encoding, Untold};
        match (self, other) {
            (Self::Refused(Untold), Self::Refused(_))
            | (Self::Refused(_), Self::Refused(Untold))
            | (Self::Refused(Encoding), Self::Refused(Is(Class::Point | Class::Scalar)))
            | (Self::Refused(Is(Class::Point | Class::Scalar)), Self::Refused(Encoding)) => true,
            _ => self == other,
        }
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Accepted => write!(f, "accepted"),
            Self::Refused(Reason::Untold) => write!(f, "refused"),
            Self::Refused(Reason::Encoding) => write!(f, "refused (Encoding)"),
            Self::Refused(Reason::Class(class)) => write!(f, "refused ({class:?})"),
            Self::None(why) => write!(f, "NO VERDICT ({why})"),
        }
    }
}

/// The answer of a verdict code: `Accepted`, or a class.
pub fn of_code(code: &str) -> Answer {
    let class = match code {
        "Accepted" => return Answer::Accepted,
        "StatementDigest" => Class::StatementDigest,
        "PublicInputs" => Class::PublicInputs,
        "Instances" => Class::Instances,
        "ProofLength" => Class::ProofLength,
        "Point" => Class::Point,
        "Scalar" => Class::Scalar,
        "Rejected" => Class::Rejected,
        other => return Answer::None(other.to_owned()),
    };
    Answer::Refused(Reason::Class(class))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn case(verdict: Verdict, class: Option<Class>) -> ProofCase {
        ProofCase {
            name: "case".to_owned(),
            family: "family".to_owned(),
            key: "key".to_owned(),
            digest: [0; 32],
            digest_derived: true,
            inputs: Vec::new(),
            proof: Vec::new(),
            verdict,
            class,
        }
    }

    #[test]
    fn only_the_expected_answer_is_without_fault() {
        let refused = |class| Answer::Refused(Reason::Class(class));
        let broken = case(Verdict::Refused, Some(Class::Scalar));
        assert_eq!(refused(Class::Scalar).fault(&broken), None);
        assert_eq!(Answer::Refused(Reason::Encoding).fault(&broken), None);
        assert_eq!(Answer::Refused(Reason::Untold).fault(&broken), None);
        assert!(refused(Class::Point).fault(&broken).is_some());
        assert!(Answer::Accepted.fault(&broken).is_some());
        assert!(of_code("Degenerate").fault(&broken).is_some());
        let rejected = case(Verdict::Refused, Some(Class::Rejected));
        assert!(Answer::Refused(Reason::Encoding).fault(&rejected).is_some());
        let valid = case(Verdict::Accepted, None);
        assert_eq!(of_code("Accepted").fault(&valid), None);
        assert!(of_code("Rejected").fault(&valid).is_some());
        assert!(Answer::None("revert".to_owned()).fault(&valid).is_some());
    }

    #[test]
    fn answers_agree_as_far_as_they_tell() {
        let refused = |class| Answer::Refused(Reason::Class(class));
        let untold = Answer::Refused(Reason::Untold);
        let encoding = Answer::Refused(Reason::Encoding);
        assert!(untold.agrees(&refused(Class::Rejected)));
        assert!(encoding.agrees(&refused(Class::Point)));
        assert!(!encoding.agrees(&refused(Class::Rejected)));
        assert!(!refused(Class::Point).agrees(&refused(Class::Scalar)));
        assert!(!untold.agrees(&Answer::Accepted));
        assert!(!Answer::None("trap".to_owned()).agrees(&untold));
    }
}
