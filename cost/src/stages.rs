//! Times of a proof's stages.

use std::time::Instant;

use serde::Serialize;
use tranche_prover::Stage;

/// Times of a proof's stages, in seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct StageTimes {
    /// Filling the columns of the first and of the later phases.
    pub fill: [f64; 2],
    /// Committing to them.
    pub commit: [f64; 2],
    /// Permutation products and the random polynomial.
    pub permutation: f64,
    /// The quotient and its commitments.
    pub quotient: f64,
    /// Evaluations, opening, and the prover's own verification.
    pub opening: f64,
}

impl StageTimes {
    /// All stages together, in seconds.
    pub fn total(&self) -> f64 {
        let [fill, commit] = [self.fill, self.commit].map(|phases| phases[0] + phases[1]);
        fill + commit + self.permutation + self.quotient + self.opening
    }

    /// Adds a stage's time.
    pub fn add(&mut self, stage: Stage, seconds: f64) {
        let later = |phase: u8| usize::from(phase > 0);
        *match stage {
            Stage::Witness { phase } => &mut self.fill[later(phase)],
            Stage::Commitments { phase } => &mut self.commit[later(phase)],
            Stage::Permutation => &mut self.permutation,
            Stage::Quotient => &mut self.quotient,
            Stage::Evaluation | Stage::Opening => &mut self.opening,
        } += seconds;
    }
}

/// Adds up the times of the stages that a proof goes through.
#[derive(Debug, Default)]
pub(crate) struct StageClock {
    times: StageTimes,
    running: Option<(Stage, Instant)>,
}

impl StageClock {
    /// The next stage begins.
    pub(crate) fn enter(&mut self, stage: Stage) {
        self.turn(Some(stage));
    }

    /// The last stage ends: the times of all.
    pub(crate) fn end(mut self) -> StageTimes {
        self.turn(None);
        self.times
    }

    fn turn(&mut self, next: Option<Stage>) {
        let now = Instant::now();
        if let Some((stage, since)) = self.running.take() {
            self.times.add(stage, (now - since).as_secs_f64());
        }
        self.running = next.map(|stage| (stage, now));
    }
}
