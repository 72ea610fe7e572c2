//! A proof service's day in a minute: many valid and broken proofs, in parallel, through both verifiers. No verdict is wrong, and
//! memory does not grow. `TRANCHE_LOAD` sets another number of proofs than 10,000.

use std::fs;
use std::sync::atomic::{AtomicUsize, Ordering};

use halo2curves::bn256::Fr;
use rayon::prelude::*;
use tranche_protocol::statement::StatementDigest;
use tranche_prover::{VerifierSrs, export_verifying_key, verify};
use tranche_testkit::circuit::{Setup, portable_scalar};
use tranche_verifier::VerifyingKey;

/// Different valid proofs that all the others are made of.
const PROOFS: u64 = 8;
/// What the resident set may grow by after a tenth of the load, in KiB: pools and pages, not a proof's worth each.
const GROWTH: u64 = 16 * 1024;

/// One question to the verifiers.
struct Question {
    instances: Vec<Fr>,
    statement: Fr,
    proof: Vec<u8>,
    valid: bool,
}

struct Service {
    setup: Setup,
    srs: VerifierSrs,
    portable: VerifyingKey,
    proofs: Vec<Vec<u8>>,
}

impl Service {
    fn new() -> Self {
        let setup = Setup::new();
        let srs = setup.srs.verifier();
        let bytes = export_verifying_key(&setup.key, &srs, 3).unwrap();
        Self {
            portable: VerifyingKey::from_bytes(&bytes).unwrap(),
            proofs: (0..PROOFS).map(|n| setup.prove(Fr::from(n))).collect(),
            srs,
            setup,
        }
    }

    /// Question `number`: every other proof is valid, the others are broken in one of six ways, at a place of their own.
    fn question(&self, number: usize) -> Question {
        let from = number % self.proofs.len();
        let mut question = Question {
            instances: self.setup.circuit.instances(),
            statement: Fr::from(from as u64),
            proof: self.proofs[from].clone(),
            valid: number.is_multiple_of(2),
        };
        if question.valid {
            return question;
        }
        let length = question.proof.len();
        // A walk that meets every byte once the load is large enough.
        let place = (number * 7_919) % length;
        match number / 2 % 6 {
            0 => question.proof[place] ^= 1 << (number % 8),
            1 => question.proof.truncate(place),
            2 => question.statement += Fr::from(PROOFS),
            3 => question.instances[number % 3] += Fr::one(),
            4 => {
                let other = &self.proofs[(from + 1) % self.proofs.len()];
                let word = place / 32 * 32;
                question.proof[word..].copy_from_slice(&other[word..]);
            }
            _ => question.proof.push(0),
        }
        question
    }

    /// Whether each verifier accepts.
    fn answers(&self, question: &Question) -> [bool; 2] {
        let Question {
            instances,
            statement,
            proof,
            ..
        } = question;
        let vk = self.setup.key.vk();
        let native = verify(&self.srs, vk, 3, instances, *statement, proof);
        let instances: Vec<_> = instances.iter().map(portable_scalar).collect();
        let statement = StatementDigest::from_felt(portable_scalar(statement));
        let portable = tranche_verifier::verify(&self.portable, &instances, statement, proof);
        [native.is_ok(), portable.is_ok()]
    }
}

/// The resident set, in KiB; `None` where the system does not tell it.
fn resident() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

#[test]
fn ten_thousand_proofs_in_parallel_get_the_right_verdict_and_memory_does_not_grow() {
    let total = std::env::var("TRANCHE_LOAD").map_or(10_000, |text| text.parse().unwrap());
    let service = Service::new();
    let wrong = AtomicUsize::new(0);
    let serve = |numbers: std::ops::Range<usize>| {
        numbers.into_par_iter().for_each(|number| {
            let question = service.question(number);
            if service.answers(&question) != [question.valid; 2] {
                wrong.fetch_add(1, Ordering::Relaxed);
            }
        });
    };
    let warm = total / 10;
    serve(0..warm);
    let before = resident();
    serve(warm..total);
    let after = resident();
    assert_eq!(wrong.into_inner(), 0, "wrong verdicts of {total}");
    if let (Some(before), Some(after)) = (before, after) {
        eprintln!("{total} proofs: {before} KiB after a tenth, {after} KiB at the end");
        assert!(after <= before + GROWTH, "{before} KiB grew to {after} KiB");
    }
}
