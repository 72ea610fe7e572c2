//! Proofs under the native verifier: accepted when valid, refused for the right reason when not.

use std::ops::ControlFlow;

use halo2curves::bn256::Fr;
use tranche_prover::{KeyStore, ProofShape, ProveError, Stage, VerifyError, prove, verify};
use tranche_srs::{Srs, SrsFault, VerifierSrs};
use tranche_testkit::circuit::{NAME, Setup, TestCircuit, ZEROS};

fn check(setup: &Setup, instances: &[Fr], statement: Fr, proof: &[u8]) -> Result<(), VerifyError> {
    verify(
        &setup.srs.verifier(),
        setup.key.vk(),
        3,
        instances,
        statement,
        proof,
    )
}

#[test]
fn a_proof_verifies_for_its_statement_only() {
    let setup = Setup::new();
    let instances = setup.circuit.instances();
    let proof = setup.prove(Fr::from(9));
    assert_eq!(check(&setup, &instances, Fr::from(9), &proof), Ok(()));
    assert_eq!(
        check(&setup, &instances, Fr::from(10), &proof),
        Err(VerifyError::Rejected)
    );
    let mut other = instances.clone();
    other[2] += Fr::one();
    assert_eq!(
        check(&setup, &other, Fr::from(9), &proof),
        Err(VerifyError::Rejected)
    );
}

#[test]
fn two_proofs_of_one_statement_share_no_commitment_or_evaluation() {
    let setup = Setup::new();
    let (a, b) = (setup.prove(Fr::from(9)), setup.prove(Fr::from(9)));
    let shape = ProofShape::new(setup.key.vk()).unwrap();
    assert_eq!(shape.permutation_chunks, 2);
    assert_eq!(a.len(), shape.proof_bytes());
    // Advice, permutation products, the random polynomial and the quotient's limbs stand first, the two points of the opening
    // last: every point differs in both coordinates. Of the scalars those agree that no randomness reaches: evaluations
    // of the fixed column of zeros, zero at every challenge. The other fixed columns differ as the challenge does.
    let zeros = setup.key.vk().cs().fixed_queries().iter().enumerate();
    let first = 2 * (shape.points() - 2) + shape.advice_queries;
    let zeros: Vec<usize> = zeros
        .filter(|(_, (column, _))| column.index() == ZEROS)
        .map(|(place, _)| first + place)
        .collect();
    assert!(!zeros.is_empty());
    let equal = |(place, (one, other)): (usize, (&[u8], &[u8]))| (one == other).then_some(place);
    let words = a.chunks(32).zip(b.chunks(32)).enumerate();
    assert_eq!(words.filter_map(equal).collect::<Vec<_>>(), zeros);
    for place in zeros {
        assert_eq!(a[32 * place..32 * (place + 1)], [0; 32]);
    }
}

#[test]
fn lengths_are_exact() {
    let setup = Setup::new();
    let instances = setup.circuit.instances();
    let mut proof = setup.prove(Fr::from(9));
    let expected = proof.len();
    let length = |got| Err(VerifyError::ProofLength { expected, got });
    assert_eq!(
        check(&setup, &instances, Fr::from(9), &proof[1..]),
        length(expected - 1)
    );
    assert_eq!(check(&setup, &instances, Fr::from(9), &[]), length(0));
    proof.push(0);
    assert_eq!(
        check(&setup, &instances, Fr::from(9), &proof),
        length(expected + 1)
    );
}

#[test]
fn short_instances_are_refused_though_padding_would_accept_them() {
    let setup = Setup::new();
    let statement = Fr::from(9);
    // Instances are zero-padded inside halo2: the zero-extended list has the same column.
    let mut padded = setup.circuit.instances();
    padded.push(Fr::zero());
    let proof = prove(
        &setup.srs,
        setup.key.pk(),
        setup.circuit.clone(),
        &padded,
        statement,
        None,
    )
    .unwrap();
    assert_eq!(
        check(&setup, &padded, statement, &proof),
        Err(VerifyError::Instances {
            expected: 3,
            got: 4
        })
    );
    assert_eq!(
        check(&setup, &padded[..2], statement, &proof),
        Err(VerifyError::Instances {
            expected: 3,
            got: 2
        })
    );
    // Absorbed one by one, so the number of instances is bound.
    assert_eq!(
        check(&setup, &padded[..3], statement, &proof),
        Err(VerifyError::Rejected)
    );
}

