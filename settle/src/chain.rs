//! The interface to an EVM chain, embedded or behind a node.

use alloy_primitives::{Address, B256, Bytes, Log, U256};

use crate::account::Account;
use crate::error::Error;

/// Chain id of development nodes and of the embedded chain.
pub const DEVELOPMENT_CHAINS: [u64; 2] = [31337, 1337];

/// A block's number and time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Block {
    /// Number.
    pub number: u64,
    /// Seconds since 1970.
    pub timestamp: u64,
}

/// What a transaction does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// The contract; `None` deploys `data`.
    pub to: Option<Address>,
    /// Native coin sent along, in its smallest part.
    pub value: U256,
    /// Call data, or creation code with its arguments.
    pub data: Bytes,
}

/// The receipt of a transaction that succeeded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// The transaction's hash.
    pub transaction: B256,
    /// The block that holds it.
    pub block: u64,
    /// Gas of the whole transaction: call data and the base of 21,000 included, refunds taken off.
    pub gas_used: u64,
    /// Price paid for each unit of gas, in the coin's smallest part.
    pub gas_price: u128,
    /// The contract that was created, if any.
    pub created: Option<Address>,
    /// Events, in order.
    pub logs: Vec<Log>,
}

impl Receipt {
    /// What the sender paid for gas.
    pub fn fee(&self) -> U256 {
        U256::from(self.gas_used) * U256::from(self.gas_price)
    }
}

/// An EVM chain.
pub trait Chain {
    /// The chain's id.
    fn chain_id(&self) -> u64;

    /// The last block.
    ///
    /// # Errors
    /// [`Error::Unreachable`], [`Error::Node`].
    fn head(&self) -> Result<Block, Error>;

    /// Native coin of an account, in its smallest part.
    ///
    /// # Errors
    /// As [`Chain::head`].
    fn balance(&self, account: Address) -> Result<U256, Error>;

    /// Code of an account; empty if it is no contract.
    ///
    /// # Errors
    /// As [`Chain::head`].
    fn code(&self, account: Address) -> Result<Bytes, Error>;

    /// Runs a call on the last state without a transaction.
    ///
    /// # Errors
    /// [`Error::Reverted`]; as [`Chain::head`].
    fn call(&self, from: Address, call: &Call) -> Result<Bytes, Error>;

    /// Signs a transaction, sends it and waits until it is in a block.
    ///
    /// # Errors
    /// [`Error::Reverted`], [`Error::Halted`]; [`Error::InsufficientFunds`] before anything is sent; [`Error::Timeout`].
    fn send(&mut self, account: &Account, call: &Call) -> Result<Receipt, Error>;

    /// Returns when the last block's number is at least `number`: makes blocks where it can, waits where it cannot.
    ///
    /// # Errors
    /// [`Error::BlockTimeout`]; as [`Chain::head`].
    fn reach_block(&mut self, number: u64) -> Result<Block, Error>;

    /// Moves the clock forward by seconds, with one new block. Development chains only.
    ///
    /// # Errors
    /// [`Error::NoClock`].
    fn advance(&mut self, seconds: u64) -> Result<Block, Error>;
}

/// Whether a chain is one of [`DEVELOPMENT_CHAINS`].
pub fn is_development(chain_id: u64) -> bool {
    DEVELOPMENT_CHAINS.contains(&chain_id)
}
