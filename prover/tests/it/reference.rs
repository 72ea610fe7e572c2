//! Our prover beside halo2's own: both proofs are accepted, and what depends on no randomness but the seed's is the same.

use halo2_proofs::SerdeFormat;
use halo2_proofs::plonk::{Circuit, ProvingKey, create_proof, keygen_pk2};
use halo2_proofs::poly::kzg::commitment::KZGCommitmentScheme;
use halo2_proofs::poly::kzg::multiopen::ProverSHPLONK;
use halo2_proofs::transcript::Transcript;
use halo2curves::bn256::{Bn256, Fr, G1Affine};
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;
use tranche_circuits::usage::UsageCircuit;
use tranche_circuits::usage::inputs::{UsageInputs, UsagePublic};
use tranche_circuits::usage::params::{CircuitSize, SIZES};
use tranche_protocol::Shape;
use tranche_protocol::sample::SampleRun;
use tranche_prover::transcript::{Challenge, ProofWriter};
use tranche_prover::{CircuitKey, KeyPair, KeyStore, ProofShape, Srs, plonk, verify};
use tranche_testkit::circuit::{Setup, TestCircuit};

/// Which prover makes a proof.
#[derive(Clone, Copy, Debug)]
enum By {
    Us,
    Halo2,
}

fn proof<C: Circuit<Fr>>(by: By, srs: &Srs, key: &KeyPair, circuit: C, public: &[Fr]) -> Vec<u8> {
    let rng = ChaCha20Rng::from_seed([7; 32]);
    let mut transcript = ProofWriter::new(None);
    transcript.common_scalar(Fr::from(3)).unwrap();
    let pk = key.pk();
    match by {
        By::Us => plonk::create_proof(srs, pk, &circuit, &[public], rng, &mut transcript),
        By::Halo2 => {
            create_proof::<KZGCommitmentScheme<Bn256>, ProverSHPLONK<'_, Bn256>, Challenge, _, _, _>(
                srs.params(),
                pk,
                &[circuit],
                &[&[public]],
                rng,
                &mut transcript,
            )
        }
    }
    .unwrap();
    transcript.into_proof()
}

/// Proves by both, and checks both.
fn compare<C: Circuit<Fr> + Clone>(srs: &Srs, key: &KeyPair, circuit: C, public: &[Fr]) {
    let proofs = [By::Us, By::Halo2].map(|by| {
        let start = std::time::Instant::now();
        let proof = proof(by, srs, key, circuit.clone(), public);
        eprintln!("{} by {by:?}: {:?}", key.name(), start.elapsed());
        let verdict = verify(
            &srs.verifier(),
            key.vk(),
            public.len(),
            public,
            Fr::from(3),
            &proof,
        );
        assert_eq!(verdict, Ok(()), "by {by:?}");
        proof
    });
    // Up to the random polynomial, which halo2 draws from the system.
    let shape = ProofShape::new(key.vk()).unwrap();
    let same = 64 * (shape.advice + shape.permutation_chunks);
    let [ours, theirs] = &proofs;
    assert_eq!(ours[..same], theirs[..same]);
    assert_eq!(ours.len(), theirs.len());
    assert_ne!(ours[same..], theirs[same..]);
}

/// The key is halo2's, byte by byte.
fn same_key<C: Circuit<Fr>>(srs: &Srs, key: &KeyPair, circuit: &C) {
    let theirs = keygen_pk2(srs.params(), circuit, false).unwrap();
    let bytes = |key: &ProvingKey<G1Affine>| key.to_bytes(SerdeFormat::RawBytesUnchecked);
    assert_eq!(bytes(key.pk()), bytes(&theirs));
}

#[test]
fn the_test_circuit_is_proven_alike() {
    let setup = Setup::new();
    same_key(&setup.srs, &setup.key, &setup.circuit);
    for seed in 0..4 {
        let circuit = TestCircuit::new(seed);
        let public = circuit.instances();
        compare(&setup.srs, &setup.key, circuit, &public);
    }
}

fn usage(size: &CircuitSize) {
    let srs = Srs::development(size.params.k).unwrap();
    let key = CircuitKey::usage(&srs, &KeyStore::new(None), size).unwrap();
    let run = SampleRun::new(&Shape::STANDARD, 5_000);
    let (witness, _, statement) = run.build(&Shape::STANDARD);
    let inputs = UsageInputs::from_witness(&witness, [5; 32]);
    let public = UsagePublic::from(&statement);
    let circuit = UsageCircuit::new(size.params, inputs, public);
    same_key(&srs, key.pair(), &circuit.without_witnesses());
    compare(&srs, key.pair(), circuit, &public.to_vec());
}

#[test]
fn the_smallest_usage_circuit_is_proven_alike() {
    usage(&SIZES[0]);
}

#[test]
#[ignore = "every circuit of the ladder: scripts/provers.sh"]
fn every_usage_circuit_is_proven_alike() {
    SIZES.iter().for_each(usage);
}
