//! Honest openings pass, each lie is named, and lies are met as often as the documents say.

use super::*;
use crate::chunk_index::ChunkIndexRoot;
use crate::chunk_index::{ChunkIndexEntry, chunk_index_tree};
use crate::content::ContentRoot;
use crate::context::RunTerms;
use crate::log::{LogOrder, LogRoot, log_tree};
use crate::run::RunCommitment;
use crate::sample::{SampleRun, TOY};
use crate::trace::{Checkpoint, ModelDigest, Trace, TraceError};
use crate::tranche::TrancheId;
use crate::unit::UnitDefinition;
use crate::usage_relation::{RunArtefacts, RunInputs, UsageWitness};
use alloc::format;
use alloc::string::ToString;
use alloc::vec::Vec;

const DRAWS: usize = 400;
/// Draws from one checkpoint to the next.
const EVERY: u64 = 50;

/// A run of the sample's tranches with a trace, as a builder holds it.
struct Builder {
    run: SampleRun,
    witness: UsageWitness,
    artefacts: RunArtefacts,
    checkpoints: Vec<Checkpoint>,
    steps: Vec<u64>,
    terms: RunTerms,
}

fn checkpoint(index: u64, log_position: u64) -> Checkpoint {
    Checkpoint {
        step: 10 * index,
        log_position,
        digest: ModelDigest::from_bytes([index as u8 + 1; 32]),
        salt: (index + 100).into(),
    }
}

impl Builder {
    fn new(checkpoints: Vec<Checkpoint>) -> Self {
        let run = SampleRun::new(&TOY, DRAWS);
        let sources = run.sources();
        let inputs = RunInputs {
            sources: &sources,
            registry: &run.registry,
            seed: &run.seed,
            order: LogOrder::Consumed,
            trace_root: Trace::new(checkpoints.clone()).unwrap().root(),
        };
        let (witness, artefacts) =
            UsageWitness::build(&TOY, &inputs, run.draws.iter().copied()).unwrap();
        let mut terms = run.context.terms;
        terms.model_digest = checkpoints.last().unwrap().digest;
        Self {
            terms,
            witness,
            artefacts,
            checkpoints,
            steps: (0..DRAWS as u64).map(|draw| draw / 5).collect(),
            run,
        }
    }

    fn honest() -> Self {
        let count = DRAWS as u64 / EVERY;
        Self::new((0..=count).map(|i| checkpoint(i, i * EVERY)).collect())
    }

    /// Commits anew to other draws, entries, number of draws or checkpoints than the run's.
    fn commit(&mut self, entries: Vec<ChunkIndexEntry>, draws: u64) {
        let witness = &self.witness;
        self.artefacts.log = log_tree(&TOY, &witness.draws, &witness.log_salts).unwrap();
        self.artefacts.chunk_index =
            chunk_index_tree(&TOY, &entries, &witness.chunk_index_salts).unwrap();
        self.artefacts.entries = entries;
        let run = &mut self.artefacts.run;
        run.log_root = LogRoot::from_felt(self.artefacts.log.root());
        run.chunk_index_root = ChunkIndexRoot::from_felt(self.artefacts.chunk_index.root());
        run.draws = draws;
        self.artefacts.run_commitment = run.commitment();
    }

    fn challenge(&self, count: u32) -> Challenge {
        Challenge {
            run_commitment: self.artefacts.run_commitment,
            beacon: Beacon::new([7; 32].into()).unwrap(),
            count,
        }
    }

    fn open(&self, challenge: &Challenge) -> AuditOpening {
        let fields = |id: TrancheId| {
            let unit = UnitDefinition::Byte;
            if id == self.run.private.0.id() {
                return Some(OpenedTranche::private(
                    "mine".to_string(),
                    &self.run.private.0,
                    unit,
                ));
            }
            let mut tranches = self.run.tranches.iter().enumerate();
            let (index, (tranche, _)) = tranches.find(|(_, (tranche, _))| tranche.id() == id)?;
            Some(OpenedTranche::registered(
                format!("t{index}"),
                tranche,
                unit,
            ))
        };
        AuditOpening::new(
            &TOY,
            challenge,
            &self.witness,
            &self.artefacts,
            &self.checkpoints,
            &self.steps,
            fields,
        )
        .unwrap()
    }

    fn answer(&self, count: u32) -> (Challenge, AuditOpening) {
        let challenge = self.challenge(count);
        let opening = self.open(&challenge);
        (challenge, opening)
    }

