//! Progress of a proof. The transcript tells most of it: public inputs are absorbed when the first phase is filled, and every later stage of the
//! protocol ends with a squeeze. The circuit tells when it is filled.

use std::cell::{Cell, RefCell};

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
    /// the first are not told apart from its witness.
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

/// Tells each stage once, whoever notices that it begins.
pub(crate) struct Teller<'a> {
    shape: ProofShape,
    progress: RefCell<Option<&'a mut dyn FnMut(Stage)>>,
    phase: Cell<u8>,
    last: Cell<Option<Stage>>,
}

impl<'a> Teller<'a> {
    /// A teller that has told that the first phase's witness is made.
    pub(crate) fn new(shape: ProofShape, progress: Option<&'a mut dyn FnMut(Stage)>) -> Self {
        let teller = Self {
            shape,
            progress: RefCell::new(progress),
            phase: Cell::new(0),
            last: Cell::new(None),
        };
        teller.enter(Stage::Witness { phase: 0 });
        teller
    }

    fn enter(&self, stage: Stage) {
        if self.last.replace(Some(stage)) != Some(stage)
            && let Some(progress) = &mut *self.progress.borrow_mut()
        {
            progress(stage);
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

/// A circuit that tells when it is filled.
pub(crate) struct Told<'a, C> {
    pub(crate) circuit: C,
    pub(crate) filled: &'a dyn Fn(),
}

impl<C: Circuit<Fr>> Circuit<Fr> for Told<'_, C> {
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

    #[test]
    fn each_stage_is_reported_once_and_in_order() {
        let shape = ProofShape {
            advice: 3,
            permutation_chunks: 1,
            quotient_limbs: 8,
            advice_queries: 3,
            fixed_queries: 1,
            permutation_columns: 2,
            challenges: 3,
            challenge_phases: vec![0, 1, 0],
        };
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
}
