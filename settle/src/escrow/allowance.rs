//! What the escrow may take from a token.

use alloy_primitives::{Address, U256};

use crate::client::Client;
use crate::contracts::IERC20;
use crate::error::Error;

/// Approves the escrow for an amount of a token; gives the value to send with the call, which is the amount for native coin.
pub(super) fn pay(
    client: &mut Client<'_>,
    escrow: Address,
    token: Address,
    amount: u128,
) -> Result<U256, Error> {
    let amount = U256::from(amount);
    if token.is_zero() {
        return Ok(amount);
    }
    let allowance = client.read(
        token,
        &IERC20::allowanceCall {
            owner: client.address(),
            spender: escrow,
        },
    )?;
    if allowance < amount {
        client.write(
            "approve the escrow for the token",
            token,
            &IERC20::approveCall {
                spender: escrow,
                amount,
            },
            U256::ZERO,
        )?;
    }
    Ok(U256::ZERO)
}
