//! Cutting a string to fewer powers.

use halo2_proofs::poly::commitment::ParamsProver;

use crate::development_secret::is_development;
use crate::error::SrsError;
use crate::lagrange::lagrange_form;
use crate::string::{Srs, params_from_parts};

impl Srs {
    /// The same secret's string with 2^k powers.
    ///
    /// A development string is generated anew. Any other one has its Lagrange form recomputed by a group Fourier
    /// transform: save the result.
    ///
    /// # Errors
    /// [`SrsError::Downsize`] if `k` is 0 or above the present one.
    pub fn downsize(&self, k: u32) -> Result<Self, SrsError> {
        if k == 0 || k > self.k() {
            return Err(SrsError::Downsize {
                from: self.k(),
                to: k,
            });
        }
        if is_development(&self.params().s_g2()) {
            return Srs::development(k);
        }
        let powers = self.params().get_g()[..1 << k].to_vec();
        let lagrange = lagrange_form(&powers, k);
        let (g2, s_g2) = (self.params().g2(), self.params().s_g2());
        let params = params_from_parts(k, powers, lagrange, g2, s_g2);
        Ok(Srs::new(params, self.identity().is_insecure()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn truncation_is_the_same_string() {
        let large = Srs::development(7).unwrap();
        let small = large.downsize(5).unwrap();
        assert_eq!(small.params().get_g(), &large.params().get_g()[..32]);
        assert_eq!(small.identity().digest(), large.identity().digest());
        assert!(small.identity().is_insecure());
    }
}
