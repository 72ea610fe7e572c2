//! The portable verifier against the native one: the same verdict, and the same kind of refusal, on the same bytes.

use std::time::Instant;

use halo2curves::bn256::Fr;
use halo2curves::ff::{Field, PrimeField};
use rand_core::{OsRng, RngCore};
use tranche_protocol::statement::StatementDigest;
use tranche_prover::{ProofShape, VerifyError, export_verifying_key, verify};
use tranche_testkit::circuit::{Setup, portable_scalar};
use tranche_verifier::{VerifyError as PortableError, VerifyingKey};

/// Verdicts that both verifiers can give.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    Accepted,
    Instances,
    Length,
    Encoding,
    Rejected,
}

struct Pair {
    setup: Setup,
    portable: VerifyingKey,
}

impl Pair {
    fn new() -> Self {
        let setup = Setup::new();
        let bytes = export_verifying_key(&setup.key, &setup.srs.verifier(), 3).unwrap();
        let portable = VerifyingKey::from_bytes(&bytes).unwrap();
        Pair { setup, portable }
    }

    /// The verdict, after asserting that there is only one.
    fn verdict(&self, instances: &[Fr], statement: Fr, proof: &[u8]) -> Verdict {
        let srs = self.setup.srs.verifier();
        let native = verify(&srs, self.setup.key.vk(), 3, instances, statement, proof);
        let native = match native {
            Ok(()) => Verdict::Accepted,
            Err(VerifyError::Instances { .. }) => Verdict::Instances,
            Err(VerifyError::ProofLength { .. }) => Verdict::Length,
            Err(VerifyError::Encoding(_)) => Verdict::Encoding,
            Err(VerifyError::Rejected) => Verdict::Rejected,
            Err(other) => panic!("{other}"),
        };
        let instances: Vec<_> = instances.iter().map(portable_scalar).collect();
        let portable = tranche_verifier::verify(
            &self.portable,
            &instances,
            StatementDigest::from_felt(portable_scalar(&statement)),
            proof,
        );
        let portable = match portable {
            Ok(()) => Verdict::Accepted,
            Err(PortableError::Instances { .. }) => Verdict::Instances,
            Err(PortableError::ProofLength { .. }) => Verdict::Length,
            Err(PortableError::Point { .. } | PortableError::Scalar { .. }) => Verdict::Encoding,
            Err(PortableError::Rejected) => Verdict::Rejected,
            Err(PortableError::Degenerate) => panic!("degenerate"),
        };
        assert_eq!(native, portable, "native and portable verdict");
        native
    }
}

/// Adds a 256-bit number to a big-endian word; `None` past 2^256.
fn plus(word: &[u8], number: &[u8; 32]) -> Option<[u8; 32]> {
    let mut out = [0; 32];
    let mut carry = 0;
    for i in (0..32).rev() {
        let sum = u16::from(word[i]) + u16::from(number[i]) + carry;
        out[i] = sum as u8;
        carry = sum >> 8;
    }
    (carry == 0).then_some(out)
}

fn modulus<F: PrimeField>() -> [u8; 32] {
    let minus_one = -F::ONE;
    let mut bytes: [u8; 32] = minus_one.to_repr().as_ref().try_into().unwrap();
    bytes.reverse();
    let mut one = [0; 32];
    one[31] = 1;
    plus(&bytes, &one).unwrap()
}

/// Which words of a proof are scalars, by offset; the others are coordinates.
fn is_scalar(shape: &ProofShape, offset: usize) -> bool {
    let first = 64 * (shape.points() - 2);
    (first..first + 32 * shape.scalars()).contains(&offset)
}

