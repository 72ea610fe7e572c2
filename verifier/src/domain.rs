//! The domain of 2^k-th roots of unity and its Lagrange polynomials.
//!
//! The field's generator is 7, as the prover's library has it: ω of order 2^28 is 7^((r − 1)/2^28), and the coset shifts
//! of the permutation argument are powers of δ = 7^(2^28). (arkworks' own generator is 5: its roots are others.)

use alloc::vec::Vec;

use ark_bn254::Fr;
use ark_ff::{Field, One, PrimeField, batch_inversion};

/// 2^28 divides r − 1, 2^29 does not.
pub(crate) const TWO_ADICITY: u32 = 28;

const GENERATOR: u64 = 7;

/// A domain of 2^k points.
#[derive(Clone, Debug)]
pub(crate) struct Domain {
    k: u32,
    omega: Fr,
    delta: Fr,
}

impl Domain {
    /// `k` must be at most [`TWO_ADICITY`].
    pub(crate) fn new(k: u32) -> Self {
        let generator = Fr::from(GENERATOR);
        let odd_part = Fr::MODULUS_MINUS_ONE_DIV_TWO >> (TWO_ADICITY - 1);
        let root = generator.pow(odd_part);
        Domain {
            k,
            omega: (k..TWO_ADICITY).fold(root, |root, _| root.square()),
            delta: generator.pow([1 << TWO_ADICITY]),
        }
    }

    /// The generator of the domain.
    pub(crate) fn omega(&self) -> Fr {
        self.omega
    }

    /// The shift from one column of the permutation argument to the next.
    pub(crate) fn delta(&self) -> Fr {
        self.delta
    }

    /// ω^rotation.
    pub(crate) fn rotation(&self, rotation: i32) -> Fr {
        self.omega.pow([u64::from(self.reduce(rotation))])
    }

    /// The rotation in [0, 2^k) with the same effect.
    pub(crate) fn reduce(&self, rotation: i32) -> u32 {
        // Two's complement: the low k bits are the residue mod 2^k.
        (rotation as u32) & 1u32.wrapping_shl(self.k).wrapping_sub(1)
    }

    /// x^(2^k).
    pub(crate) fn vanishing_power(&self, x: Fr) -> Fr {
        (0..self.k).fold(x, |power, _| power.square())
    }

    /// l_i(x) = (x^n − 1)/n · ω^i / (x − ω^i) for the `count` rows from `first` on; `None` if x is one of those ω^i.
    pub(crate) fn lagrange(&self, x: Fr, xn: Fr, first: i32, count: usize) -> Option<Vec<Fr>> {
        let mut root = self.rotation(first);
        let mut out = Vec::with_capacity(count);
        let mut roots = Vec::with_capacity(count);
        for _ in 0..count {
            let difference = x - root;
            if difference == Fr::from(0u8) {
                return None;
            }
            out.push(difference);
            roots.push(root);
            root *= self.omega;
        }
        batch_inversion(&mut out);
        let common = (xn - Fr::one()) * Fr::from(1u64.wrapping_shl(self.k)).inverse()?;
        for (value, root) in out.iter_mut().zip(roots) {
            *value *= common * root;
        }
        Some(out)
    }
}
