//! One broken thing a test: the violation must name the clause that it breaks.

use super::*;
use crate::clause::Clause;
use crate::context::{RunContext, RunId};
use crate::felt::Felt;
use crate::log::LogOrder;
use crate::sample::{self, SampleRun, TOY};
use crate::statement::UsageStatement;
use crate::tranche::{PrivateTranche, Tranche};
use crate::usage::{Amounts, UNITS_BOUND};
use alloc::vec::Vec;

fn base() -> (UsageWitness, UsageStatement) {
    let (witness, _, statement) = SampleRun::new(&TOY, 100).build(&TOY);
    (witness, statement)
}

/// Breaks one thing of the valid pair and expects the clause.
fn breaks(clause: Clause, change: impl FnOnce(&mut UsageWitness, &mut UsageStatement)) {
    let (mut witness, mut statement) = base();
    change(&mut witness, &mut statement);
    let violation = check(&TOY, &witness, &statement).unwrap_err();
    assert_eq!(violation.clause, clause, "{violation}");
}

fn first(witness: &mut UsageWitness, slot: ChunkOwner) -> &mut TableChunk {
    witness
        .places
        .iter_mut()
        .find(|place| place.slot == slot)
        .unwrap()
}

#[test]
fn built_witnesses_satisfy_every_clause() {
    let (witness, statement) = base();
    assert_eq!(check(&TOY, &witness, &statement), Ok(()));
    let run = SampleRun::new(&TOY, 100);
    assert_eq!(s8(&statement, &run.context), Ok(()));
    let (_, artefacts, _) = run.build(&TOY);
    let total: u64 = run
        .draws
        .iter()
        .map(|draw| match draw.source {
            1 => 64,
            3 => u64::from(run.private.1[draw.record as usize]),
            s => u64::from(run.tranches[s as usize].1[draw.record as usize]),
        })
        .sum();
    assert_eq!(artefacts.usage.vector.total_units(), u128::from(total));
    assert_eq!(artefacts.usage.vector.total_draws(), 100);
}

#[test]
fn s1_multiplicities_are_counts() {
    breaks(Clause::S1, |w, _| w.places[0].multiplicities[0] += 1);
    breaks(Clause::S1, |w, _| {
        let m = &mut w.places[0].multiplicities;
        let from = m.iter().position(|m| *m > 0).unwrap();
        m[from] -= 1;
        m[(from + 1) % 28] += 1;
    });
    breaks(Clause::S1, |w, _| {
        w.draws[3] = TOY.position(w.places.len(), 0)
    });
    breaks(Clause::S1, |w, _| {
        w.draws[3] = if w.draws[3] == 1 { 2 } else { 1 }
    });
    breaks(Clause::S1, |w, _| {
        w.places[0].multiplicities.pop();
    });
}

#[test]
fn s2_chunks_are_under_their_own_units_root() {
    breaks(Clause::S2, |w, _| {
        first(w, ChunkOwner::Slot(0)).units[0] += 1
    });
    breaks(Clause::S2, |w, _| {
        first(w, ChunkOwner::Private).units[0] += 1
    });
    breaks(Clause::S2, |w, _| first(w, ChunkOwner::Slot(0)).chunk += 1);
    breaks(Clause::S2, |w, _| {
        first(w, ChunkOwner::Slot(0)).digits[0] ^= 1
    });
    breaks(Clause::S2, |w, _| {
        first(w, ChunkOwner::Slot(0)).siblings[1][3] += Felt::from(1u64)
    });
    breaks(Clause::S2, |w, _| {
        first(w, ChunkOwner::Slot(0)).slot = ChunkOwner::Slot(1)
    });
    breaks(Clause::S2, |w, _| {
        first(w, ChunkOwner::Slot(0)).slot = ChunkOwner::Slot(3)
    });
    breaks(Clause::S2, |w, _| {
        first(w, ChunkOwner::Slot(0)).slot = ChunkOwner::Private
    });
    breaks(Clause::S2, |w, _| {
        first(w, ChunkOwner::Slot(0)).units[0] = TOY.unit_bound()
    });
}

