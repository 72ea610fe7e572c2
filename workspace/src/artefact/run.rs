//! A run's folder.
//!
//! | file | what |
//! |---|---|
//! | `run.json` | public: terms, commitments, registry root |
//! | `registry.json` | public: the registry as it stood at the cut-off |
//! | `evidence.json` | public, optional: a signature over the run commitment |
//! | `secret/run.json` | the seed and the checkpoints |
//! | `secret/run.tlog` | the log |
//! | `secret/usage.json` | what opens the usage commitment |
//! | `secret/ledger.json` | what was disclosed; see [`super::ledger`] |

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use tranche_fs::atomic::{self, Existing};
use tranche_fs::temporary::Visibility;
use tranche_protocol::Shape;
use tranche_protocol::evidence::Evidence;
use tranche_protocol::json;
use tranche_protocol::registry::{Registry, RegistryRoot};
use tranche_protocol::run::RunCommitment;
use tranche_protocol::salt::{RunSeed, SaltLabel};
use tranche_protocol::trace::{Checkpoint, ModelDigest, Trace};
use tranche_protocol::tranche::PrivateTranche;
use tranche_protocol::usage::{UsageCommitment, UsageOpening};
use tranche_protocol::usage_relation::{
    Column, Draw, RunArtefacts, RunInputs, Source, SourceTranche, UsageWitness,
};
use zeroize::Zeroize;

use super::fault::ArtefactFault;
use super::folder::{TrancheFolder, private_tranche};
use super::read::{read_json, read_registry, read_secret_json};
use super::run_log::RunLog;
use super::terms::TermsFile;
use super::write::write_json;
use crate::error::{Error, FormatFault};

/// The public part.
pub const PUBLIC: &str = "run.json";
/// The registry at the cut-off.
pub const REGISTRY: &str = "registry.json";
/// A signature over the run commitment.
pub const EVIDENCE: &str = "evidence.json";
/// The folder of the secret part.
pub const SECRET: &str = "secret";

const VERSION: u16 = 1;

/// `run.json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PublicRun {
    version: u16,
    /// The run's terms.
    pub terms: TermsFile,
    /// Commitment to log, chunk index and trace.
    pub run_commitment: RunCommitment,
    /// Commitment to the usage vector.
    pub usage_commitment: UsageCommitment,
    /// The registry's root at the cut-off.
    pub registry_root: RegistryRoot,
}

/// A checkpoint as the trainer lists it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TraceEntry {
    /// Optimiser steps done.
    pub step: u64,
    /// Draws consumed so far.
    pub log_position: u64,
    /// Digest of the weights.
    pub digest: ModelDigest,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SecretRun {
    version: u16,
    #[serde(with = "json::bytes")]
    seed: [u8; 32],
    checkpoints: Vec<TraceEntry>,
}

impl Drop for SecretRun {
    fn drop(&mut self) {
        self.seed.zeroize();
        wipe(&mut self.checkpoints);
    }
}

fn wipe(checkpoints: &mut [TraceEntry]) {
    for entry in checkpoints {
        entry.step.zeroize();
        entry.log_position.zeroize();
        entry.digest.zeroize();
    }
}

/// What a run commits to, before or after it is written to a folder. Secret: wiped on drop.
pub struct RunParts {
    /// The log.
    pub log: RunLog,
    /// Where the log was read, for errors.
    pub log_path: PathBuf,
    /// The registry at the cut-off.
    pub registry: Registry,
    /// The run's seed.
    pub seed: RunSeed,
    /// The checkpoints.
    pub checkpoints: Vec<TraceEntry>,
}

impl Drop for RunParts {
    fn drop(&mut self) {
        wipe(&mut self.checkpoints);
    }
}

impl RunParts {
    /// The witness and the commitments. Reads the units of every tranche that the log names.
    ///
    /// # Errors
    /// [`Error::Run`]; the errors of opening the tranche folders; [`ArtefactFault::Trace`]; [`ArtefactFault::Mismatch`] when a folder has changed since
    /// the log was imported, or private data was committed with another seed.
    pub fn build(&self) -> Result<(UsageWitness, RunArtefacts), Error> {
        let shape = Shape::STANDARD;
        let opened = self.open_sources()?;
        let sources: Vec<Source<'_>> = opened.iter().map(OpenSource::source).collect();
        let inputs = RunInputs {
            sources: &sources,
            registry: &self.registry,
            seed: &self.seed,
            order: self.log.order(),
            trace_root: self.trace()?.root(),
        };
        let draws = self.log.draws().map(|draw| Draw {
            source: draw.source,
            record: draw.record,
        });
        UsageWitness::build(&shape, &inputs, draws).map_err(|source| Error::Run {
            path: self.log_path.clone(),
            source,
        })
    }

