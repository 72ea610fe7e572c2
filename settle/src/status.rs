//! How a run stands: everything that its parties may want to know before they act.

use alloy_primitives::{Address, B256, U256};
use serde::Serialize;

use crate::client::{Client, decimal};
use crate::contracts::{IERC20, RewardEscrow};
use crate::convert::{account, felt, state_name};
use crate::error::Error;
use crate::escrow::RunRef;

/// A payee of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Payee {
    /// The owner.
    pub owner: tranche_protocol::address::Address,
    /// Parts per 10^9, or smallest parts of the token if metered.
    #[serde(serialize_with = "decimal")]
    pub amount: U256,
    /// What it can collect now.
    #[serde(serialize_with = "decimal")]
    pub claimable: U256,
    /// Where its money goes.
    pub payout: tranche_protocol::address::Address,
}

/// A run as the escrow has it. Times are seconds since 1970, amounts the token's smallest part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RunStatus {
    /// Its id.
    pub run: B256,
    /// Public input 0 of its proofs.
    pub context: String,
    /// Where it stands.
    pub state: &'static str,
    /// Who opened it.
    pub opener: tranche_protocol::address::Address,
    /// Who binds.
    pub builder: tranche_protocol::address::Address,
    /// Its token; zero for the native coin.
    pub token: tranche_protocol::address::Address,
    /// `shares` or `metered`.
    pub pay_rule: &'static str,
    /// Evidence level of the accepted usage.
    pub evidence_level: u8,
    /// Money received.
    pub received: u128,
    /// Money paid out.
    pub paid_out: u128,
    /// Bond held.
    pub bond_held: u128,
    /// Until when usage can be accepted.
    pub deadline: u64,
    /// Until when the arbiter can void; 0 before any acceptance.
    pub window_end: u64,
    /// After when a run without a pay list can be refunded.
    pub refundable_after: u64,
    /// The bound commitment; zero if none is.
    pub run_commitment: String,
    /// The accepted usage commitment; zero if none is.
    pub usage_commitment: String,
    /// What the opener can collect now.
    #[serde(serialize_with = "decimal")]
    pub remainder: U256,
    /// The pay list.
    pub payees: Vec<Payee>,
}

/// Reads a run.
///
/// # Errors
/// As [`RunRef::read`].
pub fn status(client: &Client<'_>, run: RunRef) -> Result<RunStatus, Error> {
    let (escrow, id) = (run.escrow, run.id);
    let held = run.read(client)?;
    let terms = client.read(escrow, &RewardEscrow::termsCall { runId: id })?;
    let mut payees = Vec::new();
    for payee in client.read(escrow, &RewardEscrow::payeesCall { runId: id })? {
        let owner = owner_of(payee);
        payees.push(Payee {
            owner: account(owner),
            amount: payee >> 160,
            claimable: client.read(escrow, &RewardEscrow::claimableCall { runId: id, owner })?,
            payout: account(client.read(escrow, &RewardEscrow::payoutAddressCall { owner })?),
        });
    }
    let context = client.read(escrow, &RewardEscrow::contextOfCall { runId: id })?;
    Ok(RunStatus {
        run: id,
        context: felt(context),
        state: state_name(held.state),
        opener: account(held.opener),
        builder: account(terms.builder),
        token: account(held.token),
        pay_rule: match terms.payRule {
            1 => "shares",
            2 => "metered",
            _ => "unknown",
        },
        evidence_level: held.evidenceLevel,
        received: held.received,
        paid_out: held.paidOut,
        bond_held: held.bondHeld,
        deadline: client.read(escrow, &RewardEscrow::deadlineOfCall { runId: id })?,
        window_end: client.read(escrow, &RewardEscrow::windowEndCall { runId: id })?,
        refundable_after: client.read(escrow, &RewardEscrow::refundableAfterCall { runId: id })?,
        run_commitment: felt(held.runCommitment),
        usage_commitment: felt(held.usageCommitment),
        remainder: client.read(escrow, &RewardEscrow::claimableRemainderCall { runId: id })?,
        payees,
    })
}

/// The owners of a run's pay list.
///
/// # Errors
/// Those of the chain.
pub fn owners(client: &Client<'_>, run: RunRef) -> Result<Vec<Address>, Error> {
    let list = client.read(run.escrow, &RewardEscrow::payeesCall { runId: run.id })?;
    Ok(list.into_iter().map(owner_of).collect())
}

/// What an account has of a run's money: native coin, or its token.
///
/// # Errors
/// Those of the chain.
pub fn balance(client: &Client<'_>, token: Address, holder: Address) -> Result<U256, Error> {
    if token.is_zero() {
        client.chain().balance(holder)
    } else {
        client.read(token, &IERC20::balanceOfCall { account: holder })
    }
}

/// The low 160 bits of a payee word.
fn owner_of(payee: U256) -> Address {
    Address::from_word(B256::from(payee & (U256::MAX >> 96)))
}