    fn check(&self, challenge: &Challenge, opening: &AuditOpening) -> Result<(), AuditError> {
        check(&TOY, challenge, &self.terms, opening).map(drop)
    }

    /// What an honest answer to this run's challenge comes to.
    fn verdict(&self) -> Result<(), AuditError> {
        let (challenge, opening) = self.answer(4);
        self.check(&challenge, &opening)
    }

    /// What an answer comes to that was altered after the challenge.
    fn altered(&self, change: impl FnOnce(&mut AuditOpening)) -> AuditError {
        let (challenge, mut opening) = self.answer(4);
        change(&mut opening);
        self.check(&challenge, &opening).unwrap_err()
    }
}

#[test]
fn an_honest_opening_gives_the_records_of_its_stretches() {
    let builder = Builder::honest();
    for count in [1, 3, 40] {
        let (challenge, opening) = builder.answer(count);
        let text = serde_json::to_string(&opening).unwrap();
        let opening: AuditOpening = serde_json::from_str(&text).unwrap();
        let stretches = check(&TOY, &challenge, &builder.terms, &opening).unwrap();
        let mut hit: Vec<u64> = challenge.picks(DRAWS as u64);
        hit.iter_mut().for_each(|pick| *pick /= EVERY);
        hit.sort_unstable();
        hit.dedup();
        assert!(stretches.iter().map(|s| u64::from(s.index)).eq(hit));
        for stretch in &stretches {
            let first = stretch.from.log_position as usize;
            let expected = &builder.run.draws[first..stretch.to.log_position as usize];
            assert_eq!(stretch.draws.len(), expected.len());
            for (draw, expected) in stretch.draws.iter().zip(expected) {
                let name = ["t0", "t1", "t2", "mine"][expected.source as usize];
                assert_eq!(opening.tranches[draw.tranche].name, name);
                assert_eq!(draw.record, expected.record);
            }
            assert_eq!(stretch.steps.len(), 10);
        }
    }
}

#[test]
fn a_challenge_is_a_function_of_commitment_and_beacon_alone() {
    let builder = Builder::honest();
    let base = builder.challenge(100);
    let picks = base.picks(1_000);
    assert!(picks.iter().all(|pick| *pick < 1_000));
    // More picks go on from fewer: asking for another number is no way to choose.
    let more = Challenge {
        count: 200,
        ..base.clone()
    };
    assert_eq!(more.picks(1_000)[..100], picks);
    assert_eq!(more.digest(), base.digest());
    let other = Challenge {
        run_commitment: 1u64.into(),
        ..base.clone()
    };
    assert_ne!(other.picks(1_000), picks);
    let other = Challenge {
        beacon: Beacon::new([8; 32].into()).unwrap(),
        ..base.clone()
    };
    assert_ne!(other.picks(1_000), picks);
    for (count, fits) in [
        (0, false),
        (1, true),
        (Challenge::MAX_COUNT, true),
        (Challenge::MAX_COUNT + 1, false),
    ] {
        let challenge = Challenge {
            count,
            ..base.clone()
        };
        assert_eq!(challenge.validate().is_ok(), fits);
    }
}

#[test]
fn picks_are_those_of_the_document() {
    let challenge = Challenge {
        run_commitment: 5u64.into(),
        beacon: Beacon::parse("0x000102030405060708090a0b0c0d0e0f").unwrap(),
        count: 6,
    };
    // From another implementation of BLAKE3, with the rule of the document written out beside it.
    assert_eq!(
        challenge.digest().to_string(),
        "0x0ab0b5aeec859ee4e98867a9a065201b102193ee4b7f92649901103dcc5d2349"
    );
    let picks = [771_786, 102_761, 443_792, 783_001, 702_147, 298_915];
    assert_eq!(challenge.picks(1_000_000), picks);
    assert_eq!(challenge.picks(1), [0; 6]);
}

#[test]
fn beacons_are_read_in_one_form() {
    let text = "AB".repeat(16);
    let beacon = Beacon::parse(&text).unwrap();
    assert_eq!(Beacon::parse(&format!("0x{text}")), Ok(beacon.clone()));
    assert_eq!(beacon.bytes(), [0xab; 16]);
    assert_eq!(
        Beacon::parse(&text[2..]),
        Err(AuditError::Beacon { got: 15 })
    );
    assert_eq!(
        Beacon::new([0; 257].into()),
        Err(AuditError::Beacon { got: 257 })
    );
    assert_eq!(Beacon::parse("0x0"), Err(AuditError::BeaconText));
    assert_eq!(Beacon::parse("drand"), Err(AuditError::BeaconText));
}

