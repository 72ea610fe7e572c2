//! What a measurement ran on, and the yardstick that timings are divided by.

use std::fs;
use std::time::{Duration, Instant};

use halo2_proofs::arithmetic::best_multiexp;
use halo2curves::bn256::{Fr, G1Affine};
use halo2curves::ff::Field;

/// Peak resident memory of this process in bytes, where the system tells it.
pub fn peak_memory() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kib: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kib * 1024)
}

/// Processor time of this process so far, over all threads, in seconds, where the system tells it.
pub fn processor_time() -> Option<f64> {
    // The system counts in hundredths of a second in this file, whatever its clock is.
    let stat = fs::read_to_string("/proc/self/stat").ok()?;
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let [user, system] = [11, 12].map(|i| fields.get(i)?.parse::<f64>().ok());
    Some((user? + system?) / 100.0)
}

/// Name of the processor, where the system tells it.
pub fn processor() -> Option<String> {
    let info = fs::read_to_string("/proc/cpuinfo").ok()?;
    let line = info.lines().find(|line| line.starts_with("model name"))?;
    Some(line.split(':').nth(1)?.trim().to_owned())
}

/// Time of one multi-scalar multiplication of full-width scalars by the points given.
pub fn yardstick(points: &[G1Affine]) -> Duration {
    let mut scalar = Fr::from(0x5eed).square();
    let scalars: Vec<Fr> = points
        .iter()
        .map(|_| {
            scalar = scalar.square() + Fr::ONE;
            scalar
        })
        .collect();
    let start = Instant::now();
    std::hint::black_box(best_multiexp(&scalars, points));
    start.elapsed()
}
