//! What a file's name says it holds.

/// What a data file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::dataset) enum FileKind {
    Jsonl,
    /// JSON, which is lines of it or one document.
    Json,
    Csv,
    Text,
    Parquet,
    Arrow,
}

/// Endings of compressed files: those that are read, and those whose reading is refused with what to do.
const PACKED: [&str; 6] = ["gz", "gzip", "zst", "zstd", "bz2", "xz"];

/// Files that describe a data set.
const DESCRIPTIONS: [&str; 6] = [
    "config.json",
    "dataset_dict.json",
    "dataset_info.json",
    "dataset_infos.json",
    "metadata.json",
    "state.json",
];

impl FileKind {
    /// What a file of this name holds; `None` where it is no data: an unknown ending, a description of the data, a hidden file, one of
    /// an unfinished job (a name that begins with `_`), or one that `datasets` keeps for itself.
    pub(in crate::dataset) fn of(name: &str) -> Option<Self> {
        if is_hidden(name) || DESCRIPTIONS.contains(&name) {
            return None;
        }
        let name = name.to_ascii_lowercase();
        let packed = name
            .rsplit_once('.')
            .filter(|(_, ending)| PACKED.contains(ending))
            .map(|(name, _)| name);
        let (_, ending) = packed.unwrap_or(&name).rsplit_once('.')?;
        if ending == "arrow" && name.starts_with("cache-") {
            return None;
        }
        let kind = Self::of_ending(ending)?;
        (packed.is_none() || !kind.packs_itself()).then_some(kind)
    }

    /// What a file with this ending, in lower case, holds.
    pub(in crate::dataset) fn of_ending(ending: &str) -> Option<Self> {
        Some(match ending {
            "jsonl" | "ndjson" => Self::Jsonl,
            "json" => Self::Json,
            "csv" | "tsv" | "tab" => Self::Csv,
            "txt" | "text" => Self::Text,
            "parquet" | "pq" => Self::Parquet,
            "arrow" | "arrows" | "feather" | "ipc" => Self::Arrow,
            _ => return None,
        })
    }

    /// Whether the format has a compression of its own.
    pub(in crate::dataset) fn packs_itself(self) -> bool {
        matches!(self, Self::Parquet | Self::Arrow)
    }

    /// Whether a file of this name holds records rather than being one: a table or lines.
    pub(in crate::dataset) fn holds_records(name: &str) -> Option<Self> {
        let kind = Self::of(name)?;
        let ending = name.rsplit_once('.').map(|(_, ending)| ending);
        let packed = ending.is_some_and(|ending| PACKED.contains(&ending));
        match kind {
            Self::Text => None,
            Self::Json => packed.then_some(Self::Jsonl),
            _ => Some(kind),
        }
    }

    /// The name of the format that reads it, as `--format` takes it.
    pub(in crate::dataset) fn format_name(self) -> &'static str {
        match self {
            Self::Jsonl | Self::Json => "jsonl",
            Self::Csv => "csv",
            Self::Text => "text",
            Self::Parquet => "parquet",
            Self::Arrow => "arrow",
        }
    }
}

/// Whether a name is passed over whatever is behind it: hidden, or of an unfinished job.
pub(in crate::dataset) fn is_hidden(name: &str) -> bool {
    name.starts_with(['.', '_'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_data_from_what_lies_beside_it() {
        for (name, kind) in [
            ("a.jsonl", Some(FileKind::Jsonl)),
            ("a.JSON.gz", Some(FileKind::Json)),
            ("a.csv.zst", Some(FileKind::Csv)),
            ("train-00000-of-00003.parquet", Some(FileKind::Parquet)),
            ("data-00000-of-00001.arrow", Some(FileKind::Arrow)),
            ("cache-0123.arrow", None),
            ("a.parquet.gz", None),
            ("README.md", None),
            ("state.json", None),
            (".a.csv", None),
            ("_a.parquet", None),
            ("parquet", None),
        ] {
            assert_eq!(FileKind::of(name), kind, "{name}");
        }
        assert_eq!(FileKind::holds_records("poem.txt"), None);
        assert_eq!(FileKind::holds_records("a.json"), None);
        assert_eq!(FileKind::holds_records("a.json.gz"), Some(FileKind::Jsonl));
    }
}
