//! A builder who divides a tranche, invents a slot, or leaves a gap.

use halo2curves::bn256::Fr;
use halo2curves::ff::Field;
use tranche_circuits::labels::ACTIVE_TABLE_CHUNKS_COME_FIRST;
use tranche_protocol::claims::pay_list;
use tranche_protocol::clause::Clause;
use tranche_protocol::context::{PayRule, Remainder};
use tranche_protocol::hash::binary_tree::BinaryTree;
use tranche_protocol::registry::RegistryRoot;
use tranche_protocol::sample::{TOY, uniform};
use tranche_protocol::usage::{Amounts, UsageEntry};
use tranche_protocol::usage_relation::{ChunkOwner, UsageWitness};

use crate::dishonest::fixtures::{
    accepted, adopted, forged_usage, refused, rejected, run, unconvincing, usage,
};
use crate::dishonest::liar::{Liar, active_bits, carry};

/// Gives a place of the first slot's tranche to a new last slot.
fn divide(witness: &mut UsageWitness) {
    let last = witness.slots.len();
    witness.slots.push(witness.slots[0].clone());
    let mut places = witness.places.iter_mut();
    places
        .find(|place| place.slot == ChunkOwner::Slot(0))
        .unwrap()
        .slot = ChunkOwner::Slot(last);
}

#[test]
fn a_registration_in_two_slots_gains_nothing() {
    let run = run();
    let (mut witness, _, statement) = run.build(&TOY);
    divide(&mut witness);
    let stated = adopted(&witness, &statement);
    refused(Clause::S3, &witness, &stated);

    // Beside its own slot, so that indices repeat instead of falling.
    witness.slots.swap(1, 3);
    for place in &mut witness.places {
        place.slot = match place.slot {
            ChunkOwner::Slot(1) => ChunkOwner::Slot(3),
            ChunkOwner::Slot(3) => ChunkOwner::Slot(1),
            other => other,
        };
    }
    witness.slots.swap(2, 3);
    for place in &mut witness.places {
        place.slot = match place.slot {
            ChunkOwner::Slot(2) => ChunkOwner::Slot(3),
            ChunkOwner::Slot(3) => ChunkOwner::Slot(2),
            other => other,
        };
    }
    let indices: Vec<u32> = witness
        .slots
        .iter()
        .map(|slot| slot.registry_index)
        .collect();
    assert_eq!(indices, [1, 1, 2, 4]);
    let stated = adopted(&witness, &statement);
    unconvincing(Clause::S3, &witness, &stated);
}

#[test]
fn a_list_that_holds_an_id_twice_divides_leaves_and_moves_no_money() {
    let run = run();
    let (mut witness, honest, statement) = run.build(&TOY);
    let mut ids: Vec<_> = run
        .registry
        .entries()
        .iter()
        .map(|entry| entry.id.felt())
        .collect();
    ids.push(run.tranches[0].0.id().felt());
    let list = BinaryTree::new(TOY.registry_depth, ids).unwrap();
    divide(&mut witness);
    for (slot, index) in witness.slots.iter_mut().zip([1, 2, 4, 5]) {
        slot.registry_index = index;
        slot.registry_path = list.path(index as usize);
    }
    let mut stated = adopted(&witness, &statement);
    stated.registry_root = RegistryRoot::from_felt(list.root());
    accepted(&witness, &stated, &run.context);

    let (divided, whole) = (witness.usage_vector().unwrap(), &honest.usage.vector);
    let id = run.tranches[0].0.id();
    assert_eq!(divided.of_tranche(&id), whole.of_tranche(&id));
    for (rule, remainder) in [
        (PayRule::Shares, Remainder::Keep),
        (PayRule::Shares, Remainder::FirstPayee),
        (PayRule::Metered, Remainder::Keep),
    ] {
        let pay = |vector| pay_list(vector, rule, remainder).unwrap();
        assert_eq!(pay(&divided), pay(whole));
    }
}

#[test]
fn a_slot_of_nothing_drawn_that_counts_gains_nothing() {
    let run = run();
    let (witness, artefacts, statement) = run.build(&TOY);
    let idle = uniform(&TOY, 6, 1, 8);
    let mut opening = artefacts.usage;
    opening.vector.slots.push(UsageEntry {
        tranche_id: idle.id(),
        owner: idle.owner(),
        rate: idle.rate(),
        amounts: Amounts { units: 1, draws: 1 },
    });
    let mut stated = statement;
    stated.usage_commitment = opening.commitment(&TOY).unwrap();
    unconvincing(Clause::S7, &witness, &stated);
}

#[test]
fn a_gap_among_active_places_gains_nothing() {
    let run = run();
    let (witness, _, statement) = run.build(&TOY);
    let liar = Liar {
        lie: |assignment| {
            let active = active_bits(assignment);
            assert_eq!(
                assignment.value(active[4]),
                Fr::ONE,
                "a place after the gap"
            );
            carry(assignment, active[3], Fr::ZERO);
        },
        ..Liar::plain(&witness, &statement)
    };
    let broken = liar.breaks();
    assert!(
        broken
            .iter()
            .any(|label| label == ACTIVE_TABLE_CHUNKS_COME_FIRST.text()),
        "{broken:?}"
    );
    let file = forged_usage(liar, &statement, &run.context);
    assert_eq!(usage().verdict(&file), rejected());
}

#[test]
fn a_program_of_ones_own_that_does_not_lie_is_accepted() {
    let run = run();
    let (witness, _, statement) = run.build(&TOY);
    let liar = Liar::plain(&witness, &statement);
    let file = forged_usage(liar, &statement, &run.context);
    assert!(usage().verdict(&file).is_ok());
}
