// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {Payee} from "../types/Payee.sol";
import {RunTerms} from "./RunTerms.sol";

/// @title What the payees of a list and the opener have of a run's money
/// @dev Everything is computed from all money received so far, so that what rounding leaves now is counted again with the next
/// payment. The parts never add up to more than the money: each is rounded down, and the amounts add up to the total.
library PayShares {
    /// @dev Parts in a whole, for pay shares.
    uint256 internal constant WHOLE = 1_000_000_000;

    /// @dev What a payee of `amount` has of `received`, which is below 2^128. A metered list was accepted only if it was covered.
    function credit(uint8 payRule, uint256 received, uint256 amount) internal pure returns (uint256) {
        return payRule == RunTerms.METERED ? amount : received * amount / WHOLE;
    }

    /// @dev What the opener has of it under a list of this total.
    function remainder(uint8 payRule, uint256 received, uint256 total) internal pure returns (uint256) {
        return payRule == RunTerms.METERED ? received - total : received * (WHOLE - total) / WHOLE;
    }

    /// @dev Amount of an owner in a list of payees with ascending owners; `found` is false if the owner is not in it.
    function find(Payee[] storage payees, address owner) internal view returns (bool found, uint256 amount) {
        uint256 wanted = uint160(owner);
        uint256 low = 0;
        uint256 high = payees.length;
        while (low < high) {
            uint256 middle = (low + high) / 2;
            Payee payee = payees[middle];
            uint256 here = uint160(payee.owner());
            if (here == wanted) return (true, payee.amount());
            if (here < wanted) low = middle + 1;
            else high = middle;
        }
    }
}
