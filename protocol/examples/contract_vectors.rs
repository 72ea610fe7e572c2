//! Prints the vectors that the contracts' tests compare with: `contracts/test/vectors/protocol.json`.
//!
//! Ids, registry roots, owners' signatures, terms, contexts, evidence and public inputs, all as this crate computes them.

use k256::ecdsa::SigningKey;
use serde_json::{Value, json};
use tranche_protocol::address::Address;
use tranche_protocol::content::ContentRoot;
use tranche_protocol::context::{Basis, PayRule, Remainder, RunContext, RunId, RunTerms};
use tranche_protocol::evidence::{Evidence, EvidenceLevel};
use tranche_protocol::felt::to_hex;
use tranche_protocol::log::LogOrder;
use tranche_protocol::manifest::digest;
use tranche_protocol::registry::{Registry, RegistryRoot};
use tranche_protocol::run::RunCommitment;
use tranche_protocol::signature::Signature;
use tranche_protocol::statement::{
    Capacity, Claim, ClaimCode, DisclosureStatement, PayList, Payee, UsageStatement,
};
use tranche_protocol::trace::ModelDigest;
use tranche_protocol::tranche::{Contents, TermsDigest, Tranche, TrancheId, TrancheKind};
use tranche_protocol::unit::UnitDefinition;
use tranche_protocol::units::UnitsRoot;
use tranche_protocol::usage::UsageCommitment;
use tranche_protocol::{Felt, Shape};

const CHAIN_ID: u64 = 31_337;

fn hex(bytes: &[u8]) -> String {
    format!("0x{}", ::hex::encode(bytes))
}

fn key(number: u8) -> SigningKey {
    SigningKey::from_slice(&[number; 32]).expect("a key")
}

fn address(number: u8) -> Address {
    Address::of_key(key(number).verifying_key())
}

fn felt(number: u64) -> Felt {
    -Felt::from(number)
}

/// Every third content root stands twice; kinds, sizes and rates go from smallest to largest.
fn tranche(i: u8) -> Tranche {
    let kind = if i.is_multiple_of(2) {
        TrancheKind::Uniform
    } else {
        TrancheKind::Weighted
    };
    let records = if i == 9 {
        75_431_250
    } else {
        u32::from(i) * 1_000 + 1
    };
    let scale = match (kind, i) {
        (TrancheKind::Weighted, _) => 1,
        (TrancheKind::Uniform, 8) => (1 << 24) - 1,
        (TrancheKind::Uniform, _) => u32::from(i) + 1,
    };
    let total_units = match kind {
        TrancheKind::Uniform => u64::from(records) * u64::from(scale),
        TrancheKind::Weighted => u64::from(records) * ((1 << 24) - 1),
    };
    let contents = Contents {
        content_root: ContentRoot::from_bytes([if i % 3 == 2 { i - 1 } else { i } | 0xa0; 32]),
        units_root: UnitsRoot::from_felt(felt(u64::from(i) + 1)),
        kind,
        records,
        scale,
        total_units,
        unit: UnitDefinition::Byte.id(),
    };
    let rate = if i == 7 { u64::MAX } else { u64::from(i) };
    let terms = TermsDigest::from_felt(felt(u64::from(i) + 99));
    Tranche::new(contents, address(i + 1), rate, terms).expect("fields fit")
}

fn registry() -> Value {
    let mut registry = Registry::new(&Shape::STANDARD);
    let empty = registry.root();
    let entries: Vec<Value> = (0..10)
        .map(|i| {
            let tranche = tranche(i);
            let entry = registry.append(&tranche).expect("room");
            let contents = tranche.contents();
            let signed = digest(&tranche);
            let signature = Signature::sign(&signed, &key(i + 1)).expect("a signature");
            json!({
                "content_root": contents.content_root,
                "units_root": contents.units_root,
                "kind": contents.kind as u8,
                "records": contents.records,
                "scale": contents.scale,
                "total_units": contents.total_units.to_string(),
                "unit": contents.unit,
                "owner": tranche.owner(),
                "rate": tranche.rate().to_string(),
                "terms": tranche.terms(),
                "id": tranche.id(),
                "owner_digest": signed,
                "owner_signature": hex(signature.bytes()),
                "duplicate": entry.duplicate_of.is_some(),
                "duplicate_of": entry.duplicate_of.unwrap_or(0),
                "root": registry.root(),
            })
        })
        .collect();
    json!({ "empty_root": empty, "entries": entries })
}

