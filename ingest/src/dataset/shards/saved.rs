//! Folders that Hugging Face `datasets` writes with `save_to_disk`: `state.json` names the data files in their order.

use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::fault::ShardFault;
use crate::error::{Error, FormatFault};
use crate::input::{Files, Input};

const STATE: &str = "state.json";
const SPLITS: &str = "dataset_dict.json";

/// The longest description accepted, in bytes.
const MAX_DESCRIPTION: u64 = 1 << 24;

/// Fields that say which rows there are; the others are for the library.
#[derive(Deserialize)]
struct State {
    #[serde(rename = "_data_files")]
    data_files: Vec<DataFile>,
    #[serde(rename = "_indices_data_files", default)]
    indices: Option<Vec<DataFile>>,
}

#[derive(Deserialize)]
struct DataFile {
    filename: String,
}

#[derive(Deserialize)]
struct Splits {
    splits: Vec<String>,
}

/// The data files of a folder that `save_to_disk` wrote, in their order; `None` of another folder.
///
/// # Errors
/// [`ShardFault::Splits`] of several splits, [`ShardFault::Indices`], [`ShardFault::Outside`]; descriptions that cannot be read.
pub(super) fn data_files(files: &dyn Files, folder: &Path) -> Result<Option<Vec<PathBuf>>, Error> {
    let split = folder.join(SPLITS);
    if files.exists(&split) {
        let Splits { splits } = read(files, &split)?;
        return match &splits[..] {
            [only] => {
                check_name(&split, only)?;
                state(files, &folder.join(only))
            }
            _ => Err(Error::file(folder, ShardFault::Splits(splits))),
        };
    }
    state(files, folder)
}

fn state(files: &dyn Files, folder: &Path) -> Result<Option<Vec<PathBuf>>, Error> {
    let path = folder.join(STATE);
    if !files.exists(&path) {
        return Ok(None);
    }
    let state: State = read(files, &path)?;
    if state.indices.is_some_and(|indices| !indices.is_empty()) {
        return Err(Error::file(&path, ShardFault::Indices));
    }
    let mut paths: Vec<PathBuf> = Vec::with_capacity(state.data_files.len());
    for file in state.data_files {
        check_name(&path, &file.filename)?;
        let shard = folder.join(file.filename);
        if paths.contains(&shard) {
            return Err(Error::file(&shard, ShardFault::GivenTwice));
        }
        paths.push(shard);
    }
    Ok(Some(paths))
}

/// A name must be that of a file in the folder.
fn check_name(list: &Path, name: &str) -> Result<(), Error> {
    if name.is_empty() || name == ".." || name == "." || name.contains(['/', '\\']) {
        return Err(Error::file(list, ShardFault::Outside(name.to_owned())));
    }
    Ok(())
}

fn read<T: DeserializeOwned>(files: &dyn Files, path: &Path) -> Result<T, Error> {
    let bytes = Input::open(files, path)?.read_whole(MAX_DESCRIPTION)?;
    serde_json::from_slice(&bytes)
        .map_err(|error| Error::file(path, FormatFault::BadJson(error.to_string())))
}