#[test]
fn another_commitment_order_or_length_is_refused() {
    let builder = Builder::honest();
    let commitment = |error| matches!(error, AuditError::Commitment { .. });
    assert!(commitment(builder.altered(|o| o.run.salt = 1u64.into())));
    // The number of draws is chosen before the beacon, or not at all.
    assert!(commitment(builder.altered(|o| o.run.draws -= 1)));
    assert!(commitment(builder.altered(|o| o.run.draws = 0)));
    assert!(commitment(
        builder.altered(|o| o.run.order = LogOrder::Planned)
    ));
    let (challenge, opening) = builder.answer(4);
    let mut terms = builder.terms;
    terms.order = LogOrder::Planned;
    assert!(matches!(
        check(&TOY, &challenge, &terms, &opening),
        Err(AuditError::Order { .. })
    ));
}

#[test]
fn a_commitment_to_another_length_than_the_logs_does_not_open() {
    let mut builder = Builder::honest();
    let entries = builder.artefacts.entries.clone();
    // Longer than the log: the last leaf would have to hold more draws.
    builder.commit(entries.clone(), DRAWS as u64 + 1);
    let end = AuditError::End {
        got: DRAWS as u64,
        expected: DRAWS as u64 + 1,
    };
    assert_eq!(builder.verdict(), Err(end));
    let last = builder.checkpoints.len() as u64 - 1;
    let mut builder = Builder::new(
        (0..=last)
            .map(|i| checkpoint(i, i * EVERY + u64::from(i == last)))
            .collect(),
    );
    builder.commit(entries.clone(), DRAWS as u64 + 1);
    let (challenge, opening) = builder.answer(200);
    let error = builder.check(&challenge, &opening).unwrap_err();
    assert_eq!(error.stage(), Some(Stage::Leaves), "{error}");
    // Shorter than the log, within a leaf: the leaf would have to hold fewer.
    let cut = DRAWS as u64 - 3;
    let mut builder = Builder::new(
        (0..=last)
            .map(|i| checkpoint(i, (i * EVERY).min(cut)))
            .collect(),
    );
    builder.commit(entries, cut);
    let (challenge, opening) = builder.answer(200);
    assert!(matches!(
        builder.check(&challenge, &opening),
        Err(AuditError::LeafPath { .. })
    ));
}

#[test]
fn other_leaves_draws_or_padding_are_refused() {
    let builder = Builder::honest();
    let error = builder.altered(|o| {
        let _ = o.leaves.remove(0);
    });
    assert!(matches!(error, AuditError::Leaf { .. }));
    let error = builder.altered(|o| o.leaves.push(o.leaves[0].clone()));
    assert!(matches!(error, AuditError::Leaf { expected: None, .. }));
    // Another leaf of the same log, in the place of the one asked for.
    let error = builder.altered(|o| {
        let log = &builder.artefacts.log;
        let (draws, salts) = (&builder.witness.draws, &builder.witness.log_salts);
        let asked: Vec<u32> = o.leaves.iter().map(|leaf| leaf.index).collect();
        let other = (0..).find(|index| !asked.contains(index)).unwrap();
        o.leaves[0] = crate::log::LogOpening::new(&TOY, log, draws, salts, other).unwrap();
    });
    assert!(matches!(error, AuditError::Leaf { .. }));
    let error = builder.altered(|o| o.leaves[0].index += 1);
    assert!(matches!(error, AuditError::Leaf { .. }));
    for change in 0..4 {
        let error = builder.altered(|o| match change {
            0 => o.leaves[0].draws[0] += 1,
            1 => o.leaves[0].draws[0] = 0,
            2 => o.leaves[0].draws.push(0),
            _ => o.leaves[0].salt = 1u64.into(),
        });
        assert!(matches!(error, AuditError::LeafPath { .. }), "{change}");
    }
}

