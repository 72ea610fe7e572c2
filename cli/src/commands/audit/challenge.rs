//! `tranche audit challenge`: which draws are looked at, chosen by nobody.

use std::path::PathBuf;

use clap::Args;
use tranche_protocol::audit::{AuditError, Beacon};
use tranche_workspace::error::Error;
use tranche_workspace::steps::audit::{ChallengeRequest, IssuedChallenge};
use tranche_workspace::steps::hexadecimal::prefixed;

use super::run::RunOptions;
use crate::output::{Report, Table};

/// `tranche audit challenge`.
#[derive(Args, Clone, Debug)]
#[command(after_help = "Example:
  tranche audit challenge --proof usage.proof --beacon 0x9f0c...41 --source 'drand quicknet round 9000000' \\
    --published 'bound in escrow transaction 0xabcd..., block 21000000' --picks 60 --out challenge.json

The run commitment must be public before the beacon's value is known, and it must be the only one: who may choose among commitments, or knows
the value first, chooses the picks. Auditor and builder agree on the beacon and its round beforehand. The program cannot check any of this: it
writes down what you say, and everybody can compare.")]
pub(super) struct ChallengeArgs {
    /// The run.
    #[command(flatten)]
    pub(super) run: RunOptions,
    /// The public value: 16 to 256 bytes in hexadecimal
    #[arg(long, value_name = "HEX", value_parser = parse_beacon)]
    pub(super) beacon: Beacon,
    /// Where the value comes from, so that others find it: a block's number, a beacon's round
    #[arg(long, value_name = "TEXT")]
    pub(super) source: String,
    /// Where and since when the run commitment is public
    #[arg(long, value_name = "TEXT")]
    pub(super) published: String,
    /// Number of draws to pick, 1 to 65536
    #[arg(long, value_name = "N")]
    pub(super) picks: u32,
    /// Also print the picks for a log of this many draws; the number is secret until the opening tells it
    #[arg(long, value_name = "L", value_parser = clap::value_parser!(u64).range(1..))]
    pub(super) draws: Option<u64>,
    /// The challenge to write
    #[arg(long, value_name = "FILE")]
    pub(super) out: PathBuf,
}

fn parse_beacon(text: &str) -> Result<Beacon, AuditError> {
    Beacon::parse(text.trim())
}

impl ChallengeArgs {
    /// What the arguments ask for.
    pub(super) fn request(&self) -> Result<ChallengeRequest, Error> {
        Ok(ChallengeRequest {
            run: self.run.request()?,
            beacon: self.beacon.clone(),
            source: self.source.clone(),
            published: self.published.clone(),
            picks: self.picks,
            draws: self.draws,
            out: self.out.clone(),
        })
    }
}

impl Report for IssuedChallenge {
    fn table(&self) -> Table {
        let table = Table::new()
            .line(["challenge", &self.challenge.display().to_string()])
            .line(["run commitment", &self.run_commitment.to_string()])
            .line(["public since", &self.published])
            .line(["beacon from", &self.source])
            .line(["digest", &prefixed(&self.digest.to_bytes())])
            .line(["picks", &self.picks.to_string()])
            .line([self.depends_on]);
        let table = self.meets.iter().fold(table, |table, chance| {
            table.line([
                &format!("if {} % is untrue", chance.altered_percent),
                &format!("a pick meets it with {:.1} %", 100.0 * chance.met),
            ])
        });
        match &self.picked {
            None => table,
            Some(picked) => {
                let list: Vec<String> = picked.iter().map(u64::to_string).collect();
                table.line(["draws picked", &list.join(" ")])
            }
        }
    }
}
