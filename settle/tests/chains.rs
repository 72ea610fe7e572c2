//! The same steps on the embedded chain and on a real node: the same answers, the same gas, the same refusals.

mod common;

use alloy_primitives::{Address, U256};
use tranche_protocol::Shape;
use tranche_protocol::content::ContentRoot;
use tranche_protocol::manifest::Manifest;
use tranche_protocol::registry::Registry;
use tranche_protocol::tranche::{Contents, TermsDigest, Tranche, TrancheKind};
use tranche_protocol::unit::UnitDefinition;
use tranche_protocol::units::OnesTree;
use tranche_settle::Error;
use tranche_settle::account::Account;
use tranche_settle::artifact::{Artifact, Verifier};
use tranche_settle::chain::{Call, Chain};
use tranche_settle::client::{Client, Step};
use tranche_settle::contracts::TrancheRegistry;
use tranche_settle::deploy::{Plan, add, deploy};
use tranche_settle::embedded::Embedded;
use tranche_settle::registrar::{self, register};
use tranche_testkit::anvil::{anvil, connect};

use common::embedded;

fn account(name: &str) -> Account {
    Account::development(name).unwrap()
}

fn plan() -> Plan {
    Plan {
        owner: None,
        reveal_delay: 2,
        reveal_expiry: 100,
        grace: 1_000,
        activation_delay: 0,
    }
}

/// A uniform tranche whose owner has signed.
fn manifest(seed: u8) -> Manifest {
    let shape = Shape::STANDARD;
    let key = k256::ecdsa::SigningKey::from_slice(&[seed; 32]).unwrap();
    let records = 100 + u32::from(seed);
    let ones = OnesTree::new(&shape, records.into()).unwrap().root();
    let contents = Contents {
        content_root: ContentRoot::from_bytes([seed; 32]),
        units_root: ones,
        kind: TrancheKind::Uniform,
        records,
        scale: 7,
        total_units: u64::from(records) * 7,
        unit: UnitDefinition::Byte.id(),
    };
    let owner = tranche_protocol::address::Address::of_key(key.verifying_key());
    let tranche = Tranche::new(contents, owner, 3, TermsDigest::of_text("free")).unwrap();
    let mut manifest = Manifest::new(
        &shape,
        tranche,
        UnitDefinition::Byte,
        Some("free".to_owned()),
        Vec::new(),
    )
    .unwrap();
    manifest.sign(&key).unwrap();
    manifest
}

/// Deploys, registers, and is refused; gives the steps.
fn story(chain: &mut dyn Chain) -> Vec<Step> {
    let mut client = Client::new(chain, account("deployer"));
    let deployment = deploy(&mut client, &plan(), &[]).unwrap();
    let verifier = Verifier::shipped().unwrap().remove(0);
    let mut deployment = deployment;
    add(
        &mut client,
        &mut deployment,
        std::slice::from_ref(&verifier),
    )
    .unwrap();
    add(
        &mut client,
        &mut deployment,
        std::slice::from_ref(&verifier),
    )
    .unwrap();
    assert_eq!(deployment.verifiers.len(), 1);
    assert!(!client.chain().code(deployment.poseidon).unwrap().is_empty());

    let mut snapshot = Registry::new(&Shape::STANDARD);
    let manifests = [manifest(1), manifest(2), manifest(3)];
    for manifest in &manifests {
        snapshot.append(manifest.tranche()).unwrap();
    }
    let at = deployment.registry;
    let early = register(&mut client, at, &snapshot, &manifests[1..]).unwrap_err();
    assert!(matches!(early, Error::Usage { .. }), "{early}");
    let first = register(&mut client, at, &snapshot, &manifests[..1]).unwrap();
    assert!(!first[0].before);
    let rest = register(&mut client, at, &snapshot, &manifests).unwrap();
    assert_eq!(
        rest.iter().map(|place| place.before).collect::<Vec<_>>(),
        [true, false, false]
    );
    let state = registrar::registry_state(&client, at).unwrap();
    assert_eq!(
        state.root,
        tranche_settle::convert::word(&snapshot.root().felt())
    );

    let mut other = Registry::new(&Shape::STANDARD);
    other.append(manifests[2].tranche()).unwrap();
    let mismatch = register(&mut client, at, &other, &[]).unwrap_err();
    assert!(matches!(mismatch, Error::RootMismatch { .. }), "{mismatch}");

    let refused = client
        .write(
            "reveal what was never committed",
            at,
            &TrancheRegistry::registerCall {
                tranche: registrar::fields(manifests[0].tranche()),
                salt: alloy_primitives::B256::ZERO,
                ownerSignature: alloy_primitives::Bytes::new(),
            },
            U256::ZERO,
        )
        .unwrap_err();
    assert_eq!(
        refused.reverted().unwrap().name,
        "NotCommitted",
        "{refused}"
    );
    client.into_steps()
}

