//! The digest of a verifying key.

use halo2_proofs::plonk::VerifyingKey;
use halo2curves::bn256::G1Affine;
use tranche_srs::encoding::g1_to_bytes;

use crate::shape::constraint_degree;

const DOMAIN: &str = "tranche verifying key digest v1";

/// BLAKE3 (key derivation mode, `tranche verifying key digest v1`) over k and degree (u32 each), the counted fixed and
/// permutation commitments (64 bytes each), and halo2's pinned text of the key, which spells out the constraint system.
/// Integers are big-endian.
pub fn vk_digest(vk: &VerifyingKey<G1Affine>) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new_derive_key(DOMAIN);
    hasher.update(&vk.get_domain().k().to_be_bytes());
    hasher.update(&(constraint_degree(vk) as u32).to_be_bytes());
    for commitments in [vk.fixed_commitments(), vk.permutation().commitments()] {
        hasher.update(&(commitments.len() as u32).to_be_bytes());
        for commitment in commitments {
            hasher.update(&g1_to_bytes(commitment));
        }
    }
    hasher.update(format!("{:?}", vk.pinned()).as_bytes());
    hasher.finalize().into()
}
