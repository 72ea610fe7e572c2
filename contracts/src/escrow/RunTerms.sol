// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {FIELD_ORDER} from "../Field.sol";
import {IRewardEscrowTypes} from "../interfaces/IRewardEscrowTypes.sol";
import {TermsHash} from "../types/TermsHash.sol";

/// @title A run's terms: their ranges and their hash
/// @dev docs/encodings.md, section 7.
library RunTerms {
    uint8 internal constant SHARES = 1;
    uint8 internal constant METERED = 2;
    uint8 internal constant REGISTERED_PART = 1;
    uint8 internal constant FIRST_PAYEE = 1;
    uint32 internal constant PPM = 1_000_000;
    uint8 internal constant MAX_EVIDENCE = 4;

    /// @dev Reverts with the first word that is out of range or does not fit the others.
    function check(IRewardEscrowTypes.Terms calldata terms) internal pure {
        if (terms.version != 1) _fail(0);
        if (terms.payRule != SHARES && terms.payRule != METERED) _fail(1);
        // A disclosure shows pay shares of the registered part only, so shares of the whole run cannot be paid.
        if (terms.basis > 1 || (terms.payRule == SHARES && terms.basis != REGISTERED_PART)) _fail(2);
        if (terms.remainderRule > 1 || (terms.payRule == METERED && terms.remainderRule != 0)) _fail(3);
        if (terms.unit >= FIELD_ORDER) _fail(4);
        if (terms.minRegisteredPpm > PPM) _fail(5);
        if (terms.minEvidence > MAX_EVIDENCE) _fail(6);
        if (terms.order > 1) _fail(7);
        if (terms.builder == address(0)) _fail(11);
        if (terms.minEvidence != 0 && terms.evidenceKey == address(0)) _fail(12);
    }

    /// @dev The ABI encoding of the struct is the thirteen words.
    function hash(IRewardEscrowTypes.Terms calldata terms) internal pure returns (TermsHash) {
        return TermsHash.wrap(keccak256(abi.encode(terms)));
    }

    function _fail(uint256 index) private pure {
        revert IRewardEscrowTypes.TermsOutOfRange(index);
    }
}
