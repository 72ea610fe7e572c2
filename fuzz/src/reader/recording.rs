//! A recorder's folder. Each part is a file: its first byte is rank (2 bits), segment (2 bits) and kind: 16 makes it a seal, 32
//! leaves it as it is; otherwise its frames get their checksums, and its head the chain of the segment before it.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use sha2::{Digest, Sha256};
use tranche_ingest::input::{Files, Memory};
use tranche_ingest::training_log::recorder::{Recording, RecordingOptions, ShortRanks};
use tranche_ingest::training_log::{LogReader, SameData};

use crate::parts::split;

const PREFIX: usize = 10;
const MARKER: &[u8] = b"\xf7TRF";
const HEAD: usize = 12;
const PREVIOUS: &[u8] = b"\"previous\":\"";
const SEAL: u8 = 16;
const RAW: u8 = 32;

pub(crate) fn read(data: &[u8]) {
    let folder = Path::new("recording");
    let mut files = Memory::new();
    let mut chains: BTreeMap<u8, [u8; 32]> = BTreeMap::new();
    for part in split(data) {
        let Some((kind, bytes)) = part.split_first() else {
            continue;
        };
        let (rank, segment) = (kind & 3, kind >> 2 & 3);
        let extension = match kind & SEAL {
            0 => "trec",
            _ => "seal.json",
        };
        let mut bytes = bytes.to_vec();
        if kind & (SEAL | RAW) == 0 {
            let chain = chains.entry(rank).or_insert([0; 32]);
            *chain = mend(&mut bytes, *chain);
        }
        let name = format!("rank-{rank:05}-{segment:06}.{extension}");
        files.insert(folder.join(name), bytes);
    }
    let files: Arc<dyn Files> = Arc::new(files);
    let recording = match Recording::open_in(&files, folder) {
        Ok(recording) => recording,
        Err(error) => return super::refused(&error),
    };
    assert_eq!(recording.chains().len(), recording.segments().len());
    for (through, short_ranks) in [(u64::MAX, ShortRanks::Closed), (3, ShortRanks::All)] {
        let options = RecordingOptions {
            through,
            short_ranks,
            same_data: SameData::Refused,
        };
        match LogReader::recording(&recording, &options) {
            Ok(log) => {
                super::log::follow(log);
            }
            Err(error) => super::refused(&error),
        }
    }
}

/// Gives every frame its checksum and the head its predecessor's chain; gives the chain after the last frame.
fn mend(bytes: &mut [u8], previous: [u8; 32]) -> [u8; 32] {
    let mut at = PREFIX;
    let mut chain: [u8; 32] = Sha256::digest(bytes.get(..PREFIX).unwrap_or_default()).into();
    while bytes.get(at..).is_some_and(|rest| rest.starts_with(MARKER)) && bytes.len() > at + HEAD {
        let left = bytes.len() - at - HEAD;
        let stated = bytes[at + 4..].first_chunk().copied().unwrap_or_default();
        let length = (u32::from_le_bytes(stated) as usize).min(left);
        let frame = &mut bytes[at..at + HEAD + length];
        if at == PREFIX {
            follow(&mut frame[HEAD..], previous);
        }
        frame[4..8].copy_from_slice(&(length as u32).to_le_bytes());
        let mut checksum = crc32fast::Hasher::new();
        checksum.update(&frame[4..8]);
        checksum.update(&frame[HEAD..]);
        frame[8..12].copy_from_slice(&checksum.finalize().to_le_bytes());
        chain = Sha256::new()
            .chain_update(chain)
            .chain_update(&frame)
            .finalize()
            .into();
        at += HEAD + length;
    }
    chain
}

/// Writes the chain into a head's JSON.
fn follow(payload: &mut [u8], previous: [u8; 32]) {
    let found = payload.windows(PREVIOUS.len()).position(|w| w == PREVIOUS);
    if let Some(digits) = found
        .map(|at| at + PREVIOUS.len())
        .and_then(|at| payload.get_mut(at..at + 64))
    {
        digits.copy_from_slice(hex::encode(previous).as_bytes());
    }
}
