//! How a row of a verdict or of a report stands.

use tranche_verdict::ConditionStatus;

/// A standing in a word.
pub(super) fn describe_standing(standing: ConditionStatus) -> &'static str {
    match standing {
        ConditionStatus::Met => "met",
        ConditionStatus::Broken => "BROKEN",
        ConditionStatus::Open => "open",
    }
}
