//! An opening against its challenge.

use super::opening::{asked, leaf_range, range};
use super::{AuditError, AuditOpening, Challenge, OpenedTranche, StepCount};
use crate::chunk_index::ChunkIndexEntry;
use crate::context::RunTerms;
use crate::shape::{PLACES_PER_LEAF, Shape};
use crate::trace::{Checkpoint, Trace};
use crate::tranche::TrancheId;
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;

/// A draw whose record is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CheckedDraw {
    /// Index into [`AuditOpening::tranches`].
    pub tranche: usize,
    /// Index of the record in its tranche.
    pub record: u32,
}

/// What is to be trained over again: the draws between two checkpoints that follow each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// Index of the checkpoint before it.
    pub index: u32,
    /// The checkpoint before it.
    pub from: Checkpoint,
    /// The checkpoint after it.
    pub to: Checkpoint,
    /// How its draws fall into steps, as the builder says.
    pub steps: Vec<StepCount>,
    /// Its draws, in order.
    pub draws: Vec<CheckedDraw>,
}

/// Checks all of an opening but the records themselves: run commitment, trace, leaves, places, tranches. Gives the stretches to replay.
///
/// # Errors
/// [`AuditError`], of the first stage that fails.
pub fn check(
    shape: &Shape,
    challenge: &Challenge,
    terms: &RunTerms,
    opening: &AuditOpening,
) -> Result<Vec<Stretch>, AuditError> {
    challenge.validate()?;
    check_run(shape, challenge, terms, opening)?;
    check_trace(terms, opening)?;
    let asked = asked(challenge, &opening.checkpoints, opening.run.draws);
    let positions = check_leaves(shape, opening, &asked)?;
    let entries = check_places(shape, opening, &positions)?;
    let draws = check_tranches(shape, terms, opening, &entries)?;
    let stretch = |(index, steps): (&u32, &super::StretchSteps)| {
        let at = *index as usize;
        let drawn = range(&opening.checkpoints, *index);
        Stretch {
            index: *index,
            from: opening.checkpoints[at],
            to: opening.checkpoints[at + 1],
            steps: steps.steps.clone(),
            draws: draws.range(drawn).map(|(_, draw)| *draw).collect(),
        }
    };
    Ok(asked.iter().zip(&opening.stretches).map(stretch).collect())
}

fn check_run(
    shape: &Shape,
    challenge: &Challenge,
    terms: &RunTerms,
    opening: &AuditOpening,
) -> Result<(), AuditError> {
    let (got, expected) = (opening.run.commitment(), challenge.run_commitment);
    if got != expected {
        return Err(AuditError::Commitment { got, expected });
    }
    let (got, expected) = (opening.run.order, terms.order);
    if got != expected {
        return Err(AuditError::Order { got, expected });
    }
    let (got, max) = (opening.run.draws, shape.max_draws());
    if got == 0 || got > max {
        return Err(AuditError::Draws { got, max });
    }
    Ok(())
}

/// All checkpoints are opened, so that none can stand between two others and the weights change unseen from one to the next.
fn check_trace(terms: &RunTerms, opening: &AuditOpening) -> Result<(), AuditError> {
    let checkpoints = &opening.checkpoints;
    let trace = Trace::new(checkpoints.clone())?;
    if trace.root() != opening.run.trace_root {
        return Err(AuditError::TraceRoot);
    }
    let [first, .., last] = checkpoints.as_slice() else {
        let got = checkpoints.len();
        return Err(AuditError::Checkpoints { got });
    };
    if first.log_position != 0 {
        let got = first.log_position;
        return Err(AuditError::Begin { got });
    }
    let (got, expected) = (last.log_position, opening.run.draws);
    if got != expected {
        return Err(AuditError::End { got, expected });
    }
    let still = |pair: &[Checkpoint]| pair[0].log_position == pair[1].log_position;
    if let Some(first) = checkpoints.windows(2).position(still) {
        return Err(AuditError::NoDraws { first });
    }
    if last.digest != terms.model_digest {
        return Err(AuditError::Model);
    }
    Ok(())
}

/// The first place where two lists of indices differ.
fn differing(
    got: impl IntoIterator<Item = u32>,
    expected: impl IntoIterator<Item = u32>,
) -> Option<(Option<u32>, Option<u32>)> {
    let (mut got, mut expected) = (got.into_iter(), expected.into_iter());
    loop {
        match (got.next(), expected.next()) {
            (None, None) => return None,
            (a, b) if a == b => {}
            pair => return Some(pair),
        }
    }
}

/// The draws of the stretches, as positions of the table by their number in the log.
fn check_leaves(
    shape: &Shape,
    opening: &AuditOpening,
    asked: &[u32],
) -> Result<BTreeMap<u64, u32>, AuditError> {
    let ranges = || {
        asked
            .iter()
            .map(|stretch| range(&opening.checkpoints, *stretch))
    };
    let leaves: BTreeSet<u32> = ranges()
        .flat_map(|range| leaf_range(shape, &range))
        .collect();
    let given = opening.leaves.iter().map(|leaf| leaf.index);
    if let Some((got, expected)) = differing(given, leaves) {
        return Err(AuditError::Leaf { got, expected });
    }
    let given = opening.stretches.iter().map(|stretch| stretch.stretch);
    if let Some((got, expected)) = differing(given, asked.iter().copied()) {
        return Err(AuditError::Steps { got, expected });
    }
    for (stretch, range) in opening.stretches.iter().zip(ranges()) {
        check_steps(opening, stretch, range.end - range.start)?;
    }
    let mut positions = BTreeMap::new();
    let size = shape.draws_per_leaf() as u64;
    for leaf in &opening.leaves {
        if !leaf.check(shape, opening.run.log_root, opening.run.draws) {
            let index = leaf.index;
            return Err(AuditError::LeafPath { index });
        }
        let first = u64::from(leaf.index) * size;
        let inside = |draw: u64| ranges().any(|range| range.contains(&draw));
        let draws = (first..).zip(&leaf.draws);
        positions.extend(
            draws
                .filter(|(draw, _)| inside(*draw))
                .map(|(draw, position)| (draw, *position)),
        );
    }
    Ok(positions)
}

