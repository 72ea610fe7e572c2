//! What kind of log a file or folder is, by what is in it.

use std::fmt;
use std::io::Read as _;
use std::path::Path;

use serde::Serialize;
use tranche_protocol::manifest::reading::TextEncoding;

use super::olmo::Olmo;
use crate::error::Error;
use crate::input::{Files, Input};
use crate::plain::{PlainText, uncompressed_name};

/// Bytes of a file that are looked at.
const HEAD: u64 = 1 << 13;

/// Names of a folder that a message shows.
const SHOWN: usize = 5;

/// Kinds of logs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum LogKind {
    /// A table with columns step, tranche, record.
    Csv,
    /// Objects with step, tranche, record.
    Jsonl,
    /// A table with columns step, tranche, record.
    Parquet,
    /// Megatron's index cache: a planned order.
    Megatron,
    /// OLMo's data-indices, `rank<R>.tsv.gz`: what each rank consumed.
    Olmo,
    /// OLMo's and OLMo-core's `global_indices….npy`, raw 32-bit indices: a planned order.
    OlmoPlan,
    /// A Hugging Face table of indices: a planned order unless it is said to be consumed.
    Arrow,
    /// What the training loop's recorder wrote; it says itself whether the order is planned or consumed.
    Recorder,
}

impl fmt::Display for LogKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Csv => "csv",
            Self::Jsonl => "jsonl",
            Self::Parquet => "parquet",
            Self::Megatron => "megatron",
            Self::Olmo => "olmo",
            Self::OlmoPlan => "olmo-plan",
            Self::Arrow => "arrow",
            Self::Recorder => "recorder",
        })
    }
}

/// What was seen of a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeenLog {
    /// What kind it is.
    pub kind: LogKind,
    /// What says so, in words.
    pub seen: String,
}

impl SeenLog {
    fn new(kind: LogKind, seen: impl Into<String>) -> Self {
        Self {
            kind,
            seen: seen.into(),
        }
    }

    /// Looks at a file or folder of `files`.
    ///
    /// # Errors
    /// [`Error::Io`]; [`Error::Usage`] for what is no log, or may be of more than one kind.
    pub fn at(files: &dyn Files, path: &Path) -> Result<Self, Error> {
        if files.is_folder(path) {
            folder(files, path)
        } else {
            file(files, path)
        }
    }
}

fn folder(files: &dyn Files, path: &Path) -> Result<SeenLog, Error> {
    let listed = files
        .list(path)
        .map_err(|error| Error::io("read", path, error))?;
    let mut names: Vec<String> = listed
        .into_iter()
        .map(|entry| entry.name.to_string_lossy().into_owned())
        .collect();
    names.sort();
    let mut found = Vec::new();
    let first = |fits: &dyn Fn(&str) -> bool| names.iter().find(|name| fits(name)).cloned();
    if let Some(name) = first(&|name| name.starts_with("rank-") && name.ends_with(".trec")) {
        found.push(SeenLog::new(
            LogKind::Recorder,
            format!("segments of a recording, {name}"),
        ));
    }
    if Olmo::is_one_in(files, path) {
        found.push(SeenLog::new(
            LogKind::Olmo,
            "files of ranks, rank<R>.tsv.gz",
        ));
    }
    let arrays = ["-dataset_index.npy", "-document_index.npy"];
    let index = |ending: &&str| first(&|name| name.ends_with(*ending)).is_some();
    if let Some(ending) = arrays.into_iter().find(index) {
        found.push(SeenLog::new(
            LogKind::Megatron,
            format!("index arrays, …{ending}"),
        ));
    }
    let plan = first(&|name| name.starts_with("global_indices") && name.ends_with(".npy"));
    if let Some(name) = &plan {
        found.push(SeenLog::new(LogKind::OlmoPlan, format!("plans, {name}")));
    }
    match (found.len(), plan) {
        (1, Some(name)) => Err(Error::usage(
            format!("{} is a folder of OLMo's plans", path.display()),
            format!(
                "give the files of the run's epochs in order, as {}",
                path.join(name).display()
            ),
        )),
        (1, None) => Ok(found.remove(0)),
        (0, _) => Err(Error::usage(
            format!(
                "{} holds no log that is known, but {}",
                path.display(),
                shown(&names)
            ),
            "give the log's file or folder; docs/importing.md has those of each framework",
        )),
        _ => {
            let kinds: Vec<String> = found
                .iter()
                .map(|seen| format!("{} ({})", seen.kind, seen.seen))
                .collect();
            Err(Error::usage(
                format!(
                    "{} holds logs of several kinds: {}",
                    path.display(),
                    kinds.join("; ")
                ),
                "say which with --format",
            ))
        }
    }
}

