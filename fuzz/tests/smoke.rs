//! A fixed run of every target: its seeds, what once broke a property, and the same number of altered inputs each time.
//!
//! Each target runs in a process of its own, as an allocation beyond the limit ends one, and so does an input that takes too long. `cargo test -p tranche-fuzz --test smoke -- NAME…` runs those named.
//! An input that breaks a property is written to a file, and the message names it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use proptest::prelude::*;
use proptest::sample::Index;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use tranche_fuzz::target::{self, Target};
use tranche_fuzz::{scratch, subject};

/// Names the target that a process is to run.
const TARGET: &str = "FUZZ_TARGET";
/// Processes at a time.
const TOGETHER: usize = 2;
/// Longest time that an input may take.
const TIMEOUT: Duration = Duration::from_secs(20);
/// Longest input that edits make, in bytes.
const LONGEST: usize = 1 << 16;

/// One alteration of some bytes.
#[derive(Clone, Debug)]
enum Edit {
    /// Flips a bit.
    Flip(Index, u8),
    /// Replaces a byte.
    Set(Index, u8),
    /// Writes an integer of 1, 2, 4 or 8 bytes, in either order.
    Number(Index, u64, u32, bool),
    /// Inserts bytes.
    Insert(Index, Vec<u8>),
    /// Takes bytes away.
    Remove(Index, Index),
    /// Repeats bytes where they end.
    Repeat(Index, Index),
    /// Takes away all that follows.
    Cut(Index),
    /// Puts the tail of another input after a head of this one.
    Splice(Index, Index, Index),
}

/// Numbers at the borders of integer types, and any.
fn number() -> impl Strategy<Value = u64> {
    let borders = [
        0,
        1,
        0x7f,
        0x80,
        0xff,
        0x7fff,
        0xffff,
        1 << 31,
        u64::from(u32::MAX),
        1 << 63,
        u64::MAX,
    ];
    prop_oneof![prop::sample::select(borders.to_vec()), any::<u64>()]
}

fn edit() -> impl Strategy<Value = Edit> {
    let at = any::<Index>;
    // Digits and the marks of JSON, CSV and paths reach further into a text than other bytes do.
    let byte = || {
        prop_oneof![
            any::<u8>(),
            prop::sample::select(b"0123456789-+.eE\"{}[],:;\\/\n\r\t x".to_vec())
        ]
    };
    prop_oneof![
        (at(), 0..8u8).prop_map(|(at, bit)| Edit::Flip(at, bit)),
        (at(), byte()).prop_map(|(at, byte)| Edit::Set(at, byte)),
        (at(), number(), 0..4u32, any::<bool>())
            .prop_map(|(at, number, width, big)| Edit::Number(at, number, width, big)),
        (at(), prop::collection::vec(byte(), 1..16))
            .prop_map(|(at, bytes)| Edit::Insert(at, bytes)),
        (at(), at()).prop_map(|(from, to)| Edit::Remove(from, to)),
        (at(), at()).prop_map(|(from, to)| Edit::Repeat(from, to)),
        at().prop_map(Edit::Cut),
        (at(), at(), at()).prop_map(|(other, from, to)| Edit::Splice(other, from, to)),
    ]
}

impl Edit {
    fn apply(&self, bytes: &mut Vec<u8>, seeds: &[Vec<u8>]) {
        let end = bytes.len() + 1;
        let range = |from: &Index, to: &Index| {
            let (from, to) = (from.index(end), to.index(end));
            from.min(to)..from.max(to)
        };
        match self {
            Self::Flip(at, bit) if !bytes.is_empty() => {
                let at = at.index(bytes.len());
                bytes[at] ^= 1 << bit;
            }
            Self::Set(at, byte) if !bytes.is_empty() => {
                let at = at.index(bytes.len());
                bytes[at] = *byte;
            }
            Self::Number(at, number, width, big) => {
                let width = 1 << width;
                let number = if *big {
                    number.to_be_bytes()
                } else {
                    number.to_le_bytes()
                };
                let number = if *big {
                    &number[8 - width..]
                } else {
                    &number[..width]
                };
                let at = at.index(end);
                let to = bytes.len().min(at + width);
                bytes.splice(at..to, number.iter().copied());
            }
            Self::Insert(at, new) => {
                let at = at.index(end);
                bytes.splice(at..at, new.iter().copied());
            }
            Self::Remove(from, to) => drop(bytes.drain(range(from, to))),
            Self::Repeat(from, to) => {
                let range = range(from, to);
                let (end, part) = (range.end, bytes[range].to_vec());
                bytes.splice(end..end, part);
            }
            Self::Cut(at) => bytes.truncate(at.index(end)),
            Self::Splice(other, from, to) => {
                let other = &seeds[other.index(seeds.len())];
                bytes.truncate(to.index(end));
                bytes.extend_from_slice(&other[from.index(other.len() + 1)..]);
            }
            Self::Flip(..) | Self::Set(..) => {}
        }
        bytes.truncate(LONGEST);
    }
}

