//! Proof files and what is made of them: pages, statements, a ledger, and questions to several verifiers.

use std::fs;

use tranche_conformance::ValidProofs;
use tranche_fuzz::parts::join;
use tranche_fuzz::subject::{self, KEYS};
use tranche_protocol::felt::to_bytes;
use tranche_protocol::proof_file::ProofFile;
use tranche_protocol::statement::DisclosureStatement;
use tranche_verifier::file::disclosure_capacity;
use tranche_workspace::artefact::ledger::Ledger;

use crate::{chosen, seed};

/// The proofs that are kept: two runs, two disclosures.
const KEPT: [&str; 4] = ["run-1", "run-2", "shares", "claims"];
/// Scripts of edits, one of each kind.
const EDITS: [&[u8]; 16] = [
    &[],
    &[0, 2, 1, 2, 3, 4],
    &[1, 0x10, 0x02, 1],
    &[2, 1],
    &[3, 9],
    &[4, 40, 1],
    &[5, 40, 1],
    &[6, 30, 31],
    &[7, 0, 1],
    &[8, 3],
    &[9, 2, 1],
    &[9, 2, 0],
    &[10, 1, 0, 0, 0xff, 0x0f],
    &[11, 0x20, 0x03],
    &[12, 32],
    &[13, 1],
];

/// Proves, half a minute, and keeps the proofs.
pub(crate) fn prove() {
    let folder = subject::seeds("proof_file");
    let _ = fs::remove_dir_all(folder);
    let subjects = ValidProofs::prove(false).expect("proofs of the smallest circuits");
    for group in subjects.groups() {
        for proof in &group.proofs {
            if KEPT.contains(&proof.name) {
                let name = format!("{}_{}", group.circuit.name, proof.name);
                seed("proof_file", &name, chosen(1, proof.file.to_bytes()));
            }
        }
    }
}

pub(crate) fn write() {
    for (number, edits) in EDITS.iter().enumerate() {
        for target in ["verdicts", "contract"] {
            let name = format!("edit-{number}");
            seed(target, &name, chosen(number as u8, edits));
        }
    }
    seed("verdicts", "digest", [0, 14, 1]);
    seed("verdicts", "kept-digest", [0, 2, 1, 14, 0]);
    let mut ledger = Ledger::default();
    for (number, valid) in subject::valid().iter().enumerate() {
        let (name, inputs) = (number.to_string(), &valid.file.public_inputs);
        page(&name, valid.circuit, &valid.file);
        let bytes: Vec<u8> = inputs.iter().flat_map(to_bytes).collect();
        seed("statement", &name, bytes);
        let statement = disclosure_capacity(inputs.len())
            .and_then(|capacity| DisclosureStatement::from_public_inputs(inputs, &capacity));
        if let Ok(statement) = statement {
            ledger.push("a.proof", &statement);
        }
    }
    let text = serde_json::to_string(&ledger).expect("a ledger as JSON");
    seed("ledger", "sample", text);
}

fn page(name: &str, circuit: usize, file: &ProofFile) {
    let digest = file.statement_digest().to_bytes();
    let inputs: Vec<u8> = file.public_inputs.iter().flat_map(to_bytes).collect();
    let bytes = file.to_bytes();
    let pin = subject::keys()[circuit].key.digest();
    let number = [circuit as u8];
    assert!(circuit < KEYS.len());
    let parts: [&[u8]; 9] = [
        &number,
        &bytes,
        pin.as_bytes(),
        b"",
        b"",
        b"",
        &digest,
        &inputs,
        &file.proof,
    ];
    seed("page", name, join(&parts));
}
