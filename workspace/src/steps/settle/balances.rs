//! Balances before and after a step.

use alloy_primitives::{Address as ChainAddress, U256};
use serde::Serialize;
use tranche_protocol::address::Address;
use tranche_settle::client::{Client, decimal};
use tranche_settle::convert::account;
use tranche_settle::status::balance;

use crate::error::Error;

/// Money of one account before and after a step.
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

/// Accounts whose balances are watched over a step.
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
