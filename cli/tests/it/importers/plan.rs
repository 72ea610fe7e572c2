//! OLMo's and OLMo-core's `global_indices….npy`.
//!
//! Layout checked against `IterableDataset._build_and_save_global_indices` of OLMo and `NumpyFSLDataLoader` of OLMo-core: `np.memmap` of uint32, no header; the
//! name has `size`; rank r of W takes `batch[r::W]`. The state is that of OLMo-core's `state_dict()`.

use std::num::NonZeroU64;
use std::path::PathBuf;

use tranche_ingest::error::Error;
use tranche_ingest::training_log::{LastBatch, LogReader, Plan, PlanFault};

use super::files::{logged, tranches};
use crate::common::{Files, bad, good};

fn raw(indices: impl IntoIterator<Item = u32>) -> Vec<u8> {
    indices.into_iter().flat_map(u32::to_le_bytes).collect()
}

fn read(paths: &[PathBuf], batch: u64, ranks: u64) -> Result<Vec<(u64, u64, u64)>, Error> {
    let plan = Plan {
        batch: NonZeroU64::new(batch).unwrap(),
        ranks: NonZeroU64::new(ranks).unwrap(),
        state: None,
        last_batch: Some(LastBatch::Served),
    };
    let mut reader = LogReader::indices(paths, plan)?;
    let mut draws = Vec::new();
    while let Some(draw) = reader.read()? {
        draws.push((draw.step, draw.record, draw.row));
    }
    Ok(draws)
}

/// As the trainer's loader cuts a plan: batch by batch, rank by rank, every W-th.
fn recount(plans: &[Vec<u32>], batch: usize, ranks: usize) -> Vec<(u64, u64)> {
    let mut draws = Vec::new();
    let mut step = 0;
    for plan in plans {
        for indices in plan.chunks(batch) {
            for rank in 0..ranks {
                draws.extend(
                    indices
                        .iter()
                        .skip(rank)
                        .step_by(ranks)
                        .map(|index| (step, u64::from(*index))),
                );
            }
            step += 1;
        }
    }
    draws
}

#[test]
fn plans_are_cut_as_the_loader_cuts_them() {
    let files = Files::new();
    for (length, batch, ranks) in [
        (48u32, 12, 1),
        (48, 12, 3),
        (48, 12, 12),
        (50, 12, 4),
        (5, 12, 4),
        (1, 8, 8),
        (0, 4, 2),
    ] {
        let plans: Vec<Vec<u32>> = (0..2)
            .map(|epoch| (0..length).map(|i| i * 7 % 50 + epoch).collect())
            .collect();
        let paths: Vec<PathBuf> = plans
            .iter()
            .enumerate()
            .map(|(epoch, plan)| {
                let name = format!("global_indices_{epoch}.npy");
                files.write(&name, raw(plan.iter().copied()))
            })
            .collect();
        let got = read(&paths, batch, ranks).unwrap();
        let pairs: Vec<(u64, u64)> = got
            .iter()
            .map(|(step, record, _)| (*step, *record))
            .collect();
        let wanted = recount(&plans, batch as usize, ranks as usize);
        assert_eq!(pairs, wanted, "{length} {batch} {ranks}");
        // A row is where the index stands.
        for (place, (_, record, row)) in got.iter().enumerate() {
            let plan = &plans[usize::from(place >= length as usize)];
            assert_eq!(u64::from(plan[*row as usize - 1]), *record);
        }
    }
}

#[test]
fn other_files_are_refused() {
    let files = Files::new();
    for (name, bytes) in [
        ("global_indices.npy", vec![1, 2, 3]),
        ("global_indices_epoch1_seed0_size9.npy", raw([1, 2, 3])),
        (
            "global_indices.npy",
            crate::common::npy(1, "<u4", "(2,)", &raw([1, 2])),
        ),
    ] {
        let path = files.write(name, bytes);
        let error = read(&[path], 1, 1).unwrap_err();
        assert!(
            matches!(error.fault(), Some(PlanFault::RawIndices(_))),
            "{error}"
        );
    }
    assert!(matches!(
        read(&[files.path("none.npy")], 1, 1),
        Err(Error::Io { .. })
    ));
}

#[test]
fn a_loaders_state_gives_the_batch_and_how_far_it_was_served() {
    let files = Files::new();
    tranches(&files, &[("books", 40)]);
    let plan: Vec<u32> = (0..40).map(|i| i * 3 % 40).collect();
    files.write(
        "global_indices_epoch1_seed0_size40.npy",
        raw(plan.iter().copied()),
    );
    let state = |batches: u64, tokens: u64| {
        format!(
            "{{\"dataset_fingerprint\":\"x\",\"batches_processed\":{batches},\"tokens_processed\":{tokens},\"seed\":0,\"epoch\":1,\"sequence_length\":16,\"dataset_type\":\"fsl\"}}"
        )
    };
    files.write("state.json", state(3, 3 * 8 * 16));
    let line = "log import global_indices_epoch1_seed0_size40.npy --state state.json --ranks 2 --map dataset=books --out run.tlog";
    let report = good(files.root(), line);
    assert_eq!(
        (&report["order"], &report["draws"], &report["steps"]),
        (&"planned".into(), &24.into(), &3.into())
    );
    let wanted: Vec<(u64, u64, u64)> = recount(&[plan[..24].to_vec()], 8, 2)
        .into_iter()
        .map(|(step, record)| (step, 0, record))
        .collect();
    assert_eq!(logged(&files.path("run.tlog")), wanted);
    std::fs::remove_file(files.path("run.tlog")).unwrap();
    for (state, words) in [
        (state(3, 100), "no whole number of instances"),
        (state(0, 0), "no batch of an epoch is served"),
        (state(u64::MAX, u64::MAX), "no whole number of instances"),
        (
            state(6, 6 * 8 * 16),
            "6 batches of 8, but the plan has 40 indices",
        ),
        ("{".to_owned(), "not the JSON of a loader's state"),
    ] {
        files.write("state.json", state);
        bad(files.root(), line, 2, &[words]);
    }
}

#[test]
fn options_that_do_not_fit_are_refused() {
    let files = Files::new();
    tranches(&files, &[("books", 40)]);
    files.write("global_indices.npy", raw(0..40));
    files.write("draws.csv", "step,tranche,record\n0,books,1\n");
    for (line, words) in [
        (
            "log import global_indices.npy --batch 8 --consumed --map dataset=books --out run.tlog",
            "what the trainer meant to read",
        ),
        (
            "log import global_indices.npy --map dataset=books --out run.tlog",
            "--batch",
        ),
        (
            "log import global_indices.npy --batch 8 --ranks 3 --map dataset=books --out run.tlog",
            "3 ranks do not divide",
        ),
        (
            "log import draws.csv --consumed --batch 8 --map books=books --out run.tlog",
            "--batch",
        ),
        (
            "log import draws.csv --consumed --ranks 8 --map books=books --out run.tlog",
            "--ranks",
        ),
        (
            "log import draws.csv draws.csv --consumed --map books=books --out run.tlog",
            "one file or folder, and more are given",
        ),
        (
            "log import draws.csv --map books=books --out run.tlog",
            "nothing says whether",
        ),
        (
            "log import draws.csv --consumed --out run.tlog",
            "--run-file",
        ),
        (
            "log import draws.csv --consumed --documents touched --map books=books --out run.tlog",
            "--documents",
        ),
    ] {
        bad(files.root(), line, 2, &[words]);
    }
}
