//! How fast this machine does what proofs are made of: measured on the sizes of one circuit, in a few seconds.

use std::collections::HashMap;
use std::hint::black_box;
use std::time::Instant;

use halo2curves::bn256::Fr;
use rayon::prelude::*;
use tranche_prover::plonk::sample::{Products, Transforms, multiexp};
use tranche_verifier::VerifyingKey;

use crate::yardstick::{points, scalars};

/// Columns that each thread transforms in a measurement.
const COLUMNS: usize = 2;
/// Largest number of rows, by its binary logarithm, that products are measured on; more are taken to cost as much a row.
const PRODUCT_K: u32 = 15;
/// Products on each of them.
const PRODUCTS: usize = 64;
/// Elements of the passes over memory: past every cache.
const PASS: usize = 1 << 21;
/// Largest multi-scalar multiplication that is measured; larger ones are taken to cost as much a point.
const MSM_K: u32 = 18;

/// Times in seconds of wall clock, on the threads that the process has.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Speeds {
    /// Threads.
    pub threads: usize,
    /// One transform of a column of the circuit's rows, where all threads have columns of their own.
    pub transform: f64,
    /// One multi-scalar multiplication of as many points as the circuit has rows, full-width scalars.
    pub msm: f64,
    /// One product of field elements on every row of the circuit.
    pub product: f64,
    /// A pass of one multiplication a row over the circuit's rows, one thread.
    pub pass: f64,
    /// The same on all threads.
    pub pass_together: f64,
}

/// Measures speeds, and remembers what circuits of the same height have in common.
#[derive(Clone, Debug, Default)]
pub struct Calibration {
    /// By the binary logarithm of the rows.
    known: HashMap<u32, Speeds>,
}

impl Calibration {
    /// The speeds of a circuit's operations.
    pub fn speeds(&mut self, key: &VerifyingKey) -> Speeds {
        let k = key.k();
        *self.known.entry(k).or_insert_with(|| {
            let [pass, pass_together] = passes(k);
            Speeds {
                threads: rayon::current_num_threads(),
                transform: transform(k),
                msm: msm(k),
                product: product(k),
                pass,
                pass_together,
            }
        })
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
        Self {
            threads: 2,
            transform: rows * f64::from(key.k()) * STORED.butterfly,
            msm: rows * STORED.point,
            product: rows * STORED.product,
            pass: rows * STORED.pass,
            pass_together: rows * STORED.pass / 2.0,
        }
    }
}

/// What one step of each takes, in seconds.
struct Steps {
    butterfly: f64,
    point: f64,
    product: f64,
    pass: f64,
}

const STORED: Steps = Steps {
    butterfly: 16.0e-9,
    point: 2.8e-6,
    product: 11.0e-9,
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
    let count = COLUMNS * rayon::current_num_threads();
    let mut columns = Transforms::new(k, vec![scalars(1 << k); count]);
    middle(|| columns.run()) / count as f64
}

fn msm(k: u32) -> f64 {
    let measured = k.min(MSM_K);
    let (points, scalars) = (points(measured), scalars(1 << measured));
    let time = middle(|| {
        black_box(multiexp(&scalars, &points));
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

/// Time of one product of elements on every row, on all threads, as constraints are evaluated.
fn product(k: u32) -> f64 {
    let measured = k.min(PRODUCT_K);
    let products = Products::new(PRODUCTS, scalars(1 << measured));
    let time = middle(|| {
        black_box(products.run());
    });
    time / PRODUCTS as f64 * f64::from(k - measured).exp2()
}
