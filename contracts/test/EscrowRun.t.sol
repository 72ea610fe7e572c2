// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {IRewardEscrow} from "../src/interfaces/IRewardEscrow.sol";
import {IRewardEscrowTypes as T} from "../src/interfaces/IRewardEscrowTypes.sol";
import {RunCommitment} from "../src/types/RunCommitment.sol";
import {RunId} from "../src/types/RunId.sol";
import {EscrowBase} from "./base/EscrowBase.sol";

/// @dev Runs from opening to the last payment: states, times, who may do what.
contract EscrowRunTest is EscrowBase {
    function test_aSharesRunIsPaidToTheLastPart() external {
        RunId expected = escrow.nextRunId(opener);
        RunId runId = _final(_spec());
        assertEq(runId, expected);
        assertEq(runId, RunId.wrap(keccak256(abi.encode(block.chainid, address(escrow), opener, 0))));
        assertEq(escrow.claim(runId, alice), 500_000);
        assertEq(escrow.claim(runId, bob), 300_000);
        assertEq(escrow.claim(runId, carol), 199_999);
        assertEq(escrow.claimable(runId, alice), 0);
        assertEq(token.balanceOf(carol), 199_999);
        uint256 before = token.balanceOf(builder);
        assertEq(escrow.releaseBond(runId), BOND);
        assertEq(token.balanceOf(builder), before + BOND);
        vm.warp(escrow.run(runId).markUntil + 1);
        assertEq(escrow.expireUnclaimed(runId), 1);
        assertEq(token.balanceOf(address(escrow)), 0);
    }

    function test_aMeteredRunPaysAmountsAndTheRestToTheOpener() external {
        RunId runId = _final(_meteredSpec());
        assertEq(escrow.claim(runId, alice), 400_000);
        assertEq(escrow.claim(runId, bob), 200_000);
        _revert(T.NothingToPay.selector);
        escrow.claim(runId, carol);
        uint256 before = token.balanceOf(opener);
        assertEq(escrow.claimRemainder(runId), 400_000);
        assertEq(token.balanceOf(opener), before + 400_000);
        _revert(T.NothingToPay.selector);
        escrow.claimRemainder(runId);
    }

    function test_aRunInNativeCoin() external {
        T.RunSpec memory spec = _spec();
        spec.token = address(0);
        RunId runId = _final(spec);
        escrow.claim(runId, bob);
        assertEq(bob.balance, 300_000);
        uint256 before = builder.balance;
        escrow.releaseBond(runId);
        assertEq(builder.balance, before + BOND);
    }

    function test_theValueSentIsTheDeposit() external {
        T.RunSpec memory spec = _spec();
        vm.expectRevert(abi.encodeWithSelector(T.WrongValue.selector, 1, 0));
        vm.prank(opener);
        escrow.open{value: 1}(spec);
        spec.token = address(0);
        vm.expectRevert(abi.encodeWithSelector(T.WrongValue.selector, DEPOSIT - 1, DEPOSIT));
        vm.prank(opener);
        escrow.open{value: DEPOSIT - 1}(spec);
        RunId runId = _open(spec);
        vm.expectRevert(abi.encodeWithSelector(T.WrongValue.selector, 0, BOND));
        vm.prank(builder);
        escrow.bindCommitment(runId, RunCommitment.wrap(COMMITMENT));
    }

    function test_termsOutOfRangeAreRefused() external {
        T.RunSpec memory spec = _spec();
        spec.terms.version = 2;
        _refusedTerms(spec, 0);
        spec = _spec();
        spec.terms.payRule = 0;
        _refusedTerms(spec, 1);
        spec.terms.payRule = 3;
        _refusedTerms(spec, 1);
        spec = _spec();
        spec.terms.basis = 0;
        _refusedTerms(spec, 2);
        spec = _meteredSpec();
        spec.terms.basis = 2;
        _refusedTerms(spec, 2);
        spec = _meteredSpec();
        spec.terms.remainderRule = 1;
        _refusedTerms(spec, 3);
        spec = _spec();
        spec.terms.unit = R;
        _refusedTerms(spec, 4);
        spec = _spec();
        spec.terms.minRegisteredPpm = 1_000_001;
        _refusedTerms(spec, 5);
        spec = _spec();
        spec.terms.minEvidence = 5;
        _refusedTerms(spec, 6);
        spec = _spec();
        spec.terms.order = 2;
        _refusedTerms(spec, 7);
        spec = _spec();
        spec.terms.builder = address(0);
        _refusedTerms(spec, 11);
        spec = _spec();
        spec.terms.minEvidence = 1;
        spec.terms.evidenceKey = address(0);
        _refusedTerms(spec, 12);
    }

    function test_timesOutOfRangeAreRefused() external {
        T.RunSpec memory spec = _spec();
        spec.deadline = uint64(block.timestamp);
        _refusedTimes(spec);
        spec.deadline = uint64(block.timestamp) + 3651 days;
        _refusedTimes(spec);
        spec = _spec();
        spec.challengeWindow = 0;
        _refusedTimes(spec);
        spec.challengeWindow = 91 days;
        _refusedTimes(spec);
        spec = _spec();
        spec.claimPeriod = 30 days - 1;
        _refusedTimes(spec);
        spec.claimPeriod = type(uint64).max;
        _refusedTimes(spec);
        spec = _spec();
        spec.challengeWindow = 0;
        spec.terms.arbiter = address(0);
        _open(spec);
    }

    function test_theTokenIsAContract() external {
        T.RunSpec memory spec = _spec();
        spec.token = stranger;
        vm.expectRevert(abi.encodeWithSelector(T.InvalidToken.selector, stranger));
        vm.prank(opener);
        escrow.open(spec);
    }

    function test_onlyTheBuilderBindsAndOnlyOnce() external {
        RunId runId = _open(_spec());
        _notAllowed(stranger);
        vm.prank(stranger);
        escrow.bindCommitment(runId, RunCommitment.wrap(1));
        _notAllowed(opener);
        vm.prank(opener);
        escrow.bindCommitment(runId, RunCommitment.wrap(1));
        uint256[3] memory wrong = [uint256(0), R, COMMITMENT + R];
        for (uint256 i = 0; i < 3; ++i) {
            _revert(T.InvalidCommitment.selector, wrong[i]);
            vm.prank(builder);
            escrow.bindCommitment(runId, RunCommitment.wrap(wrong[i]));
        }
        _bind(runId, COMMITMENT);
        assertEq(uint256(escrow.run(runId).bondHeld), BOND);
        _wrongState(T.State.Bound);
        vm.prank(builder);
        escrow.bindCommitment(runId, RunCommitment.wrap(COMMITMENT + 1));
    }

    function test_nothingIsBoundOrProvenAfterTheDeadline() external {
        RunId runId = _open(_spec());
        RunId bound = _open(_spec());
        _bind(bound, COMMITMENT);
        uint64 deadline = escrow.deadlineOf(runId);
        uint256[] memory inputs = _usageInputs(bound);
        vm.warp(deadline + 1);
        _revert(T.TooLate.selector, deadline);
        vm.prank(builder);
        escrow.bindCommitment(runId, RunCommitment.wrap(COMMITMENT));
        _revert(T.TooLate.selector, deadline);
        escrow.acceptUsage(bound, address(usageVerifier), inputs, "", _noEvidence());
    }

    /// @dev At every second at most one of proving and refunding is possible, and always one of them.
    function testFuzz_aRefundNeverRacesAUsageProof(uint32 offset) external {
        RunId runId = _open(_spec());
        _bind(runId, COMMITMENT);
        uint256[] memory inputs = _usageInputs(runId);
        uint64 deadline = escrow.deadlineOf(runId);
        vm.warp(uint256(deadline) - 500 + offset % 1_000);
        uint256 snapshot = vm.snapshot();
        bool refunded = _try(abi.encodeCall(IRewardEscrow.refund, (runId)));
        vm.revertTo(snapshot);
        bool proven = _try(abi.encodeCall(IRewardEscrow.acceptUsage, (runId, address(usageVerifier), inputs, "", _noEvidence())));
        assertTrue(refunded != proven);
        assertEq(proven, block.timestamp <= deadline);
    }

    function testFuzz_aRefundNeverRacesAPayList(uint32 offset) external {
        RunId runId = _proven(_spec());
        uint256[] memory inputs = _payInputs(runId, _list());
        uint64 until = escrow.refundableAfter(runId);
        assertEq(uint256(until), escrow.run(runId).usageAcceptedAt + WINDOW + CLAIM_PERIOD);
        vm.warp(uint256(until) - 500 + offset % 1_000);
        uint256 snapshot = vm.snapshot();
        bool refunded = _try(abi.encodeCall(IRewardEscrow.refund, (runId)));
        vm.revertTo(snapshot);
        bool paid = _try(abi.encodeCall(IRewardEscrow.acceptPay, (runId, address(payVerifier), inputs, "")));
        assertTrue(refunded != paid);
        assertEq(paid, block.timestamp <= until);
    }

    /// @dev While a pay list can be voided nothing is claimed, and the other way round.
    function testFuzz_aClaimNeverRacesAVoid(uint32 offset) external {
        RunId runId = _payable(_spec());
        uint64 end = escrow.windowEnd(runId);
        vm.warp(uint256(end) - 500 + offset % 1_000);
        uint256 snapshot = vm.snapshot();
        bool claimed = _try(abi.encodeCall(IRewardEscrow.claim, (runId, alice)));
        vm.revertTo(snapshot);
        vm.prank(arbiter);
        bool voided = _try(abi.encodeCall(IRewardEscrow.voidAcceptance, (runId)));
        assertTrue(claimed != voided);
    }

    function test_anUnprovenRunIsRefundedWithTheBond() external {
        RunId runId = _open(_spec());
        _bind(runId, COMMITMENT);
        uint64 deadline = escrow.deadlineOf(runId);
        _revert(T.TooEarly.selector, deadline);
        escrow.refund(runId);
        vm.warp(deadline + 1);
        uint256 before = token.balanceOf(opener);
        assertEq(escrow.refund(runId), DEPOSIT + BOND);
        assertEq(token.balanceOf(opener), before + DEPOSIT + BOND);
        _wrongState(T.State.Closed);
        escrow.refund(runId);
        _wrongState(T.State.Closed);
        vm.prank(opener);
        escrow.topUp(runId, 1);
        _wrongState(T.State.Closed);
        vm.prank(builder);
        escrow.bindCommitment(runId, RunCommitment.wrap(5));
    }

    function test_usageWithoutAPayListIsRefundedWithTheBondToo() external {
        RunId runId = _proven(_spec());
        vm.warp(escrow.refundableAfter(runId) + 1);
        assertEq(escrow.refund(runId), DEPOSIT + BOND);
    }

    function test_anAcceptedRunIsNeverRefunded() external {
        RunId runId = _final(_spec());
        vm.warp(block.timestamp + 20_000 days);
        _wrongState(T.State.PayAccepted);
        escrow.refund(runId);
        assertEq(escrow.claim(runId, alice), 500_000);
    }

    function test_theBondIsHeldUntilThePayListIsFinal() external {
        RunId runId = _open(_spec());
        _bind(runId, COMMITMENT);
        _wrongState(T.State.Bound);
        escrow.releaseBond(runId);
        _acceptUsage(runId);
        _wrongState(T.State.UsageAccepted);
        escrow.releaseBond(runId);
        _acceptPay(runId, _list());
        _revert(T.TooEarly.selector, escrow.windowEnd(runId));
        escrow.releaseBond(runId);
        vm.warp(block.timestamp + WINDOW + 1);
        assertEq(escrow.releaseBond(runId), BOND);
        _revert(T.NothingToPay.selector);
        escrow.releaseBond(runId);
    }

    function test_theBondOutlivesTheLastCredit() external {
        RunId runId = _final(_meteredSpec());
        vm.warp(escrow.run(runId).markUntil + 1);
        assertEq(escrow.expireUnclaimed(runId), DEPOSIT);
        assertEq(uint256(escrow.run(runId).state), uint256(T.State.Closed));
        assertEq(escrow.releaseBond(runId), BOND);
        assertEq(token.balanceOf(address(escrow)), 0);
    }

    function test_unknownRunsAreRefused() external {
        vm.expectRevert(abi.encodeWithSelector(T.UnknownRun.selector, bytes32("x")));
        escrow.claim(RunId.wrap("x"), alice);
        vm.expectRevert(abi.encodeWithSelector(T.UnknownRun.selector, bytes32("x")));
        escrow.run(RunId.wrap("x"));
    }

    function _refusedTerms(T.RunSpec memory spec, uint256 index) internal {
        _revert(T.TermsOutOfRange.selector, index);
        vm.prank(opener);
        escrow.open(spec);
    }

    function _refusedTimes(T.RunSpec memory spec) internal {
        _revert(T.TimesOutOfRange.selector);
        vm.prank(opener);
        escrow.open(spec);
    }

    function _try(bytes memory call) internal returns (bool success) {
        (success,) = address(escrow).call(call);
    }
}
