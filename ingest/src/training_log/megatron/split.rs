//! Parts of the data: for training, for validation, for tests.

use std::fmt;
use std::path::{Path, PathBuf};

use serde::Serialize;

/// A part of the data that a trainer keeps apart from others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Split {
    /// What the model is trained on.
    Train,
    /// What it is validated on in training.
    Valid,
    /// What it is tested on at the end.
    Test,
}

impl Split {
    const ALL: [Self; 3] = [Self::Train, Self::Valid, Self::Test];

    /// Megatron's word for it: `train`, and `Split.train` as some versions write it.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let word = text.rsplit('.').next().unwrap_or_default();
        Self::ALL.into_iter().find(|split| split.name() == word)
    }

    /// The split of `…-BlendedDataset-train-description.txt`.
    pub(super) fn of_name(path: &Path) -> Option<Self> {
        path.file_name()?.to_str()?.split('-').find_map(Self::parse)
    }

    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Train => "train",
            Self::Valid => "valid",
            Self::Test => "test",
        }
    }
}

impl fmt::Display for Split {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What is told of a blend, or of one data set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BlendReport {
    /// Its array of data sets; of one data set its array of documents.
    pub file: PathBuf,
    /// Its split, where description or name tell it.
    pub split: Option<Split>,
    /// Its samples.
    pub samples: u64,
}