#[test]
fn valid_proofs_are_accepted_and_other_statements_are_not() {
    let pair = Pair::new();
    let instances = pair.setup.circuit.instances();
    for _ in 0..3 {
        let statement = Fr::random(OsRng);
        let proof = pair.setup.prove(statement);
        assert_eq!(
            pair.verdict(&instances, statement, &proof),
            Verdict::Accepted
        );
        assert_eq!(
            pair.verdict(&instances, statement + Fr::one(), &proof),
            Verdict::Rejected
        );
        for row in 0..3 {
            let mut altered = instances.clone();
            altered[row] += Fr::one();
            assert_eq!(pair.verdict(&altered, statement, &proof), Verdict::Rejected);
        }
        assert_eq!(
            pair.verdict(&instances[..2], statement, &proof),
            Verdict::Instances
        );
        assert_eq!(pair.verdict(&[], statement, &proof), Verdict::Instances);
    }
}

#[test]
fn every_word_altered_is_refused() {
    let pair = Pair::new();
    let instances = pair.setup.circuit.instances();
    let statement = Fr::from(5);
    let proof = pair.setup.prove(statement);
    let shape = ProofShape::new(pair.setup.key.vk()).unwrap();
    assert_eq!(proof.len() as u64, pair.portable.proof_bytes());
    let refused = |edit: &dyn Fn(&mut [u8])| {
        let mut proof = proof.clone();
        edit(&mut proof);
        pair.verdict(&instances, statement, &proof)
    };
    let one = portable_word(1);
    for offset in (0..proof.len()).step_by(32) {
        let word = &proof[offset..offset + 32];
        let put = |value: [u8; 32]| {
            move |proof: &mut [u8]| proof[offset..offset + 32].copy_from_slice(&value)
        };
        if is_scalar(&shape, offset) {
            let next = plus(word, &one).unwrap();
            assert_eq!(
                refused(&put(next)),
                Verdict::Rejected,
                "scalar at {offset} + 1"
            );
            if word != [0; 32] {
                assert_eq!(
                    refused(&put([0; 32])),
                    Verdict::Rejected,
                    "zero at {offset}"
                );
            }
            let alias = plus(word, &modulus::<Fr>()).unwrap();
            assert_eq!(
                refused(&put(alias)),
                Verdict::Encoding,
                "scalar at {offset} + r"
            );
        } else {
            let next = plus(word, &one).unwrap();
            assert_eq!(
                refused(&put(next)),
                Verdict::Encoding,
                "off the curve at {offset}"
            );
            let alias = plus(word, &modulus::<halo2curves::bn256::Fq>()).unwrap();
            assert_eq!(
                refused(&put(alias)),
                Verdict::Encoding,
                "coordinate at {offset} + q"
            );
        }
        assert_eq!(
            refused(&put([0xff; 32])),
            Verdict::Encoding,
            "2^256 - 1 at {offset}"
        );
    }
}

fn portable_word(value: u8) -> [u8; 32] {
    let mut word = [0; 32];
    word[31] = value;
    word
}

#[test]
fn every_point_replaced_is_refused() {
    let pair = Pair::new();
    let instances = pair.setup.circuit.instances();
    let statement = Fr::from(5);
    let proof = pair.setup.prove(statement);
    let shape = ProofShape::new(pair.setup.key.vk()).unwrap();
    let generator = [portable_word(1), portable_word(2)].concat();
    let offsets = (0..proof.len())
        .step_by(32)
        .filter(|offset| !is_scalar(&shape, *offset))
        .collect::<Vec<_>>();
    for point in offsets.chunks(2) {
        let offset = point[0];
        let replaced = |value: &[u8]| {
            let mut proof = proof.clone();
            proof[offset..offset + 64].copy_from_slice(value);
            pair.verdict(&instances, statement, &proof)
        };
        assert_eq!(
            replaced(&[0; 64]),
            Verdict::Encoding,
            "identity at {offset}"
        );
        assert_eq!(
            replaced(&generator),
            Verdict::Rejected,
            "generator at {offset}"
        );
        let mut negated = proof[offset..offset + 64].to_vec();
        let minus_y = minus(&modulus::<halo2curves::bn256::Fq>(), &negated[32..]);
        negated[32..].copy_from_slice(&minus_y);
        assert_eq!(replaced(&negated), Verdict::Rejected, "negated at {offset}");
    }
}

