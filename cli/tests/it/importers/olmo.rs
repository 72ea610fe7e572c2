//! OLMo's `data-indices/rank<R>.tsv.gz`.
//!
//! Layout checked against OLMo's `scripts/train.py`, which opens `data-indices/rank{R}.tsv.gz` with `gzip.open(…, "wt")`, and the `train_step` of its
//! `olmo/train.py`, which writes the step and the indices with tabs between, a line a step. The gzip bytes below are Python's own.

use std::collections::BTreeMap;
use std::fs;

use serde_json::json;
use tranche_ingest::error::Error;
use tranche_ingest::training_log::olmo::Olmo;
use tranche_ingest::training_log::{LogFault, LogReader, SameData};

use super::files::{draws, gzip, line, logged, run_file, tranches};
use crate::common::{Files, bad, good};

/// `1\t5\t3\n2\t0\t9\n` and `3\t7\t7\n`, two members that Python's gzip wrote.
const PYTHON: &str = "1f8b08000000000002ff33e434e534e632e234e0b4e402002b1556570c0000001f8b08000000000002ff33e634e734e702006c04c32c06000000";

type Draws = Vec<(u64, u64)>;

/// All draws at these paths, or the first fault.
fn read(files: &Files, paths: &[&str], through: u64) -> Result<Draws, Error> {
    let paths: Vec<_> = paths.iter().map(|path| files.path(path)).collect();
    let mut olmo = Olmo::open(&paths, through)?;
    if let Some(first) = olmo.faults().into_iter().next() {
        return Err(first);
    }
    let mut reader = LogReader::olmo(&olmo, SameData::Refused)?.through(through);
    let mut draws = Vec::new();
    while let Some(draw) = reader.read()? {
        draws.push((draw.step, draw.record));
    }
    Ok(draws)
}

fn fault(result: Result<Draws, Error>) -> LogFault {
    let error = result.unwrap_err();
    let fault = error.fault::<LogFault>();
    fault.unwrap_or_else(|| panic!("{error}")).clone()
}

/// A rank's text: steps from `first` to `last`, and what the run drew at each by `index(rank, step, nth)`.
fn text(rank: u64, first: u64, last: u64, index: impl Fn(u64, u64, u64) -> u64) -> String {
    let steps = first..=last;
    steps
        .map(|step| line(step, &[index(rank, step, 0), index(rank, step, 1)]))
        .collect()
}

fn plain(rank: u64, step: u64, nth: u64) -> u64 {
    1_000 * step + 10 * rank + nth
}

/// What ranks give for steps, in the log's order.
fn expected(
    ranks: u64,
    steps: std::ops::RangeInclusive<u64>,
    index: impl Fn(u64, u64, u64) -> u64,
) -> Draws {
    let mut draws = Vec::new();
    for step in steps {
        for rank in 0..ranks {
            draws.extend((0..2).map(|nth| (step, index(rank, step, nth))));
        }
    }
    draws
}

#[test]
fn files_of_pythons_gzip_are_read_member_after_member() {
    let files = Files::new();
    files.write("rank0.tsv.gz", hex::decode(PYTHON).unwrap());
    let draws = read(&files, &["rank0.tsv.gz"], u64::MAX).unwrap();
    assert_eq!(draws, [(1, 5), (1, 3), (2, 0), (2, 9), (3, 7), (3, 7)]);
}

#[test]
fn ranks_are_merged_by_step_then_rank_whatever_their_names_sort_to() {
    let files = Files::new();
    for rank in 0..12 {
        let name = format!("save/data-indices/rank{rank}.tsv.gz");
        files.write(&name, gzip(&text(rank, 1, 40, plain)));
    }
    let wanted = expected(12, 1..=40, plain);
    assert_eq!(read(&files, &["save"], u64::MAX).unwrap(), wanted);
    assert_eq!(
        read(&files, &["save/data-indices"], u64::MAX).unwrap(),
        wanted
    );
    let names: Vec<String> = (0..12)
        .rev()
        .map(|rank| format!("save/data-indices/rank{rank}.tsv.gz"))
        .collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    assert_eq!(read(&files, &names, u64::MAX).unwrap(), wanted);
    let fewer = read(&files, &["save"], 7).unwrap();
    assert_eq!(fewer, expected(12, 1..=7, plain));
}

