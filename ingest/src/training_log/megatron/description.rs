//! The description that Megatron writes beside its index arrays.

use std::path::{Path, PathBuf};

use md5::{Digest, Md5};
use serde_json::Value;

use super::split::Split;
use crate::error::{Error, Fault, FormatFault};
use crate::input::{Files, Input};
use crate::plain::text_of;
use crate::training_log::cell::not_count;
use crate::training_log::fault::LogFault;

/// The longest description accepted, in bytes.
const MAX_DESCRIPTION: u64 = 1 << 24;

/// A description: JSON whose MD5 is in the names of its files.
pub(super) struct Description {
    pub(super) path: PathBuf,
    value: Value,
}

impl Description {
    pub(super) fn read(files: &dyn Files, path: &Path) -> Result<Self, Error> {
        let fault = |fault: Fault| Error::file(path, fault);
        let text = Input::open(files, path)?.read_whole(MAX_DESCRIPTION)?;
        let value: Value = serde_json::from_str(text_of(path, &text)?)
            .map_err(|error| fault(FormatFault::BadJson(error.to_string()).into()))?;
        let got = hex::encode(Md5::digest(&text));
        if named_digest(path).is_some_and(|named| named != got) {
            return Err(fault(LogFault::DescriptionDigest { got }.into()));
        }
        Ok(Self {
            path: path.to_owned(),
            value,
        })
    }

    /// The number of samples of a blend: its size, or the samples of all its data sets where each is read once. `None` where it is not said.
    pub(super) fn size(&self) -> Result<Option<u64>, Error> {
        match self.value.get("size") {
            Some(Value::Null) => {}
            _ => return count(&self.path, &self.value, "size"),
        }
        let weights = self.value.get("weights").and_then(Value::as_array);
        let samples = weights.and_then(|weights| weights.iter().map(whole).sum());
        let all = samples.ok_or_else(|| {
            let fault = FormatFault::Shape {
                expected: "\"weights\" that are numbers of samples, where \"size\" is null",
                got: short(self.value.get("weights")),
            };
            Error::file(&self.path, fault)
        });
        all.map(Some)
    }

    /// The split that it is of: that of its data sets, or what its name says.
    pub(super) fn split(&self) -> Option<Split> {
        let own = |value: &Value| Split::parse(value.get("index_split")?.as_str()?);
        let datasets = self.value.get("datasets").and_then(Value::as_array);
        let mut splits = datasets.into_iter().flatten().map(own);
        let first = splits.next().flatten();
        first
            .filter(|first| splits.all(|split| split == Some(*first)))
            .or_else(|| own(&self.value))
            .or_else(|| Split::of_name(&self.path))
    }

    /// The descriptions of a blend's data sets.
    pub(super) fn datasets(&self) -> Result<&[Value], Error> {
        let datasets = self.value.get("datasets").and_then(Value::as_array);
        let datasets = datasets.ok_or_else(|| self.shape("no such list"))?;
        if datasets.iter().all(|dataset| name(dataset).is_some()) {
            Ok(datasets)
        } else {
            Err(self.shape("one without a path"))
        }
    }

    /// What is described.
    pub(super) fn value(&self) -> &Value {
        &self.value
    }

    fn shape(&self, got: &str) -> Error {
        let fault = FormatFault::Shape {
            expected: "a list \"datasets\" of objects with a \"dataset_path\"",
            got: got.to_owned(),
        };
        Error::file(&self.path, fault)
    }
}

/// A number that the description at a path says; `None` where it is absent or null.
pub(super) fn count(path: &Path, of: &Value, name: &'static str) -> Result<Option<u64>, Error> {
    let Some(value) = of.get(name).filter(|value| !value.is_null()) else {
        return Ok(None);
    };
    match whole(value) {
        Some(count) => Ok(Some(count)),
        None => Err(Error::file(path, not_count(name, &short(Some(value))))),
    }
}

/// A number that counts something; Python may have written it with a point.
fn whole(value: &Value) -> Option<u64> {
    /// Above it a number with a point may stand for several integers.
    const EXACT: f64 = (1_u64 << 53) as f64;
    let exact = |number: &f64| number.fract() == 0.0 && (0.0..=EXACT).contains(number);
    let number = value.as_f64().filter(exact);
    value
        .as_u64()
        .or_else(|| number.map(|number| number as u64))
}

/// A value in a message.
fn short(value: Option<&Value>) -> String {
    let text = value.map_or_else(|| "none".to_owned(), Value::to_string);
    text.chars().take(40).collect()
}

/// What a data set is called.
pub(super) fn name(dataset: &Value) -> Option<&str> {
    dataset.get("dataset_path").and_then(Value::as_str)
}

/// The digest that a file's name begins with.
fn named_digest(path: &Path) -> Option<&str> {
    let (digest, _) = path.file_name()?.to_str()?.split_once('-')?;
    let hexadecimal = digest
        .bytes()
        .all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
    (digest.len() == 32 && hexadecimal).then_some(digest)
}
