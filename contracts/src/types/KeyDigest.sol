// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

/// @dev Keccak-256 of a portable verifying key file (docs/transcript.md, section 7).
type KeyDigest is bytes32;