    /// The training trace.
    ///
    /// # Errors
    /// [`ArtefactFault::Trace`]; [`FormatFault::Count`] when a checkpoint lies past the end of the log.
    pub fn trace(&self) -> Result<Trace, Error> {
        if let Some(last) = self.checkpoints.last()
            && last.log_position > self.log.count()
        {
            let fault = FormatFault::Count {
                what: "draws before the last checkpoint, against the log",
                expected: self.log.count(),
                got: last.log_position,
            };
            return Err(Error::file(&self.log_path, fault));
        }
        let entries = self.checkpoints.iter().enumerate();
        let checkpoints = entries.map(|(index, entry)| Checkpoint {
            step: entry.step,
            log_position: entry.log_position,
            digest: entry.digest,
            salt: self.seed.salt(SaltLabel::Trace, index as u64),
        });
        Trace::new(checkpoints.collect())
            .map_err(|error| Error::file(&self.log_path, ArtefactFault::Trace(error)))
    }

    fn open_sources(&self) -> Result<Vec<OpenSource>, Error> {
        let mut opened = Vec::with_capacity(self.log.sources().len());
        for source in self.log.sources() {
            let folder = TrancheFolder::open(&source.folder)?;
            let mismatch =
                |what: String| Error::file(&source.folder, ArtefactFault::Mismatch(what));
            if folder.id() != source.id {
                return Err(mismatch(format!(
                    "it is not the tranche \"{}\" that the log was imported with",
                    source.name()
                )));
            }
            let identity = match folder.manifest() {
                Some(manifest) => {
                    let entry = self.registry.find(&source.id).ok_or_else(|| {
                        Error::usage(
                            format!(
                                "the tranche \"{}\" ({}) is not registered among the first {}, the terms' cut-off",
                                source.name(),
                                source.folder.display(),
                                self.registry.entries().len()
                            ),
                            "register it, and raise registry_cutoff in the terms",
                        )
                    })?;
                    OpenTranche::Registered(Box::new(*manifest.tranche()), entry.index)
                }
                None => {
                    let private = private_tranche(folder.contents(), &self.seed)
                        .map_err(|fault| Error::file(&source.folder, fault))?;
                    if private.id() != source.id {
                        return Err(mismatch(
                            "it was committed with another run's seed".to_owned(),
                        ));
                    }
                    OpenTranche::Private(Box::new(private))
                }
            };
            opened.push(OpenSource {
                tranche: identity,
                units: folder.units()?,
            });
        }
        Ok(opened)
    }
}

enum OpenTranche {
    Registered(Box<tranche_protocol::tranche::Tranche>, u32),
    Private(Box<PrivateTranche>),
}

struct OpenSource {
    tranche: OpenTranche,
    units: Option<Vec<u32>>,
}

impl OpenSource {
    fn source(&self) -> Source<'_> {
        Source {
            tranche: match &self.tranche {
                OpenTranche::Registered(tranche, registry_index) => SourceTranche::Registered {
                    tranche,
                    registry_index: *registry_index,
                },
                OpenTranche::Private(private) => SourceTranche::Private(private),
            },
            units: self.units.as_deref().map_or(Column::Ones, Column::Units),
        }
    }
}

/// Writes all files of a run's folder but for the log, which is already in `secret/`.
///
/// # Errors
/// As [`write_json`].
pub fn write(
    folder: &Path,
    terms: TermsFile,
    parts: &RunParts,
    artefacts: &RunArtefacts,
) -> Result<PublicRun, Error> {
    let public = PublicRun {
        version: VERSION,
        terms,
        run_commitment: artefacts.run_commitment,
        usage_commitment: artefacts.usage_commitment,
        registry_root: artefacts.registry_root,
    };
    let secret = SecretRun {
        version: VERSION,
        seed: *parts.seed.secret_bytes(),
        checkpoints: parts.checkpoints.clone(),
    };
    let keep = Existing::Keep;
    write_json(&folder.join(PUBLIC), &public, Visibility::Public, keep)?;
    atomic::write(
        &folder.join(REGISTRY),
        parts.registry.to_json().as_bytes(),
        Visibility::Public,
        keep,
    )?;
    let hidden = folder.join(SECRET);
    write_json(&hidden.join(PUBLIC), &secret, Visibility::Secret, keep)?;
    write_json(
        &hidden.join("usage.json"),
        &artefacts.usage,
        Visibility::Secret,
        keep,
    )?;
    Ok(public)
}

/// An open run folder.
#[derive(Debug)]
pub struct RunFolder {
    path: PathBuf,
    public: PublicRun,
    moved: Vec<(String, PathBuf)>,
}

