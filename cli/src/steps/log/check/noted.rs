//! Errors as findings.

use super::super::doctor::finding::Findings;
use crate::error::{Error, Fault};
use crate::logfile::LogFault;

/// Notes an error as a finding.
pub(super) fn note_error(findings: &mut Findings, error: &Error) {
    match error {
        Error::Input(input) => findings.input(input, subject(&input.fault)),
        Error::Usage { what, remedy } => findings.note(None, what.clone(), remedy.clone()),
        other => findings.note(None, other.to_string(), String::new()),
    }
}

/// The name that a fault of a draw is about.
fn subject(fault: &Fault) -> Option<&str> {
    match fault {
        Fault::UnmappedTranche(name) | Fault::RecordPastEnd { tranche: name, .. } => Some(name),
        Fault::Log(LogFault::SourcePastEnd { source_name, .. }) => Some(source_name),
        _ => None,
    }
}
