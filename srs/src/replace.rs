//! Replacement of a file, whole or not at all.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use crate::temporary::{TemporaryFile, Visibility};

/// Writes a file under a temporary name beside `path`, flushes it to disk and renames it to `path`: a reader sees the
/// old content or the new, whole. Any number of processes may do so at once; the last rename stays.
///
/// # Errors
/// The first I/O error; `path` is then untouched and the temporary file is removed.
pub fn replace(
    path: &Path,
    visibility: Visibility,
    write: impl FnOnce(&mut BufWriter<&File>) -> io::Result<()>,
) -> io::Result<()> {
    let temporary = TemporaryFile::create(path, visibility)?;
    let mut writer = BufWriter::with_capacity(1 << 20, temporary.as_file());
    write(&mut writer)?;
    writer.flush()?;
    drop(writer);
    temporary.replace(path)
}
