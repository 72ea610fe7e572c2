//! Progress of a proof, and its end before it is done. Most of it follows from the transcript: public inputs are absorbed when the first phase is filled, and every
//! later stage of the protocol ends with a squeeze. The circuit calls back when it is filled.

use std::cell::{Cell, RefCell};
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use halo2_proofs::circuit::Layouter;
use halo2_proofs::plonk::{Circuit, ConstraintSystem, Error};
use halo2curves::bn256::Fr;

use crate::shape::ProofShape;
use crate::transcript::Event;

/// A stage of the prover. Stages are reported when they begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Witness synthesis of a phase (0, 1, 2).
    Witness {
        /// The phase.
        phase: u8,
    },
    /// Commitments to a phase's advice columns. Where one synthesis fills several phases, those of all but the last and, if there are no public inputs, of
    /// the first are part of its witness stage.
    Commitments {
        /// The phase.
        phase: u8,
    },
    /// Permutation products and the random polynomial.
    Permutation,
    /// The quotient polynomial and its commitments.
    Quotient,
    /// Evaluations at the challenge point.
    Evaluation,
    /// The SHPLONK opening, then the prover's own verification.
    Opening,
}

/// What is called with each [`Stage`] when it begins, on the thread that proves. [`ControlFlow::Break`] cancels the proof there and then.
pub type Progress<'a> = &'a mut dyn FnMut(Stage) -> ControlFlow<()>;

/// Squeezes from theta to y: theta, beta, gamma, y.
const AFTER_THETA: usize = 1;
const AFTER_Y: usize = 4;
const AFTER_X: usize = 5;
const AFTER_OPENING_Y: usize = 6;

/// Scalars absorbed up to the first public input: statement digest, verifying key, the input.
const FIRST_INPUT: usize = 3;

/// The stage that begins after `squeezed` squeezes; `None` in the middle of one.
fn stage_after(shape: &ProofShape, squeezed: usize) -> Option<Stage> {
    if squeezed <= shape.challenges {
        let closed = *sorted(&shape.challenge_phases).get(squeezed.checked_sub(1)?)?;
        let open = shape
            .challenge_phases
            .iter()
            .filter(|phase| **phase <= closed)
            .count();
        return (open == squeezed).then_some(Stage::Witness { phase: closed + 1 });
    }
    match squeezed - shape.challenges {
        AFTER_THETA => Some(Stage::Permutation),
        AFTER_Y => Some(Stage::Quotient),
        AFTER_X => Some(Stage::Evaluation),
        AFTER_OPENING_Y => Some(Stage::Opening),
        _ => None,
    }
}

fn sorted(phases: &[u8]) -> Vec<u8> {
    let mut phases = phases.to_vec();
    phases.sort_unstable();
    phases
}

/// The proof was cancelled.
#[derive(Debug)]
pub(crate) struct Cancelled;

/// Reports each stage once, whoever notices that it begins.
pub(crate) struct StageTracker<'a> {
    shape: ProofShape,
    progress: RefCell<Option<Progress<'a>>>,
    phase: Cell<u8>,
    last: Cell<Option<Stage>>,
    cancelled: Cell<bool>,
}

impl<'a> StageTracker<'a> {
    /// A tracker of a proof that has not begun.
    pub(crate) fn new(shape: ProofShape, progress: Option<Progress<'a>>) -> Self {
        Self {
            shape,
            progress: RefCell::new(progress),
            phase: Cell::new(0),
            last: Cell::new(None),
            cancelled: Cell::new(false),
        }
    }

