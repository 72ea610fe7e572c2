//! A node reached by Ethereum's JSON-RPC. Transactions are signed here: keys never leave the process.

mod transport;

use std::thread::sleep;
use std::time::{Duration, Instant};

use alloy_primitives::{Address, B256, Bytes, Log, LogData, U256};
use serde_json::{Value, json};

use crate::account::Account;
use crate::chain::{Block, Call, Chain, Receipt, is_development};
use crate::error::Error;
use crate::revert::Reverted;
use crate::transaction::{Transaction, most};
use transport::Transport;

/// Wait between two questions for a receipt or a block.
const PAUSE: Duration = Duration::from_millis(500);
/// The same on a development node, which answers at once.
const SHORT_PAUSE: Duration = Duration::from_millis(20);
/// Price for the block's proposer where the node suggests none, in wei.
const PRIORITY_FEE: u128 = 1_000_000_000;

/// A node and the chain behind it.
#[derive(Debug)]
pub struct Rpc {
    transport: Transport,
    chain_id: u64,
    patience: Duration,
}

impl Rpc {
    /// Asks a node for its chain.
    ///
    /// # Errors
    /// [`Error::Usage`] for a URL of another scheme; [`Error::Unreachable`], [`Error::Node`], [`Error::Answer`].
    pub fn connect(url: &str, patience: Duration) -> Result<Self, Error> {
        let transport = Transport::new(url)?;
        let method = "eth_chainId";
        let chain_id = quantity(method, &transport.request(method, json!([]))?)?;
        Ok(Self {
            transport,
            chain_id,
            patience,
        })
    }

    fn quantity(&self, method: &str, parameters: Value) -> Result<u64, Error> {
        quantity(method, &self.transport.request(method, parameters)?)
    }

    fn large(&self, method: &str, parameters: Value) -> Result<U256, Error> {
        parsed(method, &self.transport.request(method, parameters)?)
    }

    fn bytes(&self, method: &str, parameters: Value) -> Result<Bytes, Error> {
        parsed(method, &self.transport.request(method, parameters)?)
    }

    fn pause(&self) -> Duration {
        if is_development(self.chain_id) {
            SHORT_PAUSE
        } else {
            PAUSE
        }
    }

    /// Most fee and priority fee: twice the last block's base fee, so that a few full blocks do not price it out.
    fn fees(&self) -> Result<(u128, u128), Error> {
        let method = "eth_getBlockByNumber";
        let block = self.transport.request(method, json!(["latest", false]))?;
        let base: u128 = match block.get("baseFeePerGas") {
            Some(fee) => parsed::<U256>(method, fee)?.saturating_to(),
            None => self.large("eth_gasPrice", json!([]))?.saturating_to(),
        };
        let priority = match self.large("eth_maxPriorityFeePerGas", json!([])) {
            Ok(fee) => fee.saturating_to(),
            Err(Error::Node { .. }) => PRIORITY_FEE,
            Err(error) => return Err(error),
        };
        Ok((base.saturating_mul(2).saturating_add(priority), priority))
    }

    fn receipt(&self, transaction: B256) -> Result<Value, Error> {
        let begun = Instant::now();
        while begun.elapsed() < self.patience {
            let receipt = self
                .transport
                .request("eth_getTransactionReceipt", json!([transaction]))?;
            if !receipt.is_null() {
                return Ok(receipt);
            }
            sleep(self.pause());
        }
        Err(Error::Timeout {
            transaction,
            seconds: self.patience.as_secs(),
        })
    }

    fn develop(&self, method: &str, parameters: Value) -> Result<(), Error> {
        if !is_development(self.chain_id) {
            return Err(Error::NoClock {
                chain_id: self.chain_id,
            });
        }
        match self.transport.request(method, parameters) {
            Ok(_) => Ok(()),
            Err(Error::Node { .. }) => Err(Error::NoClock {
                chain_id: self.chain_id,
            }),
            Err(error) => Err(error),
        }
    }
}

impl Chain for Rpc {
    fn chain_id(&self) -> u64 {
        self.chain_id
    }

    fn head(&self) -> Result<Block, Error> {
        let method = "eth_getBlockByNumber";
        let block = self.transport.request(method, json!(["latest", false]))?;
        Ok(Block {
            number: quantity(method, &block["number"])?,
            timestamp: quantity(method, &block["timestamp"])?,
        })
    }

    fn balance(&self, account: Address) -> Result<U256, Error> {
        self.large("eth_getBalance", json!([account, "latest"]))
    }

