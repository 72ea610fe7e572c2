//! `tranche disclose`: proofs of chosen facts about a run, and a ledger of what was told.

use std::path::{Path, PathBuf};

use clap::Args;
use tranche_workspace::builtin_keys::{Circuit, KeyRing};
use tranche_workspace::error::Error;
use tranche_workspace::steps;
use tranche_workspace::steps::disclose::{
    ClaimChoice, DEFAULT_PRECISION, DiscloseRequest, Disclosed, TrancheRef,
};

use super::lines::{insecure, time};
use crate::args::{parse_band, parse_mapping, parse_ppm, parse_registered_share, parse_share};
use crate::key_args::KeyArgs;
use crate::output::{Report, Table};
use crate::progress::Progress;

/// Digits of a tranche id that stand for it where it has no name.
const SHORT_ID: usize = 18;

/// Discloses chosen facts about a run, and proves them.
#[derive(Args, Clone, Debug)]
#[command(after_help = "Examples:
  tranche disclose --run run/ --out share.proof --share books
  tranche disclose --run run/ --out band.proof --band play:20%:40%:whole --registered-share 50%:100%
  tranche disclose --run run/ --out none.proof --exclude scraped/manifest.json
  tranche disclose --run run/ --out pay.proof --pay

A TRANCHE is a name of the run's log, a tranche id, or a manifest. Shares are of the registered part unless `:whole` is
said. LO and HI are parts per million, or percent with `%`.

A ledger of all disclosures is kept with the run. A disclosure is refused when it would pin a share that it does not
itself tell exactly to less than --precision: bands can be bisected, and shares add up.")]
pub(crate) struct DiscloseArgs {
    /// The run's folder
    #[arg(long, value_name = "DIR")]
    pub run: PathBuf,
    /// The proof to write
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// Tell a tranche's share exactly
    #[arg(long, value_name = "TRANCHE[:whole]")]
    pub share: Vec<String>,
    /// Tell that a tranche's share lies in a band
    #[arg(long, value_name = "TRANCHE:LO:HI[:whole]")]
    pub band: Vec<String>,
    /// Tell that a tranche was not used at all
    #[arg(long, value_name = "TRANCHE")]
    pub exclude: Vec<String>,
    /// Tell the registered part's share of the whole run, exactly or as a band
    #[arg(long, value_name = "LO:HI", num_args = 0..=1, default_missing_value = "")]
    pub registered_share: Option<String>,
    /// Tell who is paid what, by the pay rule of the terms
    #[arg(long)]
    pub pay: bool,
    /// The narrowest interval, in parts per million or percent, that a share may be pinned to without being told exactly
    #[arg(long, default_value = "1%", value_name = "WIDTH", value_parser = parse_ppm)]
    pub precision: u32,
    /// Disclose even past --precision
    #[arg(long)]
    pub force: bool,
    /// Where a tranche of the log is now, if it was moved since the import; may be given again
    #[arg(long, value_name = "NAME=FOLDER", value_parser = parse_mapping)]
    pub map: Vec<(String, PathBuf)>,
    /// The circuit [default: the smallest that holds the claims]
    #[arg(long, value_name = "NAME")]
    pub circuit: Option<String>,
    /// Where reference string and proving keys come from.
    #[command(flatten)]
    pub keys: KeyArgs,
}

impl DiscloseArgs {
    /// A disclosure of nothing yet.
    pub(crate) fn new(run: &Path, out: &Path) -> Self {
        Self {
            run: run.to_owned(),
            out: out.to_owned(),
            share: Vec::new(),
            band: Vec::new(),
            exclude: Vec::new(),
            registered_share: None,
            pay: false,
            precision: DEFAULT_PRECISION,
            force: false,
            map: Vec::new(),
            circuit: None,
            keys: KeyArgs::default(),
        }
    }

    fn request(&self) -> Result<DiscloseRequest, Error> {
        let mut claims: Vec<ClaimChoice> =
            self.share.iter().map(|text| parse_share(text)).collect();
        for text in &self.band {
            claims.push(parse_band(text)?);
        }
        let exclusions = self.exclude.iter();
        claims.extend(exclusions.map(|text| ClaimChoice::Exclusion(TrancheRef::word(text))));
        if let Some(text) = &self.registered_share {
            claims.push(parse_registered_share(text)?);
        }
        Ok(DiscloseRequest {
            run: self.run.clone(),
            out: self.out.clone(),
            claims,
            pay: self.pay,
            precision: self.precision,
            force: self.force,
            moved: self.map.clone(),
            circuit: self.circuit.as_deref().map(Circuit::by_name).transpose()?,
        })
    }
}

impl Report for Disclosed {
    fn table(&self) -> Table {
        let table = Table::new()
            .line(["proof", &self.proof.display().to_string()])
            .line(["circuit", self.circuit])
            .line(time(self.prove_seconds, self.key_seconds))
            .line(["This proof tells:"]);
        let table = self
            .told
            .iter()
            .fold(table, |table, told| table.line([format!("  {told}")]));
        let table = table
            .line([format!(
                "All {} disclosures of this run together imply (of the registered part; of the whole run):",
                self.disclosures
            )])
            .line(["  registered", "", &self.implied_registered_share.to_string()]);
        let table = self.implied.iter().fold(table, |table, shares| {
            let id = shares.tranche.to_string();
            table.line([
                &format!("  {}", shares.name.as_deref().unwrap_or(&id[..SHORT_ID])),
                &shares.of_registered.to_string(),
                &shares.of_whole.to_string(),
            ])
        });
        insecure(table, self.srs_insecure)
    }
}

/// Runs the command.
///
/// # Errors
/// [`Error::Claim`] for a claim that is not true; [`Error::Refused`] past the precision; the errors of the run's folder.
pub(crate) fn run(
    args: &DiscloseArgs,
    ring: &KeyRing,
    progress: Progress,
) -> Result<Disclosed, Error> {
    steps::disclose::disclose(&args.request()?, ring, &progress)
}
