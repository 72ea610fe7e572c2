//! Chains for the tests: the embedded one, and a real node.

use tranche_settle::account::Account;
use tranche_settle::embedded::Embedded;
use tranche_testkit::anvil::riches;

/// An embedded chain where these accounts have coin.
pub(crate) fn embedded(accounts: &[&Account]) -> Embedded {
    let mut chain = Embedded::new(1_700_000_000);
    for account in accounts {
        chain.grant(account.address(), riches());
    }
    chain
}
