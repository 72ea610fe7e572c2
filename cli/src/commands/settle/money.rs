//! `tranche settle claim`, `redirect`, `top-up`, `refund` and `void`.

use std::path::PathBuf;

use alloy_primitives::{Address as ChainAddress, B256};
use clap::Args;
use tranche_protocol::address::Address;
use tranche_settle::account::Account;
use tranche_settle::client::Client;
use tranche_settle::contracts::RewardEscrow;
use tranche_settle::convert::{account, address, parse_word};
use tranche_settle::deployment::Deployment;
use tranche_settle::escrow::{self, Claim, RunRef};

use super::open::{parse_address, parse_money, parse_seconds};
use super::report::{Outcome, SettleReport, Watch};
use super::session::{ChainOptions, Session};
use crate::artefact::run::RunFolder;
use crate::artefact::secret;
use crate::artefact::terms::TermsFile;
use crate::error::Error;
use crate::progress::Progress;

/// Which run.
#[derive(Args, Clone, Debug, Default)]
#[group(multiple = false)]
pub struct RunChoice {
    /// The run of this folder
    #[arg(long, value_name = "DIR")]
    pub run: Option<PathBuf>,
    /// The run that this terms file names
    #[arg(long, value_name = "FILE")]
    pub terms: Option<PathBuf>,
    /// The run of this id
    #[arg(long, value_name = "HEX", value_parser = parse_id)]
    pub run_id: Option<B256>,
}

impl RunChoice {
    /// The run that a terms file names.
    pub fn of_terms(terms: PathBuf) -> Self {
        Self {
            terms: Some(terms),
            ..Self::default()
        }
    }

    /// The run chosen; `None` when nothing was.
    ///
    /// # Errors
    /// The errors of folder and terms; [`Error::Settle`] when they are bound to another chain or contract.
    pub fn find(&self, deployment: &Deployment) -> Result<Option<RunRef>, Error> {
        let context = match self {
            Self {
                run: Some(path), ..
            } => RunFolder::open(path)?.public().terms.context(),
            Self {
                terms: Some(path), ..
            } => TermsFile::read(path)?.context(),
            Self {
                run_id: Some(id), ..
            } => {
                let escrow = deployment.escrow;
                return Ok(Some(RunRef { escrow, id: *id }));
            }
            Self { .. } => return Ok(None),
        };
        Ok(Some(RunRef::of_context(&context, deployment)?))
    }

    fn need(&self, deployment: &Deployment) -> Result<RunRef, Error> {
        self.find(deployment)?.ok_or_else(|| {
            Error::usage(
                "no run is named",
                "give --run FOLDER, --terms FILE or --run-id HEX",
            )
        })
    }
}

/// Pays out what owners can collect, to their payout addresses. Anybody can send it.
#[derive(Args, Clone, Debug)]
#[command(after_help = "Examples:
  tranche settle claim --terms terms.json
  tranche settle claim --run-id 0x5d… --owner 0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed
  tranche settle claim --terms terms.json --remainder")]
pub struct ClaimArgs {
    #[command(flatten)]
    pub(crate) chain: ChainOptions,
    #[command(flatten)]
    pub(crate) choice: RunChoice,
    /// An owner to pay; may be given again [default: everybody on the pay list who can collect]
    #[arg(long, value_name = "ADDRESS", value_parser = parse_address)]
    pub owner: Vec<Address>,
    /// Pay the opener what no payee has a share in
    #[arg(long, conflicts_with = "owner")]
    pub remainder: bool,
    /// Pay the builder's bond back
    #[arg(long, conflicts_with_all = ["owner", "remainder"])]
    pub bond: bool,
    /// Pay the opener what was left unclaimed through its claim period
    #[arg(long, conflicts_with_all = ["owner", "remainder", "bond"])]
    pub expired: bool,
}

impl ClaimArgs {
    /// A claim for owners; for everybody who can collect where none is named.
    pub fn new(chain: ChainOptions, choice: RunChoice, owner: Vec<Address>) -> Self {
        Self {
            chain,
            choice,
            owner,
            remainder: false,
            bond: false,
            expired: false,
        }
    }
}

