//! The raw data of a sweep: a CSV file with a row for each measured point.

use std::path::Path;

use tranche_cost::measurement::Measurement;
use tranche_fs::Existing;
use tranche_fs::atomic;
use tranche_fs::temporary::Visibility;
use tranche_ingest::FormatFault;
use tranche_ingest::rows::{Dialect, Rows};

use crate::error::Error;

/// Most rows that a report is made of.
const MOST: u64 = 10_000;
/// Longest text of a field.
const TEXT: usize = 400;

/// Reads the rows of a file.
///
/// # Errors
/// [`Error::Io`]; [`Error::Input`] naming the row that is cut off, malformed, or holds a number that no measurement has.
pub(super) fn read(path: &Path) -> Result<Vec<Measurement>, Error> {
    let mut rows = Rows::open(path, Dialect::default())?;
    let mut measured = Vec::new();
    while let Some(row) = rows.advance()? {
        if row > MOST {
            let fault = FormatFault::Count {
                what: "rows",
                expected: MOST,
                got: row,
            };
            return Err(Error::row(path, row, fault));
        }
        let measurement: Measurement = rows.decode()?;
        if let Some((field, got)) = measurement.impossible() {
            let fault = FormatFault::BadCsv(format!("{field} cannot be {got}"));
            return Err(Error::row(path, row, fault));
        }
        if rows.fields().any(|field| field.len() > TEXT) {
            return Err(Error::row(path, row, FormatFault::Malformed("a field")));
        }
        measured.push(measurement);
    }
    if measured.is_empty() {
        return Err(Error::file(path, FormatFault::Empty("measured points")));
    }
    Ok(measured)
}

/// Writes the rows over what is there, whole or not at all.
///
/// # Errors
/// [`Error::Io`].
pub(super) fn write(path: &Path, measured: &[Measurement]) -> Result<(), Error> {
    let defect = |error: csv::Error| Error::Internal(error.to_string());
    let mut writer = csv::Writer::from_writer(Vec::new());
    for measurement in measured {
        writer.serialize(measurement).map_err(defect)?;
    }
    let bytes = writer
        .into_inner()
        .map_err(|error| Error::Internal(error.to_string()))?;
    Ok(atomic::write(
        path,
        &bytes,
        Visibility::Public,
        Existing::Replace,
    )?)
}
