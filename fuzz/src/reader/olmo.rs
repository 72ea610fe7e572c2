//! The indices that OLMo's trainer writes. Each part is a rank's file, packed or not.

use std::path::PathBuf;
use std::sync::Arc;

use tranche_ingest::input::{Files, Memory};
use tranche_ingest::training_log::olmo::Olmo;
use tranche_ingest::training_log::{LogReader, SameData};

use crate::parts::split;

pub(crate) fn read(data: &[u8]) {
    let folder = PathBuf::from("data-indices");
    let mut files = Memory::new();
    for (rank, bytes) in split(data).into_iter().enumerate() {
        files.insert(folder.join(format!("rank{rank}.tsv.gz")), bytes);
    }
    let files: Arc<dyn Files> = Arc::new(files);
    let mut olmo = match Olmo::open_in(&files, &[folder], u64::MAX) {
        Ok(olmo) => olmo,
        Err(error) => return super::refused(&error),
    };
    let faults = olmo.faults();
    for fault in &faults {
        super::refused(fault);
    }
    let _ = olmo.report();
    match LogReader::olmo(&olmo, SameData::Refused) {
        Ok(log) => {
            super::log::follow(log);
        }
        Err(error) => super::refused(&error),
    }
}
