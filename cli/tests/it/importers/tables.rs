//! Tables of draws as they are found: restarted, out of order, cut, compressed. Counts are recounted from the files' text.

use std::collections::BTreeMap;
use std::fs;
use std::sync::Arc;

use parquet::data_type::{ByteArray, ByteArrayType, Int64Type};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;
use serde_json::json;

use super::files::{copy, gzip, logged, tranches, without_source};
use crate::common::{Files, bad, good, tranche};

/// Rows of (step, record), the last attempt at each step.
fn last_attempts(rows: &[(u64, u64)]) -> Vec<(u64, u64)> {
    let mut steps: BTreeMap<u64, Vec<u64>> = BTreeMap::new();
    let mut previous = 0;
    for (step, record) in rows {
        if *step < previous {
            steps.split_off(step);
        }
        previous = *step;
        steps.entry(*step).or_default().push(*record);
    }
    let flat =
        |(step, records): (u64, Vec<u64>)| records.into_iter().map(move |record| (step, record));
    steps.into_iter().flat_map(flat).collect()
}

#[test]
fn a_restarted_tables_last_attempt_at_each_step_counts() {
    let files = Files::new();
    tranches(&files, &[("books", 100)]);
    copy(&files, "resumed.csv");
    let text = fs::read_to_string(files.path("resumed.csv")).unwrap();
    let rows: Vec<(u64, u64)> = text
        .lines()
        .skip(1)
        .map(|row| {
            let cells: Vec<&str> = row.split(',').collect();
            (cells[0].parse().unwrap(), cells[2].parse().unwrap())
        })
        .collect();
    let wanted = last_attempts(&rows);
    assert_eq!((rows.len(), wanted.len()), (520, 480));
    let objects: String = rows
        .iter()
        .map(|(step, record)| {
            format!(
                "{}\n",
                json!({"step": step, "tranche": "books", "record": record})
            )
        })
        .collect();
    files.write("resumed.jsonl", objects);
    for name in ["resumed.csv", "resumed.jsonl"] {
        let import = format!("log import {name} --consumed --map books=books --out run.tlog");
        let report = good(files.root(), &import);
        let superseded = json!([{"name": "books", "draws": 40, "first_step": 90, "last_step": 99}]);
        assert_eq!(
            report["table"],
            json!({"attempts": 2, "superseded": 40, "superseded_sources": superseded})
        );
        assert_eq!(
            without_source(logged(&files.path("run.tlog"))),
            wanted,
            "{name}"
        );
        let check = format!("log check {name} --consumed --map books=books");
        let report = good(files.root(), &check);
        assert_eq!(
            (&report["draws"], &report["clean"]),
            (&480.into(), &true.into())
        );
        assert_eq!(report["table"]["superseded"], 40);
    }
    // Up to a step that stands, of the attempt that stands.
    let through = "log import resumed.csv --consumed --through 95 --map books=books --out run.tlog";
    assert_eq!(good(files.root(), through)["draws"], 4 * 96);
}

#[test]
fn rows_that_are_no_restart_are_refused() {
    let files = Files::new();
    tranches(&files, &[("books", 100)]);
    let import = "log import a.csv --consumed --map books=books --out run.tlog";
    for (rows, words) in [
        (
            "0,books,1\n1,books,2\n0,books,3\n1,books,4\n",
            &["row 3", "begins again", "sort all rows"][..],
        ),
        (
            "0,books,1\n4,books,2\n2,books,3\n5,books,4\n",
            &["row 4", "went past step 4"],
        ),
        ("0,books,1\n1,books,12", &["row 2", "no line end"]),
        (
            "0,books,1\n1,books,2\n2,books,3\n3,books,4\n1,books,5\n3,books,6\n4,books,7\n",
            &["row 6", "fell back to 1", "went past step 2"],
        ),
        (
            "0,books,1\n1,books,2\n2,books,3\n1,books,4\n",
            &["ends at step 1", "had step 2", "--through 1"],
        ),
    ] {
        files.write("a.csv", format!("step,tranche,record\n{rows}"));
        bad(files.root(), import, 2, words);
    }
    files.write(
        "a.csv",
        "step,tranche,record,rank\n0,books,1,0\n1,books,2,0\n0,books,3,1\n1,books,4,1\n",
    );
    bad(
        files.root(),
        import,
        2,
        &["row 3", "of rank 1", "sort the rows by step"],
    );
    // One rank's rows of a restart do not take the place of all ranks'.
    let both = "0,books,1,0\n0,books,2,1\n1,books,3,0\n1,books,4,1\n2,books,3,0\n2,books,4,1\n";
    files.write(
        "a.csv",
        format!("step,tranche,record,rank\n{both}1,books,5,0\n2,books,5,0\n"),
    );
    bad(
        files.root(),
        import,
        2,
        &["row 7", "rank 1", "take the column"],
    );
    let some = "{\"step\":0,\"tranche\":\"books\",\"record\":1,\"rank\":0}\n{\"step\":1,\"tranche\":\"books\",\"record\":2}\n";
    files.write("a.jsonl", some);
    let import = import.replace("a.csv", "a.jsonl");
    bad(
        files.root(),
        &import,
        2,
        &["row 2", "some rows name a rank"],
    );
}

