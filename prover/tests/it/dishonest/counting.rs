//! A builder who counts a draw twice, or not at all, or has it weigh nothing.

use tranche_protocol::chunk_index::ChunkIndexRoot;
use tranche_protocol::clause::Clause;
use tranche_protocol::log::LogRoot;
use tranche_protocol::sample::TOY;
use tranche_protocol::usage_relation::{ChunkOwner, UsageWitness};

use crate::dishonest::fixtures::{adopted, honest, not_proven, refused, run, unconvincing};
use crate::dishonest::liar::Liar;

/// Lies in the witness, takes on the commitments of the lie, and is refused for the clause.
fn gains_nothing(clause: Clause, lie: impl FnOnce(&mut UsageWitness)) {
    let run = run();
    let (mut witness, _, statement) = run.build(&TOY);
    lie(&mut witness);
    refused(clause, &witness, &adopted(&witness, &statement));
}

/// A record of the first slot that was drawn: place and offset.
fn drawn(witness: &UsageWitness) -> (usize, usize) {
    let slot = ChunkOwner::Slot(0);
    let mut places = (0..).zip(&witness.places);
    let found = places.find_map(|(index, place)| {
        let offset = place.multiplicities.iter().position(|m| *m > 0)?;
        (place.slot == slot).then_some((index, offset))
    });
    found.unwrap()
}

/// A cell past the last record of a tranche: place and offset.
fn padded(witness: &UsageWitness) -> (usize, usize) {
    let mut places = (0..).zip(&witness.places);
    let found = places
        .find_map(|(index, place)| Some((index, place.units.iter().position(|unit| *unit == 0)?)));
    found.unwrap()
}

#[test]
fn an_honest_run_is_accepted() {
    let run = run();
    let (witness, _, statement) = run.build(&TOY);
    assert_eq!(adopted(&witness, &statement), statement);
    assert_eq!(
        Liar::plain(&witness, &statement).breaks(),
        Vec::<String>::new()
    );
    assert_eq!(honest().public_inputs, statement.public_inputs());
}

#[test]
fn a_draw_counted_twice_gains_nothing() {
    let run = run();
    let (mut witness, _, statement) = run.build(&TOY);
    let (place, offset) = drawn(&witness);
    witness.places[place].multiplicities[offset] += 1;
    let statement = adopted(&witness, &statement);
    unconvincing(Clause::S1, &witness, &statement);
    not_proven(&witness, &statement);
}

#[test]
fn a_draw_that_is_not_counted_gains_nothing() {
    gains_nothing(Clause::S1, |witness| {
        let (place, offset) = drawn(witness);
        witness.places[place].multiplicities[offset] -= 1;
    });
}

#[test]
fn a_draw_counted_for_another_record_gains_nothing() {
    gains_nothing(Clause::S1, |witness| {
        let (place, offset) = drawn(witness);
        witness.places[place].multiplicities[offset] -= 1;
        let other = 1 - place.min(1);
        witness.places[other].multiplicities[0] += 1;
    });
}

#[test]
fn a_draw_replaced_by_padding_gains_nothing() {
    let run = run();
    let (mut witness, _, statement) = run.build(&TOY);
    let (place, offset) = TOY.locate(witness.draws[7]).unwrap();
    witness.places[place].multiplicities[offset] -= 1;
    witness.draws[7] = 0;
    unconvincing(Clause::S5, &witness, &adopted(&witness, &statement));
}

#[test]
fn a_draw_moved_to_a_cell_without_a_record_gains_nothing() {
    let moved = |witness: &mut UsageWitness| {
        let (from, offset) = TOY.locate(witness.draws[7]).unwrap();
        let (to, cell) = padded(witness);
        witness.places[from].multiplicities[offset] -= 1;
        witness.places[to].multiplicities[cell] += 1;
        witness.draws[7] = TOY.position(to, cell);
        (to, cell)
    };
    gains_nothing(Clause::S4, |witness| {
        moved(witness);
    });
    // With a unit of its own the cell would count, but then it is not the registered chunk's.
    gains_nothing(Clause::S2, |witness| {
        let (to, cell) = moved(witness);
        witness.places[to].units[cell] = 1;
    });
}

#[test]
fn a_log_shorter_or_longer_than_the_draws_counted_gains_nothing() {
    let run = run();
    let (witness, _, statement) = run.build(&TOY);
    let mut shorter = witness.clone();
    shorter.draws.pop();
    let stated = adopted(&shorter, &statement);
    refused(Clause::S1, &shorter, &stated);

    let (log, arrangement) = {
        let entries = witness.entries().unwrap();
        let arrangement = witness.chunk_index_tree(&TOY, &entries).unwrap();
        let log = witness.log_tree(&TOY).unwrap();
        (
            LogRoot::from_felt(log.root()),
            ChunkIndexRoot::from_felt(arrangement.root()),
        )
    };
    for length in [witness.draws.len() - 1, witness.draws.len() + 1] {
        let mut opening = witness.run_opening(log, arrangement);
        opening.draws = length as u64;
        let mut stated = statement;
        stated.run_commitment = opening.commitment();
        refused(Clause::S6, &witness, &stated);
    }
}
