//! JSON files, written whole or not at all.

use std::io::{self, Write};
use std::path::Path;

use serde::Serialize;
use tranche_fs::atomic::{self, Existing};
use tranche_fs::temporary::Visibility;
use zeroize::Zeroizing;

use crate::error::Error;

/// Writes a JSON file, whole or not at all.
///
/// # Errors
/// As [`atomic::write`]; [`Error::Internal`] if the value has no JSON form.
pub fn write_json(
    path: &Path,
    value: &impl Serialize,
    visibility: Visibility,
    existing: Existing,
) -> Result<(), Error> {
    let failed = |error: serde_json::Error| Error::Internal(error.to_string());
    let mut length = Length(1);
    serde_json::to_writer_pretty(&mut length, value).map_err(failed)?;
    let mut text = Zeroizing::new(Vec::with_capacity(length.0));
    serde_json::to_writer_pretty(&mut *text, value).map_err(failed)?;
    text.push(b'\n');
    Ok(atomic::write(path, &text, visibility, existing)?)
}

/// Counts what is written to it, so that the text itself is written to one piece of memory, which can be wiped.
struct Length(usize);

impl Write for Length {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
