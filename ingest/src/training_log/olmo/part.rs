//! Which files there are, and of which ranks.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::error::{Error, FormatFault};
use crate::input::{Files, PathKind};
use crate::training_log::fault::LogFault;

/// The folder that the trainer makes in its save folder.
const FOLDER: &str = "data-indices";

/// The files of one start of the loop, or of more that went on in the same files.
#[derive(Clone, Debug)]
pub(super) struct Part {
    /// The folder, or the first of the files given.
    pub(super) path: PathBuf,
    /// By rank; ranks may be missing.
    pub(super) files: BTreeMap<u32, PathBuf>,
}

/// Finds the files at the paths given, in their order. A folder is a part; files that follow each other are one until a rank comes again.
pub(super) fn find(files: &dyn Files, paths: &[PathBuf]) -> Result<Vec<Part>, Error> {
    let mut parts: Vec<Part> = Vec::new();
    let mut open = false;
    for path in paths {
        let kind = files
            .kind(path)
            .map_err(|error| Error::io("read", path, error))?;
        if kind == PathKind::Folder {
            parts.push(folder(files, path)?);
            open = false;
            continue;
        }
        let rank = rank(path).ok_or_else(|| Error::file(path, LogFault::RankName))?;
        let last = parts.last_mut().filter(|_| open);
        match last.filter(|part| !part.files.contains_key(&rank)) {
            Some(part) => {
                part.files.insert(rank, path.clone());
            }
            None => parts.push(Part {
                path: path.clone(),
                files: BTreeMap::from([(rank, path.clone())]),
            }),
        }
        open = true;
    }
    Ok(parts)
}

/// The folder itself, or the trainer's folder in it.
fn inner(files: &dyn Files, path: &Path) -> PathBuf {
    let inner = path.join(FOLDER);
    if files.is_folder(&inner) {
        inner
    } else {
        path.to_owned()
    }
}

fn folder(files: &dyn Files, path: &Path) -> Result<Part, Error> {
    let path = inner(files, path);
    let path = path.as_path();
    let listed = files
        .list(path)
        .map_err(|error| Error::io("read", path, error))?;
    let mut found = BTreeMap::new();
    for entry in listed {
        let file = path.join(entry.name);
        let Some(rank) = rank(&file) else { continue };
        if found.insert(rank, file).is_some() {
            return Err(Error::file(path, LogFault::TwoFiles { rank }));
        }
    }
    if found.is_empty() {
        return Err(Error::file(
            path,
            FormatFault::Empty("files named rank<R>.tsv.gz"),
        ));
    }
    Ok(Part {
        path: path.to_owned(),
        files: found,
    })
}

/// Whether a path is one of a rank's files, or a folder that holds some.
pub(super) fn is_one(files: &dyn Files, path: &Path) -> bool {
    if files.is_folder(path) {
        let listed = files.list(&inner(files, path)).unwrap_or_default();
        listed
            .iter()
            .any(|entry| rank(Path::new(&entry.name)).is_some())
    } else {
        rank(path).is_some()
    }
}

/// The rank of `rank12.tsv.gz`.
fn rank(path: &Path) -> Option<u32> {
    let name = path.file_name()?.to_str()?.strip_prefix("rank")?;
    let digits = name
        .strip_suffix(".tsv.gz")
        .or_else(|| name.strip_suffix(".tsv"))?;
    let named = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    digits.parse().ok().filter(|_| named)
}
