//! The bounds of the specification, section 7, computed from the sizes of the circuits that are published.

use ark_ff::{BigInteger, PrimeField};
use tranche_circuits::disclosure::params as disclosure;
use tranche_circuits::usage::params::SIZES;
use tranche_protocol::Felt;
use tranche_protocol::claims::{check_opening, disclose};
use tranche_protocol::context::{PayRule, Remainder};
use tranche_protocol::sample::TOY;
use tranche_protocol::shape::POSITION_BITS;
use tranche_protocol::statement::AMOUNT_BOUND;
use tranche_protocol::usage::{Amounts, DRAWS_BOUND, UNITS_BOUND, UsageError};
use tranche_prover::ProofError;
use tranche_verifier::file::Statement;

use crate::dishonest::fixtures::{disclosed, disclosure as toy, run};

/// Values of this many bits and one more are below the field's order.
const ROOM: u32 = 253;

#[test]
fn no_value_of_a_published_circuit_wraps_the_field_or_a_limb() {
    let modulus = Felt::MODULUS;
    assert!(modulus.get_bit(ROOM as usize) && modulus.num_bits() == ROOM + 1);
    for size in SIZES {
        let (params, shape) = (size.params, size.params.shape);
        let unit = u128::from(shape.unit_bound() - 1);
        let (draws, positions) = (params.draws() as u128, params.positions() as u128);
        assert!(
            draws < 1 << POSITION_BITS && positions < 1 << POSITION_BITS,
            "{}",
            size.name
        );
        assert!(shape.unit_bits() * shape.units_per_pack as u32 <= ROOM);
        assert!(POSITION_BITS * shape.draws_per_pack as u32 <= ROOM);
        // Every draw of the heaviest record, at the largest scale, in every slot and the bucket at once.
        let raw = draws * unit;
        assert!(raw < 1 << 45 && raw < u128::from(UNITS_BOUND));
        let scaled = (u128::from(UNITS_BOUND) - 1) * unit;
        assert!(scaled < 1 << 72);
        assert!((params.slots as u128 + 1) * scaled < 1 << 79);
        // The places of a key, and an index of a uniform tranche that would wrap into 32 bits from below zero.
        assert!((params.table_chunks as u128) < draws);
        assert!(shape.records_per_chunk() as u128 * (1 << 24) < 1 << 35);
    }
    // units + 2^64·draws is one-to-one, in 64-bit limbs.
    assert!(u128::from(UNITS_BOUND) <= 1 << 64 && u128::from(DRAWS_BOUND) <= 1 << 64);
    for size in disclosure::SIZES {
        let (leaves, units) = (size.params.leaves() as u128, u128::from(UNITS_BOUND));
        let whole = (leaves + 1) * units;
        assert!(whole < 1 << 55);
        // The difference of two products is checked to 96 bits: a negative one is above r − 2^80.
        assert!(u128::from(disclosure::SHARE_SCALE) * whole < 1 << 75);
        assert!((1 << 24) * whole < 1 << 80);
        assert!(u128::from(disclosure::PAY_SCALE) * leaves * units < 1 << 84);
        assert!(leaves * units <= 1 << (118 - 64));
        assert!(size.params.payees as u128 * AMOUNT_BOUND <= 1 << 94);
        assert!(AMOUNT_BOUND.ilog2() + 160 < ROOM);
    }
}

/// The most that a run can count, in one leaf beside others of nothing, and one more.
#[test]
fn the_largest_amounts_are_proven_and_one_more_is_not() {
    let mut run = run();
    run.context.terms.pay_rule = PayRule::Metered;
    let (_, artefacts, _) = run.build(&TOY);
    let context = run.context.digest();
    let mut opening = artefacts.usage;
    for slot in &mut opening.vector.slots {
        slot.amounts = Amounts { units: 1, draws: 1 };
        slot.rate = 0;
    }
    opening.vector.unregistered = Amounts::default();
    let first = &mut opening.vector.slots[0];
    first.amounts.units = UNITS_BOUND - 3;
    first.amounts.draws = DRAWS_BOUND - 3;
    first.rate = 1 << 40;
    let told = disclose(
        &TOY,
        context,
        &opening,
        &[],
        PayRule::Metered,
        Remainder::Keep,
    )
    .unwrap();
    let file = disclosed(&opening, &told, &run.context).unwrap();
    assert_eq!(
        toy().verdict(&file),
        Ok(Statement::Disclosure(told.clone()))
    );

    let more: [fn(&mut Amounts); 2] = [|a| a.units += 1, |a| a.draws += 1];
    for more in more {
        let mut opening = opening.clone();
        more(&mut opening.vector.unregistered);
        assert_eq!(opening.commitment(&TOY), Err(UsageError::TooMuch));
        assert!(check_opening(&TOY, &opening, &told).is_err());
        assert!(matches!(
            disclosed(&opening, &told, &run.context),
            Err(ProofError::Opening(UsageError::TooMuch))
        ));
    }
}
