//! `tranche disclose`: proofs of chosen facts about a run, and a ledger of what was told.

mod request;

use std::path::{Path, PathBuf};
use std::time::Instant;

use clap::Args;
use serde::Serialize;
use tranche_circuits::disclosure::params::choose_rung;
use tranche_protocol::Shape;
use tranche_protocol::claims::disclose;
use tranche_protocol::context::{PayRule, Remainder};
use tranche_protocol::felt::{Felt, to_hex};
use tranche_protocol::statement::DisclosureStatement;
use tranche_prover::prove_disclosure;

use super::log::parse_mapping;
use super::prove::{INSECURE, Stages};
use crate::artefact::ledger::{self, Implied, Interval, Ledger, pinned};
use crate::artefact::run::RunFolder;
use crate::artefact::{read_secret_json, write_json};
use crate::atomic::{self, Existing, Visibility};
use crate::error::Error;
use crate::lock::FolderLock;
use crate::output::{Report, Table};
use crate::progress::Progress;
use crate::shipped::{Circuit, KeyOptions, KeyRing};
use crate::verdict::{claim_words, percent};
use request::{Names, parse_ppm, requests};

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
pub struct DiscloseArgs {
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
    pub keys: KeyOptions,
}

impl DiscloseArgs {
    /// A disclosure of nothing yet.
    pub fn new(run: &Path, out: &Path) -> Self {
        Self {
            run: run.to_owned(),
            out: out.to_owned(),
            share: Vec::new(),
            band: Vec::new(),
            exclude: Vec::new(),
            registered_share: None,
            pay: false,
            precision: 10_000,
            force: false,
            map: Vec::new(),
            circuit: None,
            keys: KeyOptions::default(),
        }
    }
}

/// A disclosure that was made.
#[derive(Clone, Debug, Serialize)]
pub struct DiscloseReport {
    proof: PathBuf,
    circuit: &'static str,
    /// What the proof claims, in plain words.
    pub told: Vec<String>,
    srs_insecure: bool,
    disclosures: usize,
    implied_registered_share: Interval,
    implied: Vec<ImpliedLine>,
    /// Time for keys, in seconds.
    pub key_seconds: f64,
    /// Time for the proof, in seconds.
    pub prove_seconds: f64,
}

#[derive(Clone, Debug, Serialize)]
struct ImpliedLine {
    tranche: String,
    name: Option<String>,
    of_registered: Interval,
    of_whole: Interval,
}

impl Report for DiscloseReport {
    fn table(&self) -> Table {
        let table = Table::new()
            .line(["proof", &self.proof.display().to_string()])
            .line(["circuit", self.circuit])
            .line([
                "time",
                &format!(
                    "{:.1} s, and {:.1} s for keys",
                    self.prove_seconds, self.key_seconds
                ),
            ])
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
        let table = self.implied.iter().fold(table, |table, line| {
            table.line([
                &format!("  {}", line.name.as_deref().unwrap_or(&line.tranche[..18])),
                &line.of_registered.to_string(),
                &line.of_whole.to_string(),
            ])
        });
        match self.srs_insecure {
            true => table.line([INSECURE]),
            false => table,
        }
    }
}

