//! What a revert means: the contracts' custom errors by their ABI, and a remedy for each.

mod elsewhere;
mod escrow;
mod explanation;
mod registry;
mod verifiers;

use alloy_primitives::Bytes;

use elsewhere::{elsewhere, unknown};
use escrow::escrow;
use registry::registry;
use verifiers::verifiers;

/// A contract's refusal.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the contract refused: {says} ({name}); {remedy}")]
pub struct Reverted {
    /// The error's name in the ABI; `unknown` for one that is in none.
    pub name: String,
    /// What it says.
    pub says: String,
    /// What to do.
    pub remedy: String,
    /// The revert's data.
    pub data: Bytes,
}

impl Reverted {
    /// Decodes a revert's data; data in no ABI are shown in hexadecimal.
    pub fn decode(data: &Bytes) -> Self {
        let (name, says, remedy) = escrow(data)
            .or_else(|| registry(data))
            .or_else(|| verifiers(data))
            .or_else(|| elsewhere(data))
            .unwrap_or_else(|| unknown(data));
        Self {
            name: name.to_owned(),
            says,
            remedy: remedy.to_owned(),
            data: data.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use alloy_primitives::{B256, U256};
    use alloy_sol_types::SolError;

    use super::*;
    use crate::contracts::{Elsewhere, RewardEscrow, TrancheRegistry};

    #[test]
    fn custom_errors_are_told_with_their_fields_and_a_remedy() {
        let run = B256::repeat_byte(7);
        let cases: [(Vec<u8>, &str, &str); 4] = [
            (
                RewardEscrow::UnknownRun { runId: run }.abi_encode(),
                "UnknownRun",
                "0x0707",
            ),
            (
                TrancheRegistry::RevealTooEarly {
                    revealFrom: U256::from(9u8),
                }
                .abi_encode(),
                "RevealTooEarly",
                "block 9",
            ),
            (
                Elsewhere::Error {
                    reason: "no".to_owned(),
                }
                .abi_encode(),
                "Error",
                "no",
            ),
            (vec![1, 2, 3, 4], "unknown", "0x01020304"),
        ];
        for (data, name, part) in cases {
            let reverted = Reverted::decode(&data.into());
            assert_eq!(reverted.name, name);
            assert!(reverted.to_string().contains(part), "{reverted}");
            assert!(!reverted.remedy.is_empty());
        }
        let silent = Reverted::decode(&Bytes::new());
        assert_eq!(silent.says, "it gave no reason");
    }
}
