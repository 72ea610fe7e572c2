//! How a row of a verdict or of a report stands.

use crate::verdict::Standing;

/// A standing in a word.
pub(super) fn describe_standing(standing: Standing) -> &'static str {
    match standing {
        Standing::Met => "met",
        Standing::Broken => "BROKEN",
        Standing::Open => "open",
    }
}
