//! Every command in its order, on a small generated data set, through the program itself.

use std::fs;
use std::path::Path;

use serde_json::json;

use crate::common::{Files, bad, good, terms, tranche};

/// Two contributors, one of them weighted by bytes like the other; a private file; a log that draws from all three.
fn data(files: &Files) {
    let mut songs = String::new();
    for i in 0..1_700 {
        songs += &format!("{{\"id\":{i},\"text\":\"{}\"}}\n", "la ".repeat(1 + i % 9));
    }
    files.write("songs.jsonl", songs);
    let plays: Vec<String> = (0..900).map(|i| format!("act {}", i * i)).collect();
    files.write("plays.txt", plays.join("\n\n"));
    files.write("unused.txt", "never\n\ndrawn\n");
    let notes: Vec<String> = (0..300).map(|i| format!("note {i}")).collect();
    files.write("notes.txt", notes.join("\n\n"));
    let mut log = "step,tranche,record\n".to_owned();
    for i in 0..4_000 {
        let (name, records) = [("songs", 1_700), ("plays", 900), ("notes", 300)][i % 3];
        log += &format!("{},{name},{}\n", i / 8, i * 31 % records);
    }
    files.write("draws.csv", log);
}

fn commit_all(folder: &Path) {
    let commit = "commit songs.jsonl --units byte --out songs --owner-key songs.key --new-key --rate 3 --terms free";
    let report = good(folder, commit);
    assert_eq!(report["records"], 1_700);
    assert_eq!(report["signed"], true);
    for name in ["plays", "unused"] {
        good(
            folder,
            &format!(
                "commit {name}.txt --units byte --out {name} --owner-key {name}.key --new-key --rate 5 --terms free"
            ),
        );
    }
    good(folder, "run new-seed --out run.seed");
    good(
        folder,
        "commit notes.txt --units byte --out notes --private --seed run.seed",
    );
    good(
        folder,
        "commit songs.jsonl --units byte --out copy --owner-key copy.key --new-key --rate 9 --terms mine",
    );
    let report = good(
        folder,
        "register --registry registry.json songs plays unused/manifest.json copy",
    );
    bad(
        folder,
        "register --registry registry.json plays",
        2,
        &["plays", "registered already", "once"],
    );
    assert_eq!(report["registered"][3]["duplicate_of"], 0);
    assert_eq!(report["registrations"], 4);
}

fn import(folder: &Path) {
    let report = good(
        folder,
        "log import draws.csv --consumed --map songs=songs --map plays=plays --map notes=notes --out run.tlog",
    );
    assert_eq!(report["draws"], 4_000);
    assert_eq!(report["order"], "consumed");
    assert_eq!(report["sources"][2]["registered"], false);
}

#[cfg(unix)]
fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn the_whole_flow() {
    let files = Files::new();
    let folder = files.root();
    data(&files);
    commit_all(folder);
    import(folder);
    good(folder, "registry show registry.json");
    let root = good(folder, "registry root registry.json --at 3")["root"].clone();
    good(folder, "registry verify registry.json songs plays");

    // The loader's key is made as an owner's key is.
    good(
        folder,
        "commit unused.txt --out spare --owner-key loader.key --new-key --rate 0 --terms x",
    );
    let loader: serde_json::Value =
        serde_json::from_slice(&fs::read(folder.join("spare/manifest.json")).unwrap()).unwrap();
    terms(
        folder,
        "terms.json",
        &[
            ("unit", json!("byte")),
            ("registry_cutoff", json!(3)),
            ("min_registered_ppm", json!(600_000)),
            ("min_evidence", json!(1)),
            ("evidence_key", loader["owner"].clone()),
            ("model_digest", json!(format!("0x{}", "ab".repeat(32)))),
        ],
    );
    files.write(
        "trace.json",
        json!([
            {"step": 0, "log_position": 0, "digest": format!("0x{}", "00".repeat(32))},
            {"step": 500, "log_position": 4000, "digest": format!("0x{}", "ab".repeat(32))},
        ])
        .to_string(),
    );
    let commit = "run commit --log run.tlog --registry registry.json --terms terms.json --trace trace.json --seed run.seed --out run";
    let run = good(folder, commit);
    assert_eq!(run["registry_root"], root);
    bad(folder, commit, 2, &["exists already"]);
    #[cfg(unix)]
    for (path, expected) in [
        ("songs.key", 0o600),
        ("run.seed", 0o600),
        ("run.tlog", 0o600),
        ("notes", 0o700),
        ("notes/private.json", 0o600),
        ("run/secret", 0o700),
        ("run/secret/run.json", 0o600),
        ("run/secret/usage.json", 0o600),
    ] {
        assert_eq!(mode(&folder.join(path)), expected, "{path}");
    }
    let public = fs::read_to_string(folder.join("run/run.json")).unwrap();
    // As a word of its own: four digits may stand in a digest by chance.
    let mut words = public.split(|c: char| !c.is_ascii_alphanumeric());
    assert!(
        words.all(|word| word != "4000"),
        "the number of draws is secret"
    );

    let estimate = good(folder, "estimate --run run");
    assert_eq!(estimate["circuit"], "usage-13");

    // Without evidence the terms are not met; the proof itself is fine.
    good(folder, "prove --run run --out unsigned.proof");
    let done = tranche(folder, &["verify", "unsigned.proof"]);
    assert_eq!((done.code, &done.json()["verdict"]), (1, &json!("unmet")));
    good(folder, "run sign --run run --log run.tlog --key loader.key");
    attach_evidence(folder);
    let verified = good(folder, "verify usage.proof --registry registry.json");
    assert_eq!(verified["verdict"], "valid");
    assert_eq!(verified["evidence_level"], 1);
    assert_eq!(verified["srs_insecure"], true);
    assert_eq!(estimate["proof_bytes"], proof_bytes(folder));

    disclosures(folder);
    receipts(folder);
    tampered(folder);
}

