//! The state file of the embedded chain.

use alloy_primitives::{Address, Bytes, U256};
use tranche_settle::chain::{Call, Chain};
use tranche_settle::embedded::Embedded;

pub(crate) fn read(data: &[u8]) {
    let Some(text) = super::text(data) else {
        return;
    };
    let Ok(chain) = Embedded::from_json(text) else {
        return;
    };
    let written = chain.to_json().expect("a state to write");
    let again = Embedded::from_json(&written).expect("its own state");
    assert_eq!(again.to_json().ok(), Some(written));
    let call = Call {
        to: Some(Address::repeat_byte(1)),
        value: U256::ZERO,
        data: Bytes::new(),
    };
    let _ = chain.call(Address::ZERO, &call);
}
