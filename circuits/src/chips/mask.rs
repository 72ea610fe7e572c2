//! The quotient mask: makes every limb of the quotient depend on fresh randomness.
//!
//! The KZG fork commits to the quotient's limbs without blinding. The mask adds the constraint q^(d − 4) · b · (b − 1) · s(X) · s(ωX) with b a random
//! bit and s a random element in every usable row: satisfied whatever b and s are, and of the constraint system's full degree, so that its quotient reaches
//! every limb. q marks the active rows: it is off in the blinding rows, where b is no bit. The argument and its limits are in `docs/zero-knowledge.md`.

use crate::labels;
use halo2_proofs::plonk::{Advice, Column, Fixed};
use halo2_proofs::poly::Rotation;
use halo2curves::bn256::Fr;
use halo2curves::ff::Field;
use rand_chacha::ChaCha20Rng;
use rand_core::{RngCore, SeedableRng};

use crate::assignment::{Assignment, ColumnAllocator};

/// Columns of the chip.
#[derive(Clone, Debug)]
pub struct MaskConfig {
    bit: Column<Advice>,
    noise: Column<Advice>,
}

impl MaskConfig {
    /// Makes the columns and the gate, of the constraint system's degree, at least 5. `active` is off in the blinding rows.
    pub fn configure(allocator: &mut ColumnAllocator<'_>, active: Column<Fixed>) -> Self {
        let degree = allocator.degree;
        let config = Self {
            bit: allocator.advice(),
            noise: allocator.advice(),
        };
        allocator.cs.create_gate("quotient mask", |cells| {
            let on = cells.query_fixed(active, Rotation::cur());
            let bit = cells.query_advice(config.bit, Rotation::cur());
            let noise = cells.query_advice(config.noise, Rotation::cur());
            let next = cells.query_advice(config.noise, Rotation::next());
            let boolean = bit.clone() * bit.clone() - bit;
            let mask = (4..degree).fold(boolean * noise * next, |mask, _| mask * on.clone());
            vec![(labels::MASK_BIT_IS_BOOLEAN.text(), mask)]
        });
        config
    }

    /// Fills bit and noise from a seed that is used once.
    pub fn assign(&self, assignment: &mut Assignment, seed: [u8; 32]) {
        let mut rng = ChaCha20Rng::from_seed(seed);
        for row in 0..assignment.usable() {
            let bit = rng.next_u32() & 1 == 1;
            assignment.set(self.bit, row, if bit { Fr::ONE } else { Fr::ZERO });
            assignment.set(self.noise, row, Fr::random(&mut rng));
        }
    }
}
