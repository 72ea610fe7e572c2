//! Remedies followed to the letter: each error is provoked, and what it says is done; the import then has the right draws.

use serde_json::json;

use super::files::{copy, gzip, line, run_file, tranches};
use crate::common::{Files, good, npy_i2, npy_i8, tranche};
use crate::recorder::Segment;

/// Runs an import that is refused; gives what it says.
fn refused(files: &Files, import: &str) -> String {
    let done = tranche(files.root(), &import.split(' ').collect::<Vec<_>>());
    assert_eq!(done.code, 2, "{import}: {}", done.out);
    done.out + &done.err
}

/// The draws of an import that succeeds.
fn imported(files: &Files, import: &str) -> u64 {
    let report = good(files.root(), import);
    std::fs::remove_file(files.path("run.tlog")).unwrap();
    report["draws"].as_u64().unwrap()
}

/// An option with its value, as a message names it.
fn option(said: &str, name: &str) -> String {
    let at = said
        .find(name)
        .unwrap_or_else(|| panic!("no {name}: {said}"));
    let words: Vec<&str> = said[at..].split_whitespace().take(2).collect();
    let value: String = words[1]
        .chars()
        .take_while(char::is_ascii_alphanumeric)
        .collect();
    format!("{name} {value}")
}

fn says(said: &str, words: &[&str]) {
    for word in words {
        assert!(said.contains(word), "no \"{word}\" in {said}");
    }
}

const TABLE: &str = "log import a.csv --consumed --map books=books --out run.tlog";

fn table(files: &Files, rows: &[&str]) {
    let rows: String = rows.iter().map(|row| format!("{row}\n")).collect();
    files.write("a.csv", format!("step,tranche,record\n{rows}"));
}

#[test]
fn of_tables_whose_steps_fall() {
    let files = Files::new();
    tranches(&files, &[("books", 50)]);
    let rows = ["0,books,1", "1,books,2", "0,books,3", "1,books,4"];
    table(&files, &rows);
    let said = refused(&files, TABLE);
    says(
        &said,
        &[
            "row 3",
            "remove the rows before this one",
            "sort all rows by step",
        ],
    );
    table(&files, &rows[2..]);
    assert_eq!(imported(&files, TABLE), 2);
    let mut sorted = rows;
    sorted.sort_by_key(|row| row.split(',').next().unwrap().to_owned());
    table(&files, &sorted);
    assert_eq!(imported(&files, TABLE), 4);

    tranches(&files, &[("plays", 50)]);
    let two = TABLE.replace("--out", "--map plays=plays --out");
    let grouped = [
        "0,books,1",
        "1,books,2",
        "2,books,3",
        "1,plays,4",
        "2,plays,5",
    ];
    table(&files, &grouped);
    let said = refused(&files, &two);
    says(
        &said,
        &[
            "row 4",
            "had draws from there on",
            "sort all of them by step",
            "whose steps are 1 or later",
        ],
    );
    let mut sorted = grouped;
    sorted.sort_by_key(|row| row.split(',').next().unwrap().to_owned());
    table(&files, &sorted);
    assert_eq!(imported(&files, &two), 5);
    table(&files, &[grouped[0], grouped[3], grouped[4]]);
    assert_eq!(imported(&files, &two), 3);

    let ranks = "0,books,1,0\n1,books,2,0\n2,books,3,0\n1,books,4,1\n2,books,5,1\n";
    files.write("a.csv", format!("step,tranche,record,dp_rank\n{ranks}"));
    let said = refused(&files, TABLE);
    says(
        &said,
        &[
            "row 4",
            "\\\"dp_rank\\\" is not read",
            "if not, take it out",
        ],
    );
    files.write("a.csv", format!("step,tranche,record,rank\n{ranks}"));
    says(&refused(&files, TABLE), &["sort the rows by step"]);
    let ranks = "0,books,1,0\n1,books,2,0\n1,books,4,1\n2,books,3,0\n2,books,5,1\n";
    files.write("a.csv", format!("step,tranche,record,rank\n{ranks}"));
    assert_eq!(imported(&files, TABLE), 5);
    table(
        &files,
        &[
            "0,books,1",
            "1,books,2",
            "2,books,3",
            "1,books,4",
            "2,books,5",
        ],
    );
    assert_eq!(imported(&files, TABLE), 3);

    let rows = ["0,books,1", "1,books,2", "2,books,3", "1,books,4"];
    table(&files, &rows);
    let said = refused(&files, TABLE);
    says(
        &said,
        &[
            "add the rows of the attempt that goes on",
            "say --through 1",
        ],
    );
    assert_eq!(imported(&files, &format!("{TABLE} --through 1")), 2);
    table(&files, &[&rows[..], &["2,books,5"]].concat());
    assert_eq!(imported(&files, TABLE), 3);

    let rows = ["0,books,1", "4,books,2", "2,books,3", "5,books,4"];
    table(&files, &rows);
    let said = refused(&files, TABLE);
    says(
        &said,
        &["sort the rows by step", "put the missing step's rows back"],
    );
    let mut sorted = rows;
    sorted.sort_unstable();
    table(&files, &sorted);
    assert_eq!(imported(&files, TABLE), 4);
    // The run went on at 2, and the rows of steps 3 and 4 were lost afterwards.
    table(
        &files,
        &[
            "0,books,1",
            "2,books,9",
            "4,books,2",
            "2,books,3",
            "4,books,2",
            "5,books,4",
        ],
    );
    assert_eq!(imported(&files, TABLE), 4);

    let ranks = ["0,books,1,0", "1,books,2,0", "0,books,3,1", "1,books,4,1"];
    let write = |rows: &[&str]| {
        let rows: String = rows.iter().map(|row| format!("{row}\n")).collect();
        files.write("a.csv", format!("step,tranche,record,rank\n{rows}"));
    };
    write(&ranks);
    says(&refused(&files, TABLE), &["sort the rows by step"]);
    write(&[ranks[0], ranks[2], ranks[1], ranks[3]]);
    assert_eq!(imported(&files, TABLE), 4);
}

