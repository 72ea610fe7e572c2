//! The shards of a folder.

use std::path::{Path, PathBuf};

use super::fault::ShardFault;
use super::ignored::Ignored;
use super::kind::{FileKind, is_hidden};
use super::{numbering, saved};
use crate::error::Error;
use crate::input::{Files, Listed, PathKind};

/// Folders within folders, at most.
const DEPTH: u32 = 64;

/// The shards of a folder, in order, and what lies beside them.
#[derive(Debug, Default)]
pub(in crate::dataset) struct Found {
    pub(in crate::dataset) shards: Vec<PathBuf>,
    pub(in crate::dataset) ignored: Ignored,
}

/// The files of a folder, and of the folders in it, that the format of this name reads: in the order that `save_to_disk` noted, else in byte order of
/// their relative paths.
///
/// A symbolic link to a file is that file, under the link's name; one to a folder is refused.
///
/// # Errors
/// [`ShardFault`]; [`Error::Io`].
pub(in crate::dataset) fn find(
    files: &dyn Files,
    folder: &Path,
    format: &'static str,
) -> Result<Found, Error> {
    let mut found = Found::default();
    let wanted = |name: &str| FileKind::of(name).is_some_and(|kind| kind.format_name() == format);
    let lists = format == FileKind::Arrow.format_name();
    walk(files, folder, DEPTH, &wanted, lists, &mut found)?;
    if found.shards.is_empty() {
        return Err(Error::file(folder, ShardFault::NoShards { format }));
    }
    Ok(found)
}

/// Refuses a folder whose files hold records, where nobody said whether each file is a record.
///
/// # Errors
/// [`ShardFault::HoldsData`]; [`Error::Io`].
pub(in crate::dataset) fn refuse_data(files: &dyn Files, folder: &Path) -> Result<(), Error> {
    let mut found = Found::default();
    let wanted = |name: &str| FileKind::holds_records(name).is_some();
    match walk(files, folder, DEPTH, &wanted, false, &mut found) {
        // What keeps shards from being read does not keep files from being records.
        Err(error) if error.fault::<ShardFault>().is_none() => return Err(error),
        _ => {}
    }
    let names = found
        .shards
        .iter()
        .filter_map(|path| path.file_name()?.to_str());
    let mut kinds: Vec<FileKind> = names.filter_map(FileKind::holds_records).collect();
    kinds.sort_unstable();
    kinds.dedup();
    let Some(example) = found.shards.first() else {
        return Ok(());
    };
    let example = example.strip_prefix(folder).unwrap_or(example);
    let fault = ShardFault::HoldsData {
        example: example.display().to_string(),
        count: found.shards.len() as u64,
        formats: kinds.into_iter().map(FileKind::format_name).collect(),
    };
    Err(Error::file(folder, fault))
}

/// Adds the files of a folder, and of those in it; where `lists` is said, of a folder that `save_to_disk` wrote those that it lists, in its order.
fn walk(
    files: &dyn Files,
    folder: &Path,
    depth: u32,
    wanted: &dyn Fn(&str) -> bool,
    lists: bool,
    found: &mut Found,
) -> Result<(), Error> {
    let depth = depth.checked_sub(1).ok_or_else(|| {
        Error::usage(
            format!("{} is nested too deep", folder.display()),
            "give the folder that the data files are in",
        )
    })?;
    let saved = if lists {
        saved::data_files(files, folder)?
    } else {
        None
    };
    let mut listed = files
        .list(folder)
        .map_err(|error| Error::io("read", folder, error))?;
    // A folder stands where its files do: `/` comes behind its name.
    listed.sort_by_cached_key(|entry| {
        let mut key = entry.name.clone().into_encoded_bytes();
        if entry.kind == PathKind::Folder {
            key.push(b'/');
        }
        key
    });
    let first = found.shards.len();
    for Listed { name, kind } in listed {
        let path = folder.join(&name);
        // A name that is not UTF-8 may have an ending all the same.
        let name = name.to_string_lossy();
        if is_hidden(&name) {
            found.ignored.add(&path);
            continue;
        }
        let is_wanted = wanted(&name);
        match kind {
            PathKind::Folder => walk(files, &path, depth, wanted, lists, found)?,
            PathKind::File if is_wanted => found.shards.push(path),
            PathKind::File => found.ignored.add(&path),
            PathKind::Other => match files.kind(&path) {
                Ok(PathKind::File) if is_wanted => found.shards.push(path),
                Ok(PathKind::Folder) => return Err(Error::file(&path, ShardFault::LinkedFolder)),
                Err(error) if is_wanted => return Err(Error::io("open", &path, error)),
                _ => found.ignored.add(&path),
            },
        }
    }
    if let Some(saved) = saved {
        for path in found.shards.drain(first..) {
            if !saved.contains(&path) {
                found.ignored.add(&path);
            }
        }
        found.shards.extend(saved);
        return Ok(());
    }
    let own = found.shards[first..]
        .iter()
        .filter(|path| path.parent() == Some(folder));
    let names: Vec<String> = own
        .filter_map(|path| Some(path.file_name()?.to_string_lossy().into_owned()))
        .collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    numbering::check(&names).map_err(|fault| Error::file(folder, fault))
}
