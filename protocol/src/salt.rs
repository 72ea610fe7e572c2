//! Salts and secret orders, all from one seed of the run (encodings, section 5).

use crate::felt::reduce_le;
use crate::newtype::felt_conversions;
use alloc::vec::Vec;
use core::fmt;
use zeroize::Zeroize;

/// What keeps a commitment from being guessed: a uniform field element. Secret until it is opened: redacted in `Debug`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Salt(crate::felt::Felt);

felt_conversions!(Salt);

impl fmt::Debug for Salt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Salt(redacted)")
    }
}

/// What a salt is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SaltLabel {
    /// Leaf i of the log.
    Log,
    /// Leaf i of the chunk index.
    ChunkIndex,
    /// Checkpoint i of the trace.
    Trace,
    /// The run commitment (i = 0).
    Run,
    /// The private tranche's id (i = 0).
    Private,
    /// Leaf i of the usage tree.
    Usage,
    /// The total of unregistered data (i = 0).
    Unregistered,
}

impl SaltLabel {
    /// The label as the encodings fix it.
    const fn text(self) -> &'static str {
        match self {
            Self::Log => "log",
            Self::ChunkIndex => "arrangement",
            Self::Trace => "trace",
            Self::Run => "run",
            Self::Private => "private",
            Self::Usage => "usage",
            Self::Unregistered => "bucket",
        }
    }
}

/// What a secret order arranges.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OrderLabel {
    /// Chunks over the places of the table.
    Table,
    /// Slots over the leaves of the usage tree.
    Usage,
}

impl OrderLabel {
    const fn text(self) -> &'static str {
        match self {
            Self::Table => "order/table",
            Self::Usage => "order/usage",
        }
    }
}

/// The 32-byte secret of a run. Whoever has it can open every commitment of the run: it is never printed, and wiped on drop.
///
/// One seed serves one log: a plan and the log of its consumption, or two segments, have different seeds, or equal leaves would show as equal.
#[derive(Clone, PartialEq, Eq)]
pub struct RunSeed([u8; 32]);

impl Drop for RunSeed {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl RunSeed {
    /// A seed from 32 bytes of a cryptographic random generator.
    #[must_use]
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The secret bytes, for the file that keeps them.
    #[must_use]
    pub const fn secret_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    fn stream(&self, label: &str, index: u64) -> blake3::OutputReader {
        let mut hasher = blake3::Hasher::new_keyed(&self.0);
        hasher.update(label.as_bytes());
        hasher.update(&[0]);
        hasher.update(&index.to_le_bytes());
        hasher.finalize_xof()
    }

    /// The salt of `label` with number `index`: a 64-byte keyed XOF output as a little-endian integer mod r.
    #[must_use]
    pub fn salt(&self, label: SaltLabel, index: u64) -> Salt {
        let mut wide = [0u8; 64];
        self.stream(label.text(), index).fill(&mut wide);
        let salt = Salt(reduce_le(&wide));
        wide.zeroize();
        salt
    }

    /// The salts `0 .. count` of a label.
    #[must_use]
    pub fn salts(&self, label: SaltLabel, count: usize) -> Vec<Salt> {
        (0..count as u64)
            .map(|index| self.salt(label, index))
            .collect()
    }

    /// The secret order of `count` things: entry k is the thing that stands at place k.
    ///
    /// A Fisher–Yates shuffle of `0 .. count`, without modulo bias.
    #[must_use]
    pub fn order(&self, label: OrderLabel, count: usize) -> Vec<usize> {
        let mut stream = self.stream(label.text(), 0);
        let mut order: Vec<usize> = (0..count).collect();
        for i in (1..count).rev() {
            let j = below(&mut stream, i as u64 + 1);
            order.swap(i, j as usize);
        }
        order
    }
}

/// A uniform integer below `bound`, `bound ≥ 1`.
pub(crate) fn below(stream: &mut blake3::OutputReader, bound: u64) -> u64 {
    // 2^64 mod bound words at the top would favour small results.
    let excess = (u64::MAX % bound + 1) % bound;
    loop {
        let mut word = [0u8; 8];
        stream.fill(&mut word);
        let word = u64::from_le_bytes(word);
        if word <= u64::MAX - excess {
            return word % bound;
        }
    }
}

impl fmt::Debug for RunSeed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RunSeed(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;

    #[test]
    fn salts_differ_by_seed_label_and_number() {
        let (a, b) = (RunSeed::new([1; 32]), RunSeed::new([2; 32]));
        let salt = a.salt(SaltLabel::Log, 0);
        assert_eq!(salt, a.salt(SaltLabel::Log, 0));
        assert_ne!(salt, a.salt(SaltLabel::Log, 1));
        assert_ne!(salt, a.salt(SaltLabel::Usage, 0));
        assert_ne!(salt, b.salt(SaltLabel::Log, 0));
    }

    #[test]
    fn order_is_a_permutation() {
        let seed = RunSeed::new([7; 32]);
        for count in [0, 1, 2, 64, 1000] {
            let mut order = seed.order(OrderLabel::Table, count);
            order.sort_unstable();
            assert!(order.iter().copied().eq(0..count));
        }
        assert_ne!(
            seed.order(OrderLabel::Table, 64),
            seed.order(OrderLabel::Usage, 64)
        );
    }

    #[test]
    fn a_salt_has_one_encoding_and_is_wiped() {
        crate::newtype::assert_canonical_felt!(Salt);
        let mut salt = Salt::from(5u64);
        salt.zeroize();
        assert_eq!(salt, Salt::from(0u64));
    }

    #[test]
    fn debug_shows_no_secret() {
        assert_eq!(
            format!("{:?}", RunSeed::new([0xab; 32])),
            "RunSeed(redacted)"
        );
        assert_eq!(format!("{:?}", Salt::from(0xabu64)), "Salt(redacted)");
    }
}
