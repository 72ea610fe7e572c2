//! What a settlement command prints: what came of it, the transactions with their gas, balances before and after.

use alloy_primitives::{Address as ChainAddress, U256};
use serde::Serialize;
use tranche_protocol::address::Address;
use tranche_settle::client::{Client, Step, decimal};
use tranche_settle::convert::{account, coin};
use tranche_settle::status::balance;

use super::look::Seen;
use super::open::Opened;
use super::session::{Done, GRANT};
use super::submit::Submitted;
use crate::error::Error;
use crate::output::{Report, Table};

/// Money of one account before and after a command.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Balance {
    /// Whose, by role.
    pub who: String,
    /// The account.
    pub account: Address,
    /// The token; zero for the native coin.
    pub token: Address,
    /// Before.
    #[serde(serialize_with = "decimal")]
    pub before: U256,
    /// After; of a sender the gas is paid too.
    #[serde(serialize_with = "decimal")]
    pub after: U256,
}

impl Balance {
    /// The change, with its sign.
    pub fn change(&self) -> String {
        let amount = |value| amount(self.token, value);
        match self.after >= self.before {
            true => format!("+{}", amount(self.after - self.before)),
            false => format!("-{}", amount(self.before - self.after)),
        }
    }

    /// Cells of a table: who, before, after, change.
    pub fn cells(&self) -> [String; 4] {
        [
            self.who.clone(),
            amount(self.token, self.before),
            amount(self.token, self.after),
            self.change(),
        ]
    }
}

/// An amount in words: coins, or a token's smallest parts.
pub fn amount(token: Address, value: U256) -> String {
    match token == Address::ZERO {
        true => coin(value),
        false => value.to_string(),
    }
}

/// Accounts whose balances are watched over a command.
pub struct Watch {
    token: ChainAddress,
    watched: Vec<(String, ChainAddress, U256)>,
}

impl Watch {
    /// Reads the balances before.
    ///
    /// # Errors
    /// [`Error::Settle`].
    pub fn begin(
        client: &Client<'_>,
        token: ChainAddress,
        accounts: impl IntoIterator<Item = (String, ChainAddress)>,
    ) -> Result<Self, Error> {
        let mut watched: Vec<(String, ChainAddress, U256)> = Vec::new();
        for (who, at) in accounts {
            match watched.iter_mut().find(|(_, known, _)| *known == at) {
                Some((roles, ..)) => *roles = format!("{roles}, {who}"),
                None => watched.push((who, at, balance(client, token, at)?)),
            }
        }
        Ok(Self { token, watched })
    }

    /// Reads them after.
    ///
    /// # Errors
    /// [`Error::Settle`].
    pub fn end(self, client: &Client<'_>) -> Result<Vec<Balance>, Error> {
        let token = self.token;
        let read = |(who, at, before): (String, ChainAddress, U256)| {
            Ok(Balance {
                who,
                account: account(at),
                token: account(token),
                before,
                after: balance(client, token, at)?,
            })
        };
        self.watched.into_iter().map(read).collect()
    }
}

/// What came of a command, besides transactions.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub enum Outcome {
    /// Contracts were deployed, or verifiers added.
    Deployed(super::deploy::Deployed),
    /// Tranches were registered.
    Registered(super::register::Registered),
    /// A run was opened, or its id predicted.
    Opened(Opened),
    /// A proof was accepted.
    Submitted(Submitted),
    /// Money or a commitment moved.
    Moved {
        /// What was done, in words.
        done: String,
    },
    /// Something was looked at, or the clock was moved.
    Seen(Box<Seen>),
}

/// A settlement command's report.
#[derive(Clone, Debug, Serialize)]
pub struct SettleReport {
    /// The chain's id.
    pub chain_id: u64,
    /// Where the chain runs.
    pub place: String,
    /// Who sent.
    pub sender: Address,
    /// Whether the sender was new on the embedded chain and was given coin.
    pub granted: bool,
    /// What came of it.
    #[serde(flatten)]
    pub outcome: Outcome,
    /// The transactions.
    pub steps: Vec<Step>,
    /// Gas of all of them.
    pub total_gas: u64,
    /// Balances, where money moved.
    pub balances: Vec<Balance>,
}

impl SettleReport {
    pub(super) fn new(done: Done, outcome: Outcome, balances: Vec<Balance>) -> Self {
        Self {
            chain_id: done.chain_id,
            place: done.place,
            sender: done.sender,
            granted: done.granted,
            outcome,
            total_gas: done.steps.iter().map(|step| step.gas).sum(),
            steps: done.steps,
            balances,
        }
    }
}

impl Report for SettleReport {
    fn table(&self) -> Table {
        let mut table = Table::new()
            .line(["chain", &format!("{} ({})", self.chain_id, self.place)])
            .line(["sender", &self.sender.to_string()]);
        if self.granted {
            table = table.line([
                "granted",
                &format!("{GRANT}, being new: this coin is worth nothing"),
            ]);
        }
        table = match &self.outcome {
            Outcome::Deployed(deployed) => deployed.table(table),
            Outcome::Registered(registered) => registered.table(table),
            Outcome::Opened(opened) => opened.table(table),
            Outcome::Submitted(submitted) => submitted.table(table),
            Outcome::Moved { done } => table.line(["done", done]),
            Outcome::Seen(seen) => seen.table(table),
        };
        if !self.steps.is_empty() {
            table = table
                .line([""])
                .line(["transaction", "gas", "fee", "data bytes", "block"]);
            for step in &self.steps {
                table = table.line([
                    &step.what,
                    &step.gas.to_string(),
                    &coin(step.fee),
                    &step.data_bytes.to_string(),
                    &step.block.to_string(),
                ]);
            }
            table = table.line(["total", &self.total_gas.to_string()]);
        }
        if !self.balances.is_empty() {
            table = table
                .line([""])
                .line(["balance of", "before", "after", "change"]);
            for balance in &self.balances {
                table = table.line(balance.cells());
            }
        }
        table
    }
}
