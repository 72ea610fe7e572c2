//! A proof that is cancelled ends at once, without a panic, and drops its witness.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use halo2_proofs::circuit::{Layouter, SimpleFloorPlanner};
use halo2_proofs::plonk::{Circuit, ConstraintSystem, Error};
use halo2curves::bn256::Fr;
use tranche_prover::{KeyStore, ProveError, Stage, prove};
use tranche_testkit::circuit::{Config, NAME, Setup, TestCircuit, TestParams};

/// The stages of the test circuit, in order.
const STAGES: [Stage; 8] = [
    Stage::Witness { phase: 0 },
    Stage::Commitments { phase: 0 },
    Stage::Witness { phase: 1 },
    Stage::Commitments { phase: 1 },
    Stage::Permutation,
    Stage::Quotient,
    Stage::Evaluation,
    Stage::Opening,
];

/// The test circuit with a witness whose copies are counted.
struct Counted {
    circuit: TestCircuit,
    witness: Arc<()>,
}

impl Circuit<Fr> for Counted {
    type Config = Config;
    type FloorPlanner = SimpleFloorPlanner;
    type Params = TestParams;

    fn params(&self) -> TestParams {
        self.circuit.params()
    }

    fn without_witnesses(&self) -> Self {
        Self {
            circuit: self.circuit.without_witnesses(),
            witness: self.witness.clone(),
        }
    }

    fn configure(meta: &mut ConstraintSystem<Fr>) -> Config {
        TestCircuit::configure(meta)
    }

    fn configure_with_params(meta: &mut ConstraintSystem<Fr>, shape: TestParams) -> Config {
        TestCircuit::configure_with_params(meta, shape)
    }

    fn synthesize(&self, config: Config, layouter: impl Layouter<Fr>) -> Result<(), Error> {
        self.circuit.synthesize(config, layouter)
    }
}

#[test]
fn every_stage_can_be_the_last() {
    let setup = Setup::new();
    let instances = setup.circuit.instances();
    let panics = Arc::new(AtomicUsize::new(0));
    let counted = panics.clone();
    std::panic::set_hook(Box::new(move |_| {
        counted.fetch_add(1, Ordering::Relaxed);
    }));
    let ends = STAGES.map(|last| {
        let witness = Arc::new(());
        let circuit = Counted {
            circuit: setup.circuit.clone(),
            witness: witness.clone(),
        };
        let mut told = Vec::new();
        let mut progress = |stage| {
            told.push(stage);
            if stage == last {
                return ControlFlow::Break(());
            }
            ControlFlow::Continue(())
        };
        let (srs, pk) = (&setup.srs, setup.key.pk());
        let end = prove(srs, pk, circuit, &instances, Fr::one(), Some(&mut progress));
        (end, told, Arc::strong_count(&witness))
    });
    drop(std::panic::take_hook());
    assert_eq!(panics.load(Ordering::Relaxed), 0, "no panic is reported");
    for (i, (end, told, holders)) in ends.into_iter().enumerate() {
        assert!(matches!(end, Err(ProveError::Cancelled)), "{end:?}");
        assert_eq!(told, STAGES[..=i], "nothing is told after the end");
        assert_eq!(holders, 1, "the witness is dropped");
    }
}

#[test]
fn a_key_proves_after_a_cancelled_proof() {
    let setup = Setup::new();
    let instances = setup.circuit.instances();
    let mut cancel = |stage| match stage {
        Stage::Quotient => ControlFlow::Break(()),
        _ => ControlFlow::Continue(()),
    };
    let cancelled = prove(
        &setup.srs,
        setup.key.pk(),
        setup.circuit.clone(),
        &instances,
        Fr::one(),
        Some(&mut cancel),
    );
    assert!(matches!(cancelled, Err(ProveError::Cancelled)));
    setup.prove(Fr::one());
    let again = KeyStore::new(None)
        .load_or_generate(&setup.srs, NAME, 1, &setup.circuit)
        .unwrap();
    assert_eq!(again.digest(), setup.key.digest());
}
