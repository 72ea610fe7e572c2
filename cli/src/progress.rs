//! Stages of a step, drawn on the terminal.

use std::collections::HashMap;
use std::io::IsTerminal;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use tranche_workspace::progress::{Observer, StageId};

pub(crate) use tranche_workspace::progress::Progress;

/// Draws stages on standard error. Nothing shows once a stage has ended.
#[derive(Debug)]
pub(crate) struct Terminal {
    drawn: bool,
    bars: Mutex<HashMap<StageId, ProgressBar>>,
}

impl Terminal {
    /// Draws if standard error is a terminal and the output is not for machines.
    pub(crate) fn new(json: bool) -> Self {
        Self {
            drawn: !json && std::io::stderr().is_terminal(),
            bars: Mutex::default(),
        }
    }
}

impl Observer for Terminal {
    fn began(&self, stage: StageId, name: &'static str, total: Option<u64>) {
        if !self.drawn {
            return;
        }
        let (bar, template) = match total {
            Some(total) => (
                ProgressBar::new(total),
                "{msg:24} {bar:32} {human_pos}/{human_len} {eta}",
            ),
            None => (
                ProgressBar::new_spinner(),
                "{msg:24} {spinner} {human_pos} {elapsed}",
            ),
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar.set_message(name);
        bar.enable_steady_tick(Duration::from_millis(120));
        let mut bars = self.bars.lock().unwrap_or_else(PoisonError::into_inner);
        bars.insert(stage, bar);
    }

    fn advanced(&self, stage: StageId, items: u64) {
        let bars = self.bars.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(bar) = bars.get(&stage) {
            bar.inc(items);
        }
    }

    fn ended(&self, stage: StageId) {
        let mut bars = self.bars.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(bar) = bars.remove(&stage) {
            bar.finish_and_clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn output_for_machines_draws_nothing() {
        let terminal = Terminal::new(true);
        let stage = Progress::new(&terminal).stage("reading", Some(10));
        assert_eq!(stage.advance(3), Ok(()));
        assert!(terminal.bars.lock().unwrap().is_empty());
    }
}
