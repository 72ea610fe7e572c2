//! Logs of one file: CSV, JSON lines, Parquet, Arrow and raw indices. Of the last the first byte is the batch, the second the ranks.

use std::num::NonZeroU64;

use tranche_cli::logfile::{Format, LogReader, Plan};

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

pub(crate) fn arrow(data: &[u8]) {
    let batch = count(4);
    open("log.arrow", data, Format::Arrow { batch });
}

pub(crate) fn indices(data: &[u8]) {
    let [batch, ranks, bytes @ ..] = data else {
        return;
    };
    let path = scratch::file("global_indices.npy", bytes);
    let plan = Plan {
        batch: count(*batch),
        ranks: count(*ranks),
        batches: None,
    };
    match LogReader::indices(&[path], plan) {
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
