// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

/// @dev Keccak-256 of the thirteen words of a run's terms (docs/encodings.md, section 7).
type TermsHash is bytes32;