fn minus(a: &[u8; 32], b: &[u8]) -> [u8; 32] {
    let mut out = [0; 32];
    let mut borrow = 0;
    for i in (0..32).rev() {
        let difference = i16::from(a[i]) - i16::from(b[i]) - borrow;
        out[i] = difference.rem_euclid(256) as u8;
        borrow = i16::from(difference < 0);
    }
    out
}

#[test]
fn other_lengths_are_refused() {
    let pair = Pair::new();
    let instances = pair.setup.circuit.instances();
    let statement = Fr::from(5);
    let proof = pair.setup.prove(statement);
    for length in (0..proof.len()).step_by(31) {
        assert_eq!(
            pair.verdict(&instances, statement, &proof[..length]),
            Verdict::Length
        );
    }
    for extra in [1, 32, 64] {
        let longer = [&proof[..], &vec![0; extra]].concat();
        assert_eq!(
            pair.verdict(&instances, statement, &longer),
            Verdict::Length
        );
    }
}

#[test]
fn random_damage_gets_one_verdict() {
    let pair = Pair::new();
    let instances = pair.setup.circuit.instances();
    let statement = Fr::from(5);
    let proof = pair.setup.prove(statement);
    for _ in 0..200 {
        let mut damaged = proof.clone();
        let bit = OsRng.next_u32() as usize % (8 * damaged.len());
        damaged[bit / 8] ^= 1 << (bit % 8);
        assert_ne!(
            pair.verdict(&instances, statement, &damaged),
            Verdict::Accepted
        );
    }
    for _ in 0..20 {
        let (a, b) = (OsRng.next_u32() as usize, OsRng.next_u32() as usize);
        let words = proof.len() / 32;
        let (a, b) = (a % words, b % words);
        let mut swapped = proof.clone();
        swapped[32 * a..32 * a + 32].copy_from_slice(&proof[32 * b..32 * b + 32]);
        swapped[32 * b..32 * b + 32].copy_from_slice(&proof[32 * a..32 * a + 32]);
        let expected = swapped == proof;
        let verdict = pair.verdict(&instances, statement, &swapped);
        assert_eq!(verdict == Verdict::Accepted, expected);
    }
}

#[test]
#[ignore = "prints times"]
fn time() {
    let pair = Pair::new();
    let instances = pair.setup.circuit.instances();
    let proof = pair.setup.prove(Fr::from(5));
    let bytes = export_verifying_key(&pair.setup.key, &pair.setup.srs.verifier(), 3).unwrap();
    println!("key {} bytes, proof {} bytes", bytes.len(), proof.len());
    let scalars: Vec<_> = instances.iter().map(portable_scalar).collect();
    let statement = StatementDigest::from_felt(portable_scalar(&Fr::from(5)));
    let rounds = 50;
    let start = Instant::now();
    for _ in 0..rounds {
        VerifyingKey::from_bytes(&bytes).unwrap();
    }
    println!(
        "portable key parse: {:.2} ms",
        start.elapsed().as_secs_f64() * 1e3 / f64::from(rounds)
    );
    let start = Instant::now();
    for _ in 0..rounds {
        tranche_verifier::verify(&pair.portable, &scalars, statement, &proof).unwrap();
    }
    println!(
        "portable verify: {:.2} ms",
        start.elapsed().as_secs_f64() * 1e3 / f64::from(rounds)
    );
    let srs = pair.setup.srs.verifier();
    let start = Instant::now();
    for _ in 0..rounds {
        verify(
            &srs,
            pair.setup.key.vk(),
            3,
            &instances,
            Fr::from(5),
            &proof,
        )
        .unwrap();
    }
    println!(
        "native verify: {:.2} ms",
        start.elapsed().as_secs_f64() * 1e3 / f64::from(rounds)
    );
}
