//! Logs of one file: CSV, JSON lines and Parquet.

use tranche_cli::logfile::{Format, LogReader};

use crate::scratch;

/// Draws after which a log is left: a page of Parquet repeats a value a billion times in a few bytes.
const ENOUGH: u64 = 10_000;

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
            follow(log);
        }
        Err(error) => super::refused(&error),
    }
}

/// Reads to the end, the first refusal or enough draws; steps do not fall and every source has a label. Gives the number of draws.
pub(crate) fn follow(mut log: LogReader) -> u64 {
    let mut step = 0;
    while log.draws() < ENOUGH {
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