#[test]
fn the_last_attempt_at_a_step_stands_in_one_file_and_in_folders() {
    let again = |rank, step, nth| plain(rank, step, nth) + 500_000;
    let wanted: Draws = expected(2, 1..=6, plain)
        .into_iter()
        .chain(expected(2, 7..=12, again))
        .collect();
    let files = Files::new();
    for rank in 0..2 {
        // Killed at 10, started anew from the checkpoint of step 6; the second member is appended.
        let mut both = gzip(&text(rank, 1, 10, plain));
        both.extend(gzip(&text(rank, 7, 12, again)));
        files.write(&format!("one/rank{rank}.tsv.gz"), both);
        files.write(
            &format!("a/rank{rank}.tsv.gz"),
            gzip(&text(rank, 1, 10, plain)),
        );
        files.write(&format!("b/rank{rank}.tsv"), text(rank, 7, 12, again));
    }
    assert_eq!(read(&files, &["one"], u64::MAX).unwrap(), wanted);
    assert_eq!(read(&files, &["a", "b"], u64::MAX).unwrap(), wanted);
    // A start with another world size.
    for rank in 0..4 {
        files.write(
            &format!("c/rank{rank}.tsv.gz"),
            gzip(&text(rank, 9, 11, plain)),
        );
    }
    let mut three = expected(2, 1..=6, plain);
    three.extend(expected(2, 7..=8, again));
    three.extend(expected(4, 9..=11, plain));
    assert_eq!(read(&files, &["a", "b", "c"], 11).unwrap(), three);
    // The order given is the order of the attempts. The steps that the last one does not reach are not left out in silence.
    let error = read(&files, &["b", "a"], u64::MAX).unwrap_err();
    let (last, behind) = (10, 11);
    assert_eq!(error.fault(), Some(&LogFault::Unfinished { last, behind }));
    let other = read(&files, &["b", "a"], 10).unwrap();
    assert_eq!(other, expected(2, 1..=10, plain));
}

#[test]
fn a_torn_end_is_refused_unless_another_attempt_or_the_limit_makes_up_for_it() {
    let files = Files::new();
    for rank in 0..2 {
        let whole = gzip(&text(rank, 1, 10, plain));
        // Without the trailer and the last line's end.
        files.write(&format!("a/rank{rank}.tsv.gz"), &whole[..whole.len() - 11]);
        files.write(
            &format!("b/rank{rank}.tsv.gz"),
            gzip(&text(rank, 8, 11, plain)),
        );
    }
    assert_eq!(
        fault(read(&files, &["a"], u64::MAX)),
        LogFault::Torn {
            lines: 9,
            whole: Some(9)
        }
    );
    assert!(matches!(
        fault(read(&files, &["a"], 10)),
        LogFault::Torn { lines: 9, .. }
    ));
    assert_eq!(read(&files, &["a"], 9).unwrap(), expected(2, 1..=9, plain));
    // Without the trailer alone, all lines are whole.
    for rank in 0..2 {
        let whole = gzip(&text(rank, 1, 10, plain));
        files.write(&format!("t/rank{rank}.tsv.gz"), &whole[..whole.len() - 8]);
    }
    assert_eq!(
        fault(read(&files, &["t"], u64::MAX)),
        LogFault::Torn {
            lines: 10,
            whole: Some(10)
        }
    );
    assert_eq!(
        read(&files, &["t"], 10).unwrap(),
        expected(2, 1..=10, plain)
    );
    assert_eq!(
        read(&files, &["a", "b"], u64::MAX).unwrap(),
        expected(2, 1..=11, plain)
    );
}

