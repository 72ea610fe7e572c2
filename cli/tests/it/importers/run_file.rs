//! Run files: names, paths, numbers and ranges to tranches. The recorder's own fields are checked against `tranche_recorder/sources.py`.

use serde_json::{Value, json};
use tranche_ingest::error::{Error, Fault, FormatFault};
use tranche_ingest::training_log::run_file::RunFile;
use tranche_ingest::training_log::{Label, LogFault};

use super::files::{draws, logged, run_file, tranches};
use crate::common::{Files, bad, good};

fn fault(sources: Value, more: Value) -> Fault {
    let files = Files::new();
    run_file(&files, "run.json", sources, more);
    let error = RunFile::read(&files.path("run.json")).unwrap_err();
    assert!(error.to_string().contains("run.json"), "{error}");
    match error {
        Error::Input(input) => input.fault,
        other => panic!("{other}"),
    }
}

#[test]
fn ranges_that_overlap_leave_a_gap_or_name_nobody_are_refused() {
    let ranges =
        |a: Value, b: Value| json!([{"name": "a", "ranges": a}, {"name": "b", "ranges": b}]);
    for (sources, more, words) in [
        (
            ranges(json!([[0, 10]]), json!([[9, 20]])),
            json!({}),
            "overlap",
        ),
        (
            ranges(json!([[0, 10]]), json!([[11, 20]])),
            json!({}),
            "no source has the indices 10 to 11",
        ),
        (
            ranges(json!([[1, 10]]), json!([])),
            json!({}),
            "no source has the indices 0 to 1",
        ),
        (
            ranges(json!([[0, 10], [10, 10]]), json!([])),
            json!({}),
            "is empty",
        ),
        (ranges(json!([[5, 0]]), json!([])), json!({}), "is empty"),
        (
            ranges(json!([[0, 10]]), json!([])),
            json!({"concatenated": [{"path": "a", "records": 1}]}),
            "both",
        ),
        (
            json!([{"name": "a", "paths": ["x/*"]}]),
            json!({"concatenated": [{"path": "y/1", "records": 1}]}),
            "no source matches the part \"y/1\"",
        ),
        (
            json!([{"name": "a", "paths": ["x/*"]}, {"name": "b", "paths": ["x/1"]}]),
            json!({"concatenated": [{"path": "x/1", "records": 1}]}),
            "matched by the sources",
        ),
        (
            json!([{"name": "a", "paths": ["x"]}]),
            json!({"concatenated": [{"path": "x", "records": 0}]}),
            "is empty",
        ),
        (
            json!([{"name": "a", "paths": ["x"]}]),
            json!({"concatenated": [{"path": "x", "records": u64::MAX}, {"path": "x", "records": u64::MAX}]}),
            "more than 2^64",
        ),
        (
            json!([{"name": "a", "paths": ["x"]}]),
            json!({"concatenated": [{"path": "x", "records": 5}, {"path": "x", "records": 6}]}),
            "listed twice",
        ),
        (
            json!([{"name": "a", "paths": ["x"], "records": 4}]),
            json!({"concatenated": [{"path": "x", "records": 5}]}),
            "has 4 records, its ranges 5",
        ),
        (
            json!([{"name": "dataset", "ranges": [[0, 4]]}]),
            json!({}),
            "as the concatenated data set is",
        ),
        (json!([{"name": ""}]), json!({}), "has no name"),
        (
            json!([{"name": "a"}, {"name": "a"}]),
            json!({}),
            "listed twice",
        ),
        (
            json!([{"name": "7"}, {"name": "b", "dataset": 7}]),
            json!({}),
            "listed twice",
        ),
        (
            json!([{"name": "a", "folders": "a"}]),
            json!({}),
            "unknown field",
        ),
        (
            json!([{"name": "a", "ranges": [[-1, 4]]}]),
            json!({}),
            "not valid JSON",
        ),
    ] {
        let fault = fault(sources, more);
        assert!(fault.to_string().contains(words), "{words}: {fault}");
        assert!(!fault.remedy().is_empty());
    }
    let fault = fault(json!([]), json!({"version": 2}));
    assert!(matches!(
        fault.get(),
        Some(FormatFault::Version { got: 2, .. })
    ));
}

