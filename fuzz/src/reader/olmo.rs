//! The indices that OLMo's trainer writes. Each part is a rank's file, packed or not.

use std::fs;

use tranche_cli::logfile::LogReader;
use tranche_cli::logfile::olmo::Olmo;

use crate::parts::split;
use crate::scratch;

pub(crate) fn read(data: &[u8]) {
    let folder = scratch::folder("data-indices");
    for (rank, bytes) in split(data).into_iter().enumerate() {
        let path = folder.join(format!("rank{rank}.tsv.gz"));
        fs::write(path, bytes).expect("a file in the temporary folder");
    }
    let mut olmo = match Olmo::open(&[folder], u64::MAX) {
        Ok(olmo) => olmo,
        Err(error) => return super::refused(&error),
    };
    let faults = olmo.faults();
    for fault in &faults {
        super::refused(fault);
    }
    let _ = olmo.report();
    match LogReader::olmo(&olmo) {
        Ok(log) => {
            super::log::follow(log);
        }
        Err(error) => super::refused(&error),
    }
}
