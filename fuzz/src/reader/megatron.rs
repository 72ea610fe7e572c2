//! The three files of a Megatron blend. Parts: a byte for the batch, data set index, sample index, description.

use std::num::NonZeroU64;
use std::path::Path;

use tranche_ingest::input::Memory;
use tranche_ingest::training_log::{LogFormat, LogReader};

use crate::parts::{at, split};

const FILES: [&str; 3] = [
    "b-dataset_index.npy",
    "b-dataset_sample_index.npy",
    "b-description.txt",
];

pub(crate) fn read(data: &[u8]) {
    let parts = split(data);
    let batch = at(&parts, 0).first().copied().unwrap_or_default();
    let folder = Path::new("blend");
    let mut files = Memory::new();
    for (index, name) in FILES.iter().enumerate() {
        files.insert(folder.join(name), at(&parts, index + 1));
    }
    let batch = NonZeroU64::new(batch.into()).unwrap_or(NonZeroU64::MIN);
    match LogReader::open_in(&files, folder, LogFormat::Megatron { batch, split: None }) {
        Ok(log) => {
            let draws = super::log::follow(log);
            assert!(draws <= data.len() as u64);
        }
        Err(error) => super::refused(&error),
    }
}