    /// Runs a prover that reports to this tracker, from the first phase's witness on.
    ///
    /// What is called back cannot return an error through the transcript or through synthesis, so a proof that is cancelled in the middle leaves by unwinding,
    /// which drops what it holds on the way: the witness is wiped as at its usual end. No panic is reported. Where panics abort, the proof is completed and thrown away.
    pub(crate) fn track<T>(&self, prover: impl FnOnce() -> T) -> Result<T, Cancelled> {
        // All that the prover changes is dropped with it, but for this tracker, whose cells are whole at every call out of it.
        let outcome = catch_unwind(AssertUnwindSafe(|| {
            self.enter(Stage::Witness { phase: 0 });
            prover()
        }));
        match outcome {
            Ok(_) if self.cancelled.get() => Err(Cancelled),
            Ok(result) => Ok(result),
            Err(payload) if payload.is::<Cancelled>() => Err(Cancelled),
            Err(panic) => resume_unwind(panic),
        }
    }

    fn enter(&self, stage: Stage) {
        if self.last.replace(Some(stage)) == Some(stage) || self.cancelled.get() {
            return;
        }
        let flow = match &mut *self.progress.borrow_mut() {
            Some(progress) => progress(stage),
            None => ControlFlow::Continue(()),
        };
        if flow.is_break() {
            self.cancelled.set(true);
            if cfg!(panic = "unwind") {
                resume_unwind(Box::new(Cancelled));
            }
        }
    }

    /// The open phase's witness is made.
    pub(crate) fn filled(&self) {
        let phase = self.phase.get();
        self.enter(Stage::Commitments { phase });
    }

    /// Something happened in the transcript.
    pub(crate) fn notice(&self, event: Event) {
        match event {
            Event::Absorbed(FIRST_INPUT) => self.filled(),
            Event::Absorbed(_) => {}
            Event::Squeezed(count) => {
                let Some(stage) = stage_after(&self.shape, count) else {
                    return;
                };
                if let Stage::Witness { phase } = stage {
                    self.phase.set(phase);
                }
                self.enter(stage);
            }
        }
    }
}

/// A circuit that calls back when it is filled.
pub(crate) struct ObservedCircuit<'a, C> {
    pub(crate) circuit: C,
    pub(crate) filled: &'a dyn Fn(),
}

impl<C: Circuit<Fr>> Circuit<Fr> for ObservedCircuit<'_, C> {
    type Config = C::Config;
    type FloorPlanner = C::FloorPlanner;
    type Params = C::Params;

    fn without_witnesses(&self) -> Self {
        Self {
            circuit: self.circuit.without_witnesses(),
            filled: self.filled,
        }
    }

    fn params(&self) -> C::Params {
        self.circuit.params()
    }

    fn configure_with_params(cs: &mut ConstraintSystem<Fr>, params: C::Params) -> C::Config {
        C::configure_with_params(cs, params)
    }

    fn configure(cs: &mut ConstraintSystem<Fr>) -> C::Config {
        C::configure(cs)
    }

    fn synthesize(&self, config: C::Config, layouter: impl Layouter<Fr>) -> Result<(), Error> {
        self.circuit.synthesize(config, layouter)?;
        (self.filled)();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape() -> ProofShape {
        ProofShape {
            advice: 3,
            permutation_chunks: 1,
            quotient_limbs: 8,
            advice_queries: 3,
            fixed_queries: 1,
            permutation_columns: 2,
            challenges: 3,
            challenge_phases: vec![0, 1, 0],
        }
    }

    #[test]
    fn each_stage_is_reported_once_and_in_order() {
        let shape = shape();
        let stages: Vec<_> = (1..=12).filter_map(|n| stage_after(&shape, n)).collect();
        assert_eq!(
            stages,
            [
                Stage::Witness { phase: 1 },
                Stage::Witness { phase: 2 },
                Stage::Permutation,
                Stage::Quotient,
                Stage::Evaluation,
                Stage::Opening,
            ]
        );
    }

    #[test]
    fn a_panic_that_is_no_cancellation_goes_on() {
        let tracker = StageTracker::new(shape(), None);
        let panicked = catch_unwind(AssertUnwindSafe(|| {
            tracker.track(|| resume_unwind(Box::new("another")))
        }));
        assert!(panicked.is_err_and(|payload| payload.is::<&str>()));
    }
}
