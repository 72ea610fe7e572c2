//! Keys, proofs and their times for a baseline's circuit. `tranche-prover` refuses halo2's lookups and more than one public column, so this calls halo2 itself: with the same KZG
//! backend, SHPLONK and transcript.

use std::error::Error;

use halo2_proofs::plonk::{Circuit, VerifyingKey, create_proof, keygen_pk2, verify_proof};
use halo2_proofs::poly::commitment::ParamsProver;
use halo2_proofs::poly::kzg::commitment::KZGCommitmentScheme;
use halo2_proofs::poly::kzg::multiopen::{ProverSHPLONK, VerifierSHPLONK};
use halo2_proofs::poly::kzg::strategy::SingleStrategy;
use halo2curves::bn256::{Bn256, Fr, G1Affine};
use rand_core::OsRng;
use serde::Serialize;
use tranche_cost::clock::{Time, timed};
use tranche_prover::Srs;
use tranche_prover::transcript::{Challenge, ProofReader, ProofWriter};

/// Columns of a constraint system.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub(crate) struct Shape {
    /// Advice columns.
    pub(crate) advice_columns: usize,
    /// Fixed columns.
    pub(crate) fixed_columns: usize,
    /// Columns in the permutation argument.
    pub(crate) permutation_columns: usize,
    /// Halo2's lookup arguments, of three further commitments each.
    pub(crate) lookups: usize,
    /// Degree of the constraint system.
    pub(crate) degree: usize,
}

impl Shape {
    /// The columns of a constraint system as a key has it.
    pub(crate) fn of(vk: &VerifyingKey<G1Affine>) -> Self {
        let cs = vk.cs();
        Self {
            advice_columns: cs.num_advice_columns(),
            fixed_columns: cs.num_fixed_columns(),
            permutation_columns: vk.permutation().commitments().len(),
            lookups: cs.lookups().len(),
            degree: vk.get_domain().get_quotient_poly_degree() + 1,
        }
    }

    /// Columns that the prover commits to for each witness: advice, three for each lookup, and the permutation's products.
    pub(crate) fn committed_columns(&self) -> usize {
        let products = self.permutation_columns.div_ceil(self.degree - 2);
        self.advice_columns + 3 * self.lookups + products
    }
}

/// What one proof took.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Proved {
    /// Columns.
    pub(crate) shape: Shape,
    /// Time of making the proof, witness included, verification not.
    pub(crate) time: Time,
    /// Its bytes.
    pub(crate) bytes: usize,
}

/// Makes the key of a circuit, proves it and verifies the proof.
///
/// # Errors
/// What halo2 refuses: a circuit that does not fit, or a proof that does not verify.
pub(crate) fn prove<C: Circuit<Fr>>(
    srs: &Srs,
    circuit: C,
    instances: &[Vec<Fr>],
) -> Result<Proved, Box<dyn Error>> {
    let params = srs.params();
    let pk = keygen_pk2(params, &circuit, false)?;
    let vk = pk.get_vk();
    let shape = Shape::of(vk);
    let columns: Vec<&[Fr]> = instances.iter().map(Vec::as_slice).collect();
    let mut transcript = ProofWriter::new(None);
    let (made, time) = timed(|| {
        create_proof::<KZGCommitmentScheme<Bn256>, ProverSHPLONK<'_, Bn256>, Challenge, _, _, _>(
            params,
            &pk,
            &[circuit],
            &[&columns],
            OsRng,
            &mut transcript,
        )
    });
    made?;
    let proof = transcript.into_proof();
    let mut transcript = ProofReader::new(&proof);
    verify_proof::<KZGCommitmentScheme<Bn256>, VerifierSHPLONK<'_, Bn256>, Challenge, _, _>(
        params.verifier_params(),
        vk,
        SingleStrategy::new(params),
        &[&columns],
        &mut transcript,
    )?;
    Ok(Proved {
        shape,
        time,
        bytes: proof.len(),
    })
}
