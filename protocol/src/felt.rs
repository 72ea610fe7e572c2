//! Field elements as bytes, words and hexadecimal (encodings, introduction).

use alloc::string::String;
use ark_ff::{BigInt, BigInteger, PrimeField};

/// An element of the BN254 scalar field.
pub type Felt = ark_bn254::Fr;

/// An integer below r as four little-endian 64-bit words.
pub type Words = [u64; 4];

/// Bytes that are not the canonical encoding of a field element.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FeltError {
    /// The integer is not below the field's order.
    #[error("integer is not below the field's order")]
    NotCanonical,
    /// The text is not `0x` and 64 hexadecimal digits.
    #[error("expected 0x and 64 hexadecimal digits")]
    NotHex,
}

/// The element of an integer below r given as words; for constants.
#[must_use]
pub const fn from_words(words: Words) -> Felt {
    Felt::new(BigInt::new(words))
}

/// The elements of a row of constants.
#[must_use]
pub const fn row_from_words<const N: usize>(words: [Words; N]) -> [Felt; N] {
    let mut out = [from_words([0; 4]); N];
    let mut i = 0;
    while i < N {
        out[i] = from_words(words[i]);
        i += 1;
    }
    out
}

/// The canonical integer as four little-endian 64-bit words.
#[must_use]
pub fn to_words(felt: &Felt) -> Words {
    felt.into_bigint().0
}

/// Reads 32 big-endian bytes.
///
/// # Errors
/// [`FeltError::NotCanonical`] when the integer is not below r.
pub fn from_bytes(bytes: &[u8; 32]) -> Result<Felt, FeltError> {
    let mut words = [0u64; 4];
    for (word, chunk) in words.iter_mut().rev().zip(bytes.chunks_exact(8)) {
        *word = chunk
            .iter()
            .fold(0, |acc, byte| acc << 8 | u64::from(*byte));
    }
    Felt::from_bigint(BigInt::new(words)).ok_or(FeltError::NotCanonical)
}

/// The canonical 32 big-endian bytes.
#[must_use]
pub fn to_bytes(felt: &Felt) -> [u8; 32] {
    let mut out = [0u8; 32];
    for (word, chunk) in to_words(felt).iter().rev().zip(out.chunks_exact_mut(8)) {
        chunk.copy_from_slice(&word.to_be_bytes());
    }
    out
}

/// A big-endian integer of any length, reduced mod r.
#[must_use]
pub fn reduce_be(bytes: &[u8]) -> Felt {
    Felt::from_be_bytes_mod_order(bytes)
}

/// A little-endian integer of any length, reduced mod r.
#[must_use]
pub fn reduce_le(bytes: &[u8]) -> Felt {
    Felt::from_le_bytes_mod_order(bytes)
}

/// The element as a 128-bit integer, or `None` when it is larger.
#[must_use]
pub fn to_u128(felt: &Felt) -> Option<u128> {
    let words = to_words(felt);
    (words[2] == 0 && words[3] == 0).then(|| u128::from(words[0]) | u128::from(words[1]) << 64)
}

/// The element as a byte, or `None` when it is larger.
#[must_use]
pub fn to_u8(felt: &Felt) -> Option<u8> {
    to_u128(felt).and_then(|value| u8::try_from(value).ok())
}

/// The first 31 bytes of a digest as a big-endian integer: always canonical, and injective in those bytes.
#[must_use]
pub fn from_prefix(digest: &[u8; 32]) -> Felt {
    reduce_be(&digest[..31])
}

/// The first and the last 16 bytes of a digest, each as a big-endian integer.
#[must_use]
pub fn split(digest: &[u8; 32]) -> [Felt; 2] {
    [reduce_be(&digest[..16]), reduce_be(&digest[16..])]
}

/// `2^bits` for `bits < 254`.
#[must_use]
pub fn power_of_two(bits: u32) -> Felt {
    let mut words = [0u64; 4];
    words[bits as usize / 64] = 1 << (bits % 64);
    Felt::from(BigInt::new(words))
}

/// `Σ values[l] · 2^(stride·l)`, for values below `2^stride` and a sum below 2^253.
///
/// Larger values give some felt, without panic: who packs untrusted values checks their range first.
#[must_use]
pub fn pack(values: &[u32], stride: u32) -> Felt {
    let mut words = [0u64; 4];
    for (l, value) in values.iter().enumerate() {
        let shift = l * stride as usize;
        let (word, bit) = (shift / 64, shift % 64);
        let wide = u128::from(*value) << bit;
        words[word] |= wide as u64;
        if let Some(next) = words.get_mut(word + 1) {
            *next |= (wide >> 64) as u64;
        }
    }
    let sum = BigInt::new(words);
    Felt::from_bigint(sum).unwrap_or_else(|| reduce_le(&sum.to_bytes_le()))
}

/// `0x` and 64 lower-case hexadecimal digits.
#[must_use]
pub fn to_hex(felt: &Felt) -> String {
    alloc::format!("0x{}", hex::encode(to_bytes(felt)))
}

/// Reads `0x` and 64 hexadecimal digits.
///
/// # Errors
/// [`FeltError::NotHex`] for any other text, [`FeltError::NotCanonical`] when the integer is not below r.
pub fn from_hex(text: &str) -> Result<Felt, FeltError> {
    let mut bytes = [0u8; 32];
    let digits = text.strip_prefix("0x").ok_or(FeltError::NotHex)?;
    hex::decode_to_slice(digits, &mut bytes).map_err(|_| FeltError::NotHex)?;
    from_bytes(&bytes)
}

/// The decimal digits of the canonical integer.
#[must_use]
pub fn to_decimal(felt: &Felt) -> String {
    alloc::format!("{}", felt.into_bigint())
}

/// Number of bits of the canonical integer.
#[must_use]
pub fn bits(felt: &Felt) -> u32 {
    felt.into_bigint().num_bits()
}

#[cfg(test)]
mod tests {
    use super::*;
    use ark_ff::{Field, One, Zero};

    #[test]
    fn bytes_are_canonical_and_round_trip() {
        let minus_one = -Felt::one();
        assert_eq!(from_bytes(&to_bytes(&minus_one)), Ok(minus_one));
        let mut order = to_bytes(&minus_one);
        order[31] += 1;
        assert_eq!(from_bytes(&order), Err(FeltError::NotCanonical));
        assert_eq!(from_bytes(&[0xff; 32]), Err(FeltError::NotCanonical));
        assert_eq!(from_bytes(&[0; 32]), Ok(Felt::zero()));
        assert_eq!(reduce_be(&order), Felt::zero());
    }

    #[test]
    fn hex_is_strict() {
        let seven = Felt::from(7u64);
        assert_eq!(from_hex(&to_hex(&seven)), Ok(seven));
        for bad in ["", "0x", "07", "0x7", &to_hex(&seven)[2..]] {
            assert_eq!(from_hex(bad), Err(FeltError::NotHex), "{bad}");
        }
    }

    #[test]
    fn words_and_powers_agree() {
        assert_eq!(power_of_two(160), Felt::from(2u64).pow([160u64]));
        assert_eq!(from_words([5, 0, 0, 0]), Felt::from(5u64));
        assert_eq!(
            pack(&[3, 1, 2], 21),
            Felt::from(3u64 + (1 << 21) + (2 << 42))
        );
        let _some_felt = pack(&[u32::MAX; 12], 21);
        assert_eq!(to_u128(&power_of_two(127)), Some(1 << 127));
        assert_eq!(to_u128(&power_of_two(128)), None);
    }
}
