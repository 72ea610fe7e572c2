//! What a settlement command prints: what came of it, the transactions with their gas, balances before and after.

use alloy_primitives::U256;
use serde::Serialize;
use tranche_protocol::address::Address;
use tranche_protocol::evidence::EvidenceLevel;
use tranche_settle::convert::coin;
use tranche_workspace::steps::settle::session::GRANT;
use tranche_workspace::steps::settle::{Balance, Moved, Settled};

use crate::output::{Report, Table};

/// What came of a step, as lines of a table.
pub(crate) trait OutcomeTable {
    /// Adds the lines.
    fn lines(&self, table: Table) -> Table;
}

impl OutcomeTable for Moved {
    fn lines(&self, table: Table) -> Table {
        table.line(["done", &self.done])
    }
}

impl<T: OutcomeTable + Serialize> Report for Settled<T> {
    fn table(&self) -> Table {
        let mut table = Table::new()
            .line(["chain", &format!("{} ({})", self.chain_id, self.place)])
            .line(["sender", &self.sender.to_string()]);
        if self.granted {
            table = table.line([
                "granted",
                &format!(
                    "{}, being new: this coin is worth nothing",
                    coin(U256::from(GRANT))
                ),
            ]);
        }
        table = self.outcome.lines(table);
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
                table = table.line(balance_cells(balance));
            }
        }
        table
    }
}

/// A balance as cells of a table: who, before, after, change.
pub(crate) fn balance_cells(balance: &Balance) -> [String; 4] {
    let amount = |value| amount(balance.token, value);
    let change = if balance.after >= balance.before {
        format!("+{}", amount(balance.after - balance.before))
    } else {
        format!("-{}", amount(balance.before - balance.after))
    };
    [
        balance.who.clone(),
        amount(balance.before),
        amount(balance.after),
        change,
    ]
}

/// A level of evidence by its number. The escrow reads a level and its signature, no quote: a level 2 there is as stated.
pub(super) fn describe_level(level: u8) -> String {
    EvidenceLevel::from_number(level).map_or_else(|| level.to_string(), |level| level.to_string())
}

/// An amount in words: coins, or smallest parts of a token.
pub(super) fn amount(token: Address, value: U256) -> String {
    if token == Address::ZERO {
        coin(value)
    } else {
        format!("{value} smallest parts")
    }
}
