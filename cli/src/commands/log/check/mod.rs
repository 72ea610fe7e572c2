//! `tranche log check`: finds all that is wrong with a log before it is proven.

mod finding;
mod mixture;
mod nanotron;
mod plot;
mod report;
mod tally;
mod tranches;

use std::path::{Path, PathBuf};

use clap::Args;
use tranche_circuits::usage::params::{RunSize, choose_size};
use tranche_protocol::address::Address;
use tranche_protocol::log::LogOrder;
use tranche_protocol::registry::Registry;
use tranche_protocol::unit::UnitDefinition;

use super::catalog::Catalog;
use super::input::{About, InputOptions};
use super::recording::{RecordingOptions, parse_address};
use crate::artefact::read_registry;
use crate::artefact::run_log::{LogSource, RunLog};
use crate::artefact::terms::TermsFile;
use crate::error::{Error, Fault};
use crate::logfile::LogReader;
use crate::progress::Progress;
use finding::Findings;
use nanotron::{Claim, ComparedFolder, Counted};
use plot::Picture;
pub use report::CheckReport;
use report::CheckedSource;
use tally::Tally;
use tranches::Looked;

/// Draws between two reports of progress.
const REPORT_EVERY: u64 = 4_096;
/// Units of a run must be below this.
const MAX_UNITS: u64 = 1 << 48;

/// `tranche log check`.
#[derive(Args, Clone, Debug)]
#[command(after_help = "Examples:
  tranche log check run.tlog --registry registry.json --terms terms.json
  tranche log check draws.csv --consumed --map books=books --map mine=mine
  tranche log check save/data-indices --run-file run.json --plot mixture.svg
  tranche log check run.tlog --nanotron checkpoints/1000/checkpoint_metadata.json

Reads a trainer's log as `log import` does, or a log that it wrote, and goes on after what is wrong: every problem with its
file, its first rows and what to do. Writes nothing but the plot. Exit code 0 if the log is clean, 1 if it is not.")]
pub struct CheckArgs {
    /// The log.
    #[command(flatten)]
    pub input: InputOptions,
    /// A registry that must have every registered tranche
    #[arg(long, value_name = "FILE")]
    pub registry: Option<PathBuf>,
    /// Terms that the log must fit: order, unit, registry cut-off
    #[arg(long, value_name = "FILE")]
    pub terms: Option<PathBuf>,
    /// A Nanotron checkpoint's metadata, whose token counts must be the log's
    #[arg(long, value_name = "FILE")]
    pub nanotron: Option<PathBuf>,
    /// Draw the mixture over the run: a file that ends with .svg or .html
    #[arg(long, value_name = "FILE")]
    pub plot: Option<PathBuf>,
    /// For recordings: the address whose seals count
    #[arg(long, value_name = "ADDRESS", value_parser = parse_address)]
    pub evidence_key: Option<Address>,
}

impl CheckArgs {
    fn recording(&self) -> RecordingOptions {
        RecordingOptions {
            evidence_key: self.evidence_key,
            ..RecordingOptions::default()
        }
    }
}

/// What all is compared with.
struct Expected {
    order: Option<LogOrder>,
    unit: Option<UnitDefinition>,
    registry: Option<Registry>,
    claim: Option<(PathBuf, Claim)>,
}

/// Runs the command.
///
/// # Errors
/// [`Error`] of the options, or of a file that cannot be opened at all. What is wrong with the log is in the report.
pub(super) fn run(args: &CheckArgs, progress: Progress) -> Result<CheckReport, Error> {
    let picture = args.plot.as_deref().map(Picture::of).transpose()?;
    let mut findings = Findings::default();
    let expected = expected(args, &mut findings)?;
    let checked = match is_run_log(args.input.path())? {
        true => of_run_log(args, progress, &mut findings)?,
        false => of_trainer(args, progress, &mut findings)?,
    };
    let Checked {
        order,
        sources,
        looked,
        tally,
        catalog,
    } = checked;
    if let (Some(wanted), Some(order)) = (expected.order, order)
        && wanted != order
    {
        findings.note(
            args.terms.as_deref(),
            format!("the terms want a {wanted:?} log, this is {order:?}"),
            "say in the terms what the log is, or import a log of the other kind",
        );
    }
    tranches::compare(
        &sources,
        &looked,
        expected.unit,
        expected.registry.as_ref(),
        &mut findings,
    );
    usage(args.input.path(), &sources, &tally, &mut findings);
    let circuit = capacity(&sources, &looked, &tally, &mut findings);
    let nanotron = match &expected.claim {
        Some((path, claim)) => {
            let find = |name: &str| match &catalog {
                Some(catalog) => catalog.find(name),
                None => sources
                    .iter()
                    .position(|s| s.names.iter().any(|known| known == name)),
            };
            cross_check(path, claim, &sources, &looked, &tally, &find, &mut findings)
        }
        None => Vec::new(),
    };
    let names: Vec<String> = sources
        .iter()
        .map(|source| source.names.join(", "))
        .collect();
    if let (Some(picture), Some(path)) = (picture, &args.plot) {
        picture.write(path, &tally.mixture, &names)?;
    }
    let (conclusion, mixture) = CheckReport::mixture_of(&tally.mixture, &names);
    let (findings, more_findings) = findings.finish();
    Ok(CheckReport {
        log: args.input.path().to_owned(),
        clean: findings.is_empty(),
        order,
        draws: tally.draws(),
        steps: tally.steps,
        first_step: tally.first_step,
        last_step: tally.last_step,
        sources: sources
            .iter()
            .zip(&tally.sources)
            .zip(names)
            .map(|((source, tally), name)| CheckedSource {
                name,
                registered: !source.private,
                records: source.records,
                draws: tally.draws,
                units: tally.units,
                chunks: tally.chunks(),
            })
            .collect(),
        circuit,
        conclusion,
        mixture,
        nanotron,
        findings,
        more_findings,
        plot: args.plot.clone(),
    })
}

