//! Audits through the program itself: from a run to evidence of level 3, and what a builder can try.
//!
//! Training is stood in for by a chain of digests over the records' bytes: any change of a draw changes all weights after it. A real model, trained again
//! bit for bit, is in `python/examples/audited`.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::common::{Files, bad, good, terms, tranche};

const STEPS: usize = 400;
const BATCH: usize = 10;
/// Steps from one checkpoint to the next.
const EVERY: usize = 40;
const BEACON: &str = "0x6a1f00000000000000000000000000000000000000000000000000000000c0de";

fn read(folder: &Path, name: &str) -> Value {
    serde_json::from_slice(&fs::read(folder.join(name)).unwrap()).unwrap()
}

/// The records of a source, as they are committed.
fn records(name: &str) -> Vec<String> {
    let count = match name {
        "songs" => 1_700,
        "plays" => 600,
        _ => 200,
    };
    (0..count)
        .map(|i| format!("{name} {}", "la ".repeat(1 + i % 7) + &(i * i).to_string()))
        .collect()
}

fn drawn(draw: usize) -> (&'static str, usize) {
    let (name, records) = [
        ("songs", 1_700),
        ("plays", 600),
        ("notes", 200),
        ("songs", 1_700),
    ][draw % 4];
    (name, draw * 37 % records)
}

/// One step over a record.
fn trained(weights: &[u8], record: &str) -> Vec<u8> {
    let mut hasher = blake3::Hasher::new();
    hasher.update(weights);
    hasher.update(record.as_bytes());
    let mut out = vec![0; 64];
    hasher.finalize_xof().fill(&mut out);
    out
}

fn digest(weights: &[u8]) -> String {
    format!("0x{}", blake3::hash(weights).to_hex())
}

/// A secret with a fixed value, so that the picks are the same each time.
fn secret(folder: &Path, name: &str, text: String) {
    let path = folder.join(name);
    fs::write(&path, text).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    }
}

/// Commits three sources, trains, writes the weights by step, and commits to the run; the auditor's key is in the terms.
fn run(folder: &Path) {
    for name in ["songs", "plays", "notes"] {
        fs::write(
            folder.join(format!("{name}.txt")),
            records(name).join("\n\n"),
        )
        .unwrap();
    }
    for (name, digit) in [("songs", "1"), ("plays", "2"), ("auditor", "3")] {
        secret(
            folder,
            &format!("{name}.key"),
            format!("0x{}\n", digit.repeat(64)),
        );
    }
    let seed = format!("tranche run seed v1 {}\n", "5e".repeat(32));
    secret(folder, "run.seed", seed);
    for name in ["songs", "plays"] {
        good(
            folder,
            &format!(
                "commit {name}.txt --units byte --out {name} --owner-key {name}.key --rate 3 --terms free"
            ),
        );
    }
    good(folder, "register --registry registry.json songs plays");
    good(
        folder,
        "commit notes.txt --out spare --owner-key auditor.key --rate 0 --terms x",
    );
    good(
        folder,
        "commit notes.txt --units byte --out notes --private --seed run.seed",
    );
    let mut log = "step,tranche,record\n".to_owned();
    let mut weights = b"initial".to_vec();
    let mut trace = Vec::new();
    fs::create_dir(folder.join("weights")).unwrap();
    let data = ["songs", "plays", "notes"].map(|name| (name, records(name)));
    for step in 0..=STEPS {
        if step % EVERY == 0 {
            fs::write(folder.join(format!("weights/{step}")), &weights).unwrap();
            trace.push(
                json!({"step": step, "log_position": step * BATCH, "digest": digest(&weights)}),
            );
        }
        for draw in step * BATCH..(step + 1) * BATCH {
            if step < STEPS {
                let (name, record) = drawn(draw);
                log += &format!("{step},{name},{record}\n");
                let (_, records) = data.iter().find(|(own, _)| *own == name).unwrap();
                weights = trained(&weights, &records[record]);
            }
        }
    }
    fs::write(folder.join("draws.csv"), log).unwrap();
    fs::write(folder.join("trace.json"), Value::from(trace).to_string()).unwrap();
    good(
        folder,
        "log import draws.csv --consumed --map songs=songs --map plays=plays --map notes=notes --out run.tlog",
    );
    terms(
        folder,
        "terms.json",
        &[
            ("unit", json!("byte")),
            ("registry_cutoff", json!(2)),
            ("min_evidence", json!(3)),
            (
                "evidence_key",
                read(folder, "spare/manifest.json")["owner"].clone(),
            ),
            ("model_digest", json!(digest(&weights))),
        ],
    );
    good(folder, &commit("trace.json", "run"));
}

