//! Run files: what a log calls its data.

use tranche_cli::logfile::Label;
use tranche_cli::logfile::run_file::RunFile;

use crate::scratch;

pub(crate) fn read(data: &[u8]) {
    let path = scratch::file("run.json", data);
    let run = match RunFile::read(&path) {
        Ok(run) => run,
        Err(error) => return super::refused(&error),
    };
    let sources = run.sources().len();
    for label in ["a", "7", "data/part-1.npy"] {
        if let Ok(Some(place)) = run.source(&Label::parse(label)) {
            assert!(place < sources, "a name is of a source");
        }
    }
    for index in [0, 7, u64::MAX] {
        if let Ok((place, _)) = run.find(index) {
            assert!(place < sources, "an index is of a source");
        }
    }
}
