//! A second, plain implementation of the commitments, written from `docs/encodings.md` on other crates' hashes.
//!
//! It shares nothing with the library but the field type and the sample run's inputs. Slow, and meant to be.

use ark_ff::{BigInteger, PrimeField, Zero};
use light_poseidon::PoseidonHasher;
use sha3::{Digest, Keccak256};
use tranche_protocol::Felt;
use tranche_protocol::sample::SampleRun;
use tranche_protocol::shape::Shape;
use tranche_protocol::tranche::{Contents, TrancheKind};
use tranche_protocol::usage_relation::SourceTranche;

pub(crate) fn p(a: Felt, b: Felt) -> Felt {
    light_poseidon::Poseidon::<Felt>::new_circom(2)
        .unwrap()
        .hash(&[a, b])
        .unwrap()
}

pub(crate) fn p_star(felts: &[Felt]) -> Felt {
    felts.iter().copied().reduce(p).unwrap()
}

pub(crate) fn w(tag: u64, message: &[Felt]) -> Felt {
    assert_eq!(message.len() % 15, 0);
    let mut state = [Felt::zero(); 16];
    state[15] = felt_of(b"tranche") * Felt::from(1u64 << 16) + Felt::from(tag);
    for block in message.chunks(15) {
        for (lane, felt) in state.iter_mut().zip(block) {
            *lane += felt;
        }
        state = taceo_poseidon2::bn254::t16::permutation(&state);
    }
    state[0]
}

pub(crate) fn felt_of(bytes: &[u8]) -> Felt {
    Felt::from_be_bytes_mod_order(bytes)
}

pub(crate) fn bytes_of(felt: Felt) -> [u8; 32] {
    felt.into_bigint().to_bytes_be().try_into().unwrap()
}

fn shift(bits: usize) -> Felt {
    (0..bits).fold(Felt::from(1u64), |x, _| x + x)
}

/// Root of the 15-ary tree over leaves, by recursion from the top.
pub(crate) fn wide_root(tag: u64, height: usize, leaves: &[Felt]) -> Felt {
    if height == 0 {
        return leaves.first().copied().unwrap_or_default();
    }
    let width = 15usize.pow(height as u32 - 1);
    let empty = if leaves.len() > 14 * width {
        Felt::zero()
    } else {
        wide_empty(tag, height - 1)
    };
    let child = |i: usize| match leaves.get(i * width..) {
        Some(rest) if !rest.is_empty() => {
            wide_root(tag, height - 1, &rest[..rest.len().min(width)])
        }
        _ => empty,
    };
    w(tag, &(0..15).map(child).collect::<Vec<_>>())
}

fn wide_empty(tag: u64, height: usize) -> Felt {
    if height == 0 {
        Felt::zero()
    } else {
        w(tag, &[wide_empty(tag, height - 1); 15])
    }
}

/// Root of the binary tree over leaves.
pub(crate) fn narrow_root(depth: usize, leaves: &[Felt]) -> Felt {
    let mut level = leaves.to_vec();
    let mut empty = Felt::zero();
    for _ in 0..depth {
        if level.len() % 2 == 1 || level.is_empty() {
            level.push(empty);
        }
        if level.len() == 1 {
            level.push(empty);
        }
        level = level.chunks(2).map(|pair| p(pair[0], pair[1])).collect();
        empty = p(empty, empty);
    }
    level[0]
}

/// One sponge message: a header and packs of `per_pack` values, `stride` bits apart.
fn message(
    shape: &Shape,
    header: Felt,
    values: &[u32],
    per_pack: usize,
    stride: usize,
) -> Vec<Felt> {
    let mut out = vec![header];
    for i in 0..15 * shape.blocks - 1 {
        let mut pack = Felt::zero();
        for l in 0..per_pack {
            let value = values.get(i * per_pack + l).copied().unwrap_or(0);
            pack += Felt::from(value) * shift(stride * l);
        }
        out.push(pack);
    }
    out
}