#[test]
fn a_limit_hides_nothing_that_is_behind_it() {
    let files = Files::new();
    tranches(&files, &[("books", 100)]);
    let import = "log import a.csv --consumed --through 1 --map books=books --out run.tlog";
    let check = "log check a.csv --consumed --through 1 --map books=books";
    let ranks: String = (0..2)
        .flat_map(|rank| {
            (0..3).map(move |step| format!("{step},books,{},{rank}\n", step + 9 * rank))
        })
        .collect();
    files.write("a.csv", format!("step,tranche,record,rank\n{ranks}"));
    let said = ["row 4", "of rank 1", "sort the rows by step"];
    bad(files.root(), import, 2, &said);
    bad(files.root(), check, 1, &said[1..2]);
    let steps: String = [0, 1, 2, 0, 1]
        .map(|step| format!("{step},books,7\n"))
        .concat();
    files.write("a.csv", format!("step,tranche,record\n{steps}"));
    bad(files.root(), import, 2, &["row 4", "begins again"]);
    // What a later attempt did not reach stays out where the run ended before it, and is told.
    files.write(
        "a.csv",
        "step,tranche,record\n0,books,1\n1,books,2\n2,books,3\n3,books,4\n1,books,5\n2,books,6\n",
    );
    let report = good(files.root(), import);
    assert_eq!(
        (&report["draws"], &report["after_through"]),
        (&2.into(), &1.into())
    );
    // Two ranks with the same draws are told, although the limit is before they are many.
    let same: String = (0..20)
        .flat_map(|step| (0..2).map(move |rank| format!("{step},books,{step},{rank}\n")))
        .collect();
    files.write("a.csv", format!("step,tranche,record,rank\n{same}"));
    bad(
        files.root(),
        import,
        2,
        &["ranks 0 and 1 have the same draws"],
    );
}

#[test]
fn a_quote_that_is_never_closed_is_refused_where_it_opens() {
    let files = Files::new();
    tranches(&files, &[("books", 100)]);
    copy(&files, "log_openquote.csv");
    let text = fs::read_to_string(files.path("log_openquote.csv")).unwrap();
    let line = 1 + text.lines().position(|line| line.contains('"')).unwrap();
    assert_eq!(line, 9);
    let rest = "log_openquote.csv --consumed --map books=books";
    bad(
        files.root(),
        &format!("log import {rest} --out run.tlog"),
        2,
        &["log_openquote.csv", "line 9", "quote"],
    );
    let done = tranche(
        files.root(),
        &format!("log check {rest}").split(' ').collect::<Vec<_>>(),
    );
    assert_eq!(done.code, 1);
    let finding = &done.json()["findings"][0];
    assert!(
        finding["what"].as_str().unwrap().contains("line 9"),
        "{finding}"
    );
}

#[test]
fn compressed_tables_are_read() {
    let files = Files::new();
    tranches(&files, &[("books", 100)]);
    files.write(
        "a.csv.gz",
        gzip("step,tranche,record\n0,books,1\n0,books,7\n"),
    );
    let row = |record| {
        format!(
            "{}\n",
            json!({"step": 0, "tranche": "books", "record": record})
        )
    };
    files.write("a.jsonl.gz", gzip(&(row(1) + &row(7))));
    for name in ["a.csv.gz", "a.jsonl.gz"] {
        let import = format!("log import {name} --consumed --map books=books --out run.tlog");
        assert_eq!(good(files.root(), &import)["draws"], 2, "{name}");
        let whole = fs::read(files.path(name)).unwrap();
        files.write(name, &whole[..whole.len() - 12]);
        fs::remove_file(files.path("run.tlog")).unwrap();
        bad(files.root(), &import, 2, &[name, "end in the middle"]);
    }
}

