//! What was measured, what was computed from it, and where: as a table, JSON and CSV.

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::Path;
use std::process::Command;

use serde::Serialize;
use tranche_cost::clock::Time;
use tranche_cost::machine;

use crate::proof::{Proved, Shape};

/// What a proof is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Part {
    /// The whole statement with a Merkle path per draw.
    Merkle,
    /// The counting part with halo2's permuted lookup.
    CountingPermuted,
    /// The counting part with the logarithmic derivative.
    CountingLogarithmic,
    /// The whole statement as `tranche` proves it.
    Tranche,
}

impl Part {
    /// Its name in tables.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Merkle => "merkle",
            Self::CountingPermuted => "counting-permuted",
            Self::CountingLogarithmic => "counting-logarithmic",
            Self::Tranche => "tranche",
        }
    }
}

/// One proof.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Measured {
    /// What it is of.
    pub(crate) part: Part,
    /// Rows a hash, rung or degree.
    pub(crate) layout: String,
    /// Binary logarithm of the rows.
    pub(crate) k: u32,
    /// Lanes of draws.
    pub(crate) lanes: usize,
    /// Columns and degree.
    #[serde(flatten)]
    pub(crate) shape: Shape,
    /// Draws proven.
    pub(crate) draws: usize,
    /// Records that they are of.
    pub(crate) records: usize,
    /// Committed columns times 2^k over the draws.
    pub(crate) cells_per_draw: f64,
    /// Seconds of the proof on the wall.
    pub(crate) seconds: f64,
    /// Its seconds on all processors together.
    pub(crate) processor_seconds: f64,
    /// Processor seconds over the draws.
    pub(crate) processor_seconds_per_draw: f64,
    /// Seconds on the wall of a multi-scalar multiplication of 2^20 points right after the proof.
    pub(crate) yardstick_seconds: f64,
    /// Its seconds on all processors together.
    pub(crate) yardstick_processor_seconds: f64,
    /// Processor seconds over those of the yardstick, the median of the run.
    pub(crate) over_yardstick: f64,
    /// Bytes of the proof.
    pub(crate) proof_bytes: usize,
}

/// Where a proof stands among the others.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    /// What it is of.
    pub(crate) part: Part,
    /// Rows a hash, rung or degree.
    pub(crate) layout: String,
    /// Binary logarithm of the rows.
    pub(crate) k: u32,
    /// Lanes of draws.
    pub(crate) lanes: usize,
    /// Draws proven.
    pub(crate) draws: usize,
    /// Records that they are of.
    pub(crate) records: usize,
}

impl Measured {
    /// A proof with the yardstick that was measured after it.
    pub(crate) fn new(place: Place, proved: &Proved, yardstick: Time) -> Self {
        let Place {
            part,
            layout,
            k,
            lanes,
            draws,
            records,
        } = place;
        let cells = (proved.shape.committed_columns() << k) as f64;
        Self {
            part,
            layout,
            k,
            lanes,
            shape: proved.shape,
            draws,
            records,
            cells_per_draw: cells / draws as f64,
            seconds: proved.time.wall,
            processor_seconds: proved.time.processor,
            processor_seconds_per_draw: proved.time.processor / draws as f64,
            yardstick_seconds: yardstick.wall,
            yardstick_processor_seconds: yardstick.processor,
            over_yardstick: 0.0,
            proof_bytes: proved.bytes,
        }
    }

    fn cells(&self) -> [String; 15] {
        [
            self.part.name().to_owned(),
            self.layout.clone(),
            self.k.to_string(),
            self.lanes.to_string(),
            self.shape.degree.to_string(),
            self.shape.advice_columns.to_string(),
            self.shape.committed_columns().to_string(),
            self.shape.fixed_columns.to_string(),
            self.draws.to_string(),
            self.records.to_string(),
            format!("{:.1}", self.cells_per_draw),
            format!("{:.2}", self.seconds),
            format!("{:.2}", self.processor_seconds),
            format!("{:.4}", self.processor_seconds_per_draw * 1e3),
            format!("{:.2}", self.over_yardstick),
        ]
    }
}

/// A number that was not measured.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Extrapolated {
    /// What it says.
    pub(crate) what: String,
    /// The number.
    pub(crate) value: f64,
    /// What it counts.
    pub(crate) unit: &'static str,
    /// How it was computed.
    pub(crate) formula: String,
    /// The measured points it comes from.
    pub(crate) points: String,
}

/// All of one run of the program.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Report {
    /// The processor, where the system tells it.
    pub(crate) processor: Option<String>,
    /// Processors that the program may use.
    pub(crate) processors: usize,
    /// Load averages at the start and the end, where the system tells them.
    pub(crate) load: [Option<String>; 2],
    /// The commit, and whether the tree differs from it.
    pub(crate) commit: Option<String>,
    /// The command line.
    pub(crate) command: String,
    /// Processor seconds of the yardstick, a multi-scalar multiplication of 2^20 points: the median of those after each proof.
    pub(crate) yardstick_processor_seconds: Option<f64>,
    /// Proofs in the order they were made.
    pub(crate) measured: Vec<Measured>,
    /// Numbers computed from them.
    pub(crate) extrapolated: Vec<Extrapolated>,
}

const HEAD: [&str; 15] = [
    "part",
    "layout",
    "k",
    "lanes",
    "degree",
    "advice",
    "committed",
    "fixed",
    "draws",
    "records",
    "cells/draw",
    "s",
    "cpu s",
    "cpu ms/draw",
    "yardsticks",
];

