//! What a check tells.

use std::path::PathBuf;

use serde::Serialize;
use tranche_protocol::log::LogOrder;

use super::finding::Finding;
use super::mixture::{Mixture, Part, percent};
use super::nanotron::ComparedFolder;
use super::plot::ranking;
use crate::commands::log::order_words;
use crate::error::ExitClass;
use crate::output::{Report, Table};

/// Characters of a bar, and of a line over the run.
const BAR: usize = 20;
/// Sources that are drawn.
const BARS: usize = 12;

/// What a check found.
#[derive(Clone, Debug, Serialize)]
pub struct CheckReport {
    pub(super) log: PathBuf,
    /// Whether nothing is wrong.
    pub(super) clean: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) order: Option<LogOrder>,
    pub(super) draws: u64,
    pub(super) steps: u64,
    pub(super) first_step: Option<u64>,
    pub(super) last_step: Option<u64>,
    pub(super) sources: Vec<CheckedSource>,
    /// The circuit that holds the run.
    pub(super) circuit: Option<&'static str>,
    /// One sentence about the mixture.
    pub(super) conclusion: String,
    pub(super) mixture: Vec<Part>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) nanotron: Vec<ComparedFolder>,
    pub(super) findings: Vec<Finding>,
    /// Findings that found no room in the list.
    pub(super) more_findings: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) plot: Option<PathBuf>,
}

/// A source as it was drawn from.
#[derive(Clone, Debug, Serialize)]
pub(super) struct CheckedSource {
    pub(super) name: String,
    pub(super) registered: bool,
    pub(super) records: u32,
    pub(super) draws: u64,
    pub(super) units: Option<u64>,
    pub(super) chunks: u64,
}

impl Report for CheckReport {
    fn table(&self) -> Table {
        let verdict = match (self.clean, self.findings.len() as u64 + self.more_findings) {
            (true, _) => "CLEAN: nothing is wrong".to_owned(),
            (false, 1) => "1 problem".to_owned(),
            (false, problems) => format!("{problems} problems"),
        };
        let mut table = Table::new().line(["log", &self.log.display().to_string()]);
        if let Some(order) = self.order {
            table = table.line(["order", order_words(order)]);
        }
        let span = match (self.first_step, self.last_step) {
            (Some(first), Some(last)) => format!(", {first} to {last}"),
            _ => String::new(),
        };
        table = table
            .line([
                "draws",
                &format!("{} in {} steps{span}", self.draws, self.steps),
            ])
            .line(["circuit", self.circuit.unwrap_or("none")]);
        table = self.bars(table);
        for folder in &self.nanotron {
            let log = folder
                .log
                .map_or_else(|| "?".to_owned(), |log| log.to_string());
            let difference = match folder.log {
                Some(log) if log == folder.metadata => "equal".to_owned(),
                Some(log) => format!("{:+}", i128::from(log) - i128::from(folder.metadata)),
                None => String::new(),
            };
            table = table.line([
                "tokens",
                &folder.folder,
                &folder.metadata.to_string(),
                &log,
                &difference,
            ]);
        }
        if let Some(plot) = &self.plot {
            table = table.line(["plot", &format!("{} (secret)", plot.display())]);
        }
        table = self
            .findings
            .iter()
            .fold(table, |table, finding| finding.lines(table));
        if self.more_findings > 0 {
            table = table.line([format!("and {} problems more", self.more_findings)]);
        }
        table.line(["result", &verdict])
    }

    fn class(&self) -> ExitClass {
        match self.clean {
            true => ExitClass::Success,
            false => ExitClass::Refused,
        }
    }
}

impl CheckReport {
    /// A bar for each source, and how its share goes from the first draw to the last.
    fn bars(&self, table: Table) -> Table {
        let draws: Vec<u64> = self.sources.iter().map(|source| source.draws).collect();
        let ranked = ranking(&draws);
        if ranked.is_empty() {
            return table;
        }
        let mut table = table.line([
            "source",
            "share of draws",
            "",
            "over the run",
            "draws",
            "of records",
        ]);
        for place in ranked.iter().take(BARS) {
            let source = &self.sources[*place];
            let share = percent(source.draws, self.draws);
            let note = match source.registered {
                true => "",
                false => "unregistered",
            };
            table = table.line([
                &source.name,
                &bar(share),
                &format!("{share:.1} %"),
                &over_run(&self.mixture, *place),
                &source.draws.to_string(),
                &source.records.to_string(),
                note,
            ]);
        }
        if ranked.len() > BARS {
            table = table.line([&format!("and {} sources more", ranked.len() - BARS)]);
        }
        table.line([&self.conclusion])
    }
}

fn bar(share: f64) -> String {
    let eighths = (share / 100.0 * (BAR * 8) as f64).round() as usize;
    let mut bar = "█".repeat(eighths / 8);
    bar.extend(['▏', '▎', '▍', '▌', '▋', '▊', '▉'].get((eighths % 8).wrapping_sub(1)));
    bar
}

/// The share in each part of the run, in eighths of the whole.
fn over_run(parts: &[Part], place: usize) -> String {
    let levels = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let columns = parts.len().min(BAR);
    (0..columns)
        .map(|column| {
            let range = parts.len() * column / columns..parts.len() * (column + 1) / columns;
            let part = &parts[range];
            let draws = part
                .iter()
                .map(|part| part.draws.get(place).copied().unwrap_or(0))
                .sum();
            let share = percent(draws, part.iter().map(Part::total).sum());
            levels[((share / 100.0 * 8.0) as usize).min(7)]
        })
        .collect()
}

impl CheckReport {
    /// The mixture's part of a report.
    pub(super) fn mixture_of(mixture: &Mixture, names: &[String]) -> (String, Vec<Part>) {
        (mixture.conclusion(names), mixture.parts().to_vec())
    }
}