#[test]
fn every_truncation_of_a_compressed_file_is_refused() {
    let files = Files::new();
    let whole = hex::decode(PYTHON).unwrap();
    let first = 10
        + whole[10..]
            .windows(2)
            .position(|pair| pair == [0x1f, 0x8b])
            .unwrap();
    for length in 1..whole.len() {
        // Cut between two members nothing is broken; only who knows the run's length can tell.
        if length != first {
            files.write("rank0.tsv.gz", &whole[..length]);
            let error = read(&files, &["rank0.tsv.gz"], u64::MAX).unwrap_err();
            assert!(matches!(error, Error::Input(_)), "{length}: {error}");
        }
    }
    for at in 0..whole.len() {
        let mut broken = whole.clone();
        broken[at] ^= 0x20;
        files.write("rank0.tsv.gz", &broken);
        if let Err(error) = read(&files, &["rank0.tsv.gz"], u64::MAX) {
            assert!(matches!(error, Error::Input(_)), "{at}: {error}");
        }
    }
}

#[test]
fn ranks_that_do_not_fit_together_are_refused() {
    let files = Files::new();
    let write = |name: &str, text: String| files.write(name, gzip(&text));
    write(
        "gap/rank0.tsv.gz",
        text(0, 1, 3, plain) + &text(0, 5, 6, plain),
    );
    assert_eq!(
        fault(read(&files, &["gap"], u64::MAX)),
        LogFault::StepGap {
            previous: 3,
            got: 5
        }
    );
    write("missing/rank0.tsv.gz", text(0, 1, 3, plain));
    write("missing/rank2.tsv.gz", text(2, 1, 3, plain));
    assert_eq!(
        fault(read(&files, &["missing"], u64::MAX)),
        LogFault::MissingRank { rank: 1, ranks: 3 }
    );
    write("ends/rank0.tsv.gz", text(0, 1, 5, plain));
    write("ends/rank1.tsv.gz", text(1, 1, 4, plain));
    let end = LogFault::RankEnd {
        rank: 1,
        expected: 5,
        got: 4,
        whole: 4,
    };
    assert_eq!(fault(read(&files, &["ends"], u64::MAX)), end);
    assert_eq!(
        read(&files, &["ends"], 4).unwrap(),
        expected(2, 1..=4, plain)
    );
    write(
        "starts/rank0.tsv.gz",
        text(0, 1, 5, plain) + &text(0, 3, 6, plain),
    );
    write(
        "starts/rank1.tsv.gz",
        text(1, 1, 5, plain) + &text(1, 4, 6, plain),
    );
    assert!(matches!(
        fault(read(&files, &["starts"], u64::MAX)),
        LogFault::Attempts { rank: 1, .. }
    ));
    write("twins/rank0.tsv.gz", text(0, 1, 20, plain));
    write("twins/rank1.tsv.gz", text(0, 1, 20, plain));
    assert_eq!(
        fault(read(&files, &["twins"], u64::MAX)),
        LogFault::SameDraws {
            first: 0,
            second: 1
        }
    );
    write("two/rank0.tsv.gz", text(0, 1, 2, plain));
    write("two/rank0.tsv", text(0, 1, 2, plain));
    assert_eq!(
        fault(read(&files, &["two"], u64::MAX)),
        LogFault::TwoFiles { rank: 0 }
    );
    files.write("other.tsv.gz", gzip(""));
    assert_eq!(
        fault(read(&files, &["other.tsv.gz"], u64::MAX)),
        LogFault::RankName
    );
}

