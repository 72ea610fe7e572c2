//! What `tranche verify` says of proofs that are valid and fall short of what a reader would take them for. The circuits are toy
//! sizes of the real ones; their keys are given with `--key`.

use std::fs;
use std::sync::OnceLock;

use k256::ecdsa::SigningKey;
use serde_json::{Value, json};
use tranche_circuits::disclosure::params::{DisclosureParams, DisclosureSize};
use tranche_circuits::usage::params::{CircuitSize, UsageParams};
use tranche_protocol::Shape;
use tranche_protocol::claims::{ClaimRequest, Precision, disclose};
use tranche_protocol::context::{PayRule, Remainder};
use tranche_protocol::evidence::{Evidence, EvidenceLevel};
use tranche_protocol::log::LogOrder;
use tranche_protocol::proof_file::ProofFile;
use tranche_protocol::sample::{SampleRun, TOY, uniform};
use tranche_prover::{CircuitKey, KeyStore, Srs, prove_disclosure, prove_usage};

use crate::common::{Done, Files, tranche};

/// A toy with registries of the published depth.
const SHAPE: Shape = Shape {
    registry_depth: Shape::STANDARD.registry_depth,
    ..TOY
};

const USAGE: CircuitSize = CircuitSize {
    name: "usage-toy",
    params: UsageParams {
        k: 13,
        degree: 9,
        shape: SHAPE,
        draw_lanes: 3,
        unit_lanes: 2,
        table_chunks: 9,
        log_leaves: 1,
        slots: 4,
        parallel_permutations: 4,
        arith: [1, 3],
        uniform: false,
    },
};

const DISCLOSURE: DisclosureSize = DisclosureSize {
    name: "disclosure-toy",
    params: DisclosureParams {
        k: 13,
        shape: Shape {
            usage_depth: TOY.usage_depth,
            ..Shape::STANDARD
        },
        claims: 16,
        payees: 4,
        parallel_permutations: 2,
        arith: [1, 1],
    },
};

/// The keys, made once.
struct Keys {
    srs: Srs,
    usage: CircuitKey,
    disclosure: CircuitKey,
}

fn keys() -> &'static Keys {
    static KEYS: OnceLock<Keys> = OnceLock::new();
    KEYS.get_or_init(|| {
        let srs = Srs::development(13).unwrap();
        let store = KeyStore::new(None);
        let usage = CircuitKey::usage(&srs, &store, &USAGE).unwrap();
        let disclosure = CircuitKey::disclosure(&srs, &store, &DISCLOSURE).unwrap();
        Keys {
            srs,
            usage,
            disclosure,
        }
    })
}

/// A folder with the verifying keys.
struct Desk(Files);

impl Desk {
    fn new() -> Self {
        let files = Files::new();
        files.write("usage.vk", keys().usage.portable());
        files.write("disclosure.vk", keys().disclosure.portable());
        Self(files)
    }

    /// Writes the run's usage proof, without evidence.
    fn prove(&self, run: &SampleRun) -> ProofFile {
        let (witness, _, statement) = run.build(&SHAPE);
        let file = prove_usage(
            &keys().srs,
            &keys().usage,
            &USAGE,
            &witness,
            &statement,
            &run.context,
            None,
        )
        .unwrap();
        self.0.write("usage.proof", file.to_bytes());
        file
    }

    fn disclose(&self, name: &str, run: &SampleRun, requests: &[ClaimRequest]) {
        let (_, artefacts, _) = run.build(&SHAPE);
        let context = run.context.digest();
        let opening = &artefacts.usage;
        let none = (PayRule::None, Remainder::Keep);
        let statement = disclose(&SHAPE, context, opening, requests, none.0, none.1).unwrap();
        let file = prove_disclosure(
            &keys().srs,
            &keys().disclosure,
            &DISCLOSURE,
            opening,
            &statement,
            &run.context,
            None,
        )
        .unwrap();
        self.0.write(name, file.to_bytes());
    }

    fn verify(&self, line: &str) -> Done {
        let mut arguments = vec!["verify"];
        arguments.extend(line.split(' '));
        tranche(self.0.root(), &arguments)
    }

    /// The verdict on a disclosure beside `usage.proof`.
    fn verdict(&self, name: &str, more: &str) -> Value {
        let line =
            format!("{name} --key disclosure.vk --usage usage.proof --usage-key usage.vk{more}");
        let done = self.verify(&line);
        let report = done.json();
        assert_eq!(done.code == 0, report["verdict"] == "valid", "{report}");
        report
    }
}

/// 42 draws, of which the terms want `ppm` from registered data and no evidence.
fn run(ppm: u32) -> SampleRun {
    let mut run = SampleRun::new(&SHAPE, 42);
    run.context.terms.min_evidence = 0;
    run.context.terms.min_registered_ppm = ppm;
    run
}

