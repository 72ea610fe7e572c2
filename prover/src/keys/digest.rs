//! What identifies a verifying key: a digest for statements, and a text for golden tests.

use std::fmt::Write;

use halo2_proofs::plonk::VerifyingKey;
use halo2curves::bn256::G1Affine;

use super::KeyPair;
use crate::encoding::{g1_to_bytes, scalar_to_bytes};
use crate::shape::constraint_degree;

const DOMAIN: &str = "tranche verifying key digest v1";

/// BLAKE3 (key derivation mode, `tranche verifying key digest v1`) over k and degree (u32 each), the counted fixed and
/// permutation commitments (64 bytes each), and halo2's pinned text of the key, which spells out the constraint system.
/// Integers are big-endian.
pub fn vk_digest(vk: &VerifyingKey<G1Affine>) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new_derive_key(DOMAIN);
    hasher.update(&vk.get_domain().k().to_be_bytes());
    hasher.update(&(constraint_degree(vk) as u32).to_be_bytes());
    for commitments in [vk.fixed_commitments(), vk.permutation().commitments()] {
        hasher.update(&(commitments.len() as u32).to_be_bytes());
        for commitment in commitments {
            hasher.update(&g1_to_bytes(commitment));
        }
    }
    hasher.update(format!("{:?}", vk.pinned()).as_bytes());
    hasher.finalize().into()
}

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
