//! The clauses of the usage relation, one function each.

use super::{ChunkOwner, TableChunk, UsageWitness};
use crate::chunk_index::ChunkIndexRoot;
use crate::clause::{Clause, ClauseViolation, ensure};
use crate::context::RunContext;
use crate::hash::tree15::Path15;
use crate::log::{LogRoot, leaf_count};
use crate::registry::is_registered;
use crate::run::RunCommitment;
use crate::shape::Shape;
use crate::statement::UsageStatement;
use crate::tag::Tag;
use crate::tranche::Contents;
use crate::units::chunk_digest;
use crate::usage::{DRAWS_BOUND, UNITS_BOUND};
use alloc::string::ToString;
use alloc::vec::Vec;

type Verdict = Result<(), ClauseViolation>;

/// Checks clauses S1 to S7 in order, and reports the first that is broken.
///
/// S8 has no private side: the proof binds `statement.context`, and [`s8`] compares it with a run's terms.
///
/// # Errors
/// [`ClauseViolation`].
pub fn check(shape: &Shape, witness: &UsageWitness, statement: &UsageStatement) -> Verdict {
    s1(shape, witness)?;
    s2(shape, witness)?;
    s3(shape, witness, statement)?;
    s4(witness)?;
    s5(shape, witness)?;
    s6(shape, witness, statement)?;
    s7(shape, witness, statement)
}

/// S1: every draw is a position of the table, and multiplicities are how often each position was drawn.
///
/// Position 0 is S5's: a real draw is not padding.
///
/// # Errors
/// [`ClauseViolation`].
pub fn s1(shape: &Shape, witness: &UsageWitness) -> Verdict {
    let size = shape.records_per_chunk();
    let most = shape.max_places();
    ensure!(
        witness.places.len() <= most,
        S1,
        "{} places, positions reach {most}",
        witness.places.len()
    );
    let mut counts = alloc::vec![0u32; witness.places.len() * size];
    for (row, draw) in witness.draws.iter().enumerate() {
        if *draw == 0 {
            continue;
        }
        let count = counts.get_mut(*draw as usize - 1);
        ensure!(
            count.is_some(),
            S1,
            "draw {row} is position {draw}, past the table"
        );
        if let Some(count) = count {
            *count += 1;
        }
    }
    for (place, (counts, entry)) in counts.chunks(size).zip(&witness.places).enumerate() {
        ensure!(
            entry.multiplicities.len() == size,
            S1,
            "place {place} has {} multiplicities, expected {size}",
            entry.multiplicities.len()
        );
        let wrong = counts
            .iter()
            .zip(&entry.multiplicities)
            .position(|(count, m)| count != m);
        ensure!(
            wrong.is_none(),
            S1,
            "place {place}, offset {wrong:?}: multiplicity is not the number of draws"
        );
    }
    Ok(())
}

/// S2: every place holds the chunk at its index under its own tranche's units root, with every cell in range.
///
/// # Errors
/// [`ClauseViolation`].
pub fn s2(shape: &Shape, witness: &UsageWitness) -> Verdict {
    for (index, place) in witness.places.iter().enumerate() {
        let contents = contents_of(witness, place);
        let Some(contents) = contents else {
            return Err(ClauseViolation {
                clause: Clause::S2,
                reason: alloc::format!("place {index} names a slot that is not there"),
            });
        };
        let size = shape.records_per_chunk();
        ensure!(
            place.units.len() == size,
            S2,
            "place {index} has {} cells, expected {size}",
            place.units.len()
        );
        let large = place
            .units
            .iter()
            .position(|unit| *unit >= shape.unit_bound());
        ensure!(
            large.is_none(),
            S2,
            "place {index}, offset {large:?}: cell of {} bits or more",
            shape.unit_bits()
        );
        let path = Path15 {
            digits: place.digits.clone(),
            children: place.siblings.clone(),
        };
        let opens = path.check(
            Tag::UnitsNode.felt(),
            shape.units_height,
            place.chunk as usize,
            chunk_digest(shape, &place.units).felt(),
            contents.units_root.felt(),
        );
        ensure!(
            opens,
            S2,
            "place {index} is not chunk {} under its units root",
            place.chunk
        );
    }
    Ok(())
}

fn contents_of<'a>(witness: &'a UsageWitness, place: &TableChunk) -> Option<&'a Contents> {
    match place.slot {
        ChunkOwner::Slot(slot) => witness.slots.get(slot).map(|slot| slot.tranche.contents()),
        ChunkOwner::Private => Some(witness.private.contents()),
    }
}

