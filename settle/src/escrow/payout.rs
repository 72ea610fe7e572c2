//! Payments out of a run and into it, refunds, and the arbiter's void.

use alloy_primitives::{Address, U256};

use super::allowance::pay;
use super::run::RunRef;
use crate::client::Client;
use crate::contracts::RewardEscrow;
use crate::error::Error;

/// Credits that one call of `claimMany` takes.
const CLAIMS_AT_ONCE: usize = 64;

/// What is claimed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claim {
    /// The credits of owners.
    Owners(Vec<Address>),
    /// The opener's remainder.
    Remainder,
    /// The builder's bond.
    Bond,
    /// Credits left unclaimed through their period, for the opener.
    Expired,
}

/// Claims money of a run.
///
/// # Errors
/// As [`RunRef::read`]; those of the chain.
pub fn claim(client: &mut Client<'_>, run: RunRef, claim: &Claim) -> Result<(), Error> {
    run.read(client)?;
    let (escrow, id) = (run.escrow, run.id);
    match claim {
        Claim::Owners(owners) => match owners.as_slice() {
            [owner] => {
                let call = RewardEscrow::claimCall {
                    runId: id,
                    owner: *owner,
                };
                client.write(format!("claim for {owner}"), escrow, &call, U256::ZERO)?;
            }
            owners => {
                for part in owners.chunks(CLAIMS_AT_ONCE) {
                    let call = RewardEscrow::claimManyCall {
                        runIds: vec![id; part.len()],
                        owners: part.to_vec(),
                    };
                    let what = format!("claim for {} owners", part.len());
                    client.write(what, escrow, &call, U256::ZERO)?;
                }
            }
        },
        Claim::Remainder => {
            let call = RewardEscrow::claimRemainderCall { runId: id };
            client.write("claim the opener's remainder", escrow, &call, U256::ZERO)?;
        }
        Claim::Bond => {
            let call = RewardEscrow::releaseBondCall { runId: id };
            client.write("release the builder's bond", escrow, &call, U256::ZERO)?;
        }
        Claim::Expired => {
            let call = RewardEscrow::expireUnclaimedCall { runId: id };
            client.write("return unclaimed credits", escrow, &call, U256::ZERO)?;
        }
    }
    Ok(())
}

/// Adds money to a run.
///
/// # Errors
/// As [`RunRef::read`]; those of the chain.
pub fn top_up(client: &mut Client<'_>, run: RunRef, amount: u128) -> Result<(), Error> {
    let token = run.read(client)?.token;
    let value = pay(client, run.escrow, token, amount)?;
    let call = RewardEscrow::topUpCall {
        runId: run.id,
        amount,
    };
    client.write("top up", run.escrow, &call, value)?;
    Ok(())
}

/// Pays deposit and bond to the opener of a run without an accepted pay list.
///
/// # Errors
/// As [`RunRef::read`]; those of the chain.
pub fn refund(client: &mut Client<'_>, run: RunRef) -> Result<(), Error> {
    run.read(client)?;
    let call = RewardEscrow::refundCall { runId: run.id };
    client.write("refund", run.escrow, &call, U256::ZERO)?;
    Ok(())
}

/// Voids the accepted usage and pay list. Only the arbiter can.
///
/// # Errors
/// As [`RunRef::read`]; those of the chain.
pub fn void(client: &mut Client<'_>, run: RunRef) -> Result<(), Error> {
    run.read(client)?;
    let call = RewardEscrow::voidAcceptanceCall { runId: run.id };
    client.write("void the acceptance", run.escrow, &call, U256::ZERO)?;
    Ok(())
}