/// Sends an owner's later payouts to another address.
#[derive(Args, Clone, Debug)]
#[command(after_help = "Examples:
  tranche settle redirect --to 0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed --key-file owner.key
  tranche settle redirect --to 0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed --owner-key owner.key --key-file payer.key

With --owner-key the owner only signs, and the sender pays for the transaction.")]
pub struct RedirectArgs {
    #[command(flatten)]
    pub(crate) chain: ChainOptions,
    /// Where payouts go; the zero address for the owner itself
    #[arg(long, value_name = "ADDRESS", value_parser = parse_address)]
    pub to: Address,
    /// The owner's secret key, where another sends
    #[arg(long, value_name = "FILE")]
    pub owner_key: Option<PathBuf>,
    /// How long the owner's signature holds
    #[arg(long, value_name = "TIME", value_parser = parse_seconds, default_value = "1h")]
    pub valid: u64,
}

/// Adds money to a run.
#[derive(Args, Clone, Debug)]
#[command(
    after_help = "Example: tranche settle top-up --terms terms.json --amount 1coin --key-file me.key"
)]
pub struct TopUpArgs {
    #[command(flatten)]
    pub(crate) chain: ChainOptions,
    #[command(flatten)]
    pub(crate) choice: RunChoice,
    /// Smallest parts of the run's token, or with a suffix: 1.5coin, 20gwei
    #[arg(long, value_name = "AMOUNT", value_parser = parse_money)]
    pub amount: u128,
}

/// Pays deposit and bond back to the opener of a run that came to nothing. Anybody can send it.
#[derive(Args, Clone, Debug)]
#[command(after_help = "Example: tranche settle refund --terms terms.json")]
pub struct RefundArgs {
    #[command(flatten)]
    pub(crate) chain: ChainOptions,
    #[command(flatten)]
    pub(crate) choice: RunChoice,
}

/// Voids what was accepted of a run, within the challenge window. The arbiter that the terms name must send it.
#[derive(Args, Clone, Debug)]
#[command(after_help = "Example: tranche settle void --terms terms.json --key-file arbiter.key")]
pub struct VoidArgs {
    #[command(flatten)]
    pub(crate) chain: ChainOptions,
    #[command(flatten)]
    pub(crate) choice: RunChoice,
}

pub(crate) fn claim(args: &ClaimArgs, progress: Progress) -> Result<SettleReport, Error> {
    let what = match args {
        ClaimArgs {
            remainder: true, ..
        } => Some(Claim::Remainder),
        ClaimArgs { bond: true, .. } => Some(Claim::Bond),
        ClaimArgs { expired: true, .. } => Some(Claim::Expired),
        _ => None,
    };
    let named: Vec<ChainAddress> = args.owner.iter().map(address).collect();
    on_run(
        &args.chain,
        &args.choice,
        progress,
        "claiming",
        |client, run| {
            let what = match what {
                Some(what) => what,
                None if named.is_empty() => Claim::Owners(creditors(client, run)?),
                None => Claim::Owners(named),
            };
            let mut parties = parties(client, run)?;
            if let Claim::Owners(owners) = &what {
                for owner in owners {
                    parties.push(payout(client, run, *owner)?);
                }
            }
            let token = run.read(client)?.token;
            let watch = Watch::begin(client, token, parties)?;
            escrow::claim(client, run, &what)?;
            Ok((watch.end(client)?, "paid out".to_owned()))
        },
    )
}

pub(crate) fn top_up(args: &TopUpArgs, progress: Progress) -> Result<SettleReport, Error> {
    on_run(
        &args.chain,
        &args.choice,
        progress,
        "paying",
        |client, run| {
            let token = run.read(client)?.token;
            let mut parties = parties(client, run)?;
            parties.push(("sender".to_owned(), client.address()));
            let watch = Watch::begin(client, token, parties)?;
            escrow::top_up(client, run, args.amount)?;
            Ok((watch.end(client)?, "topped up".to_owned()))
        },
    )
}

pub(crate) fn refund(args: &RefundArgs, progress: Progress) -> Result<SettleReport, Error> {
    on_run(
        &args.chain,
        &args.choice,
        progress,
        "refunding",
        |client, run| {
            let token = run.read(client)?.token;
            let parties = parties(client, run)?;
            let watch = Watch::begin(client, token, parties)?;
            escrow::refund(client, run)?;
            Ok((watch.end(client)?, "refunded".to_owned()))
        },
    )
}

