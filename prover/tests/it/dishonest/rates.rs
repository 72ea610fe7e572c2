//! A contributor who registers a record at the highest rate, and a builder who draws it once.

use tranche_protocol::address::Address;
use tranche_protocol::claims::{disclose, pay_list};
use tranche_protocol::clause::Clause;
use tranche_protocol::context::{PayRule, Remainder};
use tranche_protocol::registry::Registry;
use tranche_protocol::sample::{SampleRun, TOY, uniform, weighted};
use tranche_protocol::tranche::Tranche;
use tranche_protocol::usage_relation::Draw;
use tranche_verifier::file::Statement;

use crate::dishonest::fixtures::{disclosed, disclosure, run};

const ACCOMPLICE: Address = Address::new([0x77; 20]);

/// The sample, whose last tranche is the accomplice's: one record of these units at this rate, drawn once.
fn colluding(units: u32, rate: u64) -> SampleRun {
    let mut run = run();
    let contents = *weighted(&TOY, &[units], 7).contents();
    let terms = run.tranches[0].0.terms();
    let dear = Tranche::new(contents, ACCOMPLICE, rate, terms).unwrap();
    run.tranches[2] = (dear, vec![units]);
    run.registry = Registry::new(&TOY);
    for tranche in [
        &uniform(&TOY, 5, 1, 9),
        &run.tranches[0].0,
        &run.tranches[1].0,
        &uniform(&TOY, 6, 1, 8),
        &run.tranches[2].0,
    ] {
        run.registry.append(tranche).unwrap();
    }
    run.draws.retain(|draw| draw.source != 2);
    run.draws.push(Draw {
        source: 2,
        record: 0,
    });
    run
}

/// Nothing in a proof says that a rate is fair: the deposit is the limit (`contracts/test/EscrowDishonest.t.sol`), and a builder that
/// the payer chose chooses what it draws.
#[test]
fn a_record_at_the_highest_rate_is_paid_at_it() {
    let mut run = colluding(1, u64::MAX);
    run.context.terms.pay_rule = PayRule::Metered;
    let (_, artefacts, _) = run.build(&TOY);
    let context = run.context.digest();
    let opening = &artefacts.usage;
    let told = disclose(
        &TOY,
        context,
        opening,
        &[],
        PayRule::Metered,
        Remainder::Keep,
    )
    .unwrap();
    let file = disclosed(opening, &told, &run.context).unwrap();
    assert_eq!(
        disclosure().verdict(&file),
        Ok(Statement::Disclosure(told.clone()))
    );
    let pay = told.pay.unwrap();
    let dear = pay
        .payees
        .iter()
        .find(|payee| payee.owner == ACCOMPLICE)
        .unwrap();
    assert_eq!(dear.amount, u128::from(u64::MAX));
    // Others get what they get without it.
    let rest = pay.total - dear.amount;
    let mut without = run.clone();
    without.draws.pop();
    let (_, artefacts, _) = without.build(&TOY);
    let pay = pay_list(&artefacts.usage.vector, PayRule::Metered, Remainder::Keep);
    assert_eq!(pay.unwrap().unwrap().total, rest);
}

/// Under shares a rate is without effect, and units are what a record weighs.
#[test]
fn under_shares_a_rate_takes_nothing_and_overstated_units_take_a_part() {
    let part = |units, rate| {
        let (_, artefacts, _) = colluding(units, rate).build(&TOY);
        let pay = pay_list(&artefacts.usage.vector, PayRule::Shares, Remainder::Keep);
        let payees = pay.unwrap().unwrap().payees;
        payees
            .iter()
            .find(|payee| payee.owner == ACCOMPLICE)
            .unwrap()
            .amount
    };
    assert_eq!(part(1, 0), part(1, u64::MAX));
    let most = TOY.unit_bound() - 1;
    assert!(part(most, 0) > 200 * part(1, 0));
}

/// An amount that no payment can hold leaves the run without a pay list: the builder harms itself.
#[test]
fn amounts_past_the_bound_have_no_pay_list() {
    let (_, artefacts, _) = colluding(1, u64::MAX).build(&TOY);
    let mut vector = artefacts.usage.vector.clone();
    let dear = vector
        .slots
        .iter_mut()
        .find(|slot| slot.owner == ACCOMPLICE)
        .unwrap();
    dear.amounts.units = 1 << 24;
    assert!(pay_list(&vector, PayRule::Metered, Remainder::Keep).is_ok());
    let dear = vector
        .slots
        .iter_mut()
        .find(|slot| slot.owner == ACCOMPLICE)
        .unwrap();
    dear.amounts.units += 1;
    let violation = pay_list(&vector, PayRule::Metered, Remainder::Keep).unwrap_err();
    assert_eq!(violation.clause, Clause::D5);
}