#[test]
fn columns_that_are_not_read_are_told() {
    let files = Files::new();
    tranches(&files, &[("books", 100)]);
    files.write("a.csv", "loss,step,tranche,record,Worker\n1,0,books,1,0\n");
    let objects = "{\"step\":0,\"tranche\":\"books\",\"record\":1,\"loss\":1,\"Worker\":0}\n";
    files.write("a.jsonl", objects);
    for (name, unread) in [
        ("a.csv", ["loss", "Worker"]),
        ("a.jsonl", ["Worker", "loss"]),
    ] {
        let line = format!("log check {name} --consumed --map books=books");
        assert_eq!(good(files.root(), &line)["table"]["unread"], json!(unread));
    }
}

#[cfg(unix)]
#[test]
fn a_log_from_a_pipe_is_refused_and_a_file_of_the_same_is_read() {
    let files = Files::new();
    tranches(&files, &[("books", 100)]);
    let made = std::process::Command::new("mkfifo")
        .arg(files.path("pipe"))
        .status();
    assert!(made.unwrap().success());
    for command in ["log import pipe --out run.tlog", "log check pipe"] {
        let line = format!("{command} --consumed --map books=books");
        bad(
            files.root(),
            &line,
            2,
            &["pipe is no file", "to a file first"],
        );
    }
}

/// A Parquet table of draws of "books", with a column of ranks or without.
fn parquet(files: &Files, name: &str, rows: &[(u64, u64)], ranks: Option<&[i64]>) {
    let rank = ranks.map_or("", |_| "required int64 rank; ");
    let schema = format!(
        "message draws {{ required int64 step; required binary tranche (UTF8); required int64 record; {rank}}}"
    );
    let schema = Arc::new(parse_message_type(&schema).unwrap());
    let file = fs::File::create(files.path(name)).unwrap();
    let mut writer = SerializedFileWriter::new(file, schema, Arc::default()).unwrap();
    let mut group = writer.next_row_group().unwrap();
    let steps: Vec<i64> = rows.iter().map(|row| row.0 as i64).collect();
    let records: Vec<i64> = rows.iter().map(|row| row.1 as i64).collect();
    let names: Vec<ByteArray> = rows.iter().map(|_| "books".into()).collect();
    let mut numbers = [Some(&steps[..]), None, Some(&records[..]), ranks].into_iter();
    while let Some(mut column) = group.next_column().unwrap() {
        match numbers.next().unwrap() {
            Some(values) => column
                .typed::<Int64Type>()
                .write_batch(values, None, None)
                .unwrap(),
            None => column
                .typed::<ByteArrayType>()
                .write_batch(&names, None, None)
                .unwrap(),
        };
        column.close().unwrap();
    }
    group.close().unwrap();
    writer.close().unwrap();
}

#[test]
fn a_restarted_parquet_table_is_read_as_one_of_text() {
    let files = Files::new();
    tranches(&files, &[("books", 100)]);
    let rows: Vec<(u64, u64)> = (0..30)
        .chain(20..45)
        .flat_map(|step| [(step, step), (step, 50 + step)])
        .collect();
    parquet(&files, "a.parquet", &rows, None);
    let import = "log import a.parquet --consumed --map books=books --out run.tlog";
    let report = good(files.root(), import);
    assert_eq!(report["table"]["superseded"], 20);
    assert_eq!(
        without_source(logged(&files.path("run.tlog"))),
        last_attempts(&rows)
    );
    // The same rows of two ranks, in turns.
    let ranks: Vec<i64> = (0..rows.len() as i64).map(|row| row % 2).collect();
    parquet(&files, "a.parquet", &rows, Some(&ranks));
    let report = good(files.root(), import);
    assert_eq!(
        (&report["table"]["superseded"], &report["table"]["ranks"]),
        (&20.into(), &2.into())
    );
    assert_eq!(
        without_source(logged(&files.path("run.tlog"))),
        last_attempts(&rows)
    );
    // Rank 1 after rank 0.
    let apart: Vec<(u64, u64)> = (0..9).chain(0..9).map(|step| (step, step)).collect();
    let ranks: Vec<i64> = (0..18).map(|row| row / 9).collect();
    parquet(&files, "a.parquet", &apart, Some(&ranks));
    fs::remove_file(files.path("run.tlog")).unwrap();
    bad(
        files.root(),
        import,
        2,
        &["row 10", "of rank 1", "sort the rows by step"],
    );
}