/// The evidence is no part of what is proven: it is put beside the proof that was made without it.
fn attach_evidence(folder: &Path) {
    use tranche_protocol::proof_file::ProofFile;
    let bytes = fs::read(folder.join("unsigned.proof")).unwrap();
    let mut file = ProofFile::parse(&bytes).unwrap();
    let evidence = fs::read(folder.join("run/evidence.json")).unwrap();
    file.evidence = Some(serde_json::from_slice(&evidence).unwrap());
    fs::write(folder.join("usage.proof"), file.to_bytes()).unwrap();
}

fn proof_bytes(folder: &Path) -> usize {
    use tranche_protocol::proof_file::ProofFile;
    let bytes = fs::read(folder.join("usage.proof")).unwrap();
    ProofFile::parse(&bytes).unwrap().proof.len()
}

fn disclosures(folder: &Path) {
    bad(
        folder,
        "disclose --run run --out x.proof",
        2,
        &["nothing to disclose"],
    );
    bad(
        folder,
        "disclose --run run --out x.proof --share notes",
        2,
        &["unregistered"],
    );
    bad(
        folder,
        "disclose --run run --out x.proof --share nobody",
        2,
        &["nobody"],
    );
    bad(
        folder,
        "disclose --run run --out x.proof --exclude songs",
        1,
        &["D3"],
    );
    bad(
        folder,
        "disclose --run run --out x.proof --band songs:0:1%",
        1,
        &["D2"],
    );
    bad(
        folder,
        "disclose --run run --out x.proof --band songs:80%:80.5%",
        1,
        &["D2"],
    );
    // A band that pins what is not told exactly is refused, and nothing is written in the ledger.
    let share = good(
        folder,
        "disclose --run run --out claims.proof --band songs:10%:90% --band plays:5%:60%:whole --exclude unused --registered-share 60%:100%",
    );
    let told = share["told"].to_string();
    assert!(told.contains("not drawn from at all"), "{told}");
    bad(
        folder,
        "disclose --run run --out x.proof --share songs",
        1,
        &["pin the share of", "plays", "--force"],
    );
    let forced = good(
        folder,
        "disclose --run run --out pay.proof --pay --share songs",
    );
    assert_eq!(forced["disclosures"], 2);

    let done = tranche(folder, &["verify", "claims.proof"]);
    assert_eq!(
        (done.code, &done.json()["verdict"]),
        (1, &json!("incomplete"))
    );
    for name in ["claims.proof", "pay.proof"] {
        let verified = good(
            folder,
            &format!("verify {name} --usage usage.proof --registry registry.json"),
        );
        assert_eq!(verified["verdict"], "valid");
    }
    let verified = good(folder, "verify claims.proof --usage usage.proof");
    let conditions = verified["conditions"].as_array().unwrap();
    let registered = conditions.iter().find(|c| {
        c["wanted"]
            .as_str()
            .unwrap()
            .contains("registered data is at least")
    });
    assert_eq!(registered.unwrap()["standing"], "met");
}

