//! The protocol, round by round.

use halo2_proofs::plonk::{Any, Circuit, Column, Error, ProvingKey};
use halo2_proofs::poly::EvaluationDomain;
use halo2_proofs::poly::commitment::ParamsProver as _;
use halo2_proofs::transcript::{EncodedChallenge, TranscriptWrite};
use halo2curves::bn256::{Fr, G1Affine};
use halo2curves::ff::Field;
use halo2curves::group::Curve as _;
use rand_chacha::ChaCha20Rng;
use rand_core::{RngCore, SeedableRng};
use rayon::prelude::*;
use tranche_srs::Srs;

use super::constraints::{Challenges, PermutationColumns, constraints};
use super::graph::{Graph, Source};
use super::multiexp::multiexp;
use super::opening::{Points, PolynomialId, Query, open};
use super::order::reorder;
use super::permutation::{Permutation, running_products};
use super::polynomial::{Coefficients, add_scaled};
use super::quotient::{Domain, quotient};
use super::secret::Secret;
use super::transform::{InverseTwiddles, Twiddles};
use super::witness::{Witness, blind, synthesize};
use crate::shape::{constraint_degree, usable_rows};

/// Makes the proof of a circuit with these instance columns, into a transcript: what halo2's `create_proof` writes, from the same randomness the same
/// commitments up to the random polynomial's.
///
/// # Errors
/// Those of synthesis and of the transcript.
pub fn create_proof<C, R, E, T>(
    srs: &Srs,
    key: &ProvingKey<G1Affine>,
    circuit: &C,
    instances: &[&[Fr]],
    mut rng: R,
    transcript: &mut T,
) -> Result<(), Error>
where
    C: Circuit<Fr>,
    R: RngCore,
    E: EncodedChallenge<G1Affine>,
    T: TranscriptWrite<G1Affine, E>,
{
    let vk = key.get_vk();
    let prover = Prover {
        srs,
        key,
        space: vk.get_domain(),
        domain: Domain {
            k: vk.get_domain().k(),
            omega: vk.get_domain().get_omega(),
        },
        usable: usable_rows(vk),
        chunk: constraint_degree(vk) - 2,
    };
    vk.hash_into(transcript)?;
    let instance = prover.instance(instances)?;
    let witness = prover.witness(circuit, instances, &mut rng, transcript)?;
    let _theta = *transcript.squeeze_challenge_scalar::<()>();
    let beta = *transcript.squeeze_challenge_scalar::<()>();
    let gamma = *transcript.squeeze_challenge_scalar::<()>();
    let products = {
        let values = |column: Column<Any>| -> &[Fr] {
            match column.column_type() {
                Any::Advice(_) => &witness.advice[column.index()],
                Any::Fixed => key.fixed_values()[column.index()].values(),
                Any::Instance => &instance[column.index()],
            }
        };
        prover.products(beta, gamma, values, &mut rng, transcript)?
    };
    let random = prover.random(&mut rng);
    transcript.write_point(prover.commit(&random))?;
    let y = *transcript.squeeze_challenge_scalar::<()>();

    let back = Twiddles::new(prover.domain.k, prover.domain.omega, Fr::ONE).inverse();
    let Witness { advice, challenges } = witness;
    let columns = Columns {
        key,
        advice: to_coefficients(advice, &back),
        instance: to_coefficients(instance, &back),
        products: to_coefficients(products, &back),
    };
    drop(back);
    let pieces = prover.quotient(&columns, &challenges, [beta, gamma, y]);
    for piece in &pieces {
        let natural = Secret::from(reorder(piece));
        transcript.write_point(prover.commit(&natural))?;
    }

    let x = *transcript.squeeze_challenge_scalar::<()>();
    prover.open(&columns, pieces, &random, x, transcript)
}

/// What all rounds read.
struct Prover<'a> {
    srs: &'a Srs,
    key: &'a ProvingKey<G1Affine>,
    space: &'a EvaluationDomain<Fr>,
    domain: Domain,
    usable: usize,
    /// Columns that one product of the permutation argument takes.
    chunk: usize,
}

/// All columns as coefficients.
struct Columns<'a> {
    key: &'a ProvingKey<G1Affine>,
    advice: Vec<Secret>,
    instance: Vec<Secret>,
    products: Vec<Secret>,
}

impl Columns<'_> {
    fn coefficients(&self, source: Source) -> Coefficients<'_> {
        use Coefficients::{Natural, Reversed};
        match source {
            Source::Advice(column) => Reversed(&self.advice[column]),
            Source::Instance(column) => Reversed(&self.instance[column]),
            Source::Product(set) => Reversed(&self.products[set]),
            Source::Fixed(column) => Natural(self.key.fixed_polys()[column].values()),
            Source::Permuted(place) => Natural(self.key.permutation().polys()[place].values()),
            Source::FirstRow => Natural(self.key.l0().values()),
            Source::LastRow => Natural(self.key.l_last().values()),
            Source::UsableRows => Natural(self.key.l_active_row().values()),
            Source::Identity => Natural(&[]),
        }
    }
}

