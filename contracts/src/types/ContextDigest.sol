// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {FIELD_ORDER} from "../Field.sol";
import {RunId} from "./RunId.sol";
import {TermsHash} from "./TermsHash.sol";

/// @dev Public input 0 of every proof: a felt that names chain, escrow, run and terms (docs/encodings.md, section 7).
type ContextDigest is uint256;

uint256 constant CONTEXT_VERSION = 1;

/// @dev The context of a run of `escrow` on this chain. A proof for another chain or escrow has another.
function contextDigestOf(address escrow, RunId runId, TermsHash termsHash) view returns (ContextDigest) {
    bytes32 digest = keccak256(abi.encode(bytes32("tranche context v1"), CONTEXT_VERSION, block.chainid, escrow, runId, termsHash));
    return ContextDigest.wrap(uint256(digest) % FIELD_ORDER);
}
