//! Amounts of money, and the decimals that decimal numbers need.

use clap::Args;
use tranche_settle::amount::{Decimals, Sum, WrittenAmount};
use tranche_workspace::error::Error;

/// The option that gives decimal numbers their meaning.
#[derive(Args, Clone, Copy, Debug, Default)]
pub(crate) struct DecimalsOption {
    /// Digits after the point of what is paid in, as its contract says: for amounts written as decimal numbers, 0.01
    #[arg(long, value_name = "N")]
    decimals: Option<Decimals>,
}

impl DecimalsOption {
    /// The sum of an option's amount.
    ///
    /// # Errors
    /// [`Error::Usage`] where that is not exactly one sum.
    pub(crate) fn sum(self, option: &str, amount: &WrittenAmount) -> Result<Sum, Error> {
        amount
            .sum(self.decimals)
            .map_err(|fault| Error::usage(format!("{option}: {}", fault.what()), fault.remedy()))
    }
}
