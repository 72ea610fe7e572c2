//! Logs as they are found: uneven, cut, of several splits, of kinds that nobody said. Counts are recounted from the files' bytes.

use std::fs;

use serde_json::{Value, json};

use super::files::{copy, draws, gzip, line, logged, run_file, tranches, without_source};
use crate::common::{Files, bad, good, npy, npy_i2, npy_i8, tranche};

#[test]
fn ranks_that_ended_by_themselves_may_end_before_others() {
    let files = Files::new();
    tranches(&files, &[("books", 40)]);
    copy(&files, "uneven");
    // Neither a format nor an option is needed: the files say what they are and that they were closed.
    let import = "log import uneven --map books=books --out run.tlog";
    let report = good(files.root(), import);
    assert_eq!(report["draws"], 9);
    assert_eq!(report["format"]["name"], "recorder");
    assert!(report["format"]["seen"].as_str().unwrap().contains(".trec"));
    assert_eq!(
        report["recording"]["short_ranks"],
        json!([{"rank": 1, "last_step": 3}])
    );
    let wanted: Vec<(u64, u64)> = (0..5)
        .flat_map(|step| [(step, step), (step, 10 + step)])
        .filter(|draw| *draw != (4, 14))
        .collect();
    assert_eq!(without_source(logged(&files.path("run.tlog"))), wanted);
    let check = good(files.root(), "log check uneven --map books=books");
    assert_eq!(
        (&check["draws"], &check["clean"]),
        (&9.into(), &true.into())
    );
    // Without the frame that closes it, nobody knows whether its end is missing.
    let name = "uneven/rank-00001-000000.trec";
    let whole = fs::read(files.path(name)).unwrap();
    files.write(name, &whole[..whole.len() - 13]);
    fs::remove_file(files.path("run.tlog")).unwrap();
    bad(
        files.root(),
        import,
        2,
        &[
            "rank 1 of 2 ends at step 3",
            "--through 3",
            "--uneven-ranks",
        ],
    );
    let uneven = import.replace("--map", "--uneven-ranks --map");
    assert_eq!(good(files.root(), &uneven)["draws"], 9);
    let through = import.replace("--map", "--through 3 --map");
    assert_eq!(good(files.root(), &through)["draws"], 8);
}

#[test]
fn a_plan_counts_as_far_as_its_loader_serves_it() {
    let files = Files::new();
    tranches(&files, &[("inst", 1_003)]);
    let name = "global_indices_dataset_size1003_epoch1_seed0_v1.npy";
    copy(&files, name);
    run_file(
        &files,
        "run.json",
        json!([{"name": "inst", "folder": "inst", "paths": ["/d/*.npy"]}]),
        json!({"concatenated": [{"path": "/d/0.npy", "records": 1_003}]}),
    );
    let indices: Vec<u64> = fs::read(files.path(name))
        .unwrap()
        .chunks_exact(4)
        .map(|bytes| u64::from(u32::from_le_bytes(bytes.try_into().unwrap())))
        .collect();
    let import =
        |rest: &str| format!("log import {name} {rest} --run-file run.json --out run.tlog");
    let report = good(files.root(), &import("--batch 64"));
    assert_eq!(
        (&report["draws"], &report["steps"]),
        (&960.into(), &15.into())
    );
    assert_eq!(
        report["plan"],
        json!({"batch": 64, "files": [{"file": name, "indices": 1_003, "served": 960}]})
    );
    let wanted: Vec<(u64, u64)> = (0..960).map(|at| (at as u64 / 64, indices[at])).collect();
    assert_eq!(without_source(logged(&files.path("run.tlog"))), wanted);
    fs::remove_file(files.path("run.tlog")).unwrap();
    bad(
        files.root(),
        &import("--batch 64 --last-batch served"),
        2,
        &["leave --last-batch out"],
    );
    // The batch doubled at a step that both sizes divide: tokens and batches are those of the batch now.
    let state = |batches: u64, tokens: u64, epoch: u64| {
        json!({"batches_processed": batches, "tokens_processed": tokens, "sequence_length": 16, "epoch": epoch,
            "seed": 0, "dataset_type": "fsl", "max_target_sequence_length": null})
    };
    files.write("state.json", state(5, 5 * 128 * 16, 1).to_string());
    let report = good(files.root(), &import("--state state.json"));
    assert_eq!(
        (&report["draws"], &report["plan"]["batch"]),
        (&640.into(), &128.into())
    );
    fs::remove_file(files.path("run.tlog")).unwrap();
    for (state, words) in [
        (
            state(5, 5 * 128 * 16, 2),
            "epoch 2, and the plan's name says 1",
        ),
        (state(0, 0, 1), "no batch of an epoch is served"),
        (state(9, 9 * 128 * 16, 1), "9 batches of 128"),
        (state(3, 100 * 16, 1), "no whole number of instances"),
    ] {
        files.write("state.json", state.to_string());
        bad(files.root(), &import("--state state.json"), 2, &[words]);
    }
    // Epochs are whole each, and follow each other.
    let second = name.replace("epoch1", "epoch2");
    files.write(&second, fs::read(files.path(name)).unwrap());
    let both = import("--batch 64").replace(name, &format!("{name} {second}"));
    let report = good(files.root(), &both);
    assert_eq!(
        (&report["draws"], &report["steps"]),
        (&1_920.into(), &30.into())
    );
    fs::remove_file(files.path("run.tlog")).unwrap();
    let twice = import("--batch 64").replace(name, &format!("{name} {name}"));
    bad(
        files.root(),
        &twice,
        2,
        &["epoch 1, the file before it of epoch 1"],
    );
}

