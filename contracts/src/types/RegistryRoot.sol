// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

/// @dev Root of the registry tree over tranche ids, a felt (docs/encodings.md, section 4).
type RegistryRoot is uint256;
