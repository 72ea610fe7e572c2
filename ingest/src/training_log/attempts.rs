//! Which rows of a table stand, where the run was started again.
//!
//! A step below the one before begins another *attempt*: the run was killed and went on from a checkpoint. Rows before it of that step or
//! later ones are superseded. Rows out of order look the same at first, so an attempt must hold every superseded step that it goes past, by
//! every rank that had it, and must not begin at the log's first step again, which another rank's rows do. A source that superseded steps drew
//! from must be drawn from again at these steps, or its rows stand elsewhere in a table that is not sorted. What is superseded and never comes
//! again is told at the end.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::draw::LogDraw;
use super::fault::LogFault;
use super::label::{Labels, SourceId};
use super::steps::Steps;

/// The most attempts of one log.
const MAX_ATTEMPTS: usize = 1 << 12;

/// The most ranks that a table may name.
const MAX_RANKS: usize = 1 << 16;

/// Rows from a place on whose steps do not fall.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Attempt {
    row: u64,
    first: u64,
    last: u64,
    ranks: BTreeSet<u32>,
}

/// Where a source's draws were superseded that have not come again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Owed {
    /// The row where the steps fell.
    row: u64,
    /// Where they fell to.
    from: u64,
}

/// The steps of a table, read once row by row.
#[derive(Debug, Default)]
pub(super) struct AttemptScan {
    attempts: Vec<Attempt>,
    /// The step before.
    step: Option<u64>,
    /// The steps that stand.
    standing: Steps,
    /// Superseded steps that the current attempt has not reached.
    ahead: Steps,
    /// By source: its last step.
    sources: HashMap<SourceId, u64>,
    /// Sources that the attempts from a row on have not drawn from again.
    owed: BTreeMap<SourceId, Owed>,
    /// Sources that they never drew from again.
    lost: BTreeMap<SourceId, Owed>,
    /// The last step of each rank, where the rows name ranks.
    ranks: HashMap<u32, u64>,
    /// Whether the first row names a rank.
    named: Option<bool>,
    /// Whether a rank's own steps fell.
    restarted: bool,
    rows: u64,
    fault: Option<(u64, LogFault)>,
}

/// What stands of a table.
#[derive(Debug)]
pub(super) struct Standing {
    attempts: Vec<Attempt>,
    /// By attempt: the first step that a later one has again.
    limits: Vec<u64>,
    at: usize,
    /// The rows that the first reading found.
    pub(super) rows: u64,
    /// The row where the order is lost, and how.
    pub(super) fault: Option<(u64, LogFault)>,
    /// The last step that stands, and the first step behind it that was superseded and never came again.
    pub(super) unfinished: Option<(u64, u64)>,
}

impl AttemptScan {
    /// Takes a row in.
    pub(super) fn push(&mut self, draw: &LogDraw, rank: Option<u32>) {
        let LogDraw { row, step, .. } = *draw;
        self.rows = row;
        if *self.named.get_or_insert(rank.is_some()) != rank.is_some() {
            self.fault.get_or_insert((row, LogFault::SomeRanks));
            return;
        }
        let many = self.ranks.len() == MAX_RANKS;
        if rank.is_some_and(|rank| many && !self.ranks.contains_key(&rank)) {
            let fault = LogFault::TooManyRanks { limit: MAX_RANKS };
            self.fault.get_or_insert((row, fault));
            return;
        }
        let own = rank.and_then(|rank| self.ranks.insert(rank, step));
        self.restarted |= own.is_some_and(|own| step < own);
        if self.fault.is_some() {
            return;
        }
        if let Err(fault) = self.order(draw, rank, own) {
            self.fault = Some((row, fault));
        }
        self.step = Some(step);
    }

