//! Recorders' folders. Checksums and chains are given by the target.

use serde_json::json;
use tranche_fuzz::parts::join;

use crate::seed;

/// A segment: its first byte, as the target reads it, then its frames.
struct Segment(Vec<u8>);

impl Segment {
    fn new(rank: u8, ranks: u8, number: u8) -> Self {
        let mut segment = Self(vec![rank | number << 2]);
        segment.0.extend(b"TRNCHREC\x01\x00");
        let head = json!({"rank": rank, "world_size": ranks, "segment": number, "order": "consumed",
            "previous": "0".repeat(64), "cut": 0, "started": 0,
            "sources": [{"name": "a", "tranche": null}, {"name": "b", "tranche": "unregistered"}]});
        segment.frame(&[&[0], head.to_string().as_bytes()].concat());
        segment
    }

    fn frame(&mut self, payload: &[u8]) {
        self.0.extend(b"\xf7TRF");
        self.0.extend((payload.len() as u32).to_le_bytes());
        self.0.extend([0; 4]);
        self.0.extend(payload);
    }

    fn attempt(&mut self, first: u64) {
        self.frame(&[&[2][..], &first.to_le_bytes(), &1u32.to_le_bytes()].concat());
    }

    fn step(&mut self, step: u64, records: &[u32]) {
        let mut payload = vec![1, 0, 1, 0];
        payload.extend(step.to_le_bytes());
        payload.extend((records.len() as u32).to_le_bytes());
        payload.extend(records.iter().flat_map(|record| record.to_le_bytes()));
        self.frame(&payload);
    }

    /// A step of two sources with wide records.
    fn wide(&mut self, step: u64) {
        let mut payload = vec![1, 3, 0, 0];
        payload.extend(step.to_le_bytes());
        payload.extend(2u32.to_le_bytes());
        payload.extend([0, 0, 1, 0]);
        payload.extend(
            [7u64, u64::MAX]
                .iter()
                .flat_map(|record| record.to_le_bytes()),
        );
        self.frame(&payload);
    }

    fn checkpoint(&mut self, step: u64) {
        let entry = json!({"step": step, "after": step, "path": "c.pt", "bytes": 3, "sha256": "ab".repeat(32)});
        self.frame(&[&[3], entry.to_string().as_bytes()].concat());
    }
}

pub(crate) fn write() {
    let mut one = Segment::new(0, 1, 0);
    one.attempt(0);
    one.step(0, &[1, 2, 3]);
    one.step(1, &[]);
    one.wide(2);
    one.checkpoint(2);
    seed("recording", "one", &one.0);

    one.frame(&[5]);
    let mut next = Segment::new(0, 1, 1);
    next.attempt(1);
    next.step(1, &[9]);
    next.frame(
        &[
            &[4],
            json!({"name": "c", "tranche": null}).to_string().as_bytes(),
        ]
        .concat(),
    );
    next.step(2, &[4, 4]);
    next.0.extend(b"\xf7TRF\x40\0\0");
    seed("recording", "two", join(&[&one.0, &next.0]));

    let ranks = [0, 1].map(|rank| {
        let mut segment = Segment::new(rank, 2, 0);
        segment.attempt(0);
        segment.step(0, &[rank.into()]);
        segment.step(1, &[5, rank.into()]);
        segment.0
    });
    seed("recording", "ranks", join(&[&ranks[0], &ranks[1]]));
}
