//! A log read to its end: every draw counted, or noted for what is wrong with it.

use std::path::Path;

use tranche_ingest::doctor::finding::Findings;
use tranche_ingest::doctor::tally::Tally;
use tranche_ingest::training_log::recorder::RecordingReport;
use tranche_ingest::training_log::{LogFault, LogReader};
use tranche_protocol::log::LogOrder;

use super::super::catalog::Catalog;
use super::super::input::{ChosenFormat, LogInput};
use super::super::recording::RecordingRequest;
use super::super::told::LogTold;
use super::noted::note_error;
use super::tranches::Looked;
use crate::artefact::run_log::{LogSource, RunLog};
use crate::error::{Error, Fault};
use crate::progress::Progress;

/// Draws between two reports of progress.
const REPORT_EVERY: u64 = 4_096;

/// A log that was read to its end, or as far as it goes.
pub(super) struct ReadLog {
    pub(super) format: Option<ChosenFormat>,
    pub(super) told: LogTold,
    pub(super) recording: Option<RecordingReport>,
    pub(super) order: Option<LogOrder>,
    pub(super) sources: Vec<LogSource>,
    pub(super) looked: Vec<Looked>,
    pub(super) tally: Tally,
    pub(super) catalog: Option<Catalog>,
}

/// Whether a file is a run's log, as an import writes it.
pub(super) fn is_run_log(path: &Path) -> Result<bool, Error> {
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

/// Reads a run's log to its end.
pub(super) fn read_run_log(
    input: &LogInput,
    progress: &Progress,
    findings: &mut Findings,
) -> Result<ReadLog, Error> {
    input.imported()?;
    let mut log = RunLog::open(input.path())?;
    if let Some(said) = input.order.filter(|said| *said != log.order()) {
        findings.note(
            Some(input.path()),
            format!("the log is {:?}, not {said:?}", log.order()),
            "import the trainer's log again, as what it is",
        );
    }
    log.relocate(&input.map)?;
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
            stage.advance(REPORT_EVERY)?;
        }
    }
    Ok(ReadLog {
        format: None,
        told: LogTold::default(),
        recording: None,
        order: Some(log.order()),
        sources,
        looked,
        tally,
        catalog: None,
    })
}

/// Reads a trainer's log to its end, or as far as its reader goes on.
pub(super) fn read_trainer_log(
    input: &LogInput,
    recording: &RecordingRequest,
    progress: &Progress,
    findings: &mut Findings,
) -> Result<ReadLog, Error> {
    let stage = progress.stage("checking draws", None);
    let opened = match input.open(recording) {
        Ok(log) => Some(log),
        Err(error @ Error::Input(_)) => {
            note_error(findings, &error);
            None
        }
        Err(error) => return Err(error),
    };
    let recorded = opened.as_ref().and_then(|log| log.recording.as_ref());
    let placed = recorded.is_some();
    let (mut catalog, faults) = Catalog::open(&input.map, input.run_file.as_deref(), placed)?;
    faults.iter().for_each(|fault| note_error(findings, fault));
    if let Some(found) = recorded {
        let mapped = |name: &str| catalog.find(name).map(|place| &catalog.sources[place]);
        if let Err(error) = recording.check(input.path(), found, mapped) {
            note_error(findings, &error);
        }
    }
    let looked: Vec<Looked> = catalog
        .sources
        .iter()
        .map(|source| Looked::at(source, findings))
        .collect();
    let mut tally = Tally::new(catalog.sources.iter().map(|source| source.records));
    let order = opened.as_ref().map(|log| log.order);
    let format = opened.as_ref().map(|log| log.format.clone());
    let (mut told, mut recording_report) = (LogTold::default(), None);
    if let Some(log) = opened {
        log.faults
            .iter()
            .for_each(|fault| note_error(findings, fault));
        let mut reader = log.reader;
        let mut row = None;
        loop {
            match draw(&mut reader, &mut catalog, &looked, &mut tally, findings) {
                Ok(true) => {}
                Ok(false) => break,
                Err(error) => {
                    note_error(findings, &error);
                    let Error::Input(input) = &error else {
                        return Err(error);
                    };
                    let at = input.row;
                    if !reader.goes_on(input) || at == row {
                        break;
                    }
                    row = at;
                }
            }
            if reader.draws().is_multiple_of(REPORT_EVERY) {
                stage.advance(REPORT_EVERY)?;
            }
        }
        (told, recording_report) = LogTold::of(&reader);
        let last = tally.last_step;
        if let Some(through) = input.through.filter(|through| last < Some(*through)) {
            let fault = LogFault::EndsBefore { through, last };
            note_error(findings, &Error::file(input.path(), fault));
        }
    }
    Ok(ReadLog {
        format,
        told,
        recording: recording_report,
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
    let wrong = |fault: Fault| Error::row(reader.file(), draw.row, fault);
    // Where the order of steps is lost, the reader says so.
    tally.step(draw.step);
    match catalog.resolve(draw.source, reader.label(draw.source), draw.record) {
        Ok((place, record)) => {
            let units = looked[place].weights.of(record);
            tally.push(draw.step, place, record, units);
        }
        Err(fault) => note_error(findings, &wrong(fault)),
    }
    Ok(true)
}
