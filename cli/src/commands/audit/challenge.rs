//! `tranche audit challenge`: which draws are looked at, chosen by nobody.

use std::path::{Path, PathBuf};

use clap::Args;
use serde::{Deserialize, Serialize};
use tranche_protocol::audit::{AuditError, Beacon, Challenge, ChallengeDigest};
use tranche_protocol::run::RunCommitment;

use super::subject::SubjectArgs;
use crate::artefact::{read_json, write_json};
use crate::atomic::{Existing, Visibility};
use crate::error::{Error, Fault};
use crate::output::{Report, Table};

const VERSION: u16 = 1;

/// `tranche audit challenge`.
#[derive(Args, Clone, Debug)]
#[command(after_help = "Example:
  tranche audit challenge --proof usage.proof --beacon 0x9f0c...41 --source 'drand quicknet round 9000000' \\
    --published 'bound in escrow transaction 0xabcd..., block 21000000' --picks 60 --out challenge.json

The run commitment must be public before the beacon's value is known, and it must be the only one: who may choose among commitments, or knows
the value first, chooses the picks. Auditor and builder agree on the beacon and its round beforehand. The program cannot check any of this: it
writes down what you say, and everybody can compare.")]
pub struct ChallengeArgs {
    /// The run.
    #[command(flatten)]
    pub subject: SubjectArgs,
    /// The public value: 16 to 256 bytes in hexadecimal
    #[arg(long, value_name = "HEX", value_parser = parse_beacon)]
    pub beacon: Beacon,
    /// Where the value comes from, so that others find it: a block's number, a beacon's round
    #[arg(long, value_name = "TEXT")]
    pub source: String,
    /// Where and since when the run commitment is public
    #[arg(long, value_name = "TEXT")]
    pub published: String,
    /// Number of draws to pick, 1 to 65536
    #[arg(long, value_name = "N")]
    pub picks: u32,
    /// Also print the picks for a log of this many draws; the number is secret until the opening tells it
    #[arg(long, value_name = "L", value_parser = clap::value_parser!(u64).range(1..))]
    pub draws: Option<u64>,
    /// The challenge to write
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
}

fn parse_beacon(text: &str) -> Result<Beacon, AuditError> {
    Beacon::parse(text.trim())
}

/// `challenge.json`. Everybody may read it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ChallengeFile {
    version: u16,
    pub(super) run_commitment: RunCommitment,
    pub(super) beacon: Beacon,
    pub(super) source: String,
    pub(super) published: String,
    pub(super) picks: u32,
    /// Names the challenge: a function of commitment and beacon.
    pub(super) digest: ChallengeDigest,
}

impl ChallengeFile {
    /// Reads a challenge; its digest is computed again.
    pub(super) fn read(path: &Path) -> Result<Self, Error> {
        let file: Self = read_json(path)?;
        if file.version != VERSION {
            let (expected, got) = (VERSION, file.version);
            return Err(Error::file(path, Fault::Version { expected, got }));
        }
        let challenge = file.challenge();
        if challenge.validate().is_err() {
            return Err(Error::file(path, Fault::Malformed("the number of picks")));
        }
        if challenge.digest() != file.digest {
            return Err(Error::file(
                path,
                Fault::Mismatch("its digest is not that of commitment and beacon".to_owned()),
            ));
        }
        Ok(file)
    }

    pub(super) fn challenge(&self) -> Challenge {
        Challenge {
            run_commitment: self.run_commitment,
            beacon: self.beacon.clone(),
            count: self.picks,
        }
    }
}

/// A challenge that was written.
#[derive(Clone, Debug, Serialize)]
pub struct ChallengeReport {
    challenge: PathBuf,
    run_commitment: String,
    digest: String,
    picks: u32,
    beacon: Beacon,
    source: String,
    published: String,
    /// Chance to meet a lie, by the part of the draws whose stretches hold one.
    meets: Vec<Chance>,
    /// The picked draws, where the number of draws was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    picked: Option<Vec<u64>>,
    depends_on: &'static str,
}

/// How likely a lie is met.
#[derive(Clone, Debug, Serialize)]
struct Chance {
    /// Part of the draws, in percent.
    altered_percent: u32,
    /// Chance that a pick falls into it.
    met: f64,
}

const DEPENDS: &str = "worth what the order of things is worth: the commitment public and the only one, then the beacon";

impl Report for ChallengeReport {
    fn table(&self) -> Table {
        let table = Table::new()
            .line(["challenge", &self.challenge.display().to_string()])
            .line(["run commitment", &self.run_commitment])
            .line(["public since", &self.published])
            .line(["beacon from", &self.source])
            .line(["digest", &self.digest])
            .line(["picks", &self.picks.to_string()])
            .line([DEPENDS]);
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

/// Runs the command.
pub(super) fn run(args: &ChallengeArgs) -> Result<ChallengeReport, Error> {
    for (text, option) in [(&args.source, "--source"), (&args.published, "--published")] {
        if text.trim().is_empty() {
            return Err(Error::usage(
                format!("{option} is empty"),
                "say it so that others can look it up",
            ));
        }
    }
    let subject = args.subject.read()?;
    let challenge = Challenge {
        run_commitment: subject.run_commitment,
        beacon: args.beacon.clone(),
        count: args.picks,
    };
    challenge
        .validate()
        .map_err(|error| Error::usage(error.to_string(), "choose another --picks"))?;
    let file = ChallengeFile {
        version: VERSION,
        run_commitment: subject.run_commitment,
        beacon: args.beacon.clone(),
        source: args.source.clone(),
        published: args.published.clone(),
        picks: args.picks,
        digest: challenge.digest(),
    };
    write_json(&args.out, &file, Visibility::Public, Existing::Keep)?;
    let chance = |altered_percent: u32| Chance {
        altered_percent,
        met: 1.0 - (1.0 - f64::from(altered_percent) / 100.0).powf(f64::from(args.picks)),
    };
    Ok(ChallengeReport {
        challenge: args.out.clone(),
        run_commitment: subject.run_commitment.to_string(),
        digest: file.digest.to_string(),
        picks: args.picks,
        beacon: file.beacon,
        source: file.source,
        published: file.published,
        meets: [1, 5, 10, 25].map(chance).into(),
        picked: args.draws.map(|draws| challenge.picks(draws)),
        depends_on: DEPENDS,
    })
}
