//! One broken claim a test: the violation must name the clause.

use tranche_protocol::address::Address;
use tranche_protocol::claims::{
    ClaimRequest, PAY_SCALE, Precision, check, check_opening, claim, disclose, pay_list,
};
use tranche_protocol::clause::Clause;
use tranche_protocol::context::{Basis, PPM, PayRule, Remainder};
use tranche_protocol::sample::{SampleRun, TOY};
use tranche_protocol::statement::{Claim, ClaimCode, DisclosureStatement, PayList};
use tranche_protocol::usage::{Amounts, UsageEntry, UsageVector};

fn entry(id: u64, owner: u8, rate: u64, units: u64) -> UsageEntry {
    UsageEntry {
        tranche_id: id.into(),
        owner: Address::new([owner; 20]),
        rate,
        amounts: Amounts {
            units,
            draws: units / 10,
        },
    }
}

/// 1,000 registered units by two owners, 500 unregistered.
fn vector() -> UsageVector {
    UsageVector {
        unit: 1u64.into(),
        slots: vec![
            entry(10, 2, 3, 333),
            entry(11, 1, 5, 600),
            entry(12, 2, 7, 67),
        ],
        unregistered: Amounts {
            units: 500,
            draws: 50,
        },
    }
}

fn statement(claims: Vec<Claim>, pay: Option<PayList>) -> DisclosureStatement {
    DisclosureStatement {
        context: 0u64.into(),
        usage_commitment: 0u64.into(),
        unit: 1u64.into(),
        claims,
        pay,
    }
}

fn verdict(code: ClaimCode, subject: u64, lo: u32, hi: u32) -> Option<Clause> {
    let claim = Claim {
        code,
        subject: subject.into(),
        lo,
        hi,
    };
    check(&vector(), &statement(vec![claim], None))
        .err()
        .map(|violation| violation.clause)
}

#[test]
fn d1_exact_shares_round_down() {
    use ClaimCode::{ShareOfRegistered, ShareOfWhole};
    assert_eq!(verdict(ShareOfRegistered, 10, 333_000, 333_000), None);
    assert_eq!(
        verdict(ShareOfRegistered, 10, 333_001, 333_001),
        Some(Clause::D1)
    );
    assert_eq!(verdict(ShareOfWhole, 11, 400_000, 400_000), None);
    // 67 / 1500 = 0.044666…
    assert_eq!(verdict(ShareOfWhole, 12, 44_666, 44_666), None);
    assert_eq!(verdict(ShareOfWhole, 12, 44_667, 44_667), Some(Clause::D1));
    // A tranche that the run did not use has share 0.
    assert_eq!(verdict(ShareOfWhole, 99, 0, 0), None);
}

#[test]
fn d2_bands_are_inclusive_and_well_formed() {
    use ClaimCode::ShareOfRegistered;
    assert_eq!(verdict(ShareOfRegistered, 10, 333_000, 400_000), None);
    assert_eq!(verdict(ShareOfRegistered, 10, 300_000, 333_000), None);
    assert_eq!(
        verdict(ShareOfRegistered, 10, 333_001, 400_000),
        Some(Clause::D2)
    );
    assert_eq!(
        verdict(ShareOfRegistered, 10, 300_000, 332_999),
        Some(Clause::D2)
    );
    assert_eq!(
        verdict(ShareOfRegistered, 10, 400_000, 300_000),
        Some(Clause::D2)
    );
    assert_eq!(
        verdict(ShareOfRegistered, 10, 0, 1_000_001),
        Some(Clause::D2)
    );
    assert_eq!(
        verdict(ShareOfRegistered, 0, 0, 1_000_000),
        Some(Clause::D2)
    );
}

#[test]
fn d3_exclusions_mean_no_draws() {
    assert_eq!(verdict(ClaimCode::Exclusion, 99, 0, 0), None);
    assert_eq!(verdict(ClaimCode::Exclusion, 10, 0, 0), Some(Clause::D3));
    assert_eq!(verdict(ClaimCode::Exclusion, 99, 0, 1), Some(Clause::D3));
    assert_eq!(verdict(ClaimCode::Exclusion, 0, 0, 0), Some(Clause::D3));
}

#[test]
fn d4_pay_shares_are_of_the_registered_part() {
    let pay = |remainder| {
        pay_list(&vector(), PayRule::Shares, remainder)
            .unwrap()
            .unwrap()
    };
    let keep = pay(Remainder::Keep);
    let amounts: Vec<u128> = keep.payees.iter().map(|payee| payee.amount).collect();
    assert_eq!(amounts, [600_000_000, 400_000_000]);
    assert_eq!(keep.payees[0].owner, Address::new([1; 20]));

    let mut thirds = vector();
    thirds.slots = vec![entry(1, 1, 0, 1), entry(2, 2, 0, 1), entry(3, 3, 0, 1)];
    let keep = pay_list(&thirds, PayRule::Shares, Remainder::Keep)
        .unwrap()
        .unwrap();
    assert_eq!(keep.total, 999_999_999);
    let first = pay_list(&thirds, PayRule::Shares, Remainder::FirstPayee)
        .unwrap()
        .unwrap();
    assert_eq!(
        (first.total, first.payees[0].amount),
        (PAY_SCALE, 333_333_334)
    );

    for break_it in 0..5 {
        let mut pay = first.clone();
        match break_it {
            0 => pay.payees[1].amount += 1,
            1 => pay.total -= 1,
            2 => pay.payees.truncate(2),
            3 => pay.payees.swap(0, 1),
            _ => pay.remainder = Remainder::Keep,
        }
        let broken = check(&thirds, &statement(vec![], Some(pay))).unwrap_err();
        assert_eq!(broken.clause, Clause::D4, "{break_it}");
    }
    assert_eq!(check(&thirds, &statement(vec![], Some(first))), Ok(()));
}