pub(crate) fn void(args: &VoidArgs, progress: Progress) -> Result<SettleReport, Error> {
    on_run(
        &args.chain,
        &args.choice,
        progress,
        "voiding",
        |client, run| {
            escrow::void(client, run)?;
            Ok((
                Vec::new(),
                "voided: usage and pay list are gone, the commitment is unbound".to_owned(),
            ))
        },
    )
}

pub(crate) fn redirect(args: &RedirectArgs, progress: Progress) -> Result<SettleReport, Error> {
    let owner = match &args.owner_key {
        Some(path) => Some(Account::new(secret::read_key(path)?)),
        None => None,
    };
    let session = Session::open(&args.chain)?;
    let deployment = args.chain.deployment(session.chain())?;
    let _stage = progress.stage("redirecting", None);
    let (done_words, done) = session.run(|client| {
        let to = address(&args.to);
        let escrow = deployment.escrow;
        let of = match &owner {
            Some(owner) => {
                let now = client.chain().head()?.timestamp;
                escrow::redirect_for(client, escrow, owner, to, now.saturating_add(args.valid))?;
                owner.address()
            }
            None => {
                escrow::redirect(client, escrow, to)?;
                client.address()
            }
        };
        let goes = client.read(escrow, &RewardEscrow::payoutAddressCall { owner: of })?;
        Ok(format!(
            "payouts of {} go to {}",
            account(of),
            account(goes)
        ))
    })?;
    let outcome = Outcome::Moved { done: done_words };
    Ok(SettleReport::new(done, outcome, Vec::new()))
}

type Moved = (Vec<super::report::Balance>, String);

fn on_run(
    chain: &ChainOptions,
    choice: &RunChoice,
    progress: Progress,
    stage: &'static str,
    work: impl FnOnce(&mut Client<'_>, RunRef) -> Result<Moved, Error>,
) -> Result<SettleReport, Error> {
    let session = Session::open(chain)?;
    let deployment = chain.deployment(session.chain())?;
    let run = choice.need(&deployment)?;
    let _stage = progress.stage(stage, None);
    let ((balances, done_words), done) = session.run(|client| work(client, run))?;
    let outcome = Outcome::Moved { done: done_words };
    Ok(SettleReport::new(done, outcome, balances))
}

/// Escrow, opener and builder.
fn parties(client: &Client<'_>, run: RunRef) -> Result<Vec<(String, ChainAddress)>, Error> {
    let held = run.read(client)?;
    let terms = client.read(run.escrow, &RewardEscrow::termsCall { runId: run.id })?;
    Ok(vec![
        ("escrow".to_owned(), run.escrow),
        ("opener".to_owned(), held.opener),
        ("builder".to_owned(), terms.builder),
    ])
}

/// Where an owner's money goes.
fn payout(
    client: &Client<'_>,
    run: RunRef,
    owner: ChainAddress,
) -> Result<(String, ChainAddress), Error> {
    let to = client.read(run.escrow, &RewardEscrow::payoutAddressCall { owner })?;
    let who = match to == owner {
        true => format!("owner {owner}"),
        false => format!("payout address of {owner}"),
    };
    Ok((who, to))
}

/// The payees who can collect now.
fn creditors(client: &Client<'_>, run: RunRef) -> Result<Vec<ChainAddress>, Error> {
    let status = tranche_settle::status::status(client, run)?;
    let owners: Vec<ChainAddress> = status
        .payees
        .iter()
        .filter(|payee| !payee.claimable.is_zero())
        .map(|payee| address(&payee.owner))
        .collect();
    match owners.is_empty() {
        true => Err(Error::Refused {
            reason: format!(
                "nobody can collect from this run now (it is {}); see `tranche settle status`",
                status.state
            ),
        }),
        false => Ok(owners),
    }
}

fn parse_id(text: &str) -> Result<B256, String> {
    parse_word(text).ok_or_else(|| "a run id is 0x and 64 digits".to_owned())
}
