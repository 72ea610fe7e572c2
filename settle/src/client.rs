//! An account on a chain, and the steps it takes: every transaction is recorded with what it cost.

use alloy_primitives::{Address, B256, Bytes, U256};
use alloy_sol_types::SolCall;
use serde::Serialize;

use crate::account::Account;
use crate::chain::{Call, Chain, Receipt};
use crate::error::Error;

/// A transaction that succeeded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Step {
    /// A description of what it did.
    pub what: String,
    /// Its hash.
    pub transaction: B256,
    /// Its block.
    pub block: u64,
    /// Gas of the whole transaction.
    pub gas: u64,
    /// What the sender paid for gas, in wei.
    #[serde(serialize_with = "decimal")]
    pub fee: U256,
    /// Bytes of call data or creation code.
    pub data_bytes: usize,
    /// Who sent it.
    pub sender: Address,
    /// The contract that it made, if one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created: Option<Address>,
}

/// Serializes an integer that can exceed 2^53 as a decimal string.
///
/// # Errors
/// Those of the serializer.
pub fn decimal<S: serde::Serializer>(value: &U256, to: S) -> Result<S::Ok, S::Error> {
    to.collect_str(value)
}

/// Reads a view function.
///
/// # Errors
/// As [`Chain::call`]; [`Error::Deployment`] when the answer is not the function's.
pub fn read<C: SolCall>(
    chain: &dyn Chain,
    from: Address,
    to: Address,
    call: &C,
) -> Result<C::Return, Error> {
    let answer = chain.call(
        from,
        &Call {
            to: Some(to),
            value: U256::ZERO,
            data: call.abi_encode().into(),
        },
    )?;
    C::abi_decode_returns(&answer).map_err(|_| Error::Deployment {
        what: format!(
            "the contract at {to} does not answer {} as it should",
            C::SIGNATURE
        ),
    })
}

/// An account on a chain.
pub struct Client<'chain> {
    chain: &'chain mut dyn Chain,
    account: Account,
    steps: Vec<Step>,
}

impl<'chain> Client<'chain> {
    /// An account on a chain, with no step taken.
    pub fn new(chain: &'chain mut dyn Chain, account: Account) -> Self {
        Self {
            chain,
            account,
            steps: Vec::new(),
        }
    }

    /// The chain.
    pub fn chain(&self) -> &dyn Chain {
        self.chain
    }

    /// The chain, to move its clock.
    pub fn chain_mut(&mut self) -> &mut dyn Chain {
        self.chain
    }

    /// The account's address.
    pub fn address(&self) -> Address {
        self.account.address()
    }

    /// The account.
    pub fn account(&self) -> &Account {
        &self.account
    }

    /// The steps taken.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// The steps taken, at the end.
    pub fn into_steps(self) -> Vec<Step> {
        self.steps
    }

    /// Reads a view function.
    ///
    /// # Errors
    /// As [`read`].
    pub fn read<C: SolCall>(&self, to: Address, call: &C) -> Result<C::Return, Error> {
        read(self.chain, self.address(), to, call)
    }

    /// Calls a function by a transaction.
    ///
    /// # Errors
    /// As [`Chain::send`].
    pub fn write<C: SolCall>(
        &mut self,
        what: impl Into<String>,
        to: Address,
        call: &C,
        value: U256,
    ) -> Result<Receipt, Error> {
        self.send(
            what.into(),
            Call {
                to: Some(to),
                value,
                data: call.abi_encode().into(),
            },
        )
    }

    /// Deploys a contract.
    ///
    /// # Errors
    /// As [`Chain::send`].
    pub fn create(&mut self, what: impl Into<String>, code: Bytes) -> Result<Address, Error> {
        let receipt = self.send(
            what.into(),
            Call {
                to: None,
                value: U256::ZERO,
                data: code,
            },
        )?;
        receipt
            .created
            .ok_or_else(|| Error::Internal("a deployment made no contract".to_owned()))
    }

    fn send(&mut self, what: String, call: Call) -> Result<Receipt, Error> {
        let receipt = self.chain.send(&self.account, &call)?;
        self.steps.push(Step {
            what,
            transaction: receipt.transaction,
            block: receipt.block,
            gas: receipt.gas_used,
            fee: receipt.fee(),
            data_bytes: call.data.len(),
            sender: self.account.address(),
            created: receipt.created,
        });
        Ok(receipt)
    }
}
