//! All cases, and the folder that they are written to (docs/conformance.md).

mod index;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs::{File, create_dir_all};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use crate::case::{Beside, FileCase, ProofCase};
use crate::circuit::params;
use crate::error::Error;
use crate::valid::ValidProofs;
use crate::word;
use crate::{files, proofs};
use index::{BesideEntry, FileEntry, Index, KeyEntry, ProofEntry, Range};

/// The index's file.
pub const INDEX: &str = "index.json";
/// The file of all byte strings.
pub const BYTES: &str = "corpus.bin";
/// The folder of the keys.
pub const KEYS: &str = "keys";

/// A verifying key that cases are judged under.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyFile {
    /// The circuit.
    pub circuit: String,
    /// The portable key's bytes.
    pub bytes: Vec<u8>,
}

/// A corpus.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Corpus {
    /// The keys.
    pub keys: Vec<KeyFile>,
    /// The cases on bare proofs.
    pub proofs: Vec<ProofCase>,
    /// The cases on proof files.
    pub files: Vec<FileCase>,
}

impl Corpus {
    /// Makes all cases.
    ///
    /// # Errors
    /// [`Error::Sample`], [`Error::Name`]; [`Error::Io`] when a shipped key cannot be read.
    pub fn new(all: &ValidProofs) -> Result<Self, Error> {
        let keys = all
            .groups()
            .map(|group| {
                let path = params().join(format!("{}.vk", group.circuit.name));
                Ok(KeyFile {
                    circuit: group.circuit.name.to_owned(),
                    bytes: std::fs::read(&path).map_err(Error::io(&path))?,
                })
            })
            .collect::<Result<_, Error>>()?;
        let corpus = Self {
            keys,
            proofs: proofs::cases(all),
            files: files::cases(all)?,
        };
        let mut seen = HashSet::new();
        let proofs = corpus.proofs.iter().map(|case| &case.name);
        let twice = proofs
            .chain(corpus.files.iter().map(|case| &case.name))
            .find(|name| !seen.insert(*name));
        match twice {
            Some(name) => Err(Error::Name(name.clone())),
            None => Ok(corpus),
        }
    }

    /// Number of cases of each family: bare proofs, then files.
    #[must_use]
    pub fn families(&self) -> [BTreeMap<&str, usize>; 2] {
        let mut counts = [BTreeMap::new(), BTreeMap::new()];
        for case in &self.proofs {
            *counts[0].entry(case.family.as_str()).or_default() += 1;
        }
        for case in &self.files {
            *counts[1].entry(case.family.as_str()).or_default() += 1;
        }
        counts
    }

    /// Writes the corpus; files of an earlier one are replaced.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn write(&self, folder: &Path) -> Result<(), Error> {
        let keys = folder.join(KEYS);
        create_dir_all(&keys).map_err(Error::io(&keys))?;
        for key in &self.keys {
            let path = keys.join(format!("{}.vk", key.circuit));
            std::fs::write(&path, &key.bytes).map_err(Error::io(&path))?;
        }
        let path = folder.join(BYTES);
        let mut bytes = Bytes::create(&path)?;
        let proofs = self
            .proofs
            .iter()
            .map(|case| {
                let inputs = bytes.put(&case.inputs.concat())?;
                let proof = bytes.put(&case.proof)?;
                Ok(ProofEntry::new(case, inputs, proof))
            })
            .collect::<Result<_, Error>>()?;
        let files = self
            .files
            .iter()
            .map(|case| {
                let file = bytes.put(&case.file)?;
                let beside = match &case.beside {
                    Some(beside) => Some(BesideEntry {
                        key: beside.key.clone(),
                        file: bytes.put(&beside.file)?,
                    }),
                    None => None,
                };
                Ok(FileEntry::new(case, file, beside))
            })
            .collect::<Result<_, Error>>()?;
        bytes.finish()?;
        let keys = self.keys.iter().map(|key| KeyEntry {
            circuit: key.circuit.clone(),
            file: format!("{KEYS}/{}.vk", key.circuit),
        });
        let index = Index {
            format: index::FORMAT,
            keys: keys.collect(),
            proofs,
            files,
        };
        let path = folder.join(INDEX);
        let text = serde_json::to_string_pretty(&index).map_err(|error| Error::Format {
            path: path.clone(),
            reason: error.to_string(),
        })?;
        std::fs::write(&path, text).map_err(Error::io(&path))
    }

    /// Reads a corpus.
    ///
    /// # Errors
    /// [`Error::Io`], [`Error::Format`].
    pub fn read(folder: &Path) -> Result<Self, Error> {
        let path = folder.join(INDEX);
        let text = std::fs::read_to_string(&path).map_err(Error::io(&path))?;
        let format = |reason: String| Error::Format {
            path: path.clone(),
            reason,
        };
        let index: Index =
            serde_json::from_str(&text).map_err(|error| format(error.to_string()))?;
        if index.format != index::FORMAT {
            return Err(format(format!("the format is {}", index.format)));
        }
        let path = folder.join(BYTES);
        let bytes = std::fs::read(&path).map_err(Error::io(&path))?;
        let range = |range: &Range| {
            let found = range.of(&bytes);
            found.ok_or_else(|| format(format!("{BYTES} is shorter than the index says")))
        };
        let keys = index.keys.iter().map(|key| {
            let path = folder.join(&key.file);
            Ok(KeyFile {
                circuit: key.circuit.clone(),
                bytes: std::fs::read(&path).map_err(Error::io(&path))?,
            })
        });
        let proofs = index.proofs.iter().map(|entry| {
            let digest = entry
                .digest()
                .ok_or_else(|| format(format!("{}: digest", entry.name)))?;
            let inputs = word::words(range(&entry.inputs)?).collect();
            Ok(entry.case(digest, inputs, range(&entry.proof)?.to_vec()))
        });
        let files = index.files.iter().map(|entry| {
            let beside = match &entry.beside {
                Some(beside) => Some(Beside {
                    key: beside.key.clone(),
                    file: range(&beside.file)?.to_vec(),
                }),
                None => None,
            };
            Ok(entry.case(range(&entry.file)?.to_vec(), beside))
        });
        Ok(Self {
            keys: keys.collect::<Result<_, Error>>()?,
            proofs: proofs.collect::<Result<_, Error>>()?,
            files: files.collect::<Result<_, Error>>()?,
        })
    }
}

/// The file of byte strings, each written once.
struct Bytes {
    path: PathBuf,
    out: BufWriter<File>,
    written: HashMap<blake3::Hash, Range>,
    length: u64,
}

impl Bytes {
    fn create(path: &Path) -> Result<Self, Error> {
        let file = File::create(path).map_err(Error::io(path))?;
        Ok(Self {
            path: path.to_owned(),
            out: BufWriter::new(file),
            written: HashMap::new(),
            length: 0,
        })
    }

    fn put(&mut self, bytes: &[u8]) -> Result<Range, Error> {
        let hash = blake3::hash(bytes);
        if let Some(range) = self.written.get(&hash) {
            return Ok(*range);
        }
        self.out.write_all(bytes).map_err(Error::io(&self.path))?;
        let range = Range {
            offset: self.length,
            length: bytes.len() as u64,
        };
        self.length += range.length;
        self.written.insert(hash, range);
        Ok(range)
    }

    fn finish(mut self) -> Result<(), Error> {
        self.out.flush().map_err(Error::io(&self.path))
    }
}