#[test]
fn s3_slots_are_registered_in_order_with_one_unit() {
    breaks(Clause::S3, |w, _| w.slots[0].registry_index += 1);
    breaks(Clause::S3, |w, _| {
        w.slots[0].registry_path[0] += Felt::from(1u64)
    });
    breaks(Clause::S3, |_, s| s.registry_root = 1u64.into());
    breaks(Clause::S3, |_, s| s.unit = 1u64.into());
    breaks(Clause::S3, |w, _| {
        let t = w.slots[0].tranche;
        w.slots[0].tranche =
            Tranche::new(*t.contents(), t.owner(), t.rate() + 1, t.terms()).unwrap();
    });
    breaks(Clause::S3, |w, _| {
        let contents = crate::tranche::Contents {
            unit: 1u64.into(),
            ..*w.private.contents()
        };
        w.private = PrivateTranche::new(contents, w.private.salt()).unwrap();
    });
    // A registered slot that nothing was drawn from.
    breaks(Clause::S3, |w, _| {
        let registry = SampleRun::new(&TOY, 100).registry;
        let idle = Slot {
            tranche: sample::uniform(&TOY, 6, 1, 8),
            registry_index: 3,
            registry_path: registry.path(3).unwrap(),
        };
        w.slots.insert(2, idle);
        for place in &mut w.places {
            if place.slot == ChunkOwner::Slot(2) {
                place.slot = ChunkOwner::Slot(3);
            }
        }
    });
    // The same registration in two slots: sums could be split between them.
    breaks(Clause::S3, |w, _| {
        let again = w.slots[2].clone();
        w.slots.push(again);
    });
}

#[test]
fn s4_nothing_drawn_weighs_nothing() {
    // A draw of a padded cell, counted as drawn.
    breaks(Clause::S4, |w, _| {
        let padded = |place: &TableChunk| place.units.iter().position(|unit| *unit == 0);
        let place = w
            .places
            .iter()
            .position(|place| padded(place).is_some())
            .unwrap();
        let offset = padded(&w.places[place]).unwrap();
        let (old_place, old_offset) = TOY.locate(w.draws[0]).unwrap();
        w.places[old_place].multiplicities[old_offset] -= 1;
        w.places[place].multiplicities[offset] += 1;
        w.draws[0] = TOY.position(place, offset);
    });
}

#[test]
fn s5_padding_comes_last() {
    breaks(Clause::S5, |w, _| {
        let (place, offset) = TOY.locate(w.draws[7]).unwrap();
        w.places[place].multiplicities[offset] -= 1;
        w.draws[7] = 0;
    });
    breaks(Clause::S5, |w, _| w.draws.push(0));
    breaks(Clause::S5, |w, _| {
        w.log_salts.pop();
    });
}

#[test]
fn s6_the_run_commitment_opens() {
    breaks(Clause::S6, |w, _| w.order = LogOrder::Planned);
    breaks(Clause::S6, |_, s| s.order = LogOrder::Planned);
    breaks(Clause::S6, |w, _| w.trace_root = 1u64.into());
    breaks(Clause::S6, |w, _| w.run_salt = 1u64.into());
    breaks(Clause::S6, |w, _| w.log_salts[1] = 1u64.into());
    breaks(Clause::S6, |w, _| w.chunk_index_salts[0] = 1u64.into());
    breaks(Clause::S6, |_, s| s.run_commitment = 1u64.into());
    // The same counts in another order are another log.
    breaks(Clause::S6, |w, _| w.draws.swap(0, 1));
    breaks(Clause::S6, |w, _| w.chunk_index_salts.push(1u64.into()));
}

#[test]
fn s7_the_usage_commitment_is_of_the_sums() {
    breaks(Clause::S7, |_, s| s.usage_commitment = 1u64.into());
    breaks(Clause::S7, |w, _| w.usage_salts[0] = 1u64.into());
    breaks(Clause::S7, |w, _| w.unregistered_salt = 1u64.into());
    breaks(Clause::S7, |w, _| w.usage_order.swap(0, 1));
    breaks(Clause::S7, |w, _| w.usage_order[0] = w.usage_order[1]);
    breaks(Clause::S7, |w, _| {
        w.usage_order.pop();
    });
}

#[test]
fn s8_the_context_is_of_the_terms() {
    let (_, statement) = base();
    let other = RunContext {
        run_id: RunId::from_bytes([0; 32]),
        ..sample::context(statement.unit)
    };
    assert_eq!(s8(&statement, &other).unwrap_err().clause, Clause::S8);
}

