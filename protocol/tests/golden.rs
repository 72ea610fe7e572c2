//! Golden vectors, and comparison with independent implementations.
//!
//! The hashes are compared with other crates' (`light-poseidon`, `taceo-poseidon2`), the commitments with [`reference`], which is
//! written on those crates from the specification. Both must give the pinned vectors. They change only with the formats:
//! `cargo test -p tranche-protocol --test golden -- --ignored` writes them anew.

mod reference;

use ark_ff::{Field, PrimeField};
use light_poseidon::PoseidonHasher;
use std::collections::BTreeMap;
use std::path::PathBuf;
use tranche_protocol::address::Address;
use tranche_protocol::content::ContentBuilder;
use tranche_protocol::evidence::{self, EvidenceLevel};
use tranche_protocol::felt::{self, Felt};
use tranche_protocol::hash::{poseidon_t3, poseidon2_t16};
use tranche_protocol::log::LogOrder;
use tranche_protocol::manifest;
use tranche_protocol::proof_file::ProofFile;
use tranche_protocol::record::record_digest;
use tranche_protocol::sample::{self, SampleRun, TOY};
use tranche_protocol::shape::Shape;
use tranche_protocol::statement::{
    CircuitName, KeyDigest, ProofKind, PublicInputs, SrsDigest, StatementHeader,
};
use tranche_protocol::tag::Tag;
use tranche_protocol::trace::{Checkpoint, ModelDigest};
use tranche_protocol::tranche::TermsDigest;
use tranche_protocol::unit::{TokenizerDigest, UnitDefinition};
use tranche_protocol::units::OnesTree;
use tranche_protocol::usage_relation::check;

type Vectors = BTreeMap<String, String>;

#[derive(serde::Serialize, serde::Deserialize)]
struct VectorFile {
    origin: String,
    vectors: Vectors,
}

const ORIGINS: [(&str, &str); 4] = [
    (
        "hash",
        "P(1, 2) and P(0, 0) as circomlib's users publish them; W by taceo-poseidon2 0.3.1 t = 16 used as the specified sponge",
    ),
    (
        "commitments_toy",
        "the sample run of 100 draws in the toy shape; equal in the library and in tests/reference (light-poseidon 0.5.0, taceo-poseidon2 0.3.1)",
    ),
    (
        "commitments_standard",
        "the sample run of 5,000 draws in the standard shape; equal in the library and in tests/reference (light-poseidon 0.5.0, taceo-poseidon2 0.3.1)",
    ),
    (
        "digests",
        "BLAKE3 and Keccak-256 values of the sample; context and statement equal in the library and in tests/golden.rs on sha3; EIP-712 and evidence digests equal to those of ethers 6.17 for the same values; the rest pinned from the library",
    ),
];

fn path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/vectors")
        .join(format!("{name}.json"))
}

fn pinned(name: &str) -> Vectors {
    let text = std::fs::read_to_string(path(name)).unwrap();
    serde_json::from_str::<VectorFile>(&text).unwrap().vectors
}

fn computed(name: &str) -> Vectors {
    match name {
        "hash" => hashes(),
        "commitments_toy" => commitments(&TOY, 100),
        "commitments_standard" => commitments(&Shape::STANDARD, 5_000),
        "digests" => digests(),
        _ => unreachable!(),
    }
}

fn vectors<const N: usize>(list: [(&str, Felt); N]) -> Vectors {
    list.into_iter()
        .map(|(name, felt)| (name.to_string(), felt::to_hex(&felt)))
        .collect()
}

fn sequence(length: usize, seed: u64) -> Vec<Felt> {
    let mut x = Felt::from(seed);
    let step = |i: usize| {
        x = x.square() + Felt::from(i as u64 + 3);
        x
    };
    (0..length).map(step).collect()
}

