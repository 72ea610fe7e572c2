//! What a step on a chain came to: its own outcome, the transactions with their gas, balances before and after.

use serde::Serialize;
use tranche_protocol::address::Address;
use tranche_settle::client::Step;

use super::balances::Balance;
use super::session::Done;

/// A step that was done on a chain.
#[derive(Clone, Debug, Serialize)]
pub struct Settled<T> {
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
    pub outcome: T,
    /// The transactions.
    pub steps: Vec<Step>,
    /// Gas of all of them.
    pub total_gas: u64,
    /// Balances, where money moved.
    pub balances: Vec<Balance>,
}

impl<T> Settled<T> {
    /// A step without balances to tell.
    pub(super) fn new(done: Done, outcome: T) -> Self {
        Self {
            chain_id: done.chain_id,
            place: done.place,
            sender: done.sender,
            granted: done.granted,
            outcome,
            total_gas: done.steps.iter().map(|step| step.gas).sum(),
            steps: done.steps,
            balances: Vec::new(),
        }
    }

    /// The same with balances.
    pub(super) fn with_balances(self, balances: Vec<Balance>) -> Self {
        Self { balances, ..self }
    }
}

/// Money or a commitment moved.
#[derive(Clone, Debug, Serialize)]
pub struct Moved {
    /// What was done, in words.
    pub done: String,
}
