//! Wiping of field elements.

use halo2curves::bn256::Fr;
use halo2curves::ff::Field;

/// Overwrites elements with zeros. The compiler takes them as read afterwards, so it cannot leave the writes out.
pub fn wipe(values: &mut [Fr]) {
    values.fill(Fr::ZERO);
    zeroize::optimization_barrier(values);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wiped_elements_are_zero() {
        let mut values = [Fr::from(3), -Fr::ONE];
        wipe(&mut values);
        assert_eq!(values, [Fr::ZERO; 2]);
    }
}
