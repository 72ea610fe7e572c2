//! Chunks that draws touch when they are spread over a tranche by chance.

use tranche_protocol::Shape;

/// The chunks of a tranche of so many records that so many draws touch, as expected of a shuffled order, rounded up.
///
/// A shuffled order draws no record again before all are drawn; draws of as many as there are records, or more, touch every chunk.
///
/// ```
/// use tranche_cost::spread::touched_chunks;
///
/// assert_eq!(touched_chunks(5_000_000, 100_000), 3_356);
/// assert_eq!(touched_chunks(5_000_000, 1), 1);
/// ```
pub fn touched_chunks(records: u64, draws: u64) -> u64 {
    let size = Shape::STANDARD.records_per_chunk() as u64;
    let whole = records / size;
    let rest = records % size;
    let expected = whole as f64 * (1.0 - untouched(records, size, draws))
        + if rest > 0 {
            1.0 - untouched(records, rest, draws)
        } else {
            0.0
        };
    // A sum of products of quotients has errors far below this.
    ((expected - 1e-6).ceil() as u64).min(draws)
}

/// How likely it is that none of the draws, all different, is among `part` of the records.
fn untouched(records: u64, part: u64, draws: u64) -> f64 {
    if draws.saturating_add(part) > records {
        return 0.0;
    }
    (0..part)
        .map(|i| (records - draws - i) as f64 / (records - i) as f64)
        .product()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_passes_touch_every_chunk_and_few_draws_a_chunk_each() {
        for (records, draws, chunks) in [
            (1, 1, 1),
            (1_490, 1, 1),
            (1_491, 1_491, 2),
            (14_900, 14_900, 10),
            (14_900, 50_000, 10),
            (14_900, u64::MAX, 10),
            (1_000_000, 0, 0),
            (14_900_000, 3, 3),
        ] {
            assert_eq!(touched_chunks(records, draws), chunks, "{records} {draws}");
        }
    }

    #[test]
    fn the_expectation_is_that_of_shuffles() {
        // 100 chunks, 150 draws: a generator of its own shuffles and counts.
        let (records, draws) = (149_000u64, 150u64);
        let mut state = 7u64;
        let mut next = |below: u64| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % below
        };
        let mut sum = 0;
        for _ in 0..400 {
            let mut drawn = std::collections::HashSet::new();
            while (drawn.len() as u64) < draws {
                drawn.insert(next(records));
            }
            let chunks: std::collections::HashSet<u64> =
                drawn.iter().map(|record| record / 1_490).collect();
            sum += chunks.len();
        }
        let mean = sum as f64 / 400.0;
        let expected = touched_chunks(records, draws) as f64;
        assert!((mean - expected).abs() < 1.5, "{mean} {expected}");
    }
}
