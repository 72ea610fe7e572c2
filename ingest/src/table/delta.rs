//! Lists of integers as differences in packed bits (parquet-format, `DELTA_BINARY_PACKED`), passed over.

use super::varint;

/// Passes over a list and gives the number of its values; `None` where there is none.
pub(super) fn pass(bytes: &mut &[u8]) -> Option<u64> {
    let block = number(bytes)?;
    let parts = number(bytes)?;
    let count = number(bytes)?;
    // The first value.
    number(bytes)?;
    if parts == 0 || !block.is_multiple_of(parts) {
        return None;
    }
    let part = block / parts;
    if part == 0 || !part.is_multiple_of(8) {
        return None;
    }
    let mut left = count.saturating_sub(1);
    while left > 0 {
        // The smallest difference.
        number(bytes)?;
        let (widths, rest) = bytes.split_at_checked(usize::try_from(parts).ok()?)?;
        *bytes = rest;
        for width in widths {
            if left == 0 {
                break;
            }
            let length = u64::from(*width).checked_mul(part / 8)?;
            let (_, rest) = bytes.split_at_checked(usize::try_from(length).ok()?)?;
            *bytes = rest;
            left = left.saturating_sub(part);
        }
    }
    Some(count)
}

fn number(bytes: &mut &[u8]) -> Option<u64> {
    varint::take(bytes, 64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_passed_over_to_its_end() {
        // Blocks of 128 in 4 parts; five values from 7, differences of 2 bits in the first part.
        let mut list = vec![0x80, 1, 4, 5, 14, 2, 2, 0, 0, 0];
        list.extend([0xff; 8]);
        list.push(42);
        let mut rest = &list[..];
        assert_eq!(pass(&mut rest), Some(5));
        assert_eq!(rest, [42]);
        for cut in 0..list.len() - 1 {
            assert_eq!(pass(&mut &list[..cut]), None, "{cut}");
        }
    }

    #[test]
    fn a_list_of_no_or_one_value_has_no_blocks() {
        for count in [0, 1] {
            assert_eq!(pass(&mut &[0x80, 1, 4, count, 14][..]), Some(count.into()));
        }
        assert_eq!(pass(&mut &[0x80, 1, 0, 5, 14][..]), None);
        assert_eq!(pass(&mut &[0, 4, 5, 14, 2, 2, 0, 0, 0][..]), None);
    }
}
