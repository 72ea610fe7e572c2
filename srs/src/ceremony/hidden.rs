//! Scalars that are overwritten when they are no longer needed.

use std::hint::black_box;
use std::sync::atomic::{Ordering, compiler_fence};

use halo2curves::bn256::Fr;
use halo2curves::ff::{Field, FromUniformBytes};
use rand_core::{OsRng, RngCore};
use zeroize::{Zeroize, Zeroizing};

const DOMAIN: &str = "tranche ceremony secret v1";

/// Scalars that are set to zero when dropped. What the arithmetic leaves in registers and on the stack is out of its reach.
pub(super) struct Hidden<const N: usize>(pub(super) [Fr; N]);

impl<const N: usize> Drop for Hidden<N> {
    fn drop(&mut self) {
        self.0 = [Fr::ZERO; N];
        // The compiler may not take the write for useless.
        black_box(&self.0);
        compiler_fence(Ordering::SeqCst);
    }
}

/// A contribution's scalar and the nonce of its proof: from 64 bytes of the operating system's randomness and the text, so
/// that a weakness of either alone gives nothing away. Neither is 0 or 1.
pub(super) fn draw(text: &[u8]) -> Hidden<2> {
    loop {
        let mut random = Zeroizing::new([0; 64]);
        OsRng.fill_bytes(random.as_mut());
        let mut hasher = blake3::Hasher::new_derive_key(DOMAIN);
        hasher.update(random.as_ref());
        hasher.update(text);
        let mut wide = Zeroizing::new([0; 128]);
        let mut reader = hasher.finalize_xof();
        reader.fill(wide.as_mut());
        reader.zeroize();
        hasher.zeroize();
        let drawn = Hidden([0, 64].map(|start| {
            let mut half = Zeroizing::new([0; 64]);
            half.copy_from_slice(&wide[start..start + 64]);
            Fr::from_uniform_bytes(&half)
        }));
        if drawn.0.iter().all(|s| *s != Fr::ZERO && *s != Fr::ONE) {
            return drawn;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_draws_are_alike_though_the_text_is() {
        let [one, two] = [draw(b"text"), draw(b"text")];
        assert_ne!(one.0, two.0);
        assert_ne!(one.0[0], one.0[1]);
    }
}
