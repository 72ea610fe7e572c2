//! What a measurement ran on, and the yardstick that timings are divided by.

use std::fs;
use std::process::Command;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use halo2_proofs::arithmetic::best_multiexp;
use halo2curves::bn256::{Fr, G1, G1Affine};
use halo2curves::ff::Field;
use halo2curves::group::Curve;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

/// Binary logarithm of the yardstick's points.
pub const YARDSTICK_K: u32 = 20;

/// Libraries whose versions are told.
const LIBRARIES: [&str; 4] = ["blake3", "halo2-axiom", "halo2curves-axiom", "rayon"];

/// What a measurement ran on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Machine {
    /// Name of the processor.
    pub processor: String,
    /// Threads that the system runs at once.
    pub cores: usize,
    /// Memory in bytes.
    pub memory_bytes: u64,
    /// Operating system and architecture.
    pub system: String,
    /// Commit of the checkout that the program was started in, with a mark where tracked files differ from it.
    pub commit: String,
    /// The compiler.
    pub compiler: String,
    /// Versions of the libraries that take the time.
    pub libraries: String,
}

const UNKNOWN: &str = "unknown";

impl Machine {
    /// This machine.
    pub fn here() -> Self {
        Self {
            processor: processor().unwrap_or_else(|| UNKNOWN.to_owned()),
            cores: cores(),
            memory_bytes: memory().unwrap_or_default(),
            system: format!("{} {}", std::env::consts::OS, std::env::consts::ARCH),
            commit: commit().unwrap_or_else(|| UNKNOWN.to_owned()),
            compiler: env!("TRANCHE_RUSTC").to_owned(),
            libraries: libraries(include_str!("../../Cargo.lock")),
        }
    }

    /// A name for folders: lower-case letters, digits and dashes.
    pub fn label(&self) -> String {
        let mut label = String::new();
        for character in format!("{} {} cores", self.processor, self.cores).chars() {
            match character.to_ascii_lowercase() {
                c @ ('a'..='z' | '0'..='9') => label.push(c),
                _ if label.ends_with('-') || label.is_empty() => {}
                _ => label.push('-'),
            }
        }
        label.trim_end_matches('-').to_owned()
    }
}

/// Threads that the system runs at once.
pub fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// Threads that parallel work of this process has.
pub fn threads() -> usize {
    rayon::current_num_threads()
}

/// Peak resident memory of this process in bytes, where the system tells it.
pub fn peak_memory() -> Option<u64> {
    kibibytes("/proc/self/status", "VmHWM:")
}

/// Makes [`peak_memory`] start anew from what is resident now; false where the system cannot.
pub fn reset_peak_memory() -> bool {
    fs::write("/proc/self/clear_refs", "5").is_ok()
}

fn memory() -> Option<u64> {
    kibibytes("/proc/meminfo", "MemTotal:")
}

fn kibibytes(file: &str, field: &str) -> Option<u64> {
    let text = fs::read_to_string(file).ok()?;
    let line = text.lines().find(|line| line.starts_with(field))?;
    let kib: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kib * 1024)
}

/// Name of the processor, where the system tells it.
pub fn processor() -> Option<String> {
    let info = fs::read_to_string("/proc/cpuinfo").ok()?;
    let line = info.lines().find(|line| line.starts_with("model name"))?;
    Some(line.split(':').nth(1)?.trim().to_owned())
}

/// The commit of the checkout that the current folder is in, if that is one of this project.
fn commit() -> Option<String> {
    let git = |arguments: &[&str]| {
        let output = Command::new("git").args(arguments).output().ok()?;
        let text = String::from_utf8(output.stdout).ok()?;
        output.status.success().then(|| text.trim().to_owned())
    };
    let top = git(&["rev-parse", "--show-toplevel"])?;
    let manifest = fs::read_to_string(format!("{top}/benches/Cargo.toml")).ok()?;
    if !manifest.contains("name = \"tranche-benches\"") {
        return None;
    }
    let commit = git(&["rev-parse", "--short=12", "HEAD"])?;
    let clean = git(&["status", "--porcelain", "--untracked-files=no"])?.is_empty();
    Some(match clean {
        true => commit,
        false => format!("{commit} with changes"),
    })
}

