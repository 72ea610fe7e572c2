//! Logs of one file: CSV, JSON lines, Parquet, Arrow and raw indices. Of the last the first byte is the batch, the second the ranks.

use std::num::NonZeroU64;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tranche_ingest::Input;
use tranche_ingest::input::{Files, Memory};
use tranche_ingest::training_log::{LastBatch, LogFormat, LogReader, Plan, SameData};

/// Draws after which a log is left: a page of Parquet repeats a value a billion times in a few bytes.
const ENOUGH: u64 = 10_000;

pub(crate) fn csv(data: &[u8]) {
    open("log.csv", data, LogFormat::Csv);
}

pub(crate) fn jsonl(data: &[u8]) {
    open("log.jsonl", data, LogFormat::Jsonl);
}

pub(crate) fn parquet(data: &[u8]) {
    open("log.parquet", data, LogFormat::Parquet);
}

pub(crate) fn arrow(data: &[u8]) {
    let batch = count(4);
    open("log.arrow", data, LogFormat::Arrow { batch });
}

pub(crate) fn indices(data: &[u8]) {
    let [batch, ranks, bytes @ ..] = data else {
        return;
    };
    let path = PathBuf::from("global_indices.npy");
    let files: Arc<dyn Files> = Arc::new(Memory::new().with(&path, bytes));
    let plan = Plan {
        batch: count(*batch),
        ranks: count(*ranks),
        state: None,
        last_batch: Some(LastBatch::Served),
    };
    match LogReader::indices_in(&files, &[path], plan) {
        Ok(log) => {
            follow(log);
        }
        Err(error) => super::refused(&error),
    }
}

/// A number from 1.
pub(crate) fn count(byte: u8) -> NonZeroU64 {
    NonZeroU64::new(byte.into()).unwrap_or(NonZeroU64::MIN)
}

fn open(name: &str, data: &[u8], format: LogFormat) {
    if !matches!(format, LogFormat::Arrow { .. }) {
        let files = Memory::new().with(name, data);
        let path = Path::new(name);
        match LogReader::table_in(&files, path, format, SameData::Refused) {
            Ok(log) => {
                follow(log);
            }
            Err(error) => super::refused(&error),
        }
    }
    match LogReader::new(Input::bytes(name, data), format) {
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
