//! The demo's data loader: which record of which source comes next.

use blake3::{Hasher, OutputReader};

/// Draws sources by weight, and each source's records in a fresh random order an epoch, as loaders do.
pub(super) struct Sampler {
    random: Random,
    weights: Vec<u32>,
    total: u32,
    epochs: Vec<Epoch>,
}

/// A source's records in this epoch's order; `left` of them are still to come.
struct Epoch {
    order: Vec<usize>,
    left: usize,
}

impl Sampler {
    /// A sampler over sources of the sizes and weights given, none of them zero.
    pub(super) fn new(seed: u64, sources: impl Iterator<Item = (usize, u32)>) -> Self {
        let (sizes, weights): (Vec<usize>, Vec<u32>) = sources.unzip();
        let epochs = sizes
            .into_iter()
            .map(|size| Epoch {
                order: (0..size).collect(),
                left: 0,
            })
            .collect();
        Self {
            random: Random::new(seed),
            total: weights.iter().sum(),
            weights,
            epochs,
        }
    }

    /// The next source and record index.
    pub(super) fn next(&mut self) -> (usize, usize) {
        let mut ticket = self.random.below(self.total);
        let mut source = 0;
        while ticket >= self.weights[source] {
            ticket -= self.weights[source];
            source += 1;
        }
        let epoch = &mut self.epochs[source];
        if epoch.left == 0 {
            for last in (1..epoch.order.len()).rev() {
                let other = self.random.below(last as u32 + 1);
                epoch.order.swap(last, other as usize);
            }
            epoch.left = epoch.order.len();
        }
        epoch.left -= 1;
        (source, epoch.order[epoch.left])
    }
}

/// A stream of uniform integers from a seed: BLAKE3's extended output.
struct Random(OutputReader);

impl Random {
    fn new(seed: u64) -> Self {
        let mut hasher = Hasher::new_derive_key("tranche demo sampler v1");
        hasher.update(&seed.to_le_bytes());
        Self(hasher.finalize_xof())
    }

    /// Uniform in 0 to `bound` - 1. Values past the last whole multiple of the bound are drawn again.
    fn below(&mut self, bound: u32) -> u32 {
        let whole = u32::MAX - u32::MAX % bound;
        loop {
            let mut bytes = [0; 4];
            self.0.fill(&mut bytes);
            let value = u32::from_le_bytes(bytes);
            if value < whole {
                return value % bound;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_epoch_has_every_record_once() {
        let mut sampler = Sampler::new(1, [(50, 1)].into_iter());
        for _ in 0..3 {
            let mut epoch: Vec<usize> = (0..50).map(|_| sampler.next().1).collect();
            assert!(!epoch.is_sorted());
            epoch.sort_unstable();
            assert!(epoch.into_iter().eq(0..50));
        }
    }

    #[test]
    fn sources_come_by_weight() {
        let mut sampler = Sampler::new(2, [(10, 3), (10, 1)].into_iter());
        let first = (0..4_000).filter(|_| sampler.next().0 == 0).count();
        assert!((2_900..3_100).contains(&first), "{first}");
    }
}