#[test]
fn of_tables_rows_and_names() {
    let files = Files::new();
    tranches(&files, &[("books", 50), ("more", 90)]);
    files.write("a.csv", "step,tranche,record\n0,books,1\n1,books,12");
    says(
        &refused(&files, TABLE),
        &["if it is whole, add the line end"],
    );
    table(&files, &["0,books,1", "1,books,12"]);
    assert_eq!(imported(&files, TABLE), 2);

    files.write("a.csv", "step,source,record\n0,books,1\n");
    says(
        &refused(&files, TABLE),
        &["it has no", "tranche", "rename what holds them"],
    );
    files.write("a.csv", "step,tranche,record\n0,books,1\n");
    assert_eq!(imported(&files, TABLE), 1);

    table(&files, &["0,other,60"]);
    says(&refused(&files, TABLE), &["add --map NAME=FOLDER for it"]);
    let mapped = TABLE.replace("--out", "--map other=books --out");
    says(
        &refused(&files, &mapped),
        &["map the name to the tranche that the run really read"],
    );
    assert_eq!(
        imported(&files, &TABLE.replace("--out", "--map other=more --out")),
        1
    );

    let plain = TABLE.replace("--consumed ", "");
    table(&files, &["0,books,1"]);
    says(
        &refused(&files, &plain),
        &["--planned", "--consumed for what training read"],
    );
    let unmapped = TABLE.replace(" --map books=books", "");
    says(
        &refused(&files, &unmapped),
        &["give --map NAME=FOLDER, or --run-file FILE"],
    );

    files.write("b.csv", "step,tranche,record\n1,books,2\n");
    let two = TABLE.replace("a.csv", "a.csv b.csv");
    says(
        &refused(&files, &two),
        &[
            "put the rows of all in one file, one start of the run after the other and with one header",
        ],
    );
    table(&files, &["0,books,1", "1,books,2"]);
    assert_eq!(imported(&files, TABLE), 2);

    let same = TABLE.replace("--map", "--same-data --map");
    says(&refused(&files, &same), &["leave --same-data out"]);

    let later = TABLE.replace("--map", "--through 7 --map");
    let said = refused(&files, &later);
    assert_eq!(
        imported(
            &files,
            &later.replace("--through 7", &option(&said, "--through"))
        ),
        2
    );
}

const RANKS: &str = "log import ranks --map dataset=books --out run.tlog";

