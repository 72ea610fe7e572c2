//! Keys and seeds: what is refused is not shown.

use tranche_workspace::Error;
use tranche_workspace::artefact::secret::{read_key, read_seed};

use crate::scratch;

/// Characters of a secret that no message may hold together.
const TELLING: usize = 8;

pub(crate) fn read(data: &[u8]) {
    let path = scratch::file("secret", data);
    if let Ok(key) = read_key(&path) {
        let text = format!("0x{}", hex::encode(key.to_bytes()));
        assert!(same(data, &text), "a key has one encoding");
    }
    if let Ok(seed) = read_seed(&path) {
        let digits = hex::encode(seed.secret_bytes());
        let text = String::from_utf8_lossy(data).to_lowercase();
        assert!(text.trim().ends_with(&digits));
    }
    let refused = [read_key(&path).err(), read_seed(&path).err()];
    for error in refused.iter().flatten() {
        super::refused(error);
        hides(error, data);
    }
}

fn same(data: &[u8], text: &str) -> bool {
    String::from_utf8_lossy(data)
        .trim()
        .eq_ignore_ascii_case(text)
}

/// Asserts that a message holds none of the file's digits.
fn hides(error: &Error, data: &[u8]) {
    let message = error.to_string();
    let digits = data.split(|byte| !byte.is_ascii_hexdigit());
    for run in digits.filter(|run| run.len() >= TELLING) {
        let run = String::from_utf8_lossy(run);
        assert!(!message.contains(&*run), "a message shows a secret");
    }
}