    fn order(
        &mut self,
        draw: &LogDraw,
        rank: Option<u32>,
        own: Option<u64>,
    ) -> Result<(), LogFault> {
        let LogDraw { row, step, .. } = *draw;
        let begins = self.step.is_none_or(|previous| step < previous);
        if let Some(previous) = self.step.filter(|_| begins) {
            self.check_restart(previous, step, rank, own)?;
            let superseded = self.standing.split_off(step);
            self.ahead.put_before(superseded);
            let here = Owed { row, from: step };
            for (source, last) in &self.sources {
                if *last >= step {
                    self.owed.entry(*source).or_insert(here);
                }
            }
        }
        if begins {
            self.attempts.push(Attempt {
                row,
                first: step,
                last: step,
                ranks: BTreeSet::new(),
            });
        }
        if let Some(attempt) = self.attempts.last_mut() {
            attempt.last = step;
            attempt.ranks.extend(rank);
        }
        self.note_step(step)?;
        self.sources.insert(draw.source, step);
        if self
            .owed
            .get(&draw.source)
            .is_some_and(|owed| owed.from <= step)
        {
            self.owed.remove(&draw.source);
        }
        Ok(())
    }

    /// Notes that a step stands, once for all its rows.
    fn note_step(&mut self, step: u64) -> Result<(), LogFault> {
        if self.standing.last() == Some(step) {
            return Ok(());
        }
        // All superseded steps have come again; what is owed still was lost.
        if self.ahead.first().is_none() {
            self.lost.append(&mut self.owed);
        }
        self.standing.push(step);
        let from = self.attempts.last().map_or(0, |attempt| attempt.first);
        while let Some(passed) = self.ahead.first().filter(|ahead| *ahead <= step) {
            self.ahead.remove_first();
            if passed < step {
                return Err(LogFault::StepLost { step: passed, from });
            }
        }
        Ok(())
    }

    /// Whether a step below the one before may begin another attempt.
    fn check_restart(
        &self,
        previous: u64,
        step: u64,
        rank: Option<u32>,
        own: Option<u64>,
    ) -> Result<(), LogFault> {
        match rank {
            // Another rank's row, where this rank did not start again itself.
            Some(rank) if own.is_none_or(|own| own < step) => {
                return Err(LogFault::RankOrder {
                    rank,
                    previous,
                    got: step,
                    restarted: false,
                });
            }
            None if step <= self.attempts[0].first => {
                return Err(LogFault::BeginsAgain {
                    previous,
                    got: step,
                });
            }
            _ => {}
        }
        if self.attempts.len() == MAX_ATTEMPTS {
            return Err(LogFault::TooManyAttempts {
                limit: MAX_ATTEMPTS,
            });
        }
        Ok(())
    }

    /// What stands, once all rows were read; `labels` are those of the sources.
    pub(super) fn finish(mut self, labels: &Labels) -> Standing {
        let mut limits = vec![u64::MAX; self.attempts.len()];
        let mut lowest = u64::MAX;
        for (limit, attempt) in limits.iter_mut().zip(&self.attempts).rev() {
            *limit = lowest;
            lowest = lowest.min(attempt.first);
        }
        let lost = [self.lost_rank(&limits), self.lost_source(labels)];
        for lost in lost.into_iter().flatten() {
            if self.fault.as_ref().is_none_or(|(row, _)| lost.0 < *row) {
                self.fault = Some(lost);
            }
        }
        if let Some((_, LogFault::RankOrder { restarted, .. })) = &mut self.fault {
            *restarted = self.restarted;
        }
        Standing {
            unfinished: self.step.zip(self.ahead.first()),
            attempts: self.attempts,
            limits,
            at: 0,
            rows: self.rows,
            fault: self.fault,
        }
    }

    /// The row of the first attempt that takes the place of a rank's rows without rows of that rank.
    fn lost_rank(&self, limits: &[u64]) -> Option<(u64, LogFault)> {
        let attempts = self.attempts.iter().zip(limits).enumerate();
        attempts
            .skip(1)
            .filter(|(_, (attempt, limit))| attempt.first < **limit)
            .find_map(|(place, (attempt, _))| {
                let replaced = self.attempts[..place]
                    .iter()
                    .filter(|earlier| earlier.last >= attempt.first);
                let mut ranks = replaced.flat_map(|earlier| &earlier.ranks);
                let rank = *ranks.find(|rank| !attempt.ranks.contains(*rank))?;
                let from = attempt.first;
                Some((attempt.row, LogFault::RankLost { rank, from }))
            })
    }

    /// The row of the first attempt that takes the place of a source's draws without draws of that source.
    fn lost_source(&mut self, labels: &Labels) -> Option<(u64, LogFault)> {
        self.lost.append(&mut self.owed);
        let (source, owed) = self.lost.iter().min_by_key(|(_, owed)| owed.row)?;
        let fault = LogFault::SourceLost {
            source_name: labels.get(*source).to_string(),
            from: owed.from,
        };
        Some((owed.row, fault))
    }
}