fn hashes() -> Vectors {
    let block = |from: u64| core::array::from_fn(|i| Felt::from(from + i as u64));
    vectors([
        (
            "P(1, 2)",
            poseidon_t3::hash2(Felt::from(1u64), Felt::from(2u64)),
        ),
        (
            "P(0, 0)",
            poseidon_t3::hash2(Felt::from(0u64), Felt::from(0u64)),
        ),
        (
            "P*(1, 2, 3)",
            poseidon_t3::chain([1u64, 2, 3].map(Felt::from)),
        ),
        (
            "W(tag 1; 0 … 14)",
            poseidon2_t16::node(Tag::UnitsChunk.felt(), &block(0)),
        ),
        (
            "W(tag 3; 0 … 29)",
            poseidon2_t16::sponge(Tag::LogLeaf.felt(), &[block(0), block(15)]),
        ),
        (
            "empty units subtree of height 4",
            poseidon2_t16::empty(Tag::UnitsNode.felt(), 4),
        ),
        (
            "empty log subtree of height 4",
            poseidon2_t16::empty(Tag::LogNode.felt(), 4),
        ),
        (
            "empty arrangement subtree of height 3",
            poseidon2_t16::empty(Tag::ChunkIndexNode.felt(), 3),
        ),
        (
            "empty registry of depth 20",
            tranche_protocol::hash::binary_tree::empty(20),
        ),
        ("tag 1", Tag::UnitsChunk.felt()),
    ])
}

fn commitments(shape: &Shape, draws: usize) -> Vectors {
    let run = SampleRun::new(shape, draws);
    let (witness, artefacts, statement) = run.build(shape);
    assert_eq!(check(shape, &witness, &statement), Ok(()));
    vectors([
        (
            "tranche 0, weighted: units root",
            run.tranches[0].0.contents().units_root.felt(),
        ),
        ("tranche 0, weighted: id", run.tranches[0].0.id().felt()),
        (
            "tranche 1, uniform: units root",
            run.tranches[1].0.contents().units_root.felt(),
        ),
        ("tranche 1, uniform: id", run.tranches[1].0.id().felt()),
        ("private tranche: id", run.private.0.id().felt()),
        ("registry root", statement.registry_root.felt()),
        ("log root", artefacts.run.log_root.felt()),
        ("arrangement root", artefacts.run.chunk_index_root.felt()),
        ("run commitment", statement.run_commitment.felt()),
        (
            "usage tree root",
            artefacts.usage.tree(shape).unwrap().root(),
        ),
        ("bucket", artefacts.usage.unregistered_total().felt()),
        ("usage commitment", statement.usage_commitment.felt()),
    ])
}

fn header() -> StatementHeader {
    StatementHeader {
        kind: ProofKind::Usage,
        circuit: CircuitName::new("usage-16").unwrap(),
        circuit_version: 1,
        verifying_key: KeyDigest::from_bytes([0x11; 32]),
        srs: SrsDigest::from_bytes([0x22; 32]),
        srs_insecure: true,
    }
}

