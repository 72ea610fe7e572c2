// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

/// @dev Identifies a run of one escrow on one chain.
type RunId is bytes32;

/// @dev The id of the run that `opener` opens with this escrow as its run number `nonce`, counted from 0:
/// keccak256(abi.encode(chain id, escrow, opener, nonce)).
function runIdOf(address escrow, address opener, uint256 nonce) view returns (RunId) {
    return RunId.wrap(keccak256(abi.encode(block.chainid, escrow, opener, nonce)));
}
