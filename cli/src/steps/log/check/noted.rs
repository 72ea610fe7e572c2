//! Errors as findings.

use super::super::doctor::finding::Findings;
use crate::error::{AnyFault, Error, Fault};
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
fn subject(fault: &AnyFault) -> Option<&str> {
    match (fault.get::<Fault>(), fault.get::<LogFault>()) {
        (Some(Fault::UnmappedTranche(name) | Fault::RecordPastEnd { tranche: name, .. }), _) => {
            Some(name)
        }
        (_, Some(LogFault::SourcePastEnd { source_name, .. })) => Some(source_name),
        _ => None,
    }
}
