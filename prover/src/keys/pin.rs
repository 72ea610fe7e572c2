//! A key as text, for golden tests.

use std::fmt::Write;

use tranche_srs::encoding::scalar_to_bytes;

use super::pair::KeyPair;
use crate::shape::constraint_degree;

/// A key as text, one `name value` pair a line, for golden tests: it changes exactly when the key does.
pub fn pin(key: &KeyPair) -> String {
    let vk = key.vk();
    let cs = vk.cs();
    let rows: [(&str, String); 14] = [
        ("circuit", key.name().to_owned()),
        ("version", key.version().to_string()),
        ("k", vk.get_domain().k().to_string()),
        ("degree", constraint_degree(vk).to_string()),
        ("digest", hex(&key.digest())),
        (
            "transcript_repr",
            hex(&scalar_to_bytes(&vk.transcript_repr())),
        ),
        ("advice_columns", cs.num_advice_columns().to_string()),
        ("fixed_columns", vk.fixed_commitments().len().to_string()),
        (
            "permutation_columns",
            vk.permutation().commitments().len().to_string(),
        ),
        ("challenges", cs.num_challenges().to_string()),
        ("gates", cs.gates().len().to_string()),
        (
            "constraints",
            cs.gates()
                .iter()
                .map(|gate| gate.polynomials().len())
                .sum::<usize>()
                .to_string(),
        ),
        ("advice_queries", cs.advice_queries().len().to_string()),
        ("fixed_queries", cs.fixed_queries().len().to_string()),
    ];
    rows.iter().fold(String::new(), |mut text, (name, value)| {
        let _ = writeln!(text, "{name} {value}");
        text
    })
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