pub(crate) fn units_root(shape: &Shape, cells: &[u32]) -> Felt {
    let size = (15 * shape.blocks - 1) * shape.units_per_pack;
    let stride = 2 * shape.limb_bits as usize;
    let digest = |chunk: &[u32]| {
        w(
            1,
            &message(shape, Felt::zero(), chunk, shape.units_per_pack, stride),
        )
    };
    let leaves: Vec<Felt> = cells.chunks(size).map(digest).collect();
    wide_root(2, shape.units_height, &leaves)
}

pub(crate) fn tranche_id(contents: &Contents, owner: &[u8; 20], rate: u64, last: Felt) -> Felt {
    let counts = Felt::from(contents.records)
        + Felt::from(contents.scale) * shift(32)
        + Felt::from(u64::from(contents.kind == TrancheKind::Uniform)) * shift(64)
        + Felt::from(contents.total_units) * shift(72);
    p_star(&[
        felt_of(b"tranche") * shift(16) + Felt::from(8u64),
        felt_of(&contents.content_root.as_bytes()[..16]),
        felt_of(&contents.content_root.as_bytes()[16..]),
        contents.units_root.felt(),
        counts,
        contents.unit.felt(),
        felt_of(owner) + Felt::from(rate) * shift(160),
        last,
    ])
}

fn stream(seed: &[u8; 32], label: &str, i: u64) -> blake3::OutputReader {
    let input = [label.as_bytes(), &[0], &i.to_le_bytes()].concat();
    blake3::Hasher::new_keyed(seed)
        .update(&input)
        .finalize_xof()
}

pub(crate) fn salt(seed: &[u8; 32], label: &str, i: usize) -> Felt {
    let mut bytes = [0u8; 64];
    stream(seed, label, i as u64).fill(&mut bytes);
    Felt::from_le_bytes_mod_order(&bytes)
}

pub(crate) fn order(seed: &[u8; 32], label: &str, n: usize) -> Vec<usize> {
    let mut stream = stream(seed, label, 0);
    let mut order: Vec<usize> = (0..n).collect();
    for i in (1..n).rev() {
        let bound = i as u128 + 1;
        let limit = (1u128 << 64) / bound * bound;
        let word = loop {
            let mut word = [0u8; 8];
            stream.fill(&mut word);
            let word = u128::from(u64::from_le_bytes(word));
            if word < limit {
                break word;
            }
        };
        order.swap(i, (word % bound) as usize);
    }
    order
}

/// What the commitments of a run are, from its inputs alone.
pub(crate) struct Commitments {
    pub(crate) ids: Vec<Felt>,
    pub(crate) private_id: Felt,
    pub(crate) registry_root: Felt,
    pub(crate) log_root: Felt,
    pub(crate) chunk_index_root: Felt,
    pub(crate) run_commitment: Felt,
    pub(crate) usage_root: Felt,
    pub(crate) bucket: Felt,
    pub(crate) usage_commitment: Felt,
}