#[test]
fn every_single_draw_counts() {
    let run = SampleRun::new(&TOY, 64);
    let (_, whole, _) = run.build(&TOY);
    let mut shorter = run;
    let last = shorter.draws.pop().unwrap();
    let (_, part, _) = shorter.build(&TOY);
    assert_eq!(last.source, 0);
    let gone = u64::from(shorter.tranches[0].1[last.record as usize]);
    let units = |artefacts: &RunArtefacts| artefacts.usage.vector.slots[0].amounts.units;
    assert_eq!(units(&whole), units(&part) + gone);
}

#[test]
fn runs_without_unregistered_data_have_an_empty_total() {
    let mut run = SampleRun::new(&TOY, 40);
    run.draws.retain(|draw| draw.source != 3);
    let (witness, artefacts, statement) = run.build(&TOY);
    assert_eq!(artefacts.usage.vector.unregistered, Amounts::default());
    assert_eq!(check(&TOY, &witness, &statement), Ok(()));
    run.draws.retain(|draw| draw.source == 1);
    let (witness, artefacts, statement) = run.build(&TOY);
    assert_eq!(artefacts.usage.vector.slots.len(), 1);
    assert_eq!(check(&TOY, &witness, &statement), Ok(()));
}

#[test]
fn private_data_alone_is_a_run() {
    let mut run = SampleRun::new(&TOY, 40);
    run.draws.retain(|draw| draw.source == 3);
    let (witness, artefacts, statement) = run.build(&TOY);
    assert!(artefacts.usage.vector.slots.is_empty());
    assert_eq!(check(&TOY, &witness, &statement), Ok(()));
}

mod builder {
    use super::*;
    use crate::registry::Registry;
    use alloc::vec;

    fn error<'a>(
        run: &'a SampleRun,
        change: impl FnOnce(&mut Vec<Source<'a>>, &mut Vec<Draw>),
    ) -> BuildError {
        let mut sources = run.sources();
        let mut draws = run.draws.clone();
        change(&mut sources, &mut draws);
        let inputs = RunInputs {
            sources: &sources,
            registry: &run.registry,
            seed: &run.seed,
            order: LogOrder::Consumed,
            trace_root: 0u64.into(),
        };
        UsageWitness::build(&TOY, &inputs, draws.iter().copied())
            .map(|_| ())
            .unwrap_err()
    }

    #[test]
    fn errors_name_the_row_and_the_source() {
        let run = SampleRun::new(&TOY, 20);
        assert_eq!(error(&run, |_, d| d.clear()), BuildError::NoDraws);
        assert_eq!(
            error(&run, |_, d| d[4].source = 9),
            BuildError::UnknownTranche {
                row: 4,
                tranche: 9,
                sources: 4
            }
        );
        assert_eq!(
            error(&run, |_, d| d[4] = Draw {
                source: 2,
                record: 27
            }),
            BuildError::RecordPastEnd {
                row: 4,
                tranche: 2,
                record: 27,
                records: 27
            }
        );
        assert_eq!(
            error(&run, |s, _| {
                let again = s[3];
                s.push(again);
            }),
            BuildError::SecondPrivate { tranche: 4 }
        );
        assert_eq!(
            error(&run, |s, _| {
                let again = s[1];
                s.push(again);
            }),
            BuildError::GivenTwice { tranche: 4 }
        );
        assert_eq!(
            error(&run, |s, _| s[0].units = Column::Ones),
            BuildError::WrongColumn { tranche: 0 }
        );
        assert_eq!(
            error(&run, |s, _| s[0].units = Column::Units(&run.tranches[2].1)),
            BuildError::WrongColumn { tranche: 0 }
        );
        assert_eq!(
            error(&run, |s, _| {
                if let SourceTranche::Registered { registry_index, .. } = &mut s[0].tranche {
                    *registry_index = 3;
                }
            }),
            BuildError::NotRegistered {
                tranche: 0,
                registry_index: 3
            }
        );
        let mut other = run.tranches[0].1.clone();
        other[5] += 1;
        assert_eq!(
            error(
                &SampleRun {
                    tranches: vec![
                        (run.tranches[0].0, other),
                        run.tranches[1].clone(),
                        run.tranches[2].clone()
                    ],
                    ..run.clone()
                },
                |_, _| {}
            ),
            BuildError::WrongUnitsRoot { tranche: 0 }
        );
        let many = TOY.max_draws() as usize + 1;
        assert_eq!(
            error(&run, |_, d| d.resize(
                many,
                Draw {
                    source: 0,
                    record: 0
                }
            )),
            BuildError::TooManyDraws {
                max: TOY.max_draws()
            }
        );
    }

