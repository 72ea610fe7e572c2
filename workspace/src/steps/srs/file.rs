//! Where strings and ceremonies are written.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use tranche_fs::AtomicFile;
use tranche_fs::atomic::check_place;
use tranche_fs::temporary::Visibility;

use crate::error::Error;

/// A file with its content, not yet at its place.
pub(super) fn written(
    out: &Path,
    write: impl FnOnce(&mut io::BufWriter<&mut AtomicFile>) -> io::Result<()>,
) -> Result<AtomicFile, Error> {
    let mut file = AtomicFile::create(out, Visibility::Public)?;
    let mut buffered = io::BufWriter::with_capacity(1 << 20, &mut file);
    write(&mut buffered)
        .and_then(|()| buffered.flush())
        .map_err(|error| Error::io("write", out, error))?;
    drop(buffered);
    Ok(file)
}

/// Before the work, which may take long: the folder is there, and nothing would be written over.
pub(super) fn check_new(out: &Path) -> Result<(), Error> {
    check_place(out)?;
    if out.exists() {
        return Err(Error::usage(
            format!("{} exists already", out.display()),
            "choose another path or move it away",
        ));
    }
    Ok(())
}

/// Before the work, which may take long: the folder is there, and the file that is read would not be overwritten.
pub(super) fn check_output(file: &Path, out: &Path) -> Result<(), Error> {
    check_place(out)?;
    match (fs::canonicalize(file), fs::canonicalize(out)) {
        (Ok(from), Ok(to)) if from == to => Err(Error::usage(
            "--out is the file that is read",
            "name another file",
        )),
        _ => Ok(()),
    }
}
