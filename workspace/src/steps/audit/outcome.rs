//! What an audit came to, as its verdict and its report say it.

use serde::{Deserialize, Serialize};
use tranche_verdict::{Condition, ConditionStatus};

/// What an audit came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Every row is met.
    Passed,
    /// All but the replay is met.
    ToReplay,
    /// Something is not known.
    Incomplete,
    /// A row is broken.
    Failed,
}

impl Outcome {
    /// What rows come to; the last `replay` of them are the replay's.
    pub(super) fn of(rows: &[Condition], replay: usize) -> Self {
        let any = |rows: &[Condition], standing| rows.iter().any(|row| row.standing == standing);
        let (before, after) = rows.split_at(rows.len() - replay);
        if any(rows, ConditionStatus::Broken) {
            Self::Failed
        } else if any(before, ConditionStatus::Open) {
            Self::Incomplete
        } else if any(after, ConditionStatus::Open) {
            Self::ToReplay
        } else {
            Self::Passed
        }
    }

    /// In words.
    pub fn describe(self) -> &'static str {
        match self {
            Self::Passed => "PASSED",
            Self::ToReplay => "TO REPLAY: all else holds",
            Self::Incomplete => "INCOMPLETE: something is not known",
            Self::Failed => "FAILED",
        }
    }

    /// The number in the digest of a report.
    pub(super) fn number(self) -> u8 {
        match self {
            Self::Passed => 0,
            Self::ToReplay => 1,
            Self::Incomplete => 2,
            Self::Failed => 3,
        }
    }
}