#[test]
fn a_real_node_and_the_embedded_chain_agree_on_gas_and_refusals() {
    let deployer = account("deployer");
    let mut ours = embedded(&[&deployer]);
    let steps = story(&mut ours);
    assert!(
        steps
            .iter()
            .all(|step| step.gas > 21_000 && step.gas <= 1 << 24)
    );
    let node = anvil(31337);
    let mut theirs = connect(&node, &[&deployer]);
    let real = story(&mut theirs);
    assert_eq!(steps.len(), real.len());
    for (ours, theirs) in steps.iter().zip(&real) {
        println!("{:45} {:>9} {:>9}", ours.what, ours.gas, theirs.gas);
        assert_eq!(ours.what, theirs.what);
        assert_eq!(ours.data_bytes, theirs.data_bytes);
        // Salts are random, and a byte that happens to be zero is cheaper.
        let difference = ours.gas.abs_diff(theirs.gas);
        assert!(
            difference < 500,
            "{}: {} and {}",
            ours.what,
            ours.gas,
            theirs.gas
        );
    }
}

#[test]
fn a_string_for_tests_stays_on_development_chains() {
    let node = anvil(424_242);
    let deployer = account("deployer");
    let mut chain = connect(&node, &[&deployer]);
    let verifiers = Verifier::shipped().unwrap();
    let mut client = Client::new(&mut chain, deployer.clone());
    let refused = deploy(&mut client, &plan(), &verifiers).unwrap_err();
    assert!(
        matches!(
            refused,
            Error::InsecureVerifier {
                chain_id: 424_242,
                ..
            }
        ),
        "{refused}"
    );
    assert!(client.steps().is_empty());
    // The contract refuses too, whoever deploys it.
    let refused = client
        .create("a verifier", verifiers[0].artifact.code.clone())
        .unwrap_err();
    assert_eq!(refused.reverted().unwrap().name, "InsecureSrs", "{refused}");
    let deployment = deploy(&mut client, &plan(), &[]).unwrap();
    assert_eq!(deployment.chain_id, 424_242);
    let still = chain.advance(60).unwrap_err();
    assert!(
        matches!(still, Error::NoClock { chain_id: 424_242 }),
        "{still}"
    );
}

#[test]
fn the_state_file_continues_the_chain() {
    let deployer = account("deployer");
    let mut chain = embedded(&[&deployer]);
    let steps = story(&mut chain);
    let text = chain.to_json().unwrap();
    let again = Embedded::from_json(&text).unwrap();
    assert_eq!(again.to_json().unwrap(), text);
    assert_eq!(again.head().unwrap(), chain.head().unwrap());
    let registry = steps[0].created.unwrap();
    assert_eq!(again.code(registry).unwrap(), chain.code(registry).unwrap());
    let mut again = again;
    let client = Client::new(&mut again, deployer);
    assert_eq!(
        registrar::registry_state(&client, registry)
            .unwrap()
            .registrations,
        3
    );
    for damaged in [
        "",
        "{}",
        &text.replace("31337", "1"),
        &text.replace("\"version\":1", "\"version\":9"),
    ] {
        assert!(matches!(Embedded::from_json(damaged), Err(Error::State(_))));
    }
}

#[test]
fn the_poor_are_told_before_anything_is_sent() {
    let poor = account("poor");
    let mut chain = Embedded::new(0);
    assert!(chain.is_fresh(poor.address()));
    let call = Call {
        to: Some(Address::repeat_byte(1)),
        value: U256::from(1u8),
        data: Default::default(),
    };
    let refused = chain.send(&poor, &call).unwrap_err();
    assert!(
        matches!(refused, Error::InsufficientFunds { .. }),
        "{refused}"
    );
    assert_eq!(chain.head().unwrap().number, 0);
    chain.grant(poor.address(), tranche_testkit::anvil::riches());
    let receipt = chain.send(&poor, &call).unwrap();
    assert_eq!(receipt.gas_used, 21_000);
    assert_eq!(
        chain.balance(Address::repeat_byte(1)).unwrap(),
        U256::from(1u8)
    );
    let node = anvil(31337);
    let mut node = connect(&node, &[]);
    let refused = node.send(&poor, &call).unwrap_err();
    assert!(
        matches!(refused, Error::InsufficientFunds { .. }),
        "{refused}"
    );
}

#[test]
fn code_above_the_limit_and_call_data_below_the_floor_cost_as_on_the_main_network() {
    let rich = account("rich");
    let mut chain = embedded(&[&rich]);
    // PUSH2 24577, PUSH0, RETURN: one byte more of code than EIP-170 allows.
    let creation = Call {
        to: None,
        value: U256::ZERO,
        data: alloy_primitives::hex!("6160015ff3").into(),
    };
    let refused = chain.send(&rich, &creation).unwrap_err();
    assert!(matches!(refused, Error::Halted { .. }), "{refused}");
    // EIP-7623: 40 gas for each byte that is not zero where nothing is executed.
    let call = Call {
        to: Some(Address::repeat_byte(1)),
        value: U256::ZERO,
        data: vec![1; 1_000].into(),
    };
    assert_eq!(chain.send(&rich, &call).unwrap().gas_used, 21_000 + 40_000);
    assert!(Artifact::shipped("nothing").is_err());
}
