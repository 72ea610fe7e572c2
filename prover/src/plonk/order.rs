//! Bit-reversed order: element i of 2^k stands where the k bits of i, read backwards, say.

/// Bits of a side of the squares that are turned at once: 16 × 16 elements of 32 bytes fit the first cache.
const SIDE: u32 = 4;

fn reversed(index: usize, bits: u32) -> usize {
    match bits {
        0 => 0,
        _ => index.reverse_bits() >> (usize::BITS - bits),
    }
}

/// The same values, from natural order to the bit-reversed one or back.
///
/// # Panics
/// If their number is no power of two.
pub(super) fn reorder<T: Copy>(values: &[T]) -> Vec<T> {
    assert!(values.len().is_power_of_two());
    let bits = values.len().trailing_zeros();
    if bits < 2 * SIDE {
        return (0..values.len())
            .map(|index| values[reversed(index, bits)])
            .collect();
    }
    let mut out = values.to_vec();
    let (side, high) = (1 << SIDE, bits - SIDE);
    for middle in 0..1usize << (bits - 2 * SIDE) {
        let turned = reversed(middle, bits - 2 * SIDE);
        for from in 0..side {
            let row = &values[(from << high) | (middle << SIDE)..][..side];
            let column = (turned << SIDE) | reversed(from, SIDE);
            for (to, value) in row.iter().enumerate() {
                out[(reversed(to, SIDE) << high) | column] = *value;
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_index_goes_where_its_bits_say() {
        for bits in 0..13 {
            let values: Vec<usize> = (0..1 << bits).collect();
            let turned = reorder(&values);
            for (index, value) in turned.iter().enumerate() {
                let expected = (0..bits).fold(0, |sum, bit| {
                    sum | (((index >> bit) & 1) << (bits - 1 - bit))
                });
                assert_eq!(*value, expected, "{bits} bits, {index}");
            }
            assert_eq!(reorder(&turned), values);
        }
    }
}