#[test]
fn a_trace_with_a_gap_a_jump_or_another_model_is_refused() {
    let builder = Builder::honest();
    // Checkpoints that follow each other are those of the tree: none can be left out.
    let error = builder.altered(|o| {
        let _ = o.checkpoints.remove(3);
    });
    assert_eq!(error, AuditError::TraceRoot);
    let error = builder.altered(|o| o.checkpoints[3].digest = ModelDigest::from_bytes([0; 32]));
    assert_eq!(error, AuditError::TraceRoot);
    let error = builder.altered(|o| o.checkpoints.swap(2, 3));
    let disorder = TraceError::OutOfOrder { index: 3 };
    assert_eq!(error, AuditError::Trace(disorder));

    // Weights that change where no draw is: committed to in time, and no pick could hit it.
    let mut checkpoints = builder.checkpoints.clone();
    let mut jump = checkpoint(3, 3 * EVERY);
    (jump.step, jump.digest) = (31, ModelDigest::from_bytes([0xee; 32]));
    checkpoints.insert(4, jump);
    let error = Builder::new(checkpoints).verdict();
    assert_eq!(error, Err(AuditError::NoDraws { first: 3 }));

    let late = builder.checkpoints[1..].to_vec();
    let error = Builder::new(late).verdict();
    assert_eq!(error, Err(AuditError::Begin { got: EVERY }));
    let early = builder.checkpoints[..8].to_vec();
    let error = Builder::new(early).verdict();
    let end = AuditError::End {
        got: 7 * EVERY,
        expected: DRAWS as u64,
    };
    assert_eq!(error, Err(end));
    let error = Builder::new(builder.checkpoints[..1].to_vec()).verdict();
    assert_eq!(error, Err(AuditError::Checkpoints { got: 1 }));
    let mut other = Builder::honest();
    other.terms.model_digest = ModelDigest::from_bytes([0xaa; 32]);
    assert_eq!(other.verdict(), Err(AuditError::Model));
}

#[test]
fn steps_that_do_not_cover_their_stretch_are_refused() {
    let builder = Builder::honest();
    let error = builder.altered(|o| {
        let _ = o.stretches.remove(0);
    });
    assert!(matches!(error, AuditError::Steps { .. }));
    for change in 0..5 {
        let error = builder.altered(|o| {
            let steps = &mut o.stretches[0].steps;
            match change {
                0 => steps[0].draws += 1,
                1 => steps[0].draws = u64::MAX,
                2 => steps.swap(0, 1),
                3 => {
                    // A step that trains on nothing that is logged.
                    (steps[1].draws, steps[0].draws) = (steps[1].draws + steps[0].draws, 0);
                }
                // More steps than the checkpoints have between them.
                _ => {
                    let last = steps.last_mut().unwrap();
                    last.draws -= 1;
                    let step = last.step + 1;
                    steps.push(StepCount { step, draws: 1 });
                }
            }
        });
        assert!(matches!(error, AuditError::StepCounts { .. }), "{change}");
    }
    // Steps called by numbers at which the training code does something else.
    for number in [0, u64::MAX] {
        let error = builder.altered(|o| {
            let last = o.stretches.last_mut().unwrap();
            last.steps.iter_mut().for_each(|step| step.step = number);
        });
        assert!(matches!(error, AuditError::StepNumber { .. }), "{number}");
    }
}

#[test]
fn places_and_tranches_that_are_not_the_runs_are_refused() {
    let builder = Builder::honest();
    let error = builder.altered(|o| {
        let _ = o.places.remove(0);
    });
    assert!(matches!(error, AuditError::ChunkIndex { .. }));
    for change in 0..3 {
        let error = builder.altered(|o| match change {
            0 => o.places[0].places[0].chunk += 1,
            1 => o.places[0].places[0].private ^= true,
            _ => o.places[0].salt = 1u64.into(),
        });
        assert!(matches!(error, AuditError::ChunkIndexPath { .. }));
    }
    let error = builder.altered(|o| {
        let _ = o.tranches.remove(0);
    });
    assert!(matches!(error, AuditError::NotOpened { .. }));
    // Fields of another tranche than the id's: other units, another owner, another content.
    for change in 0..4 {
        let error = builder.altered(|o| {
            let tranche = o.tranches.iter_mut().find(|tranche| tranche.name == "t0");
            let tranche = tranche.unwrap();
            match change {
                0 => tranche.units_root = 1u64.into(),
                1 => tranche.owner = crate::address::Address::new([7; 20]),
                2 => tranche.content_root = ContentRoot::from_bytes([0; 32]),
                _ => tranche.private = true,
            }
        });
        let expected = match change {
            3 => matches!(error, AuditError::Tranche { .. }),
            _ => matches!(error, AuditError::NotOpened { .. }),
        };
        assert!(expected, "{change}: {error}");
    }
    let error = builder.altered(|o| o.tranches.push(o.tranches[0].clone()));
    assert!(matches!(error, AuditError::Tranche { .. }));
    let error = builder.altered(|o| {
        let mut spare = o.tranches[0].clone();
        (spare.name, spare.rate) = ("spare".to_string(), spare.rate + 1);
        spare.private = false;
        spare.owner = crate::address::Address::new([9; 20]);
        o.tranches.push(spare);
    });
    assert!(matches!(error, AuditError::NotAsked { .. }));
    let error = builder.altered(|o| o.tranches[0].unit = UnitDefinition::Record);
    assert!(matches!(error, AuditError::Unit { .. }));
    let error = builder.altered(|o| o.tranches[0].scale = 0);
    assert!(matches!(error, AuditError::Fields { .. }));
}

