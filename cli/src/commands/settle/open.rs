//! `tranche settle open` and `tranche settle bind`.

use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;
use tranche_protocol::address::Address;
use tranche_protocol::context::{RunContext, RunId};
use tranche_settle::convert::{account, address, parse_amount, time};
use tranche_settle::escrow::{self, Opening, RunRef};

use super::report::{Outcome, SettleReport, Watch};
use super::session::{ChainOptions, Session};
use crate::artefact::run::RunFolder;
use crate::artefact::terms::TermsFile;
use crate::artefact::write_json;
use crate::atomic::{Existing, Visibility};
use crate::error::{Error, ExitClass};
use crate::output::Table;
use crate::progress::Progress;

/// Opens a run under terms and pays its deposit; writes chain, contract and run id into the terms, for `run commit`.
#[derive(Args, Clone, Debug)]
#[command(after_help = "Examples:
  tranche settle open --terms terms.json --deposit 10coin
  tranche settle open --terms terms.json --deposit 2500000 --token 0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed --deadline 90d --window 7d
  tranche settle open --terms terms.json --predict

With --predict nothing is sent: the terms get the id that the sender's next run will have, so that the run can be committed to
first. Opening then refuses terms that name another run.")]
pub struct OpenArgs {
    #[command(flatten)]
    pub(crate) chain: ChainOptions,
    /// The run's terms; chain, contract and run id in it are filled in
    #[arg(long, value_name = "FILE")]
    pub terms: PathBuf,
    /// What is paid in: smallest parts, or with a suffix: 1.5coin, 20gwei
    #[arg(long, value_name = "AMOUNT", value_parser = parse_money, required_unless_present = "predict")]
    pub deposit: Option<u128>,
    /// ERC-20 token of deposit and bond [default: the native coin]
    #[arg(long, value_name = "ADDRESS", value_parser = parse_address)]
    pub token: Option<Address>,
    /// How long usage can be proven, from now
    #[arg(long, value_name = "TIME", value_parser = parse_seconds, default_value = "30d")]
    pub deadline: u64,
    /// How long the arbiter can void what was accepted
    #[arg(long, value_name = "TIME", value_parser = parse_seconds, default_value = "7d")]
    pub window: u64,
    /// How long payees can collect
    #[arg(long, value_name = "TIME", value_parser = parse_seconds, default_value = "365d")]
    pub claim_period: u64,
    /// What the builder posts, so that not proving costs something
    #[arg(long, value_name = "AMOUNT", value_parser = parse_money, default_value = "0")]
    pub bond: u128,
    /// Only write the next run's id into the terms
    #[arg(long)]
    pub predict: bool,
}

impl OpenArgs {
    /// An opening in native coin with a deposit, all else as by default.
    pub fn new(chain: ChainOptions, terms: PathBuf, deposit: u128) -> Self {
        Self {
            chain,
            terms,
            deposit: Some(deposit),
            token: None,
            deadline: 30 * 86_400,
            window: 7 * 86_400,
            claim_period: 365 * 86_400,
            bond: 0,
            predict: false,
        }
    }
}

/// Binds the run commitment of a run's folder, and posts the bond. The builder that the terms name must send it.
#[derive(Args, Clone, Debug)]
#[command(after_help = "Example: tranche settle bind --run run/ --key-file builder.key")]
pub struct BindArgs {
    #[command(flatten)]
    pub(crate) chain: ChainOptions,
    /// The run's folder
    #[arg(long, value_name = "DIR")]
    pub run: PathBuf,
}

impl BindArgs {
    /// Binding of a run's folder.
    pub fn new(chain: ChainOptions, run: PathBuf) -> Self {
        Self { chain, run }
    }
}

/// A run that was opened, or will be.
#[derive(Clone, Debug, Serialize)]
pub struct Opened {
    /// Its id.
    pub run_id: String,
    /// Public input 0 of its proofs.
    pub context: String,
    /// The terms file, which names chain, contract and run now.
    pub terms: PathBuf,
    /// False when it was only predicted.
    pub opened: bool,
    /// Until when usage can be proven.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deadline: Option<u64>,
}

impl Opened {
    pub(super) fn table(&self, table: Table) -> Table {
        let note = match self.opened {
            true => "",
            false => "predicted: not opened yet",
        };
        let table = table
            .line(["run", &self.run_id, note])
            .line(["context", &self.context])
            .line([
                "terms",
                &format!(
                    "{} (chain, contract and run id filled in)",
                    self.terms.display()
                ),
            ]);
        match self.deadline {
            Some(deadline) => table.line(["deadline", &time(deadline)]),
            None => table,
        }
    }
}