fn load() -> Option<String> {
    let text = fs::read_to_string("/proc/loadavg").ok()?;
    let first: Vec<&str> = text.split_whitespace().take(3).collect();
    Some(first.join(" "))
}

fn commit() -> Option<String> {
    let git = |arguments: &[&str]| -> Option<String> {
        let output = Command::new("git").args(arguments).output().ok()?;
        let text = String::from_utf8(output.stdout).ok()?;
        output.status.success().then(|| text.trim().to_owned())
    };
    let id = git(&["rev-parse", "HEAD"])?;
    let changed = git(&["status", "--porcelain", "--untracked-files=no"])?;
    Some(if changed.is_empty() {
        id
    } else {
        format!("{id} with changes")
    })
}

impl Report {
    /// A report without measurements, of this command line on this machine.
    pub(crate) fn begin() -> Self {
        let words: Vec<String> = std::env::args().collect();
        Self {
            processor: machine::processor(),
            processors: std::thread::available_parallelism().map_or(1, usize::from),
            load: [load(), None],
            commit: commit(),
            command: words.join(" "),
            yardstick_processor_seconds: None,
            measured: Vec::new(),
            extrapolated: Vec::new(),
        }
    }

    /// Notes the load at the end, and divides by the yardstick.
    pub(crate) fn end(&mut self) {
        self.load[1] = load();
        let mut yardsticks: Vec<f64> = self
            .measured
            .iter()
            .map(|row| row.yardstick_processor_seconds)
            .collect();
        yardsticks.sort_by(f64::total_cmp);
        let median = yardsticks.get(yardsticks.len() / 2).copied();
        self.yardstick_processor_seconds = median;
        for row in &mut self.measured {
            row.over_yardstick = median.map_or(f64::NAN, |median| row.processor_seconds / median);
        }
    }

    fn about(&self) -> Vec<String> {
        let told = |value: &Option<String>| value.clone().unwrap_or_else(|| "unknown".to_owned());
        let yardstick = self.yardstick_processor_seconds.unwrap_or(f64::NAN);
        vec![
            format!("yardstick: {yardstick:.2} processor seconds, the median after each proof"),
            format!("command: {}", self.command),
            format!("commit: {}", told(&self.commit)),
            format!(
                "processor: {}, {} to use",
                told(&self.processor),
                self.processors
            ),
            format!(
                "load averages: {} at the start, {} at the end",
                told(&self.load[0]),
                told(&self.load[1])
            ),
        ]
    }

    /// The report as text.
    pub(crate) fn text(&self) -> String {
        let mut lines = vec![HEAD.map(str::to_owned)];
        lines.extend(self.measured.iter().map(Measured::cells));
        let widths: Vec<usize> = (0..HEAD.len())
            .map(|i| lines.iter().map(|line| line[i].len()).max().unwrap_or(0))
            .collect();
        let mut text = self.about().join("\n");
        text.push_str("\n\nmeasured\n");
        for line in lines {
            for (i, (cell, width)) in line.iter().zip(&widths).enumerate() {
                let _ = if i < 2 {
                    write!(text, "{cell:<width$}  ")
                } else {
                    write!(text, "{cell:>width$}  ")
                };
            }
            text.truncate(text.trim_end().len());
            text.push('\n');
        }
        if !self.extrapolated.is_empty() {
            text.push_str("\nnot measured: computed from the points named\n");
        }
        for each in &self.extrapolated {
            let _ = writeln!(
                text,
                "{}: {:.4} {}\n    formula: {}\n    points: {}",
                each.what, each.value, each.unit, each.formula, each.points
            );
        }
        text
    }

    /// Writes the report as CSV: lines with # say where it was made, then the table; the last column says whether a row was measured.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub(crate) fn write_csv(&self, path: &Path) -> io::Result<()> {
        let mut text = String::new();
        for line in self.about() {
            let _ = writeln!(text, "# {line}");
        }
        text.push_str(
            "part,layout,k,lanes,degree,advice_columns,fixed_columns,permutation_columns,lookups,draws,records,cells_per_draw,seconds,processor_seconds,processor_seconds_per_draw,yardstick_seconds,yardstick_processor_seconds,over_yardstick,proof_bytes,value,unit,formula,points,status\n",
        );
        for row in &self.measured {
            let Shape {
                advice_columns,
                fixed_columns,
                permutation_columns,
                lookups,
                degree,
            } = row.shape;
            let _ = writeln!(
                text,
                "{},{},{},{},{degree},{advice_columns},{fixed_columns},{permutation_columns},{lookups},{},{},{},{},{},{},{},{},{},{},,,,,measured",
                row.part.name(),
                row.layout,
                row.k,
                row.lanes,
                row.draws,
                row.records,
                row.cells_per_draw,
                row.seconds,
                row.processor_seconds,
                row.processor_seconds_per_draw,
                row.yardstick_seconds,
                row.yardstick_processor_seconds,
                row.over_yardstick,
                row.proof_bytes,
            );
        }
        for each in &self.extrapolated {
            let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
            let _ = writeln!(
                text,
                "{}{},{},{},{},{},extrapolated",
                quoted(&each.what),
                ",".repeat(18),
                each.value,
                each.unit,
                quoted(&each.formula),
                quoted(&each.points),
            );
        }
        fs::write(path, text)
    }
}
