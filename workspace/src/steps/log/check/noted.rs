//! Errors as findings.

use tranche_ingest::doctor::finding::Findings;
use tranche_ingest::training_log::LogFault;

use crate::artefact::ArtefactFault;
use crate::error::{Error, Fault};

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
    match (fault.get::<ArtefactFault>(), fault.get::<LogFault>()) {
        (
            Some(
                ArtefactFault::UnmappedTranche(name)
                | ArtefactFault::RecordPastEnd { tranche: name, .. },
            ),
            _,
        ) => Some(name),
        (_, Some(LogFault::SourcePastEnd { source_name, .. })) => Some(source_name),
        _ => None,
    }
}
