// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {Acceptance} from "./escrow/Acceptance.sol";
import {Openings} from "./escrow/Openings.sol";
import {Payouts} from "./escrow/Payouts.sol";
import {RunStore} from "./escrow/RunStore.sol";

/// @title Escrow of rewards for the use of tranches
/// @dev Has no owner and cannot be changed. Whom a run trusts: the owner of the verifier set, and those that its terms name.
contract RewardEscrow is Openings, Acceptance, Payouts {
    /// @param registry_ The registry whose roots count.
    /// @param verifiers_ The set of verifiers whose verdicts count.
    constructor(address registry_, address verifiers_) RunStore(registry_, verifiers_) {}
}
