//! Golden vectors, and comparison with independent implementations of the two hashes.

use ark_ff::{Field, PrimeField};
use light_poseidon::PoseidonHasher;
use tranche_protocol::felt::{self, Felt};
use tranche_protocol::hash::{narrow, wide};

fn sequence(length: usize, seed: u64) -> Vec<Felt> {
    let mut x = Felt::from(seed);
    (0..length)
        .map(|i| {
            x = x.square() + Felt::from(i as u64 + 3);
            x
        })
        .collect()
}

#[test]
fn narrow_hash_is_circomlibs() {
    let one_two = narrow::hash2(Felt::from(1u64), Felt::from(2u64));
    assert_eq!(
        felt::to_decimal(&one_two),
        "7853200120776062878684798364095072458815029376092732009249414926327459813530"
    );
    let mut other = light_poseidon::Poseidon::<Felt>::new_circom(2).unwrap();
    for pair in sequence(40, 5).chunks(2) {
        assert_eq!(narrow::hash2(pair[0], pair[1]), other.hash(pair).unwrap());
    }
}

#[test]
fn wide_permutation_is_the_published_set() {
    for seed in 0..8 {
        let mut state: [Felt; 16] = sequence(16, seed).try_into().unwrap();
        let other = taceo_poseidon2::bn254::t16::permutation(&state);
        wide::permute(&mut state);
        assert_eq!(state, other);
    }
}

#[test]
fn order_of_the_field() {
    assert_eq!(
        Felt::MODULUS.to_string(),
        "21888242871839275222246405745257275088548364400416034343698204186575808495617"
    );
}

/// Run with `--nocapture` to see the times.
#[test]
fn time_of_the_hashes() {
    let mut state: [Felt; 16] = sequence(16, 1).try_into().unwrap();
    let start = std::time::Instant::now();
    for _ in 0..2_000 {
        wide::permute(&mut state);
    }
    let permute = start.elapsed() / 2_000;
    let mut x = state[0];
    let start = std::time::Instant::now();
    for _ in 0..2_000 {
        x = narrow::hash2(x, state[1]);
    }
    println!(
        "permute {permute:?}, P {:?} ({})",
        start.elapsed() / 2_000,
        felt::bits(&x)
    );
}
