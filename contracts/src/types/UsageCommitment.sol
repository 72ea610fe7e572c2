// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {FIELD_ORDER} from "../Field.sol";

using {isValid} for UsageCommitment global;

/// @dev Commitment to the usage of each tranche in a run: a felt other than 0; 0 stands for none (docs/encodings.md, section 6).
type UsageCommitment is uint256;

UsageCommitment constant NO_USAGE_COMMITMENT = UsageCommitment.wrap(0);

/// @dev Whether this is a felt other than 0.
function isValid(UsageCommitment commitment) pure returns (bool) {
    uint256 word = UsageCommitment.unwrap(commitment);
    return word != 0 && word < FIELD_ORDER;
}
