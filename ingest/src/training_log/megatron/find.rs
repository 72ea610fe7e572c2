//! The files of an index cache by their names.

use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::input::{Files, Listed, PathKind};

/// The end of the name of every description.
pub(super) const DESCRIPTION: &str = "-description.txt";

/// The paths in a folder whose names end with `suffix`, in the order of their names.
pub(super) fn ending(
    files: &dyn Files,
    folder: &Path,
    suffix: &str,
) -> Result<Vec<PathBuf>, Error> {
    let listed = files
        .list(folder)
        .map_err(|error| Error::io("read", folder, error))?;
    let mut found = Vec::new();
    for Listed { name, .. } in listed {
        if name.to_str().is_some_and(|name| name.ends_with(suffix)) {
            found.push(folder.join(name));
        }
    }
    found.sort();
    Ok(found)
}

/// The only file in a folder whose name ends with `suffix`, or the file itself.
pub(super) fn only(
    files: &dyn Files,
    path: &Path,
    suffix: &str,
    what: &str,
) -> Result<PathBuf, Error> {
    let kind = files
        .kind(path)
        .map_err(|error| Error::io("read", path, error))?;
    if kind != PathKind::Folder {
        return Ok(path.to_owned());
    }
    let mut found = ending(files, path, suffix)?;
    match (found.pop(), found.len()) {
        (Some(only), 0) => Ok(only),
        (None, _) => Err(Error::usage(
            format!("{} holds no file that ends with {suffix}", path.display()),
            "give the folder of the trainer's index cache",
        )),
        (Some(_), others) => Err(Error::usage(
            format!("{} holds {} {what}", path.display(), others + 1),
            format!("give the path of one file that ends with {suffix}"),
        )),
    }
}

/// The file of another suffix that belongs to one of `suffix`.
pub(super) fn beside(path: &Path, suffix: &str, other: &str) -> Result<PathBuf, Error> {
    let stem = path
        .file_name()
        .and_then(|name| name.to_str()?.strip_suffix(suffix));
    match stem {
        Some(stem) => Ok(path.with_file_name(format!("{stem}{other}"))),
        None => Err(Error::usage(
            format!("{} is not such an index", path.display()),
            format!("give the file that ends with {suffix}"),
        )),
    }
}