fn receipts(folder: &Path) {
    good(folder, "receipt make --run run --out receipts");
    let check = "receipt check receipts/songs.json --manifest songs --proof usage.proof";
    let report = good(folder, check);
    // Every third draw of 4,000, the first included.
    assert_eq!(report["draws"], 1_334);
    assert!(report["run"].as_str().unwrap().starts_with("run 0x"));
    let mut units = 0;
    for i in (0..4_000).step_by(3) {
        let record = i * 31 % 1_700;
        let line = format!(
            "{{\"id\":{record},\"text\":\"{}\"}}",
            "la ".repeat(1 + record % 9)
        );
        units += line.len();
    }
    assert_eq!(report["units"], units);
    assert_eq!(report["metered_amount"], (3 * units).to_string());
    bad(
        folder,
        "receipt check receipts/songs.json --manifest plays --proof usage.proof",
        1,
        &["the manifest is of"],
    );
    let raised = fs::read_to_string(folder.join("receipts/songs.json"))
        .unwrap()
        .replace(&units.to_string(), &(units + 1).to_string());
    fs::write(folder.join("raised.json"), raised).unwrap();
    bad(
        folder,
        "receipt check raised.json --manifest songs --proof usage.proof",
        1,
        &["does not open the usage commitment"],
    );
}

/// Files that parse and lie.
fn tampered(folder: &Path) {
    use tranche_protocol::Felt;
    use tranche_protocol::proof_file::ProofFile;
    use tranche_protocol::statement::{KeyDigest, ProofKind, SrsDigest};
    type Lie = fn(&mut ProofFile);
    let lies: [(Lie, &str); 9] = [
        (
            |file| file.header.kind = ProofKind::Disclosure,
            "does not prove disclosure statements",
        ),
        (|file| file.proof[700] ^= 1, "the proof is"),
        (
            |file| file.public_inputs[3] += Felt::from(1u64),
            "not valid for this key",
        ),
        (|file| file.public_inputs[5] = Felt::from(0u64), "order"),
        (
            |file| file.public_inputs = file.public_inputs.iter().copied().take(5).collect(),
            "public inputs",
        ),
        (|file| file.header.circuit_version += 1, "version"),
        (
            |file| file.header.verifying_key = KeyDigest::from_bytes([0; 32]),
            "another verifying key",
        ),
        (
            |file| file.header.srs = SrsDigest::from_bytes([0; 32]),
            "another reference string",
        ),
        (|file| file.header.srs_insecure = false, "srs_insecure"),
    ];
    let bytes = fs::read(folder.join("usage.proof")).unwrap();
    for (lie, words) in lies {
        let mut file = ProofFile::parse(&bytes).unwrap();
        lie(&mut file);
        fs::write(folder.join("lie.proof"), file.to_bytes()).unwrap();
        bad(folder, "verify lie.proof", 1, &["invalid", words]);
    }
    // Evidence by another key than the terms'.
    let mut file = ProofFile::parse(&bytes).unwrap();
    let evidence = file.evidence.as_mut().unwrap();
    evidence.level = tranche_protocol::evidence::EvidenceLevel::ProvenTraining;
    fs::write(folder.join("lie.proof"), file.to_bytes()).unwrap();
    bad(
        folder,
        "verify lie.proof",
        1,
        &["invalid", "evidence is signed by"],
    );

    good(
        folder,
        "keys export --circuit disclosure-16 --out foreign.vk",
    );
    bad(
        folder,
        "verify usage.proof --key foreign.vk",
        1,
        &["the key for disclosure-16"],
    );
    bad(
        folder,
        "verify claims.proof --usage claims.proof",
        1,
        &["incomplete"],
    );
    bad(
        folder,
        "verify usage.proof --registry spare/manifest.json",
        2,
        &["registry"],
    );
    good(folder, "register --registry other.json plays");
    bad(
        folder,
        "verify usage.proof --registry other.json",
        1,
        &["unmet", "never had this root"],
    );
    for length in [0, 7, 100, bytes.len() - 1] {
        fs::write(folder.join("lie.proof"), &bytes[..length]).unwrap();
        bad(folder, "verify lie.proof", 2, &["lie.proof"]);
    }
    let key = fs::read(folder.join("foreign.vk")).unwrap();
    fs::write(folder.join("cut.vk"), &key[..key.len() / 2]).unwrap();
    bad(
        folder,
        "verify claims.proof --key cut.vk",
        2,
        &["cut.vk", "truncated"],
    );
}
