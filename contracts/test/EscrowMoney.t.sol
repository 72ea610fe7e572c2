// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {IRewardEscrowTypes as T} from "../src/interfaces/IRewardEscrowTypes.sol";
import {Payee} from "../src/types/Payee.sol";
import {RunCommitment} from "../src/types/RunCommitment.sol";
import {RunId} from "../src/types/RunId.sol";
import {BlockingToken, FeeToken, MockToken, SenderPaysToken} from "./mocks/Tokens.sol";
import {BombReceiver, StubbornReceiver, Wallet1271} from "./mocks/Receivers.sol";
import {EscrowBase} from "./base/EscrowBase.sol";

/// @dev Later money, dust, unclaimed credits, odd tokens, odd receivers, redirections.
contract EscrowMoneyTest is EscrowBase {
    function test_laterMoneyIsPaidByTheSameShares() external {
        RunId runId = _final(_spec());
        escrow.claim(runId, alice);
        _topUp(runId, stranger, 2_000_000);
        assertEq(escrow.claim(runId, alice), 1_000_000);
        assertEq(escrow.claim(runId, bob), 900_000);
    }

    /// @dev 1,000 payments of amounts that never divide: each owner has its share of the sum to the last part, and what is left is
    /// less than one part for each.
    function test_dustOfAThousandPaymentsIsCarriedForward() external {
        RunId runId = _final(_spec());
        uint256 sum = DEPOSIT;
        for (uint256 i = 0; i < 1_000; ++i) {
            uint128 amount = uint128(1 + i % 7);
            _topUp(runId, stranger, amount);
            sum += amount;
            if (i % 3 == 0 && escrow.claimable(runId, alice) != 0) escrow.claim(runId, alice);
            if (i % 5 == 0 && escrow.claimable(runId, bob) != 0) escrow.claim(runId, bob);
        }
        address[3] memory owners = [alice, bob, carol];
        uint256[3] memory shares = [uint256(500_000_000), 300_000_000, 199_999_999];
        uint256 before = 1e30;
        for (uint256 i = 0; i < 3; ++i) {
            if (escrow.claimable(runId, owners[i]) != 0) escrow.claim(runId, owners[i]);
            assertEq(token.balanceOf(owners[i]) - (i == 0 ? before : 0), sum * shares[i] / 1e9);
        }
        T.Run memory run = escrow.run(runId);
        assertLt(uint256(run.received - run.paidOut), 4);
    }

    function testFuzz_creditsNeverPassTheMoney(uint128[8] memory amounts, uint256[3] memory shares, uint256 order) external {
        shares[0] %= 1_000_000_001;
        shares[1] %= 1_000_000_001 - shares[0];
        shares[2] = 1_000_000_000 - shares[0] - shares[1];
        RunId runId = _proven(_spec());
        Payee[] memory list = new Payee[](3);
        list[0] = _payee(alice, shares[0]);
        list[1] = _payee(bob, shares[1]);
        list[2] = _payee(carol, shares[2]);
        _acceptPay(runId, list);
        vm.warp(block.timestamp + WINDOW + 1);
        address[3] memory owners = [alice, bob, carol];
        uint256 sum = DEPOSIT;
        for (uint256 i = 0; i < amounts.length; ++i) {
            amounts[i] = 1 + amounts[i] % 1e24;
            _topUp(runId, stranger, amounts[i]);
            sum += amounts[i];
            address owner = owners[(order >> (2 * i)) % 3];
            if (escrow.claimable(runId, owner) != 0) escrow.claim(runId, owner);
            uint256 open = escrow.claimable(runId, alice) + escrow.claimable(runId, bob) + escrow.claimable(runId, carol);
            T.Run memory run = escrow.run(runId);
            assertLte(open, uint256(run.received - run.paidOut));
            assertEq(token.balanceOf(address(escrow)), uint256(run.received - run.paidOut) + BOND);
            assertEq(uint256(run.received), sum);
        }
    }

    function test_moneyForAMeteredRunStopsWithItsPayList() external {
        RunId runId = _payable(_meteredSpec());
        _revert(T.NothingNeeded.selector);
        vm.prank(opener);
        escrow.topUp(runId, 1);
    }

    /// @dev Money of others comes in only when it can no longer go back to the opener.
    function test_othersPayInOnlyWhenThePayListIsFinal() external {
        RunId runId = _open(_spec());
        _notAllowed(stranger);
        vm.prank(stranger);
        escrow.topUp(runId, 5);
        _topUp(runId, opener, 5);
        _topUp(runId, builder, 5);
        _bind(runId, COMMITMENT);
        _acceptUsage(runId);
        _acceptPay(runId, _list());
        _notAllowed(stranger);
        vm.prank(stranger);
        escrow.topUp(runId, 5);
        vm.warp(block.timestamp + WINDOW + 1);
        _topUp(runId, stranger, 5);
        assertEq(uint256(escrow.run(runId).received), DEPOSIT + 15);
    }

    function test_noMoneyComesInForARunThatHasFailed() external {
        RunId runId = _open(_spec());
        uint64 until = escrow.refundableAfter(runId);
        vm.warp(until + 1);
        _revert(T.TooLate.selector, until);
        vm.prank(opener);
        escrow.topUp(runId, 5);
    }

    function test_nothingIsNoPayment() external {
        RunId runId = _open(_spec());
        vm.expectRevert(abi.encodeWithSelector(T.TooLittleReceived.selector, 0, 1));
        vm.prank(opener);
        escrow.topUp(runId, 0);
    }

    function test_aRunHoldsLessThan2To128() external {
        RunId runId = _open(_spec());
        token.mint(opener, type(uint128).max);
        _revert(T.TooMuch.selector);
        vm.prank(opener);
        escrow.topUp(runId, type(uint128).max);
    }

    function test_unclaimedCreditsExpireToTheOpenerAfterTheirPeriod() external {
        RunId runId = _final(_spec());
        escrow.claim(runId, alice);
        uint64 until = escrow.run(runId).markUntil;
        _revert(T.TooEarly.selector, until);
        escrow.expireUnclaimed(runId);
        vm.warp(until + 1);
        uint256 before = token.balanceOf(opener);
        assertEq(escrow.expireUnclaimed(runId), 500_000);
        assertEq(token.balanceOf(opener), before + 500_000);
        assertEq(escrow.claimable(runId, bob), 0);
        _revert(T.NothingToPay.selector);
        escrow.expireUnclaimed(runId);
        // Shares outlive it: new money is paid by them again.
        _topUp(runId, stranger, 1_000);
        assertEq(escrow.claim(runId, alice), 500);
        assertEq(escrow.claim(runId, bob), 300);
    }

    function test_theClaimPeriodEndsNoEarlierThanTheDeadline() external {
        T.RunSpec memory spec = _spec();
        spec.deadline = uint64(block.timestamp) + 300 days;
        RunId runId = _payable(spec);
        assertEq(uint256(escrow.run(runId).markUntil), spec.deadline);
    }

    /// @dev The opener cannot take money that came in a moment ago, and whoever sends dust cannot keep old credits alive.
    function test_everyPaymentHasAClaimPeriodOfItsOwn() external {
        RunId runId = _final(_spec());
        vm.warp(escrow.run(runId).markUntil + 1);
        _topUp(runId, stranger, 1_000_000);
        uint256 before = token.balanceOf(opener);
        assertEq(escrow.expireUnclaimed(runId), 999_999);
        assertEq(token.balanceOf(opener), before + 999_999);
        assertEq(escrow.claimable(runId, bob), 300_000);
        uint64 until = escrow.run(runId).markUntil;
        assertEq(uint256(until), block.timestamp + CLAIM_PERIOD);
        _topUp(runId, stranger, 1);
        _revert(T.TooEarly.selector, until);
        escrow.expireUnclaimed(runId);
        assertEq(escrow.claim(runId, bob), 300_000);
        vm.warp(until + 1);
        assertEq(escrow.expireUnclaimed(runId), 500_000 + 200_000);
        vm.warp(block.timestamp + CLAIM_PERIOD + 1);
        T.Run memory run = escrow.run(runId);
        assertEq(escrow.expireUnclaimed(runId), run.received - run.paidOut);
        assertEq(token.balanceOf(address(escrow)), BOND);
    }

    /// @dev Who claimed early, from money after the mark, forfeits nothing and owes nothing.
    function test_expiryTakesOnlyWhatIsUnclaimed() external {
        RunId runId = _final(_spec());
        vm.warp(escrow.run(runId).markUntil + 1);
        _topUp(runId, stranger, 1_000_000);
        assertEq(escrow.claim(runId, alice), 1_000_000);
        assertEq(escrow.expireUnclaimed(runId), 499_999);
        assertEq(escrow.claimable(runId, alice), 0);
        _topUp(runId, stranger, 10);
        assertEq(escrow.claim(runId, alice), 5);
    }

    function test_aTokenThatTakesAFeeCountsForWhatArrives() external {
        FeeToken fee = new FeeToken();
        T.RunSpec memory spec = _specIn(fee);
        spec.bond = 0;
        RunId runId = _final(spec);
        assertEq(uint256(escrow.run(runId).received), 990_000);
        assertEq(escrow.claim(runId, bob), 297_000);
        escrow.claim(runId, alice);
        escrow.claim(runId, carol);
        assertLt(fee.balanceOf(address(escrow)), 3);
    }

    function test_aBondMustArriveInFull() external {
        T.RunSpec memory spec = _specIn(new FeeToken());
        RunId runId = _open(spec);
        vm.expectRevert(abi.encodeWithSelector(T.TooLittleReceived.selector, BOND - BOND / 100, BOND));
        vm.prank(builder);
        escrow.bindCommitment(runId, RunCommitment.wrap(COMMITMENT));
    }

    /// @dev A token that takes more from the escrow than was paid would take from other runs: it is not paid out.
    function test_aTokenThatTakesMoreThanWasPaidIsRefused() external {
        SenderPaysToken odd = new SenderPaysToken();
        T.RunSpec memory spec = _specIn(odd);
        RunId runId = _final(spec);
        odd.mint(address(escrow), 1_000_000);
        vm.expectRevert(abi.encodeWithSelector(T.PaymentFailed.selector, alice, 500_000));
        escrow.claim(runId, alice);
    }

    function test_aBlockedOwnerKeepsTheCredit() external {
        BlockingToken odd = new BlockingToken();
        RunId runId = _final(_specIn(odd));
        for (uint256 i = 0; i < 2; ++i) {
            odd.setBlocked(bob, i == 1);
            vm.expectRevert(abi.encodeWithSelector(T.PaymentFailed.selector, bob, 300_000));
            escrow.claim(runId, bob);
            (RunId[] memory runs, address[] memory owners) = _pairs(runId);
            uint256 snapshot = vm.snapshot();
            assertEq(escrow.claimMany(runs, owners), 2);
            assertEq(escrow.claimable(runId, bob), 300_000);
            assertEq(uint256(escrow.run(runId).paidOut), 500_000 + 199_999);
            vm.revertTo(snapshot);
        }
        odd.setBlocked(address(0), false);
        assertEq(escrow.claim(runId, bob), 300_000);
    }

    function test_aReceiverThatRefusesCoinKeepsTheCredit() external {
        StubbornReceiver stubborn = new StubbornReceiver();
        RunId runId = _coinRun(address(stubborn));
        vm.expectRevert(abi.encodeWithSelector(T.PaymentFailed.selector, address(stubborn), DEPOSIT));
        escrow.claim(runId, address(stubborn));
        RunId[] memory runs = new RunId[](1);
        address[] memory owners = new address[](1);
        (runs[0], owners[0]) = (runId, address(stubborn));
        assertEq(escrow.claimMany(runs, owners), 0);
        assertEq(escrow.claimable(runId, address(stubborn)), DEPOSIT);
        assertEq(uint256(escrow.run(runId).paidOut), 0);
        stubborn.setWilling(true);
        assertEq(escrow.claim(runId, address(stubborn)), DEPOSIT);
        assertEq(address(stubborn).balance, DEPOSIT);
    }

    function test_aLongRevertReasonIsNotCopied() external {
        BombReceiver bomb = new BombReceiver();
        RunId runId = _coinRun(address(bomb));
        RunId[] memory runs = new RunId[](1);
        address[] memory owners = new address[](1);
        (runs[0], owners[0]) = (runId, address(bomb));
        assertEq(escrow.claimMany(runs, owners), 0);
        assertEq(escrow.claimable(runId, address(bomb)), DEPOSIT);
    }

    function test_manyCreditsAreClaimedAtOnceAndNoneTwice() external {
        RunId runId = _final(_spec());
        RunId[] memory runs = new RunId[](5);
        address[] memory owners = new address[](5);
        for (uint256 i = 0; i < 5; ++i) {
            runs[i] = runId;
        }
        (owners[0], owners[1], owners[2], owners[3], owners[4]) = (alice, bob, alice, carol, stranger);
        assertEq(escrow.claimMany(runs, owners), 3);
        assertEq(token.balanceOf(bob), 300_000);
        assertEq(token.balanceOf(alice), 1e30 + 500_000);
        assertEq(escrow.claimMany(runs, owners), 0);
        _revert(T.WrongLength.selector);
        escrow.claimMany(runs, new address[](4));
        _revert(T.WrongLength.selector);
        escrow.claimMany(new RunId[](65), new address[](65));
    }

    function test_anOwnerRedirectsItsMoney() external {
        RunId runId = _final(_spec());
        vm.prank(bob);
        escrow.redirect(stranger);
        assertEq(escrow.payoutAddress(bob), stranger);
        uint256 before = token.balanceOf(stranger);
        escrow.claim(runId, bob);
        assertEq(token.balanceOf(stranger), before + 300_000);
        vm.prank(bob);
        escrow.redirect(address(0));
        assertEq(escrow.payoutAddress(bob), bob);
        vm.expectRevert(abi.encodeWithSelector(T.InvalidPayoutAddress.selector, address(escrow)));
        vm.prank(bob);
        escrow.redirect(address(escrow));
    }

    function test_aRedirectionIsSignedOnceForOneContractAndChain() external {
        uint256 secret = 0xB0B;
        address owner = vm.addr(secret);
        uint256 deadline = block.timestamp + 100;
        bytes memory signature = _signRedirect(secret, owner, stranger, 0, deadline);
        vm.chainId(1);
        _revert(T.InvalidSignature.selector);
        escrow.redirectBySignature(owner, stranger, deadline, signature);
        vm.chainId(31337);
        _revert(T.InvalidSignature.selector);
        escrow.redirectBySignature(owner, alice, deadline, signature);
        _revert(T.InvalidSignature.selector);
        escrow.redirectBySignature(bob, stranger, deadline, signature);
        escrow.redirectBySignature(owner, stranger, deadline, signature);
        assertEq(escrow.payoutAddress(owner), stranger);
        _revert(T.InvalidSignature.selector);
        escrow.redirectBySignature(owner, stranger, deadline, signature);
        signature = _signRedirect(secret, owner, alice, 1, deadline);
        vm.warp(deadline + 1);
        _revert(T.SignatureExpired.selector, deadline);
        escrow.redirectBySignature(owner, alice, deadline, signature);
    }

    /// @dev A signature that was given away and not used dies with the owner's next change.
    function test_anOlderSignatureDoesNotOutliveAChange() external {
        uint256 secret = 0xB0B;
        address owner = vm.addr(secret);
        bytes memory signature = _signRedirect(secret, owner, stranger, 0, type(uint256).max);
        vm.prank(owner);
        escrow.redirect(alice);
        _revert(T.InvalidSignature.selector);
        escrow.redirectBySignature(owner, stranger, type(uint256).max, signature);
        assertEq(escrow.nonces(owner), 1);
    }

    function test_aWalletContractSignsARedirection() external {
        uint256 secret = 0xB0B;
        Wallet1271 wallet = new Wallet1271(vm.addr(secret));
        bytes memory signature = _signRedirect(secret, address(wallet), stranger, 0, type(uint256).max);
        escrow.redirectBySignature(address(wallet), stranger, type(uint256).max, signature);
        assertEq(escrow.payoutAddress(address(wallet)), stranger);
    }

    function _signRedirect(uint256 secret, address owner, address to, uint256 nonce, uint256 deadline)
        internal
        view
        returns (bytes memory)
    {
        bytes32 domain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("tranche"),
                keccak256("1"),
                block.chainid,
                address(escrow)
            )
        );
        bytes32 message = keccak256(
            abi.encode(keccak256("Redirect(address owner,address to,uint256 nonce,uint256 deadline)"), owner, to, nonce, deadline)
        );
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(secret, keccak256(abi.encodePacked(hex"1901", domain, message)));
        return abi.encodePacked(r, s, v);
    }

    function _pairs(RunId runId) internal view returns (RunId[] memory runs, address[] memory owners) {
        runs = new RunId[](3);
        owners = new address[](3);
        (runs[0], runs[1], runs[2]) = (runId, runId, runId);
        (owners[0], owners[1], owners[2]) = (alice, bob, carol);
    }

    /// @dev A final run in native coin whose only payee is this one.
    function _coinRun(address payee) internal returns (RunId runId) {
        T.RunSpec memory spec = _spec();
        spec.token = address(0);
        runId = _proven(spec);
        Payee[] memory list = new Payee[](1);
        list[0] = _payee(payee, 1_000_000_000);
        _acceptPay(runId, list);
        vm.warp(block.timestamp + WINDOW + 1);
    }

    function _specIn(MockToken odd) internal returns (T.RunSpec memory spec) {
        spec = _spec();
        spec.token = address(odd);
        address[2] memory people = [opener, builder];
        for (uint256 i = 0; i < 2; ++i) {
            odd.mint(people[i], 1e30);
            vm.prank(people[i]);
            odd.approve(address(escrow), type(uint256).max);
        }
    }
}