fn file(files: &dyn Files, path: &Path) -> Result<SeenLog, Error> {
    let raw = head(Input::open(files, path)?)?;
    let name = path
        .file_name()
        .map(|name| name.to_string_lossy())
        .unwrap_or_default();
    let is = |magic: &[u8]| raw.starts_with(magic);
    let other = |what: &str, remedy: String| {
        Err(Error::usage(format!("{} {what}", path.display()), remedy))
    };
    if is(b"PAR1") {
        return Ok(SeenLog::new(LogKind::Parquet, "it begins as Parquet"));
    }
    if is(b"ARROW1\0\0") || is(b"\xff\xff\xff\xff") {
        return Ok(SeenLog::new(LogKind::Arrow, "it begins as Arrow"));
    }
    if is(b"TRNCHREC") {
        let folder = path
            .parent()
            .unwrap_or(Path::new("."))
            .display()
            .to_string();
        return other(
            "is one segment of a recording",
            format!("give the recording's folder, {folder}"),
        );
    }
    if is(b"TRNCHLOG") {
        return other(
            "is a run's log already",
            "give it to `tranche run commit --log`, or check it with `tranche log check`"
                .to_owned(),
        );
    }
    if is(b"\x93NUMPY") {
        if name.ends_with("-dataset_index.npy") || name.ends_with("-document_index.npy") {
            return Ok(SeenLog::new(
                LogKind::Megatron,
                "a numpy array with the name of Megatron's index",
            ));
        }
        return other(
            "is a numpy array, and not by its name one of Megatron's indices",
            "give Megatron's …-dataset_index.npy or its folder; an OLMo plan has no array header"
                .to_owned(),
        );
    }
    if name.starts_with("global_indices") && name.ends_with(".npy") {
        return Ok(SeenLog::new(
            LogKind::OlmoPlan,
            "its name, and it has no array header",
        ));
    }
    if raw.is_empty() {
        return other("is empty", "give the log's file".to_owned());
    }
    let text = text(files, path)?;
    match of_text(&text, &name) {
        Some(seen) => Ok(seen),
        None => other(
            &format!("is no log that is known: it begins with {}", beginning(&text)),
            "a table of draws has the columns step, tranche and record; docs/importing.md has the files of each framework".to_owned(),
        ),
    }
}

/// What a text is, by its first line that is not blank.
fn of_text(text: &[u8], name: &str) -> Option<SeenLog> {
    let mut lines = text.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
    let line = lines.find(|line| !line.is_empty())?;
    if line.starts_with(b"{") {
        return Some(SeenLog::new(
            LogKind::Jsonl,
            "its first line begins a JSON object",
        ));
    }
    let mut numbers = line.split(|byte| *byte == b'\t');
    let digits = |cell: &[u8]| !cell.is_empty() && cell.iter().all(u8::is_ascii_digit);
    let tabs = line.contains(&b'\t') && numbers.all(digits);
    if tabs && name.starts_with("rank") {
        return Some(SeenLog::new(
            LogKind::Olmo,
            "its name, and a first line of numbers with tabs between",
        ));
    }
    let cells: Vec<&[u8]> = line
        .split(|byte| *byte == b',')
        .map(|cell| cell.trim_ascii().trim_ascii_start())
        .map(|cell| {
            cell.strip_prefix(b"\"")
                .and_then(|cell| cell.strip_suffix(b"\""))
                .unwrap_or(cell)
        })
        .collect();
    let has = |column: &str| cells.contains(&column.as_bytes());
    if ["step", "tranche", "record"].into_iter().all(has) {
        return Some(SeenLog::new(
            LogKind::Csv,
            "its first line has the columns step, tranche and record",
        ));
    }
    uncompressed_name(name)
        .unwrap_or(name)
        .ends_with(".csv")
        .then(|| SeenLog::new(LogKind::Csv, "its name"))
}

