//! An EVM inside the process, with state in memory or a file, blocks on demand and a clock that can be moved.
//!
//! It runs the Osaka rules of Ethereum's main network: the code limit of EIP-170, the call data floor of EIP-7623, the
//! transaction limit of EIP-7825. Every transaction makes a block, twelve seconds after the last.

mod state;

use alloy_primitives::{Address, B256, Bytes, TxKind, U256};
use revm::context::result::{EVMError, ExecutionResult, InvalidTransaction, Output};
use revm::context::{BlockEnv, CfgEnv, TxEnv};
use revm::database::WrapDatabaseRef;
use revm::primitives::hardfork::SpecId;
use revm::state::AccountInfo;
use revm::{Context, DatabaseRef, ExecuteCommitEvm, ExecuteEvm, MainBuilder, MainContext};

use crate::account::Account;
use crate::chain::{Block, Call, Chain, Receipt};
use crate::error::Error;
use crate::revert::Reverted;
use crate::transaction::{Transaction, most};
use state::State;

pub use state::CHAIN_ID;

/// Price of a unit of gas, in wei.
pub const GAS_PRICE: u64 = 1_000_000_000;
/// Seconds from one block to the next.
pub const BLOCK_SECONDS: u64 = 12;
/// Most gas of a transaction (EIP-7825).
pub const MAX_GAS: u64 = 1 << 24;
/// Most gas of a block.
const BLOCK_GAS: u64 = 60_000_000;
/// Gas limit of a call without a transaction.
const CALL_GAS: u64 = 1 << 30;

/// An embedded chain.
#[derive(Debug)]
pub struct Embedded {
    state: State,
    head: Block,
}

impl Embedded {
    /// A chain without accounts whose block 0 has this time, in seconds since 1970.
    pub fn new(timestamp: u64) -> Self {
        Self {
            state: State::default(),
            head: Block {
                number: 0,
                timestamp,
            },
        }
    }

    /// Credits an account with new coin.
    pub fn grant(&mut self, account: Address, amount: U256) {
        let mut info = self.info(account);
        info.balance = info.balance.saturating_add(amount);
        self.state.insert_account_info(account, info);
    }

    /// Whether an account has neither sent nor received anything.
    pub fn is_fresh(&self, account: Address) -> bool {
        let info = self.info(account);
        info.nonce == 0 && info.balance.is_zero()
    }

    /// Reads a state file's text.
    ///
    /// # Errors
    /// [`Error::State`].
    pub fn from_json(text: &str) -> Result<Self, Error> {
        let (state, head) = state::read(text)?;
        Ok(Self { state, head })
    }

    /// The state file's text.
    ///
    /// # Errors
    /// [`Error::Internal`] if the state has no JSON form.
    pub fn to_json(&self) -> Result<String, Error> {
        state::write(&self.state, self.head)
    }

    fn info(&self, account: Address) -> AccountInfo {
        match self.state.basic_ref(account) {
            Ok(info) => info.unwrap_or_default(),
        }
    }

    /// The block of the next transaction.
    fn next(&self) -> Block {
        Block {
            number: self.head.number + 1,
            timestamp: self.head.timestamp + BLOCK_SECONDS,
        }
    }

    fn environment(block: Block, basefee: u64) -> BlockEnv {
        BlockEnv {
            number: U256::from(block.number),
            timestamp: U256::from(block.timestamp),
            gas_limit: BLOCK_GAS,
            basefee,
            prevrandao: Some(B256::ZERO),
            ..BlockEnv::default()
        }
    }

    fn rules() -> CfgEnv {
        CfgEnv::new_with_spec(SpecId::OSAKA).with_chain_id(CHAIN_ID)
    }
}

impl Chain for Embedded {
    fn chain_id(&self) -> u64 {
        CHAIN_ID
    }

    fn head(&self) -> Result<Block, Error> {
        Ok(self.head)
    }

    fn balance(&self, account: Address) -> Result<U256, Error> {
        Ok(self.info(account).balance)
    }

    fn code(&self, account: Address) -> Result<Bytes, Error> {
        Ok(state::code_of(&self.state, &self.info(account)))
    }

