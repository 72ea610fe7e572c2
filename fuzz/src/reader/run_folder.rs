//! A run's folder. Parts: `run.json`, `registry.json`, `evidence.json`, `secret/run.json`, `secret/usage.json`.

use std::fs;

use tranche_workspace::artefact::run::{EVIDENCE, PUBLIC, REGISTRY, RunFolder, SECRET};

use crate::parts::{at, split};
use crate::scratch;

pub(crate) fn read(data: &[u8]) {
    let parts = split(data);
    let folder = scratch::folder("run");
    fs::create_dir(folder.join(SECRET)).expect("a folder to make");
    let secret = |name: &str| format!("{SECRET}/{name}");
    let names = [
        PUBLIC.to_owned(),
        REGISTRY.to_owned(),
        EVIDENCE.to_owned(),
        secret(PUBLIC),
        secret("usage.json"),
    ];
    for (index, name) in names.iter().enumerate() {
        let bytes = at(&parts, index);
        if !bytes.is_empty() {
            fs::write(folder.join(name), bytes).expect("a file in the temporary folder");
        }
    }
    let run = match RunFolder::open(&folder) {
        Ok(run) => run,
        Err(error) => return super::refused(&error),
    };
    let text = serde_json::to_vec(run.public()).expect("a public part as JSON");
    fs::write(folder.join(PUBLIC), text).expect("a file in the temporary folder");
    let again = RunFolder::open(&folder).expect("its own public part");
    assert_eq!(again.public(), run.public());
    refusal(run.evidence());
    refusal(run.registry());
    refusal(run.usage());
    refusal(run.parts());
}

fn refusal<T>(read: Result<T, tranche_workspace::Error>) {
    if let Err(error) = read {
        super::refused(&error);
    }
}