#[test]
fn of_rows_that_are_no_draws() {
    let files = Files::new();
    tranches(&files, &[("books", 50)]);
    table(&files, &["x,books,1", "1,books,2"]);
    says(&refused(&files, TABLE), &["row 1", "repair the row"]);
    table(&files, &["0,books,1", "1,books,2"]);
    assert_eq!(imported(&files, TABLE), 2);
    let objects = TABLE.replace("a.csv", "a.jsonl");
    let object = |step: u64, rank: &str| {
        format!("{{\"step\":{step},\"tranche\":\"books\",\"record\":{step}{rank}}}\n")
    };
    files.write("a.jsonl", object(0, ",\"rank\":0") + &object(1, ""));
    let said = refused(&files, &objects);
    says(&said, &["row 2", "give every row its rank, or none"]);
    for ranks in [["", ""], [",\"rank\":0", ",\"rank\":0"]] {
        files.write("a.jsonl", object(0, ranks[0]) + &object(1, ranks[1]));
        assert_eq!(imported(&files, &objects), 2);
    }
    let head = "step,tranche,record\n";
    files.write("a.csv", format!("{head}0,books,1\n{head}1,books,2\n"));
    says(&refused(&files, TABLE), &["row 2", "leave one header line"]);
    files.write("a.csv", format!("{head}0,books,1\n1,books,2\n"));
    assert_eq!(imported(&files, TABLE), 2);
}

#[test]
fn of_run_files() {
    let files = Files::new();
    tranches(&files, &[("books", 50), ("plays", 40)]);
    let import = "log import a.csv --consumed --run-file run.json --out run.tlog";
    let sources = |records: u64| {
        json!([
            {"name": "books", "folder": "books", "paths": ["/b*"], "records": records},
            {"name": "plays", "folder": "plays", "paths": ["/p1"]},
        ])
    };
    run_file(&files, "run.json", sources(20), json!({}));
    table(&files, &["0,books,20"]);
    let said = refused(&files, import);
    says(&said, &["correct \\\"records\\\" in the run file"]);
    run_file(&files, "run.json", sources(21), json!({}));
    assert_eq!(imported(&files, import), 1);

    table(&files, &["0,/b1,0", "0,/b2,0"]);
    let said = refused(&files, import);
    says(&said, &["give each data set a source of its own"]);
    let own = json!([
        {"name": "first", "folder": "books", "paths": ["/b1"], "records": 20},
        {"name": "second", "folder": "books", "paths": ["/b2"], "records": 20, "first": 20},
    ]);
    run_file(&files, "run.json", own, json!({}));
    assert_eq!(imported(&files, import), 2);

    let part = |path: &str| json!({"path": path, "records": 3});
    let all = |parts: &[serde_json::Value]| json!({"concatenated": parts});
    run_file(&files, "run.json", sources(3), all(&[part("/b1")]));
    table(&files, &["0,dataset,4"]);
    let said = refused(&files, import);
    says(&said, &["list all parts of the data set in the run file"]);
    run_file(
        &files,
        "run.json",
        sources(3),
        all(&[part("/b1"), part("/p1")]),
    );
    assert_eq!(imported(&files, import), 1);

    run_file(&files, "run.json", json!([{"name": ""}]), json!({}));
    let said = refused(&files, import);
    says(
        &said,
        &["correct the run file; docs/importing.md shows one"],
    );
}

fn ranks(files: &Files, steps: [std::ops::RangeInclusive<u64>; 2]) {
    for (rank, steps) in steps.into_iter().enumerate() {
        let text: String = steps
            .map(|step| line(step, &[step, 20 + rank as u64]))
            .collect();
        files.write(&format!("ranks/rank{rank}.tsv.gz"), gzip(&text));
    }
}

