//! Atomic replacement of a file.

use std::io::{self, BufWriter, Write};
use std::path::Path;

use tempfile::NamedTempFile;

/// Writes a file under a temporary name beside `path`, flushes it to disk and renames it to `path`: a reader sees the
/// old content or the new, whole. Any number of processes may do so at once; the last rename stays.
///
/// # Errors
/// The first I/O error; `path` is then untouched and the temporary file is removed.
pub(crate) fn replace(
    path: &Path,
    write: impl FnOnce(&mut BufWriter<&std::fs::File>) -> io::Result<()>,
) -> io::Result<()> {
    let parent = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let temporary = NamedTempFile::new_in(parent)?;
    let mut writer = BufWriter::with_capacity(1 << 20, temporary.as_file());
    write(&mut writer)?;
    writer.flush()?;
    drop(writer);
    temporary.as_file().sync_all()?;
    temporary.persist(path)?;
    if let Ok(directory) = std::fs::File::open(parent) {
        // The rename itself reaches the disk with the directory; not every platform can flush one.
        let _ = directory.sync_all();
    }
    Ok(())
}
