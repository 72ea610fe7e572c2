//! The files of an index cache by their names.

use std::path::{Path, PathBuf};

use super::description::Description;
use super::split::Split;
use crate::error::Error;
use crate::input::{Files, Listed, PathKind};

/// The end of the name of every description.
pub(super) const DESCRIPTION: &str = "-description.txt";

/// Candidates that a message names.
const NAMED: usize = 6;

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

/// The only file of a split in a folder whose name ends with `suffix`, or the file itself.
pub(super) fn only(
    files: &dyn Files,
    path: &Path,
    suffix: &str,
    split: Option<Split>,
) -> Result<PathBuf, Error> {
    let kind = files
        .kind(path)
        .map_err(|error| Error::io("read", path, error))?;
    if kind != PathKind::Folder {
        let own = of(files, path, suffix)?;
        return match split {
            Some(wanted) if own != Some(wanted) => Err(other(path, own, wanted)),
            _ => said(path, own, split),
        };
    }
    let mut found = Vec::new();
    for path in ending(files, path, suffix)? {
        let own = of(files, &path, suffix)?;
        found.push((path, own));
    }
    let fits = |own: &Option<Split>| split.is_none_or(|wanted| *own == Some(wanted));
    let fitting: Vec<&(PathBuf, Option<Split>)> =
        found.iter().filter(|(_, own)| fits(own)).collect();
    match (fitting.as_slice(), found.as_slice(), split) {
        ([(only, own)], ..) => said(only, *own, split),
        ([], [], _) => Err(Error::usage(
            format!("{} holds no file that ends with {suffix}", path.display()),
            "give the folder of the trainer's index cache",
        )),
        ([], [(lone, own)], Some(wanted)) => Err(other(lone, *own, wanted)),
        ([], _, Some(wanted)) => Err(Error::usage(
            format!(
                "{} holds none of the split {wanted}: {}",
                path.display(),
                names(found.iter())
            ),
            "say the split of one of them, or give the path of its file",
        )),
        _ => {
            let mut splits: Vec<Option<Split>> = fitting.iter().map(|(_, own)| *own).collect();
            splits.dedup();
            let apart = splits.len() == fitting.len() && splits.iter().all(Option::is_some);
            Err(Error::usage(
                format!("{} holds {}", path.display(), names(fitting.into_iter())),
                if apart {
                    "say which with --split: train is what the model was trained on"
                } else {
                    "give the path of the run's own, one of these files"
                },
            ))
        }
    }
}

fn of(files: &dyn Files, path: &Path, suffix: &str) -> Result<Option<Split>, Error> {
    let description = beside(path, suffix, DESCRIPTION)?;
    // One that is not there is told when it is needed.
    if !files.exists(&description) {
        return Ok(Split::of_name(path));
    }
    Ok(Description::read(files, &description)?.split())
}

/// A file of a split that no model is trained on is taken where this was said alone.
fn said(path: &Path, own: Option<Split>, wanted: Option<Split>) -> Result<PathBuf, Error> {
    match own.filter(|own| wanted.is_none() && *own != Split::Train) {
        None => Ok(path.to_owned()),
        Some(own) => Err(Error::usage(
            format!(
                "{} is of the split {own}, which no model is trained on",
                path.display()
            ),
            format!(
                "give the folder that has the split train, or say --split {own} if it is meant"
            ),
        )),
    }
}

fn other(path: &Path, own: Option<Split>, wanted: Split) -> Error {
    let own = own.map_or_else(
        || "an unknown split".to_owned(),
        |own| format!("the split {own}"),
    );
    Error::usage(
        format!("{} is of {own}, not {wanted}", path.display()),
        "leave --split out, or give the folder that has it",
    )
}

/// Candidates in words.
fn names<'a>(found: impl ExactSizeIterator<Item = &'a (PathBuf, Option<Split>)>) -> String {
    let more = found.len().saturating_sub(NAMED);
    let named: Vec<String> = found
        .take(NAMED)
        .map(|(path, split)| {
            let name = path.file_name().map(Path::new).unwrap_or(path).display();
            match split {
                Some(split) => format!("{name} ({split})"),
                None => name.to_string(),
            }
        })
        .collect();
    let named = named.join(", ");
    match more {
        0 => named,
        more => format!("{named} and {more} more"),
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