fn standing(report: &Value, wanted: &str) -> Value {
    let conditions = report["conditions"].as_array().unwrap();
    let holds = |condition: &&Value| condition["wanted"].as_str().unwrap().contains(wanted);
    conditions.iter().find(holds).unwrap().clone()
}

#[test]
fn a_minimum_of_the_registered_share_that_is_broken_is_not_met() {
    let desk = Desk::new();
    let (_, artefacts, _) = run(0).build(&SHAPE);
    let vector = &artefacts.usage.vector;
    let share = vector.registered_units() * 1_000_000 / vector.total_units();
    let share = u32::try_from(share).unwrap();
    assert!(0 < share && share < 1_000_000);
    let wanted = "registered data is at least";
    let told = [
        (
            share,
            [
                (Precision::Exact, "valid", "met"),
                (Precision::Band(share - 1, share), "valid", "open"),
            ],
        ),
        (
            share + 1,
            [
                (Precision::Exact, "unmet", "broken"),
                (Precision::Band(0, share), "unmet", "broken"),
            ],
        ),
    ];
    for (least, claims) in told {
        let run = run(least);
        desk.prove(&run);
        for (precision, verdict, expected) in claims {
            let request = ClaimRequest::RegisteredShare(precision);
            desk.disclose("share.proof", &run, &[request]);
            let report = desk.verdict("share.proof", "");
            assert_eq!(report["verdict"], verdict, "{report}");
            assert_eq!(standing(&report, wanted)["standing"], expected, "{report}");
        }
        // The usage proof alone does not tell.
        let alone = desk.verify("usage.proof --key usage.vk").json();
        assert_eq!(alone["verdict"], "valid");
        assert_eq!(standing(&alone, wanted)["standing"], "open");
    }
}

#[test]
fn an_exclusion_of_what_the_root_does_not_have_is_called_so() {
    let desk = Desk::new();
    let mut run = run(0);
    desk.prove(&run);
    let early = uniform(&SHAPE, 6, 1, 8);
    let late = uniform(&SHAPE, 7, 1, 8);
    let exclusions = [early.id(), late.id(), 5u64.into()].map(ClaimRequest::Exclusion);
    desk.disclose("none.proof", &run, &exclusions);

    let said = |report: &Value| -> Vec<String> {
        let lines = report["statement"].as_array().unwrap().iter();
        let lines = lines.map(|line| line.as_str().unwrap().to_owned());
        lines
            .filter(|line| line.contains("not drawn from"))
            .collect()
    };
    run.registry.append(&late).unwrap();
    fs::write(desk.0.path("registry.json"), run.registry.to_json()).unwrap();
    let report = desk.verdict("none.proof", " --registry registry.json");
    assert_eq!(report["verdict"], "valid", "{report}");
    let lines = said(&report);
    assert!(lines[0].contains("(registration 3 of 0x"), "{lines:?}");
    assert!(!lines[0].contains("LATER"), "{lines:?}");
    assert!(
        lines[1].contains("LATER than the proof's root"),
        "{lines:?}"
    );
    assert!(lines[2].contains("NOT in the registry given"), "{lines:?}");
    let root = standing(&report, "a registry root of at most");
    assert_eq!(root["standing"], "met");
    let found = root["found"].as_str().unwrap();
    assert!(found.contains("after 5 registrations; 1 more"), "{found}");
}

#[test]
fn evidence_of_another_log_is_refused() {
    let desk = Desk::new();
    let key = SigningKey::from_slice(&[5; 32]).unwrap();
    let sign = |run: &SampleRun| {
        let commitment = run.build(&SHAPE).2.run_commitment;
        let level = EvidenceLevel::SampledReplay;
        Evidence::sign(&commitment, level, LogOrder::Consumed, &key).unwrap()
    };
    let mut run = run(0);
    run.context.terms.min_evidence = 3;
    run.context.terms.evidence_key = sign(&run).signer;
    let mut other = run.clone();
    other.draws.truncate(41);
    let mut file = desk.prove(&run);
    for (evidence, verdict, words) in [
        (
            Some(sign(&run)),
            "valid",
            "3 (sampled replay by a named auditor)",
        ),
        (Some(sign(&other)), "invalid", "evidence is signed by"),
        (None, "unmet", "evidence of level 3 at least"),
    ] {
        file.evidence = evidence;
        desk.0.write("usage.proof", file.to_bytes());
        let done = desk.verify("usage.proof --key usage.vk");
        assert_eq!(done.json()["verdict"], json!(verdict), "{}", done.out);
        assert!(done.out.contains(words), "{}", done.out);
    }
}
