// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {FIELD_ORDER} from "../Field.sol";
import {IRewardEscrowTypes} from "../interfaces/IRewardEscrowTypes.sol";
import {ContextDigest} from "../types/ContextDigest.sol";
import {Payee} from "../types/Payee.sol";
import {UsageCommitment} from "../types/UsageCommitment.sol";
import {PayShares} from "./PayShares.sol";
import {RunTerms} from "./RunTerms.sol";

/// @title Reader of a disclosure's public inputs
/// @dev docs/encodings.md, section 8. The circuit proves some forms that mean nothing or mislead (docs/specification.md,
/// section 9): they are refused here. Errors name the row.
library DisclosureInputs {
    uint256 private constant CONTEXT = 0;
    uint256 private constant USAGE_COMMITMENT = 1;
    uint256 private constant UNIT = 2;
    uint256 private constant FIRST_CLAIM = 3;
    uint256 private constant CLAIMS = 16;
    uint256 private constant PAY_KIND = FIRST_CLAIM + 4 * CLAIMS;
    uint256 private constant REMAINDER_RULE = PAY_KIND + 1;
    uint256 private constant TOTAL = PAY_KIND + 2;
    uint256 internal constant FIRST_PAYEE = PAY_KIND + 3;
    uint256 internal constant MAX_PAYEES = 64;

    uint256 private constant SHARE_OF_REGISTERED = 1;
    uint256 private constant SHARE_OF_WHOLE = 2;
    uint256 private constant EXCLUSION = 3;
    uint256 private constant REGISTERED_SHARE = 4;

    /// @dev First amount that is too large for a payee, and first total that is too large for a metered list.
    uint256 private constant AMOUNT_BOUND = 1 << 88;
    uint256 private constant TOTAL_BOUND = 1 << 96;

    /// @dev Checks every public input against its form, the run and the terms.
    /// @return total Sum of the pay list's amounts.
    /// @return count Number of payees; they stand from row `FIRST_PAYEE` on.
    function read(uint256[] calldata inputs, ContextDigest context, UsageCommitment usageCommitment, IRewardEscrowTypes.Terms memory terms)
        internal
        pure
        returns (uint256 total, uint256 count)
    {
        if (inputs.length <= FIRST_PAYEE || inputs.length > FIRST_PAYEE + MAX_PAYEES) {
            revert IRewardEscrowTypes.WrongPublicInputCount(inputs.length);
        }
        _require(inputs[CONTEXT] == ContextDigest.unwrap(context), CONTEXT);
        _require(inputs[USAGE_COMMITMENT] == UsageCommitment.unwrap(usageCommitment), USAGE_COMMITMENT);
        _require(inputs[UNIT] == terms.unit, UNIT);
        _readClaims(inputs, terms);
        _require(inputs[PAY_KIND] == terms.payRule, PAY_KIND);
        _require(inputs[REMAINDER_RULE] == terms.remainderRule, REMAINDER_RULE);
        uint256 sum;
        (sum, count) = _readPayees(inputs);
        total = inputs[TOTAL];
        _require(total == sum, TOTAL);
        if (terms.payRule == RunTerms.SHARES) {
            _require(total <= PayShares.WHOLE, TOTAL);
            _require(terms.remainderRule != RunTerms.FIRST_PAYEE || total == PayShares.WHOLE, TOTAL);
            // Rounding down takes less than one part from each payee, so true shares leave less than one each.
            _require(total + count > PayShares.WHOLE, TOTAL);
        } else {
            _require(total < TOTAL_BOUND, TOTAL);
        }
    }

    /// @dev Claims come first, unused rows are zeros. Shares are of the terms' basis, and one claim shows the registered share.
    function _readClaims(uint256[] calldata inputs, IRewardEscrowTypes.Terms memory terms) private pure {
        bool met = terms.minRegisteredPpm == 0;
        bool ended = false;
        for (uint256 row = FIRST_CLAIM; row < PAY_KIND; row += 4) {
            (uint256 code, uint256 subject) = (inputs[row], inputs[row + 1]);
            (uint256 lo, uint256 hi) = (inputs[row + 2], inputs[row + 3]);
            if (code == 0) {
                _require(subject == 0, row + 1);
                _require(lo == 0, row + 2);
                _require(hi == 0, row + 3);
                ended = true;
                continue;
            }
            _require(!ended && code <= REGISTERED_SHARE, row);
            if (code == SHARE_OF_REGISTERED || code == SHARE_OF_WHOLE) {
                _require((code == SHARE_OF_REGISTERED) == (terms.basis == RunTerms.REGISTERED_PART), row);
            }
            _require((subject == 0) == (code == REGISTERED_SHARE) && subject < FIELD_ORDER, row + 1);
            _require(hi <= (code == EXCLUSION ? 0 : RunTerms.PPM), row + 3);
            _require(lo <= hi, row + 2);
            if (code == REGISTERED_SHARE && lo >= terms.minRegisteredPpm) met = true;
        }
        if (!met) revert IRewardEscrowTypes.RegisteredShareTooLow(terms.minRegisteredPpm);
    }

    /// @dev Payees come first, owners strictly ascend from 1 on, unused rows are zeros.
    function _readPayees(uint256[] calldata inputs) private pure returns (uint256 sum, uint256 count) {
        uint256 last = 0;
        bool ended = false;
        for (uint256 row = FIRST_PAYEE; row < inputs.length; ++row) {
            uint256 word = inputs[row];
            if (word == 0) {
                ended = true;
                continue;
            }
            Payee payee = Payee.wrap(word);
            uint256 owner = uint160(payee.owner());
            uint256 amount = payee.amount();
            _require(!ended && word < FIELD_ORDER && owner > last && amount < AMOUNT_BOUND, row);
            last = owner;
            sum += amount;
            ++count;
        }
    }

    function _require(bool holds, uint256 row) private pure {
        if (!holds) revert IRewardEscrowTypes.WrongPublicInput(row);
    }
}