    fn code(&self, account: Address) -> Result<Bytes, Error> {
        self.bytes("eth_getCode", json!([account, "latest"]))
    }

    fn call(&self, from: Address, call: &Call) -> Result<Bytes, Error> {
        self.bytes("eth_call", json!([request(from, call), "latest"]))
    }

    fn send(&mut self, account: &Account, call: &Call) -> Result<Receipt, Error> {
        let from = account.address();
        let has = self.balance(from)?;
        let broke = |needed| Error::InsufficientFunds {
            account: from,
            needed,
            has,
        };
        if has < call.value {
            return Err(broke(call.value));
        }
        // The estimate runs the transaction: a refusal comes back here, before anything is paid.
        let estimate = self.quantity("eth_estimateGas", json!([request(from, call)]))?;
        let gas_limit = estimate
            .saturating_add(estimate / 8)
            .min(crate::embedded::MAX_GAS.max(estimate));
        let (max_fee, max_priority_fee) = self.fees()?;
        let needed = most(gas_limit, max_fee, call.value);
        if has < needed {
            return Err(broke(needed));
        }
        let nonce = self.quantity("eth_getTransactionCount", json!([from, "pending"]))?;
        let signed = Transaction {
            chain_id: self.chain_id,
            nonce,
            max_priority_fee,
            max_fee,
            gas_limit,
            call: call.clone(),
        }
        .sign(account)?;
        self.transport
            .request("eth_sendRawTransaction", json!([signed.raw]))?;
        let receipt = self.receipt(signed.hash)?;
        let method = "eth_getTransactionReceipt";
        if quantity(method, &receipt["status"])? != 1 {
            // The state has changed since the estimate; the call now tells why.
            return Err(match self.call(from, call) {
                Err(error) => error,
                Ok(_) => Error::Reverted(Box::new(Reverted::decode(&Bytes::new()))),
            });
        }
        Ok(Receipt {
            transaction: signed.hash,
            block: quantity(method, &receipt["blockNumber"])?,
            gas_used: quantity(method, &receipt["gasUsed"])?,
            gas_price: parsed::<U256>(method, &receipt["effectiveGasPrice"])?.saturating_to(),
            created: match &receipt["contractAddress"] {
                Value::Null => None,
                address => Some(parsed(method, address)?),
            },
            logs: logs(method, &receipt["logs"])?,
        })
    }

    fn reach_block(&mut self, number: u64) -> Result<Block, Error> {
        let begun = Instant::now();
        loop {
            let head = self.head()?;
            if head.number >= number {
                return Ok(head);
            }
            if begun.elapsed() >= self.patience {
                return Err(Error::BlockTimeout {
                    number,
                    seconds: self.patience.as_secs(),
                });
            }
            // A development node makes no block by itself.
            match self.develop("evm_mine", json!([])) {
                Ok(()) => {}
                Err(Error::NoClock { .. }) => sleep(self.pause()),
                Err(error) => return Err(error),
            }
        }
    }

    fn advance(&mut self, seconds: u64) -> Result<Block, Error> {
        self.develop("evm_increaseTime", json!([seconds]))?;
        self.develop("evm_mine", json!([]))?;
        self.head()
    }
}

fn request(from: Address, call: &Call) -> Value {
    let mut request = json!({"from": from, "data": call.data, "value": call.value});
    if let Some(to) = call.to {
        request["to"] = json!(to);
    }
    request
}

fn quantity(method: &str, value: &Value) -> Result<u64, Error> {
    let number: U256 = parsed(method, value)?;
    u64::try_from(number).map_err(|_| Error::Answer {
        method: method.to_owned(),
        reason: format!("{number} is too large"),
    })
}

fn parsed<T: serde::de::DeserializeOwned>(method: &str, value: &Value) -> Result<T, Error> {
    T::deserialize(value).map_err(|error| Error::Answer {
        method: method.to_owned(),
        reason: error.to_string(),
    })
}

fn logs(method: &str, value: &Value) -> Result<Vec<Log>, Error> {
    let list = value.as_array().ok_or_else(|| Error::Answer {
        method: method.to_owned(),
        reason: "no list of logs".to_owned(),
    })?;
    let log = |value: &Value| {
        Ok(Log {
            address: parsed(method, &value["address"])?,
            data: LogData::new_unchecked(
                parsed(method, &value["topics"])?,
                parsed(method, &value["data"])?,
            ),
        })
    };
    list.iter().map(log).collect()
}