/// The text of a file's beginning, if it is text; what is wrong further on is told by the log's reader.
fn text(files: &dyn Files, path: &Path) -> Result<Vec<u8>, Error> {
    let mut plain = PlainText::new(Input::open(files, path)?, TextEncoding::Utf8)?;
    let mut text = vec![0; HEAD as usize];
    let mut length = 0;
    while length < text.len() {
        match plain.read(None, &mut text[length..]) {
            Ok(read) if read > 0 => length += read,
            _ => break,
        }
    }
    text.truncate(length);
    Ok(text)
}

fn head(input: Input) -> Result<Vec<u8>, Error> {
    let (path, stream) = input.into_parts();
    let mut head = Vec::new();
    stream
        .take(HEAD)
        .read_to_end(&mut head)
        .map_err(|error| Error::io("read", &path, error))?;
    Ok(head)
}

/// The first characters of a text.
fn beginning(text: &[u8]) -> String {
    let first = text.get(..40).unwrap_or(text);
    format!("\"{}\"", first.escape_ascii())
}

fn shown(names: &[String]) -> String {
    match names.len() {
        0 => "nothing".to_owned(),
        length if length <= SHOWN => names.join(", "),
        length => format!("{} and {} more", names[..SHOWN].join(", "), length - SHOWN),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::Memory;

    fn seen(name: &str, bytes: &[u8]) -> Result<LogKind, String> {
        let files = Memory::new().with(name, bytes);
        SeenLog::at(&files, Path::new(name))
            .map(|seen| seen.kind)
            .map_err(|error| error.to_string())
    }

    #[test]
    fn a_file_is_known_by_its_bytes() {
        for (name, bytes, kind) in [
            ("a.txt", &b"{\"step\":0}\n"[..], LogKind::Jsonl),
            ("a.csv", b"\n{\"step\":0}\n", LogKind::Jsonl),
            ("a", b"note,step,tranche,record\n", LogKind::Csv),
            (
                "a.jsonl",
                b"\"step\",\"tranche\",\"record\"\r\n",
                LogKind::Csv,
            ),
            ("a.csv", b"step,name\n", LogKind::Csv),
            ("a.csv", b"PAR1....", LogKind::Parquet),
            ("a", b"ARROW1\0\0", LogKind::Arrow),
            ("rank0.tsv", b"0\t5\t7\n", LogKind::Olmo),
            ("global_indices.npy", b"\0\0\0\0", LogKind::OlmoPlan),
            ("x-dataset_index.npy", b"\x93NUMPY", LogKind::Megatron),
        ] {
            assert_eq!(seen(name, bytes), Ok(kind), "{name}");
        }
        for (name, bytes, words) in [
            ("a.npy", &b"\x93NUMPY"[..], "numpy array"),
            (
                "rank-00000-000000.trec",
                b"TRNCHREC",
                "give the recording's folder",
            ),
            ("run.tlog", b"TRNCHLOG", "already"),
            ("a.bin", b"hello", "begins with \"hello\""),
            ("a.csv", b"", "is empty"),
        ] {
            let error = seen(name, bytes).unwrap_err();
            assert!(error.contains(words), "{error}");
        }
    }

    #[test]
    fn a_folder_of_two_kinds_is_refused_by_both_names() {
        let recording = Memory::new().with("r/rank-00000-000000.trec", "TRNCHREC");
        let at = |files: &Memory| SeenLog::at(files, Path::new("r"));
        assert_eq!(at(&recording).unwrap().kind, LogKind::Recorder);
        let both = recording.with("r/x-dataset_index.npy", "");
        let error = at(&both).unwrap_err().to_string();
        assert!(
            error.contains("recorder (") && error.contains("megatron ("),
            "{error}"
        );
        let other = Memory::new().with("r/notes.txt", "");
        assert!(at(&other).unwrap_err().to_string().contains("notes.txt"));
    }
}
