//! The sources of a run: its data sets.

use std::path::Path;

use crate::error::Error;
use crate::training_log::fault::LogFault;
use crate::training_log::label::{Label, Labels, SourceId};

/// Interns the names; two data sets of one name would be one source and are refused.
pub(super) fn intern<'a>(
    names: impl Iterator<Item = &'a str>,
    path: &Path,
    labels: &mut Labels,
) -> Result<Vec<SourceId>, Error> {
    let fault = |fault: LogFault| Error::file(path, fault);
    let mut sources = Vec::new();
    for name in names {
        let before = labels.as_slice().len();
        let source = labels.intern(Label::parse(name)).map_err(fault)?;
        if labels.as_slice().len() == before {
            return Err(fault(LogFault::DuplicateSource(name.to_owned())));
        }
        sources.push(source);
    }
    Ok(sources)
}
