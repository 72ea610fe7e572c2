//! Whether a commitment could be opened two ways: leaves taken for nodes, lists read with another length, values in another field.

use tranche_protocol::Felt;
use tranche_protocol::chunk_index::{self, ChunkIndexEntry, ChunkIndexRoot};
use tranche_protocol::hash::poseidon_t3::{chain, hash2};
use tranche_protocol::hash::poseidon2_t16::{ARITY, node, sponge_with_header};
use tranche_protocol::log::{LogOpening, LogOrder, LogRoot, log_tree};
use tranche_protocol::receipt::{Receipt, ReceiptError};
use tranche_protocol::registry::{RegistryRoot, is_registered};
use tranche_protocol::run::RunOpening;
use tranche_protocol::salt::Salt;
use tranche_protocol::sample::{SampleRun, TOY};
use tranche_protocol::tag::Tag;
use tranche_protocol::trace::TraceRoot;
use tranche_protocol::tranche::{OwnerRate, TrancheId};
use tranche_protocol::unit::UnitId;
use tranche_protocol::usage::{self, UnregisteredTotal};

fn felts<const N: usize>(first: u64) -> [Felt; N] {
    std::array::from_fn(|i| Felt::from(first + i as u64))
}

#[test]
fn a_block_is_another_digest_under_every_tag() {
    let block: [Felt; ARITY] = felts(1);
    let tags = [
        Tag::UnitsChunk,
        Tag::UnitsNode,
        Tag::LogLeaf,
        Tag::LogNode,
        Tag::ChunkIndexLeaf,
        Tag::ChunkIndexNode,
        Tag::Run,
    ];
    let digests = tags.map(|tag| node(tag.felt(), &block));
    for (i, digest) in digests.iter().enumerate() {
        assert!(!digests[..i].contains(digest), "tag {i}");
        // A sponge of one block is a node of the same tag: it is the tag alone that keeps leaves and nodes apart.
        let rest = block[1..].iter().copied();
        assert_eq!(sponge_with_header(tags[i].felt(), block[0], rest), *digest);
    }
}

#[test]
fn a_node_of_the_log_is_not_opened_as_a_leaf() {
    let draws: Vec<u32> = (0..3 * TOY.draws_per_leaf() as u32)
        .map(|i| 1 + i % 90)
        .collect();
    let salts = felts::<3>(1).map(Salt::from_felt);
    let tree = log_tree(&TOY, &draws, &salts).unwrap();
    let root = LogRoot::from_felt(tree.root());
    let honest = LogOpening::new(&TOY, &tree, &draws, &salts, 0).unwrap();
    let total = draws.len() as u64;
    assert!(honest.check(&TOY, root, total));

    // The path of the node above, one level short, and filled up with the level below.
    let mut short = honest.clone();
    short.path.digits.remove(0);
    short.path.children.remove(0);
    assert!(!short.check(&TOY, root, total));
    let mut long = honest.clone();
    long.path.digits.insert(0, 0);
    long.path.children.insert(0, honest.path.children[0]);
    assert!(!long.check(&TOY, root, total));
    // Under the root of a subtree, or with the digest of a leaf in a leaf's place.
    assert!(!honest.check(&TOY, LogRoot::from_felt(tree.node(1, 0)), total));
    let mut digest = honest;
    digest.salt = Salt::from_felt(tree.node(0, 0));
    assert!(!digest.check(&TOY, root, total));
}

#[test]
fn padding_spelt_out_is_the_same_root_and_another_commitment() {
    let draws: Vec<u32> = (1..=50).collect();
    let salts = felts::<2>(1).map(Salt::from_felt);
    let mut padded = draws.clone();
    padded.push(0);
    let [root, same] = [&draws, &padded].map(|draws| log_tree(&TOY, draws, &salts).unwrap().root());
    assert_eq!(root, same);
    let opening = |draws: &[u32]| RunOpening {
        salt: 1u64.into(),
        log_root: LogRoot::from_felt(root),
        draws: draws.len() as u64,
        order: LogOrder::Consumed,
        chunk_index_root: 2u64.into(),
        trace_root: 3u64.into(),
    };
    assert_ne!(opening(&draws).commitment(), opening(&padded).commitment());
}

#[test]
fn a_run_commitment_takes_each_value_in_its_own_place() {
    let base = RunOpening {
        salt: 10u64.into(),
        log_root: 11u64.into(),
        draws: 1,
        order: LogOrder::Planned,
        chunk_index_root: 12u64.into(),
        trace_root: 13u64.into(),
    };
    let exchanged = [
        RunOpening {
            salt: Salt::from_felt(base.log_root.felt()),
            log_root: LogRoot::from_felt(base.salt.felt()),
            ..base
        },
        RunOpening {
            log_root: LogRoot::from_felt(base.chunk_index_root.felt()),
            chunk_index_root: ChunkIndexRoot::from_felt(base.log_root.felt()),
            ..base
        },
        RunOpening {
            chunk_index_root: ChunkIndexRoot::from_felt(base.trace_root.felt()),
            trace_root: TraceRoot::from_felt(base.chunk_index_root.felt()),
            ..base
        },
        // One draw of a plan, or no draw of a consumed log.
        RunOpening {
            draws: 0,
            order: LogOrder::Consumed,
            ..base
        },
    ];
    for other in exchanged {
        assert_ne!(other.commitment(), base.commitment());
    }
}

