//! Redirections of an owner's payouts, by the owner's transaction or its signature.

use alloy_primitives::{Address, Bytes, U256, keccak256};
use alloy_sol_types::SolValue;

use crate::account::Account;
use crate::client::Client;
use crate::contracts::RewardEscrow;
use crate::error::Error;

/// Sends the sender's later payouts to another address; zero for the sender itself.
///
/// # Errors
/// Those of the chain.
pub fn redirect(client: &mut Client<'_>, escrow: Address, to: Address) -> Result<(), Error> {
    let call = RewardEscrow::redirectCall { to };
    client.write(
        format!("redirect payouts to {to}"),
        escrow,
        &call,
        U256::ZERO,
    )?;
    Ok(())
}

/// Redirects the payouts of an owner who signs; the sender pays for the transaction. The signature is valid until `deadline`, in
/// seconds since 1970.
///
/// # Errors
/// Those of the chain.
pub fn redirect_for(
    client: &mut Client<'_>,
    escrow: Address,
    owner: &Account,
    to: Address,
    deadline: u64,
) -> Result<(), Error> {
    let from = owner.address();
    let nonce = client.read(escrow, &RewardEscrow::noncesCall { owner: from })?;
    let deadline = U256::from(deadline);
    let message = (
        keccak256("Redirect(address owner,address to,uint256 nonce,uint256 deadline)"),
        from,
        to,
        nonce,
        deadline,
    );
    let domain = (
        keccak256(
            "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)",
        ),
        keccak256("tranche"),
        keccak256("1"),
        U256::from(client.chain().chain_id()),
        escrow,
    );
    let digest = keccak256(
        [
            &[0x19, 0x01][..],
            keccak256(domain.abi_encode()).as_slice(),
            keccak256(message.abi_encode()).as_slice(),
        ]
        .concat(),
    );
    let signature = owner.sign(&digest)?;
    let call = RewardEscrow::redirectBySignatureCall {
        owner: from,
        to,
        deadline,
        signature: Bytes::copy_from_slice(&signature.as_bytes()),
    };
    let what = format!("redirect payouts of {from} to {to}");
    client.write(what, escrow, &call, U256::ZERO)?;
    Ok(())
}
