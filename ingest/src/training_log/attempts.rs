//! Which rows of a table stand, where the run was started again.
//!
//! A step below the one before begins another *attempt*: the run was killed and went on from a checkpoint. Rows before it of that step or
//! later ones are superseded. Rows out of order look the same at first, so an attempt must hold every last step of the attempts before it
//! that it goes past, and must not begin at the log's first step again, which another rank's rows do.

use std::collections::{BTreeSet, HashMap};

use super::fault::LogFault;

/// The most attempts of one log.
const MAX_ATTEMPTS: usize = 1 << 12;

/// The most ranks that a table may name.
const MAX_RANKS: usize = 1 << 16;

/// Rows from a place on whose steps do not fall.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Attempt {
    row: u64,
    first: u64,
}

/// The steps of a table, read once row by row.
#[derive(Debug, Default)]
pub(super) struct AttemptScan {
    attempts: Vec<Attempt>,
    /// The step before.
    step: Option<u64>,
    /// Last steps of attempts, which the current one has not reached.
    ahead: BTreeSet<u64>,
    /// The last step of each rank, where the rows name ranks.
    ranks: HashMap<u32, u64>,
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
}

impl AttemptScan {
    /// Takes a row in.
    pub(super) fn push(&mut self, row: u64, step: u64, rank: Option<u32>) {
        self.rows = row;
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
        let Some(previous) = self.step else {
            self.attempts.push(Attempt { row, first: step });
            return Ok(());
        };
        if step < previous {
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
                Some(_) => {}
                None if step <= self.attempts[0].first => {
                    return Err(LogFault::BeginsAgain {
                        previous,
                        got: step,
                    });
                }
                None => {}
            }
            if self.attempts.len() == MAX_ATTEMPTS {
                return Err(LogFault::TooManyAttempts {
                    limit: MAX_ATTEMPTS,
                });
            }
            self.ahead.insert(previous);
            self.attempts.push(Attempt { row, first: step });
        }
        while let Some(passed) = self.ahead.first().copied().filter(|ahead| *ahead <= step) {
            self.ahead.remove(&passed);
            if passed < step {
                let from = self.attempts.last().map_or(0, |attempt| attempt.first);
                return Err(LogFault::StepLost { step: passed, from });
            }
        }
        Ok(())
    }

    /// What stands, once all rows were read.
    pub(super) fn finish(self) -> Standing {
        let mut limits = vec![u64::MAX; self.attempts.len()];
        let mut lowest = u64::MAX;
        for (limit, attempt) in limits.iter_mut().zip(&self.attempts).rev() {
            *limit = lowest;
            lowest = lowest.min(attempt.first);
        }
        let restarts = self.restarted;
        let fault = self.fault.map(|(row, fault)| match fault {
            LogFault::RankOrder {
                rank,
                previous,
                got,
                ..
            } => (
                row,
                LogFault::RankOrder {
                    rank,
                    previous,
                    got,
                    restarted: restarts,
                },
            ),
            fault => (row, fault),
        });
        Standing {
            attempts: self.attempts,
            limits,
            at: 0,
            rows: self.rows,
            fault,
        }
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
        assert_eq!(stand(&[0, 1, 2, 3, 4, 2, 3]), [0, 1, 2, 3]);
        assert_eq!(stand(&[0, 10, 20, 30, 10, 20, 30, 40]), [0, 10, 20, 30, 40]);
    }

    #[test]
    fn rows_out_of_order_are_no_attempts() {
        let again = |previous, got| LogFault::BeginsAgain { previous, got };
        assert_eq!(plain(&[0, 1, 2, 0, 1, 2]).fault, Some((4, again(2, 0))));
        assert_eq!(plain(&[5, 6, 0, 1]).fault, Some((3, again(6, 0))));
        let lost = LogFault::StepLost { step: 5, from: 3 };
        assert_eq!(plain(&[0, 1, 2, 5, 3, 4, 6]).fault, Some((7, lost)));
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
        let both = rows(&[(0, 0), (1, 0), (0, 1), (1, 1), (1, 0), (0, 0)]);
        assert_eq!(scan(&both).fault, Some((3, order(1, 1, 0, true))));
    }
}