#[test]
fn places_of_the_chunk_index_have_one_reading() {
    let mut seen = Vec::new();
    for private in [false, true] {
        for chunk in [0, 1, 2, 3, (1 << 24) - 1] {
            let entry = ChunkIndexEntry {
                tranche_id: 9u64.into(),
                private,
                chunk,
            };
            let felts = entry.felts();
            // An inactive place is two zeros, which no entry is, whatever its id.
            assert_ne!(felts[1], Felt::from(0u64));
            assert!(!seen.contains(&felts));
            seen.push(felts);
        }
    }
    let entry = |chunk| ChunkIndexEntry {
        tranche_id: 9u64.into(),
        private: false,
        chunk,
    };
    let salt = Salt::from(1u64);
    let all: Vec<ChunkIndexEntry> = (0..7).map(entry).collect();
    let leaves: Vec<Felt> = (0..=7)
        .map(|n| chunk_index::leaf(salt, &all[..n]))
        .collect();
    for (n, leaf) in leaves.iter().enumerate() {
        assert!(!leaves[..n].contains(leaf), "{n} places");
    }
}

#[test]
fn a_node_of_the_registry_is_no_registration() {
    let run = SampleRun::new(&TOY, 8);
    let (registry, root) = (&run.registry, run.registry.root());
    for entry in registry.entries() {
        let path = registry.path(entry.index).unwrap();
        assert!(is_registered(&TOY, root, entry.index, entry.id, &path));
        let pair = match entry.index & 1 {
            0 => hash2(entry.id.felt(), path[0]),
            _ => hash2(path[0], entry.id.felt()),
        };
        let (node, pair) = (RegistryRoot::from_felt(pair), TrancheId::from_felt(pair));
        let above = entry.index >> 1;
        assert!(!is_registered(&TOY, root, above, pair, &path[1..]));
        let mut filled = path.clone();
        filled.rotate_left(1);
        assert!(!is_registered(&TOY, root, above, pair, &filled));
        assert!(!is_registered(
            &TOY,
            node,
            entry.index & 1,
            entry.id,
            &path[..1]
        ));
        // Indices beyond the depth do not wrap around to one that is there.
        let beyond = entry.index + (1 << TOY.registry_depth);
        assert!(!is_registered(&TOY, root, beyond, entry.id, &path));
    }
}

/// An unregistered total has the form of a leaf when its unit is the hash of an id with owner and rate; depth and place keep them apart.
#[test]
fn an_unregistered_total_is_not_opened_as_a_leaf() {
    let run = SampleRun::new(&TOY, 40);
    let (_, artefacts, _) = run.build(&TOY);
    let mut opening = artefacts.usage;
    let entry = opening.vector.slots[0];
    let owner_rate = OwnerRate::new(entry.owner, entry.rate);
    opening.vector.unit = UnitId::from_felt(hash2(entry.tranche_id.felt(), owner_rate.felt()));
    let mut taken = entry;
    taken.amounts = opening.vector.unregistered;
    let unregistered = opening.unregistered_total();
    assert_eq!(
        usage::leaf(Some(&taken), opening.unregistered_salt),
        unregistered.felt()
    );

    let commitment = opening.commitment(&TOY).unwrap();
    let honest = Receipt::new(&TOY, &opening, 0).unwrap().unwrap();
    assert_eq!(honest.check(&TOY, commitment), Ok(()));
    let root = opening.tree(&TOY).unwrap().root();
    let mut forged = honest.clone();
    forged.entry = taken;
    forged.salt = opening.unregistered_salt;
    for index in 0..4 {
        forged.index = index;
        assert_eq!(
            forged.check(&TOY, commitment),
            Err(ReceiptError::WrongCommitment)
        );
    }
    // As the right child of the commitment: one level, where the tree has its depth.
    forged.index = 1;
    forged.siblings = vec![root];
    forged.unregistered = UnregisteredTotal::from(0u64);
    assert!(matches!(
        forged.check(&TOY, commitment),
        Err(ReceiptError::Shape { .. })
    ));
}

#[test]
fn chains_of_one_length_are_never_those_of_another_use() {
    // P* of three is P* of two over the first digest, so every use has one length and its first felt tells ids from checkpoints.
    let [a, b, c] = felts::<3>(5);
    assert_eq!(chain([a, b, c]), chain([hash2(a, b), c]));
    let (_, artefacts, _) = SampleRun::new(&TOY, 40).build(&TOY);
    let opening = &artefacts.usage;
    let leaves = opening.tree(&TOY).unwrap().leaves().to_vec();
    let ids: Vec<Felt> = opening
        .vector
        .slots
        .iter()
        .map(|slot| slot.tranche_id.felt())
        .collect();
    for id in &ids {
        assert!(!leaves.contains(id));
        assert_ne!(opening.unregistered_total().felt(), *id);
    }
}