pub(crate) fn commitments(shape: &Shape, run: &SampleRun, trace_root: Felt) -> Commitments {
    let seed = run.seed.secret_bytes();
    let size = (15 * shape.blocks - 1) * shape.units_per_pack;
    let sources = run.sources();
    let ids: Vec<Felt> = run
        .tranches
        .iter()
        .map(|(t, _)| tranche_id(t.contents(), t.owner().bytes(), t.rate(), t.terms().felt()))
        .collect();
    let private_id = tranche_id(
        run.private.0.contents(),
        &[0; 20],
        0,
        salt(seed, "private", 0),
    );

    // The sample's sources stand by ascending registry index, the private one last: canonical order is (source, chunk).
    let mut touched: Vec<(u32, u32)> = run
        .draws
        .iter()
        .map(|d| (d.source, d.record / size as u32))
        .collect();
    touched.sort_unstable();
    touched.dedup();
    let table: Vec<(u32, u32)> = order(seed, "order/table", touched.len())
        .into_iter()
        .map(|canonical| touched[canonical])
        .collect();
    let position = |source: u32, record: u32| {
        let chunk = (source, record / size as u32);
        let place = table.iter().position(|entry| *entry == chunk).unwrap();
        (1 + size * place) as u32 + record % size as u32
    };
    let draws: Vec<u32> = run
        .draws
        .iter()
        .map(|d| position(d.source, d.record))
        .collect();
    let per_leaf = (15 * shape.blocks - 1) * shape.draws_per_pack;
    let leaves: Vec<Felt> = draws
        .chunks(per_leaf)
        .enumerate()
        .map(|(i, chunk)| {
            w(
                3,
                &message(shape, salt(seed, "log", i), chunk, shape.draws_per_pack, 21),
            )
        })
        .collect();
    let log_root = wide_root(4, shape.log_height, &leaves);

    let leaves: Vec<Felt> = table
        .chunks(7)
        .enumerate()
        .map(|(i, places)| {
            let mut block = vec![salt(seed, "arrangement", i)];
            for (source, chunk) in places {
                let private = *source == 3;
                block.push(if private {
                    private_id
                } else {
                    ids[*source as usize]
                });
                block.push(Felt::from(
                    1 + 2 * u64::from(private) + 4 * u64::from(*chunk),
                ));
            }
            block.resize(15, Felt::zero());
            w(5, &block)
        })
        .collect();
    let chunk_index_root = wide_root(6, shape.chunk_index_height, &leaves);

    let mut block = vec![
        salt(seed, "run", 0),
        log_root,
        Felt::from(draws.len() as u64),
        Felt::from(1u64),
        chunk_index_root,
        trace_root,
    ];
    block.resize(15, Felt::zero());
    let run_commitment = w(7, &block);

    let amounts = |source: u32| {
        let contents = match sources[source as usize].tranche {
            SourceTranche::Registered { tranche, .. } => tranche.contents(),
            SourceTranche::Private(private) => private.contents(),
        };
        let column = if source == 3 {
            &run.private.1
        } else {
            &run.tranches[source as usize].1
        };
        let drawn = run.draws.iter().filter(|draw| draw.source == source);
        let (mut units, mut count) = (0u64, 0u64);
        for draw in drawn {
            units +=
                u64::from(column.get(draw.record as usize).copied().unwrap_or(1) * contents.scale);
            count += 1;
        }
        Felt::from(units) + Felt::from(count) * shift(64)
    };
    let leaves: Vec<Felt> = order(seed, "order/usage", 1 << shape.usage_depth)
        .into_iter()
        .enumerate()
        .map(|(leaf, slot)| {
            let salt = salt(seed, "usage", leaf);
            match run.tranches.get(slot) {
                Some((t, _)) => {
                    let owner_rate = felt_of(t.owner().bytes()) + Felt::from(t.rate()) * shift(160);
                    p_star(&[ids[slot], owner_rate, amounts(slot as u32), salt])
                }
                None => p_star(&[Felt::zero(), Felt::zero(), Felt::zero(), salt]),
            }
        })
        .collect();
    let usage_root = narrow_root(shape.usage_depth, &leaves);
    let bucket = p_star(&[
        run.private.0.contents().unit.felt(),
        amounts(3),
        salt(seed, "bucket", 0),
    ]);
    let registered: Vec<Felt> = run
        .registry
        .entries()
        .iter()
        .map(|entry| entry.id.felt())
        .collect();
    Commitments {
        registry_root: narrow_root(shape.registry_depth, &registered),
        usage_commitment: p(usage_root, bucket),
        ids,
        private_id,
        log_root,
        chunk_index_root,
        run_commitment,
        usage_root,
        bucket,
    }
}

pub(crate) fn keccak(words: &[[u8; 32]]) -> [u8; 32] {
    Keccak256::digest(words.concat()).into()
}

pub(crate) fn int_word(value: u64) -> [u8; 32] {
    bytes_of(Felt::from(value))
}

pub(crate) fn left_word(text: &[u8]) -> [u8; 32] {
    let mut word = [0; 32];
    word[..text.len()].copy_from_slice(text);
    word
}

pub(crate) fn right_word(bytes: &[u8]) -> [u8; 32] {
    let mut word = [0; 32];
    word[32 - bytes.len()..].copy_from_slice(bytes);
    word
}
