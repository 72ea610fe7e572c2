//! The sources of a run: its data sets.

use std::path::Path;

use serde_json::Value;

use super::description;
use crate::error::{Error, FormatFault};
use crate::training_log::fault::LogFault;
use crate::training_log::label::{Label, Labels, SourceId};

/// What a record of a data set is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RecordIs {
    /// A sample: data sets of one path number the same samples only if they are described alike.
    Sample,
    /// A document of the path, whatever the data set.
    Document,
}

/// Interns the data sets' paths. Data sets of one path are one source, if they number the same records.
pub(super) fn intern<'a>(
    datasets: impl Iterator<Item = &'a Value>,
    record: RecordIs,
    path: &Path,
    labels: &mut Labels,
) -> Result<Vec<SourceId>, Error> {
    let mut known: Vec<(SourceId, &Value)> = Vec::new();
    for dataset in datasets {
        let Some(name) = description::name(dataset) else {
            let fault = FormatFault::MissingField("dataset_path".to_owned());
            return Err(Error::file(path, fault));
        };
        let source = labels
            .intern(Label::parse(name))
            .map_err(|fault| Error::file(path, fault))?;
        let other = known
            .iter()
            .any(|(before, value)| *before == source && *value != dataset);
        if other && record == RecordIs::Sample {
            let fault = LogFault::TwoNumberings(name.to_owned());
            return Err(Error::file(path, fault));
        }
        known.push((source, dataset));
    }
    Ok(known.into_iter().map(|(source, _)| source).collect())
}
