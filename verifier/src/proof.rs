//! A proof's elements and challenges, read in the order of the protocol.

use alloc::vec::Vec;

use ark_bn254::{Fr, G1Affine};

use crate::error::VerifyError;
use crate::key::VerifyingKey;
use crate::transcript::Transcript;

/// The verifier's challenges.
pub(crate) struct Challenges {
    /// Those drawn between advice phases, by index.
    pub(crate) phases: Vec<Fr>,
    /// Permutation: weight of a cell's address.
    pub(crate) beta: Fr,
    /// Permutation: offset.
    pub(crate) gamma: Fr,
    /// Separates constraints.
    pub(crate) y: Fr,
    /// The evaluation point.
    pub(crate) x: Fr,
    /// Opening: separates commitments of a set.
    pub(crate) opening_y: Fr,
    /// Opening: separates sets.
    pub(crate) opening_v: Fr,
    /// Opening: the point of the combined opening.
    pub(crate) opening_u: Fr,
}

/// A permutation product's evaluations.
pub(crate) struct Product {
    /// At x.
    pub(crate) current: Fr,
    /// At ω·x.
    pub(crate) next: Fr,
    /// At the last usable row, for all but the last product.
    pub(crate) last: Option<Fr>,
}

/// A well-formed proof.
pub(crate) struct Proof {
    pub(crate) advice: Vec<G1Affine>,
    pub(crate) products: Vec<G1Affine>,
    pub(crate) random: G1Affine,
    pub(crate) quotient: Vec<G1Affine>,
    /// Every scalar of the proof, in order.
    pub(crate) evaluations: Vec<Fr>,
    pub(crate) opening: [G1Affine; 2],
    pub(crate) challenges: Challenges,
}

impl Proof {
    /// Reads a proof whose length has been checked against the key.
    pub(crate) fn read(
        key: &VerifyingKey,
        instances: &[Fr],
        statement_digest: Fr,
        bytes: &[u8],
    ) -> Result<Self, VerifyError> {
        let transcript = &mut Transcript::new(bytes);
        transcript.common_scalar(&statement_digest);
        transcript.common_scalar(&key.transcript_repr());
        for instance in instances {
            transcript.common_scalar(instance);
        }
        let (advice, phases) = read_phases(key, transcript)?;
        // The challenge of halo2's lookups, squeezed even where there are none.
        let _theta = transcript.squeeze();
        let beta = transcript.squeeze();
        let gamma = transcript.squeeze();
        let products = read_points(transcript, key.permutation_products())?;
        let random = transcript.read_point()?;
        let y = transcript.squeeze();
        let quotient = read_points(transcript, key.quotient_limbs() as usize)?;
        let x = transcript.squeeze();
        let evaluations = read_scalars(key, transcript)?;
        let opening_y = transcript.squeeze();
        let opening_v = transcript.squeeze();
        let first = transcript.read_point()?;
        let opening_u = transcript.squeeze();
        let second = transcript.read_point()?;
        Ok(Proof {
            advice,
            products,
            random,
            quotient,
            evaluations,
            opening: [first, second],
            challenges: Challenges {
                phases,
                beta,
                gamma,
                y,
                x,
                opening_y,
                opening_v,
                opening_u,
            },
        })
    }

    pub(crate) fn advice_evaluations(&self, key: &VerifyingKey) -> &[Fr] {
        self.slice(0, key.advice_queries().len())
    }

    pub(crate) fn fixed_evaluations(&self, key: &VerifyingKey) -> &[Fr] {
        self.slice(key.advice_queries().len(), key.fixed_queries().len())
    }

    pub(crate) fn permutation_evaluations(&self, key: &VerifyingKey) -> &[Fr] {
        self.slice(permutation_start(key), key.permutation().len())
    }

    pub(crate) fn product_evaluations(&self, key: &VerifyingKey) -> Vec<Product> {
        let start = permutation_start(key).saturating_add(key.permutation().len());
        let scalars = self.evaluations.get(start..).unwrap_or_default();
        scalars
            .chunks(3)
            .filter_map(|chunk| match *chunk {
                [current, next, last] => Some(Product {
                    current,
                    next,
                    last: Some(last),
                }),
                [current, next] => Some(Product {
                    current,
                    next,
                    last: None,
                }),
                _ => None,
            })
            .collect()
    }

    fn slice(&self, start: usize, count: usize) -> &[Fr] {
        self.evaluations
            .get(start..)
            .and_then(|tail| tail.get(..count))
            .unwrap_or_default()
    }
}

/// Advice commitments phase by phase, each phase closed by its challenges.
fn read_phases(
    key: &VerifyingKey,
    transcript: &mut Transcript<'_>,
) -> Result<(Vec<G1Affine>, Vec<Fr>), VerifyError> {
    let mut advice = alloc::vec![G1Affine::identity(); key.advice_phases().len()];
    let mut challenges = alloc::vec![Fr::from(0u8); key.challenge_phases().len()];
    let last = key.advice_phases().iter().copied().max().unwrap_or(0);
    for current in 0..=last {
        for (phase, commitment) in key.advice_phases().iter().zip(&mut advice) {
            if *phase == current {
                *commitment = transcript.read_point()?;
            }
        }
        for (phase, challenge) in key.challenge_phases().iter().zip(&mut challenges) {
            if *phase == current {
                *challenge = transcript.squeeze();
            }
        }
    }
    Ok((advice, challenges))
}

fn read_points(
    transcript: &mut Transcript<'_>,
    count: usize,
) -> Result<Vec<G1Affine>, VerifyError> {
    (0..count).map(|_| transcript.read_point()).collect()
}

/// Scalars before those of the permutation: advice, fixed, and the random polynomial's.
fn permutation_start(key: &VerifyingKey) -> usize {
    let queries = key.advice_queries().len();
    queries
        .saturating_add(key.fixed_queries().len())
        .saturating_add(1)
}

/// All scalars of a proof: they stand together, between the quotient and the opening.
fn read_scalars(
    key: &VerifyingKey,
    transcript: &mut Transcript<'_>,
) -> Result<Vec<Fr>, VerifyError> {
    let products = key.permutation_products().saturating_mul(3);
    let count = permutation_start(key)
        .saturating_add(key.permutation().len())
        .saturating_add(products.saturating_sub(1));
    (0..count).map(|_| transcript.read_scalar()).collect()
}