#[test]
fn plans_of_chunks_of_whole_batches_and_of_olmo_itself_are_told_apart() {
    let files = Files::new();
    tranches(&files, &[("books", 40)]);
    let raw = |count: u32| -> Vec<u8> { (0..count).flat_map(u32::to_le_bytes).collect() };
    let import = |name: &str, rest: &str| {
        format!("log import {name} --batch 12 {rest}--map dataset=books --out run.tlog")
    };
    for (name, count, rest, served) in [
        (
            "global_indices_chunk4_dataset_size39_epoch1_seed0_v1.npy",
            36,
            "",
            36,
        ),
        (
            "global_indices_chunk4_dataset_size35_epoch1_seed0_v1.npy",
            32,
            "",
            24,
        ),
        (
            "global_indices_epoch1_max_seq_len64_seed0_seq_len16_size40_v1.npy",
            40,
            "",
            36,
        ),
        ("global_indices_epoch1_seed0_size36.npy", 36, "", 36),
        ("global_indices.npy", 40, "--last-batch dropped ", 36),
        ("global_indices.npy", 40, "--last-batch served ", 40),
        ("global_indices.npy", 36, "", 36),
    ] {
        files.write(name, raw(count));
        assert_eq!(
            good(files.root(), &import(name, rest))["draws"],
            served,
            "{name}"
        );
        fs::remove_file(files.path("run.tlog")).unwrap();
    }
    for (name, count, words) in [
        (
            "global_indices_chunk4_dataset_size39_epoch1_seed0_v1.npy",
            39,
            "it has 39 of them, its name says 36",
        ),
        (
            "global_indices_dataset_size40_epoch1_seed0_v1.npy",
            39,
            "its name says 40",
        ),
        (
            "global_indices_dataset_size40_epoch1_seed0_v2.npy",
            40,
            "version 2",
        ),
        (
            "global_indices_epoch1_seed0_size40.npy",
            40,
            "no whole batches of 12",
        ),
        ("global_indices.npy", 40, "--last-batch"),
    ] {
        files.write(name, raw(count));
        bad(files.root(), &import(name, ""), 2, &[words]);
    }
}

#[test]
fn a_blends_data_sets_may_be_numbered_in_bytes() {
    let files = Files::new();
    tranches(&files, &[("a", 300), ("b", 300)]);
    copy(&files, "blend");
    let arrays = |suffix: &str| {
        let mut entries = fs::read_dir(files.path("blend")).unwrap();
        let path = entries.find_map(|entry| {
            let path = entry.unwrap().path();
            path.to_str().unwrap().ends_with(suffix).then_some(path)
        });
        fs::read(path.unwrap()).unwrap()[128..].to_vec()
    };
    let index = arrays("-dataset_index.npy");
    let samples = arrays("-dataset_sample_index.npy");
    let report = good(
        files.root(),
        "log import blend --batch 16 --map A=a --map B=b --out run.tlog",
    );
    assert_eq!(report["format"]["name"], "megatron");
    assert_eq!(report["blend"]["split"], "train");
    let of = |set: u8| index.iter().filter(|got| **got == set).count() as u64;
    assert_eq!(
        draws(&report),
        [("A".to_owned(), of(0)), ("B".to_owned(), of(1))]
    );
    let wanted: Vec<(u64, u64, u64)> = index
        .iter()
        .zip(samples.chunks_exact(8))
        .enumerate()
        .map(|(at, (set, sample))| {
            (
                at as u64 / 16,
                u64::from(*set),
                u64::from_le_bytes(sample.try_into().unwrap()),
            )
        })
        .collect();
    assert_eq!(
        (wanted.len(), logged(&files.path("run.tlog"))),
        (300, wanted)
    );
}

/// Writes a blend of two samples of "x" under a prefix.
fn blend(files: &Files, prefix: &str, split: &str, samples: &[i64]) {
    let set = json!({"dataset_path": "x", "index_split": split});
    let description = json!({"datasets": [set], "weights": [1.0], "size": samples.len()});
    let base = format!("cache/{prefix}-BlendedDataset");
    files.write(
        &format!("{base}-dataset_index.npy"),
        npy_i2(&vec![0; samples.len()]),
    );
    files.write(&format!("{base}-dataset_sample_index.npy"), npy_i8(samples));
    files.write(&format!("{base}-description.txt"), description.to_string());
}

