//! How fast this machine does what proofs are made of: measured on the sizes of one circuit, in a few seconds.

use std::collections::HashMap;
use std::hint::black_box;
use std::time::Instant;

use halo2_proofs::poly::EvaluationDomain;
use halo2curves::bn256::Fr;
use halo2curves::ff::Field;
use rayon::prelude::*;
use tranche_verifier::VerifyingKey;
use tranche_verifier::expression::Operation;

use crate::yardstick::{points, scalars};

/// Binary logarithm of the rows that gates are evaluated on.
const GATE_ROWS: u32 = 12;
/// Elements of the passes over memory: past every cache.
const PASS: usize = 1 << 21;
/// Largest multi-scalar multiplication that is measured; larger ones are taken to cost as much a point.
const MSM_K: u32 = 18;

/// Times in seconds of wall clock, on the threads that the process has.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Speeds {
    /// Threads.
    pub threads: usize,
    /// One fast Fourier transform of the circuit's rows.
    pub transform: f64,
    /// One multi-scalar multiplication of as many points as the circuit has rows, full-width scalars.
    pub msm: f64,
    /// All gates on all rows, once.
    pub gates: f64,
    /// A pass of one multiplication a row over the circuit's rows, one thread.
    pub pass: f64,
    /// The same on all threads.
    pub pass_together: f64,
}

/// Measures speeds, and remembers what circuits of the same height have in common.
#[derive(Clone, Debug, Default)]
pub struct Calibration {
    /// By the binary logarithm of the rows: transform, multi-scalar multiplication, passes.
    known: HashMap<u32, (f64, f64, [f64; 2])>,
}

impl Calibration {
    /// The speeds of a circuit's operations.
    pub fn speeds(&mut self, key: &VerifyingKey) -> Speeds {
        let k = key.k();
        let (transform, msm, [pass, pass_together]) = *self
            .known
            .entry(k)
            .or_insert_with(|| (transform(k), msm(k), passes(k)));
        Speeds {
            threads: rayon::current_num_threads(),
            transform,
            msm,
            gates: gates(key),
            pass,
            pass_together,
        }
    }
}

impl Speeds {
    /// Measures the operations of a circuit.
    pub fn measure(key: &VerifyingKey) -> Self {
        Calibration::default().speeds(key)
    }

    /// Speeds of two cores of an AMD EPYC: a stand-in where nothing is to be measured.
    pub fn stored(key: &VerifyingKey) -> Self {
        let rows = f64::from(key.k()).exp2();
        let operations = key.gates().operations().len() as f64;
        Self {
            threads: 2,
            transform: rows * f64::from(key.k()) * STORED.butterfly,
            msm: rows * STORED.point,
            gates: rows * operations * STORED.operation,
            pass: rows * STORED.pass,
            pass_together: rows * STORED.pass / 2.0,
        }
    }
}

/// What one step of each takes, in seconds.
struct Steps {
    butterfly: f64,
    point: f64,
    operation: f64,
    pass: f64,
}

const STORED: Steps = Steps {
    butterfly: 16.0e-9,
    point: 2.8e-6,
    operation: 11.5e-9,
    pass: 25.0e-9,
};

/// Runs that a time is the middle one of.
const RUNS: usize = 3;

/// The middle of some runs: on a machine with other work the proof has it beside it too, but not the odd pause.
fn middle(mut run: impl FnMut()) -> f64 {
    let mut times = [(); RUNS].map(|()| {
        let start = Instant::now();
        run();
        start.elapsed().as_secs_f64()
    });
    times.sort_unstable_by(f64::total_cmp);
    times[RUNS / 2]
}

fn transform(k: u32) -> f64 {
    let domain = EvaluationDomain::<Fr>::new(2, k);
    let poly = domain.coeff_from_vec(scalars(1 << k));
    middle(|| {
        black_box(domain.coeff_to_extended_part(poly.clone(), Fr::ONE));
    })
}

fn msm(k: u32) -> f64 {
    let measured = k.min(MSM_K);
    let (points, scalars) = (points(measured), scalars(1 << measured));
    let time = middle(|| {
        black_box(halo2_proofs::arithmetic::best_multiexp(&scalars, &points));
    });
    time * f64::from(k - measured).exp2()
}

fn passes(k: u32) -> [f64; 2] {
    let factor = Fr::from(0x5eed).square();
    let mut values = scalars(PASS);
    let scale = f64::from(k).exp2() / PASS as f64;
    let one = middle(|| values.iter_mut().for_each(|value| *value *= factor));
    let together = middle(|| values.par_iter_mut().for_each(|value| *value *= factor));
    black_box(&values);
    [one * scale, together * scale]
}

/// Evaluates the key's gates on some rows of random columns, as the prover does on the rows of each coset.
fn gates(key: &VerifyingKey) -> f64 {
    let rows = 1usize << GATE_ROWS.min(key.k());
    let [fixed, advice, instance] = [
        key.fixed_queries().len(),
        key.advice_queries().len(),
        key.instance_queries().len(),
    ]
    .map(|queries| (0..queries).map(|_| scalars(rows)).collect::<Vec<_>>());
    let challenges = scalars(key.challenge_phases().len());
    let operations = key.gates().operations();
    let constraints = key.gates().constraints();
    let constants = scalars(operations.len());
    let y = challenges.first().copied().unwrap_or(Fr::ONE);
    let at = |columns: &[Vec<Fr>], query: u32, row: usize| columns[query as usize][row];
    let evaluate = |values: &mut Vec<Fr>, row: usize| {
        values.clear();
        for (position, operation) in operations.iter().enumerate() {
            let value = match operation {
                Operation::Constant(_) => constants[position],
                Operation::Fixed(query) => at(&fixed, *query, row),
                Operation::Advice(query) => at(&advice, *query, row),
                Operation::Instance(query) => at(&instance, *query, row),
                Operation::Challenge(challenge) => challenges[*challenge as usize],
                Operation::Negate(a) => -values[*a as usize],
                Operation::Add(a, b) => values[*a as usize] + values[*b as usize],
                Operation::Subtract(a, b) => values[*a as usize] - values[*b as usize],
                Operation::Multiply(a, b) => values[*a as usize] * values[*b as usize],
                Operation::Scale(a, _) => values[*a as usize] * constants[position],
            };
            values.push(value);
        }
        constraints.iter().fold(Fr::ZERO, |sum, constraint| {
            sum * y + values[*constraint as usize]
        })
    };
    let time = middle(|| {
        let sums: Vec<Fr> = (0..rows)
            .into_par_iter()
            .map_init(Vec::new, |values, row| evaluate(values, row))
            .collect();
        black_box(sums);
    });
    time * f64::from(key.k()).exp2() / rows as f64
}
