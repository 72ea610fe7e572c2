//! The story: five contributors, a builder with some data of their own, two training runs.

use std::path::{Path, PathBuf};

use alloy_primitives::U256;
use tranche_fs::Existing;
use tranche_fs::atomic;
use tranche_fs::temporary::Visibility;
use tranche_protocol::address::Address;
use tranche_protocol::context::PayRule;
use tranche_protocol::log::LogOrder;
use tranche_protocol::manifest::reading::Separator;
use tranche_protocol::trace::ModelDigest;
use tranche_protocol::unit::UnitDefinition;
use tranche_settle::amount::{Sum, WrittenAmount};
use tranche_settle::convert::coin;
use tranche_workspace::artefact::run::TraceEntry;
use tranche_workspace::artefact::terms::TermsFile;
use tranche_workspace::artefact::{secret, write_json};
use tranche_workspace::builtin_keys::KeyRing;
use tranche_workspace::error::Error;
use tranche_workspace::steps::commit::Committed;
use tranche_workspace::steps::log::{ImportRequest, LogInput, RecordingRequest, import};
use tranche_workspace::steps::notice::INSECURE;
use tranche_workspace::steps::settle::{self, ChainAccess, OpenRequest, Stake};

use super::narrator::{Narrator, cells};
use crate::commands::commit::{self, CommitArgs};
use crate::commands::prove::{self, ProveArgs};
use crate::commands::registry::{self, RegisterArgs};
use crate::commands::run::{self, SignArgs};
use crate::demo::training::{Settings, Training};
use crate::key_args::KeyArgs;
use crate::progress::Progress;

/// The contributor whose data no run draws from.
pub(super) const UNUSED: &str = "enoteca";
/// The builder's own, unregistered data.
pub(super) const PRIVATE: &str = "cellar";

/// Whose account opens and binds the runs.
pub(super) const BUILDER: &str = "builder.key";
/// The pot of the run that pays by shares: ten coins.
const POT: u128 = 10_000_000_000_000_000_000;
/// What the run that pays by rates must cover, in wei: rates of 3 to 6 wei a byte, and some to spare.
const METERED_DEPOSIT: u128 = 6_000_000;

/// A training run under terms.
pub(super) struct Run {
    /// Name of its files.
    pub(super) name: &'static str,
    pub(super) pay_rule: PayRule,
    training: Training,
}

/// Where everything is.
pub(super) struct Story<'a> {
    dir: PathBuf,
    pub(super) progress: Progress<'a>,
    pub(super) ring: KeyRing,
    pub(super) runs: Vec<Run>,
    registrations: usize,
}

impl<'a> Story<'a> {
    pub(super) fn new(dir: &Path, progress: Progress<'a>) -> Self {
        Self {
            dir: dir.to_owned(),
            progress,
            ring: KeyRing::new(KeyArgs {
                no_cache: true,
                ..KeyArgs::default()
            }),
            runs: Vec::new(),
            registrations: 0,
        }
    }