/// Runs the command.
///
/// # Errors
/// [`Error::Claim`] for a claim that is not true; [`Error::Refused`] past the precision; the errors of the run's folder.
pub fn run(
    args: &DiscloseArgs,
    ring: &KeyRing,
    progress: Progress,
) -> Result<DiscloseReport, Error> {
    atomic::check_place(&args.out)?;
    let folder = RunFolder::open_moved(&args.run, &args.map)?;
    let names = Names::new(&folder)?;
    let (requests, mut told_exactly) = requests(args, &names)?;
    let context = folder.public().terms.context();
    let terms = &context.terms;
    let (rule, remainder) = match (args.pay, terms.pay_rule) {
        (true, PayRule::None) => {
            return Err(Error::usage(
                "the run's terms have no pay rule",
                "leave --pay out, or commit to the run under terms that pay",
            ));
        }
        (true, rule) => (rule, terms.remainder),
        (false, _) => (PayRule::None, Remainder::Keep),
    };
    if requests.is_empty() && !args.pay {
        return Err(Error::usage(
            "nothing to disclose",
            "give --share, --band, --exclude, --registered-share or --pay",
        ));
    }
    let opening = folder.usage()?;
    let shape = Shape::STANDARD;
    let statement = disclose(&shape, context.felt(), &opening, &requests, rule, remainder)?;

    if args.pay {
        // A pay list tells every share that it lets one compute.
        told_exactly.extend(names.registered.iter().map(|tranche| tranche.id));
    }
    let entering = Entering {
        args,
        names: &names,
        told_exactly: &told_exactly,
        statement: &statement,
        path: folder.secret("ledger.json"),
    };
    // Before the work; and again when it is done, as other disclosures may have been made meanwhile.
    entering.entered()?;

    let payees = statement.pay.as_ref().map_or(0, |pay| pay.payees.len());
    let rung = match &args.circuit {
        Some(name) => match Circuit::by_name(name)? {
            Circuit::Disclosure(rung) => rung,
            Circuit::Usage(_) => {
                return Err(Error::usage(
                    format!("{name} is no disclosure circuit"),
                    "choose disclosure-16 or disclosure-64",
                ));
            }
        },
        None => choose_rung(statement.claims.len(), payees).ok_or_else(|| {
            Error::usage(
                format!(
                    "{} claims and {payees} payees fit no circuit",
                    statement.claims.len()
                ),
                "disclose in more than one proof",
            )
        })?,
    };
    let start = Instant::now();
    let key = ring.get(Circuit::Disclosure(rung), progress)?;
    let (srs, key) = &*key;
    let key_seconds = start.elapsed().as_secs_f64();
    let start = Instant::now();
    let mut stages = Stages::new(progress);
    let proof = prove_disclosure(
        srs,
        key,
        &rung,
        &opening,
        &statement,
        &context,
        Some(&mut |stage| stages.enter(stage)),
    )?;
    drop(stages);
    let _lock = FolderLock::of(&entering.path)?;
    let (ledger, implied) = entering.entered()?;
    // The ledger first: a disclosure that is not in it must not get out.
    write_json(
        &entering.path,
        &ledger,
        Visibility::Secret,
        Existing::Replace,
    )?;
    atomic::write(
        &args.out,
        &proof.to_bytes(),
        Visibility::Public,
        Existing::Replace,
    )?;
    Ok(DiscloseReport {
        proof: args.out.clone(),
        circuit: rung.name,
        told: claim_words(&statement, &|id| names.name(id)),
        srs_insecure: proof.header.srs_insecure,
        disclosures: ledger.entries().len(),
        implied_registered_share: implied.registered,
        implied: implied
            .tranches
            .iter()
            .map(|(id, [of_registered, of_whole])| ImpliedLine {
                tranche: to_hex(id),
                name: names.name(id),
                of_registered: *of_registered,
                of_whole: *of_whole,
            })
            .collect(),
        key_seconds,
        prove_seconds: start.elapsed().as_secs_f64(),
    })
}

/// A disclosure on its way into the run's ledger.
struct Entering<'a> {
    args: &'a DiscloseArgs,
    names: &'a Names,
    told_exactly: &'a [Felt],
    statement: &'a DisclosureStatement,
    path: PathBuf,
}

impl Entering<'_> {
    /// The ledger as it stands on disk with the disclosure added, and what it implies then.
    fn entered(&self) -> Result<(Ledger, Implied), Error> {
        let registered = &self.names.registered;
        let before: Ledger = match self.path.exists() {
            true => read_secret_json(&self.path)?,
            false => Ledger::default(),
        };
        let was = ledger::implied(&before, registered);
        let file = self.args.out.file_name().unwrap_or_default();
        let mut after = before;
        after.push(&file.to_string_lossy(), self.statement);
        let now = ledger::implied(&after, registered);
        if !self.args.force {
            let precision = self.args.precision;
            check_precision(precision, &was, &now, self.told_exactly, self.names)?;
        }
        Ok((after, now))
    }
}

fn check_precision(
    precision: u32,
    was: &Implied,
    now: &Implied,
    told_exactly: &[Felt],
    names: &Names,
) -> Result<(), Error> {
    let Some((id, share)) = pinned(precision, was, now, told_exactly) else {
        return Ok(());
    };
    let name = names.name(&id).unwrap_or_else(|| to_hex(&id));
    Err(Error::Refused {
        reason: format!(
            "with all earlier disclosures this would pin the share of \"{name}\" to {share}, \
             less than {} wide; tell less, or say --force",
            percent(precision)
        ),
    })
}