#[test]
fn of_olmos_ranks() {
    let files = Files::new();
    tranches(&files, &[("books", 50)]);
    let through =
        |said: &str| RANKS.replace("--map", &format!("{} --map", option(said, "--through")));

    ranks(&files, [1..=9, 1..=7]);
    let said = refused(&files, RANKS);
    says(&said, &["copy the shorter file again"]);
    assert_eq!(imported(&files, &through(&said)), 2 * 2 * 7);

    // Torn in the last line, and damaged in the middle: what all ranks have whole can be had.
    ranks(&files, [1..=9, 1..=9]);
    let whole = std::fs::read(files.path("ranks/rank1.tsv.gz")).unwrap();
    files.write("ranks/rank1.tsv.gz", &whole[..whole.len() - 11]);
    let said = refused(&files, RANKS);
    assert_eq!(imported(&files, &through(&said)), 2 * 2 * 8);
    let plain: String = (1..=9).map(|step| line(step, &[step, 21])).collect();
    let middle = plain.find("\n6").unwrap() + 1;
    let mut damaged = gzip(&plain[..middle]);
    damaged.extend([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255, 7]);
    files.write("ranks/rank1.tsv.gz", damaged);
    let said = refused(&files, RANKS);
    assert_eq!(imported(&files, &through(&said)), 2 * 2 * 5);
    // The start after it has the rest.
    for rank in 0..2u64 {
        let text: String = (6..=9).map(|step| line(step, &[step, 30 + rank])).collect();
        files.write(&format!("again/rank{rank}.tsv.gz"), gzip(&text));
    }
    assert_eq!(
        imported(&files, &RANKS.replace("ranks", "ranks again")),
        2 * 2 * 9
    );

    std::fs::remove_dir_all(files.path("ranks")).unwrap();
    std::fs::remove_dir_all(files.path("again")).unwrap();
    ranks(&files, [3..=9, 3..=9]);
    std::fs::rename(files.path("ranks/rank0.tsv.gz"), files.path("rank0.tsv.gz")).unwrap();
    says(
        &refused(&files, RANKS),
        &["none of rank 0", "collect the files of all ranks"],
    );
    std::fs::rename(files.path("rank0.tsv.gz"), files.path("ranks/rank0.tsv.gz")).unwrap();
    files.write("ranks/rank0.tsv", line(1, &[1]));
    says(&refused(&files, RANKS), &["leave one of them"]);
    std::fs::remove_file(files.path("ranks/rank0.tsv")).unwrap();
    assert_eq!(imported(&files, RANKS), 2 * 2 * 7);
    says(
        &refused(&files, &RANKS.replace("--map", "--ranks 1 --map")),
        &["correct --ranks"],
    );

    // Attempts with steps between them that nobody has; the folder that has them comes first.
    for (folder, steps) in [("first", 0..=2), ("second", 3..=5)] {
        for rank in 0..2u64 {
            let text: String = steps
                .clone()
                .map(|step| line(step, &[step, rank]))
                .collect();
            files.write(&format!("{folder}/rank{rank}.tsv"), text);
        }
    }
    ranks(&files, [6..=9, 6..=9]);
    let gap = RANKS.replace("ranks", "first ranks");
    says(
        &refused(&files, &gap),
        &["give the files of the attempt that has the missing steps"],
    );
    assert_eq!(
        imported(&files, &RANKS.replace("ranks", "first second ranks")),
        40
    );

    // One rank twice, by mistake or on purpose.
    let text: String = (0..20).map(|step| line(step, &[step, step])).collect();
    for rank in 0..2 {
        files.write(&format!("twins/rank{rank}.tsv"), &text);
    }
    let twins = RANKS.replace("ranks", "twins");
    says(
        &refused(&files, &twins),
        &[
            "say --same-data",
            "leave it out and number the ranks from 0",
        ],
    );
    assert_eq!(
        imported(&files, &twins.replace("--map", "--same-data --map")),
        80
    );
    std::fs::remove_file(files.path("twins/rank1.tsv")).unwrap();
    assert_eq!(imported(&files, &twins), 40);
}

