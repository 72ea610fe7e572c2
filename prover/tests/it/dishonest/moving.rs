//! A builder who credits the data of one tranche to another.

use tranche_protocol::clause::Clause;
use tranche_protocol::registry::Registry;
use tranche_protocol::sample::{SampleRun, TOY, uniform, weighted};
use tranche_protocol::statement::UsageStatement;
use tranche_protocol::usage_relation::{ChunkOwner, UsageWitness};

use crate::dishonest::fixtures::{accepted, adopted, refused, run, unconvincing};

/// Places of the first slot, whose tranche has three chunks.
fn places(witness: &UsageWitness) -> Vec<usize> {
    let own = (0..witness.places.len()).filter(|i| witness.places[*i].slot == ChunkOwner::Slot(0));
    own.collect()
}

fn gains_nothing(lie: impl FnOnce(&mut UsageWitness)) {
    let (witness, statement) = told(lie);
    refused(Clause::S2, &witness, &statement);
}

/// The lie with the commitments that follow from it.
fn told(lie: impl FnOnce(&mut UsageWitness)) -> (UsageWitness, UsageStatement) {
    let (mut witness, _, statement) = run().build(&TOY);
    lie(&mut witness);
    let statement = adopted(&witness, &statement);
    (witness, statement)
}

/// Two owners registered records of equal units: their units roots are one and the same.
fn twins() -> SampleRun {
    let mut run = run();
    let column = run.tranches[0].1.clone();
    run.tranches[2] = (weighted(&TOY, &column, 3), column);
    run.registry = Registry::new(&TOY);
    let [first, last] = [uniform(&TOY, 5, 1, 9), uniform(&TOY, 6, 1, 8)];
    let [(a, _), (b, _), (c, _)] = run.tranches.as_slice() else {
        panic!("the sample has three tranches");
    };
    for tranche in [&first, a, b, &last, c] {
        run.registry.append(tranche).unwrap();
    }
    run
}

#[test]
fn a_chunk_credited_to_another_tranche_gains_nothing() {
    let (witness, statement) = told(|witness| {
        let place = places(witness)[0];
        witness.places[place].slot = ChunkOwner::Slot(2);
    });
    unconvincing(Clause::S2, &witness, &statement);
}

#[test]
fn a_chunk_of_a_contributor_called_unregistered_gains_nothing() {
    gains_nothing(|witness| {
        let place = places(witness)[0];
        witness.places[place].slot = ChunkOwner::Private;
    });
}

#[test]
fn a_chunk_in_the_place_of_another_of_its_tranche_gains_nothing() {
    gains_nothing(|witness| {
        let own = places(witness);
        let (a, b) = (own[0], own[1]);
        let (first, second) = (witness.places[a].chunk, witness.places[b].chunk);
        (witness.places[a].chunk, witness.places[b].chunk) = (second, first);
    });
    gains_nothing(|witness| {
        let own = places(witness);
        let other = witness.places[own[1]].clone();
        let place = &mut witness.places[own[0]];
        place.units.clone_from(&other.units);
        place.siblings.clone_from(&other.siblings);
        place.digits.clone_from(&other.digits);
    });
}

#[test]
fn units_other_than_the_registered_ones_gain_nothing() {
    gains_nothing(|witness| {
        let first = places(witness)[0];
        let place = &mut witness.places[first];
        let drawn = place.multiplicities.iter().position(|m| *m > 0).unwrap();
        place.units[drawn] += 1;
    });
}

#[test]
fn usage_of_one_of_two_equal_tranches_is_not_moved_to_the_other() {
    let run = twins();
    let (witness, _, statement) = run.build(&TOY);
    let mut moved = witness.clone();
    let place = places(&moved)[0];
    moved.places[place].slot = ChunkOwner::Slot(2);
    let stated = adopted(&moved, &statement);
    assert_ne!(stated.run_commitment, statement.run_commitment);

    // The amounts moved beside the true arrangement, and the other arrangement under the commitment that was signed or bound.
    let mut amounts = statement;
    amounts.usage_commitment = stated.usage_commitment;
    refused(Clause::S7, &witness, &amounts);
    let mut arrangement = statement;
    arrangement.usage_commitment = stated.usage_commitment;
    unconvincing(Clause::S6, &moved, &arrangement);

    // Another arrangement from the start is another log: which of two equal tranches was read is the log's word.
    accepted(&moved, &stated, &run.context);
}
