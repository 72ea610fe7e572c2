//! Money moved: payouts, top-ups, refunds; runs voided, payouts redirected.

use std::path::PathBuf;

use alloy_primitives::Address as ChainAddress;
use tranche_protocol::address::Address;
use tranche_settle::account::Account;
use tranche_settle::amount::Sum;
use tranche_settle::client::Client;
use tranche_settle::contracts::RewardEscrow;
use tranche_settle::convert::{account, address};
use tranche_settle::escrow::{self, Claim, RunRef};

use super::balances::{Balance, Watch};
use super::run_choice::RunChoice;
use super::session::{ChainAccess, Session};
use super::settled::{Moved, Settled};
use crate::artefact::secret;
use crate::error::Error;
use crate::progress::Progress;

/// A run on a chain, for what needs nothing else.
#[derive(Clone, Debug)]
pub struct RunRequest {
    /// The chain.
    pub chain: ChainAccess,
    /// The run.
    pub run: RunChoice,
}

/// Money of a run to pay out. Anybody can send it.
#[derive(Clone, Debug)]
pub struct ClaimRequest {
    /// The run.
    pub run: RunRequest,
    /// What is paid out.
    pub payout: Payout,
}

/// What is paid out of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Payout {
    /// What everybody on the pay list who can collect has.
    Everybody,
    /// What these owners have, to their payout addresses.
    Owners(Vec<Address>),
    /// What no payee has a share in, to the opener.
    Remainder,
    /// The builder's bond, back to the builder.
    Bond,
    /// What was left unclaimed through its claim period, to the opener.
    Expired,
}

/// Later payouts of an owner, to be sent to another address.
#[derive(Clone, Debug)]
pub struct RedirectRequest {
    /// The chain.
    pub chain: ChainAccess,
    /// Where payouts go; the zero address for the owner itself.
    pub to: Address,
    /// The file of the owner's secret key, where another sends: the owner only signs. The owner is the sender without it.
    pub owner_key: Option<PathBuf>,
    /// Seconds in which the owner's signature holds.
    pub valid: u64,
}

/// Money to add to a run.
#[derive(Clone, Debug)]
pub struct TopUpRequest {
    /// The run.
    pub run: RunRequest,
    /// How much.
    pub amount: Sum,
}

/// Pays out what can be collected.
///
/// ```no_run
/// use std::path::Path;
/// use tranche_workspace::progress::Progress;
/// use tranche_workspace::steps::settle::{ChainAccess, ClaimRequest, Payout, RunChoice, RunRequest, claim};
///
/// let chain = ChainAccess::embedded(Path::new("chain.json"), Path::new("deployment.json"), None);
/// let run = RunRequest { chain, run: RunChoice::Terms("terms.json".into()) };
/// let request = ClaimRequest { run, payout: Payout::Everybody };
/// for balance in claim(&request, &Progress::silent())?.balances {
///     println!("{}: {}", balance.who, balance.after);
/// }
/// # Ok::<(), tranche_workspace::error::Error>(())
/// ```
///
/// # Errors
/// [`Error::Refused`] where nobody can collect; [`Error::Settle`] of the chain or the escrow, with what was done before; those
/// of the files and of the key.
pub fn claim(request: &ClaimRequest, progress: &Progress) -> Result<Settled<Moved>, Error> {
    let payout = &request.payout;
    on_run(&request.run, progress, "claiming", |client, run| {
        let what = match payout {
            Payout::Everybody => Claim::Owners(creditors(client, run)?),
            Payout::Owners(owners) => Claim::Owners(owners.iter().map(address).collect()),
            Payout::Remainder => Claim::Remainder,
            Payout::Bond => Claim::Bond,
            Payout::Expired => Claim::Expired,
        };
        let mut parties = parties(client, run)?;
        if let Claim::Owners(owners) = &what {
            for owner in owners {
                parties.push(payout_of(client, run, *owner)?);
            }
        }
        let token = run.read(client)?.token;
        let watch = Watch::begin(client, token, parties)?;
        escrow::claim(client, run, &what)?;
        Ok((watch.end(client)?, "paid out".to_owned()))
    })
}

