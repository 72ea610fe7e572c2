//! Audits by sampled replay (encodings, section 10).
//!
//! A public value that nobody knew when the run was committed to picks draws of the log. Each pick stands for its *stretch*: the draws between
//! the two checkpoints around it. The builder opens all that shows which records those were, the auditor trains over them again, and
//! the weights must come out as the next checkpoint's.
//!
//! | module | what it holds |
//! |---|---|
//! | [`Challenge`] | from the run commitment and the public value to the picks |
//! | [`AuditOpening`] | what the builder hands over |
//! | [`OpenedTranche`] | the fields behind a tranche id |
//! | [`check()`] | the opening against the challenge: the stretches with their records, or what is wrong |

mod challenge;
mod check;
mod error;
mod limits;
mod opening;
#[cfg(test)]
mod tests;
mod tranche;

pub use challenge::{Beacon, Challenge, ChallengeDigest};
pub use check::{CheckedDraw, Stretch, check};
pub use error::{AuditError, Stage};
pub use opening::{AuditOpening, StepCount, StretchSteps};
pub use tranche::{LastField, OpenedTranche};