#[test]
fn parts_go_to_their_sources_in_order_and_a_repeated_part_is_the_same_records() {
    let files = Files::new();
    run_file(
        &files,
        "run.json",
        json!([{"name": "a", "paths": ["s3://x/a/**"]}, {"name": "b", "paths": ["s3://x/b/*.npy"]}]),
        json!({"concatenated": [
            {"path": "s3://x/a/p/0.npy", "records": 3}, {"path": "s3://x/b/0.npy", "records": 2},
            {"path": "s3://x/a/1.npy", "records": 4}, {"path": "s3://x/a/p/0.npy", "records": 3},
        ]}),
    );
    let run = RunFile::read(&files.path("run.json")).unwrap();
    let found: Vec<(usize, u64)> = (0..12).map(|index| run.find(index).unwrap()).collect();
    let wanted = [
        (0, 0),
        (0, 1),
        (0, 2),
        (1, 0),
        (1, 1),
        (0, 3),
        (0, 4),
        (0, 5),
        (0, 6),
        (0, 0),
        (0, 1),
        (0, 2),
    ];
    assert_eq!(found, wanted);
    let past = LogFault::IndexPastEnd {
        index: 12,
        records: 12,
    };
    assert_eq!(run.find(12), Err(past));
    assert_eq!(run.source(&Label::parse("s3://x/b/9.npy")), Ok(Some(1)));
    assert_eq!(run.source(&Label::parse("s3://x/b/y/9.npy")), Ok(None));
}

#[test]
fn names_numbers_and_paths_are_mapped_and_first_is_added() {
    let files = Files::new();
    tranches(&files, &[("books", 50), ("plays", 40)]);
    let id = |name: &str| {
        let manifest: Value = serde_json::from_str(
            &std::fs::read_to_string(files.path(&format!("{name}/manifest.json"))).unwrap(),
        )
        .unwrap();
        manifest["id"].clone()
    };
    let sources = |first: u64| {
        json!([
            {"name": "books", "tranche": id("books"), "folder": "books", "records": 20, "first": first},
            {"name": "more", "folder": "books", "records": 20, "first": 0, "dataset": 9},
            {"name": "plays", "paths": ["/data/plays*"]},
        ])
    };
    run_file(&files, "run.json", sources(30), json!({}));
    files.write(
        "a.csv",
        "step,tranche,record\n0,books,0\n0,9,3\n1,/data/plays-1,39\n1,books,19\n",
    );
    let line = "log import a.csv --consumed --run-file run.json --map plays=plays --out run.tlog";
    let report = good(files.root(), line);
    assert_eq!(
        draws(&report),
        [("plays".to_owned(), 1), ("books, more".to_owned(), 3)]
    );
    assert_eq!(
        logged(&files.path("run.tlog")),
        [(0, 1, 30), (0, 1, 3), (1, 0, 39), (1, 1, 49)]
    );
    std::fs::remove_file(files.path("run.tlog")).unwrap();
    // What does not fit.
    for (csv, words) in [
        (
            "0,books,20",
            vec!["a.csv, row 1", "which has 20 by the run file"],
        ),
        ("0,other,0", vec!["is not mapped", "run file"]),
        ("0,/data/plays-1,40", vec!["record 40 of"]),
        (
            "0,/data/plays-1,1\n0,/data/plays-2,1",
            vec!["a.csv, row 2", "each numbers its own records"],
        ),
    ] {
        files.write("a.csv", format!("step,tranche,record\n{csv}\n"));
        bad(files.root(), line, 2, &words);
    }
    files.write("a.csv", "step,tranche,record\n0,books,0\n");
    run_file(&files, "run.json", sources(31), json!({}));
    bad(
        files.root(),
        line,
        2,
        &["goes to record 51 of its tranche, which has 50"],
    );
    run_file(
        &files,
        "run.json",
        json!([{"name": "books", "tranche": id("plays"), "folder": "books"}]),
        json!({}),
    );
    bad(
        files.root(),
        "log import a.csv --consumed --run-file run.json --out run.tlog",
        2,
        &["run.json"],
    );
    run_file(
        &files,
        "run.json",
        json!([{"name": "books", "tranche": "unregistered", "folder": "books"}]),
        json!({}),
    );
    bad(
        files.root(),
        "log import a.csv --consumed --run-file run.json --out run.tlog",
        2,
        &["unregistered"],
    );
    run_file(&files, "run.json", json!([{"name": "books"}]), json!({}));
    bad(
        files.root(),
        "log import a.csv --consumed --run-file run.json --out run.tlog",
        2,
        &["is not mapped"],
    );
}
