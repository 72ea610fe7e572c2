//! Progress of a proof, told by the transcript: every stage of the protocol ends with a squeeze.

use crate::shape::ProofShape;

/// A stage of the prover. Stages are reported when they begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Witness synthesis and advice commitments of a phase (0, 1, 2).
    Witness {
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

/// The stage that begins after `squeezed` squeezes; `None` in the middle of one.
pub(crate) fn stage_after(shape: &ProofShape, squeezed: usize) -> Option<Stage> {
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
