//! Who could gain by rounding: pay lists of many made-up runs, counted again in exact arithmetic.

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::test_runner::{TestCaseError, TestRunner};
use tranche_protocol::address::Address;
use tranche_protocol::claims::{PAY_SCALE, check, pay_list, share_ppm};
use tranche_protocol::clause::Clause;
use tranche_protocol::context::{PayRule, Remainder};
use tranche_protocol::statement::{DisclosureStatement, PayList};
use tranche_protocol::usage::{Amounts, UNITS_BOUND, UsageEntry, UsageVector};

/// Slots as (owner, rate, units): up to 64, a few owners or many, tiny totals or the largest.
fn slots() -> impl Strategy<Value = Vec<(u8, u64, u64)>> {
    let owners = prop_oneof![1u8..3, 1u8..=255];
    let rates = prop_oneof![Just(0), 1..1_000u64, Just(1 << 34)];
    let units = prop_oneof![
        1..3u64,
        1..1_000_000u64,
        Just(UNITS_BOUND / 65),
        1..UNITS_BOUND / 65
    ];
    prop::collection::vec((owners, rates, units), 1..=64)
}

fn vector(slots: &[(u8, u64, u64)]) -> UsageVector {
    let entry = |(id, (owner, rate, units)): (u64, &(u8, u64, u64))| UsageEntry {
        tranche_id: (1_000 + id).into(),
        owner: Address::new([*owner; 20]),
        rate: *rate,
        amounts: Amounts {
            units: *units,
            draws: 1,
        },
    };
    UsageVector {
        unit: 1u64.into(),
        slots: (0..).zip(slots).map(entry).collect(),
        unregistered: Amounts { units: 7, draws: 7 },
    }
}

/// Sums over each owner's slots.
fn by_owner(vector: &UsageVector, weight: fn(&UsageEntry) -> u128) -> BTreeMap<Address, u128> {
    let mut sums = BTreeMap::new();
    for slot in &vector.slots {
        *sums.entry(slot.owner).or_default() += weight(slot);
    }
    sums
}

fn units(slot: &UsageEntry) -> u128 {
    u128::from(slot.amounts.units)
}

fn paid(vector: &UsageVector, rule: PayRule, remainder: Remainder) -> PayList {
    pay_list(vector, rule, remainder).unwrap().unwrap()
}

fn verdict(vector: &UsageVector, pay: PayList) -> Result<(), Clause> {
    let statement = DisclosureStatement {
        context: 0u64.into(),
        usage_commitment: 0u64.into(),
        unit: vector.unit,
        claims: Vec::new(),
        pay: Some(pay),
    };
    check(vector, &statement).map_err(|violation| violation.clause)
}

/// The same cases each time.
fn for_many<S: Strategy>(strategy: S, test: impl Fn(S::Value) -> Result<(), TestCaseError>) {
    TestRunner::deterministic().run(&strategy, test).unwrap();
}

#[test]
fn kept_shares_are_exact_shares_rounded_down() {
    for_many(slots(), |slots| {
        let vector = vector(&slots);
        let registered = vector.registered_units();
        let exact = by_owner(&vector, units);
        let pay = paid(&vector, PayRule::Shares, Remainder::Keep);
        prop_assert_eq!(pay.payees.len(), exact.len());
        for (payee, (owner, units)) in pay.payees.iter().zip(&exact) {
            prop_assert_eq!(&payee.owner, owner);
            let (got, due) = (payee.amount * registered, PAY_SCALE * units);
            prop_assert!(got <= due && due - got < registered);
        }
        prop_assert!(PAY_SCALE - pay.total < pay.payees.len() as u128);
        Ok(())
    });
}

#[test]
fn the_first_payee_gains_what_the_others_lose_and_less_than_a_part_each() {
    for_many(slots(), |slots| {
        let vector = vector(&slots);
        let kept = paid(&vector, PayRule::Shares, Remainder::Keep);
        let whole = paid(&vector, PayRule::Shares, Remainder::FirstPayee);
        prop_assert_eq!(whole.total, PAY_SCALE);
        prop_assert_eq!(&whole.payees[1..], &kept.payees[1..]);
        let gain = whole.payees[0].amount - kept.payees[0].amount;
        prop_assert_eq!(gain, PAY_SCALE - kept.total);
        prop_assert!(gain < kept.payees.len() as u128 && gain < 64);
        Ok(())
    });
}