fn check_steps(
    opening: &AuditOpening,
    stretch: &super::StretchSteps,
    expected: u64,
) -> Result<(), AuditError> {
    let at = stretch.stretch as usize;
    let (from, to) = (
        opening.checkpoints[at].step,
        opening.checkpoints[at + 1].step,
    );
    let most = to - from;
    let steps = &stretch.steps;
    // A training code may do less in one step than in another: a step is called by its number.
    if let Some(step) = steps.iter().find(|step| step.step < from || step.step > to) {
        return Err(AuditError::StepNumber {
            stretch: stretch.stretch,
            got: step.step,
            from,
            to,
        });
    }
    let got = steps
        .iter()
        .fold(0u64, |sum, step| sum.saturating_add(step.draws));
    let ascending = steps.windows(2).all(|pair| pair[0].step < pair[1].step);
    let drawn = steps.iter().all(|step| step.draws > 0);
    if got == expected && ascending && drawn && steps.len() as u64 <= most {
        return Ok(());
    }
    Err(AuditError::StepCounts {
        stretch: stretch.stretch,
        got,
        steps: steps.len(),
        expected,
        most,
    })
}

/// What each draw is of, with its record's number in the chunk.
fn check_places(
    shape: &Shape,
    opening: &AuditOpening,
    positions: &BTreeMap<u64, u32>,
) -> Result<BTreeMap<u64, (ChunkIndexEntry, usize)>, AuditError> {
    let located = |position: u32| shape.locate(position);
    let leaves: BTreeSet<u32> = positions
        .values()
        .filter_map(|position| located(*position))
        .map(|(place, _)| (place / PLACES_PER_LEAF) as u32)
        .collect();
    let given = opening.places.iter().map(|leaf| leaf.index);
    if let Some((got, expected)) = differing(given, leaves) {
        return Err(AuditError::ChunkIndex { got, expected });
    }
    for leaf in &opening.places {
        if !leaf.check(shape, opening.run.chunk_index_root) {
            let index = leaf.index;
            return Err(AuditError::ChunkIndexPath { index });
        }
    }
    let mut entries = BTreeMap::new();
    for (draw, position) in positions {
        let (draw, position) = (*draw, *position);
        let entry = located(position).and_then(|(place, offset)| {
            let index = (place / PLACES_PER_LEAF) as u32;
            let at = opening
                .places
                .binary_search_by_key(&index, |leaf| leaf.index);
            let entry = *opening.places.get(at.ok()?)?.place(place)?;
            Some((entry, offset))
        });
        let entry = entry.ok_or(AuditError::NoPlace { draw, position })?;
        entries.insert(draw, entry);
    }
    Ok(entries)
}

fn check_tranches(
    shape: &Shape,
    terms: &RunTerms,
    opening: &AuditOpening,
    entries: &BTreeMap<u64, (ChunkIndexEntry, usize)>,
) -> Result<BTreeMap<u64, CheckedDraw>, AuditError> {
    let mut ids: BTreeMap<TrancheId, usize> = BTreeMap::new();
    let mut names = BTreeSet::new();
    for (index, tranche) in opening.tranches.iter().enumerate() {
        let twice = |what| AuditError::Tranche {
            name: tranche.name.clone(),
            what,
        };
        if !names.insert(&tranche.name) {
            return Err(twice("its name is given to two"));
        }
        if ids.insert(tranche.id()?, index).is_some() {
            return Err(twice("it is opened twice"));
        }
        if tranche.unit.id() != terms.unit {
            return Err(AuditError::Unit {
                name: tranche.name.clone(),
                got: tranche.unit,
            });
        }
    }
    let mut used = BTreeSet::new();
    let mut draws = BTreeMap::new();
    for (draw, (entry, offset)) in entries {
        let not_opened = AuditError::NotOpened {
            draw: *draw,
            id: entry.tranche_id,
        };
        let tranche = *ids.get(&entry.tranche_id).ok_or(not_opened)?;
        let opened = &opening.tranches[tranche];
        used.insert(tranche);
        let record = record(shape, *draw, entry, *offset, opened)?;
        draws.insert(*draw, CheckedDraw { tranche, record });
    }
    let unused = (0..opening.tranches.len()).find(|index| !used.contains(index));
    match unused {
        None => Ok(draws),
        Some(index) => Err(AuditError::NotAsked {
            name: opening.tranches[index].name.clone(),
        }),
    }
}

fn record(
    shape: &Shape,
    draw: u64,
    entry: &ChunkIndexEntry,
    offset: usize,
    opened: &OpenedTranche,
) -> Result<u32, AuditError> {
    if entry.private != opened.private {
        return Err(AuditError::Tranche {
            name: opened.name.clone(),
            what: "the chunk index and the opened fields disagree on whether it is registered",
        });
    }
    let record = u64::from(entry.chunk) * shape.records_per_chunk() as u64 + offset as u64;
    match u32::try_from(record) {
        Ok(index) if index < opened.records => Ok(index),
        _ => Err(AuditError::PastEnd {
            draw,
            name: opened.name.clone(),
            record,
            records: opened.records,
        }),
    }
}
