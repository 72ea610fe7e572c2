//! Round trips, and inputs out of range.

use super::*;
use crate::address::Address;
use crate::context::{PayRule, Remainder};
use crate::felt::{Felt, power_of_two};
use crate::log::LogOrder;
use crate::sample;
use crate::tranche::TrancheId;
use alloc::vec;
use ark_ff::AdditiveGroup;

const CAPACITY: Capacity = Capacity {
    claims: 3,
    payees: 4,
};

fn usage() -> UsageStatement {
    UsageStatement {
        context: 1u64.into(),
        registry_root: 2u64.into(),
        run_commitment: 3u64.into(),
        usage_commitment: 4u64.into(),
        unit: 5u64.into(),
        order: LogOrder::Consumed,
    }
}

fn disclosure() -> DisclosureStatement {
    DisclosureStatement {
        context: 1u64.into(),
        usage_commitment: 4u64.into(),
        unit: 5u64.into(),
        claims: vec![
            Claim {
                code: ClaimCode::ShareOfWhole,
                subject: 7u64.into(),
                lo: 10,
                hi: 20,
            },
            Claim {
                code: ClaimCode::RegisteredShare,
                subject: TrancheId::NONE,
                lo: 0,
                hi: 0,
            },
        ],
        pay: Some(PayList {
            rule: PayRule::Metered,
            remainder: Remainder::Keep,
            total: 30,
            payees: vec![
                Payee {
                    owner: Address::new([1; 20]),
                    amount: 10,
                },
                Payee {
                    owner: Address::new([2; 20]),
                    amount: 20,
                },
            ],
        }),
    }
}

#[test]
fn public_inputs_round_trip() {
    let usage = usage();
    assert_eq!(
        UsageStatement::from_public_inputs(&usage.public_inputs()),
        Ok(usage)
    );
    let disclosure = disclosure();
    let inputs = disclosure.public_inputs(&CAPACITY).unwrap();
    assert_eq!(inputs.len(), 3 + 12 + 3 + 4);
    assert_eq!(
        DisclosureStatement::from_public_inputs(&inputs, &CAPACITY),
        Ok(disclosure)
    );
    let bare = DisclosureStatement {
        claims: vec![],
        pay: None,
        ..super::tests::disclosure()
    };
    let inputs = bare.public_inputs(&CAPACITY).unwrap();
    assert_eq!(
        DisclosureStatement::from_public_inputs(&inputs, &CAPACITY),
        Ok(bare)
    );
}

#[test]
fn usage_inputs_out_of_range_are_refused() {
    let mut inputs = usage().public_inputs();
    inputs[UsageStatement::ORDER] = Felt::from(2u64);
    let out = StatementError::OutOfRange {
        row: 5,
        field: "order",
    };
    assert_eq!(UsageStatement::from_public_inputs(&inputs), Err(out));
    let short = StatementError::Length {
        got: 5,
        expected: 6,
    };
    assert_eq!(UsageStatement::from_public_inputs(&inputs[..5]), Err(short));
}

