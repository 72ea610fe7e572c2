// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

/// @dev BLAKE3 root over the record digests of a tranche (docs/encodings.md, section 3).
type ContentRoot is bytes32;
