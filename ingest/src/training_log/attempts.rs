//! Which rows of a table stand, where the run was started again.
//!
//! A step below the one before begins another *attempt*: the run was killed and went on from a checkpoint. Rows before it of that step or
//! later ones are superseded. Rows out of order look the same at first, so an attempt must hold every superseded step that it goes past, by
//! every rank that had it, and must not begin at the log's first step again, which another rank's rows do. What is superseded and never comes
//! again is told at the end.

use std::collections::{BTreeSet, HashMap};

use super::fault::LogFault;
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
    pub(super) fn push(&mut self, row: u64, step: u64, rank: Option<u32>) {
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
        if let Err(fault) = self.order(row, step, rank, own) {
            self.fault = Some((row, fault));
        }
        self.step = Some(step);
    }

    fn order(
        &mut self,
        row: u64,
        step: u64,
        rank: Option<u32>,
        own: Option<u64>,
    ) -> Result<(), LogFault> {
        let begins = self.step.is_none_or(|previous| step < previous);
        if let Some(previous) = self.step.filter(|_| begins) {
            self.check_restart(previous, step, rank, own)?;
            let superseded = self.standing.split_off(step);
            self.ahead.put_before(superseded);
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
        if self.standing.last() != Some(step) {
            self.standing.push(step);
            let from = self.attempts.last().map_or(0, |attempt| attempt.first);
            while let Some(passed) = self.ahead.first().filter(|ahead| *ahead <= step) {
                self.ahead.remove_first();
                if passed < step {
                    return Err(LogFault::StepLost { step: passed, from });
                }
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

    /// What stands, once all rows were read.
    pub(super) fn finish(mut self) -> Standing {
        let mut limits = vec![u64::MAX; self.attempts.len()];
        let mut lowest = u64::MAX;
        for (limit, attempt) in limits.iter_mut().zip(&self.attempts).rev() {
            *limit = lowest;
            lowest = lowest.min(attempt.first);
        }
        if let Some(lost) = self.lost_rank(&limits)
            && self.fault.as_ref().is_none_or(|(row, _)| lost.0 < *row)
        {
            self.fault = Some(lost);
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

    /// The number of attempts.
    pub(super) fn attempts(&self) -> usize {
        self.attempts.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scan(rows: &[(u64, Option<u32>)]) -> Standing {
        let mut scan = AttemptScan::default();
        for (row, (step, rank)) in (1..).zip(rows) {
            scan.push(row, *step, *rank);
        }
        scan.finish()
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