    #[test]
    fn draws_that_change_between_passes_are_refused() {
        /// Gives one more draw each time it is cloned.
        struct Growing<'a>(&'a [Draw], usize);
        impl Clone for Growing<'_> {
            fn clone(&self) -> Self {
                Self(self.0, self.1 - 1)
            }
        }
        impl Iterator for Growing<'_> {
            type Item = Draw;
            fn next(&mut self) -> Option<Draw> {
                let (first, rest) = self.0[..self.1].split_first()?;
                (self.0, self.1) = (rest, self.1 - 1);
                Some(*first)
            }
        }
        let run = SampleRun::new(&TOY, 20);
        let sources = run.sources();
        let inputs = RunInputs {
            sources: &sources,
            registry: &run.registry,
            seed: &run.seed,
            order: LogOrder::Consumed,
            trace_root: 0u64.into(),
        };
        let built = UsageWitness::build(&TOY, &inputs, Growing(&run.draws, 20)).map(|_| ());
        assert_eq!(built.unwrap_err(), BuildError::DrawsChanged { row: 19 });
    }

    #[test]
    fn mixed_units_are_refused() {
        let run = SampleRun::new(&TOY, 20);
        let contents = crate::tranche::Contents {
            unit: 1u64.into(),
            ..*run.private.0.contents()
        };
        let private = PrivateTranche::new(contents, 1u64.into()).unwrap();
        let found = error(
            &SampleRun {
                private: (private, run.private.1.clone()),
                ..run
            },
            |_, _| {},
        );
        assert_eq!(found, BuildError::MixedUnits { tranche: 3 });
    }

    #[test]
    fn more_tranches_than_slots_and_more_chunks_than_places_are_refused() {
        let size = TOY.records_per_chunk() as u32;
        let tranches: Vec<Tranche> = (1..=5)
            .map(|owner| sample::uniform(&TOY, size * 200, 1, owner))
            .collect();
        let mut registry = Registry::new(&TOY);
        for tranche in &tranches {
            registry.append(tranche).unwrap();
        }
        let sources: Vec<Source<'_>> = tranches
            .iter()
            .enumerate()
            .map(|(index, tranche)| Source {
                tranche: SourceTranche::Registered {
                    tranche,
                    registry_index: index as u32,
                },
                units: Column::Ones,
            })
            .collect();
        let run = SampleRun {
            registry,
            ..SampleRun::new(&TOY, 1)
        };
        let five = error(&run, |s, d| {
            *s = sources.clone();
            *d = (0..5).map(|source| Draw { source, record: 0 }).collect();
        });
        assert_eq!(
            five,
            BuildError::TooManyTranches {
                tranches: 5,
                max: 4
            }
        );
        let wide = error(&run, |s, d| {
            *s = sources.clone();
            *d = (0..106)
                .map(|chunk| Draw {
                    source: 0,
                    record: chunk * size,
                })
                .collect();
        });
        assert_eq!(
            wide,
            BuildError::TooManyPositions {
                places: 106,
                max: 105
            }
        );
    }

    #[test]
    fn a_given_units_tree_changes_nothing() {
        let run = SampleRun::new(&TOY, 50);
        let (witness, ..) = run.build(&TOY);
        let tree = crate::units::UnitsTree::of_column(&TOY, &run.tranches[0].1).unwrap();
        let mut sources = run.sources();
        sources[0].units = Column::Indexed(&run.tranches[0].1, &tree);
        let inputs = RunInputs {
            sources: &sources,
            registry: &run.registry,
            seed: &run.seed,
            order: LogOrder::Consumed,
            trace_root: witness.trace_root,
        };
        let (again, _) = UsageWitness::build(&TOY, &inputs, run.draws.iter().copied()).unwrap();
        assert!(again == witness);
    }
}

#[test]
fn sums_past_the_bounds_break_s4() {
    let (mut witness, _) = base();
    let at = witness
        .places
        .iter()
        .position(|p| p.slot == ChunkOwner::Slot(1))
        .unwrap();
    witness.places[at].multiplicities[0] = u32::MAX;
    assert!(witness.sums(ChunkOwner::Slot(1)).0 < u128::from(UNITS_BOUND));
    assert_eq!(
        s4(&witness).unwrap_err().reason,
        "the run has 2^32 draws or more"
    );
    witness.places[at].units[0] = 1 << 16;
    assert_eq!(
        s4(&witness).unwrap_err().reason,
        "the run has 2^48 units or more"
    );
}
