//! Ranks that have the very same draws.

use serde::Serialize;

/// Fewer draws than this may be the same on two ranks by chance.
const TELLING: u64 = 16;

/// Bytes that are hashed at once.
const BLOCK: usize = 1 << 13;

/// What becomes of ranks that have the very same draws.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SameData {
    /// They are refused: most often one is a copy of the other.
    #[default]
    Refused,
    /// The ranks read the same data on purpose: all draws count, and the report names the ranks.
    Accepted,
}

/// Two ranks that have the very same draws from beginning to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct SameRanks {
    /// The lower rank.
    pub first: u32,
    /// The next higher one.
    pub second: u32,
}

/// A digest of a rank's draws.
pub(super) struct Fingerprint {
    digest: blake3::Hasher,
    block: Vec<u8>,
    draws: u64,
}

impl Fingerprint {
    pub(super) fn new() -> Self {
        Self {
            digest: blake3::Hasher::new(),
            block: Vec::new(),
            draws: 0,
        }
    }

    /// Takes a draw in as numbers that tell it from others.
    pub(super) fn draw(&mut self, numbers: &[u64]) {
        self.draws += 1;
        for number in numbers {
            self.block.extend_from_slice(&number.to_le_bytes());
        }
        if self.block.len() >= BLOCK {
            self.digest.update(&self.block);
            self.block.clear();
        }
    }

    /// Takes in so many draws as the bytes that hold them.
    pub(super) fn frame(&mut self, bytes: &[u8], draws: u64) {
        self.draws += draws;
        self.digest.update(bytes);
    }

    fn finish(&mut self) -> Option<[u8; 32]> {
        self.digest.update(&self.block);
        self.block.clear();
        (self.draws >= TELLING).then(|| *self.digest.finalize().as_bytes())
    }
}

/// The pairs of ranks with the same draws, ascending; a rank that is like two others is in two pairs.
pub(super) fn same<'a>(ranks: impl Iterator<Item = (u32, &'a mut Fingerprint)>) -> Vec<SameRanks> {
    let mut seen: Vec<([u8; 32], u32)> = ranks
        .filter_map(|(rank, fingerprint)| Some((fingerprint.finish()?, rank)))
        .collect();
    seen.sort_unstable();
    let mut same: Vec<SameRanks> = seen
        .windows(2)
        .filter(|pair| pair[0].0 == pair[1].0)
        .map(|pair| SameRanks {
            first: pair[0].1,
            second: pair[1].1,
        })
        .collect();
    same.sort_unstable_by_key(|same| (same.first, same.second));
    same
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_draws_are_told_from_few_and_from_others() {
        let print = |draws: u64, salt: u64| {
            let mut print = Fingerprint::new();
            (0..draws).for_each(|draw| print.draw(&[draw, salt]));
            print
        };
        let mut prints = [
            print(99, 0),
            print(99, 1),
            print(99, 0),
            print(9, 0),
            print(9, 0),
        ];
        let found = same((0..).zip(prints.iter_mut()));
        assert_eq!(
            found,
            [SameRanks {
                first: 0,
                second: 2
            }]
        );
    }
}
