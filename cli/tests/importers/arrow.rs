//! Hugging Face `datasets`: a table of indices in Arrow IPC.
//!
//! The two files below are not made here. `STREAM` is what `datasets` 5.2 wrote for `Dataset.shuffle(seed=1, indices_cache_file_name=…)` of ten
//! records, `FILE` what pyarrow's `ipc.new_file` wrote for two batches, both with the indices that Python printed.

use std::num::NonZeroU64;
use std::path::Path;

use tranche_ingest::error::Error;
use tranche_ingest::training_log::{LogFault, LogFormat, LogReader};

use crate::common::{Files, bad, good};
use crate::files::{logged, tranches};

const STREAM: &str = "ffffffff200100001000000000000a000e000600050008000a000000000104001000000000000a000c000000040008000a000000a800000004000000010000000c00000008000c0004000800080000007c000000040000006d0000007b22696e666f223a207b226665617475726573223a207b22696e6469636573223a207b226474797065223a202275696e743634222c20225f74797065223a202256616c7565227d7d7d2c202266696e6765727072696e74223a202265393433643633643237366338363561227d0000000b00000068756767696e6766616365000100000014000000100014000800060007000c000000100010000000000001021000000020000000040000000000000007000000696e64696365730000000600080004000600000040000000ffffffff8800000014000000000000000c0016000600050008000c000c0000000003040018000000500000000000000000000a0018000c00040008000a0000003c000000100000000a000000000000000000000002000000000000000000000000000000000000000000000000000000500000000000000000000000010000000a0000000000000000000000000000000800000000000000040000000000000007000000000000000000000000000000010000000000000002000000000000000500000000000000090000000000000006000000000000000300000000000000ffffffff00000000";
const SHUFFLED: [u64; 10] = [8, 4, 7, 0, 1, 2, 5, 9, 6, 3];
const FILE: &str = "4152524f57310000ffffffff780000001000000000000a000c000600050008000a000000000104000c000000080008000000040008000000040000000100000014000000100014000800060007000c000000100010000000000001021000000020000000040000000000000007000000696e64696365730000000600080004000600000040000000ffffffff8800000014000000000000000c0016000600050008000c000c0000000003040018000000180000000000000000000a0018000c00040008000a0000003c00000010000000020000000000000000000000020000000000000000000000000000000000000000000000000000001800000000000000000000000100000002000000000000000000000000000000030000000000000001000000000000000200000000000000ffffffff8800000014000000000000000c0016000600050008000c000c0000000003040018000000080000000000000000000a0018000c00040008000a0000003c000000100000000100000000000000000000000200000000000000000000000000000000000000000000000000000008000000000000000000000001000000010000000000000000000000000000000200000000000000ffffffff00000000100000000c001400060008000c0010000c000000000004004c0000003c000000040000000200000088000000000000009000000000000000180000000000000030010000000000009000000000000000080000000000000000000000080008000000040008000000040000000100000014000000100014000800060007000c000000100010000000000001021000000020000000040000000000000007000000696e64696365730000000600080004000600000040000000b80000004152524f5731";

fn read(path: &Path) -> Result<Vec<(u64, u64)>, Error> {
    let batch = NonZeroU64::new(4).unwrap();
    let mut reader = LogReader::open(path, LogFormat::Arrow { batch })?;
    let mut draws = Vec::new();
    while let Some(draw) = reader.read()? {
        assert_eq!(draw.row, draws.len() as u64 + 1);
        draws.push((draw.step, draw.record));
    }
    Ok(draws)
}

#[test]
fn what_datasets_and_pyarrow_wrote_is_read() {
    let files = Files::new();
    let path = files.write("indices.arrow", hex::decode(STREAM).unwrap());
    let wanted: Vec<(u64, u64)> = (0..).map(|row| row / 4).zip(SHUFFLED).collect();
    assert_eq!(read(&path).unwrap(), wanted);
    let path = files.write("file.arrow", hex::decode(FILE).unwrap());
    assert_eq!(read(&path).unwrap(), [(0, 3), (0, 1), (0, 2)]);
}

#[test]
fn every_truncation_is_refused_and_no_changed_byte_harms() {
    for text in [STREAM, FILE] {
        let files = Files::new();
        let whole = hex::decode(text).unwrap();
        for length in 0..whole.len() {
            let path = files.write("a.arrow", &whole[..length]);
            let error = read(&path).unwrap_err();
            assert!(
                matches!(error.fault(), Some(LogFault::Arrow(_))),
                "{length}: {error}"
            );
        }
        for at in 0..whole.len() {
            for bit in [0x01, 0x80, 0xff] {
                let mut broken = whole.clone();
                broken[at] ^= bit;
                let path = files.write("a.arrow", &broken);
                if let Err(error) = read(&path) {
                    assert!(
                        matches!(error.fault(), Some(LogFault::Arrow(_))),
                        "{at}: {error}"
                    );
                }
            }
        }
        let path = files.write("a.arrow", [&whole[..], &[0]].concat());
        assert!(read(&path).is_err());
    }
}

#[test]
fn an_order_is_planned_unless_the_user_says_otherwise() {
    let files = Files::new();
    tranches(&files, &[("books", 10)]);
    files.write("indices.arrow", hex::decode(STREAM).unwrap());
    let report = good(
        files.root(),
        "log import indices.arrow --batch 4 --map dataset=books --out run.tlog",
    );
    assert_eq!(
        (&report["order"], &report["steps"]),
        (&"planned".into(), &3.into())
    );
    let wanted: Vec<_> = (0..)
        .map(|row| row / 4)
        .zip(SHUFFLED)
        .map(|(step, record)| (step, 0, record))
        .collect();
    assert_eq!(logged(&files.path("run.tlog")), wanted);
    let report = good(
        files.root(),
        "log import indices.arrow --batch 4 --consumed --map dataset=books --out run.tlog",
    );
    assert_eq!(report["order"], "consumed");
    bad(
        files.root(),
        "log import indices.arrow --map dataset=books --out b.tlog",
        2,
        &["--batch"],
    );
    bad(
        files.root(),
        "log import indices.arrow --batch 4 --map other=books --out b.tlog",
        2,
        &["is not mapped"],
    );
}