    fn call(&self, from: Address, call: &Call) -> Result<Bytes, Error> {
        let mut rules = Self::rules();
        rules.disable_nonce_check = true;
        rules.tx_gas_limit_cap = Some(u64::MAX);
        let mut block = Self::environment(self.head, 0);
        block.gas_limit = CALL_GAS;
        let transaction = TxEnv {
            caller: from,
            gas_limit: CALL_GAS,
            kind: call.to.map_or(TxKind::Create, TxKind::Call),
            value: call.value,
            data: call.data.clone(),
            chain_id: Some(CHAIN_ID),
            ..TxEnv::default()
        };
        let mut machine = Context::mainnet()
            .with_db(WrapDatabaseRef(&self.state))
            .with_block(block)
            .with_cfg(rules)
            .build_mainnet();
        let done = machine
            .transact(transaction)
            .map_err(|error| refused(from, error))?;
        finish(done.result).map(|(_, output)| output.into_data())
    }

    fn send(&mut self, account: &Account, call: &Call) -> Result<Receipt, Error> {
        let from = account.address();
        let info = self.info(from);
        let block = self.next();
        let price = u128::from(GAS_PRICE);
        let needed = most(MAX_GAS, price, call.value);
        if info.balance < needed {
            return Err(Error::InsufficientFunds {
                account: from,
                needed,
                has: info.balance,
            });
        }
        let signed = Transaction {
            chain_id: CHAIN_ID,
            nonce: info.nonce,
            max_priority_fee: 0,
            max_fee: price,
            gas_limit: MAX_GAS,
            call: call.clone(),
        }
        .sign(account)?;
        let transaction = TxEnv {
            tx_type: 2,
            caller: from,
            gas_limit: MAX_GAS,
            gas_price: price,
            gas_priority_fee: Some(0),
            kind: call.to.map_or(TxKind::Create, TxKind::Call),
            value: call.value,
            data: call.data.clone(),
            nonce: info.nonce,
            chain_id: Some(CHAIN_ID),
            ..TxEnv::default()
        };
        let mut machine = Context::mainnet()
            .with_db(&mut self.state)
            .with_block(Self::environment(block, GAS_PRICE))
            .with_cfg(Self::rules())
            .build_mainnet();
        let result = machine
            .transact_one(transaction)
            .map_err(|error| refused(from, error))?;
        // What a failed transaction costs is not kept: a node's gas estimate would have stopped it before it was sent.
        if !result.is_success() {
            drop(machine);
            return match finish(result) {
                Ok(_) => Err(Error::Internal("a failed transaction succeeded".to_owned())),
                Err(error) => Err(error),
            };
        }
        machine.commit_inner();
        self.head = block;
        let (gas_used, output, logs) = match result {
            ExecutionResult::Success {
                gas, output, logs, ..
            } => (gas.tx_gas_used(), output, logs),
            ExecutionResult::Revert { .. } | ExecutionResult::Halt { .. } => {
                return Err(Error::Internal("a success was none".to_owned()));
            }
        };
        Ok(Receipt {
            transaction: signed.hash,
            block: block.number,
            gas_used,
            gas_price: price,
            created: output.address().copied(),
            logs,
        })
    }

    fn reach_block(&mut self, number: u64) -> Result<Block, Error> {
        while self.head.number < number {
            self.head = self.next();
        }
        Ok(self.head)
    }

    fn advance(&mut self, seconds: u64) -> Result<Block, Error> {
        self.head.number += 1;
        self.head.timestamp = self.head.timestamp.saturating_add(seconds);
        Ok(self.head)
    }
}

/// Gas and output of a success.
fn finish(result: ExecutionResult) -> Result<(u64, Output), Error> {
    match result {
        ExecutionResult::Success { gas, output, .. } => Ok((gas.tx_gas_used(), output)),
        ExecutionResult::Revert { output, .. } => {
            Err(Error::Reverted(Box::new(Reverted::decode(&output))))
        }
        ExecutionResult::Halt { reason, .. } => Err(Error::Halted {
            reason: format!("{reason:?}"),
        }),
    }
}

/// The error for a transaction that the EVM did not execute.
fn refused<E: std::fmt::Display>(account: Address, error: EVMError<E>) -> Error {
    match error {
        EVMError::Transaction(InvalidTransaction::LackOfFundForMaxFee { fee, balance }) => {
            Error::InsufficientFunds {
                account,
                needed: *fee,
                has: *balance,
            }
        }
        other => Error::Halted {
            reason: other.to_string(),
        },
    }
}
