// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

/// @dev Digest of the trained model, as the terms name it (docs/encodings.md, section 7).
type ModelDigest is bytes32;
