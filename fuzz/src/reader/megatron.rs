//! The three files of a Megatron blend. Parts: a byte for the batch, data set index, sample index, description.

use std::fs;
use std::num::NonZeroU64;

use tranche_cli::logfile::{Format, LogReader};

use crate::parts::{at, split};
use crate::scratch;

const FILES: [&str; 3] = [
    "b-dataset_index.npy",
    "b-dataset_sample_index.npy",
    "b-description.txt",
];

pub(crate) fn read(data: &[u8]) {
    let parts = split(data);
    let batch = at(&parts, 0).first().copied().unwrap_or_default();
    let folder = scratch::folder("blend");
    for (index, name) in FILES.iter().enumerate() {
        fs::write(folder.join(name), at(&parts, index + 1))
            .expect("a file in the temporary folder");
    }
    let batch = NonZeroU64::new(batch.into()).unwrap_or(NonZeroU64::MIN);
    match LogReader::open(&folder, Format::Megatron { batch }) {
        Ok(log) => {
            let draws = super::log::follow(log);
            assert!(draws <= data.len() as u64);
        }
        Err(error) => super::refused(&error),
    }
}
