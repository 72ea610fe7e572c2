//! Numbers of the clauses that specification, circuits, native checks and tests share.

use alloc::string::String;
use core::fmt;

/// A clause of the usage relation (S) or of the disclosure relation (D), as `docs/specification.md` numbers and defines them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Clause {
    /// Draws are counted.
    S1,
    /// Every counted chunk is its owner's.
    S2,
    /// Slots are registered tranches.
    S3,
    /// Units and draws are the sums.
    S4,
    /// The log holds exactly the counted draws.
    S5,
    /// The run commitment opens.
    S6,
    /// The usage commitment opens.
    S7,
    /// The proof is bound to its context.
    S8,
    /// Exact share.
    D1,
    /// Band.
    D2,
    /// Exclusion.
    D3,
    /// Pay by shares.
    D4,
    /// Metered pay.
    D5,
    /// Basis.
    D6,
    /// Registered share.
    D7,
}

impl Clause {
    /// All clauses, in the order of the specification.
    pub const ALL: [Self; 15] = [
        Self::S1,
        Self::S2,
        Self::S3,
        Self::S4,
        Self::S5,
        Self::S6,
        Self::S7,
        Self::S8,
        Self::D1,
        Self::D2,
        Self::D3,
        Self::D4,
        Self::D5,
        Self::D6,
        Self::D7,
    ];
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