#[test]
fn d5_metered_pay_is_units_times_rate() {
    let pay = pay_list(&vector(), PayRule::Metered, Remainder::Keep)
        .unwrap()
        .unwrap();
    let amounts: Vec<u128> = pay.payees.iter().map(|payee| payee.amount).collect();
    assert_eq!(amounts, [3_000, 333 * 3 + 67 * 7]);
    assert_eq!(
        check(&vector(), &statement(vec![], Some(pay.clone()))),
        Ok(())
    );
    let mut more = pay.clone();
    more.payees[0].amount += 1;
    assert_eq!(
        check(&vector(), &statement(vec![], Some(more)))
            .unwrap_err()
            .clause,
        Clause::D5
    );
    let mut less = pay;
    less.total -= 1;
    assert_eq!(
        check(&vector(), &statement(vec![], Some(less)))
            .unwrap_err()
            .clause,
        Clause::D5
    );
    let first = pay_list(&vector(), PayRule::Metered, Remainder::FirstPayee).unwrap_err();
    assert_eq!(first.clause, Clause::D5);
    let mut dear = vector();
    dear.slots[0].rate = u64::MAX;
    dear.slots[0].amounts.units = (1 << 24) + 1;
    assert_eq!(
        pay_list(&dear, PayRule::Metered, Remainder::Keep)
            .unwrap_err()
            .clause,
        Clause::D5
    );
    dear.slots[0].amounts.units = 1 << 24;
    assert!(pay_list(&dear, PayRule::Metered, Remainder::Keep).is_ok());
}

#[test]
fn d6_a_basis_without_units_has_no_shares() {
    let mut bare = vector();
    bare.slots.clear();
    let share = ClaimRequest::Share {
        tranche: 5u64.into(),
        basis: Basis::Registered,
        precision: Precision::Exact,
    };
    assert_eq!(claim(&bare, &share).unwrap_err().clause, Clause::D6);
    assert_eq!(
        pay_list(&bare, PayRule::Shares, Remainder::Keep)
            .unwrap_err()
            .clause,
        Clause::D6
    );
    let band = Claim {
        code: ClaimCode::ShareOfRegistered,
        subject: 5u64.into(),
        lo: 0,
        hi: PPM,
    };
    assert_eq!(
        check(&bare, &statement(vec![band], None))
            .unwrap_err()
            .clause,
        Clause::D6
    );
}

#[test]
fn d7_registered_share_is_of_the_whole_run() {
    assert_eq!(
        verdict(ClaimCode::RegisteredShare, 0, 666_666, 666_666),
        None
    );
    assert_eq!(
        verdict(ClaimCode::RegisteredShare, 0, 600_000, 700_000),
        None
    );
    assert_eq!(
        verdict(ClaimCode::RegisteredShare, 0, 666_667, 1_000_000),
        Some(Clause::D7)
    );
    assert_eq!(
        verdict(ClaimCode::RegisteredShare, 7, 0, 1_000_000),
        Some(Clause::D7)
    );
}

#[test]
fn totals_out_of_bounds_are_refused() {
    let mut heavy = vector();
    heavy.unregistered.units = u64::MAX;
    assert_eq!(
        check(&heavy, &statement(vec![], None)).unwrap_err().clause,
        Clause::S4
    );
    heavy.slots[0].amounts.units = u64::MAX;
    heavy.slots[0].rate = u64::MAX;
    assert_eq!(
        pay_list(&heavy, PayRule::Metered, Remainder::Keep)
            .unwrap_err()
            .clause,
        Clause::S4
    );
    assert_eq!(
        pay_list(&heavy, PayRule::Shares, Remainder::Keep)
            .unwrap_err()
            .clause,
        Clause::S4
    );
}

#[test]
fn disclosures_of_a_run_are_true_and_open_its_commitment() {
    let run = SampleRun::new(&TOY, 100);
    let (_, artefacts, usage) = run.build(&TOY);
    let tranche = artefacts.usage.vector.slots[0].tranche_id;
    let requests = [
        ClaimRequest::Share {
            tranche,
            basis: Basis::Registered,
            precision: Precision::Exact,
        },
        ClaimRequest::Exclusion(run.registry.entries()[0].id),
        ClaimRequest::RegisteredShare(Precision::Band(500_000, 1_000_000)),
    ];
    let make = |requests: &[ClaimRequest]| {
        disclose(
            &TOY,
            usage.context,
            &artefacts.usage,
            requests,
            PayRule::Shares,
            Remainder::Keep,
        )
    };
    let statement = make(&requests).unwrap();
    assert_eq!(statement.usage_commitment, usage.usage_commitment);
    assert_eq!(check_opening(&TOY, &artefacts.usage, &statement), Ok(()));
    assert_eq!(
        make(&[ClaimRequest::Exclusion(tranche)])
            .unwrap_err()
            .clause,
        Clause::D3
    );
    let mut other = artefacts.usage.clone();
    other.unregistered_salt = 1u64.into();
    assert_eq!(
        check_opening(&TOY, &other, &statement).unwrap_err().clause,
        Clause::S7
    );
}