#[test]
fn one_of_several_splits_is_said() {
    let files = Files::new();
    tranches(&files, &[("x", 40)]);
    blend(&files, "p", "valid", &[7]);
    blend(&files, "q", "train", &[1, 2, 3]);
    let import = "log import cache --batch 1 --map x=x --out run.tlog";
    bad(
        files.root(),
        import,
        2,
        &[
            "p-BlendedDataset-dataset_index.npy (valid)",
            "q-BlendedDataset-dataset_index.npy (train)",
            "--split",
        ],
    );
    bad(
        files.root(),
        &import.replace("--map", "--split test --map"),
        2,
        &["none of the split test"],
    );
    let report = good(
        files.root(),
        &import.replace("--map", "--split train --map"),
    );
    assert_eq!(
        (&report["draws"], &report["blend"]["split"]),
        (&3.into(), &"train".into())
    );
    blend(&files, "r", "train", &[4]);
    fs::remove_file(files.path("run.tlog")).unwrap();
    bad(
        files.root(),
        &import.replace("--map", "--split train --map"),
        2,
        &["q-Blended", "r-Blended", "give the path"],
    );
    let one = import.replace("cache ", "cache/r-BlendedDataset-dataset_index.npy ");
    assert_eq!(good(files.root(), &one)["draws"], 1);
}

#[test]
fn ranks_may_read_the_same_data_on_purpose() {
    let files = Files::new();
    tranches(&files, &[("books", 50)]);
    let rank: String = (0..20).map(|step| line(step, &[step, step + 1])).collect();
    for number in 0..2 {
        files.write(&format!("data-indices/rank{number}.tsv.gz"), gzip(&rank));
    }
    let mut rows = "step,tranche,record,rank\n".to_owned();
    for step in 0..20 {
        (0..2).for_each(|rank| rows += &format!("{step},books,{step},{rank}\n"));
    }
    files.write("a.csv", rows);
    for (log, name, draws, key) in [
        ("data-indices", "dataset", 80, "ranks"),
        ("a.csv --consumed", "books", 40, "table"),
    ] {
        let import = format!("log import {log} --map {name}=books --out run.tlog");
        bad(
            files.root(),
            &import,
            2,
            &["ranks 0 and 1 have the same draws", "--same-data"],
        );
        let report = good(files.root(), &format!("{import} --same-data"));
        assert_eq!(report["draws"], draws);
        let pair = json!([{"first": 0, "second": 1}]);
        assert_eq!(report[key]["same_data"], pair);
        let check = format!("log check {log} --map {name}=books --same-data");
        let report = good(files.root(), &check);
        assert_eq!(
            (&report["clean"], &report[key]["same_data"]),
            (&true.into(), &pair)
        );
        fs::remove_file(files.path("run.tlog")).unwrap();
    }
}

#[test]
fn a_step_that_was_asked_for_must_be_there() {
    let files = Files::new();
    tranches(&files, &[("books", 50)]);
    let text: String = (1..=6).map(|step| line(step, &[step])).collect();
    // A file that was cut where a gzip member ends looks whole; who knows the run's last step finds out.
    files.write("data-indices/rank0.tsv.gz", gzip(&text));
    let import = "log import data-indices --through 9 --map dataset=books --out run.tlog";
    bad(
        files.root(),
        import,
        2,
        &["no step 9: its last is 6", "--through 6"],
    );
    assert_eq!(good(files.root(), &import.replace('9', "6"))["draws"], 6);
    let done = tranche(
        files.root(),
        &[
            "log",
            "check",
            "data-indices",
            "--through",
            "9",
            "--map",
            "dataset=books",
        ],
    );
    let found: Vec<Value> = done.json()["findings"].as_array().unwrap().clone();
    assert_eq!((done.code, found.len()), (1, 1), "{found:?}");
}

#[test]
fn a_folder_of_two_kinds_of_logs_is_not_guessed() {
    let files = Files::new();
    tranches(&files, &[("books", 40)]);
    copy(&files, "uneven");
    files.write("uneven/a-dataset_index.npy", npy(1, "<i2", "(0,)", &[]));
    let import = "log import uneven --map books=books --out run.tlog";
    bad(
        files.root(),
        import,
        2,
        &["recorder (", "megatron (", "--format"],
    );
    let said = import.replace("--map", "--format recorder --map");
    assert_eq!(good(files.root(), &said)["draws"], 9);
    files.write("empty/notes.txt", "");
    bad(
        files.root(),
        &import.replace("uneven", "empty"),
        2,
        &["holds no log", "notes.txt"],
    );
}
