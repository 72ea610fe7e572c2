// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

/// @dev Identifies a tranche: the hash P over its fields, a felt (docs/encodings.md, section 3). The same on every chain.
type TrancheId is uint256;
