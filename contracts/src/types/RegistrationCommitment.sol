// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {TrancheId} from "./TrancheId.sol";

/// @dev Commits a registrant to a tranche id before the id is public.
type RegistrationCommitment is bytes32;

/// @dev keccak256(abi.encode(id, registrant, salt)): only `registrant` can reveal it.
function registrationCommitmentOf(TrancheId id, address registrant, bytes32 salt) pure returns (RegistrationCommitment) {
    return RegistrationCommitment.wrap(keccak256(abi.encode(id, registrant, salt)));
}
