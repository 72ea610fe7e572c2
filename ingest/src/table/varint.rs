//! Numbers of seven bits a byte, low first (parquet-format, `ULEB128`).

/// The next byte of a slice.
pub(super) fn next(bytes: &mut &[u8]) -> Option<u8> {
    let (byte, rest) = bytes.split_first()?;
    *bytes = rest;
    Some(*byte)
}

/// A number of at most `bits` bits, from bytes that `byte` gives; `None` where it goes on.
///
/// # Errors
/// Those of `byte`.
pub(super) fn read<E>(
    bits: u32,
    mut byte: impl FnMut() -> Result<u8, E>,
) -> Result<Option<u64>, E> {
    let mut number = 0;
    for shift in (0..bits).step_by(7) {
        let byte = byte()?;
        number |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Ok(Some(number));
        }
    }
    Ok(None)
}

/// A number at the beginning of a slice, which then begins behind it; `None` where there is none.
pub(super) fn take(bytes: &mut &[u8], bits: u32) -> Option<u64> {
    read(bits, || next(bytes).ok_or(())).ok().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_end_where_they_say_and_within_their_bits() {
        let mut bytes: &[u8] = &[0x80, 1, 7];
        assert_eq!(take(&mut bytes, 64), Some(128));
        assert_eq!(
            (take(&mut bytes, 64), take(&mut bytes, 64)),
            (Some(7), None)
        );
        assert_eq!(take(&mut &[0x80][..], 64), None);
        assert_eq!(take(&mut &[0xff; 5][..], 32), None);
        assert_eq!(take(&mut &[0xff; 11][..], 64), None);
        assert_eq!(
            take(&mut &[0xff, 0xff, 0xff, 0xff, 0x0f][..], 32),
            Some(u32::MAX.into())
        );
    }
}