/// S3: active slots are registered, at strictly increasing indices, and all share the statement's unit with the unregistered data.
///
/// # Errors
/// [`ClauseViolation`].
pub fn s3(shape: &Shape, witness: &UsageWitness, statement: &UsageStatement) -> Verdict {
    let most = shape.slots();
    ensure!(
        witness.slots.len() <= most,
        S3,
        "{} active slots, at most {most}",
        witness.slots.len()
    );
    for (index, slot) in witness.slots.iter().enumerate() {
        let (root, id) = (statement.registry_root, slot.tranche.id());
        let registered = is_registered(shape, root, slot.registry_index, id, &slot.registry_path);
        ensure!(
            registered,
            S3,
            "slot {index} is not in the registry at index {}",
            slot.registry_index
        );
        ensure!(
            slot.tranche.contents().unit == statement.unit,
            S3,
            "slot {index} has another unit"
        );
        ensure!(
            witness.sums(ChunkOwner::Slot(index)).1 > 0,
            S3,
            "slot {index} was never drawn from"
        );
    }
    let increasing = witness
        .slots
        .windows(2)
        .position(|pair| pair[0].registry_index >= pair[1].registry_index);
    ensure!(
        increasing.is_none(),
        S3,
        "registry indices do not increase after slot {increasing:?}"
    );
    ensure!(
        witness.private.contents().unit == statement.unit,
        S3,
        "the unregistered data has another unit"
    );
    Ok(())
}

/// S4: nothing drawn weighs nothing, and no sum can wrap.
///
/// # Errors
/// [`ClauseViolation`].
pub fn s4(witness: &UsageWitness) -> Verdict {
    for (index, place) in witness.places.iter().enumerate() {
        let weightless = place
            .units
            .iter()
            .zip(&place.multiplicities)
            .position(|(unit, m)| *unit == 0 && *m != 0);
        ensure!(
            weightless.is_none(),
            S4,
            "place {index}, offset {weightless:?}: drawn, but of zero units"
        );
    }
    let owners = (0..witness.slots.len())
        .map(ChunkOwner::Slot)
        .chain([ChunkOwner::Private]);
    let (units, draws) = owners.fold((0, 0), |(units, draws), of| {
        let (u, d) = witness.sums(of);
        (units + u, draws + d)
    });
    ensure!(
        units < u128::from(UNITS_BOUND),
        S4,
        "the run has 2^48 units or more"
    );
    ensure!(
        draws < u128::from(DRAWS_BOUND),
        S4,
        "the run has 2^32 draws or more"
    );
    Ok(())
}

/// S5: the log has its L real draws, then padding only, in a tree that holds them.
///
/// # Errors
/// [`ClauseViolation`].
pub fn s5(shape: &Shape, witness: &UsageWitness) -> Verdict {
    let padding = witness.draws.iter().position(|draw| *draw == 0);
    ensure!(
        padding.is_none(),
        S5,
        "draw {padding:?} is padding, before the end of the log"
    );
    let (draws, most) = (witness.draws.len(), shape.max_draws());
    ensure!(
        draws as u64 <= most,
        S5,
        "{draws} draws, the log holds {most}"
    );
    let (salts, leaves) = (witness.log_salts.len(), leaf_count(shape, draws));
    ensure!(salts == leaves, S5, "{salts} salts for {leaves} log leaves");
    Ok(())
}

/// S6: the run commitment opens to this log, L, order, chunk index, trace and salt.
///
/// # Errors
/// [`ClauseViolation`].
pub fn s6(shape: &Shape, witness: &UsageWitness, statement: &UsageStatement) -> Verdict {
    ensure!(
        witness.order == statement.order,
        S6,
        "order is {:?}, stated {:?}",
        witness.order,
        statement.order
    );
    let (salts, leaves) = (
        witness.chunk_index_salts.len(),
        crate::chunk_index::leaf_count(witness.places.len()),
    );
    ensure!(
        salts == leaves,
        S6,
        "{salts} salts for {leaves} chunk-index leaves"
    );
    let opened = run_commitment(shape, witness);
    ensure!(
        opened == Some(statement.run_commitment),
        S6,
        "the run commitment does not open to this log and chunk index"
    );
    Ok(())
}

fn run_commitment(shape: &Shape, witness: &UsageWitness) -> Option<RunCommitment> {
    let log_root = LogRoot::from_felt(witness.log_tree(shape).ok()?.root());
    let entries: Vec<_> = witness.entries()?;
    let chunk_index = witness.chunk_index_tree(shape, &entries).ok()?;
    let chunk_index_root = ChunkIndexRoot::from_felt(chunk_index.root());
    Some(witness.run_opening(log_root, chunk_index_root).commitment())
}

/// S7: the usage commitment is that of the slots' and the unregistered data's sums, each slot at one leaf.
///
/// # Errors
/// [`ClauseViolation`].
pub fn s7(shape: &Shape, witness: &UsageWitness, statement: &UsageStatement) -> Verdict {
    let Some(opening) = witness.usage_opening() else {
        return Err(ClauseViolation {
            clause: Clause::S4,
            reason: "a slot's sum passes 64 bits".into(),
        });
    };
    match opening.commitment(shape) {
        Ok(commitment) => {
            ensure!(
                commitment == statement.usage_commitment,
                S7,
                "the usage commitment is not that of the sums"
            );
            Ok(())
        }
        Err(error) => Err(ClauseViolation {
            clause: Clause::S7,
            reason: error.to_string(),
        }),
    }
}

/// S8: the statement's context is that of the run's terms, and its unit and order are theirs.
///
/// # Errors
/// [`ClauseViolation`].
pub fn s8(statement: &UsageStatement, context: &RunContext) -> Verdict {
    statement
        .check_context(context)
        .map_err(|mismatch| ClauseViolation {
            clause: Clause::S8,
            reason: mismatch.to_string(),
        })
}
