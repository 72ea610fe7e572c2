//! Money in and out of an escrow without proofs: a token as deposit and bond, what is refused, what comes back.
//! `fixtures/Token.json` is `fixtures/Token.sol` compiled with the settings of `scripts/solc/settings.json`.

mod common;

use alloy_primitives::{Address, B256, U256};
use tranche_protocol::context::{Basis, PayRule, Remainder, RunTerms};
use tranche_protocol::log::LogOrder;
use tranche_protocol::trace::ModelDigest;
use tranche_settle::Error;
use tranche_settle::account::Account;
use tranche_settle::amount::WrittenAmount;
use tranche_settle::artifact::Artifact;
use tranche_settle::client::Client;
use tranche_settle::contracts::RewardEscrow;
use tranche_settle::convert;
use tranche_settle::deploy::{Plan, deploy};
use tranche_settle::deployment::Deployment;
use tranche_settle::escrow::{self, Claim, Opening, RunRef};
use tranche_settle::status::{balance, status};

use common::embedded;

const DAY: u64 = 86_400;

fn plan() -> Plan {
    Plan {
        owner: None,
        reveal_delay: 1,
        reveal_expiry: 100,
        grace: 7 * DAY,
        activation_delay: 0,
    }
}

fn terms(builder: Address) -> RunTerms {
    let nobody = tranche_protocol::address::Address::ZERO;
    RunTerms {
        pay_rule: PayRule::Metered,
        basis: Basis::Registered,
        remainder: Remainder::Keep,
        unit: 9u64.into(),
        min_registered_ppm: 0,
        min_evidence: 0,
        order: LogOrder::Consumed,
        registry_cutoff: 0,
        arbiter: nobody,
        model_digest: ModelDigest::from_bytes([7; 32]),
        builder: convert::account(builder),
        evidence_key: nobody,
    }
}

fn opening(client: &Client<'_>, token: Address) -> Opening {
    Opening {
        token,
        deposit: 600,
        deadline: client.chain().head().unwrap().timestamp + DAY,
        challenge_window: 3_600,
        claim_period: 40 * DAY,
        bond: 50,
        terms: terms(client.address()),
    }
}

fn opened(client: &mut Client<'_>, deployment: &Deployment, opening: &Opening) -> RunRef {
    let context = escrow::open(client, deployment.escrow, opening).unwrap();
    assert_eq!(context.terms, opening.terms);
    RunRef::of_context(&context, deployment).unwrap()
}

#[test]
fn a_token_is_approved_taken_topped_up_and_given_back() {
    let builder = Account::development("builder").unwrap();
    let mut chain = embedded(&[&builder]);
    let mut client = Client::new(&mut chain, builder.clone());
    let deployment = deploy(&mut client, &plan(), &[]).unwrap();
    let file = include_str!("fixtures/Token.json");
    let code = Artifact::parse("Token", file).unwrap().code;
    let token = client.create("a token", code).unwrap();
    let has = |client: &Client<'_>| balance(client, token, client.address()).unwrap();
    assert_eq!(has(&client), U256::from(1_000_000));

    let spec = opening(&client, token);
    let run = opened(&mut client, &deployment, &spec);
    assert_eq!(has(&client), U256::from(999_400));
    escrow::bind(&mut client, run, &spec.terms, &5u64.into()).unwrap();
    assert_eq!(has(&client), U256::from(999_350));
    escrow::top_up(&mut client, run, 100).unwrap();
    let held = status(&client, run).unwrap();
    assert_eq!(
        (held.received, held.bond_held, held.state),
        (700, 50, "bound")
    );
    assert_eq!(held.pay_rule, "metered");
    let what: Vec<&str> = client
        .steps()
        .iter()
        .map(|step| step.what.as_str())
        .collect();
    let approvals = what
        .iter()
        .filter(|what| what.starts_with("approve"))
        .count();
    assert_eq!(approvals, 3, "{what:?}");

    let early = escrow::refund(&mut client, run).unwrap_err();
    assert_eq!(early.reverted().unwrap().name, "TooEarly", "{early}");
    let nobody = Claim::Owners(vec![client.address()]);
    let nothing = escrow::claim(&mut client, run, &nobody).unwrap_err();
    assert!(nothing.reverted().is_some(), "{nothing}");
    client.chain_mut().advance(held.refundable_after).unwrap();
    escrow::refund(&mut client, run).unwrap();
    assert_eq!(has(&client), U256::from(1_000_000));
    assert_eq!(status(&client, run).unwrap().state, "closed");
}

