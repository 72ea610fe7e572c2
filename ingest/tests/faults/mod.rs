//! Faults, as tests of several readers expect them.

use std::fmt::Debug;

use tranche_ingest::error::{Error, InputFault};

/// Asserts a fault, and the row that the message names.
#[track_caller]
pub(crate) fn assert_fault<T: Debug, F: InputFault + PartialEq>(
    result: Result<T, Error>,
    row: Option<u64>,
    fault: &F,
) {
    let error = result.unwrap_err();
    assert_eq!(error.fault(), Some(fault), "{error}");
    let Error::Input(input) = &error else {
        panic!("{error}")
    };
    assert_eq!(input.row, row, "{error}");
}