#[test]
fn an_owner_of_many_addresses_gains_nothing_by_dividing() {
    for_many((slots(), 1u8..=254), |(slots, alias)| {
        let whole = vector(&slots);
        let owner = slots[0].0;
        // The first tranche under an address that nobody else has.
        prop_assume!(slots.iter().all(|(other, ..)| *other != alias));
        let mut divided = slots.clone();
        divided[0].0 = alias;
        let divided = vector(&divided);
        let of = |pay: &PayList, owner: u8| -> u128 {
            let mine = |payee: &&_| {
                let payee: &tranche_protocol::statement::Payee = payee;
                payee.owner == Address::new([owner; 20])
            };
            pay.payees.iter().find(mine).map_or(0, |payee| payee.amount)
        };
        for rule in [PayRule::Shares, PayRule::Metered] {
            let [before, after] = [&whole, &divided].map(|v| paid(v, rule, Remainder::Keep));
            let together = of(&after, owner) + of(&after, alias);
            let alone = of(&before, owner);
            match rule {
                PayRule::Metered => prop_assert_eq!(together, alone),
                _ => prop_assert!(together <= alone && alone - together <= 1),
            }
        }
        let [before, after] =
            [&whole, &divided].map(|v| paid(v, PayRule::Shares, Remainder::FirstPayee));
        let together = of(&after, owner) + of(&after, alias);
        prop_assert!(together < of(&before, owner) + 64);
        Ok(())
    });
}

#[test]
fn a_part_moved_between_any_two_payees_or_out_of_the_remainder_is_refused() {
    for_many(
        (
            slots(),
            any::<prop::sample::Index>(),
            any::<prop::sample::Index>(),
        ),
        |(slots, from, to)| {
            let vector = vector(&slots);
            let rules = [
                (PayRule::Shares, Remainder::Keep, Clause::D4),
                (PayRule::Shares, Remainder::FirstPayee, Clause::D4),
                (PayRule::Metered, Remainder::Keep, Clause::D5),
            ];
            for (rule, remainder, clause) in rules {
                let honest = paid(&vector, rule, remainder);
                prop_assert_eq!(verdict(&vector, honest.clone()), Ok(()));
                let (from, to) = (
                    from.index(honest.payees.len()),
                    to.index(honest.payees.len()),
                );
                let mut moved = honest.clone();
                if from != to && moved.payees[from].amount > 0 {
                    moved.payees[from].amount -= 1;
                    moved.payees[to].amount += 1;
                    prop_assert_eq!(verdict(&vector, moved), Err(clause));
                }
                let mut taken = honest.clone();
                taken.payees[to].amount += 1;
                taken.total += 1;
                prop_assert_eq!(verdict(&vector, taken), Err(clause));
                let mut total = honest;
                total.total += 1;
                prop_assert_eq!(verdict(&vector, total), Err(clause));
            }
            Ok(())
        },
    );
}

#[test]
fn metered_amounts_are_exact() {
    for_many(slots(), |slots| {
        let vector = vector(&slots);
        let exact = by_owner(&vector, |slot| units(slot) * u128::from(slot.rate));
        let pay = paid(&vector, PayRule::Metered, Remainder::Keep);
        let amounts: BTreeMap<_, _> = pay.payees.iter().map(|p| (p.owner, p.amount)).collect();
        prop_assert_eq!(amounts, exact);
        Ok(())
    });
}

#[test]
fn shares_of_a_whole_never_add_up_to_more() {
    for_many(slots(), |slots| {
        let vector = vector(&slots);
        let shares = |basis: u128| -> u32 {
            let share = |slot| share_ppm(units(slot), basis).unwrap();
            vector.slots.iter().map(share).sum()
        };
        let registered = shares(vector.registered_units());
        prop_assert!(registered <= 1_000_000 && 1_000_000 - registered < 64);
        prop_assert!(shares(vector.total_units()) <= registered);
        Ok(())
    });
}
