// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {FIELD_ORDER} from "../Field.sol";

using {isValid} for RunCommitment global;

/// @dev Commitment of a builder to the log of a run: a felt other than 0; 0 stands for none (docs/encodings.md, section 5).
type RunCommitment is uint256;

RunCommitment constant NO_RUN_COMMITMENT = RunCommitment.wrap(0);

/// @dev Whether this is a felt other than 0.
function isValid(RunCommitment commitment) pure returns (bool) {
    uint256 word = RunCommitment.unwrap(commitment);
    return word != 0 && word < FIELD_ORDER;
}
