//! What the builder hands to the auditor.

use super::{Challenge, OpenedTranche};
use crate::chunk_index::ChunkIndexOpening;
use crate::hash::TreeFull;
use crate::log::LogOpening;
use crate::run::RunOpening;
use crate::shape::{PLACES_PER_LEAF, Shape};
use crate::trace::Checkpoint;
use crate::tranche::TrancheId;
use crate::usage_relation::{RunArtefacts, UsageWitness};
use alloc::collections::BTreeSet;
use alloc::vec::Vec;
use core::fmt;
use core::ops::Range;
use serde::{Deserialize, Serialize};

/// A training step of a stretch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StepCount {
    /// Its number in the run's log.
    pub step: u64,
    /// Draws of it, at least 1.
    pub draws: u64,
}

/// How the draws of a stretch fall into steps. The builder says so; only the replay shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StretchSteps {
    /// Which stretch: that after checkpoint `stretch`.
    pub stretch: u32,
    /// Its steps with draws, in order.
    pub steps: Vec<StepCount>,
}

/// An opening that answers a challenge. Secret: redacted in `Debug`.
///
/// It tells the number of draws, all checkpoints, the log leaves that the picked stretches lie in, the chunk-index leaves that their draws ask for, and
/// the fields of the tranches of those draws.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuditOpening {
    /// Opens the run commitment.
    pub run: RunOpening,
    /// All checkpoints, in order.
    pub checkpoints: Vec<Checkpoint>,
    /// The log leaves of the picked stretches, ascending.
    pub leaves: Vec<LogOpening>,
    /// The steps of the picked stretches, ascending.
    pub stretches: Vec<StretchSteps>,
    /// The chunk-index leaves that the stretches' draws ask for, ascending.
    pub places: Vec<ChunkIndexOpening>,
    /// The tranches of those draws, in any order.
    pub tranches: Vec<OpenedTranche>,
}

impl AuditOpening {
    /// Answers a challenge. `checkpoints` are the run's, with at least one before and one after each draw; `steps[i]` is the step of draw i;
    /// `open` gives the fields behind a tranche id.
    ///
    /// # Errors
    /// [`TreeFull`] when the witness is of another shape.
    pub fn new(
        shape: &Shape,
        challenge: &Challenge,
        witness: &UsageWitness,
        artefacts: &RunArtefacts,
        checkpoints: &[Checkpoint],
        steps: &[u64],
        open: impl Fn(TrancheId) -> Option<OpenedTranche>,
    ) -> Result<Self, TreeFull> {
        let draws = &witness.draws;
        let asked = asked(challenge, checkpoints, draws.len() as u64);
        let chunk_index = crate::chunk_index::chunk_index_tree(
            shape,
            &artefacts.entries,
            &witness.chunk_index_salts,
        )?;
        let (mut leaves, mut places, mut ids) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        for stretch in &asked {
            let range = range(checkpoints, *stretch);
            leaves.extend(leaf_range(shape, &range));
            for draw in draws.get(bounds(&range)).unwrap_or_default() {
                let Some((place, _)) = shape.locate(*draw) else {
                    continue;
                };
                places.insert((place / PLACES_PER_LEAF) as u32);
                ids.extend(artefacts.entries.get(place).map(|entry| entry.tranche_id));
            }
        }
        let leaf = |index| LogOpening::new(shape, &artefacts.log, draws, &witness.log_salts, index);
        let place = |index| {
            let salts = &witness.chunk_index_salts;
            ChunkIndexOpening::new(&chunk_index, &artefacts.entries, salts, index)
        };
        Ok(Self {
            run: artefacts.run,
            checkpoints: checkpoints.to_vec(),
            leaves: leaves.into_iter().filter_map(leaf).collect(),
            stretches: asked
                .iter()
                .map(|stretch| StretchSteps {
                    stretch: *stretch,
                    steps: counts(steps.get(bounds(&range(checkpoints, *stretch)))),
                })
                .collect(),
            places: places.into_iter().filter_map(place).collect(),
            tranches: ids.into_iter().filter_map(open).collect(),
        })
    }
}

/// The steps of a run of draws, with how many each has.
fn counts(steps: Option<&[u64]>) -> Vec<StepCount> {
    steps
        .unwrap_or_default()
        .chunk_by(|a, b| a == b)
        .map(|chunk| StepCount {
            step: chunk[0],
            draws: chunk.len() as u64,
        })
        .collect()
}

/// The stretches that the picks fall into: indices of the checkpoints before them, ascending. Checkpoints must be in order.
pub(super) fn asked(challenge: &Challenge, checkpoints: &[Checkpoint], draws: u64) -> Vec<u32> {
    let stretch = |pick: u64| {
        let after = checkpoints.partition_point(|checkpoint| checkpoint.log_position <= pick);
        let inside = after >= 1 && after < checkpoints.len();
        inside.then(|| after as u32 - 1)
    };
    let asked: BTreeSet<u32> = challenge
        .picks(draws)
        .into_iter()
        .filter_map(stretch)
        .collect();
    asked.into_iter().collect()
}

/// The draws of a stretch.
pub(super) fn range(checkpoints: &[Checkpoint], stretch: u32) -> Range<u64> {
    let at = |index: usize| {
        checkpoints
            .get(index)
            .map_or(0, |checkpoint| checkpoint.log_position)
    };
    at(stretch as usize)..at(stretch as usize + 1)
}

fn bounds(range: &Range<u64>) -> Range<usize> {
    range.start as usize..range.end as usize
}

/// The log leaves that a range of draws, not empty, lies in.
pub(super) fn leaf_range(shape: &Shape, range: &Range<u64>) -> Range<u32> {
    let size = shape.draws_per_leaf() as u64;
    (range.start / size) as u32..range.end.div_ceil(size) as u32
}

impl fmt::Debug for AuditOpening {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AuditOpening(redacted)")
    }
}
