//! What the disclosure circuit is given.

use std::fmt;
use std::slice::from_mut;

use halo2curves::bn256::Fr;
use halo2curves::ff::Field;
use zeroize::Zeroize;

use super::params::DisclosureParams;
use crate::wipe::wipe;

/// A claim as public inputs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClaimPublic {
    /// 0 none, 1 share of the registered part, 2 share of the whole run, 3 exclusion, 4 registered share.
    pub code: u64,
    /// Tranche id, or zero.
    pub subject: Fr,
    /// Lower bound, parts per million.
    pub lo: u64,
    /// Upper bound, parts per million.
    pub hi: u64,
}

impl ClaimPublic {
    /// No claim.
    pub const NONE: Self = Self {
        code: 0,
        subject: Fr::ZERO,
        lo: 0,
        hi: 0,
    };
}

/// Public inputs of a disclosure proof.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DisclosurePublic {
    /// Chain, contract, run and terms.
    pub context: Fr,
    /// The usage commitment that an accepted usage proof carries.
    pub usage_commitment: Fr,
    /// The unit that all tranches share.
    pub unit: Fr,
    /// Claims, as many as the circuit carries.
    pub claims: Vec<ClaimPublic>,
    /// 0 none, 1 shares, 2 metered.
    pub pay_kind: u64,
    /// 0 keep, 1 first payee.
    pub remainder_rule: u64,
    /// Sum of the amounts.
    pub total: Fr,
    /// owner + 2^160 · amount, owners ascending; absent payees are zero. As many as the circuit carries.
    pub payees: Vec<Fr>,
}

impl DisclosurePublic {
    /// All zero, for key generation.
    pub fn blank(params: &DisclosureParams) -> Self {
        Self {
            context: Fr::ZERO,
            usage_commitment: Fr::ZERO,
            unit: Fr::ZERO,
            claims: vec![ClaimPublic::NONE; params.claims],
            pay_kind: 0,
            remainder_rule: 0,
            total: Fr::ZERO,
            payees: vec![Fr::ZERO; params.payees],
        }
    }

    /// As the instance column.
    pub fn to_vec(&self) -> Vec<Fr> {
        let mut row = vec![self.context, self.usage_commitment, self.unit];
        for claim in &self.claims {
            row.extend([
                Fr::from(claim.code),
                claim.subject,
                Fr::from(claim.lo),
                Fr::from(claim.hi),
            ]);
        }
        row.extend([
            Fr::from(self.pay_kind),
            Fr::from(self.remainder_rule),
            self.total,
        ]);
        row.extend(&self.payees);
        row
    }
}

/// A usage leaf's secret.
#[derive(Clone, Copy)]
pub struct LeafInputs {
    /// Tranche id; zero for an inactive slot.
    pub id: Fr,
    /// Owner address.
    pub owner: Fr,
    /// Rate, < 2^64.
    pub rate: u64,
    /// Units, < 2^48.
    pub units: u64,
    /// Draws, < 2^32.
    pub draws: u64,
    /// Salt.
    pub salt: Fr,
}

/// The secret witness of a disclosure. Redacted in `Debug`, wiped on drop.
#[derive(Clone)]
pub struct DisclosureInputs {
    /// All leaves, in the order of the usage tree.
    pub leaves: Vec<LeafInputs>,
    /// Units of the unregistered total.
    pub unregistered_units: u64,
    /// Draws of the unregistered total.
    pub unregistered_draws: u64,
    /// Salt of the unregistered total.
    pub unregistered_salt: Fr,
    /// Fresh randomness of the quotient mask.
    pub mask_seed: [u8; 32],
}

impl fmt::Debug for DisclosureInputs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DisclosureInputs { secret }")
    }
}

impl DisclosureInputs {
    /// A witness of nothing, for key generation.
    pub fn blank(params: &DisclosureParams) -> Self {
        let leaf = LeafInputs {
            id: Fr::ZERO,
            owner: Fr::ZERO,
            rate: 0,
            units: 0,
            draws: 0,
            salt: Fr::ZERO,
        };
        Self {
            leaves: vec![leaf; params.leaves()],
            unregistered_units: 0,
            unregistered_draws: 0,
            unregistered_salt: Fr::ZERO,
            mask_seed: [0; 32],
        }
    }
}

impl Drop for DisclosureInputs {
    fn drop(&mut self) {
        self.mask_seed.zeroize();
        for leaf in &mut self.leaves {
            for felt in [&mut leaf.id, &mut leaf.owner, &mut leaf.salt] {
                wipe(from_mut(felt));
            }
            for number in [&mut leaf.rate, &mut leaf.units, &mut leaf.draws] {
                number.zeroize();
            }
        }
        self.unregistered_units.zeroize();
        self.unregistered_draws.zeroize();
        wipe(from_mut(&mut self.unregistered_salt));
    }
}
