//! Sets of steps.

use std::collections::VecDeque;

/// Ascending steps, in runs of one distance: a run of training is a few of them, however long it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Steps {
    runs: VecDeque<Run>,
}

/// `first`, `first + stride`, …, `last`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Run {
    first: u64,
    last: u64,
    /// Not 0.
    stride: u64,
}

impl Run {
    fn of(step: u64) -> Self {
        Self {
            first: step,
            last: step,
            stride: 1,
        }
    }
}

impl Steps {
    pub(super) fn first(&self) -> Option<u64> {
        self.runs.front().map(|run| run.first)
    }

    pub(super) fn last(&self) -> Option<u64> {
        self.runs.back().map(|run| run.last)
    }

    /// Adds a step behind the last.
    pub(super) fn push(&mut self, step: u64) {
        match self.runs.back_mut() {
            Some(run) if run.first == run.last => {
                run.stride = step - run.last;
                run.last = step;
            }
            Some(run) if step - run.last == run.stride => run.last = step,
            _ => self.runs.push_back(Run::of(step)),
        }
    }

    /// Takes the first step out.
    pub(super) fn remove_first(&mut self) {
        match self.runs.front_mut() {
            Some(run) if run.first < run.last => run.first += run.stride,
            _ => {
                self.runs.pop_front();
            }
        }
    }

    /// Takes the steps from this one on out.
    pub(super) fn split_off(&mut self, from: u64) -> Self {
        let mut taken = Self::default();
        while let Some(run) = self.runs.pop_back() {
            if run.first >= from {
                taken.runs.push_front(run);
                continue;
            }
            // The first place of the run that is not before `from`.
            let kept = (from - run.first).div_ceil(run.stride);
            let next = run.first + (kept - 1) * run.stride;
            self.runs.push_back(Run {
                last: next.min(run.last),
                ..run
            });
            if next < run.last {
                taken.runs.push_front(Run {
                    first: next + run.stride,
                    ..run
                });
            }
            break;
        }
        taken
    }

    /// Adds steps before the first; of both only those that are before it.
    pub(super) fn put_before(&mut self, mut earlier: Self) {
        if let Some(first) = self.first() {
            earlier.split_off(first);
        }
        while let Some(run) = earlier.runs.pop_back() {
            self.runs.push_front(run);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steps(list: &[u64]) -> Steps {
        let mut steps = Steps::default();
        list.iter().for_each(|step| steps.push(*step));
        steps
    }

    fn list(mut steps: Steps) -> Vec<u64> {
        let mut list = Vec::new();
        while let Some(step) = steps.first() {
            list.push(step);
            steps.remove_first();
        }
        list
    }

    #[test]
    fn steps_come_back_as_they_were_put() {
        for all in [
            &[0, 1, 2, 3][..],
            &[0, 10, 20, 21, 22, 30, 50, 70],
            &[7],
            &[],
        ] {
            assert_eq!(list(steps(all)), all);
            for from in 0..80 {
                let mut before = steps(all);
                let after = before.split_off(from);
                let (low, high): (Vec<u64>, Vec<u64>) = all.iter().partition(|step| **step < from);
                assert_eq!(list(before.clone()), low, "{all:?} {from}");
                assert_eq!(list(after.clone()), high, "{all:?} {from}");
                let mut whole = after;
                whole.put_before(before);
                assert_eq!(list(whole), all);
            }
        }
        assert_eq!(steps(&(0..1_000_000).collect::<Vec<_>>()).runs.len(), 1);
    }
}
