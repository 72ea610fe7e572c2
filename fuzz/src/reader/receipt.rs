//! Receipts. One that opens its own usage commitment must not open another one.

use tranche_protocol::receipt::Receipt;
use tranche_protocol::usage::UsageCommitment;
use tranche_protocol::{Felt, Shape};

pub(crate) fn read(data: &[u8]) {
    let Some(text) = super::text(data) else {
        return;
    };
    let Ok(receipt) = Receipt::from_json(text) else {
        return;
    };
    let again = Receipt::from_json(&receipt.to_json());
    assert_eq!(again.as_ref(), Ok(&receipt));
    let shape = Shape::STANDARD;
    let stated = receipt.usage_commitment;
    if receipt.check(&shape, stated).is_ok() {
        let other = UsageCommitment::from_felt(stated.felt() + Felt::from(1u64));
        assert!(receipt.check(&shape, other).is_err());
    }
}