/// Adds money to a run.
///
/// # Errors
/// As [`claim`].
pub fn top_up(request: &TopUpRequest, progress: &Progress) -> Result<Settled<Moved>, Error> {
    on_run(&request.run, progress, "paying", |client, run| {
        let token = run.read(client)?.token;
        let amount = request.amount.of_token(client, token)?;
        let mut parties = parties(client, run)?;
        parties.push(("sender".to_owned(), client.address()));
        let watch = Watch::begin(client, token, parties)?;
        escrow::top_up(client, run, amount)?;
        Ok((watch.end(client)?, "topped up".to_owned()))
    })
}

/// Pays deposit and bond back to the opener of a run that came to nothing. Anybody can send it.
///
/// # Errors
/// As [`claim`].
pub fn refund(request: &RunRequest, progress: &Progress) -> Result<Settled<Moved>, Error> {
    on_run(request, progress, "refunding", |client, run| {
        let token = run.read(client)?.token;
        let parties = parties(client, run)?;
        let watch = Watch::begin(client, token, parties)?;
        escrow::refund(client, run)?;
        Ok((watch.end(client)?, "refunded".to_owned()))
    })
}

/// Voids what was accepted of a run, within the challenge window. The arbiter that the terms name must send it.
///
/// # Errors
/// As [`claim`].
pub fn void(request: &RunRequest, progress: &Progress) -> Result<Settled<Moved>, Error> {
    on_run(request, progress, "voiding", |client, run| {
        escrow::void(client, run)?;
        Ok((
            Vec::new(),
            "voided: usage and pay list are gone, the commitment is unbound".to_owned(),
        ))
    })
}

/// Sends an owner's later payouts to another address.
///
/// # Errors
/// As [`claim`].
pub fn redirect(request: &RedirectRequest, progress: &Progress) -> Result<Settled<Moved>, Error> {
    let owner = match &request.owner_key {
        Some(path) => Some(Account::new(secret::read_key(path)?)),
        None => None,
    };
    let session = Session::open(&request.chain)?;
    let deployment = request.chain.read_deployment(session.chain())?;
    let _stage = progress.stage("redirecting", None);
    let (what, done) = session.run(|client| {
        let to = address(&request.to);
        let escrow = deployment.escrow;
        let of = match &owner {
            Some(owner) => {
                let now = client.chain().head()?.timestamp;
                escrow::redirect_for(client, escrow, owner, to, now.saturating_add(request.valid))?;
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
    Ok(Settled::new(done, Moved { done: what }))
}

type Outcome = (Vec<Balance>, String);

fn on_run(
    request: &RunRequest,
    progress: &Progress,
    stage: &'static str,
    work: impl FnOnce(&mut Client<'_>, RunRef) -> Result<Outcome, Error>,
) -> Result<Settled<Moved>, Error> {
    let session = Session::open(&request.chain)?;
    let deployment = request.chain.read_deployment(session.chain())?;
    let run = request.run.find(&deployment)?;
    let _stage = progress.stage(stage, None);
    let ((balances, what), done) = session.run(|client| work(client, run))?;
    Ok(Settled::new(done, Moved { done: what }).with_balances(balances))
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
fn payout_of(
    client: &Client<'_>,
    run: RunRef,
    owner: ChainAddress,
) -> Result<(String, ChainAddress), Error> {
    let to = client.read(run.escrow, &RewardEscrow::payoutAddressCall { owner })?;
    let who = if to == owner {
        format!("owner {owner}")
    } else {
        format!("payout address of {owner}")
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
    if owners.is_empty() {
        return Err(Error::Refused {
            reason: format!(
                "nobody can collect from this run now (it is {}); see `tranche settle status`",
                status.state
            ),
        });
    }
    Ok(owners)
}
