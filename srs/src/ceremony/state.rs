//! A ceremony that goes on.

use halo2curves::bn256::{Fr, G1, G1Affine, G2Affine};
use halo2curves::ff::Field;
use halo2curves::group::Group;
use halo2curves::group::prime::PrimeCurveAffine;
use rayon::prelude::*;

use super::beacon::Beacon;
use super::chain::Chain;
use super::error::{CeremonyFault, check_k};
use super::hidden::{Hidden, draw};
use super::record::Record;
use crate::check::check_secret;
use crate::fault::SrsFault;
use crate::multiply::{multiply, normalised};
use crate::string::Srs;

/// Powers that a thread multiplies at a time.
const CHUNK: usize = 256;

/// A ceremony that goes on: its chain, and the powers of the product so far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ceremony {
    pub(super) chain: Chain,
    pub(super) powers: Vec<G1Affine>,
}

impl Ceremony {
    /// The state that everybody can make: tau = 1, 2^k powers.
    ///
    /// # Errors
    /// [`CeremonyFault::K`] unless 1 ≤ k ≤ [`MAX_K`](crate::MAX_K).
    pub fn start(k: u32) -> Result<Self, CeremonyFault> {
        Ok(Ceremony {
            chain: Chain::start(check_k(k)?),
            powers: vec![G1Affine::generator(); 1 << k],
        })
    }

    /// What happened so far.
    pub fn chain(&self) -> &Chain {
        &self.chain
    }

    /// Multiplies a new secret scalar into tau. It is drawn from the operating system's randomness and `text`, and wiped; the
    /// result is checked before it is given. `progress` hears of powers done.
    ///
    /// # Errors
    /// [`CeremonyFault::Name`] for more than 64 bytes, and for what is not a letter, a digit, a space or ASCII punctuation; [`CeremonyFault::Full`].
    pub fn contribute(
        &self,
        name: &str,
        text: &[u8],
        progress: &(dyn Fn(usize) + Sync),
    ) -> Result<Self, CeremonyFault> {
        self.contribute_hidden(name, &draw(text), progress)
    }

    pub(super) fn contribute_hidden(
        &self,
        name: &str,
        hidden: &Hidden<2>,
        progress: &(dyn Fn(usize) + Sync),
    ) -> Result<Self, CeremonyFault> {
        let mut chain = self.chain.clone();
        chain.push(Record::contribution(
            chain.digest(),
            &chain.secret(),
            hidden,
            name,
        )?)?;
        let powers = raised(&self.powers, &hidden.0[0], progress);
        Ceremony::checked(chain, powers)
    }

    /// Ends the ceremony with a public value: the string, and the chain that led to it. The Lagrange form is computed, which
    /// takes about half a minute at k = 17 on two cores.
    ///
    /// # Errors
    /// [`CeremonyFault::Empty`] when nobody has contributed, [`CeremonyFault::Full`], [`CeremonyFault::Powers`] if the result
    /// is not a string.
    pub fn finalise(
        &self,
        beacon: &Beacon,
        progress: &(dyn Fn(usize) + Sync),
    ) -> Result<(Srs, Chain), CeremonyFault> {
        if self.chain.contributions().next().is_none() {
            return Err(CeremonyFault::Empty);
        }
        let mut chain = self.chain.clone();
        let (record, scalar) = Record::beacon(chain.digest(), &chain.secret(), beacon);
        chain.push(record)?;
        let powers = raised(&self.powers, &scalar, progress);
        let srs = Srs::from_powers(powers, None, chain.tau_g2()).map_err(CeremonyFault::Powers)?;
        Ok((srs, chain))
    }

    /// A state whose powers are those of the chain's tau.
    pub(super) fn checked(chain: Chain, powers: Vec<G1Affine>) -> Result<Self, CeremonyFault> {
        let secret = chain.secret();
        if chain.len() == 0 {
            let generator = G1Affine::generator();
            let other = powers.iter().position(|power| *power != generator);
            return match other {
                None => Ok(Ceremony { chain, powers }),
                Some(_) => Err(CeremonyFault::Powers(SrsFault::Powers)),
            };
        }
        check_secret(&powers, &G2Affine::generator(), &secret.g2, true)
            .map_err(CeremonyFault::Powers)?;
        Ok(Ceremony { chain, powers })
    }
}

/// Power i times `scalar`^i.
pub(super) fn raised(
    powers: &[G1Affine],
    scalar: &Fr,
    progress: &(dyn Fn(usize) + Sync),
) -> Vec<G1Affine> {
    let mut out: Vec<G1> = vec![G1::identity(); powers.len()];
    out.par_chunks_mut(CHUNK)
        .zip(powers.par_chunks(CHUNK))
        .enumerate()
        .for_each(|(chunk, (out, powers))| {
            let mut factor = Hidden([scalar.pow_vartime([(chunk * CHUNK) as u64])]);
            for (out, power) in out.iter_mut().zip(powers) {
                *out = multiply(&power.to_curve(), &factor.0[0]);
                factor.0[0] *= scalar;
            }
            progress(powers.len());
        });
    normalised(&out)
}
