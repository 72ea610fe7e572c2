//! Numbers of the clauses that specification, circuits, native checks and tests share.

use alloc::string::String;
use core::fmt;

/// A clause of the usage relation (S) or of the disclosure relation (D).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(
    missing_docs,
    reason = "the specification's clause list defines each number"
)]
pub enum Clause {
    S1,
    S2,
    S3,
    S4,
    S5,
    S6,
    S7,
    S8,
    D1,
    D2,
    D3,
    D4,
    D5,
    D6,
    D7,
}

impl fmt::Display for Clause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

/// A clause that a witness or a usage vector breaks, and how.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{clause}: {reason}")]
pub struct ClauseViolation {
    /// The clause.
    pub clause: Clause,
    /// What breaks it.
    pub reason: String,
}

/// Fails with a clause and a formatted reason unless a condition holds.
macro_rules! ensure {
    ($condition:expr, $clause:ident, $($reason:tt)+) => {
        if !$condition {
            return Err($crate::clause::ClauseViolation {
                clause: $crate::clause::Clause::$clause,
                reason: alloc::format!($($reason)+),
            });
        }
    };
}
pub(crate) use ensure;
