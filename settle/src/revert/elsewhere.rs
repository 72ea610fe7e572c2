//! Errors of tokens and of the language, and data that no ABI knows.

use alloy_primitives::{Bytes, hex};
use alloy_sol_types::SolInterface;

use super::explanation::Explanation;
use crate::contracts::Elsewhere::ElsewhereErrors as Elsewhere;

pub(super) fn elsewhere(data: &Bytes) -> Option<Explanation> {
    let explanation = match Elsewhere::abi_decode(data).ok()? {
        Elsewhere::ERC20InsufficientBalance(e) => (
            "ERC20InsufficientBalance",
            format!("{} has {}, {} are needed", e.sender, e.balance, e.needed),
            "get more of the token first",
        ),
        Elsewhere::ERC20InsufficientAllowance(e) => (
            "ERC20InsufficientAllowance",
            format!(
                "{} may take {}, {} are needed",
                e.spender, e.allowance, e.needed
            ),
            "approve the escrow for the amount",
        ),
        Elsewhere::Error(e) => ("Error", e.reason, "check the request"),
        Elsewhere::Panic(e) => (
            "Panic",
            format!("arithmetic or array error {}", e.code),
            "check amounts and times for overflow",
        ),
    };
    Some(explanation)
}

pub(super) fn unknown(data: &Bytes) -> Explanation {
    let says = if data.is_empty() {
        "it gave no reason".to_owned()
    } else {
        format!("data 0x{}", hex::encode(data))
    };
    (
        "unknown",
        says,
        "check that the addresses are those of this project's contracts",
    )
}
