//! Memory of the machine and of this process, where the system reports it.

use std::fs;

/// Peak resident memory of this process in bytes, where the system reports it.
pub fn peak_memory() -> Option<u64> {
    kibibytes("/proc/self/status", "VmHWM:")
}

/// Makes [`peak_memory`] start anew from what is resident now; false where the system cannot.
pub fn reset_peak_memory() -> bool {
    fs::write("/proc/self/clear_refs", "5").is_ok()
}

/// Memory of the machine in bytes.
pub(crate) fn total_memory() -> Option<u64> {
    kibibytes("/proc/meminfo", "MemTotal:")
}

fn kibibytes(file: &str, field: &str) -> Option<u64> {
    let text = fs::read_to_string(file).ok()?;
    let line = text.lines().find(|line| line.starts_with(field))?;
    let kib: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kib * 1024)
}
