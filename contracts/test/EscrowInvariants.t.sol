// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {IRewardEscrowTypes as T} from "../src/interfaces/IRewardEscrowTypes.sol";
import {EscrowHandler} from "./base/EscrowHandler.sol";
import {PRBTest} from "@prb/test/PRBTest.sol";

/// @dev What holds after any sequence of steps, honest or not, over runs of both rules in a token and in coin.
contract EscrowInvariantsTest is PRBTest {
    EscrowHandler internal handler;

    function setUp() public {
        handler = new EscrowHandler();
        handler.setUp();
    }

    /// @dev Foundry calls only the handler.
    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    /// @dev For each token the escrow has exactly what its runs hold, and that covers everything that anybody can claim.
    function invariant_balancesCoverLiabilities() external {
        (uint256 held, uint256 heldCoin) = handler.held();
        assertEq(handler.balance(false), held);
        assertEq(handler.balance(true), heldCoin);
    }

    function invariant_creditsAreCovered() external {
        for (uint256 i = 0; i < handler.count(); ++i) {
            T.Run memory run = handler.run(i);
            assertLte(uint256(run.paidOut), uint256(run.received));
            assertLte(handler.claimableOf(i), uint256(run.received - run.paidOut));
            assertLte(uint256(run.mark), uint256(run.received));
        }
    }

    /// @dev Money that went out was paid in, and nobody had more of a run than its share of everything that came in.
    function invariant_nobodyIsPaidTwice() external {
        for (uint256 i = 0; i < handler.count(); ++i) {
            assertTrue(handler.paidWithinShares(i));
        }
    }

    /// @dev Of a run's money payees had something only if its pay list was accepted and never refunded.
    function invariant_aRunIsRefundedOrPaid() external {
        for (uint256 i = 0; i < handler.count(); ++i) {
            assertFalse(handler.refunded(i) && handler.claimed(i));
        }
    }
}