/// The files of a folder, by name.
fn files(folder: &Path) -> Vec<Vec<u8>> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.iter().map(|path| fs::read(path).unwrap()).collect()
}

/// The file of the input that a target's process reads. What is in it when the process ends early is the input that ended it.
fn latest(target: &Target) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("smoke-{}", target.name))
}

/// Ends the process when a round takes too long.
fn watch(round: &'static AtomicUsize) {
    thread::spawn(|| {
        let mut seen = (round.load(Ordering::Relaxed), Instant::now());
        loop {
            thread::sleep(TIMEOUT / 20);
            let now = round.load(Ordering::Relaxed);
            if now != seen.0 {
                seen = (now, Instant::now());
            } else if seen.1.elapsed() > TIMEOUT {
                eprintln!("an input takes longer than {} s", TIMEOUT.as_secs());
                std::process::exit(1);
            }
        }
    });
}

/// Runs a target in this process: all seeds, then altered ones up to its number of runs.
///
/// # Errors
/// What broke a property.
fn run(target: &Target) -> Result<(), String> {
    static ROUND: AtomicUsize = AtomicUsize::new(0);
    let mut seeds = files(&subject::seeds(target.name));
    seeds.extend(files(&subject::regressions(target.name)));
    if seeds.is_empty() {
        seeds.push(Vec::new());
    }
    target.prepare();
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let edits = (any::<Index>(), prop::collection::vec(edit(), 1..6));
    let latest = latest(target);
    watch(&ROUND);
    for round in 0..seeds.len().max(target.smoke as usize) {
        let input = seeds.get(round).cloned().unwrap_or_else(|| {
            let (seed, edits) = edits.new_tree(&mut runner).unwrap().current();
            let mut bytes = seeds[seed.index(seeds.len())].clone();
            edits.iter().for_each(|edit| edit.apply(&mut bytes, &seeds));
            bytes
        });
        ROUND.store(round + 1, Ordering::Relaxed);
        fs::write(&latest, &input).unwrap();
        target.check(&input)?;
    }
    scratch::clear();
    fs::remove_file(&latest).map_err(|error| error.to_string())
}

/// Runs a target in a process of its own.
fn apart(target: &Target) -> Result<String, String> {
    let start = Instant::now();
    let output = Command::new(std::env::current_exe().unwrap())
        .env(TARGET, target.name)
        .output()
        .map_err(|error| error.to_string())?;
    if !output.status.success() {
        return Err(format!(
            "{}: {}; the input is in {}",
            target.name,
            String::from_utf8_lossy(&output.stderr).trim_end(),
            latest(target).display()
        ));
    }
    let seconds = start.elapsed().as_secs_f64();
    Ok(format!(
        "{:16} {:6} runs, {seconds:4.1} s",
        target.name, target.smoke
    ))
}

fn main() -> ExitCode {
    if let Some(name) = std::env::var_os(TARGET) {
        let target = target::find(&name.to_string_lossy()).expect("a target");
        return match run(target) {
            Ok(()) => ExitCode::SUCCESS,
            Err(what) => {
                eprintln!("{what}");
                ExitCode::FAILURE
            }
        };
    }
    let named: Vec<String> = std::env::args()
        .skip(1)
        .filter(|one| !one.starts_with('-'))
        .collect();
    let wanted = |target: &&Target| {
        named.is_empty() || named.iter().any(|name| target.name.contains(name.as_str()))
    };
    let targets: Vec<&Target> = target::ALL.iter().filter(wanted).collect();
    let next = Mutex::new(targets.iter());
    let failed = Mutex::new(0);
    thread::scope(|scope| {
        for _ in 0..TOGETHER {
            scope.spawn(|| {
                loop {
                    let Some(target) = next.lock().unwrap().next() else {
                        break;
                    };
                    match apart(target) {
                        Ok(line) => println!("{line}"),
                        Err(what) => {
                            println!("FAILED {what}");
                            *failed.lock().unwrap() += 1;
                        }
                    }
                }
            });
        }
    });
    let failed = *failed.lock().unwrap();
    println!("{} passed, {failed} failed", targets.len() - failed);
    if failed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