/// Reads what the log is compared with; what is wrong with it is a finding too.
fn expected(args: &CheckArgs, findings: &mut Findings) -> Result<Expected, Error> {
    let mut expected = Expected {
        order: None,
        unit: None,
        registry: None,
        claim: None,
    };
    let mut cutoff = None;
    if let Some(path) = &args.terms {
        let terms = TermsFile::read(path)?;
        expected.order = Some(terms.order);
        expected.unit = Some(terms.unit);
        cutoff = Some(terms.registry_cutoff);
    }
    if let Some(path) = &args.registry {
        let registry = read_registry(path)?;
        expected.registry = Some(match cutoff {
            Some(cutoff) => registry.at(cutoff),
            None => registry,
        });
    }
    if let Some(path) = &args.nanotron {
        match Claim::read(path) {
            Ok(claim) => expected.claim = Some((path.clone(), claim)),
            Err(error @ Error::Input(_)) => findings.error(&error),
            Err(error) => return Err(error),
        }
    }
    Ok(expected)
}

/// A log that was read to its end, or as far as it goes.
struct Checked {
    order: Option<LogOrder>,
    sources: Vec<LogSource>,
    looked: Vec<Looked>,
    tally: Tally,
    catalog: Option<Catalog>,
}

fn is_run_log(path: &Path) -> Result<bool, Error> {
    use std::io::Read as _;
    if path.is_dir() {
        return Ok(false);
    }
    let file = std::fs::File::open(path).map_err(|error| Error::io("open", path, error))?;
    let mut head = Vec::new();
    file.take(8)
        .read_to_end(&mut head)
        .map_err(|error| Error::io("read", path, error))?;
    Ok(head == b"TRNCHLOG")
}

fn of_run_log(
    args: &CheckArgs,
    progress: Progress,
    findings: &mut Findings,
) -> Result<Checked, Error> {
    args.input.imported()?;
    let mut log = RunLog::open(args.input.path())?;
    if let Some(said) = args.input.said().filter(|said| *said != log.order()) {
        findings.note(
            Some(args.input.path()),
            format!("the log is {:?}, not {said:?}", log.order()),
            "import the trainer's log again, as what it is",
        );
    }
    log.relocate(&args.input.map)?;
    let stage = progress.stage("checking draws", Some(log.count()));
    let sources = log.sources().to_vec();
    let looked: Vec<Looked> = sources
        .iter()
        .map(|source| Looked::at(source, findings))
        .collect();
    let mut tally = Tally::new(sources.iter().map(|source| source.records));
    let mut read = 0u64;
    for draw in log.draws() {
        let place = draw.source as usize;
        tally.step(draw.step);
        let units = looked[place].weights.of(draw.record);
        tally.push(draw.step, place, draw.record, units);
        read += 1;
        if read.is_multiple_of(REPORT_EVERY) {
            stage.advance(REPORT_EVERY);
        }
    }
    Ok(Checked {
        order: Some(log.order()),
        sources,
        looked,
        tally,
        catalog: None,
    })
}

