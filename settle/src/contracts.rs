//! The contracts' interfaces, from the compiled artifacts and, for verifiers, the source.

#![allow(missing_docs, reason = "documented in contracts/src/interfaces")]
#![allow(clippy::all, reason = "generated")]

use alloy_sol_types::sol;

sol!("../contracts/src/interfaces/IProofVerifier.sol");
sol!(
    #[derive(Debug, PartialEq, Eq)]
    TrancheRegistry,
    concat!(env!("OUT_DIR"), "/TrancheRegistry.json")
);
sol!(
    #[derive(Debug, PartialEq, Eq)]
    VerifierSet,
    concat!(env!("OUT_DIR"), "/VerifierSet.json")
);
sol!(
    #[derive(Debug, PartialEq, Eq)]
    RewardEscrow,
    concat!(env!("OUT_DIR"), "/RewardEscrow.json")
);

sol! {
    /// What is used of a token.
    interface IERC20 {
        function approve(address spender, uint256 amount) external returns (bool);
        function balanceOf(address account) external view returns (uint256);
        function decimals() external view returns (uint8);
        function allowance(address owner, address spender) external view returns (uint256);
    }

    /// Errors of tokens, and those that the language itself raises.
    #[derive(Debug, PartialEq, Eq)]
    interface Elsewhere {
        error ERC20InsufficientBalance(address sender, uint256 balance, uint256 needed);
        error ERC20InsufficientAllowance(address spender, uint256 allowance, uint256 needed);
        error Error(string reason);
        error Panic(uint256 code);
    }
}