pub(crate) fn open(args: &OpenArgs, progress: Progress) -> Result<SettleReport, Error> {
    let mut terms = TermsFile::read(&args.terms)?;
    let session = match args.predict {
        true => Session::look(&args.chain)?,
        false => Session::open(&args.chain)?,
    };
    let deployment = args.chain.deployment(session.chain())?;
    let _stage = progress.stage("opening the run", None);
    let ((opened, balances), done) = session.run(|client| {
        let at = deployment.escrow;
        let next = RunContext {
            chain_id: deployment.chain_id,
            contract: account(at),
            run_id: RunId::from_bytes(escrow::next_run(client, at)?.0),
            terms: terms.context().terms,
        };
        check_place(args, &terms, &next)?;
        // The terms first: whoever is stopped after the deposit finds the run named, and does not open another one.
        let before = terms;
        name_run(&args.terms, &mut terms, &next)?;
        let (context, deadline, balances) = match args.predict {
            true => (next, None, Vec::new()),
            false => {
                let deadline = client
                    .chain()
                    .head()?
                    .timestamp
                    .saturating_add(args.deadline);
                let opening = Opening {
                    token: address(&args.token.unwrap_or(Address::ZERO)),
                    deposit: args.deposit.unwrap_or_default(),
                    deadline,
                    challenge_window: args.window,
                    claim_period: args.claim_period,
                    bond: args.bond,
                    terms: next.terms,
                };
                let parties = [
                    ("opener".to_owned(), client.address()),
                    ("escrow".to_owned(), at),
                ];
                let watch = Watch::begin(client, opening.token, parties)?;
                match escrow::open(client, at, &opening) {
                    Ok(context) => (context, Some(deadline), watch.end(client)?),
                    Err(error) => {
                        let error = Error::from(error);
                        // Where the answer did not come, the run may be open.
                        if error.class() != ExitClass::Io {
                            write_terms(&args.terms, &before)?;
                        }
                        return Err(error);
                    }
                }
            }
        };
        if context != next {
            name_run(&args.terms, &mut terms, &context)?;
        }
        let opened = Opened {
            run_id: context.run_id.to_string(),
            context: context.digest().to_string(),
            terms: args.terms.clone(),
            opened: !args.predict,
            deadline,
        };
        Ok((opened, balances))
    })?;
    Ok(SettleReport::new(done, Outcome::Opened(opened), balances))
}

fn name_run(path: &Path, terms: &mut TermsFile, context: &RunContext) -> Result<(), Error> {
    terms.chain_id = context.chain_id;
    terms.contract = context.contract;
    terms.run_id = context.run_id;
    write_terms(path, terms)
}

fn write_terms(path: &Path, terms: &TermsFile) -> Result<(), Error> {
    write_json(path, terms, Visibility::Public, Existing::Replace)
}

/// Terms that name a run already must name the next one: proofs may have been made for it.
fn check_place(args: &OpenArgs, terms: &TermsFile, next: &RunContext) -> Result<(), Error> {
    let named = terms.context();
    let fresh = named.chain_id == 0 && named.contract == Address::ZERO;
    if fresh || args.predict || named == *next {
        return Ok(());
    }
    Err(Error::usage(
        format!(
            "{} names run 0x{} of contract {} on chain {}, the sender's next run here is 0x{}",
            args.terms.display(),
            hex::encode(named.run_id),
            named.contract,
            named.chain_id,
            hex::encode(next.run_id)
        ),
        "predict it again with --predict and commit to the run anew, or set chain_id and contract in the terms to zero",
    ))
}

pub(crate) fn bind(args: &BindArgs, progress: Progress) -> Result<SettleReport, Error> {
    let folder = RunFolder::open(&args.run)?;
    let public = folder.public();
    let session = Session::open(&args.chain)?;
    let deployment = args.chain.deployment(session.chain())?;
    let context = public.terms.context();
    let run = RunRef::of_context(&context, &deployment)?;
    let _stage = progress.stage("binding", None);
    let (balances, done) = session.run(|client| {
        let standing = run.check_terms(client, &context.terms)?;
        let parties = [
            ("builder".to_owned(), client.address()),
            ("escrow".to_owned(), run.escrow),
        ];
        let watch = Watch::begin(client, standing.token, parties)?;
        escrow::bind(client, run, &context.terms, &public.run_commitment)?;
        match standing.bond {
            0 => Ok(Vec::new()),
            _ => watch.end(client),
        }
    })?;
    let outcome = Outcome::Moved {
        done: format!("bound {}", public.run_commitment),
    };
    Ok(SettleReport::new(done, outcome, balances))
}

/// Reads an address.
///
/// # Errors
/// What is wrong with it.
pub fn parse_address(text: &str) -> Result<Address, String> {
    Address::parse(text)
        .ok_or_else(|| "an address is 0x and 40 digits, EIP-55 if of mixed case".to_owned())
}

/// Reads an amount below 2^128.
///
/// # Errors
/// What is wrong with it.
pub fn parse_money(text: &str) -> Result<u128, String> {
    parse_amount(text)
        .and_then(|amount| u128::try_from(amount).ok())
        .ok_or_else(|| {
            "an amount is an integer of smallest parts, or a number with coin, ether or gwei"
                .to_owned()
        })
}

/// Reads a time: seconds, or with a suffix of s, m, h or d.
///
/// # Errors
/// What is wrong with it.
pub fn parse_seconds(text: &str) -> Result<u64, String> {
    let (number, unit) = match text.char_indices().last() {
        Some((at, 's')) => (&text[..at], 1),
        Some((at, 'm')) => (&text[..at], 60),
        Some((at, 'h')) => (&text[..at], 3_600),
        Some((at, 'd')) => (&text[..at], 86_400),
        _ => (text, 1),
    };
    let seconds = number.parse::<u64>().ok();
    seconds
        .and_then(|seconds| seconds.checked_mul(unit))
        .ok_or_else(|| "a time is a number of seconds, or a number with s, m, h or d".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_amounts_read() {
        assert_eq!(parse_seconds("90"), Ok(90));
        assert_eq!(parse_seconds("2d"), Ok(172_800));
        assert_eq!(parse_money("10coin"), Ok(10_000_000_000_000_000_000));
        for wrong in ["", "d", "-1s", "1w", "1.5h", "99999999999999999999d"] {
            assert!(parse_seconds(wrong).is_err(), "{wrong}");
        }
        assert!(parse_money("340282366920938463463374607431768211456").is_err());
    }
}
