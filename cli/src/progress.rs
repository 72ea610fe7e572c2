//! Stages of a command, drawn on the terminal.

use std::io::IsTerminal;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

/// Decides once whether stages are drawn.
#[derive(Clone, Copy, Debug)]
pub struct Progress {
    drawn: bool,
}

impl Progress {
    /// Draws on standard error if that is a terminal and the output is not for machines.
    pub fn new(json: bool) -> Self {
        Self {
            drawn: !json && std::io::stderr().is_terminal(),
        }
    }

    /// Draws nothing.
    pub fn silent() -> Self {
        Self { drawn: false }
    }

    /// Starts a stage of `total` items, or of unknown length. Nothing shows once the stage is dropped.
    pub fn stage(self, name: &'static str, total: Option<u64>) -> Stage {
        if !self.drawn {
            return Stage {
                bar: ProgressBar::hidden(),
            };
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
        Stage { bar }
    }
}

/// One running stage.
#[derive(Debug)]
pub struct Stage {
    bar: ProgressBar,
}

impl Stage {
    /// Reports `items` more as done.
    pub fn advance(&self, items: u64) {
        self.bar.inc(items);
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn silent_stages_are_hidden() {
        let stage = Progress::silent().stage("reading", Some(10));
        stage.advance(3);
        assert!(stage.bar.is_hidden());
        assert!(Progress::new(true).stage("reading", None).bar.is_hidden());
    }
}
