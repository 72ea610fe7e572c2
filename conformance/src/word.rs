//! 256-bit words, big-endian, and the two orders that values must stay below.

use ark_bn254::{Fq, Fr};
use ark_ff::{BigInteger, PrimeField};

/// A number below 2^256, big-endian.
pub type Word = [u8; 32];

/// 0.
pub const ZERO: Word = [0; 32];
/// 2^256 − 1.
pub const MAX: Word = [0xff; 32];

/// A small number.
#[must_use]
pub fn small(value: u8) -> Word {
    let mut word = ZERO;
    word[31] = value;
    word
}

/// A copy with the lowest bit of a byte flipped.
#[must_use]
pub fn flipped(mut word: Word, byte: usize) -> Word {
    word[byte] ^= 1;
    word
}

/// r: scalars and public inputs are below it.
#[must_use]
pub fn r() -> Word {
    modulus::<Fr>()
}

/// q: coordinates are below it.
#[must_use]
pub fn q() -> Word {
    modulus::<Fq>()
}

fn modulus<F: PrimeField>() -> Word {
    let bytes = F::MODULUS.to_bytes_be();
    let mut word = ZERO;
    for (slot, byte) in word.iter_mut().rev().zip(bytes.iter().rev()) {
        *slot = *byte;
    }
    word
}

/// a + b; `None` at or above 2^256.
#[must_use]
pub fn plus(a: &Word, b: &Word) -> Option<Word> {
    let mut out = ZERO;
    let mut carry = 0u16;
    for i in (0..32).rev() {
        let sum = u16::from(a[i]) + u16::from(b[i]) + carry;
        out[i] = (sum & 0xff) as u8;
        carry = sum >> 8;
    }
    (carry == 0).then_some(out)
}

/// a − b; `None` below 0.
#[must_use]
pub fn minus(a: &Word, b: &Word) -> Option<Word> {
    let mut out = ZERO;
    let mut borrow = 0i16;
    for i in (0..32).rev() {
        let difference = i16::from(a[i]) - i16::from(b[i]) - borrow;
        out[i] = (difference & 0xff) as u8;
        borrow = i16::from(difference < 0);
    }
    (borrow == 0).then_some(out)
}

/// The largest a + i·r, i > 0, below 2^256; `None` if there is none.
#[must_use]
pub fn highest_alias(a: &Word) -> Option<Word> {
    std::iter::successors(plus(a, &r()), |word| plus(word, &r())).last()
}

/// (a + 1) mod r, for a below r.
#[must_use]
pub fn next_scalar(a: &Word) -> Word {
    match plus(a, &small(1)) {
        Some(next) if next < r() => next,
        _ => ZERO,
    }
}

/// The words of a byte string; a rest of fewer than 32 bytes is dropped.
pub fn words(bytes: &[u8]) -> impl Iterator<Item = Word> + '_ {
    bytes.as_chunks::<32>().0.iter().copied()
}

/// Pseudo-random numbers, the same in every run (xorshift).
#[derive(Clone, Debug)]
pub struct Noise(u64);

impl Noise {
    /// A sequence of its own for each seed.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self(seed ^ 0x9e37_79b9_7f4a_7c15)
    }

    /// A number below `bound`, which is not 0.
    pub fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % bound
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arithmetic_is_that_of_integers() {
        assert_eq!(plus(&small(255), &small(1)).unwrap()[30], 1);
        assert_eq!(plus(&MAX, &small(1)), None);
        assert_eq!(minus(&small(0), &small(1)), None);
        assert_eq!(minus(&plus(&r(), &small(7)).unwrap(), &r()), Some(small(7)));
        assert!(r() < q());
        let last = minus(&r(), &small(1)).unwrap();
        assert_eq!(next_scalar(&last), ZERO);
        assert_eq!(next_scalar(&small(4)), small(5));
        // 5r < 2^256 < 6r.
        let alias = (0..5).try_fold(ZERO, |sum, _| plus(&sum, &r()));
        assert_eq!(highest_alias(&ZERO), alias);
        assert_eq!(highest_alias(&alias.unwrap()), None);
    }
}
