//! What a proof will cost, from counts of the circuit and the speeds of the machine.
//!
//! The prover's work is a list of operations whose numbers follow from the circuit: transforms, multi-scalar multiplications, products on every row, and
//! passes over columns. Each stage is the sum of its operations. How many passes a stage makes over its columns is found by measurement, and stands in
//! `PASSES`.

use halo2_proofs::plonk::{Circuit as _, ConstraintSystem};
use tranche_circuits::disclosure::{DisclosureCircuit, params as disclosure};
use tranche_circuits::usage::{UsageCircuit, params as usage};
use tranche_prover::plonk::QuotientWork;
use tranche_verifier::VerifyingKey;

use crate::speeds::Speeds;
use crate::stages::StageTimes;

/// Bytes of a field element.
const ELEMENT: f64 = 32.0;
/// Bytes of a point of the reference string.
const POINT: f64 = 64.0;
/// The program itself, its threads and small things.
const PROGRAM: f64 = 40e6;

/// What a circuit has, as far as it costs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Counts {
    /// Rows.
    pub rows: f64,
    /// Advice columns of the first and of later phases.
    pub advice: [f64; 2],
    /// Fixed columns.
    pub fixed: f64,
    /// Columns of the permutation argument.
    pub permuted: f64,
    /// Permutation products.
    pub products: f64,
    /// What the quotient takes.
    pub work: QuotientWork,
    /// Cosets of the key's own domain: the least power of two that holds the degree less one.
    pub cosets: f64,
    /// Limbs of the quotient.
    pub limbs: f64,
    /// Evaluations in a proof.
    pub evaluations: f64,
    /// Commitments that are opened.
    pub opened: f64,
    /// Sets of the opening.
    pub sets: f64,
    /// Points that they have, added up.
    pub set_points: f64,
}

impl Counts {
    /// The counts of a key.
    pub fn of(key: &VerifyingKey) -> Self {
        let phases = key.advice_phases();
        let first = phases.iter().filter(|phase| **phase == 0).count();
        let limbs = key.quotient_limbs();
        let sets = key.opening().sets();
        let count = |number: usize| number as f64;
        let (permuted, products) = (key.permutation().len(), key.permutation_products());
        Self {
            rows: f64::from(key.k()).exp2(),
            advice: [first, phases.len() - first].map(count),
            fixed: count(key.fixed_commitments().len()),
            permuted: count(permuted),
            products: count(products),
            work: quotient_work(key),
            cosets: f64::from(limbs.next_power_of_two()),
            limbs: f64::from(limbs),
            evaluations: count(
                key.advice_queries().len() + key.fixed_queries().len() + permuted + 3 * products,
            ),
            opened: count(sets.iter().map(|set| set.members.len()).sum()),
            sets: count(sets.len()),
            set_points: count(sets.iter().map(|set| set.rotations.len()).sum()),
        }
    }

    fn all_advice(&self) -> f64 {
        self.advice[0] + self.advice[1]
    }
}

/// Passes over a column, in multiplications a row on one thread, that measurements ask for.
struct Passes {
    /// Filling a cell of the first phase, hashing included, and of the second.
    fill: [f64; 2],
    /// Handing a column over to be committed to.
    hand_over: f64,
    /// A multi-scalar multiplication of a column of the first and of later phases, over one of random scalars: columns hold short values and zeros.
    advice_msm: [f64; 2],
    /// What a product of a constraint costs, sums and all, over one of a product alone.
    product: f64,
    /// Each commitment that is opened.
    opened: f64,
}

const PASSES: Passes = Passes {
    fill: [9.0, 9.0],
    hand_over: 1.0,
    advice_msm: [0.5, 0.8],
    product: 1.4,
    opened: 5.0,
};

/// An expected cost.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// Times of the stages, in seconds.
    pub stages: StageTimes,
    /// Peak memory of proving in bytes.
    pub memory_bytes: u64,
}

impl Estimate {
    /// The cost of a proof of a circuit with these counts at these speeds, for a run that fills the circuit.
    pub fn of(counts: &Counts, speeds: &Speeds) -> Self {
        Self {
            stages: stages(counts, speeds),
            memory_bytes: memory(counts) as u64,
        }
    }

    /// All stages together, in seconds.
    pub fn seconds(&self) -> f64 {
        self.stages.total()
    }
}

fn stages(counts: &Counts, speeds: &Speeds) -> StageTimes {
    let Speeds {
        transform,
        msm,
        product,
        pass,
        pass_together,
        ..
    } = *speeds;
    let fill = [0, 1].map(|phase| counts.advice[phase] * PASSES.fill[phase] * pass);
    let commit = [0, 1].map(|phase| {
        counts.advice[phase] * (PASSES.advice_msm[phase] * msm + PASSES.hand_over * pass)
    });
    // Two products of all columns, then one inversion and one running product of each chunk, and the random polynomial.
    let permutation = counts.products * (msm + transform + 5.0 * pass)
        + 4.0 * counts.permuted * pass_together
        + msm
        + 3.0 * pass_together;
    let work = counts.work;
    let back = counts.all_advice() + counts.products + 1.0;
    let quotient = (back + (work.forward + work.backward) as f64) * transform
        + PASSES.product * work.products as f64 * product
        + work.joins as f64 * pass_together
        + counts.limbs * msm;
    let opening = counts.evaluations * pass_together
        + counts.opened * PASSES.opened * pass_together
        + counts.set_points * pass
        + 2.0 * msm;
    StageTimes {
        fill,
        commit,
        permutation,
        quotient,
        opening,
    }
}

/// Reference string, key and its tables of roots, then the larger of what synthesis, quotient and opening hold.
fn memory(counts: &Counts) -> f64 {
    let rows = counts.rows;
    let string = 3.0 * POINT * rows;
    let key = (2.0 * counts.fixed + 2.0 * counts.permuted + 3.0) * ELEMENT * rows;
    let roots = 2.0 * ELEMENT * rows * (2.0 * counts.cosets - 1.0);
    let advice = counts.all_advice();
    let sheet = (advice + counts.fixed) * ELEMENT * rows;
    let synthesis = sheet + advice * ELEMENT * rows;
    let work = counts.work;
    let held = (work.held + work.backward + 2) as f64;
    let quotient = (advice + counts.products + 1.0 + held) * ELEMENT * rows;
    let opening = (advice + counts.products + 4.0 * counts.sets) * ELEMENT * rows;
    PROGRAM + string + key + roots + synthesis.max(quotient).max(opening)
}

/// The quotient's work, by the key's circuit; of a circuit that is not one of ours all columns are taken to go to all cosets.
fn quotient_work(key: &VerifyingKey) -> QuotientWork {
    let mut system = ConstraintSystem::default();
    if let Some(size) = usage::size_by_name(key.name()) {
        UsageCircuit::configure_with_params(&mut system, size.params);
    } else if let Some(size) = disclosure::size_by_name(key.name()) {
        DisclosureCircuit::configure_with_params(&mut system, size.params);
    } else {
        let (cosets, permuted) = (key.quotient_limbs() as usize, key.permutation().len());
        let columns = key.advice_phases().len() + key.fixed_commitments().len() + permuted;
        let columns = columns + key.permutation_products() + 4;
        return QuotientWork {
            forward: cosets * columns,
            backward: cosets,
            products: cosets * (key.gates().operations().len() / 2 + 4 * permuted),
            joins: cosets * cosets,
            held: columns,
        };
    }
    QuotientWork::of(&system, key.degree() as usize)
}
