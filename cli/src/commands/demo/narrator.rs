//! What the demonstration prints: steps as they are done, or one JSON document at the end.

use std::io::{IsTerminal, Write};
use std::path::Path;
use std::time::Instant;

use serde::Serialize;
use tranche_workspace::error::Error;

use crate::output::{Format, Report, Table};

/// One step.
#[derive(Serialize)]
struct Step {
    title: String,
    seconds: f64,
    commands: Vec<String>,
    facts: Vec<Vec<String>>,
}

/// The whole story.
#[derive(Serialize)]
struct Account {
    steps: Vec<Step>,
    total_seconds: f64,
}

impl Report for Account {
    fn table(&self) -> Table {
        Table::new().line([format!("Done in {:.1} s.", self.total_seconds)])
    }
}

/// Tells the story.
pub(super) struct Narrator {
    format: Format,
    bold: bool,
    begun: Instant,
    step_begun: Instant,
    steps: Vec<Step>,
}

impl Narrator {
    pub(super) fn new(format: Format) -> Self {
        let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        Self {
            format,
            bold: !plain && format == Format::Human && std::io::stdout().is_terminal(),
            begun: Instant::now(),
            step_begun: Instant::now(),
            steps: Vec::new(),
        }
    }

    /// Begins a step.
    pub(super) fn step(&mut self, title: &str) -> Result<(), Error> {
        self.step_begun = Instant::now();
        self.steps.push(Step {
            title: title.to_owned(),
            seconds: 0.0,
            commands: Vec::new(),
            facts: Vec::new(),
        });
        let number = self.steps.len();
        let (on, off) = if self.bold {
            ("\u{1b}[1m", "\u{1b}[0m")
        } else {
            ("", "")
        };
        self.write(&format!("\n{on}{number}. {title}{off}\n"))
    }

    /// Names the command that does what the step does.
    pub(super) fn command(&mut self, command: &str) -> Result<(), Error> {
        if let Some(step) = self.steps.last_mut() {
            step.commands.push(command.to_owned());
        }
        self.write(&format!("   $ tranche {command}\n"))
    }

    /// Ends a step with what came of it, in aligned cells.
    pub(super) fn facts(&mut self, facts: Vec<Vec<String>>) -> Result<(), Error> {
        let seconds = self.step_begun.elapsed().as_secs_f64();
        let table = facts.iter().fold(Table::new(), |table, cells| {
            let mut cells = cells.clone();
            if let Some(first) = cells.first_mut() {
                first.insert_str(0, "   ");
            }
            table.line(cells)
        });
        if let Some(step) = self.steps.last_mut() {
            step.seconds = seconds;
            step.facts = facts;
        }
        self.write(&table.to_string())?;
        self.write(&format!("   ({seconds:.1} s)\n"))
    }

    /// Ends the story.
    pub(super) fn finish(self) -> Result<(), Error> {
        self.write("\n")?;
        self.format.print(&Account {
            total_seconds: self.begun.elapsed().as_secs_f64(),
            steps: self.steps,
        })?;
        Ok(())
    }

    fn write(&self, text: &str) -> Result<(), Error> {
        if self.format == Format::Json {
            return Ok(());
        }
        let mut out = std::io::stdout().lock();
        match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
            Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
                Err(Error::io("write to", Path::new("standard output"), error))
            }
            _ => Ok(()),
        }
    }
}

/// A line of cells.
pub(super) fn cells<const N: usize>(cells: [&str; N]) -> Vec<String> {
    cells.map(str::to_owned).to_vec()
}
