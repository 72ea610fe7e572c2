// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {IRewardEscrow} from "../src/interfaces/IRewardEscrow.sol";
import {IRewardEscrowTypes as T} from "../src/interfaces/IRewardEscrowTypes.sol";
import {Payee} from "../src/types/Payee.sol";
import {RunCommitment} from "../src/types/RunCommitment.sol";
import {RunId} from "../src/types/RunId.sol";
import {MockVerifier} from "./mocks/MockVerifier.sol";
import {ReentrantToken} from "./mocks/Tokens.sol";
import {ReentrantReceiver} from "./mocks/Receivers.sol";
import {EscrowBase} from "./base/EscrowBase.sol";

/// @dev What dishonest builders, contributors, relayers, openers, arbiters and tokens try.
contract EscrowAttacksTest is EscrowBase {
    function test_aReceiverThatCallsBackIsPaidOnce() external {
        ReentrantReceiver attacker = new ReentrantReceiver();
        T.RunSpec memory spec = _spec();
        spec.token = address(0);
        RunId runId = _proven(spec);
        Payee[] memory list = new Payee[](2);
        (list[0], list[1]) = address(attacker) > bob
            ? (_payee(bob, 500_000_000), _payee(address(attacker), 500_000_000))
            : (_payee(address(attacker), 500_000_000), _payee(bob, 500_000_000));
        _acceptPay(runId, list);
        vm.warp(block.timestamp + WINDOW + 1);
        bytes[] memory calls = new bytes[](9);
        calls[0] = abi.encodeCall(IRewardEscrow.claim, (runId, address(attacker)));
        calls[1] = abi.encodeCall(IRewardEscrow.claim, (runId, bob));
        RunId[] memory runs = new RunId[](1);
        address[] memory owners = new address[](1);
        (runs[0], owners[0]) = (runId, address(attacker));
        calls[2] = abi.encodeCall(IRewardEscrow.claimMany, (runs, owners));
        calls[3] = abi.encodeCall(IRewardEscrow.claimRemainder, (runId));
        calls[4] = abi.encodeCall(IRewardEscrow.releaseBond, (runId));
        calls[5] = abi.encodeCall(IRewardEscrow.expireUnclaimed, (runId));
        calls[6] = abi.encodeCall(IRewardEscrow.refund, (runId));
        calls[7] = abi.encodeCall(IRewardEscrow.topUp, (runId, 1));
        calls[8] = abi.encodeCall(IRewardEscrow.open, (spec));
        uint256 snapshot = vm.snapshot();
        for (uint256 i = 0; i < calls.length; ++i) {
            attacker.setCall(address(escrow), calls[i]);
            escrow.claim(runId, address(attacker));
            assertEq(attacker.calls(), 1);
            assertFalse(attacker.succeeded());
            assertEq(address(attacker).balance, 500_000);
            vm.revertTo(snapshot);
        }
        attacker.setCall(address(escrow), calls[0]);
        assertEq(escrow.claimMany(runs, owners), 1);
        assertFalse(attacker.succeeded());
        assertEq(address(attacker).balance, 500_000);
    }

    function test_aTokenThatCallsBackGetsNothing() external {
        ReentrantToken odd = new ReentrantToken();
        address[2] memory people = [opener, builder];
        for (uint256 i = 0; i < 2; ++i) {
            odd.mint(people[i], 1e30);
            vm.prank(people[i]);
            odd.approve(address(escrow), type(uint256).max);
        }
        T.RunSpec memory spec = _spec();
        spec.token = address(odd);
        RunId plain = _final(_spec());
        RunId runId = escrow.nextRunId(opener);
        odd.setCall(address(escrow), abi.encodeCall(IRewardEscrow.claim, (plain, bob)));
        _open(spec);
        _bind(runId, COMMITMENT);
        _acceptUsage(runId);
        _acceptPay(runId, _list());
        odd.setCall(address(escrow), abi.encodeCall(IRewardEscrow.claim, (runId, alice)));
        vm.warp(block.timestamp + WINDOW + 1);
        escrow.claim(runId, alice);
        escrow.releaseBond(runId);
        assertFalse(odd.succeeded());
        assertEq(odd.balanceOf(alice), 500_000);
        assertEq(escrow.claimable(plain, bob), 300_000);
    }

    /// @dev A token whose hook brings more of it in by another way is credited with what was asked for and no more.
    function test_moneyThatDroppedInBesideCountsForNothing() external {
        RunId runId = _open(_spec());
        token.mint(address(escrow), 500);
        _topUp(runId, opener, 10);
        assertEq(uint256(escrow.run(runId).received), DEPOSIT + 10);
        (bool sent,) = address(escrow).call{value: 1}("");
        assertFalse(sent);
    }

    /// @dev Whoever copies a binding, a proof or a payment from the mempool changes nobody's part.
    function test_copiedCallsMoveNothing() external {
        RunId runId = _open(_spec());
        _notAllowed(stranger);
        vm.prank(stranger);
        escrow.bindCommitment(runId, RunCommitment.wrap(COMMITMENT));
        _bind(runId, COMMITMENT);
        uint256[] memory inputs = _usageInputs(runId);
        vm.prank(stranger);
        escrow.acceptUsage(runId, address(usageVerifier), inputs, "", _noEvidence());
        inputs = _payInputs(runId, _list());
        vm.prank(stranger);
        escrow.acceptPay(runId, address(payVerifier), inputs, "");
        vm.warp(block.timestamp + WINDOW + 1);
        uint256 before = token.balanceOf(stranger);
        vm.prank(stranger);
        escrow.claim(runId, bob);
        assertEq(token.balanceOf(bob), 300_000);
        vm.prank(stranger);
        escrow.releaseBond(runId);
        assertEq(token.balanceOf(stranger), before);
    }

    /// @dev Somebody opens a run of the same terms first: the victim's run id and context stay what they were.
    function test_openingFirstTakesNoRunId() external {
        RunId expected = escrow.nextRunId(opener);
        T.RunSpec memory spec = _spec();
        vm.prank(stranger);
        RunId other = escrow.open(spec);
        assertNotEq(other, expected);
        assertEq(_open(spec), expected);
    }

    function test_onlyTheArbiterVoidsAndOnlyInTheWindow() external {
        RunId runId = _open(_spec());
        _wrongState(T.State.Open);
        vm.prank(arbiter);
        escrow.voidAcceptance(runId);
        _bind(runId, COMMITMENT);
        _acceptUsage(runId);
        address[3] memory others = [opener, builder, stranger];
        for (uint256 i = 0; i < 3; ++i) {
            _notAllowed(others[i]);
            vm.prank(others[i]);
            escrow.voidAcceptance(runId);
        }
        uint64 end = escrow.windowEnd(runId);
        vm.warp(end + 1);
        _revert(T.TooLate.selector, end);
        vm.prank(arbiter);
        escrow.voidAcceptance(runId);
    }

    function test_aRunWithoutAnArbiterIsNeverVoided() external {
        T.RunSpec memory spec = _spec();
        spec.terms.arbiter = address(0);
        RunId runId = _payable(spec);
        _notAllowed(arbiter);
        vm.prank(arbiter);
        escrow.voidAcceptance(runId);
    }

    function test_aVoidedRunIsProvenAgain() external {
        RunId runId = _payable(_spec());
        uint256[] memory old = _usageInputs(runId);
        vm.prank(arbiter);
        escrow.voidAcceptance(runId);
        T.Run memory run = escrow.run(runId);
        assertEq(uint256(run.state), uint256(T.State.Open));
        assertEq(run.runCommitment, RunCommitment.wrap(0));
        assertEq(uint256(run.attempt), 1);
        assertEq(escrow.payees(runId).length, 0);
        // The voided proof is public: nobody can carry it here again, and the builder cannot bind its commitment.
        _wrongState(T.State.Open);
        escrow.acceptUsage(runId, address(usageVerifier), old, "", _noEvidence());
        _revert(T.InvalidCommitment.selector, COMMITMENT);
        vm.prank(builder);
        escrow.bindCommitment(runId, RunCommitment.wrap(COMMITMENT));
        uint256 before = token.balanceOf(builder);
        _bind(runId, COMMITMENT + 1);
        assertEq(token.balanceOf(builder), before);
        vm.expectRevert(abi.encodeWithSelector(T.WrongPublicInput.selector, 2));
        escrow.acceptUsage(runId, address(usageVerifier), old, "", _noEvidence());
        _acceptUsage(runId);
        Payee[] memory list = new Payee[](1);
        list[0] = _payee(bob, 1_000_000_000);
        _acceptPay(runId, list);
        vm.warp(block.timestamp + WINDOW + 1);
        assertEq(escrow.claim(runId, bob), DEPOSIT);
        assertEq(escrow.claimable(runId, alice), 0);
        assertEq(escrow.releaseBond(runId), BOND);
    }

    /// @dev The deadline moves once: an arbiter and a builder together cannot hold the opener's money for ever.
    function test_voidsExtendTheDeadlineOnce() external {
        T.RunSpec memory spec = _spec();
        RunId runId = _open(spec);
        vm.warp(spec.deadline);
        _bind(runId, COMMITMENT);
        _acceptUsage(runId);
        vm.warp(block.timestamp + WINDOW);
        vm.prank(arbiter);
        escrow.voidAcceptance(runId);
        uint256 deadline = uint256(spec.deadline) + WINDOW + GRACE;
        assertEq(uint256(escrow.deadlineOf(runId)), deadline);
        vm.warp(deadline);
        _bind(runId, COMMITMENT + 1);
        _acceptUsage(runId);
        vm.warp(block.timestamp + 1);
        vm.prank(arbiter);
        escrow.voidAcceptance(runId);
        assertEq(uint256(escrow.deadlineOf(runId)), deadline);
        assertEq(escrow.refund(runId), DEPOSIT + BOND);
    }

    /// @dev An early void leaves a later deadline where it is.
    function test_aVoidNeverShortensTheDeadline() external {
        T.RunSpec memory spec = _spec();
        RunId runId = _proven(spec);
        vm.prank(arbiter);
        escrow.voidAcceptance(runId);
        assertEq(uint256(escrow.deadlineOf(runId)), spec.deadline);
    }

    /// @dev A builder who shows usage, lets the window pass and only then the pay list, gets no list past the arbiter.
    function test_aLatePayListHasAWindowOfItsOwn() external {
        RunId runId = _proven(_spec());
        vm.warp(block.timestamp + WINDOW + 5 days);
        _acceptPay(runId, _list());
        assertEq(escrow.claimable(runId, alice), 0);
        vm.prank(arbiter);
        escrow.voidAcceptance(runId);
        assertEq(uint256(escrow.run(runId).state), uint256(T.State.Open));
    }

    function test_aRetiredVerifierStopsAtOnceAndExtendsDeadlines() external {
        T.RunSpec memory spec = _spec();
        RunId runId = _open(spec);
        RunId paid = _final(_spec());
        _bind(runId, COMMITMENT);
        uint256[] memory inputs = _usageInputs(runId);
        MockVerifier next = new MockVerifier(1, 6);
        set.add(address(next));
        set.retire(address(usageVerifier), address(next));
        vm.expectRevert(abi.encodeWithSelector(T.VerifierNotAccepted.selector, address(usageVerifier), 1));
        escrow.acceptUsage(runId, address(usageVerifier), inputs, "", _noEvidence());
        assertEq(uint256(escrow.deadlineOf(runId)), uint256(spec.deadline) + GRACE);
        assertEq(escrow.claim(paid, alice), 500_000);
        vm.warp(uint256(spec.deadline) + GRACE);
        _revert(T.TooEarly.selector, uint256(spec.deadline) + GRACE);
        escrow.refund(runId);
        escrow.acceptUsage(runId, address(next), inputs, "", _noEvidence());
    }

    /// @dev Retirements before the opening or after the deadline move nothing, and many move it once.
    function test_retirementsMoveADeadlineByOneGraceAtMost() external {
        _retireOne();
        vm.warp(block.timestamp + 1);
        T.RunSpec memory spec = _spec();
        RunId runId = _open(spec);
        assertEq(uint256(escrow.deadlineOf(runId)), spec.deadline);
        for (uint256 i = 0; i < 3; ++i) {
            vm.warp(block.timestamp + 9 days);
            _retireOne();
        }
        assertEq(uint256(escrow.deadlineOf(runId)), uint256(spec.deadline) + GRACE);
        vm.warp(uint256(spec.deadline) + 1);
        _retireOne();
        assertEq(uint256(escrow.deadlineOf(runId)), uint256(spec.deadline) + GRACE);
        RunId late = _open(_spec());
        vm.warp(escrow.deadlineOf(late) + 1);
        _retireOne();
        escrow.refund(late);
    }

    function test_aRetiredDisclosureVerifierLeavesTimeForItsSuccessor() external {
        RunId runId = _proven(_spec());
        MockVerifier next = new MockVerifier(2, 86);
        uint256[] memory inputs = _payInputs(runId, _list());
        set.retire(address(payVerifier), address(0));
        vm.expectRevert(abi.encodeWithSelector(T.VerifierNotAccepted.selector, address(payVerifier), 2));
        escrow.acceptPay(runId, address(payVerifier), inputs, "");
        set.add(address(next));
        vm.warp(block.timestamp + 1 days);
        escrow.acceptPay(runId, address(next), inputs, "");
    }

    /// @dev An opener who redirects its own refund, or has a payee's address, gets no more than is its own.
    function test_anOpenerWhoIsAlsoAPayeeIsPaidBothPartsOnce() external {
        RunId runId = _proven(_spec());
        Payee[] memory list = new Payee[](2);
        (list[0], list[1]) = (_payee(alice, 333_333_333), _payee(opener, 666_666_666));
        _acceptPay(runId, list);
        vm.warp(block.timestamp + WINDOW + 1);
        _topUp(runId, stranger, 1_000_000_000);
        uint256 before = token.balanceOf(opener);
        assertEq(escrow.claim(runId, opener), 667_333_332);
        assertEq(escrow.claimRemainder(runId), 1);
        assertEq(token.balanceOf(opener), before + 667_333_333);
        assertEq(escrow.claim(runId, alice), 333_666_666);
        assertEq(token.balanceOf(address(escrow)), BOND + 1);
    }

    /// @dev Two runs in one token: a shortage of one is not paid by the other.
    function test_runsDoNotPayForEachOther() external {
        RunId a = _final(_meteredSpec());
        RunId b = _open(_spec());
        escrow.claim(a, alice);
        escrow.claim(a, bob);
        escrow.claimRemainder(a);
        escrow.releaseBond(a);
        assertEq(token.balanceOf(address(escrow)), DEPOSIT);
        vm.warp(escrow.deadlineOf(b) + 1);
        escrow.refund(b);
        assertEq(token.balanceOf(address(escrow)), 0);
    }

    /// @dev A token that lies about balances can only spoil runs that were opened in it.
    function test_aLyingTokenSpoilsOnlyItsOwnRuns() external {
        RunId honest = _final(_spec());
        LyingToken liar = new LyingToken();
        T.RunSpec memory spec = _spec();
        spec.token = address(liar);
        spec.bond = 0;
        RunId runId = _final(spec);
        liar.setShown(type(uint128).max);
        escrow.claim(runId, alice);
        assertEq(escrow.claim(honest, alice), 500_000);
        assertEq(escrow.claim(honest, bob), 300_000);
    }

    function test_theReentrancyLockSpansFunctions() external {
        ReentrantReceiver attacker = new ReentrantReceiver();
        T.RunSpec memory spec = _spec();
        spec.token = address(0);
        spec.bond = 0;
        vm.deal(address(attacker), 1e30);
        vm.prank(address(attacker));
        RunId runId = escrow.open{value: DEPOSIT}(spec);
        RunId second = _open(spec);
        attacker.setCall(address(escrow), abi.encodeCall(IRewardEscrow.refund, (second)));
        vm.warp(escrow.deadlineOf(runId) + 1);
        uint256 before = address(attacker).balance;
        escrow.refund(runId);
        assertEq(address(attacker).balance, before + DEPOSIT);
        assertFalse(attacker.succeeded());
        assertEq(uint256(escrow.run(second).state), uint256(T.State.Open));
    }

    function _retireOne() internal {
        MockVerifier one = new MockVerifier(1, 6);
        set.add(address(one));
        set.retire(address(one), address(0));
    }
}

/// @dev Says whatever balance it is told to, and moves nothing.
contract LyingToken {
    uint256 public shown;
    uint256 public step = 1e24;

    function setShown(uint256 value) external {
        shown = value;
    }

    function balanceOf(address) external view returns (uint256) {
        return shown;
    }

    function transferFrom(address, address, uint256) external returns (bool) {
        shown += step;
        return true;
    }

    function transfer(address, uint256) external returns (bool) {
        return true;
    }
}
