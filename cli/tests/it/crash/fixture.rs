//! A small world: data, keys, tranches, a registry, a log, a run, a recording, and a chain with contracts.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use serde_json::json;
use tranche_prover::Srs;
use tranche_workspace::artefact::secret;

use crate::common::{Done, Files};

/// Files by their path below a folder.
pub(crate) type Tree = BTreeMap<PathBuf, Vec<u8>>;

/// Proving keys, kept from one run of the tests to the next: they are checked whenever they are read.
pub(crate) fn cache() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("crash-cache")
}

/// The program in a folder, with a line of arguments.
pub(crate) fn program(folder: &Path, line: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tranche"));
    command
        .current_dir(folder)
        .env("XDG_CACHE_HOME", cache())
        .arg("--json")
        .args(line.split(' '));
    command
}

/// Runs a command to its end.
pub(crate) fn done(mut command: Command) -> Done {
    let output = command.output().unwrap();
    Done {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// Runs what must succeed.
pub(crate) fn good(folder: &Path, line: &str) -> serde_json::Value {
    let done = done(program(folder, line));
    assert_eq!(done.code, 0, "{line}: {}{}", done.out, done.err);
    done.json()
}

/// All files below a folder.
pub(crate) fn tree(root: &Path) -> Tree {
    let mut files = Tree::new();
    let mut open = vec![root.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                let name = path.strip_prefix(root).unwrap().to_owned();
                files.insert(name, fs::read(path).unwrap());
            }
        }
    }
    files
}

/// Whether a path lies under a temporary name.
pub(crate) fn is_temporary(path: &Path) -> bool {
    path.iter().any(|part| {
        let part = part.to_string_lossy();
        part.starts_with(".tranche-") && part.ends_with(".tmp")
    })
}

/// The world, made once.
pub(crate) struct Fixture(PathBuf);

impl Fixture {
    pub(crate) fn get() -> &'static Self {
        static FIXTURE: OnceLock<Fixture> = OnceLock::new();
        FIXTURE.get_or_init(|| {
            let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("crash-fixture");
            if root.exists() {
                fs::remove_dir_all(&root).unwrap();
            }
            fs::create_dir_all(&root).unwrap();
            make(&root);
            Self(root)
        })
    }

    /// A copy to work on, permissions as they are.
    pub(crate) fn copy(&self) -> Files {
        let files = Files::new();
        copy(&self.0, files.root());
        files
    }
}

/// Copies a folder's content with its permissions.
pub(crate) fn copy(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            fs::create_dir(&target).unwrap();
            let permissions = entry.metadata().unwrap().permissions();
            fs::set_permissions(&target, permissions).unwrap();
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

fn make(root: &Path) {
    let write = |name: &str, text: &str| fs::write(root.join(name), text).unwrap();
    let records = |count: usize, word: &str| -> String {
        let lines: Vec<String> = (0..count).map(|i| format!("{word} {}", i * i)).collect();
        lines.join("\n\n")
    };
    write("songs.txt", &records(40, "la"));
    write("plays.txt", &records(30, "act"));
    write("notes.txt", &records(20, "note"));
    let mut draws = "step,tranche,record\n".to_owned();
    for i in 0..300 {
        let (name, records) = [("songs", 40), ("plays", 30), ("notes", 20)][i % 3];
        draws += &format!("{},{name},{}\n", i / 8, i * 31 % records);
    }
    write("draws.csv", &draws);
    let key = secret::new_key(&root.join("owner.key")).unwrap();
    let owner = tranche_protocol::address::Address::of_key(key.verifying_key());
    good(root, "run new-seed --out run.seed");
    for name in ["songs", "plays"] {
        let offer = format!("--owner-key owner.key --rate {}", name.len());
        let commit = format!("commit {name}.txt --units byte --out {name} {offer} --terms free");
        good(root, &commit);
    }
    for (name, terms) in [("offer", "dear"), ("later", "cheap")] {
        let offer = format!("--owner {owner} --rate 2 --terms {terms}");
        good(
            root,
            &format!("commit plays.txt --units byte --out {name} {offer}"),
        );
    }
    good(root, "sign later --key owner.key");
    good(
        root,
        "commit notes.txt --units byte --out notes --private --seed run.seed",
    );
    good(root, "register --registry registry.json songs plays");
    let mut terms = good(root, "run terms --example");
    for (field, value) in [
        ("unit", json!("byte")),
        ("registry_cutoff", json!(2)),
        ("min_registered_ppm", json!(500_000)),
        ("min_evidence", json!(0)),
        ("evidence_key", json!(owner.to_string())),
        ("builder", json!(owner.to_string())),
    ] {
        terms[field] = value;
    }
    write("terms.json", &terms.to_string());
    let maps = "--map songs=songs --map plays=plays --map notes=notes";
    good(
        root,
        &format!("log import draws.csv --consumed {maps} --out run.tlog"),
    );
    good(
        root,
        "run commit --log run.tlog --registry registry.json --terms terms.json --seed run.seed --out run",
    );
    recording(&root.join("recording"));
    fs::create_dir(root.join("contracts")).unwrap();
    write("contracts/README", "generated\n");
    let mut powers = Vec::new();
    let srs = Srs::development(6).unwrap();
    halo2_proofs::poly::commitment::Params::write(srs.params(), &mut powers).unwrap();
    fs::write(root.join("powers.srs"), powers).unwrap();
}

/// A recording of one segment, after docs/recording.md.
fn recording(folder: &Path) {
    fs::create_dir(folder).unwrap();
    let mut bytes = b"TRNCHREC\x01\x00".to_vec();
    let head = json!({"rank": 0, "world_size": 1, "segment": 0, "order": "consumed",
        "previous": hex::encode([0; 32]), "cut": 0, "started": 0,
        "sources": [{"name": "songs", "tranche": null}]});
    let step = [
        &[1, 0][..],
        &0u16.to_le_bytes(),
        &0u64.to_le_bytes(),
        &1u32.to_le_bytes(),
        &7u32.to_le_bytes(),
    ];
    let attempt = [&[2][..], &0u64.to_le_bytes(), &1u32.to_le_bytes()];
    for payload in [
        [&[0], head.to_string().as_bytes()].concat(),
        attempt.concat(),
        step.concat(),
    ] {
        let length = (payload.len() as u32).to_le_bytes();
        let crc = crc32fast::hash(&[&length[..], &payload].concat());
        bytes.extend([b"\xf7TRF", &length[..], &crc.to_le_bytes(), &payload].concat());
    }
    fs::write(folder.join("rank-00000-000000.trec"), bytes).unwrap();
}
