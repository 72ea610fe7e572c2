//! Runs opened with terms and a deposit, and bound to a commitment.

use alloy_primitives::{Address, B256};
use alloy_sol_types::SolEvent;
use tranche_protocol::context::{RunContext, RunTerms};
use tranche_protocol::felt::Felt;

use super::allowance::pay;
use super::run::RunRef;
use crate::chain::Receipt;
use crate::client::Client;
use crate::contracts::{IRewardEscrowTypes, RewardEscrow};
use crate::convert::{account, address, felt, word};
use crate::error::Error;

/// Version word of the contract's terms.
const TERMS_VERSION: u8 = tranche_protocol::context::VERSION as u8;

/// What a run is opened with, besides its terms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opening {
    /// ERC-20 token; zero for the native coin.
    pub token: Address,
    /// What is paid in, in the token's smallest part, below 2^128.
    pub deposit: u128,
    /// Until when usage can be accepted, seconds since 1970.
    pub deadline: u64,
    /// Seconds after an acceptance in which the arbiter can void it.
    pub challenge_window: u64,
    /// Seconds for which credits stay claimable.
    pub claim_period: u64,
    /// What the builder posts, in the same token.
    pub bond: u128,
    /// The run's terms.
    pub terms: RunTerms,
}

/// The id of the opener's next run.
///
/// # Errors
/// Those of the chain.
pub fn next_run(client: &Client<'_>, escrow: Address) -> Result<B256, Error> {
    client.read(
        escrow,
        &RewardEscrow::nextRunIdCall {
            opener: client.address(),
        },
    )
}

/// Opens a run and pays its deposit.
///
/// # Errors
/// Those of the chain; [`Error::Deployment`] when the contract hashes the terms or the context otherwise than the protocol.
pub fn open(
    client: &mut Client<'_>,
    escrow: Address,
    opening: &Opening,
) -> Result<RunContext, Error> {
    let terms = terms_of(&opening.terms);
    let run_id = next_run(client, escrow)?;
    let context = RunContext {
        chain_id: client.chain().chain_id(),
        contract: account(escrow),
        run_id: run_id.0,
        terms: opening.terms,
    };
    let hash = client.read(
        escrow,
        &RewardEscrow::hashTermsCall {
            someTerms: terms.clone(),
        },
    )?;
    let theirs = client.read(
        escrow,
        &RewardEscrow::contextForCall {
            runId: run_id,
            termsHash: hash,
        },
    )?;
    if theirs != word(&context.felt()) {
        return Err(Error::Deployment {
            what: format!(
                "the escrow gives the context {}, the protocol {}",
                felt(theirs),
                felt(word(&context.felt()))
            ),
        });
    }
    let value = pay(client, escrow, opening.token, opening.deposit)?;
    let spec = IRewardEscrowTypes::RunSpec {
        token: opening.token,
        deposit: opening.deposit,
        deadline: opening.deadline,
        challengeWindow: opening.challenge_window,
        claimPeriod: opening.claim_period,
        bond: opening.bond,
        terms,
    };
    let receipt = client.write(
        "open the run",
        escrow,
        &RewardEscrow::openCall { spec },
        value,
    )?;
    let opened = event::<RewardEscrow::RunOpened>(&receipt);
    match opened {
        Some(opened) if opened.runId == run_id => Ok(context),
        Some(opened) => Err(Error::usage(
            format!(
                "the run was opened as {}, not as {run_id}: another of the opener's transactions came first",
                opened.runId
            ),
            "write that id into the terms file",
        )),
        None => Err(Error::Deployment {
            what: "opening gave no RunOpened event".to_owned(),
        }),
    }
}

/// Binds the run commitment and posts the bond that is not held yet.
///
/// # Errors
/// As [`RunRef::check_terms`]; those of the chain.
pub fn bind(
    client: &mut Client<'_>,
    run: RunRef,
    terms: &RunTerms,
    commitment: &Felt,
) -> Result<(), Error> {
    let standing = run.check_terms(client, terms)?;
    let due = standing.bond.saturating_sub(standing.bondHeld);
    let value = pay(client, run.escrow, standing.token, due)?;
    let call = RewardEscrow::bindCommitmentCall {
        runId: run.id,
        runCommitment: word(commitment),
    };
    client.write("bind the run commitment", run.escrow, &call, value)?;
    Ok(())
}

/// Terms in the contract's form.
pub fn terms_of(terms: &RunTerms) -> IRewardEscrowTypes::Terms {
    IRewardEscrowTypes::Terms {
        version: TERMS_VERSION,
        payRule: terms.pay_rule as u8,
        basis: terms.basis as u8,
        remainderRule: terms.remainder as u8,
        unit: word(&terms.unit),
        minRegisteredPpm: terms.min_registered_ppm,
        minEvidence: terms.min_evidence,
        order: terms.order as u8,
        registryCutoff: terms.registry_cutoff,
        arbiter: address(&terms.arbiter),
        modelDigest: B256::new(terms.model_digest),
        builder: address(&terms.builder),
        evidenceKey: address(&terms.evidence_key),
    }
}

/// The first event of a kind.
fn event<E: SolEvent>(receipt: &Receipt) -> Option<E> {
    receipt
        .logs
        .iter()
        .find_map(|log| E::decode_log(log).ok())
        .map(|log| log.data)
}
