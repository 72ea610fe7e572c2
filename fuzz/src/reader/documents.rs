//! A Megatron data set, document by document. Parts: a byte of choices (1 counts documents where they begin, the rest is the batch),
//! description, document index, sample index, shuffle index, token index.

use std::path::Path;

use tranche_ingest::input::Memory;
use tranche_ingest::training_log::{Count, DocumentOptions, LogReader};

use crate::parts::{at, split};

const FILES: [&str; 5] = [
    "d-description.txt",
    "d-document_index.npy",
    "d-sample_index.npy",
    "d-shuffle_index.npy",
    "x.idx",
];

pub(crate) fn read(data: &[u8]) {
    let parts = split(data);
    let choice = at(&parts, 0).first().copied().unwrap_or_default();
    let folder = Path::new("documents");
    let mut files = Memory::new();
    for (index, name) in FILES.iter().enumerate() {
        files.insert(folder.join(name), at(&parts, index + 1));
    }
    let options = DocumentOptions {
        count: match choice & 1 {
            0 => Count::Touched,
            _ => Count::Begun,
        },
        indices: vec![("x".to_owned(), folder.join("x.idx"))],
        split: None,
    };
    let batch = super::log::count(choice >> 1);
    match LogReader::documents_in(&files, folder, batch, &options) {
        Ok(log) => {
            super::log::follow(log);
        }
        Err(error) => super::refused(&error),
    }
}
