//! A Megatron data set, document by document. Parts: a byte of choices (1 counts documents where they begin, the rest is the batch),
//! description, document index, sample index, shuffle index, token index.

use std::fs;

use tranche_cli::logfile::{Count, DocumentOptions, LogReader};

use crate::parts::{at, split};
use crate::scratch;

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
    let folder = scratch::folder("documents");
    for (index, name) in FILES.iter().enumerate() {
        fs::write(folder.join(name), at(&parts, index + 1))
            .expect("a file in the temporary folder");
    }
    let options = DocumentOptions {
        count: match choice & 1 {
            0 => Count::Touched,
            _ => Count::Begun,
        },
        indices: vec![("x".to_owned(), folder.join("x.idx"))],
    };
    match LogReader::documents(&folder, super::log::count(choice >> 1), &options) {
        Ok(log) => {
            super::log::follow(log);
        }
        Err(error) => super::refused(&error),
    }
}
