//! Repetition levels, counted before they are decoded: how many values the longest row has.

use super::varint;

/// Counts the values of rows through the pages of a column.
#[derive(Debug, Default)]
pub(super) struct RowLength {
    /// Values of the row that is not over yet.
    open: u64,
}

impl RowLength {
    /// Goes through the levels of a page, `width` bits each, as runs and packed groups (parquet-format, `RLE`), and gives the
    /// values of the longest row so far; `None` where there are fewer levels than values.
    pub(super) fn count(&mut self, mut levels: &[u8], width: u32, values: u32) -> Option<u64> {
        let mut left = u64::from(values);
        let mut longest = 0;
        while left > 0 {
            let head = varint::take(&mut levels, 32)?;
            if head & 1 == 0 {
                let bytes = (width as usize).div_ceil(8);
                let (level, rest) = levels.split_at_checked(bytes)?;
                levels = rest;
                let run = (head >> 1).min(left);
                left -= run;
                if run == 0 {
                    continue;
                }
                if level.iter().all(|byte| *byte == 0) {
                    self.open = 1;
                } else {
                    self.open += run;
                }
                longest = longest.max(self.open);
            } else {
                let packed = (head >> 1).checked_mul(width.into())?;
                let packed = usize::try_from(packed).ok()?.min(levels.len());
                let (bytes, rest) = levels.split_at(packed);
                levels = rest;
                let there = 8 * bytes.len() as u64 / u64::from(width.max(1));
                if there == 0 {
                    return None;
                }
                for place in 0..there.min(left) {
                    if level(bytes, place * u64::from(width), width) == 0 {
                        self.open = 1;
                    } else {
                        self.open += 1;
                    }
                    longest = longest.max(self.open);
                }
                left -= there.min(left);
            }
        }
        Some(longest)
    }
}

/// The number of `width` bits from a bit on, low first.
fn level(bytes: &[u8], from: u64, width: u32) -> u32 {
    (0..width).fold(0, |level, bit| {
        let at = from + u64::from(bit);
        let byte = bytes.get((at / 8) as usize).copied().unwrap_or(0);
        level | u32::from(byte >> (at % 8) & 1) << bit
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_and_groups_are_counted_through_pages() {
        let mut rows = RowLength::default();
        // A row of 1 + 5 values as two runs, then a group: 0 1 1 0 1 0 0 0.
        assert_eq!(rows.count(&[2, 0, 10, 1, 3, 0b0001_0110], 1, 14), Some(6));
        // The last row goes on.
        assert_eq!(rows.count(&[16, 1], 1, 8), Some(9));
        assert_eq!(rows.count(&[16, 1], 1, 9), None);
        assert_eq!(rows.count(&[3], 1, 1), None);
        assert_eq!(rows.count(&[], 1, 1), None);
    }

    #[test]
    fn levels_of_several_bits_are_told_apart() {
        let mut rows = RowLength::default();
        // 0 1 2 0 2 1 0 0 in two bits each.
        assert_eq!(rows.count(&[3, 0b0010_0100, 0b0000_0110], 2, 8), Some(3));
        assert_eq!(
            RowLength::default().count(&[0xfe, 0xff, 0xff, 0xff, 7, 1], 1, 0x3fff_ffff),
            Some(0x3fff_ffff)
        );
    }
}
