//! `tranche log check`: finds all that is wrong with a log before it is proven.

use std::path::PathBuf;

use clap::Args;
use tranche_ingest::doctor::finding::Finding;
use tranche_ingest::doctor::mixture::{Part, percent, ranking};
use tranche_protocol::address::Address;
use tranche_workspace::steps::log::{CheckRequest, CheckedLog};

use super::input::InputOptions;
use super::told;
use crate::args::parse_address;
use crate::exit::ExitClass;
use crate::output::{Report, Table};

/// Characters of a bar, and of a line over the run.
const BAR: usize = 20;
/// Sources that are drawn.
const BARS: usize = 12;

/// `tranche log check`.
#[derive(Args, Clone, Debug)]
#[command(after_help = "Examples:
  tranche log check run.tlog --registry registry.json --terms terms.json
  tranche log check draws.csv --consumed --map books=books --map mine=mine
  tranche log check save/data-indices --run-file run.json --plot mixture.svg
  tranche log check run.tlog --nanotron checkpoints/1000/checkpoint_metadata.json

Reads a trainer's log as `log import` does, or a log that it wrote, and goes on after what is wrong: every problem with its
file, its first rows and what to do, and every limit of a proof that the run breaks. Writes nothing but the plot. Exit code 0 if the log is clean, 1 if it is not.")]
pub(super) struct CheckArgs {
    /// The log.
    #[command(flatten)]
    pub(super) input: InputOptions,
    /// A registry that must have every registered tranche
    #[arg(long, value_name = "FILE")]
    pub(super) registry: Option<PathBuf>,
    /// Terms that the log must fit: order, unit, registry cut-off, amounts by rates
    #[arg(long, value_name = "FILE")]
    pub(super) terms: Option<PathBuf>,
    /// A Nanotron checkpoint's metadata, whose token counts must be the log's
    #[arg(long, value_name = "FILE")]
    pub(super) nanotron: Option<PathBuf>,
    /// Draw the mixture over the run: a file that ends with .svg or .html
    #[arg(long, value_name = "FILE")]
    pub(super) plot: Option<PathBuf>,
    /// For recordings: the address whose seals count
    #[arg(long, value_name = "ADDRESS", value_parser = parse_address)]
    pub(super) evidence_key: Option<Address>,
}

impl CheckArgs {
    /// What the arguments ask for.
    pub(super) fn request(&self) -> CheckRequest {
        CheckRequest {
            input: self.input.request(),
            registry: self.registry.clone(),
            terms: self.terms.clone(),
            nanotron: self.nanotron.clone(),
            plot: self.plot.clone(),
            evidence_key: self.evidence_key,
        }
    }
}

impl Report for CheckedLog {
    fn table(&self) -> Table {
        let verdict = match (self.clean, self.findings.len() as u64 + self.more_findings) {
            (true, _) => "CLEAN: nothing is wrong".to_owned(),
            (false, 1) => "1 problem".to_owned(),
            (false, problems) => format!("{problems} problems"),
        };
        let mut table = Table::new().line(["log", &self.log.display().to_string()]);
        if let Some(format) = &self.format {
            table = told::format_line(format, table);
        }
        if let Some(order) = self.order {
            table = table.line(["order", order.meaning()]);
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
        table = told::lines(&self.told, self.draws, table);
        if let Some(recording) = &self.recording {
            table = told::of_recording(recording, table);
        }
        table = bars(self, table);
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
            .fold(table, |table, finding| finding_lines(finding, table));
        if self.more_findings > 0 {
            table = table.line([format!("and {} problems more", self.more_findings)]);
        }
        table.line(["result", &verdict])
    }

    fn class(&self) -> ExitClass {
        if self.clean {
            ExitClass::Success
        } else {
            ExitClass::Refused
        }
    }
}

/// A bar for each source, and how its share goes from the first draw to the last.
fn bars(checked: &CheckedLog, table: Table) -> Table {
    let draws: Vec<u64> = checked.sources.iter().map(|source| source.draws).collect();
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
        let source = &checked.sources[*place];
        let share = percent(source.draws, checked.draws);
        let note = if source.registered {
            ""
        } else {
            "unregistered"
        };
        table = table.line([
            &source.name,
            &bar(share),
            &format!("{share:.1} %"),
            &over_run(&checked.mixture, *place),
            &source.draws.to_string(),
            &source.records.to_string(),
            note,
        ]);
    }
    if ranked.len() > BARS {
        table = table.line([&format!("and {} sources more", ranked.len() - BARS)]);
    }
    table.line([&checked.conclusion])
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

/// Adds a finding to a table.
fn finding_lines(finding: &Finding, table: Table) -> Table {
    let rows: Vec<String> = finding.rows.iter().map(u64::to_string).collect();
    let place = match (&finding.file, rows.as_slice()) {
        (None, _) => String::new(),
        (Some(file), []) => file.display().to_string(),
        (Some(file), [row]) if finding.count == 1 => format!("{}, row {row}", file.display()),
        (Some(file), _) => format!("{}, rows {}", file.display(), rows.join(", ")),
    };
    let more = finding.count > rows.len().max(1) as u64;
    let place = if more {
        format!("{place} … {} in all", finding.count)
    } else {
        place
    };
    // Lines of one cell: long text widens no column.
    let mut table = table.line([format!("problem: {}", finding.what)]);
    for (title, text) in [("where", &place), ("remedy", &finding.remedy)] {
        if !text.is_empty() {
            table = table.line([format!("  {title}: {text}")]);
        }
    }
    table
}