fn commit(trace: &str, out: &str) -> String {
    format!(
        "run commit --log run.tlog --registry registry.json --terms terms.json --trace {trace} --seed run.seed --out {out}"
    )
}

const CHECK: &str = "audit check --run run/run.json --registry registry.json --challenge challenge.json --opening opening.json --data songs=songs.txt --data plays=plays.txt --data notes=notes.txt";

/// Challenges and opens the run.
fn opened(folder: &Path) {
    let words = |line: &str| -> Vec<String> { line.split(' ').map(str::to_owned).collect() };
    let mut line = words("audit challenge --run run --picks 6 --out challenge.json --beacon");
    line.extend([
        BEACON.to_owned(),
        "--source".to_owned(),
        "beacon round 7".to_owned(),
        "--published".to_owned(),
        "in the paper of the day before".to_owned(),
    ]);
    let line: Vec<&str> = line.iter().map(String::as_str).collect();
    let done = tranche(folder, &line);
    assert_eq!(done.code, 0, "{}", done.err);
    let public = fs::read_to_string(folder.join("challenge.json")).unwrap();
    assert!(
        !public.contains(&(STEPS * BATCH).to_string()),
        "the number of draws is secret"
    );
    let report = good(
        folder,
        "audit open --run run --challenge challenge.json --out opening.json",
    );
    assert_eq!(report["discloses"]["draws"], STEPS * BATCH);
    assert_eq!(report["discloses"]["checkpoints"], STEPS / EVERY + 1);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(folder.join("opening.json"))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

/// Executes the work list; what it made is in `folder/name`.
fn replay(folder: &Path, name: &str) {
    let work = read(folder, "work.json");
    fs::create_dir(folder.join(name)).unwrap();
    fs::write(folder.join(name).join("initial"), b"initial").unwrap();
    let data: Vec<Vec<String>> = work["tranches"]
        .as_array()
        .unwrap()
        .iter()
        .map(|tranche| records(tranche["name"].as_str().unwrap()))
        .collect();
    let mut done = Vec::new();
    for stretch in work["stretches"].as_array().unwrap() {
        let start = format!("../weights/{}", stretch["from_step"]);
        let mut weights = fs::read(folder.join(name).join(&start)).unwrap();
        assert_eq!(json!(digest(&weights)), stretch["start_digest"]);
        for step in stretch["steps"].as_array().unwrap() {
            for draw in step["draws"].as_array().unwrap() {
                let tranche = draw[0].as_u64().unwrap() as usize;
                let record = draw[1].as_u64().unwrap() as usize;
                weights = trained(&weights, &data[tranche][record]);
            }
        }
        let end = format!("end-{}", stretch["stretch"]);
        fs::write(folder.join(name).join(&end), weights).unwrap();
        done.push(json!({"stretch": stretch["stretch"], "start": start, "end": {"file": end}}));
    }
    let file = json!({"version": 1, "initial": {"file": "initial"}, "stretches": done});
    fs::write(folder.join(name).join("replayed.json"), file.to_string()).unwrap();
}

/// Checks a replay that was altered; the outcome, which never comes with evidence.
fn altered(folder: &Path, options: &str, change: impl FnOnce(&mut Value)) -> (String, Value) {
    let mut replayed = read(folder, "again/replayed.json");
    change(&mut replayed);
    fs::write(folder.join("again/altered.json"), replayed.to_string()).unwrap();
    let line = format!(
        "{CHECK} --replayed again/altered.json --sign-key auditor.key --evidence no.json --report no-report.json{options}"
    );
    let done = tranche(folder, &line.split(' ').collect::<Vec<_>>());
    assert!(
        !folder.join("no.json").exists(),
        "evidence of a failed audit"
    );
    let answer = done.json();
    assert_eq!(done.code, 1, "{answer}");
    let report = tranche(folder, &["audit", "report", "no-report.json"]);
    assert_eq!(
        (report.code, &report.json()["outcome"]),
        (1, &answer["outcome"])
    );
    (answer["outcome"].as_str().unwrap().to_owned(), answer)
}

#[test]
fn an_audit_ends_in_evidence_of_level_3_or_in_none() {
    let files = Files::new();
    let folder = files.root();
    run(folder);
    opened(folder);

    // Without the replay nothing is signed, and the work list says what to do.
    let ready = good(folder, &format!("{CHECK} --work work.json"));
    assert_eq!(ready["outcome"], "to_replay", "{ready}");
    replay(folder, "again");
    let line = format!(
        "{CHECK} --replayed again/replayed.json --sign-key auditor.key --evidence evidence.json --report report.json"
    );
    let passed = good(folder, &line);
    assert_eq!(passed["outcome"], "passed", "{passed}");
    assert_eq!(
        good(folder, "audit report report.json")["outcome"],
        "passed"
    );
    // `spare` is a registered form of the notes: whoever compares sees it.
    let compared = good(folder, &format!("{CHECK} --compare songs --compare spare"));
    for words in [
        "\"0 of 200 different records",
        "\"200 of 200 different records",
    ] {
        assert!(compared["notes"].to_string().contains(words), "{compared}");
    }

    // The report is for everybody: it tells nothing of the recipe.
    let public = fs::read_to_string(folder.join("report.json")).unwrap();
    for name in ["songs", "plays", "notes"] {
        assert!(!public.contains(name), "{name}");
    }

    replays(folder);
    refusals(folder);
    traces(folder);
    proven(folder);
}

fn replays(folder: &Path) {
    let opening = read(folder, "opening.json");
    let digests: Vec<Value> = opening["checkpoints"]
        .as_array()
        .unwrap()
        .iter()
        .map(|checkpoint| checkpoint["digest"].clone())
        .collect();
    // Digests copied from the opening are no replay.
    let (outcome, _) = altered(folder, "", |file| {
        file["initial"] = json!({"digest": digests[0]});
        for stretch in file["stretches"].as_array_mut().unwrap() {
            let index = stretch["stretch"].as_u64().unwrap() as usize;
            stretch["end"] = json!({"digest": digests[index + 1]});
        }
    });
    assert_eq!(outcome, "incomplete");
    let (outcome, _) = altered(folder, "", |file| {
        file["stretches"][0]
            .as_object_mut()
            .unwrap()
            .remove("start");
    });
    assert_eq!(outcome, "incomplete");
    // Weights to begin from could be made so that training arrives where it must.
    let (outcome, answer) = altered(folder, "", |file| {
        fs::write(folder.join("again/begun"), b"made to arrive").unwrap();
        file["stretches"][0]["start"] = json!("begun");
    });
    assert_eq!(outcome, "failed");
    assert!(answer.to_string().contains("began from other weights"));
    let (outcome, answer) = altered(folder, "", |file| {
        file["stretches"][0]["end"] = json!({"file": "initial"});
    });
    assert_eq!(outcome, "failed");
    assert!(answer.to_string().contains("ends at other weights"));
    // The word for a digest counts where it is taken, and a wrong one never.
    let (outcome, _) = altered(folder, " --trust-digests", |file| {
        file["stretches"][0]["end"] = json!({"digest": format!("0x{}", "00".repeat(32))});
    });
    assert_eq!(outcome, "failed");
    // Training that began from a model that is not told.
    let (outcome, answer) = altered(folder, "", |file| {
        file["initial"] = json!({"file": "end-x"});
        fs::write(folder.join("again/end-x"), b"pretrained").unwrap();
    });
    assert_eq!(outcome, "failed");
    assert!(answer.to_string().contains("a model that is not told"));
    let (outcome, _) = altered(folder, "", |file| {
        file["stretches"].as_array_mut().unwrap().pop();
    });
    assert_eq!(outcome, "incomplete");
}

fn refusals(folder: &Path) {
    let check = |change: (&str, &str), code, words: &[&str]| {
        let line = CHECK.replace(change.0, change.1);
        assert_ne!(line, CHECK);
        bad(folder, &format!("{line} --work no-work.json"), code, words);
    };
    check(
        (" --data songs=songs.txt", ""),
        1,
        &["incomplete", "--data songs=FILE"],
    );
    check(
        ("songs=songs.txt", "songs=plays.txt"),
        1,
        &["failed", "committed were 1700"],
    );
    check(("songs=songs.txt", "songs=songs"), 2, &["holds no records"]);
    check(
        ("songs=songs.txt", "poems=songs.txt"),
        2,
        &["no draws of", "songs"],
    );
    check(
        (" --registry registry.json", ""),
        1,
        &["incomplete", "--registry FILE"],
    );
    let mut other = records("songs");
    other.swap(0, 1);
    fs::write(folder.join("swapped.txt"), other.join("\n\n")).unwrap();
    check(
        ("songs=songs.txt", "songs=swapped.txt"),
        1,
        &["failed", "another content root"],
    );
    bad(
        folder,
        &format!("{CHECK} --replayed again/replayed.json --sign-key songs.key --evidence no.json"),
        2,
        &["the terms name"],
    );

    // An answer to another challenge than the one checked.
    let mut challenge = read(folder, "challenge.json");
    challenge["beacon"] = json!(format!("0x{}", "12".repeat(16)));
    fs::write(folder.join("other.json"), challenge.to_string()).unwrap();
    check(
        ("challenge.json", "other.json"),
        2,
        &["digest is not that of"],
    );
    let line = "audit challenge --run run --picks 6 --source s --published p --out other-challenge.json --beacon";
    good(folder, &format!("{line} {}", "12".repeat(16)));
    check(
        ("challenge.json", "other-challenge.json"),
        1,
        &["failed", "where the picks ask for"],
    );
    bad(
        folder,
        &format!("{line} {}", "12".repeat(15)),
        2,
        &["15 bytes"],
    );
    bad(
        folder,
        &line
            .replace("--picks 6", "--picks 0")
            .replace("other-", "none-")
            .replace("--beacon", &format!("--beacon {BEACON}")),
        2,
        &["0 picks"],
    );

    // Openings altered one part at a time; the tests of the library have the rest.
    let alter = |change: &dyn Fn(&mut Value), words: &[&str]| {
        let mut opening = read(folder, "opening.json");
        change(&mut opening);
        fs::write(folder.join("lie.json"), opening.to_string()).unwrap();
        check(("opening.json", "lie.json"), 1, words);
    };
    alter(
        &|o| o["run"]["draws"] = json!(STEPS * BATCH - 1),
        &["another run commitment"],
    );
    alter(
        &|o| {
            let draw = o["leaves"][0]["draws"][0].as_u64().unwrap();
            o["leaves"][0]["draws"][0] = json!(draw + 1);
        },
        &["log leaf", "other draws"],
    );
    alter(
        &|o| {
            let _ = o["checkpoints"].as_array_mut().unwrap().remove(2);
        },
        &["one is missing, altered or added"],
    );
    alter(&|o| o["tranches"][0]["rate"] = json!("4"), &["failed"]);

    let mut report = read(folder, "no-report.json");
    report["body"]["outcome"] = json!("passed");
    fs::write(folder.join("lie.json"), report.to_string()).unwrap();
    bad(
        folder,
        "audit report lie.json",
        2,
        &["did not sign this report"],
    );
}

/// Traces that hide something: the builder is told that no auditor accepts them.
fn traces(folder: &Path) {
    let base = read(folder, "trace.json");
    type Change = fn(&mut Vec<Value>);
    let variants: [(&str, Change, &str); 3] = [
        (
            "late",
            |trace| drop(trace.remove(0)),
            "the first checkpoint stands after",
        ),
        (
            "jump",
            |trace| {
                let mut jump = trace[3].clone();
                jump["step"] = json!(3 * EVERY + 1);
                jump["digest"] = json!(format!("0x{}", "77".repeat(32)));
                trace.insert(4, jump);
            },
            "no draw lies between checkpoints 3 and the next",
        ),
        (
            "early",
            |trace| {
                let last = trace.last_mut().unwrap();
                last["log_position"] = json!(STEPS * BATCH - 1);
            },
            "the last checkpoint stands after",
        ),
    ];
    for (name, change, words) in variants {
        let mut trace = base.as_array().unwrap().clone();
        change(&mut trace);
        fs::write(
            folder.join(format!("{name}.json")),
            Value::from(trace).to_string(),
        )
        .unwrap();
        good(folder, &commit(&format!("{name}.json"), name));
        good(
            folder,
            &format!(
                "audit challenge --run {name} --picks 3 --source s --published p --beacon {BEACON} --out {name}-challenge.json"
            ),
        );
        bad(
            folder,
            &format!(
                "audit open --run {name} --challenge {name}-challenge.json --out {name}-opening.json"
            ),
            1,
            &["no answer that an auditor accepts", words],
        );
    }
    bad(
        folder,
        "audit open --run run --challenge late-challenge.json --out no.json",
        2,
        &["another run commitment"],
    );
}

/// Evidence of each level beside one usage proof.
fn proven(folder: &Path) {
    good(folder, "prove --run run --out bare.proof");
    let verdict = |name: &str| tranche(folder, &["verify", name, "--registry", "registry.json"]);
    let level = |name: &str| {
        let answer = verdict(name).json();
        (answer["verdict"].clone(), answer["evidence_level"].clone())
    };
    assert_eq!(level("bare.proof"), (json!("unmet"), json!(0)));
    let checked = CHECK.replace("--run run/run.json", "--proof bare.proof");
    let passed = good(folder, &format!("{checked} --replayed again/replayed.json"));
    assert!(passed["notes"].to_string().contains("INSECURE"));
    good(
        folder,
        "audit attach evidence.json --proof bare.proof --out audited.proof",
    );
    assert_eq!(level("audited.proof"), (json!("valid"), json!(3)));

    let sign = "run sign --run run --log run.tlog --key auditor.key";
    good(folder, sign);
    good(
        folder,
        "audit attach run/evidence.json --proof bare.proof --out loader.proof",
    );
    assert_eq!(level("loader.proof"), (json!("unmet"), json!(1)));

    bad(folder, &format!("{sign} --level 3"), 2, &["1..=2"]);
    bad(folder, &format!("{sign} --level 2"), 2, &["--quote"]);
    fs::write(folder.join("quote.bin"), b"what the hardware said").unwrap();
    bad(
        folder,
        &format!("{sign} --quote quote.bin"),
        2,
        &["belong together"],
    );
    let signed = good(folder, &format!("{sign} --level 2 --quote quote.bin"));
    assert!(signed["meaning"].to_string().contains("NOT verified"));
    good(
        folder,
        "audit attach run/evidence.json --proof bare.proof --out attested.proof",
    );
    assert_eq!(level("attested.proof"), (json!("unmet"), json!(2)));
    let said = verdict("attested.proof").json()["statement"].to_string();
    assert!(
        said.contains(signed["quote"].as_str().unwrap()) && said.contains("UNVERIFIED"),
        "{said}"
    );
    // Stripped of its quote it is a loader's signature and no more.
    let mut evidence = read(folder, "run/evidence.json");
    let quote = evidence
        .as_object_mut()
        .unwrap()
        .remove("attestation")
        .unwrap();
    fs::write(folder.join("stripped.json"), evidence.to_string()).unwrap();
    good(
        folder,
        "audit attach stripped.json --proof bare.proof --out stripped.proof",
    );
    assert_eq!(level("stripped.proof"), (json!("unmet"), json!(1)));
    // Another quote than the one signed.
    evidence["attestation"] = quote;
    evidence["attestation"]["quote"] = json!(format!("0x{}", "01".repeat(32)));
    fs::write(folder.join("another.json"), evidence.to_string()).unwrap();
    bad(
        folder,
        "audit attach another.json --proof bare.proof --out no.proof",
        2,
        &["the quote's digest is signed by"],
    );

    receipts(folder);
}

/// A page for the owner, from the receipts, the manifest and the proof alone.
fn receipts(folder: &Path) {
    let made = good(
        folder,
        "receipt make --run run --by-owner --proof audited.proof --out receipts",
    );
    assert_eq!(made["receipts"].as_array().unwrap().len(), 2);
    let owner = read(folder, "songs/manifest.json")["owner"]
        .as_str()
        .unwrap()
        .to_owned();
    let place = format!("receipts/{owner}");
    let report = good(
        folder,
        &format!(
            "receipt check {place}/receipts.json --manifest songs --proof {place}/usage.proof --html {place}/receipt.html"
        ),
    );
    assert_eq!(
        (&report["evidence_level"], &report["srs_insecure"]),
        (&json!(3), &json!(true))
    );
    let page = fs::read_to_string(folder.join(&place).join("receipt.html")).unwrap();
    for words in ["INSECURE", "Evidence level 3", "songs.txt", &owner] {
        assert!(page.contains(words), "{words}");
    }
}
