// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

/// @dev BLAKE3 digest of a structured reference string, SRS (docs/transcript.md, section 8).
type SrsDigest is bytes32;