#[test]
fn malformed_lines_name_file_and_line() {
    let files = Files::new();
    for broken in [
        "2",
        "2\n",
        "x\t1\n",
        "2\t-1\n",
        "2\t1,2\n",
        "\t1\n",
        "2\t\t1\n",
        "2\t1\r\n",
        "2 1\n",
        "\n",
        "2\t18446744073709551616\n",
        "18446744073709551616\t1\n",
    ] {
        files.write("rank0.tsv", format!("1\t5\n{broken}"));
        let error = read(&files, &["rank0.tsv"], u64::MAX).unwrap_err();
        let Error::Input(input) = &error else {
            panic!("{error}")
        };
        assert!(input.file.ends_with("rank0.tsv"), "{error}");
        assert!(
            input.row == Some(2)
                || matches!(input.fault.get(), Some(LogFault::Torn { lines: 1, .. })),
            "{broken:?}: {error}"
        );
    }
    // A step whose batch was empty on this rank.
    files.write("rank0.tsv", "1\t\n2\t7\n");
    assert_eq!(read(&files, &["rank0.tsv"], u64::MAX).unwrap(), [(2, 7)]);
}

#[test]
fn a_bomb_of_digits_or_of_empty_lines_ends_at_once() {
    let files = Files::new();
    files.write("rank0.tsv.gz", gzip(&"7".repeat(5_000_000)));
    assert!(read(&files, &["rank0.tsv.gz"], u64::MAX).is_err());
    files.write("rank0.tsv.gz", gzip(&"\n".repeat(5_000_000)));
    assert!(matches!(
        fault(read(&files, &["rank0.tsv.gz"], u64::MAX)),
        LogFault::Line(_)
    ));
}

#[test]
fn an_import_by_parts_of_a_concatenated_data_set_is_a_recounts() {
    let files = Files::new();
    tranches(&files, &[("books", 50), ("plays", 40)]);
    // Three parts: two of the books, one of the plays between them.
    let parts = [
        ("data/books-0.npy", 30),
        ("data/plays-0.npy", 40),
        ("data/books-1.npy", 20),
    ];
    let listed: Vec<_> = parts
        .iter()
        .map(|(path, records)| json!({"path": path, "records": records}))
        .collect();
    run_file(
        &files,
        "run.json",
        json!([{"name": "books", "folder": "books", "paths": ["data/books-*.npy"]},
               {"name": "plays", "folder": "plays", "paths": ["data/plays-?.npy"]}]),
        json!({"concatenated": listed}),
    );
    let index = |rank: u64, step: u64, nth: u64| (7 * step + 31 * rank + 13 * nth) % 90;
    for rank in 0..3 {
        files.write(
            &format!("data-indices/rank{rank}.tsv.gz"),
            gzip(&text(rank, 1, 25, index)),
        );
    }
    let report = good(
        files.root(),
        "log import data-indices --run-file run.json --ranks 3 --out run.tlog",
    );
    assert_eq!(report["order"], "consumed");
    assert_eq!(report["ranks"]["ranks"], 3);
    assert_eq!(report["steps"], 25);
    // The recount: by hand, from the parts.
    let mut counts = BTreeMap::from([("books".to_owned(), 0), ("plays".to_owned(), 0)]);
    let mut wanted = Vec::new();
    for (step, index) in expected(3, 1..=25, index) {
        let (name, source, record) = match index {
            0..30 => ("books", 0, index),
            30..70 => ("plays", 1, index - 30),
            _ => ("books", 0, index - 40),
        };
        *counts.get_mut(name).unwrap() += 1;
        wanted.push((step, source, record));
    }
    assert_eq!(draws(&report), counts.into_iter().collect::<Vec<_>>());
    assert_eq!(logged(&files.path("run.tlog")), wanted);
    fs::remove_file(files.path("run.tlog")).unwrap();
    bad(
        files.root(),
        "log import data-indices --run-file run.json --ranks 4 --out run.tlog",
        2,
        &["3 ranks, not 4"],
    );
    files.write(
        "data-indices/rank0.tsv.gz",
        gzip(&(line(1, &[0, 90]) + &text(0, 2, 25, index))),
    );
    bad(
        files.root(),
        "log import data-indices --run-file run.json --out run.tlog",
        2,
        &[
            "rank0.tsv.gz, row 1",
            "index 90 of a concatenated data set of 90 records",
        ],
    );
    bad(
        files.root(),
        "log import data-indices --map dataset=books --out run.tlog",
        2,
        &["record 90"],
    );
}
