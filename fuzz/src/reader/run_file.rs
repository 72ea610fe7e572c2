//! Run files: what a log calls its data.

use tranche_ingest::Input;
use tranche_ingest::training_log::Label;
use tranche_ingest::training_log::run_file::RunFile;

pub(crate) fn read(data: &[u8]) {
    let run = match RunFile::from_input(Input::bytes("run.json", data)) {
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
