//! Errors as findings.

use super::super::doctor::finding::Findings;
use crate::error::Error;

/// Notes an error as a finding.
pub(super) fn note_error(findings: &mut Findings, error: &Error) {
    match error {
        Error::Input(input) => findings.input(input),
        Error::Usage { what, remedy } => findings.note(None, what.clone(), remedy.clone()),
        other => findings.note(None, other.to_string(), String::new()),
    }
}
