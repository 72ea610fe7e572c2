//! The log that commands keep. The first byte: 1 seals it.

use std::fs;

use tranche_fs::Existing;
use tranche_workspace::artefact::run_log::RunLog;

use crate::scratch;

pub(crate) fn read(data: &[u8]) {
    let Some((mode, bytes)) = data.split_first() else {
        return;
    };
    let mut bytes = bytes.to_vec();
    if mode & 1 == 1 {
        super::seal(&mut bytes);
    }
    let path = scratch::file("run.tlog", &bytes);
    let log = match RunLog::open(&path) {
        Ok(log) => log,
        Err(error) => return super::refused(&error),
    };
    assert_eq!(log.draws().count() as u64, log.count());
    for draw in log.draws() {
        let source = &log.sources()[draw.source as usize];
        assert!(draw.record < source.records);
    }
    let again = scratch::path("again.tlog");
    log.save(&again, Existing::Replace).expect("a log to write");
    let reread = RunLog::open(&again).expect("its own log");
    assert!(reread.draws().eq(log.draws()) && reread.sources() == log.sources());
    assert_eq!(reread.order(), log.order());
    let written = fs::read(&again).expect("a file to read");
    let tail = |bytes: &[u8]| bytes[bytes.len() - draws(bytes)..bytes.len() - 32].to_vec();
    assert_eq!(tail(&written), tail(&bytes), "draws have one encoding");
}

/// Bytes from the first draw to the end of the file.
fn draws(bytes: &[u8]) -> usize {
    const LIST: usize = 8 + 2 + 1;
    let length = bytes[LIST..].first_chunk().copied().unwrap_or_default();
    bytes.len() - LIST - 4 - u32::from_le_bytes(length) as usize
}