impl RunFolder {
    /// Opens a folder by its public part.
    ///
    /// # Errors
    /// As [`read_json`]; [`FormatFault::Version`].
    pub fn open(path: &Path) -> Result<Self, Error> {
        let file = path.join(PUBLIC);
        let public: PublicRun = read_json(&file)?;
        check_version(&file, public.version)?;
        Ok(Self {
            path: path.to_owned(),
            public,
            moved: Vec::new(),
        })
    }

    /// Opens a folder, some of whose tranches are at other places than when the log was imported.
    ///
    /// # Errors
    /// As [`RunFolder::open`]; a name that the log does not know is told when the log is read.
    pub fn open_moved(path: &Path, moved: &[(String, PathBuf)]) -> Result<Self, Error> {
        let mut folder = Self::open(path)?;
        folder.moved = moved.to_vec();
        Ok(folder)
    }

    /// The public part.
    pub fn public(&self) -> &PublicRun {
        &self.public
    }

    /// A file of the secret part.
    pub fn secret(&self, name: &str) -> PathBuf {
        self.path.join(SECRET).join(name)
    }

    /// The evidence's file.
    pub fn evidence_path(&self) -> PathBuf {
        self.path.join(EVIDENCE)
    }

    /// The evidence, if there is any.
    ///
    /// # Errors
    /// As [`read_json`].
    pub fn evidence(&self) -> Result<Option<Evidence>, Error> {
        let path = self.evidence_path();
        path.exists().then(|| read_json(&path)).transpose()
    }

    /// The registry at the cut-off.
    ///
    /// # Errors
    /// As [`read_registry`]; [`ArtefactFault::Mismatch`] when its root is not the run's.
    pub fn registry(&self) -> Result<Registry, Error> {
        let path = self.path.join(REGISTRY);
        let registry = read_registry(&path)?;
        same(
            &path,
            registry.root() == self.public.registry_root,
            "its root is not the run's",
        )?;
        Ok(registry)
    }

    /// The log.
    ///
    /// # Errors
    /// As [`RunLog::open`] and [`RunLog::relocate`].
    pub fn log(&self) -> Result<RunLog, Error> {
        let mut log = RunLog::open(&self.secret("run.tlog"))?;
        log.relocate(&self.moved)?;
        Ok(log)
    }

    /// What opens the usage commitment.
    ///
    /// # Errors
    /// As [`read_json`]; [`ArtefactFault::Mismatch`] when it opens another one.
    pub fn usage(&self) -> Result<UsageOpening, Error> {
        let path = self.secret("usage.json");
        let opening: UsageOpening = read_secret_json(&path)?;
        let opens = opening.commitment(&Shape::STANDARD) == Ok(self.public.usage_commitment);
        same(&path, opens, "it does not open the run's usage commitment")?;
        Ok(opening)
    }

    /// All that the run's commitments are made from.
    ///
    /// # Errors
    /// As [`read_json`], [`RunFolder::log`] and [`RunFolder::registry`].
    pub fn parts(&self) -> Result<RunParts, Error> {
        let path = self.secret(PUBLIC);
        let mut secret: SecretRun = read_secret_json(&path)?;
        check_version(&path, secret.version)?;
        let seed = RunSeed::new(secret.seed);
        Ok(RunParts {
            log: self.log()?,
            log_path: self.secret("run.tlog"),
            registry: self.registry()?,
            seed,
            checkpoints: std::mem::take(&mut secret.checkpoints),
        })
    }

    /// Makes the run's witness anew and checks that it gives the commitments of `run.json`.
    ///
    /// # Errors
    /// As [`RunFolder::parts`] and [`RunParts::build`]; [`ArtefactFault::Mismatch`].
    pub fn build(&self) -> Result<(UsageWitness, RunArtefacts), Error> {
        let (witness, artefacts) = self.parts()?.build()?;
        let path = self.path.join(PUBLIC);
        let public = &self.public;
        same(
            &path,
            artefacts.run_commitment == public.run_commitment
                && artefacts.usage_commitment == public.usage_commitment,
            "its commitments are not those of the secret part",
        )?;
        Ok((witness, artefacts))
    }
}

fn same(path: &Path, holds: bool, otherwise: &str) -> Result<(), Error> {
    if holds {
        return Ok(());
    }
    Err(Error::file(
        path,
        ArtefactFault::Mismatch(otherwise.to_owned()),
    ))
}

fn check_version(path: &Path, got: u16) -> Result<(), Error> {
    if got == VERSION {
        return Ok(());
    }
    let expected = VERSION;
    Err(Error::file(path, FormatFault::Version { expected, got }))
}
