//! What a measurement ran on.

use std::fs;
use std::process::Command;

use serde::{Deserialize, Serialize};

use crate::memory::total_memory;

/// Libraries whose versions are recorded.
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
            memory_bytes: total_memory().unwrap_or_default(),
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

/// Name of the processor, where the system reports it.
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
    Some(if clean {
        commit
    } else {
        format!("{commit} with changes")
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn libraries_and_labels_are_recorded() {
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
