//! Logs of one file: CSV, JSON lines and Parquet.

use tranche_cli::logfile::{Format, LogReader};

use crate::scratch;

pub(crate) fn csv(data: &[u8]) {
    open("log.csv", data, Format::Csv);
}

pub(crate) fn jsonl(data: &[u8]) {
    open("log.jsonl", data, Format::Jsonl);
}

pub(crate) fn parquet(data: &[u8]) {
    open("log.parquet", data, Format::Parquet);
}

fn open(name: &str, data: &[u8], format: Format) {
    let path = scratch::file(name, data);
    match LogReader::open(&path, format) {
        Ok(log) => {
            let rows = follow(log);
            assert!(rows <= 64 + 64 * data.len() as u64, "{rows} draws");
        }
        Err(error) => super::refused(&error),
    }
}

/// Reads to the end or the first refusal; steps do not fall and every source has a label. Gives the number of draws.
pub(crate) fn follow(mut log: LogReader) -> u64 {
    let mut step = 0;
    loop {
        match log.read() {
            Ok(Some(draw)) => {
                assert!(draw.step >= step);
                step = draw.step;
                let _ = log.label(draw.source);
            }
            Ok(None) => break,
            Err(error) => {
                super::refused(&error);
                break;
            }
        }
    }
    log.draws()
}