fn digests() -> Vectors {
    let context = sample::context(UnitDefinition::Byte.id());
    let inputs: PublicInputs = (1..=6u64).map(Felt::from).collect();
    let mut content = ContentBuilder::new();
    (0..5u8).for_each(|i| content.push(&record_digest(&[i])));
    let checkpoint = Checkpoint {
        step: 7,
        log_position: 9,
        digest: ModelDigest::from_bytes([3; 32]),
        salt: 4u64.into(),
    };
    let mut out = vectors([
        ("unit: record", UnitDefinition::Record.id().felt()),
        ("unit: byte", UnitDefinition::Byte.id().felt()),
        (
            "unit: token of digest 0xab…",
            UnitDefinition::Token(TokenizerDigest::from_bytes([0xab; 32]))
                .id()
                .felt(),
        ),
        (
            "terms: text \"CC-BY-4.0\"",
            TermsDigest::of_text("CC-BY-4.0").felt(),
        ),
        ("checkpoint leaf", checkpoint.leaf()),
        ("context", context.digest().felt()),
        ("statement digest", header().digest(&inputs).felt()),
        (
            "toy units root of 5 ones",
            OnesTree::new(&TOY, 5).unwrap().root().felt(),
        ),
        (
            "units root of 75,431,250 ones",
            OnesTree::new(&Shape::STANDARD, 75_431_250)
                .unwrap()
                .root()
                .felt(),
        ),
    ]);
    let manifest = manifest::digest(&sample::uniform(&TOY, 5, 3, 1));
    let key = k256::ecdsa::SigningKey::from_slice(&[5; 32]).unwrap();
    let (level, order) = (EvidenceLevel::SignedLoader, LogOrder::Consumed);
    let file = ProofFile {
        header: header(),
        context,
        public_inputs: [context.digest().felt()]
            .iter()
            .chain(&inputs)
            .copied()
            .collect(),
        proof: vec![7; 100],
        evidence: Some(evidence::Evidence::sign(&5u64.into(), level, order, &key).unwrap()),
    };
    for (name, digest) in [
        (
            "BLAKE3 of a proof file",
            *blake3::hash(&file.to_bytes()).as_bytes(),
        ),
        ("record digest of byte 0", record_digest(&[0]).to_bytes()),
        (
            "content root of records 0 … 4",
            content.finish().unwrap().to_bytes(),
        ),
        ("terms hash", context.terms.hash().to_bytes()),
        ("EIP-712 digest of a uniform tranche", manifest.to_bytes()),
        (
            "evidence digest",
            evidence::digest(&5u64.into(), level, order).to_bytes(),
        ),
    ] {
        out.insert(name.into(), format!("0x{}", hex::encode(digest)));
    }
    out
}

#[test]
fn vectors_are_pinned() {
    for (name, _) in ORIGINS {
        assert_eq!(computed(name), pinned(name), "{name}");
    }
}

#[test]
#[ignore = "writes the vectors anew; run it when a format changes, and say so in the changelog"]
fn write_vectors() {
    for (name, origin) in ORIGINS {
        let file = VectorFile {
            origin: origin.into(),
            vectors: computed(name),
        };
        std::fs::write(
            path(name),
            serde_json::to_string_pretty(&file).unwrap() + "\n",
        )
        .unwrap();
    }
}

#[test]
fn narrow_hash_is_circomlibs() {
    let one_two = poseidon_t3::hash2(Felt::from(1u64), Felt::from(2u64));
    assert_eq!(
        felt::to_decimal(&one_two),
        "7853200120776062878684798364095072458815029376092732009249414926327459813530"
    );
    let mut other = light_poseidon::Poseidon::<Felt>::new_circom(2).unwrap();
    for pair in sequence(40, 5).chunks(2) {
        assert_eq!(
            poseidon_t3::hash2(pair[0], pair[1]),
            other.hash(pair).unwrap()
        );
    }
}

#[test]
fn wide_permutation_is_the_published_set() {
    for seed in 0..8 {
        let mut state: [Felt; 16] = sequence(16, seed).try_into().unwrap();
        let other = taceo_poseidon2::bn254::t16::permutation(&state);
        poseidon2_t16::permute(&mut state);
        assert_eq!(state, other);
    }
}

#[test]
fn hashes_equal_the_reference() {
    let of = |name: &str| felt::from_hex(&pinned("hash")[name]).unwrap();
    let range = |n: u64| (0..n).map(Felt::from).collect::<Vec<_>>();
    assert_eq!(reference::w(1, &range(15)), of("W(tag 1; 0 … 14)"));
    assert_eq!(reference::w(3, &range(30)), of("W(tag 3; 0 … 29)"));
    assert_eq!(
        reference::wide_root(2, 4, &[]),
        of("empty units subtree of height 4")
    );
    assert_eq!(
        reference::p_star(&[1u64, 2, 3].map(Felt::from)),
        of("P*(1, 2, 3)")
    );
    assert_eq!(
        reference::narrow_root(20, &[]),
        of("empty registry of depth 20")
    );
}