    /// A file of the story.
    pub(super) fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        self.dir.join(name)
    }

    /// The registered contributors, the unused one last.
    pub(super) fn contributors(&self) -> Vec<&'static str> {
        let sources = self.runs[0].training.sources().iter();
        let used = sources.filter(|source| source.registered());
        used.map(|source| source.name()).chain([UNUSED]).collect()
    }

    pub(super) fn train(&mut self, narrator: &mut Narrator) -> Result<(), Error> {
        narrator.step("A builder trains twice on five sources of real data, and writes down what training reads")?;
        let mut facts = Vec::new();
        for (seed, name, pay_rule) in [(1, "one", PayRule::Shares), (2, "two", PayRule::Metered)] {
            let training = Training::run(Settings {
                seed,
                ..Settings::default()
            })?;
            let mut log = "step,tranche,record\n".to_owned();
            for draw in training.draws() {
                let source = training.sources()[draw.source].name();
                log += &format!("{},{source},{}\n", draw.step, draw.record);
            }
            self.write(&format!("{name}.csv"), &log)?;
            let checkpoints: Vec<TraceEntry> = training
                .checkpoints()
                .iter()
                .map(|checkpoint| TraceEntry {
                    step: checkpoint.step(),
                    log_position: checkpoint.position(),
                    digest: ModelDigest::from_bytes(checkpoint.digest()),
                })
                .collect();
            let path = self.path(format!("{name}-trace.json"));
            write_json(&path, &checkpoints, Visibility::Secret, Existing::Keep)?;
            facts.push(vec![
                format!("run {name}"),
                format!(
                    "{} records read, {} checkpoints",
                    training.draws().len(),
                    checkpoints.len()
                ),
                format!(
                    "{:.0} % right on held-out wines",
                    100.0 * training.held_out_accuracy()
                ),
            ]);
            self.runs.push(Run {
                name,
                pay_rule,
                training,
            });
        }
        narrator.facts(facts)
    }

    pub(super) fn register(&mut self, narrator: &mut Narrator) -> Result<(), Error> {
        narrator.step("Contributors commit to their data, sign, and register; the builder's own cellar stays private")?;
        narrator.command("commit adega.txt --separator '\\n' --units byte --out adega --owner-key adega.key --new-key --rate 3 --terms '…'")?;
        narrator
            .command("register --registry registry.json adega bodega cantina domaine enoteca")?;
        narrator.command("commit cellar.txt --separator '\\n' --units byte --out one-cellar --private --seed one.seed")?;
        let training = &self.runs[0].training;
        for source in training.sources() {
            self.write(
                &format!("{}.txt", source.name()),
                &source.records().join("\n"),
            )?;
        }
        self.write(&format!("{UNUSED}.txt"), &training.held_out().join("\n"))?;
        let mut facts = Vec::new();
        let contributors = self.contributors();
        for (place, name) in contributors.iter().enumerate() {
            let report = self.commit(name, name, |args| {
                args.owner_key = Some(self.path(format!("{name}.key")));
                args.new_key = true;
                args.rate = Some(WrittenAmount::Parts(place as u128 + 3));
                args.terms = Some("Training allowed; pay per use.".to_owned());
            })?;
            facts.push(vec![
                (*name).to_owned(),
                format!("{} records, {} bytes", report.records, report.total_units),
                report
                    .owner
                    .map_or_else(String::new, |owner| format!("owner {owner}")),
                format!("rate {}", place + 3),
            ]);
        }
        for run in &self.runs {
            let seed = self.path(format!("{}.seed", run.name));
            secret::write_seed(&seed, &secret::new_seed())?;
            self.commit(PRIVATE, &format!("{}-{PRIVATE}", run.name), |args| {
                args.private = true;
                args.seed = Some(seed.clone());
            })?;
        }
        facts.push(cells([
            PRIVATE,
            "unregistered: committed under a secret seed, in no registry",
        ]));
        let report = registry::register(&RegisterArgs {
            registry: self.path("registry.json"),
            manifests: contributors.iter().map(|name| self.path(name)).collect(),
            allow_unsigned: false,
        })?;
        self.registrations = report.registrations;
        facts.push(cells(["registry root", &report.root.to_string()]));
        narrator.facts(facts)
    }

    fn commit(
        &self,
        data: &str,
        out: &str,
        choose: impl Fn(&mut CommitArgs),
    ) -> Result<Committed, Error> {
        let mut args = CommitArgs::new(&self.path(format!("{data}.txt")), &self.path(out));
        args.separator = Separator::parse("\\n").ok();
        args.units = "byte".to_owned();
        choose(&mut args);
        commit::run(&args, self.progress)
    }

    pub(super) fn commit_run(&mut self, narrator: &mut Narrator) -> Result<(), Error> {
        narrator.step("The builder opens each run with a deposit, and commits to it under its terms; the data loader signs what it served")?;
        narrator.command("settle open --terms one-terms.json --deposit 10coin --window 1d --key-file builder.key")?;
        narrator.command("log import one.csv --consumed --map adega=adega … --map cellar=one-cellar --out one.tlog")?;
        narrator.command("run commit --log one.tlog --registry registry.json --terms one-terms.json --trace one-trace.json --seed one.seed --out one-run")?;
        narrator.command("run sign --run one-run --log one.tlog --key loader.key")?;
        let key = self.path("loader.key");
        let loader = Address::of_key(secret::new_key(&key)?.verifying_key());
        let builder = secret::new_key(&self.path("builder.key"))?;
        let builder = Address::of_key(builder.verifying_key());
        let mut facts = Vec::new();
        for run in &self.runs {
            let name = run.name;
            self.import(run, &self.path(format!("{name}.csv")), &self.log(run))?;
            let mut terms = TermsFile::example();
            terms.pay_rule = run.pay_rule;
            terms.unit = UnitDefinition::Byte;
            terms.min_registered_ppm = 500_000;
            terms.min_evidence = 1;
            terms.registry_cutoff = self.registrations as u32;
            terms.model_digest = run
                .training
                .checkpoints()
                .last()
                .map_or(ModelDigest::from_bytes([0; 32]), |c| {
                    ModelDigest::from_bytes(c.digest())
                });
            terms.builder = builder;
            terms.evidence_key = loader;
            let path = self.path(format!("{name}-terms.json"));
            write_json(&path, &terms, Visibility::Public, Existing::Keep)?;
            facts.push(self.open(run)?);
            let committed = run::commit(
                &run::CommitArgs {
                    log: self.log(run),
                    registry: self.path("registry.json"),
                    terms: path,
                    trace: Some(self.path(format!("{name}-trace.json"))),
                    seed: Some(self.path(format!("{name}.seed"))),
                    map: Vec::new(),
                    out: self.folder(run),
                },
                self.progress,
            )?;
            facts.push(vec![
                format!("run {name}"),
                format!("commitment {}", committed.run_commitment.to_string()),
            ]);
            run::sign(
                &SignArgs {
                    run: self.folder(run),
                    log: self.log(run),
                    key: key.clone(),
                    level: 1,
                    quote: None,
                    map: Vec::new(),
                },
                self.progress,
            )?;
        }
        facts.push(cells(["evidence", "level 1: signed by the data loader's key. The training loop is the loader here, and kept the log itself"]));
        narrator.facts(facts)
    }

    /// The chain of the story, and who sends.
    pub(super) fn chain(&self, key: Option<&str>) -> ChainAccess {
        ChainAccess::embedded(
            &self.path("chain.json"),
            &self.path("deployment.json"),
            key.map(|key| self.path(key)).as_deref(),
        )
    }

    /// A run's terms.
    pub(super) fn terms(&self, run: &Run) -> PathBuf {
        self.path(format!("{}-terms.json", run.name))
    }

    /// Opens a run with its deposit; its terms name chain, contract and run afterwards.
    fn open(&self, run: &Run) -> Result<Vec<String>, Error> {
        let deposit = match run.pay_rule {
            PayRule::Metered => METERED_DEPOSIT,
            PayRule::None | PayRule::Shares => POT,
        };
        let request = OpenRequest {
            chain: self.chain(Some(BUILDER)),
            terms: self.terms(run),
            stake: Some(Stake {
                window: 86_400,
                ..Stake::new(Sum::of_parts(deposit))
            }),
        };
        let report = settle::open(&request, &self.progress)?;
        Ok(vec![
            format!("run {}", run.name),
            format!("opened with {}", coin(U256::from(deposit))),
            format!("{} gas", report.total_gas),
        ])
    }

    /// Imports a log of a run.
    pub(super) fn import(&self, run: &Run, file: &Path, out: &Path) -> Result<(), Error> {
        let folder = |source: &str| match source {
            PRIVATE => self.path(format!("{}-{PRIVATE}", run.name)),
            name => self.path(name),
        };
        let sources = run.training.sources().iter().map(|source| source.name());
        import(
            &ImportRequest {
                input: LogInput {
                    files: vec![file.to_owned()],
                    map: sources
                        .map(|name| (name.to_owned(), folder(name)))
                        .collect(),
                    order: Some(LogOrder::Consumed),
                    ..LogInput::default()
                },
                out: out.to_owned(),
                recording: RecordingRequest::default(),
            },
            &self.progress,
        )?;
        Ok(())
    }

    fn log(&self, run: &Run) -> PathBuf {
        self.path(format!("{}.tlog", run.name))
    }

    /// A run's folder.
    pub(super) fn folder(&self, run: &Run) -> PathBuf {
        self.path(format!("{}-run", run.name))
    }

    /// A run's usage proof.
    pub(super) fn usage_proof(&self, run: &Run) -> PathBuf {
        self.path(format!("{}-usage.proof", run.name))
    }

    pub(super) fn prove(&mut self, narrator: &mut Narrator) -> Result<(), Error> {
        narrator.step("The builder proves, for each run, that the committed log has exactly the committed counts")?;
        narrator.command("prove --run one-run --out one-usage.proof")?;
        let mut facts = Vec::new();
        for run in &self.runs {
            let args = ProveArgs {
                run: self.folder(run),
                out: self.usage_proof(run),
                map: Vec::new(),
                circuit: None,
                keys: KeyArgs::default(),
            };
            let report = prove::run(&args, &self.ring, self.progress)?;
            facts.push(vec![
                format!("run {}", run.name),
                format!(
                    "circuit {}, {} bytes, {:.1} s and {:.1} s for keys",
                    report.circuit, report.file_bytes, report.prove_seconds, report.key_seconds
                ),
            ]);
        }
        facts.push(cells([INSECURE]));
        narrator.facts(facts)
    }

    /// Writes a file of the builder's or a contributor's own.
    pub(super) fn write(&self, name: &str, text: &str) -> Result<PathBuf, Error> {
        let path = self.path(name);
        atomic::write(&path, text.as_bytes(), Visibility::Secret, Existing::Keep)?;
        Ok(path)
    }
}
