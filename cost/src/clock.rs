//! Time that something takes: on the wall, and on the processors.
//!
//! Where other programs share the processors, wall time includes them. The processor time of all threads of this process hardly does.

use std::fs;
use std::time::Instant;

use serde::Serialize;

/// Clock ticks a second in `/proc` on Linux.
const TICKS: f64 = 100.0;

/// Time taken.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct Time {
    /// Seconds on the wall.
    pub wall: f64,
    /// Seconds on all processors together, in user and system mode; those on the wall where the system does not report it.
    pub processor: f64,
}

fn processor_seconds() -> Option<f64> {
    let stat = fs::read_to_string("/proc/self/stat").ok()?;
    // The name stands in parentheses and may hold spaces; user and system time are the 12th and 13th field after it.
    let (_, rest) = stat.rsplit_once(')')?;
    let ticks = rest.split_whitespace().skip(11).take(2);
    let ticks: Vec<f64> = ticks.filter_map(|field| field.parse().ok()).collect();
    (ticks.len() == 2).then(|| ticks.iter().sum::<f64>() / TICKS)
}

/// The result of something and the time it takes.
pub fn timed<T>(work: impl FnOnce() -> T) -> (T, Time) {
    let before = processor_seconds();
    let start = Instant::now();
    let result = work();
    let wall = start.elapsed().as_secs_f64();
    let processor = before
        .zip(processor_seconds())
        .map_or(wall, |(before, after)| after - before);
    (result, Time { wall, processor })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn processor_time_is_reported_and_grows() {
        let ((), time) = timed(|| {
            let mut x = 1u64;
            let start = Instant::now();
            while start.elapsed().as_millis() < 100 {
                x = std::hint::black_box(x.wrapping_mul(3));
            }
        });
        assert!(time.wall >= 0.1);
        assert!(time.processor > 0.0);
    }
}