/// Names and versions of the libraries that matter, from the text of `Cargo.lock`.
fn libraries(lock: &str) -> String {
    let mut found = Vec::new();
    let mut name = "";
    for line in lock.lines() {
        if let Some(quoted) = line.strip_prefix("name = ") {
            name = quoted.trim_matches('"');
        }
        if let Some(version) = line.strip_prefix("version = ")
            && LIBRARIES.contains(&name)
        {
            found.push(format!("{name} {}", version.trim_matches('"')));
        }
    }
    found.join(", ")
}

/// Today's date in UTC as `2026-11-20`.
pub fn today() -> String {
    let seconds = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs());
    let (year, month, day) = civil(seconds / 86_400);
    format!("{year:04}-{month:02}-{day:02}")
}

/// Year, month and day of a number of days since 1970-01-01.
fn civil(days: u64) -> (u64, u64, u64) {
    let leap = |year: u64| {
        year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
    };
    let (mut year, mut rest) = (1970, days);
    while rest >= 365 + u64::from(leap(year)) {
        rest -= 365 + u64::from(leap(year));
        year += 1;
    }
    let february = 28 + u64::from(leap(year));
    let lengths = [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let mut month = 0;
    while rest >= lengths[month] {
        rest -= lengths[month];
        month += 1;
    }
    (year, month as u64 + 1, rest + 1)
}

/// 2^k different points, for multi-scalar multiplications that need no reference string: a grid of sums of two multiples of the generator.
pub fn points(k: u32) -> Vec<G1Affine> {
    let side = 1usize << k.div_ceil(2);
    let multiples = |step: u64| {
        let step = G1::generator() * Fr::from(step);
        let mut at = step;
        let mut out = Vec::with_capacity(side);
        for _ in 0..side {
            out.push(at);
            at += step;
        }
        out
    };
    let (rows, columns) = (multiples(1 << 40), multiples(3));
    let mut columns_affine = vec![G1Affine::default(); side];
    G1::batch_normalize(&columns, &mut columns_affine);
    let count = 1usize << k;
    let mut out = vec![G1Affine::default(); count];
    out.par_chunks_mut(side).zip(&rows).for_each(|(out, row)| {
        let sums: Vec<G1> = columns_affine[..out.len()]
            .iter()
            .map(|column| *row + *column)
            .collect();
        G1::batch_normalize(&sums, out);
    });
    out
}

/// Full-width scalars, the same for the same number.
pub fn scalars(count: usize) -> Vec<Fr> {
    let mut scalar = Fr::from(0x5eed).square();
    (0..count)
        .map(|_| {
            scalar = scalar.square() + Fr::ONE;
            scalar
        })
        .collect()
}

/// Time of one multi-scalar multiplication of full-width scalars by the points given.
pub fn yardstick(points: &[G1Affine]) -> Duration {
    let scalars = scalars(points.len());
    let start = Instant::now();
    std::hint::black_box(best_multiexp(&scalars, points));
    start.elapsed()
}

#[cfg(test)]
mod tests {
    use super::*;
    use halo2curves::group::prime::PrimeCurveAffine;
    use std::collections::HashSet;

    #[test]
    fn days_are_dates() {
        assert_eq!(civil(0), (1970, 1, 1));
        assert_eq!(civil(59), (1970, 3, 1));
        assert_eq!(civil(11_016), (2000, 2, 29));
        assert_eq!(civil(20_777), (2026, 11, 20));
    }

    #[test]
    fn points_are_different_and_of_the_number_asked() {
        for k in [0, 1, 5, 8] {
            let points = points(k);
            let different: HashSet<String> =
                points.iter().map(|point| format!("{point:?}")).collect();
            assert_eq!(different.len(), 1 << k);
            assert!(points.iter().all(|point| !bool::from(point.is_identity())));
        }
    }

    #[test]
    fn libraries_and_labels_are_told() {
        let machine = Machine::here();
        for name in LIBRARIES {
            assert!(machine.libraries.contains(name), "{}", machine.libraries);
        }
        assert!(machine.compiler.starts_with("rustc 1."));
        let label = Machine {
            processor: "AMD EPYC (9R14) @ 2.6GHz".to_owned(),
            cores: 2,
            ..machine
        }
        .label();
        assert_eq!(label, "amd-epyc-9r14-2-6ghz-2-cores");
    }
}
