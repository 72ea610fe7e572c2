//! Real data: three tranches, Megatron's own blend of them, a proof, and shares that are known beforehand.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::json;

use crate::common::{Files, good, real, terms};

const TRANCHES: [(&str, &str); 3] = [
    ("gsm8k_train", "jsonl"),
    ("tinyshakespeare", "txt"),
    ("gsm8k_test", "jsonl"),
];

/// Commits, registers and imports by a unit, and commits to the run.
fn prepare(folder: &Path, unit: &str) {
    let mut import = format!(
        "log import {} --planned --batch 60 --out run.tlog",
        real("megatron-blend").display()
    );
    for (name, extension) in TRANCHES {
        let file = real(&format!("{name}.{extension}"));
        good(
            folder,
            &format!(
                "commit {} --units {unit} --out {name} --owner-key {name}.key --new-key --rate 2 --terms MIT",
                file.display()
            ),
        );
        import += &format!(" --map {name}={name}");
    }
    good(
        folder,
        "register --registry registry.json gsm8k_train tinyshakespeare gsm8k_test",
    );
    let report = good(folder, &import);
    assert_eq!(report["draws"], 2_400);
    assert_eq!(report["steps"], 40);
    assert_eq!(report["order"], "planned");
    terms(
        folder,
        "terms.json",
        &[
            ("unit", json!(unit)),
            ("order", json!("planned")),
            ("registry_cutoff", json!(3)),
        ],
    );
    good(
        folder,
        "run commit --log run.tlog --registry registry.json --terms terms.json --out run",
    );
}

#[test]
fn shares_by_record_are_the_blends_own() {
    let files = Files::new();
    let folder = files.root();
    prepare(folder, "record");
    good(folder, "prove --run run --out usage.proof --no-cache");
    good(
        folder,
        "disclose --run run --out shares.proof --share gsm8k_train --share tinyshakespeare --share gsm8k_test --no-cache",
    );
    let report = good(
        folder,
        "verify shares.proof --usage usage.proof --registry registry.json",
    );
    assert_eq!(report["verdict"], "valid");
    assert_eq!(report["order"], "planned");
    let statement = report["statement"].to_string();
    for (place, share) in ["55.0000 %", "35.0000 %", "10.0000 %"].iter().enumerate() {
        let line = report["statement"].as_array().unwrap().iter().find(|line| {
            let line = line.as_str().unwrap();
            line.contains(&format!("registration {place} of"))
        });
        let line = line.unwrap_or_else(|| panic!("no registration {place}: {statement}"));
        let line = line.as_str().unwrap();
        assert!(line.contains(&format!("exactly {share}")), "{line}");
        assert!(line.ends_with("of the registered part"), "{line}");
    }
}

#[test]
fn units_by_byte_are_those_of_a_recount() {
    let files = Files::new();
    let folder = files.root();
    prepare(folder, "byte");
    // The recount: records by splitting the files, draws by reading the arrays behind their headers.
    let lengths = TRANCHES.map(|(name, extension)| {
        let file = real(&format!("{name}.{extension}"));
        let text = fs::read_to_string(file).unwrap();
        let separator = if extension == "txt" { "\n\n" } else { "\n" };
        // A paragraph has no line end behind it.
        let records = text
            .split(separator)
            .map(|record| record.trim_matches('\n'));
        let full = records.filter(|record| !record.trim_ascii().is_empty());
        full.map(str::len).collect::<Vec<_>>()
    });
    let array = |suffix: &str| {
        let blend = fs::read_dir(real("megatron-blend")).unwrap();
        let path = blend.map(|entry| entry.unwrap().path());
        let mut path = path.filter(|path| path.to_str().unwrap().ends_with(suffix));
        let bytes = fs::read(path.next().unwrap()).unwrap();
        let header = 10 + usize::from(u16::from_le_bytes([bytes[8], bytes[9]]));
        bytes[header..].to_vec()
    };
    let (sources, samples) = (
        array("-dataset_index.npy"),
        array("-dataset_sample_index.npy"),
    );
    let mut recount = BTreeMap::new();
    for (source, sample) in sources.chunks_exact(2).zip(samples.chunks_exact(8)) {
        let source = usize::from(u16::from_le_bytes(source.try_into().unwrap()));
        let sample = u64::from_le_bytes(sample.try_into().unwrap()) as usize;
        *recount.entry(source).or_insert(0) += lengths[source][sample];
    }
    good(folder, "receipt make --run run --out receipts");
    for (place, (name, _)) in TRANCHES.iter().enumerate() {
        let receipt = fs::read_to_string(folder.join(format!("receipts/{name}.json"))).unwrap();
        let receipt: serde_json::Value = serde_json::from_str(&receipt).unwrap();
        let units = recount[&place].to_string();
        assert_eq!(receipt["entry"]["amounts"]["units"], units, "{name}");
    }
}
