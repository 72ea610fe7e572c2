//! A few lying sheets really proved: halo2's verifier refuses each, and its mock prover agrees with the checker.

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

use super::ground::{Ground, Use};
use super::judge::judge;
use super::subject::{Kind, Lie, Subject, tell};
use super::toys;
use crate::sheet::Sheet;
use crate::usage::config::{Challenges, UsageConfig};
use crate::usage::inputs::{UsageInputs, UsagePublic};
use crate::usage::params::UsageParams;
use crate::usage::{fill, known, late};

/// The usage circuit, with a lie between filling and committing of each phase.
#[derive(Clone)]
struct Lying {
    params: UsageParams,
    inputs: UsageInputs,
    public: UsagePublic,
    lie: Lie,
}

impl Circuit<Fr> for Lying {
    type Config = UsageConfig;
    type FloorPlanner = SimpleFloorPlanner;
    type Params = UsageParams;

    fn without_witnesses(&self) -> Self {
        Self {
            lie: Lie::default(),
            ..self.clone()
        }
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

    fn synthesize(
        &self,
        config: UsageConfig,
        mut layouter: impl Layouter<Fr>,
    ) -> Result<(), Error> {
        let mut cs = ConstraintSystem::default();
        UsageConfig::configure(&mut cs, &self.params);
        let mut sheet = Sheet::new(&cs, self.params.k, config.constants);
        sheet.fault(self.lie.cells.iter().copied());
        layouter.assign_region(
            || "lying usage",
            |mut region| {
                let (inputs, public) = (&self.inputs, &self.public);
                let first = fill::first_phase(&config, &self.params, inputs, public, &mut sheet);
                tell(&config.machine, &mut sheet, &self.lie.cells);
                config.range.assign(&mut sheet, first.range_rows);
                tell(&config.machine, &mut sheet, &self.lie.cells);
                sheet.flush_advice(&mut region, &config.columns, 0);
                region.next_phase();
                let drawn = config.challenges.to_array();
                let drawn = drawn.map(|challenge| known(region.get_challenge(challenge)));
                let drawn = Challenges::from_array(drawn);
                late::second_phase(&config, &self.params, &first, drawn, &mut sheet);
                tell(&config.machine, &mut sheet, &self.lie.cells);
                sheet.flush_advice(&mut region, &config.columns, 1);
                sheet.flush_fixed(&mut region, &config.columns);
                Ok(())
            },
        )
    }
}

impl Lying {
    fn new(subject: &Subject, lie: Lie) -> Self {
        let Kind::Usage(usage) = &subject.circuit else {
            panic!("a usage circuit");
        };
        Self {
            params: usage.params,
            inputs: usage.inputs.clone(),
            public: usage.public,
            lie,
        }
    }
}

/// One lie of each kind: an S-box, a ratio, a limb of a sum, a link, a weight of a hash, and nothing at all.
fn samples(ground: &Ground<'_>) -> Vec<(&'static str, Lie)> {
    let one_more = |used: Use, row: usize| {
        let column = ground.uses.iter().position(|each| *each == used).unwrap();
        let spot = ground.spot(column, row);
        Lie::of([(spot, ground.sheet().value(spot) + Fr::ONE)])
    };
    let bucket = ground.subject.gates(&ground.filled.chips[0], false);
    let (gate, _) = bucket
        .into_iter()
        .find(|(_, label)| *label == "S4 bucket sums")
        .unwrap();
    let units = ground.sheet().value(gate) + Fr::ONE;
    let sum = crate::sheet::Spot {
        row: gate.row + 3,
        ..gate
    };
    vec![
        ("nothing", Lie::default()),
        ("bucket", Lie::of([(gate, units), (sum, units)])),
        ("link", one_more(Use::Link, 1)),
        ("box", one_more(Use::Engine, 7)),
        ("ratio", one_more(Use::Ratio, 3)),
        ("mask", one_more(Use::MaskNoise, 5)),
    ]
}

#[test]
fn the_mock_prover_agrees_about_lies() {
    let subject = toys::weighted();
    let ground = Ground::new(&subject, 0);
    for (name, lie) in samples(&ground) {
        let broken = !judge(&ground, &lie).verdict.fixed.is_empty();
        assert_eq!(broken, !["nothing", "mask"].contains(&name), "{name}");
        let circuit = Lying::new(&subject, lie);
        let instance = circuit.public.to_vec();
        let prover = MockProver::run(circuit.params.k, &circuit, vec![instance]).unwrap();
        assert_eq!(prover.verify().is_err(), broken, "{name}");
    }
}

fn proof_is_accepted(
    params: &ParamsKZG<Bn256>,
    key: &ProvingKey<G1Affine>,
    circuit: Lying,
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
fn proofs_of_lies_are_refused() {
    let subject = toys::weighted();
    let ground = Ground::new(&subject, 0);
    let honest = Lying::new(&subject, Lie::default());
    let params = ParamsKZG::<Bn256>::setup(honest.params.k, ChaCha20Rng::seed_from_u64(6));
    let key = keygen_vk(&params, &honest).unwrap();
    let key = keygen_pk(&params, key, &honest).unwrap();
    for (name, lie) in samples(&ground) {
        let accepted = proof_is_accepted(&params, &key, Lying::new(&subject, lie));
        assert_eq!(accepted, ["nothing", "mask"].contains(&name), "{name}");
    }
}
