//! Hugging Face `datasets`: a table of indices in Arrow IPC, as it wrote it for ten records in a shuffled order.

use super::files::{logged, tranches};
use crate::common::{Files, bad, good};

const STREAM: &[u8] = include_bytes!("../../../../ingest/tests/data/datasets.arrow");
const SHUFFLED: [u64; 10] = [8, 4, 7, 0, 1, 2, 5, 9, 6, 3];

#[test]
fn an_order_is_planned_unless_the_user_says_otherwise() {
    let files = Files::new();
    tranches(&files, &[("books", 10)]);
    files.write("indices.arrow", STREAM);
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
