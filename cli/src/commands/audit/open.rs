//! `tranche audit open`: the builder's answer.

use std::path::PathBuf;

use clap::Args;
use tranche_workspace::steps::audit::{OpenRequest, OpenedAudit};

use crate::args::parse_mapping;
use crate::output::{Report, Table};

/// `tranche audit open`.
#[derive(Args, Clone, Debug)]
#[command(after_help = "Example:
  tranche audit open --run run/ --challenge challenge.json --out opening.json

The opening is for the auditor's eyes: it tells the number of draws, all checkpoints, and every draw of the log leaves that the picked
stretches lie in. The command prints what it tells before you hand it over.")]
pub(super) struct OpenArgs {
    /// The run's folder
    #[arg(long, value_name = "DIR")]
    pub(super) run: PathBuf,
    /// The challenge
    #[arg(long, value_name = "FILE")]
    pub(super) challenge: PathBuf,
    /// Where a tranche of the log is now, if it was moved since the import; may be given again
    #[arg(long, value_name = "NAME=FOLDER", value_parser = parse_mapping)]
    pub(super) map: Vec<(String, PathBuf)>,
    /// The opening to write; readable by its owner only
    #[arg(long, value_name = "FILE")]
    pub(super) out: PathBuf,
}

impl OpenArgs {
    /// What the arguments ask for.
    pub(super) fn request(&self) -> OpenRequest {
        OpenRequest {
            run: self.run.clone(),
            challenge: self.challenge.clone(),
            map: self.map.clone(),
            out: self.out.clone(),
        }
    }
}

impl Report for OpenedAudit {
    fn table(&self) -> Table {
        let told = &self.discloses;
        let table = Table::new()
            .line(["opening", &format!("{} (secret)", self.opening.display())])
            .line(["It tells the auditor:"])
            .line(["draws of the run", &told.draws.to_string()])
            .line([
                "checkpoints",
                &format!("all {}: steps, log positions, digests", told.checkpoints),
            ])
            .line([
                "stretches",
                &format!(
                    "{}, of {} draws, with their steps",
                    told.stretches, told.stretch_draws
                ),
            ])
            .line([
                "log leaves",
                &format!("{} draws, those of the stretches included", told.leaf_draws),
            ])
            .line([
                "places",
                &format!("{}: tranche id and chunk of each", told.places),
            ]);
        let table = told.tranches.iter().fold(table, |table, tranche| {
            let what = if tranche.registered {
                "registered: its public fields"
            } else {
                "UNREGISTERED: content root, units root, totals, and the salt of its id"
            };
            table.line(["tranche", &format!("{} ({what})", tranche.name)])
        });
        table.line([self.keeps])
    }
}
