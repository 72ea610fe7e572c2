//! What a proof will cost, from counts of the circuit and the speeds of the machine.
//!
//! The prover's work is a list of operations whose numbers follow from the verifying key: transforms, multi-scalar multiplications, evaluations of the
//! gates, and passes over columns. Each stage is the sum of its operations, by `halo2`'s prover. How many passes a stage makes over its columns is found by
//! measurement, and stands in `PASSES`.

use tranche_verifier::VerifyingKey;

use crate::speeds::Speeds;
use crate::stages::StageTimes;

/// Bytes of a field element.
const ELEMENT: f64 = 32.0;
/// Bytes of a cell while the witness is synthesised: an element or a fraction.
const FRACTION: f64 = 72.0;
/// Bytes of the denominators of such cells while they are inverted.
const DENOMINATOR: f64 = 40.0;
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
    /// Cosets on which the quotient is computed: the least power of two that holds the degree less one.
    pub cosets: f64,
    /// Limbs of the quotient.
    pub limbs: f64,
    /// Evaluations in a proof.
    pub evaluations: f64,
    /// Commitments that are opened.
    pub opened: f64,
    /// Points that the sets of the opening have, added up.
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
            cosets: f64::from(limbs.next_power_of_two()),
            limbs: f64::from(limbs),
            evaluations: count(
                key.advice_queries().len() + key.fixed_queries().len() + permuted + 3 * products,
            ),
            opened: count(sets.iter().map(|set| set.members.len()).sum()),
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
    /// The prover's evaluation of gates against ours.
    gates: f64,
    /// Each commitment that is opened.
    opened: f64,
}

const PASSES: Passes = Passes {
    fill: [9.0, 9.0],
    hand_over: 1.0,
    advice_msm: [0.5, 0.8],
    gates: 1.1,
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
        gates,
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
    let columns = counts.all_advice() + counts.fixed + counts.permuted + counts.products + 4.0;
    let equality = (4.0 * counts.permuted + 5.0 * counts.products + 4.0) * pass_together;
    let quotient = counts.all_advice() * transform
        + counts.cosets * (columns * transform + PASSES.gates * gates + equality)
        + counts.cosets * 1.2 * transform
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

/// Reference string, key and its tables of roots, then the larger of what synthesis and quotient hold.
fn memory(counts: &Counts) -> f64 {
    let rows = counts.rows;
    let string = 2.0 * POINT * rows;
    let key = (2.0 * counts.fixed + 2.0 * counts.permuted + 3.0) * ELEMENT * rows;
    let roots = 2.0 * ELEMENT * rows * (2.0 * counts.cosets - 1.0);
    let advice = counts.all_advice();
    let sheet = (advice + counts.fixed) * ELEMENT * rows;
    let synthesis = sheet
        + advice * (FRACTION + ELEMENT) * rows
        + counts.advice[0] * (DENOMINATOR + ELEMENT) * rows;
    let part = counts.fixed + advice + counts.permuted + counts.products + 4.0;
    let quotient = (advice + counts.products + counts.cosets + part) * ELEMENT * rows;
    let joined = (advice + counts.products + 2.0 * counts.cosets) * ELEMENT * rows;
    let opening = (advice + counts.products + counts.limbs + counts.opened) * ELEMENT * rows;
    let most = synthesis.max(quotient).max(joined).max(opening);
    PROGRAM + string + key + roots + most
}