impl Standing {
    /// Whether a row stands; rows are asked for in their order.
    pub(super) fn stands(&mut self, row: u64, step: u64) -> bool {
        while self
            .attempts
            .get(self.at + 1)
            .is_some_and(|next| next.row <= row)
        {
            self.at += 1;
        }
        self.limits.get(self.at).is_none_or(|limit| step < *limit)
    }

    /// Makes a fault of the first restart, unless the order is lost before it.
    pub(super) fn refuse_restarts(&mut self, fault: LogFault) {
        if let Some(second) = self.attempts.get(1)
            && self.fault.as_ref().is_none_or(|(row, _)| second.row < *row)
        {
            self.fault = Some((second.row, fault));
        }
    }

    /// The number of attempts.
    pub(super) fn attempts(&self) -> usize {
        self.attempts.len()
    }
}

#[cfg(test)]
mod tests {
    use super::super::label::Label;
    use super::*;

    fn scan(rows: &[(u64, Option<u32>)]) -> Standing {
        let rows = rows.iter().map(|(step, rank)| (*step, "books", *rank));
        scan_sources(rows)
    }

    fn scan_sources<'a>(rows: impl Iterator<Item = (u64, &'a str, Option<u32>)>) -> Standing {
        let mut scan = AttemptScan::default();
        let mut labels = Labels::default();
        for (row, (step, name, rank)) in (1..).zip(rows) {
            let draw = LogDraw {
                step,
                source: labels.intern(Label::parse(name)).unwrap(),
                record: 0,
                row,
            };
            scan.push(&draw, rank);
        }
        scan.finish(&labels)
    }

    fn of_sources(rows: &[(u64, &str)]) -> Option<(u64, LogFault)> {
        scan_sources(rows.iter().map(|(step, name)| (*step, *name, None))).fault
    }

    fn plain(steps: &[u64]) -> Standing {
        let rows: Vec<_> = steps.iter().map(|step| (*step, None)).collect();
        scan(&rows)
    }

    fn stand(steps: &[u64]) -> Vec<u64> {
        let mut standing = plain(steps);
        assert_eq!(standing.fault, None, "{steps:?}");
        (1..)
            .zip(steps)
            .filter(|(row, step)| standing.stands(*row, **step))
            .map(|(_, step)| *step)
            .collect()
    }

    #[test]
    fn the_last_attempt_at_a_step_stands() {
        assert_eq!(stand(&[0, 0, 1, 2, 2]), [0, 0, 1, 2, 2]);
        assert_eq!(stand(&[0, 1, 2, 3, 2, 3, 4]), [0, 1, 2, 3, 4]);
        // Killed twice, the second time before the steps of the first attempt came again.
        assert_eq!(
            stand(&[0, 1, 2, 3, 4, 2, 3, 1, 2, 3, 4, 5]),
            [0, 1, 2, 3, 4, 5]
        );
        assert_eq!(stand(&[0, 10, 20, 30, 10, 20, 30, 40]), [0, 10, 20, 30, 40]);
    }

    #[test]
    fn what_is_superseded_and_never_comes_again_is_told() {
        let unfinished = |steps: &[u64]| plain(steps).unfinished;
        assert_eq!(unfinished(&[0, 1, 2, 3, 4, 2, 3]), Some((3, 4)));
        assert_eq!(unfinished(&[0, 1, 2, 3, 4, 1]), Some((1, 2)));
        assert_eq!(unfinished(&[0, 9, 8, 7]), Some((7, 8)));
        assert_eq!(unfinished(&[0, 1, 2, 3, 2, 3]), None);
        assert_eq!(unfinished(&[0, 1, 2]), None);
    }

    #[test]
    fn rows_out_of_order_are_no_attempts() {
        let again = |previous, got| LogFault::BeginsAgain { previous, got };
        assert_eq!(plain(&[0, 1, 2, 0, 1, 2]).fault, Some((4, again(2, 0))));
        assert_eq!(plain(&[5, 6, 0, 1]).fault, Some((3, again(6, 0))));
        let lost = LogFault::StepLost { step: 5, from: 3 };
        assert_eq!(plain(&[0, 1, 2, 5, 3, 4, 6]).fault, Some((7, lost)));
        let lost = |step, from| LogFault::StepLost { step, from };
        assert_eq!(
            plain(&[0, 1, 2, 3, 4, 5, 1, 5, 6]).fault,
            Some((8, lost(2, 1)))
        );
        // What one attempt superseded, the next one owes.
        assert_eq!(
            plain(&[0, 1, 2, 3, 4, 3, 2, 4]).fault,
            Some((8, lost(3, 2)))
        );
        let many: Vec<u64> = std::iter::once(0)
            .chain((0..=MAX_ATTEMPTS as u64).flat_map(|_| [1, 2]))
            .collect();
        assert!(matches!(
            plain(&many).fault,
            Some((_, LogFault::TooManyAttempts { .. }))
        ));
    }

    #[test]
    fn rows_that_are_grouped_by_source_are_no_attempts() {
        let lost = |row, name: &str, from| {
            let source_name = name.to_owned();
            Some((row, LogFault::SourceLost { source_name, from }))
        };
        // The second source begins one step after the first.
        assert_eq!(
            of_sources(&[(0, "a"), (1, "a"), (2, "a"), (1, "b"), (2, "b"), (3, "b")]),
            lost(4, "a", 1)
        );
        // At the end, and where the attempt that has the source begins before the one that lost it.
        assert_eq!(
            of_sources(&[(0, "a"), (1, "a"), (2, "a"), (1, "b"), (2, "b")]),
            lost(4, "a", 1)
        );
        assert_eq!(
            of_sources(&[
                (0, "a"),
                (1, "a"),
                (2, "a"),
                (3, "a"),
                (2, "b"),
                (1, "a"),
                (2, "b"),
                (3, "b")
            ]),
            lost(5, "a", 2)
        );
        // What comes again behind the superseded steps does not take their place.
        assert_eq!(
            of_sources(&[(0, "b"), (1, "a"), (2, "b"), (1, "b"), (2, "b"), (3, "a")]),
            lost(4, "a", 1)
        );
        for restarted in [
            &[(0, "a"), (1, "a"), (2, "b"), (1, "b"), (2, "a"), (3, "b")][..],
            &[(0, "a"), (1, "a"), (2, "b"), (1, "a"), (2, "a"), (2, "b")],
            &[
                (0, "a"),
                (1, "b"),
                (2, "b"),
                (3, "b"),
                (2, "b"),
                (1, "b"),
                (2, "b"),
                (3, "b"),
            ],
        ] {
            assert_eq!(of_sources(restarted), None, "{restarted:?}");
        }
    }

    #[test]
    fn ranks_tell_a_restart_from_rows_of_another_rank() {
        let rows = |steps: &[(u64, u32)]| -> Vec<(u64, Option<u32>)> {
            steps
                .iter()
                .map(|(step, rank)| (*step, Some(*rank)))
                .collect()
        };
        let order = |rank, previous, got, restarted| LogFault::RankOrder {
            rank,
            previous,
            got,
            restarted,
        };
        let one_after_the_other = rows(&[(0, 0), (1, 0), (0, 1), (1, 1)]);
        assert_eq!(
            scan(&one_after_the_other).fault,
            Some((3, order(1, 1, 0, false)))
        );
        let again = rows(&[
            (0, 0),
            (0, 1),
            (1, 0),
            (1, 1),
            (0, 0),
            (0, 1),
            (1, 0),
            (1, 1),
        ]);
        let standing = scan(&again);
        assert_eq!((standing.fault.clone(), standing.attempts()), (None, 2));
        let alone = rows(&[
            (0, 0),
            (0, 1),
            (1, 0),
            (1, 1),
            (2, 0),
            (2, 1),
            (1, 0),
            (2, 0),
        ]);
        let lost = LogFault::RankLost { rank: 1, from: 1 };
        assert_eq!(scan(&alone).fault, Some((7, lost)));
        let some = [(0, Some(0)), (1, None)];
        assert_eq!(scan(&some).fault, Some((2, LogFault::SomeRanks)));
        let both = rows(&[(0, 0), (1, 0), (0, 1), (1, 1), (1, 0), (0, 0)]);
        assert_eq!(scan(&both).fault, Some((3, order(1, 1, 0, true))));
    }
}