/// From values to coefficients, bit-reversed.
fn to_coefficients(columns: Vec<Secret>, back: &InverseTwiddles) -> Vec<Secret> {
    columns
        .into_par_iter()
        .map(|mut column| {
            back.backward(&mut column);
            column
        })
        .collect()
}

impl Prover<'_> {
    /// Commits to coefficients in natural order.
    fn commit(&self, coefficients: &[Fr]) -> G1Affine {
        multiexp(coefficients, self.srs.params().get_g()).to_affine()
    }

    /// Commits to values on the rows.
    fn commit_values(&self, values: &[Fr]) -> G1Affine {
        multiexp(values, self.srs.lagrange()).to_affine()
    }

    /// The instance columns, filled up with zeros.
    fn instance(&self, instances: &[&[Fr]]) -> Result<Vec<Secret>, Error> {
        if instances.len() != self.key.get_vk().cs().num_instance_columns() {
            return Err(Error::InvalidInstances);
        }
        let column = |given: &&[Fr]| {
            let mut column = Secret::zeros(self.domain.rows());
            let cells = column
                .get_mut(..given.len())
                .filter(|_| given.len() <= self.usable);
            cells.ok_or(Error::InstanceTooLarge)?.copy_from_slice(given);
            Ok(column)
        };
        instances.iter().map(column).collect()
    }

    /// The rounds of the advice columns.
    fn witness<C, E, T>(
        &self,
        circuit: &C,
        instances: &[&[Fr]],
        rng: &mut impl RngCore,
        transcript: &mut T,
    ) -> Result<Witness, Error>
    where
        C: Circuit<Fr>,
        E: EncodedChallenge<G1Affine>,
        T: TranscriptWrite<G1Affine, E>,
    {
        let system = self.key.get_vk().cs();
        let (phases, challenge_phases) = (system.advice_column_phase(), system.challenge_phase());
        let mut close = |phase: u8, advice: &mut [Secret]| -> Result<Vec<(usize, Fr)>, Error> {
            if phase == 0 {
                for value in instances.iter().copied().flatten() {
                    transcript.common_scalar(*value)?;
                }
            }
            let own = advice
                .iter_mut()
                .zip(&phases)
                .filter(|(_, of)| **of == phase);
            let mut own: Vec<&mut Secret> = own.map(|(column, _)| column).collect();
            blind(own.iter_mut().map(|column| &mut **column), self.usable, rng);
            // halo2 draws a blind for each commitment, which KZG does not use.
            for _ in &own {
                let _unused = Fr::random(&mut *rng);
            }
            let commitments: Vec<G1Affine> = own
                .par_iter()
                .map(|column| self.commit_values(column))
                .collect();
            for commitment in commitments {
                transcript.write_point(commitment)?;
            }
            let numbers = challenge_phases.iter().enumerate();
            let numbers = numbers.filter(|(_, of)| **of == phase);
            Ok(numbers
                .map(|(number, _)| (number, *transcript.squeeze_challenge_scalar::<()>()))
                .collect())
        };
        synthesize(system, self.domain.k, circuit, instances, &mut close)
    }

    /// The round of the permutation argument: its products, as values.
    fn products<'v, E, T>(
        &self,
        beta: Fr,
        gamma: Fr,
        values: impl Fn(Column<Any>) -> &'v [Fr],
        rng: &mut impl RngCore,
        transcript: &mut T,
    ) -> Result<Vec<Secret>, Error>
    where
        E: EncodedChallenge<G1Affine>,
        T: TranscriptWrite<G1Affine, E>,
    {
        let columns = self.key.get_vk().cs().permutation().get_columns();
        let permuted = self.key.permutation().permutations();
        let permutation = Permutation {
            domain: self.domain,
            columns: &columns,
            permuted: permuted.iter().map(|column| column.values()).collect(),
            beta,
            gamma,
        };
        let mut first = Fr::ONE;
        let mut products = Vec::with_capacity(columns.len().div_ceil(self.chunk));
        for place in (0..columns.len()).step_by(self.chunk) {
            let ratios = permutation.ratios(place, self.chunk, &values);
            let mut product = running_products(first, ratios);
            first = product[self.usable];
            blind(std::iter::once(&mut product), self.usable + 1, rng);
            let _unused = Fr::random(&mut *rng);
            transcript.write_point(self.commit_values(&product))?;
            products.push(product);
        }
        Ok(products)
    }

    /// A random polynomial of n coefficients, which hides the quotient's value. It is the stream of a seed that is drawn for it.
    fn random(&self, rng: &mut impl RngCore) -> Secret {
        let mut seed = [0; 32];
        rng.fill_bytes(&mut seed);
        let mut random = Secret::zeros(self.domain.rows());
        random
            .par_chunks_mut(1 << 12)
            .enumerate()
            .for_each(|(place, coefficients)| {
                let mut stream = ChaCha20Rng::from_seed(seed);
                stream.set_stream(place as u64);
                coefficients
                    .iter_mut()
                    .for_each(|coefficient| *coefficient = Fr::random(&mut stream));
            });
        zeroize::Zeroize::zeroize(&mut seed);
        random
    }

    /// The quotient's pieces, bit-reversed.
    fn quotient(
        &self,
        columns: &Columns<'_>,
        circuit: &[Fr],
        [beta, gamma, y]: [Fr; 3],
    ) -> Vec<Secret> {
        let mut graph = Graph::default();
        let challenges = Challenges {
            circuit,
            beta,
            gamma,
        };
        let system = self.key.get_vk().cs();
        let columns_of_argument = PermutationColumns::of(system, self.chunk);
        let constraints = constraints(system, &columns_of_argument, &challenges, &mut graph);
        let pieces = self.space.get_quotient_poly_degree();
        let coefficients = |source| columns.coefficients(source);
        quotient(self.domain, graph, &constraints, y, pieces, coefficients)
    }

    /// The last rounds: all values at the challenge, and their opening.
    fn open<E, T>(
        &self,
        columns: &Columns<'_>,
        pieces: Vec<Secret>,
        random: &Secret,
        x: Fr,
        transcript: &mut T,
    ) -> Result<(), Error>
    where
        E: EncodedChallenge<G1Affine>,
        T: TranscriptWrite<G1Affine, E>,
    {
        let system = self.key.get_vk().cs();
        let mut combined = Secret::zeros(self.domain.rows());
        let (mut weight, step) = (Fr::ONE, x.pow_vartime([self.domain.rows() as u64]));
        for piece in pieces {
            add_scaled(&mut combined, &piece, weight);
            weight *= &step;
        }
        let mut opened = Opened {
            polynomials: Vec::new(),
            points: Points::new(self.domain, x),
        };
        let mut queries = Vec::new();

        for (column, rotation) in system.advice_queries() {
            let source = Source::Advice(column.index());
            queries.push(opened.source(columns, source, rotation.0));
            transcript.write_scalar(queries[queries.len() - 1].value)?;
        }
        let mut fixed = Vec::new();
        for (column, rotation) in system.fixed_queries() {
            let source = Source::Fixed(column.index());
            fixed.push(opened.source(columns, source, rotation.0));
            transcript.write_scalar(fixed[fixed.len() - 1].value)?;
        }
        let own = opened.query(Named::Random, Coefficients::Natural(random), 0);
        transcript.write_scalar(own.value)?;
        let mut permuted = Vec::new();
        for place in 0..system.permutation().get_columns().len() {
            permuted.push(opened.source(columns, Source::Permuted(place), 0));
            transcript.write_scalar(permuted[place].value)?;
        }
        let last_rotation = i32::try_from(system.blinding_factors() + 1).map_or(0, |rows| -rows);
        let mut ends = Vec::new();
        for set in 0..columns.products.len() {
            let product = Source::Product(set);
            for rotation in [0, 1] {
                let query = opened.source(columns, product, rotation);
                transcript.write_scalar(query.value)?;
                queries.push(query);
            }
            if set + 1 < columns.products.len() {
                let query = opened.source(columns, product, last_rotation);
                transcript.write_scalar(query.value)?;
                ends.push(query);
            }
        }
        // The order in which the verifier takes the commitments.
        queries.extend(ends.into_iter().rev());
        queries.extend(fixed);
        queries.extend(permuted);
        queries.push(opened.query(Named::Quotient, Coefficients::Reversed(&combined), 0));
        queries.push(own);
        let Opened {
            polynomials,
            points,
        } = opened;
        let polynomial = |id: PolynomialId| match polynomials[id.0] {
            Named::Column(source) => columns.coefficients(source),
            Named::Random => Coefficients::Natural(random),
            Named::Quotient => Coefficients::Reversed(&combined),
        };
        let commit = |coefficients: &[Fr]| self.commit(coefficients);
        Ok(open(&points, &queries, polynomial, commit, transcript)?)
    }
}

/// A polynomial of the opening.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Named {
    Column(Source),
    Random,
    Quotient,
}

/// What was evaluated so far.
struct Opened {
    polynomials: Vec<Named>,
    points: Points,
}

impl Opened {
    fn source(&mut self, columns: &Columns<'_>, source: Source, rotation: i32) -> Query {
        let coefficients = columns.coefficients(source);
        self.query(Named::Column(source), coefficients, rotation)
    }

    fn query(&mut self, named: Named, coefficients: Coefficients<'_>, rotation: i32) -> Query {
        let known = self.polynomials.iter().position(|known| *known == named);
        let place = known.unwrap_or_else(|| {
            self.polynomials.push(named);
            self.polynomials.len() - 1
        });
        Query {
            polynomial: PolynomialId(place),
            rotation,
            value: self.points.evaluate(coefficients, rotation),
        }
    }
}