#[test]
fn more_instances_than_rows_are_a_typed_error() {
    let setup = Setup::new();
    let many = vec![Fr::zero(); 64];
    let error = prove(
        &setup.srs,
        setup.key.pk(),
        setup.circuit.clone(),
        &many,
        Fr::zero(),
        None,
    );
    assert!(matches!(
        error,
        Err(ProveError::TooManyInstances { got: 64, .. })
    ));
    let verdict = verify(
        &setup.srs.verifier(),
        setup.key.vk(),
        64,
        &many,
        Fr::zero(),
        &[],
    );
    assert!(matches!(
        verdict,
        Err(VerifyError::TooManyInstances { got: 64, .. })
    ));
}

#[test]
fn an_unsatisfied_witness_gives_no_proof() {
    let setup = Setup::new();
    let instances = setup.circuit.instances();
    let broken = TestCircuit {
        broken: true,
        ..setup.circuit.clone()
    };
    let error = prove(
        &setup.srs,
        setup.key.pk(),
        broken,
        &instances,
        Fr::zero(),
        None,
    );
    assert!(matches!(
        error,
        Err(ProveError::Unsatisfied(VerifyError::Rejected))
    ));
}

#[test]
fn an_srs_of_another_size_is_refused() {
    let setup = Setup::new();
    let instances = setup.circuit.instances();
    let proof = setup.prove(Fr::zero());
    let larger = Srs::development(7).unwrap();
    assert_eq!(
        verify(
            &larger.verifier(),
            setup.key.vk(),
            3,
            &instances,
            Fr::zero(),
            &proof
        ),
        Err(VerifyError::K {
            expected: 6,
            got: 7
        })
    );
    let error = prove(
        &larger,
        setup.key.pk(),
        setup.circuit.clone(),
        &instances,
        Fr::zero(),
        None,
    );
    assert!(matches!(
        error,
        Err(ProveError::K {
            expected: 6,
            got: 7
        })
    ));
    // Cut down, it is the same string.
    let cut = larger.downsize(6).unwrap();
    let key = KeyStore::new(None)
        .load_or_generate(&cut, NAME, 1, &setup.circuit)
        .unwrap();
    assert_eq!(key.digest(), setup.key.digest());
}

#[test]
fn stages_are_reported_in_order() {
    let setup = Setup::new();
    let instances = setup.circuit.instances();
    let mut stages = Vec::new();
    let mut progress = |stage| {
        stages.push(stage);
        ControlFlow::Continue(())
    };
    prove(
        &setup.srs,
        setup.key.pk(),
        setup.circuit.clone(),
        &instances,
        Fr::zero(),
        Some(&mut progress),
    )
    .unwrap();
    assert_eq!(
        stages,
        [
            Stage::Witness { phase: 0 },
            Stage::Commitments { phase: 0 },
            Stage::Witness { phase: 1 },
            Stage::Commitments { phase: 1 },
            Stage::Permutation,
            Stage::Quotient,
            Stage::Evaluation,
            Stage::Opening,
        ]
    );
}

#[test]
fn the_verifier_srs_survives_its_bytes() {
    let setup = Setup::new();
    let instances = setup.circuit.instances();
    let proof = setup.prove(Fr::one());
    let bytes = setup.srs.verifier().to_bytes();
    let read = VerifierSrs::from_bytes(&bytes).unwrap();
    assert_eq!(read.identity(), setup.srs.identity());
    assert_eq!(
        verify(&read, setup.key.vk(), 3, &instances, Fr::one(), &proof),
        Ok(())
    );

    let fault = |edit: &dyn Fn(&mut Vec<u8>)| {
        let mut bytes = bytes.clone();
        edit(&mut bytes);
        VerifierSrs::from_bytes(&bytes).unwrap_err()
    };
    assert_eq!(fault(&|b| b[0] ^= 1), SrsFault::Magic);
    assert_eq!(
        fault(&|b| b[9] = 2),
        SrsFault::Version {
            expected: 1,
            got: 2
        }
    );
    assert_eq!(fault(&|b| b[10] = 1), SrsFault::Size(0x0100_0006));
    assert_eq!(fault(&|b| b[14] = 0), SrsFault::DevelopmentMarkedSecure);
    assert_eq!(fault(&|b| b[14] = 2), SrsFault::Flag(2));
    assert_eq!(
        fault(&|b| b[15] = 0xff),
        SrsFault::Point {
            part: "g1",
            index: 0
        }
    );
    assert!(matches!(fault(&|b| b.push(0)), SrsFault::Length { .. }));
    // s·g2 in the place of g2.
    assert_eq!(
        fault(&|b| b.copy_within(207.., 79)),
        SrsFault::Generator("g2")
    );
}