#[test]
fn draws_of_nothing_or_past_the_end_are_refused() {
    // A log that draws from places where nothing stands, committed to in time.
    let mut builder = Builder::honest();
    let mut entries = builder.artefacts.entries.clone();
    let beyond = TOY.position(entries.len(), 0);
    builder.witness.draws.iter_mut().for_each(|d| *d = beyond);
    builder.commit(entries.clone(), DRAWS as u64);
    let (challenge, opening) = builder.answer(4);
    let error = builder.check(&challenge, &opening).unwrap_err();
    let unseen = matches!(
        error,
        AuditError::NoPlace { .. } | AuditError::ChunkIndex { .. }
    );
    assert!(unseen, "{error}");

    // A chunk index whose chunks lie past the end of their tranche.
    let mut builder = Builder::honest();
    entries.iter_mut().for_each(|entry| entry.chunk += 90);
    builder.commit(entries.clone(), DRAWS as u64);
    assert!(matches!(builder.verdict(), Err(AuditError::PastEnd { .. })));

    // Registered data said to be unregistered by the chunk index alone.
    let mut builder = Builder::honest();
    entries.iter_mut().for_each(|entry| {
        entry.chunk -= 90;
        entry.private = true;
    });
    builder.commit(entries, DRAWS as u64);
    assert!(matches!(builder.verdict(), Err(AuditError::Tranche { .. })));
}

/// Of `runs` commitments, in how many do `count` picks hit one of the first `altered` of 100 equal stretches.
fn met(altered: u64, count: u32, runs: u64) -> u64 {
    let hits = |run: u64| {
        let challenge = Challenge {
            run_commitment: run.into(),
            beacon: Beacon::new([9; 32].into()).unwrap(),
            count,
        };
        let picks = challenge.picks(100_000);
        picks.iter().any(|pick| pick / 1_000 < altered)
    };
    (0..runs).filter(|run| hits(*run)).count() as u64
}

#[test]
fn picks_meet_altered_stretches_as_often_as_the_table_says() {
    // 2,000 runs; four standard deviations are at most 90 of them. The documents' table is of the same formula.
    for (altered, count) in [
        (1, 20),
        (1, 100),
        (5, 20),
        (5, 60),
        (10, 20),
        (20, 10),
        (50, 5),
    ] {
        let missed = (1.0 - altered as f64 / 100.0).powi(count as i32);
        let expected = 2_000.0 * (1.0 - missed);
        let deviation = (expected * missed).sqrt();
        let got = met(altered, count, 2_000) as f64;
        let off = (got - expected).abs();
        assert!(off < 4.0 * deviation + 1.0, "{altered} {count}: {got}");
    }
}

#[test]
fn many_commitments_before_the_beacon_are_many_chances() {
    // What one commitment escapes with the chance 0.9^20 = 12 %, one of sixteen escapes with 87 %: only one may be bound.
    let escaped = |group: u64| {
        let hit = |run: u64| {
            let challenge = Challenge {
                run_commitment: RunCommitment::from(16 * group + run),
                beacon: Beacon::new([9; 32].into()).unwrap(),
                count: 20,
            };
            challenge.picks(100).iter().any(|pick| *pick < 10)
        };
        !(0..16).all(hit)
    };
    let got = (0..500).filter(|group| escaped(*group)).count();
    assert!((400..470).contains(&got), "{got}");
}
