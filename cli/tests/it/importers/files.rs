//! Files that the tests make byte by byte, and tranches to import against.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::common::{Files, good};

/// A gzip member of stored blocks.
pub(crate) fn gzip(text: &str) -> Vec<u8> {
    let mut member = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    let blocks: Vec<&[u8]> = text.as_bytes().chunks(60_000).collect();
    for (at, block) in blocks.iter().enumerate() {
        member.push(u8::from(at + 1 == blocks.len()));
        let length = block.len() as u16;
        member.extend(length.to_le_bytes());
        member.extend((!length).to_le_bytes());
        member.extend(*block);
    }
    if blocks.is_empty() {
        member.extend([1, 0, 0, 255, 255]);
    }
    member.extend(crc32fast::hash(text.as_bytes()).to_le_bytes());
    member.extend((text.len() as u32).to_le_bytes());
    member
}

/// A line of a rank's file.
pub(crate) fn line(step: u64, indices: &[u64]) -> String {
    let indices: Vec<String> = indices.iter().map(u64::to_string).collect();
    format!("{step}\t{}\n", indices.join("\t"))
}

/// Commits texts of so many records, each of its own length in bytes, and registers them.
pub(crate) fn tranches(files: &Files, names: &[(&str, usize)]) {
    for (name, records) in names {
        let text: Vec<String> = (0..*records)
            .map(|record| format!("{name} {}", "x".repeat(1 + record % 7)))
            .collect();
        files.write(&format!("{name}.txt"), text.join("\n\n"));
        good(
            files.root(),
            &format!(
                "commit {name}.txt --units byte --out {name} --owner-key {name}.key --new-key --rate 1 --terms MIT"
            ),
        );
    }
    let names: Vec<&str> = names.iter().map(|(name, _)| *name).collect();
    good(
        files.root(),
        &format!("register --registry registry.json {}", names.join(" ")),
    );
}

/// The draws of an import's report, source by source.
pub(crate) fn draws(report: &Value) -> Vec<(String, u64)> {
    let sources = report["sources"].as_array().unwrap();
    sources
        .iter()
        .map(|source| {
            let name = source["name"].as_str().unwrap().to_owned();
            (name, source["draws"].as_u64().unwrap())
        })
        .collect()
}

/// The draws of a log that an import wrote: step, source, record. Read after the format's description, from its bytes.
pub(crate) fn logged(path: &Path) -> Vec<(u64, u64, u64)> {
    let bytes = fs::read(path).unwrap();
    assert_eq!(&bytes[..8], b"TRNCHLOG");
    let body = &bytes[10..bytes.len() - 32];
    let list = u32::from_le_bytes(body[1..5].try_into().unwrap()) as usize;
    let mut rest = &body[5 + list..body.len() - 8];
    let mut integer = || {
        let (mut value, mut shift) = (0u64, 0);
        while let Some((byte, more)) = rest.split_first() {
            rest = more;
            value |= u64::from(byte & 127) << shift;
            shift += 7;
            if byte & 128 == 0 {
                return Some(value);
            }
        }
        None
    };
    let (mut draws, mut step) = (Vec::new(), 0);
    while let Some(ahead) = integer() {
        step += ahead;
        draws.push((step, integer().unwrap(), integer().unwrap()));
    }
    draws
}

/// Writes a run file.
pub(crate) fn run_file(files: &Files, name: &str, sources: Value, more: Value) {
    let mut run = json!({"version": 1, "sources": sources});
    for (key, value) in more.as_object().into_iter().flatten() {
        run[key] = value.clone();
    }
    files.write(name, run.to_string());
}

/// Copies a file or a folder of the tests' logs next to the test's own files.
pub(crate) fn copy(files: &Files, name: &str) {
    let from = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/data/logs")
        .join(name);
    if !from.is_dir() {
        files.write(name, fs::read(from).unwrap());
        return;
    }
    for entry in fs::read_dir(&from).unwrap() {
        let entry = entry.unwrap().file_name().into_string().unwrap();
        let bytes = fs::read(from.join(&entry)).unwrap();
        files.write(&format!("{name}/{entry}"), bytes);
    }
}

/// Steps and records of draws of one source.
pub(crate) fn without_source(draws: Vec<(u64, u64, u64)>) -> Vec<(u64, u64)> {
    draws
        .into_iter()
        .map(|(step, _, record)| (step, record))
        .collect()
}