#[test]
fn of_plans() {
    let files = Files::new();
    tranches(&files, &[("books", 50)]);
    let raw = |count: u32| -> Vec<u8> { (0..count).flat_map(u32::to_le_bytes).collect() };
    let import = |name: &str, rest: &str| {
        let line = format!("log import {name} {rest} --map dataset=books --out run.tlog");
        line.replace("  ", " ")
    };
    files.write("global_indices.npy", raw(40));
    let said = refused(&files, &import("global_indices.npy", "--batch 12"));
    says(
        &said,
        &["--last-batch dropped if", "--last-batch served if not"],
    );
    for (word, served) in [("dropped", 36), ("served", 40)] {
        let said = format!("--batch 12 --last-batch {word}");
        assert_eq!(
            imported(&files, &import("global_indices.npy", &said)),
            served
        );
    }
    says(
        &refused(&files, &import("global_indices.npy", "")),
        &["--batch", "--state"],
    );

    let name = "global_indices_dataset_size40_epoch1_seed0_v1.npy";
    files.write(name, raw(40));
    let said = refused(&files, &import(name, "--batch 12 --last-batch served"));
    says(&said, &["leave --last-batch out"]);
    assert_eq!(imported(&files, &import(name, "--batch 12")), 36);
    let state =
        json!({"batches_processed": 0, "tokens_processed": 0, "sequence_length": 8, "epoch": 1});
    files.write("state.json", state.to_string());
    let said = refused(&files, &import(name, "--state state.json"));
    says(
        &said,
        &["the files of the epochs that the run finished, and --batch in place of --state"],
    );
    let second = name.replace("epoch1", "epoch2");
    files.write(&second, raw(40));
    let said = refused(&files, &import(&format!("{name} {name}"), "--batch 12"));
    says(
        &said,
        &["each epoch's file once, in the order of the epochs"],
    );
    assert_eq!(
        imported(&files, &import(&format!("{name} {second}"), "--batch 12")),
        72
    );

    let said = refused(&files, &import(&second, "--batch 12"));
    says(&said, &["the files of all epochs from the first, 1, on"]);
    for (other, count, what) in [
        (
            "global_indices_dataset_size40_epoch2_seed1_v1.npy",
            40,
            "seed",
        ),
        (
            "global_indices_dataset_size39_epoch2_seed0_v1.npy",
            39,
            "size",
        ),
    ] {
        files.write(other, raw(count));
        let said = refused(&files, &import(&format!("{name} {other}"), "--batch 12"));
        says(&said, &[what, "give the files of one run"]);
    }
    let said = refused(&files, &import(name, "--batch 41"));
    says(&said, &["fewer than a batch of 41", "give the run's batch"]);
    files.write("state.json", "batches_processed: 1");
    let said = refused(&files, &import(name, "--state state.json"));
    says(&said, &["json.dump(loader.state_dict(), file)"]);
    files.write(
        "state.json",
        json!({"batches_processed": 2, "tokens_processed": 192, "sequence_length": 8}).to_string(),
    );
    assert_eq!(imported(&files, &import(name, "--state state.json")), 24);

    let old = "global_indices_epoch1_seed0_size40.npy";
    files.write(old, raw(40));
    let said = refused(&files, &import(old, "--batch 12"));
    says(&said, &["give the run's batch"]);
    assert_eq!(imported(&files, &import(old, "--batch 8")), 40);
}

#[test]
fn of_blends() {
    let files = Files::new();
    tranches(&files, &[("x", 40)]);
    let blend = |prefix: &str, split: &str, samples: &[i64]| {
        let set = json!({"dataset_path": "x", "index_split": split});
        let description = json!({"datasets": [set], "size": samples.len()});
        files.write(
            &format!("c/{prefix}-dataset_index.npy"),
            npy_i2(&vec![0; samples.len()]),
        );
        files.write(
            &format!("c/{prefix}-dataset_sample_index.npy"),
            npy_i8(samples),
        );
        files.write(
            &format!("c/{prefix}-description.txt"),
            description.to_string(),
        );
    };
    blend("a", "train", &[1, 2, 3]);
    blend("b", "valid", &[1]);
    let import = "log import c --batch 1 --map x=x --out run.tlog";
    let said = refused(&files, import);
    says(&said, &["say which with --split: train"]);
    assert_eq!(
        imported(&files, &import.replace("--map", "--split train --map")),
        3
    );
    let without = import.replace("--batch 1 ", "--split train ");
    says(
        &refused(&files, &without),
        &["give the global batch size with --batch"],
    );
    let alone = import.replace("c ", "c/b-dataset_index.npy ");
    let said = refused(&files, &alone);
    says(
        &said,
        &["valid, which no model is trained on", "--split valid"],
    );
    assert_eq!(
        imported(&files, &alone.replace("--map", "--split valid --map")),
        1
    );
    let train = files.path("c/a-description.txt");
    let described = std::fs::read_to_string(&train).unwrap();
    let with_train = import.replace("--map", "--split train --map");
    for (size, weights, whole) in [
        ("true", "[3]", false),
        ("4", "[3]", false),
        ("\"3\"", "[3]", false),
        ("null", "[2.5]", false),
        ("null", "true", false),
        ("null", "[4]", false),
        ("3.0", "[]", true),
        ("null", "[3.0]", true),
    ] {
        let other = format!("\"weights\": {weights}, \"size\": {size}");
        std::fs::write(&train, described.replace("\"size\":3", &other)).unwrap();
        if whole {
            assert_eq!(imported(&files, &with_train), 3);
        } else {
            refused(&files, &with_train);
        }
    }
    std::fs::write(&train, described).unwrap();
    blend("d", "train", &[7]);
    let said = refused(&files, &import.replace("--map", "--split train --map"));
    says(
        &said,
        &["give the path of the run's own", "d-dataset_index.npy"],
    );
    assert_eq!(
        imported(&files, &import.replace("c ", "c/d-dataset_index.npy ")),
        1
    );
}

