//! Runs opened in the escrow.

use std::path::{Path, PathBuf};

use serde::Serialize;
use tranche_fs::Existing;
use tranche_fs::temporary::Visibility;
use tranche_protocol::address::Address;
use tranche_protocol::context::{RunContext, RunId};
use tranche_settle::amount::Sum;
use tranche_settle::convert::{account, address};
use tranche_settle::escrow::{self, Opening};

use super::balances::Watch;
use super::session::{ChainAccess, Session};
use super::settled::Settled;
use crate::artefact::terms::TermsFile;
use crate::artefact::write_json;
use crate::error::{Error, ErrorClass};
use crate::progress::Progress;

/// Seconds in which usage can be proven, where nothing else is said: 30 days.
const DEADLINE: u64 = 30 * 86_400;
/// Seconds in which the arbiter can void what was accepted, where nothing else is said: 7 days.
const WINDOW: u64 = 7 * 86_400;
/// Seconds in which payees can collect, where nothing else is said: 365 days.
const CLAIM_PERIOD: u64 = 365 * 86_400;

/// A run to open.
#[derive(Clone, Debug)]
pub struct OpenRequest {
    /// The chain.
    pub chain: ChainAccess,
    /// The run's terms; chain, contract and run id in the file are filled in.
    pub terms: PathBuf,
    /// What is paid in. Without it nothing is sent: the terms get the id that the sender's next run will have, so that the run
    /// can be committed to first.
    pub stake: Option<Stake>,
}

/// What is paid into a run, and the times that hold for it.
#[derive(Clone, Debug)]
pub struct Stake {
    /// The deposit.
    pub deposit: Sum,
    /// The ERC-20 token of deposit and bond; the native coin if none is named.
    pub token: Option<Address>,
    /// Seconds from now in which usage can be proven.
    pub deadline: u64,
    /// Seconds in which the arbiter can void what was accepted.
    pub window: u64,
    /// Seconds in which payees can collect.
    pub claim_period: u64,
    /// What the builder posts.
    pub bond: Sum,
}

impl Stake {
    /// A deposit in native coin, all else as by default.
    pub fn new(deposit: Sum) -> Self {
        Self {
            deposit,
            token: None,
            deadline: DEADLINE,
            window: WINDOW,
            claim_period: CLAIM_PERIOD,
            bond: Sum::of_parts(0),
        }
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

/// Opens a run under terms and pays its deposit, or predicts its id; writes chain, contract and run id into the terms.
///
/// ```no_run
/// use std::path::Path;
/// use tranche_settle::amount::Sum;
/// use tranche_workspace::progress::Progress;
/// use tranche_workspace::steps::settle::{ChainAccess, OpenRequest, Stake, open};
///
/// let chain = ChainAccess::embedded(Path::new("chain.json"), Path::new("deployment.json"), None);
/// let request = OpenRequest {
///     chain,
///     terms: "terms.json".into(),
///     stake: Some(Stake::new(Sum::of_parts(10_000_000_000_000_000_000))),
/// };
/// println!("run {}", open(&request, &Progress::silent())?.outcome.run_id);
/// # Ok::<(), tranche_workspace::error::Error>(())
/// ```
///
/// # Errors
/// [`Error::Usage`] for terms that name another run; [`Error::Settle`] of the chain or the escrow; those of the files and of
/// the key.
pub fn open(request: &OpenRequest, progress: &Progress) -> Result<Settled<Opened>, Error> {
    let mut terms = TermsFile::read(&request.terms)?;
    let session = match &request.stake {
        None => Session::look(&request.chain)?,
        Some(_) => Session::open(&request.chain)?,
    };
    let deployment = request.chain.read_deployment(session.chain())?;
    let _stage = progress.stage("opening the run", None);
    let ((opened, balances), done) = session.run(|client| {
        let at = deployment.escrow;
        let next = RunContext {
            chain_id: deployment.chain_id,
            contract: account(at),
            run_id: RunId::from_bytes(escrow::next_run(client, at)?.0),
            terms: terms.context().terms,
        };
        check_place(request, &terms, &next)?;
        let money = request.stake.as_ref().map(|stake| {
            let token = address(&stake.token.unwrap_or(Address::ZERO));
            let parts = |sum: Sum| sum.of_token(client, token);
            Ok::<_, tranche_settle::Error>((token, parts(stake.deposit)?, parts(stake.bond)?))
        });
        let money = money.transpose()?;
        // The terms first: whoever is stopped after the deposit finds the run named, and does not open another one.
        let before = terms;
        name_run(&request.terms, &mut terms, &next)?;
        let (context, deadline, balances) = match request.stake.as_ref().zip(money) {
            None => (next, None, Vec::new()),
            Some((stake, (token, deposit, bond))) => {
                let deadline = client
                    .chain()
                    .head()?
                    .timestamp
                    .saturating_add(stake.deadline);
                let opening = Opening {
                    token,
                    deposit,
                    deadline,
                    challenge_window: stake.window,
                    claim_period: stake.claim_period,
                    bond,
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
                        if error.class() != ErrorClass::Io {
                            write_terms(&request.terms, &before)?;
                        }
                        return Err(error);
                    }
                }
            }
        };
        if context != next {
            name_run(&request.terms, &mut terms, &context)?;
        }
        let opened = Opened {
            run_id: context.run_id.to_string(),
            context: context.digest().to_string(),
            terms: request.terms.clone(),
            opened: request.stake.is_some(),
            deadline,
        };
        Ok((opened, balances))
    })?;
    Ok(Settled::new(done, opened).with_balances(balances))
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
fn check_place(request: &OpenRequest, terms: &TermsFile, next: &RunContext) -> Result<(), Error> {
    let named = terms.context();
    let fresh = named.chain_id == 0 && named.contract == Address::ZERO;
    if fresh || request.stake.is_none() || named == *next {
        return Ok(());
    }
    Err(Error::usage(
        format!(
            "{} names run {} of contract {} on chain {}, the sender's next run here is {}",
            request.terms.display(),
            named.run_id,
            named.contract,
            named.chain_id,
            next.run_id
        ),
        "predict it again with --predict and commit to the run anew, or set chain_id and contract in the terms to zero",
    ))
}