fn terms(pay_rule: PayRule) -> RunTerms {
    RunTerms {
        pay_rule,
        basis: Basis::Registered,
        remainder: if pay_rule == PayRule::Shares {
            Remainder::FirstPayee
        } else {
            Remainder::Keep
        },
        unit: UnitDefinition::Byte.id(),
        min_registered_ppm: 500_000,
        min_evidence: 1,
        order: LogOrder::Consumed,
        registry_cutoff: 10,
        arbiter: address(40),
        model_digest: ModelDigest::from_bytes([0x5a; 32]),
        builder: address(41),
        evidence_key: address(42),
    }
}

fn run(pay_rule: PayRule) -> Value {
    let terms = terms(pay_rule);
    let contract = Address::new([0x77; 20]);
    let context = RunContext {
        chain_id: CHAIN_ID,
        contract,
        run_id: RunId::from_bytes([0x11; 32]),
        terms,
    };
    let commitment = RunCommitment::from_felt(felt(1_000));
    let level = EvidenceLevel::AttestedLoader;
    let evidence = Evidence::sign(&commitment, level, terms.order, &key(42)).expect("a signature");
    let usage = UsageStatement {
        context: context.digest(),
        registry_root: RegistryRoot::from_felt(felt(1_001)),
        run_commitment: commitment,
        usage_commitment: UsageCommitment::from_felt(felt(1_002)),
        unit: terms.unit,
        order: terms.order,
    };
    let mut payees: Vec<Payee> = (1..=3)
        .map(|i| Payee {
            owner: address(i),
            amount: u128::from(i) * 100_000_000,
        })
        .collect();
    payees.sort_by_key(|payee| payee.owner);
    if pay_rule == PayRule::Shares {
        payees[0].amount += 400_000_000;
    }
    let claim = |code, subject, lo, hi| Claim {
        code,
        subject,
        lo,
        hi,
    };
    let disclosure = DisclosureStatement {
        context: usage.context,
        usage_commitment: usage.usage_commitment,
        unit: usage.unit,
        claims: vec![
            claim(
                ClaimCode::RegisteredShare,
                TrancheId::NONE,
                500_000,
                600_000,
            ),
            claim(
                ClaimCode::ShareOfRegistered,
                TrancheId::from_felt(felt(5)),
                250_000,
                250_000,
            ),
            claim(ClaimCode::Exclusion, TrancheId::from_felt(felt(6)), 0, 0),
        ],
        pay: Some(PayList {
            rule: pay_rule,
            remainder: terms.remainder,
            total: payees.iter().map(|payee| payee.amount).sum(),
            payees,
        }),
    };
    let disclosed = disclosure.public_inputs(&Capacity {
        claims: 16,
        payees: 16,
    });
    let inputs = |felts: &[Felt]| felts.iter().map(to_hex).collect::<Vec<_>>();
    json!({
        "words": terms.words().iter().map(|word| hex(word)).collect::<Vec<_>>(),
        "terms_hash": terms.hash(),
        "chain_id": CHAIN_ID,
        "contract": contract,
        "run_id": context.run_id,
        "context": context.digest(),
        "evidence_level": level as u8,
        "evidence_order": terms.order as u8,
        "evidence_signer": evidence.signer,
        "evidence_signature": hex(evidence.signature.bytes()),
        "usage": inputs(&usage.public_inputs()),
        "disclosure": inputs(&disclosed.expect("claims and payees fit")),
    })
}

fn main() {
    let vectors = json!({
        "registry": registry(),
        "shares": run(PayRule::Shares),
        "metered": run(PayRule::Metered),
    });
    println!("{vectors:#}");
}
