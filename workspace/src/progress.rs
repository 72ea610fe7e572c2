//! What a step reports while it runs, and how it is stopped.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

/// A stage among those of one process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StageId(u64);

impl StageId {
    fn next() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        Self(NEXT.fetch_add(1, Ordering::Relaxed))
    }
}

/// Whoever wants to know how far a step is: a terminal, a page, a notebook. Stages may run at once.
pub trait Observer: Sync {
    /// A stage of `total` items begins, or one of unknown length.
    fn began(&self, stage: StageId, name: &'static str, total: Option<u64>);

    /// `items` more items of a stage are done.
    fn advanced(&self, stage: StageId, items: u64);

    /// A stage ended, or was given up.
    fn ended(&self, stage: StageId);

    /// Whether the step is to stop. Long loops ask whenever they advance.
    fn cancelled(&self) -> bool {
        false
    }
}

/// The caller asked to stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cancelled;

impl fmt::Display for Cancelled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("cancelled")
    }
}

impl std::error::Error for Cancelled {}

/// Who observes a step, if anybody does.
///
/// ```
/// use std::sync::atomic::{AtomicU64, Ordering};
/// use tranche_workspace::progress::{Cancelled, Observer, Progress, StageId};
///
/// /// Counts items, and stops the step after ten.
/// #[derive(Default)]
/// struct Ten(AtomicU64);
///
/// impl Observer for Ten {
///     fn began(&self, _: StageId, _: &'static str, _: Option<u64>) {}
///     fn advanced(&self, _: StageId, items: u64) {
///         self.0.fetch_add(items, Ordering::Relaxed);
///     }
///     fn ended(&self, _: StageId) {}
///     fn cancelled(&self) -> bool {
///         self.0.load(Ordering::Relaxed) >= 10
///     }
/// }
///
/// let ten = Ten::default();
/// let stage = Progress::new(&ten).stage("committing records", Some(20));
/// assert_eq!(stage.advance(9), Ok(()));
/// assert_eq!(stage.advance(9), Err(Cancelled));
/// ```
#[derive(Clone, Copy, Default)]
pub struct Progress<'a> {
    observer: Option<&'a dyn Observer>,
}

impl<'a> Progress<'a> {
    /// Reports to this observer.
    pub fn new(observer: &'a dyn Observer) -> Self {
        Self {
            observer: Some(observer),
        }
    }

    /// Reports to nobody, and is never cancelled.
    pub fn silent() -> Self {
        Self::default()
    }

    /// Starts a stage of `total` items, or of unknown length. It ends when it is dropped.
    pub fn stage(self, name: &'static str, total: Option<u64>) -> Stage<'a> {
        let id = StageId::next();
        if let Some(observer) = self.observer {
            observer.began(id, name, total);
        }
        Stage { progress: self, id }
    }

    /// Stops here if the observer asks for it.
    ///
    /// # Errors
    /// [`Cancelled`].
    pub fn check(self) -> Result<(), Cancelled> {
        if self.observer.is_some_and(Observer::cancelled) {
            Err(Cancelled)
        } else {
            Ok(())
        }
    }
}

impl fmt::Debug for Progress<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Progress")
            .field("observed", &self.observer.is_some())
            .finish()
    }
}

/// One running stage.
#[derive(Debug)]
pub struct Stage<'a> {
    progress: Progress<'a>,
    id: StageId,
}

impl Stage<'_> {
    /// Reports `items` more as done, and stops here if the observer asks for it.
    ///
    /// # Errors
    /// [`Cancelled`].
    pub fn advance(&self, items: u64) -> Result<(), Cancelled> {
        self.report(items);
        self.progress.check()
    }

    /// Reports `items` more as done, where the work cannot stop.
    pub fn report(&self, items: u64) {
        if let Some(observer) = self.progress.observer {
            observer.advanced(self.id, items);
        }
    }
}

impl Drop for Stage<'_> {
    fn drop(&mut self) {
        if let Some(observer) = self.progress.observer {
            observer.ended(self.id);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;
    use std::sync::atomic::AtomicBool;

    use super::*;

    #[derive(Default)]
    struct Notes {
        lines: Mutex<Vec<String>>,
        stop: AtomicBool,
    }

    impl Notes {
        fn note(&self, line: String) {
            self.lines.lock().unwrap().push(line);
        }
    }

    impl Observer for Notes {
        fn began(&self, _stage: StageId, name: &'static str, total: Option<u64>) {
            self.note(format!("{name} {total:?}"));
        }

        fn advanced(&self, _stage: StageId, items: u64) {
            self.note(format!("{items} more"));
        }

        fn ended(&self, _stage: StageId) {
            self.note("ended".to_owned());
        }

        fn cancelled(&self) -> bool {
            self.stop.load(Ordering::Relaxed)
        }
    }

    #[test]
    fn stages_are_reported_in_order_and_stop_when_asked() {
        let notes = Notes::default();
        let progress = Progress::new(&notes);
        let stage = progress.stage("reading", Some(10));
        assert_eq!(stage.advance(3), Ok(()));
        notes.stop.store(true, Ordering::Relaxed);
        assert_eq!(stage.advance(4), Err(Cancelled));
        assert_eq!(progress.check(), Err(Cancelled));
        drop(stage);
        let lines = notes.lines.into_inner().unwrap();
        assert_eq!(lines, ["reading Some(10)", "3 more", "4 more", "ended"]);
        assert_eq!(Progress::silent().stage("reading", None).advance(1), Ok(()));
    }
}