#[test]
fn of_recordings() {
    let files = Files::new();
    tranches(&files, &[("songs", 90), ("plays", 90), ("notes", 90)]);
    let import =
        "log import r --map songs=songs --map plays=plays --map notes=notes --out run.tlog";
    let with = |option: &str| import.replace("--out", &format!("{option} --out"));
    let write = |rank: u32, steps: &[u64]| {
        std::fs::create_dir_all(files.path("r")).unwrap();
        let mut segment = Segment::new(&files.path("r"), rank, 2, 0, [0; 32]);
        segment.attempt(0);
        for step in steps {
            segment.step(*step, &[(0, *step), (1, 40 * u64::from(rank))]);
        }
        segment.write();
    };
    // Killed: an end before others without being closed.
    write(0, &[0, 1, 2, 3]);
    says(
        &refused(&files, import),
        &["rank 1 of 2 has no files", "give all ranks' files"],
    );
    write(1, &[0, 1, 2]);
    let said = refused(&files, import);
    assert_eq!(imported(&files, &with(&option(&said, "--through"))), 12);
    says(
        &said,
        &["if this rank had no more data, say --uneven-ranks"],
    );
    assert_eq!(imported(&files, &with("--uneven-ranks")), 14);
    // A step that one rank does not have, and one that none has.
    write(1, &[0, 1, 3]);
    let said = refused(&files, import);
    assert_eq!(imported(&files, &with(&option(&said, "--through"))), 8);
    write(0, &[0, 1, 3]);
    let said = refused(&files, import);
    assert_eq!(imported(&files, &with(&option(&said, "--through"))), 8);
    // The same draws on both.
    let steps: Vec<u64> = (0..20).collect();
    write(0, &steps);
    let first = std::fs::read(files.path("r/rank-00000-000000.trec")).unwrap();
    write(1, &steps);
    assert_ne!(
        first,
        std::fs::read(files.path("r/rank-00001-000000.trec")).unwrap()
    );
    for rank in 0..2 {
        let mut segment = Segment::new(&files.path("r"), rank, 2, 0, [0; 32]);
        segment.attempt(0);
        steps
            .iter()
            .for_each(|step| segment.step(*step, &[(0, *step)]));
        segment.write();
    }
    says(&refused(&files, import), &["say --same-data"]);
    assert_eq!(imported(&files, &with("--same-data")), 40);
    // A checkpoint of a step on each rank: the draws can be had, a trace cannot.
    for rank in 0..2u32 {
        let mut segment = Segment::new(&files.path("r"), rank, 2, 0, [0; 32]);
        segment.attempt(0);
        segment.step(0, &[(0, rank.into())]);
        segment.checkpoint(1, &format!("{rank}.pt"));
        segment.write();
    }
    let said = refused(&files, &with("--trace-out trace.json"));
    says(
        &said,
        &[
            "two different checkpoints of step 1",
            "leave --trace-out out",
        ],
    );
    assert_eq!(imported(&files, import), 2);
    for rank in 0..2 {
        let mut segment = Segment::new(&files.path("r"), rank, 2, 0, [0; 32]);
        segment.attempt(0);
        steps
            .iter()
            .for_each(|step| segment.step(*step, &[(0, *step)]));
        segment.write();
    }
    // One file of it, or a folder of two kinds.
    let said = refused(&files, &import.replace(" r ", " r/rank-00000-000000.trec "));
    says(&said, &["give the recording's folder, r"]);
    files.write("r/a-dataset_index.npy", "");
    says(
        &refused(&files, &with("--same-data")),
        &["say which with --format"],
    );
    assert_eq!(imported(&files, &with("--same-data --format recorder")), 40);
}

#[test]
fn of_ranks_that_end_early_and_of_options_for_others() {
    let files = Files::new();
    tranches(&files, &[("books", 40)]);
    copy(&files, "uneven");
    let import = "log import uneven --map books=books --out run.tlog";
    assert_eq!(imported(&files, import), 9);
    for option in [
        "--batch 4",
        "--ranks 2",
        "--split train",
        "--last-batch served",
        "--documents begun",
    ] {
        let said = refused(&files, &import.replace("--map", &format!("{option} --map")));
        says(&said, &["leave it out"]);
    }
    let said = refused(&files, &import.replace("--map", "--planned --map"));
    says(&said, &["leave --planned and --consumed out"]);
}