fn of_trainer(
    args: &CheckArgs,
    progress: Progress,
    findings: &mut Findings,
) -> Result<Checked, Error> {
    let stage = progress.stage("checking draws", None);
    let opened = match args.input.open(&args.recording()) {
        Ok(log) => Some(log),
        Err(error @ Error::Input(_)) => {
            findings.error(&error);
            None
        }
        Err(error) => return Err(error),
    };
    let about = opened.as_ref().map(|log| &log.about);
    let placed = matches!(about, Some(About::Recording(_)));
    let (mut catalog, faults) = Catalog::open(&args.input, placed)?;
    faults.iter().for_each(|fault| findings.error(fault));
    if let Some(About::Recording(recording)) = about {
        let mapped = |name: &str| catalog.find(name).map(|place| &catalog.sources[place]);
        if let Err(error) = args.recording().check(args.input.path(), recording, mapped) {
            findings.error(&error);
        }
    }
    let looked: Vec<Looked> = catalog
        .sources
        .iter()
        .map(|source| Looked::at(source, findings))
        .collect();
    let mut tally = Tally::new(catalog.sources.iter().map(|source| source.records));
    let order = opened.as_ref().map(|log| log.order);
    if let Some(log) = opened {
        log.faults.iter().for_each(|fault| findings.error(fault));
        let mut reader = log.reader;
        let mut row = None;
        loop {
            match draw(&mut reader, &mut catalog, &looked, &mut tally, findings) {
                Ok(true) => {}
                Ok(false) => break,
                Err(error) => {
                    findings.error(&error);
                    let at = match &error {
                        Error::Input(input) => input.row,
                        _ => return Err(error),
                    };
                    if !reader.goes_on(&error) || at == row {
                        break;
                    }
                    row = at;
                }
            }
            if reader.draws().is_multiple_of(REPORT_EVERY) {
                stage.advance(REPORT_EVERY);
            }
        }
    }
    Ok(Checked {
        order,
        sources: catalog.sources.clone(),
        looked,
        tally,
        catalog: Some(catalog),
    })
}

/// Reads the next draw, and counts it or notes what is wrong with it; `false` at the end.
fn draw(
    reader: &mut LogReader,
    catalog: &mut Catalog,
    looked: &[Looked],
    tally: &mut Tally,
    findings: &mut Findings,
) -> Result<bool, Error> {
    let Some(draw) = reader.read_unordered()? else {
        return Ok(false);
    };
    let wrong = |fault| Error::row(reader.file(), draw.row, fault);
    if let Some(previous) = tally.step(draw.step) {
        let got = draw.step;
        findings.error(&wrong(Fault::StepWentBack { previous, got }));
    }
    match catalog.resolve(draw.source, reader.label(draw.source), draw.record) {
        Ok((place, record)) => {
            let units = looked[place].weights.of(record);
            tally.push(draw.step, place, record, units);
        }
        Err(fault) => findings.error(&wrong(fault)),
    }
    Ok(true)
}

/// Notes sources that nothing was drawn from, and sums that no proof holds.
fn usage(path: &Path, sources: &[LogSource], tally: &Tally, findings: &mut Findings) {
    if tally.draws() == 0 {
        findings.note(
            Some(path),
            "no draw can be counted".to_owned(),
            "check the path and the format",
        );
        return;
    }
    for (source, tally) in sources.iter().zip(&tally.sources) {
        if tally.draws == 0 {
            findings.note(
                Some(&source.folder),
                format!("\"{}\" is never drawn from", source.names.join(", ")),
                "leave it out, or give the log of the whole run",
            );
        }
    }
    if let Some(units) = tally.units().filter(|units| *units >= MAX_UNITS) {
        findings.note(
            Some(path),
            format!("the draws weigh {units} units; a proof holds less than 2^48"),
            "prove the run in shorter segments, or commit by a coarser unit",
        );
    }
}

/// The smallest circuit that holds the run; notes why there is none.
fn capacity(
    sources: &[LogSource],
    looked: &[Looked],
    tally: &Tally,
    findings: &mut Findings,
) -> Option<&'static str> {
    let drawn = || {
        let all = sources.iter().zip(looked).zip(&tally.sources);
        all.filter(|((source, _), tally)| tally.draws > 0 || source.private)
    };
    let registered = drawn().filter(|((source, _), tally)| !source.private && tally.draws > 0);
    let whole = |count: u64| usize::try_from(count).unwrap_or(usize::MAX);
    let demand = RunSize {
        draws: whole(tally.draws()),
        chunks: whole(drawn().map(|(_, tally)| tally.chunks()).sum()),
        tranches: registered.count(),
        uniform: drawn().all(|((_, looked), _)| looked.uniform),
    };
    match choose_size(demand) {
        Ok(rung) => Some(rung.name),
        Err(error) => {
            findings.note(None, error.to_string(), "docs/limits.md has the sizes");
            None
        }
    }
}

/// Compares a checkpoint's token counts with the log's.
fn cross_check(
    path: &Path,
    claim: &Claim,
    sources: &[LogSource],
    looked: &[Looked],
    tally: &Tally,
    find: &dyn Fn(&str) -> Option<usize>,
    findings: &mut Findings,
) -> Vec<ComparedFolder> {
    let counted: Vec<Counted<'_>> = sources
        .iter()
        .zip(looked)
        .zip(&tally.sources)
        .map(|((source, looked), tally)| Counted {
            names: &source.names,
            draws: tally.draws,
            tokens: match looked.unit {
                Some(UnitDefinition::Token(_)) => tally.units,
                _ => claim
                    .sequence_length
                    .and_then(|length| tally.draws.checked_mul(length)),
            },
        })
        .collect();
    nanotron::compare(path, claim, &counted, find, findings)
}