#[test]
fn an_amount_must_be_written_for_what_the_run_pays_in() {
    let builder = Account::development("builder").unwrap();
    let mut chain = embedded(&[&builder]);
    let mut client = Client::new(&mut chain, builder);
    let file = include_str!("fixtures/Token.json");
    let code = Artifact::parse("Token", file).unwrap().code;
    let token = client.create("a token", code).unwrap();
    let parts = |text: &str, decimals: Option<&str>, token| {
        let amount: WrittenAmount = text.parse().unwrap();
        let decimals = decimals.map(|digits| digits.parse().unwrap());
        let sum = amount.sum(decimals).unwrap();
        sum.of_token(&client, token)
            .map_err(|error| error.to_string())
    };
    let native = Address::ZERO;
    assert_eq!(parts("7", None, token), Ok(7));
    assert_eq!(parts("7gwei", None, native), Ok(7_000_000_000));
    for paid_in in [token, native] {
        assert_eq!(
            parts("0.5", Some("18"), paid_in),
            Ok(500_000_000_000_000_000)
        );
        let other = parts("0.5", Some("6"), paid_in).unwrap_err();
        assert!(other.contains("give --decimals 18"), "{other}");
    }
    let coin = parts("1coin", None, token).unwrap_err();
    assert!(coin.contains("in the token's smallest parts"), "{coin}");
}

#[test]
fn what_cannot_be_is_refused_with_its_name() {
    let builder = Account::development("builder").unwrap();
    let other = Account::development("other").unwrap();
    let mut chain = embedded(&[&builder, &other]);
    let mut client = Client::new(&mut chain, builder.clone());
    let deployment = deploy(&mut client, &plan(), &[]).unwrap();
    let at = deployment.escrow;
    let spec = opening(&client, Address::ZERO);
    let name = |error: Error| {
        error
            .reverted()
            .unwrap_or_else(|| panic!("{error}"))
            .name
            .clone()
    };

    let mut wrong = spec.clone();
    wrong.terms.builder = tranche_protocol::address::Address::ZERO;
    assert_eq!(
        name(escrow::open(&mut client, at, &wrong).unwrap_err()),
        "TermsOutOfRange"
    );
    let mut wrong = spec.clone();
    wrong.claim_period = 1;
    assert_eq!(
        name(escrow::open(&mut client, at, &wrong).unwrap_err()),
        "TimesOutOfRange"
    );
    let mut wrong = spec.clone();
    wrong.token = Address::repeat_byte(9);
    assert!(escrow::open(&mut client, at, &wrong).is_err());

    let run = opened(&mut client, &deployment, &spec);
    let mut changed = spec.terms;
    changed.min_evidence = 1;
    let error = escrow::bind(&mut client, run, &changed, &5u64.into()).unwrap_err();
    assert!(matches!(error, Error::Usage { .. }), "{error}");
    let nowhere = RunRef {
        id: B256::ZERO,
        ..run
    };
    assert!(matches!(
        status(&client, nowhere),
        Err(Error::UnknownRun { .. })
    ));
    assert!(matches!(
        escrow::top_up(&mut client, nowhere, 1),
        Err(Error::UnknownRun { .. })
    ));
    let error = escrow::void(&mut client, run).unwrap_err();
    assert!(error.reverted().is_some(), "{error}");

    // The signature is the owner's, the transaction is not.
    let to = Address::repeat_byte(3);
    let now = client.chain().head().unwrap().timestamp;
    escrow::redirect_for(&mut client, at, &other, to, now + 60).unwrap();
    let call = RewardEscrow::payoutAddressCall {
        owner: other.address(),
    };
    assert_eq!(client.read(at, &call).unwrap(), to);
    let late = escrow::redirect_for(&mut client, at, &other, to, now).unwrap_err();
    assert_eq!(name(late), "SignatureExpired");
    let mut client = Client::new(client.chain_mut(), other.clone());
    let error = escrow::bind(&mut client, run, &spec.terms, &5u64.into()).unwrap_err();
    assert_eq!(name(error), "NotAllowed");
    escrow::redirect(&mut client, at, Address::ZERO).unwrap();
    assert_eq!(client.read(at, &call).unwrap(), other.address());
}