#[test]
fn commitments_equal_the_reference() {
    for (name, shape, draws) in [
        ("commitments_toy", TOY, 100),
        ("commitments_standard", Shape::STANDARD, 5_000),
    ] {
        let pinned = pinned(name);
        let of = |name: &str| felt::from_hex(&pinned[name]).unwrap();
        let run = SampleRun::new(&shape, draws);
        let ones = vec![1u32; run.tranches[1].0.contents().records as usize];
        assert_eq!(
            reference::units_root(&shape, &run.tranches[0].1),
            of("tranche 0, weighted: units root")
        );
        assert_eq!(
            reference::units_root(&shape, &ones),
            of("tranche 1, uniform: units root")
        );
        let all = reference::commitments(&shape, &run, Felt::from(77u64));
        assert_eq!(all.ids[0], of("tranche 0, weighted: id"));
        assert_eq!(all.ids[1], of("tranche 1, uniform: id"));
        assert_eq!(all.private_id, of("private tranche: id"));
        assert_eq!(all.registry_root, of("registry root"));
        assert_eq!(all.log_root, of("log root"));
        assert_eq!(all.chunk_index_root, of("arrangement root"));
        assert_eq!(all.run_commitment, of("run commitment"));
        assert_eq!(all.usage_root, of("usage tree root"));
        assert_eq!(all.bucket, of("bucket"));
        assert_eq!(all.usage_commitment, of("usage commitment"));
    }
}

#[test]
fn context_and_statement_equal_the_reference() {
    use reference::{felt_of, int_word, keccak, left_word, right_word};
    let pinned = pinned("digests");
    let context = sample::context(UnitDefinition::Byte.id());
    let terms = keccak(&[
        int_word(1),
        int_word(1),
        int_word(1),
        int_word(0),
        reference::bytes_of(context.terms.unit.felt()),
        int_word(500_000),
        int_word(1),
        int_word(1),
        int_word(1_000),
        right_word(&[0xa0; 20]),
        [0x0d; 32],
        right_word(&[0xb0; 20]),
        right_word(&[0xe0; 20]),
    ]);
    assert_eq!(format!("0x{}", hex::encode(terms)), pinned["terms hash"]);
    let words = [
        left_word(b"tranche context v1"),
        int_word(1),
        int_word(31_337),
        right_word(&[0xc0; 20]),
        [0x1d; 32],
        terms,
    ];
    assert_eq!(felt::to_hex(&felt_of(&keccak(&words))), pinned["context"]);

    let mut words = vec![
        left_word(b"tranche statement v1"),
        int_word(1),
        int_word(1),
        left_word(b"usage-16"),
        int_word(1),
        [0x11; 32],
        [0x22; 32],
        int_word(1),
        int_word(6),
    ];
    words.extend((1..=6).map(int_word));
    assert_eq!(
        felt::to_hex(&felt_of(&keccak(&words))),
        pinned["statement digest"]
    );
}

#[test]
fn field_and_addresses_are_those_of_ethereum() {
    assert_eq!(
        Felt::MODULUS.to_string(),
        "21888242871839275222246405745257275088548364400416034343698204186575808495617"
    );
    // The address of private key 1 is widely published.
    let mut one = [0; 32];
    one[31] = 1;
    let key = k256::ecdsa::SigningKey::from_slice(&one).unwrap();
    let address = Address::of_key(key.verifying_key());
    assert_eq!(
        address.to_string(),
        "0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf"
    );
}

/// Run with `--nocapture` to see the times.
#[test]
fn time_of_the_hashes() {
    let mut state: [Felt; 16] = sequence(16, 1).try_into().unwrap();
    let start = std::time::Instant::now();
    for _ in 0..2_000 {
        poseidon2_t16::permute(&mut state);
    }
    let permute = start.elapsed() / 2_000;
    let mut x = state[0];
    let start = std::time::Instant::now();
    for _ in 0..2_000 {
        x = poseidon_t3::hash2(x, state[1]);
    }
    println!(
        "permute {permute:?}, P {:?} ({})",
        start.elapsed() / 2_000,
        felt::bits(&x)
    );
}
