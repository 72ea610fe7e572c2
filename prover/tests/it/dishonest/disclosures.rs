//! A builder who tells false shares, or pays others than the owners in use.

use tranche_protocol::address::Address;
use tranche_protocol::claims::{ClaimRequest, Precision, disclose};
use tranche_protocol::clause::Clause;
use tranche_protocol::context::{Basis, PayRule, Remainder, RunContext};
use tranche_protocol::sample::TOY;
use tranche_protocol::statement::{
    AMOUNT_BOUND, Claim, ClaimCode, DisclosureStatement, PayList, Payee,
};
use tranche_protocol::usage::UsageOpening;
use tranche_verifier::file::Statement;

use crate::dishonest::fixtures::{disclosed, disclosure, run, undisclosed, untrue};

/// A true disclosure of the sample run under a pay rule.
fn truth(rule: PayRule, remainder: Remainder) -> (UsageOpening, DisclosureStatement, RunContext) {
    let mut run = run();
    run.context.terms.pay_rule = rule;
    run.context.terms.remainder = remainder;
    let (_, artefacts, _) = run.build(&TOY);
    let tranche = run.tranches[0].0.id();
    let share = |basis| ClaimRequest::Share {
        tranche,
        basis,
        precision: Precision::Exact,
    };
    let requests = [
        share(Basis::Registered),
        share(Basis::Whole),
        ClaimRequest::Exclusion(5u64.into()),
        ClaimRequest::RegisteredShare(Precision::Exact),
    ];
    let context = run.context.digest();
    let statement = disclose(&TOY, context, &artefacts.usage, &requests, rule, remainder).unwrap();
    (artefacts.usage, statement, run.context)
}

fn pay(statement: &mut DisclosureStatement) -> &mut PayList {
    statement.pay.as_mut().unwrap()
}

/// One part per million more than the share is.
fn raise(claim: &mut Claim) {
    (claim.lo, claim.hi) = (claim.lo + 1, claim.hi + 1);
}

type Lie = fn(&mut DisclosureStatement);

#[test]
fn false_shares_and_exclusions_gain_nothing() {
    let (opening, honest, context) = truth(PayRule::Shares, Remainder::Keep);
    let file = disclosed(&opening, &honest, &context).unwrap();
    assert_eq!(
        disclosure().verdict(&file),
        Ok(Statement::Disclosure(honest.clone()))
    );
    let lies: [(Clause, Lie); 3] = [
        (Clause::D1, |s| raise(&mut s.claims[0])),
        (Clause::D3, |s| s.claims[2].subject = s.claims[0].subject),
        (Clause::D7, |s| raise(&mut s.claims[3])),
    ];
    for (clause, lie) in lies {
        let mut statement = honest.clone();
        lie(&mut statement);
        undisclosed(clause, &opening, &statement, &context);
    }
    // The share of the registered part, told as one of the whole run.
    let mut statement = honest;
    statement.claims[1] = Claim {
        code: ClaimCode::ShareOfWhole,
        ..statement.claims[0]
    };
    untrue(Clause::D1, &opening, &statement);
}

#[test]
fn a_part_taken_by_rounding_gains_nothing() {
    for remainder in [Remainder::Keep, Remainder::FirstPayee] {
        let (opening, honest, context) = truth(PayRule::Shares, remainder);
        let mut statement = honest;
        // The last payee takes a part that rounding left, or that the first payee has.
        pay(&mut statement).payees[2].amount += 1;
        match remainder {
            Remainder::Keep => pay(&mut statement).total += 1,
            Remainder::FirstPayee => pay(&mut statement).payees[0].amount -= 1,
        }
        undisclosed(Clause::D4, &opening, &statement, &context);
    }
}

#[test]
fn a_stranger_on_the_pay_list_gains_nothing() {
    let (opening, honest, context) = truth(PayRule::Shares, Remainder::Keep);
    let lies: [Lie; 2] = [
        |s| pay(s).payees[2].owner = Address::new([0xff; 20]),
        |s| {
            pay(s).payees.push(Payee {
                owner: Address::new([0xff; 20]),
                amount: 0,
            });
        },
    ];
    for lie in lies {
        let mut statement = honest.clone();
        lie(&mut statement);
        untrue(Clause::D4, &opening, &statement);
    }
    // Beside the owners with nothing, where no amount tells.
    let mut statement = honest;
    lies[1](&mut statement);
    undisclosed(Clause::D4, &opening, &statement, &context);
}

#[test]
fn a_metered_amount_that_is_not_units_times_rate_gains_nothing() {
    let (opening, honest, context) = truth(PayRule::Metered, Remainder::Keep);
    let lies: [Lie; 2] = [
        |s| {
            pay(s).payees[0].amount += 1;
            pay(s).total += 1;
        },
        |s| {
            pay(s).payees[0].amount = AMOUNT_BOUND;
            pay(s).total = pay(s).payees.iter().map(|payee| payee.amount).sum();
        },
    ];
    for lie in lies {
        let mut statement = honest.clone();
        lie(&mut statement);
        undisclosed(Clause::D5, &opening, &statement, &context);
    }
}
