//! Revert data in words.

use alloy_primitives::Bytes;
use tranche_settle::revert::Reverted;

pub(crate) fn read(data: &[u8]) {
    let data = Bytes::copy_from_slice(data);
    let reverted = Reverted::decode(&data);
    assert_eq!(reverted.data, data);
    assert!(!reverted.to_string().is_empty());
}
