//! A few false assignments really proved: halo2's verifier refuses each, and its mock prover agrees with the checker.

use crate::labels;
use halo2_proofs::circuit::{Layouter, SimpleFloorPlanner};
use halo2_proofs::dev::MockProver;
use halo2_proofs::plonk::{
    Circuit, ConstraintSystem, Error, ProvingKey, create_proof, keygen_pk, keygen_vk, verify_proof,
};
use halo2_proofs::poly::commitment::ParamsProver;
use halo2_proofs::poly::kzg::commitment::{KZGCommitmentScheme, ParamsKZG};
use halo2_proofs::poly::kzg::multiopen::{ProverSHPLONK, VerifierSHPLONK};
use halo2_proofs::poly::kzg::strategy::SingleStrategy;
use halo2_proofs::transcript::{
    Blake2bRead, Blake2bWrite, Challenge255, TranscriptReadBuffer, TranscriptWriterBuffer,
};
use halo2curves::bn256::{Bn256, Fr, G1Affine};
use halo2curves::ff::Field;
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;

use super::circuit_under_test::{CircuitUnderTest, Relation};
use super::fixtures;
use super::honest_witness::{HonestWitness, Use};
use super::judge::judge;
use super::mutation::{Mutated, Mutation};
use crate::two_phase::TwoPhase;
use crate::usage::UsageCircuit;
use crate::usage::config::UsageConfig;
use crate::usage::inputs::UsagePublic;
use crate::usage::params::UsageParams;

/// The usage circuit around a mutation, as halo2's provers take it.
#[derive(Clone)]
struct MutatedCircuit {
    params: UsageParams,
    public: UsagePublic,
    mutated: Mutated<UsageCircuit>,
}

impl Circuit<Fr> for MutatedCircuit {
    type Config = UsageConfig;
    type FloorPlanner = SimpleFloorPlanner;
    type Params = UsageParams;

    fn without_witnesses(&self) -> Self {
        let mut unmutated = self.clone();
        unmutated.mutated.mutation = Mutation::default();
        unmutated
    }

    fn params(&self) -> UsageParams {
        self.params
    }

    fn configure(cs: &mut ConstraintSystem<Fr>) -> UsageConfig {
        UsageConfig::configure(cs, &UsageParams::default())
    }

    fn configure_with_params(cs: &mut ConstraintSystem<Fr>, params: UsageParams) -> UsageConfig {
        UsageConfig::configure(cs, &params)
    }

    fn synthesize(&self, config: UsageConfig, layouter: impl Layouter<Fr>) -> Result<(), Error> {
        self.mutated.synthesize_phases(&config, layouter)
    }
}

impl MutatedCircuit {
    fn new(circuit: &CircuitUnderTest, mutation: Mutation) -> Self {
        let Relation::Usage(usage) = &circuit.relation else {
            panic!("a usage circuit");
        };
        Self {
            params: usage.params,
            public: usage.public,
            mutated: Mutated {
                circuit: UsageCircuit::new(usage.params, usage.inputs.clone(), usage.public),
                mutation,
            },
        }
    }
}

/// One mutation of each kind: an S-box, a multiplicity hint, a limb of a sum, a key inverse, a weight of a hash, and nothing at all.
fn samples(honest: &HonestWitness<'_>) -> Vec<(&'static str, Mutation)> {
    let one_more = |used: Use, row: usize| {
        let column = honest.uses.iter().position(|each| *each == used).unwrap();
        let cell_ref = honest.cell_ref(column, row);
        Mutation::of([(cell_ref, honest.assignment().value(cell_ref) + Fr::ONE)])
    };
    let unregistered_total = honest.circuit.gates(&honest.filled.chips[0], false);
    let (gate, _) = unregistered_total
        .into_iter()
        .find(|(_, label)| *label == labels::UNREGISTERED_SUMS)
        .unwrap();
    let units = honest.assignment().value(gate) + Fr::ONE;
    let sum = crate::assignment::CellRef {
        row: gate.row + 3,
        ..gate
    };
    vec![
        ("nothing", Mutation::default()),
        (
            "unregistered total",
            Mutation::of([(gate, units), (sum, units)]),
        ),
        ("key inverse", one_more(Use::KeyInverse, 1)),
        ("box", one_more(Use::SboxInput, 7)),
        ("multiplicity hint", one_more(Use::MultiplicityHint, 3)),
        ("mask", one_more(Use::MaskNoise, 5)),
    ]
}

#[test]
fn the_mock_prover_agrees_about_mutations() {
    let circuit = fixtures::weighted();
    let honest = HonestWitness::new(&circuit, 0);
    for (name, mutation) in samples(&honest) {
        let broken = !judge(&honest, &mutation).verdict.fixed.is_empty();
        assert_eq!(broken, !["nothing", "mask"].contains(&name), "{name}");
        let circuit = MutatedCircuit::new(&circuit, mutation);
        let instance = circuit.public.to_vec();
        let prover = MockProver::run(circuit.params.k, &circuit, vec![instance]).unwrap();
        assert_eq!(prover.verify().is_err(), broken, "{name}");
    }
}

fn proof_is_accepted(
    params: &ParamsKZG<Bn256>,
    key: &ProvingKey<G1Affine>,
    circuit: MutatedCircuit,
) -> bool {
    let instance = circuit.public.to_vec();
    let mut writer = Blake2bWrite::<_, G1Affine, Challenge255<_>>::init(Vec::new());
    let rng = ChaCha20Rng::seed_from_u64(5);
    create_proof::<KZGCommitmentScheme<Bn256>, ProverSHPLONK<'_, Bn256>, _, _, _, _>(
        params,
        key,
        &[circuit],
        &[&[&instance]],
        rng,
        &mut writer,
    )
    .unwrap();
    let proof = writer.finalize();
    let mut reader = Blake2bRead::<_, G1Affine, Challenge255<_>>::init(&proof[..]);
    let strategy = SingleStrategy::new(params.verifier_params());
    verify_proof::<KZGCommitmentScheme<Bn256>, VerifierSHPLONK<'_, Bn256>, _, _, _>(
        params.verifier_params(),
        key.get_vk(),
        strategy,
        &[&[&instance]],
        &mut reader,
    )
    .is_ok()
}

#[test]
fn proofs_of_mutations_are_refused() {
    let circuit = fixtures::weighted();
    let honest = HonestWitness::new(&circuit, 0);
    let unmutated = MutatedCircuit::new(&circuit, Mutation::default());
    let params = ParamsKZG::<Bn256>::setup(unmutated.params.k, ChaCha20Rng::seed_from_u64(6));
    let key = keygen_vk(&params, &unmutated).unwrap();
    let key = keygen_pk(&params, key, &unmutated).unwrap();
    for (name, mutation) in samples(&honest) {
        let accepted = proof_is_accepted(&params, &key, MutatedCircuit::new(&circuit, mutation));
        assert_eq!(accepted, ["nothing", "mask"].contains(&name), "{name}");
    }
}