#[test]
fn disclosure_inputs_out_of_range_are_refused() {
    let base = disclosure().public_inputs(&CAPACITY).unwrap();
    let pay = CAPACITY.pay_row();
    let swapped = base[CAPACITY.payee_row(0)];
    let cases = [
        (3, Felt::from(9u64), "claim code"),
        (4, Felt::ZERO, "subject"),
        (5, power_of_two(32), "lo"),
        (5, Felt::from(21u64), "lo"),
        (6, Felt::from(1_000_001u64), "hi"),
        (8, Felt::from(7u64), "subject of a registered share"),
        (3, Felt::from(3u64), "band of an exclusion"),
        (pay + 1, Felt::from(1u64), "remainder rule of metered pay"),
        (6, power_of_two(32), "hi"),
        // A claim after an unused row.
        (CAPACITY.claim_row(2), Felt::from(9u64), "claim code"),
        (pay, Felt::from(3u64), "pay kind"),
        (pay, Felt::ZERO, "pay list without a pay kind"),
        (pay + 1, Felt::from(2u64), "remainder rule"),
        (pay + 2, power_of_two(128), "total"),
        (CAPACITY.payee_row(0), power_of_two(248), "payee"),
        (CAPACITY.payee_row(0), Felt::ZERO, "payee"),
        (
            CAPACITY.payee_row(1),
            swapped,
            "owners must be strictly ascending",
        ),
        (
            CAPACITY.payee_row(0),
            power_of_two(160),
            "owners must be strictly ascending",
        ),
    ];
    for (row, value, field) in cases {
        let mut inputs = base.clone();
        inputs[row] = value;
        let error = DisclosureStatement::from_public_inputs(&inputs, &CAPACITY).unwrap_err();
        assert!(
            matches!(error, StatementError::OutOfRange { field: f, .. } if f == field),
            "{row} {field} {error}"
        );
    }
    let small = Capacity {
        claims: 1,
        payees: 4,
    };
    let full = StatementError::Capacity {
        what: "claims",
        got: 2,
        capacity: 1,
    };
    assert_eq!(disclosure().public_inputs(&small), Err(full));
}

#[test]
fn contexts_bind_unit_order_and_pay_rule() {
    let context = sample::context(5u64.into());
    let good = UsageStatement {
        context: context.digest(),
        order: context.terms.order,
        ..usage()
    };
    assert_eq!(good.check_context(&context), Ok(()));
    assert_eq!(
        usage().check_context(&context),
        Err(ContextMismatch::Context)
    );
    let unit = UsageStatement {
        unit: 6u64.into(),
        ..good
    };
    assert_eq!(unit.check_context(&context), Err(ContextMismatch::Unit));
    let order = UsageStatement {
        order: LogOrder::Planned,
        ..good
    };
    assert_eq!(order.check_context(&context), Err(ContextMismatch::Order));
    let mut disclosure = DisclosureStatement {
        context: context.digest(),
        ..disclosure()
    };
    assert_eq!(
        disclosure.check_context(&context),
        Err(ContextMismatch::PayRule)
    );
    disclosure.pay = None;
    assert_eq!(disclosure.check_context(&context), Ok(()));
}

#[test]
fn every_field_reaches_the_digest() {
    let base = StatementHeader {
        kind: ProofKind::Usage,
        circuit: CircuitName::new("usage-16").unwrap(),
        circuit_version: 1,
        verifying_key: KeyDigest::from_bytes([1; 32]),
        srs: SrsDigest::from_bytes([2; 32]),
        srs_insecure: false,
    };
    let inputs = usage().public_inputs();
    let mut other = inputs.clone();
    other[3] += Felt::from(1u64);
    let mut digests = vec![
        base.digest(&inputs),
        base.digest(&other),
        base.digest(&inputs[..5]),
    ];
    let variants = [
        StatementHeader {
            kind: ProofKind::Disclosure,
            ..base.clone()
        },
        StatementHeader {
            circuit: CircuitName::new("usage-17").unwrap(),
            ..base.clone()
        },
        StatementHeader {
            circuit_version: 2,
            ..base.clone()
        },
        StatementHeader {
            verifying_key: KeyDigest::from_bytes([3; 32]),
            ..base.clone()
        },
        StatementHeader {
            srs: SrsDigest::from_bytes([3; 32]),
            ..base.clone()
        },
        StatementHeader {
            srs_insecure: true,
            ..base.clone()
        },
    ];
    digests.extend(variants.iter().map(|header| header.digest(&inputs)));
    let count = digests.len();
    digests.sort_unstable();
    digests.dedup();
    assert_eq!(digests.len(), count);
}

#[test]
fn circuit_names_are_plain() {
    assert!(CircuitName::new(&"a".repeat(32)).is_some());
    for bad in ["", "a b", "é", &"a".repeat(33), "a\0"] {
        assert!(CircuitName::new(bad).is_none());
    }
}
