//! Hugging Face `datasets`: tables of indices in Arrow IPC, made by others (tests/data/README.md).
#![cfg(feature = "arrow")]

use std::num::NonZeroU64;

use tranche_ingest::Input;
use tranche_ingest::error::{Error, FormatFault};
use tranche_ingest::training_log::{LogFault, LogFormat, LogReader};

const STREAM: &[u8] = include_bytes!("data/datasets.arrow");
const SHUFFLED: [u64; 10] = [8, 4, 7, 0, 1, 2, 5, 9, 6, 3];
const FILE: &[u8] = include_bytes!("data/pyarrow.arrow");

/// Whether an error is of the table's form, or of its columns.
fn is_arrow(error: &Error) -> bool {
    matches!(error.fault(), Some(LogFault::Arrow(_)))
        || matches!(
            error.fault(),
            Some(FormatFault::BadArrow(_) | FormatFault::ColumnType { .. } | FormatFault::Empty(_))
        )
}

fn read(bytes: &[u8]) -> Result<Vec<(u64, u64)>, Error> {
    let batch = NonZeroU64::new(4).unwrap();
    let mut reader = LogReader::new(Input::bytes("a.arrow", bytes), LogFormat::Arrow { batch })?;
    let mut draws = Vec::new();
    while let Some(draw) = reader.read()? {
        assert_eq!(draw.row, draws.len() as u64 + 1);
        draws.push((draw.step, draw.record));
    }
    Ok(draws)
}

#[test]
fn what_datasets_and_pyarrow_wrote_is_read() {
    let wanted: Vec<(u64, u64)> = (0..).map(|row| row / 4).zip(SHUFFLED).collect();
    assert_eq!(read(STREAM).unwrap(), wanted);
    assert_eq!(read(FILE).unwrap(), [(0, 3), (0, 1), (0, 2)]);
}

#[test]
fn every_truncation_is_refused_and_no_changed_byte_harms() {
    for whole in [STREAM, FILE] {
        for length in 0..whole.len() {
            let error = read(&whole[..length]).unwrap_err();
            assert!(is_arrow(&error), "{length}: {error}");
        }
        for at in 0..whole.len() {
            for bit in [0x01, 0x80, 0xff] {
                let mut broken = whole.to_vec();
                broken[at] ^= bit;
                if let Err(error) = read(&broken) {
                    assert!(matches!(error, Error::Input(_)), "{at}: {error}");
                }
            }
        }
        assert!(read(&[whole, &[0]].concat()).is_err());
    }
}
