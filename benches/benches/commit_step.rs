//! What `tranche commit` reaches against its aims, as one JSON document: `cargo bench -p tranche-benches --bench commit_step`.
//!
//! | measured | aim |
//! |---|---|
//! | short JSONL records a second, by record and by byte | 300,000 on two cores |
//! | speed over records of 1 MiB, over that of BLAKE3 on the same records in memory, one thread | 0.70 |
//! | peak memory over an input and over one four times as long | the same |

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::time::Instant;

use serde_json::json;
use tranche_cost::{machine, memory};
use tranche_ingest::dataset::UnitRule;
use tranche_protocol::address::Address;
use tranche_protocol::record::record_digest;
use tranche_workspace::progress::Progress;
use tranche_workspace::steps::commit::{self, CommitRequest, Identity, Offer, Owner};
use tranche_workspace::steps::reading::Reading;

const SHORT: usize = 1_000_000;
const LARGE: usize = 1 << 20;
const LARGE_COUNT: usize = 512;
const RUNS: usize = 3;

/// A file of lines that the numbers 0 … make.
fn write(path: &Path, count: usize, line: impl Fn(usize) -> Vec<u8>) -> std::io::Result<()> {
    let mut file = BufWriter::new(File::create(path)?);
    for index in 0..count {
        file.write_all(&line(index))?;
    }
    file.flush()
}

fn short(index: usize) -> Vec<u8> {
    format!(
        "{{\"id\":{index},\"text\":\"a short record of a data set, number {}\"}}\n",
        index * 7_919 % 1_000_003
    )
    .into_bytes()
}

/// A record of 1 MiB, and the blank line after it.
fn large(index: usize) -> Vec<u8> {
    let line = format!("{index:08} some text of a line of sixty characters or about so\n");
    let mut bytes = line.into_bytes().repeat(LARGE / 60);
    bytes.extend_from_slice(b"\n");
    bytes
}

/// The shortest of some commitments to a file, in seconds.
fn commit(folder: &Path, input: &str, units: &str) -> Result<f64, Box<dyn std::error::Error>> {
    let mut least = f64::INFINITY;
    for run in 0..RUNS {
        let out = folder.join(format!("out-{input}-{units}-{run}"));
        let input = folder.join(input);
        let owner = Address::parse("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed");
        let request = CommitRequest {
            format: Reading::default().format(&input)?,
            inputs: vec![input],
            out: out.clone(),
            units: UnitRule::parse(units)?,
            uniform: false,
            identity: Identity::Registered(Offer {
                owner: Owner::Address(owner.ok_or("an address")?),
                rate: 1,
                terms: "none".to_owned(),
            }),
        };
        let start = Instant::now();
        commit::commit(request, &Progress::silent())?;
        least = least.min(start.elapsed().as_secs_f64());
        std::fs::remove_dir_all(out)?;
    }
    Ok(least)
}

/// BLAKE3 over the large records in memory, bytes a second on one thread.
fn bare() -> f64 {
    let records: Vec<Vec<u8>> = (0..64).map(large).collect();
    let bytes: usize = records.iter().map(Vec::len).sum();
    let least = (0..RUNS)
        .map(|_| {
            let start = Instant::now();
            for record in &records {
                std::hint::black_box(record_digest(record));
            }
            start.elapsed().as_secs_f64()
        })
        .fold(f64::INFINITY, f64::min);
    bytes as f64 / least
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = tempfile::tempdir()?;
    let folder = folder.path();
    write(&folder.join("short.jsonl"), SHORT, short)?;
    write(&folder.join("large.txt"), LARGE_COUNT, large)?;
    write(&folder.join("quarter.txt"), LARGE_COUNT / 4, large)?;
    let rate = |units| commit(folder, "short.jsonl", units).map(|time| SHORT as f64 / time);
    let (by_record, by_byte) = (rate("record")?, rate("byte")?);
    let peak = |input| {
        let told = memory::reset_peak_memory();
        commit(folder, input, "record").map(|time| (time, told.then(memory::peak_memory).flatten()))
    };
    let (_, quarter_bytes) = peak("quarter.txt")?;
    let (seconds, whole_bytes) = peak("large.txt")?;
    let size = folder.join("large.txt").metadata()?.len() as f64;
    let (speed, bare) = (size / seconds, bare());
    let document = json!({
        "machine": machine::Machine::here(),
        "short_records_per_second": { "by_record": by_record, "by_byte": by_byte, "aim": 300_000, "reached": by_record.min(by_byte) >= 3e5 },
        "large_records": { "bytes_per_second": speed, "blake3_bytes_per_second": bare, "ratio": speed / bare, "aim": 0.7, "reached": speed >= 0.7 * bare },
        "peak_memory_bytes": { "of_a_quarter": quarter_bytes, "of_the_whole": whole_bytes },
    });
    println!("{}", serde_json::to_string_pretty(&document)?);
    Ok(())
}
