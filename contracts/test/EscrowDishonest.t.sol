// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {IRewardEscrowTypes as T} from "../src/interfaces/IRewardEscrowTypes.sol";
import {Payee} from "../src/types/Payee.sol";
import {RegistryRoot} from "../src/types/RegistryRoot.sol";
import {RunId} from "../src/types/RunId.sol";
import {EscrowBase} from "./base/EscrowBase.sol";

/// @dev What builders and contributors gain by what no proof can show, and where the escrow stops them.
contract EscrowDishonestTest is EscrowBase {
    /// @dev A tranche at a high rate, drawn from once, takes all that the honest owners leave of a deposit, and nothing beyond it.
    function test_aDearTrancheTakesTheRestOfADepositAndNoMore() external {
        RunId runId = _proven(_meteredSpec());
        Payee[] memory list = new Payee[](2);
        list[0] = _payee(alice, 400_000);
        list[1] = _payee(stranger, 600_001);
        uint256[] memory inputs = _payInputs(runId, list);
        vm.expectRevert(abi.encodeWithSelector(T.TotalAboveDeposit.selector, DEPOSIT + 1, DEPOSIT));
        escrow.acceptPay(runId, address(payVerifier), inputs, "");
        list[1] = _payee(stranger, 600_000);
        _acceptPay(runId, list);
        vm.warp(block.timestamp + WINDOW + 1);
        assertEq(escrow.claimableRemainder(runId), 0);
        assertEq(escrow.claim(runId, alice), 400_000);
        assertEq(escrow.claim(runId, stranger), 600_000);
    }

    /// @dev Against a dear tranche stands the arbiter of the terms, in the window: the deposit goes back.
    function test_anArbiterVoidsADearPayList() external {
        RunId runId = _proven(_meteredSpec());
        Payee[] memory list = new Payee[](1);
        list[0] = _payee(stranger, DEPOSIT);
        _acceptPay(runId, list);
        vm.prank(arbiter);
        escrow.voidAcceptance(runId);
        vm.warp(escrow.deadlineOf(runId) + 1);
        assertEq(escrow.refund(runId), DEPOSIT + BOND);
    }

    /// @dev Intended: a cut-off is the latest root that counts. A builder may prove under an older one, for which later tranches are
    /// unregistered.
    function test_aBuilderMayProveUnderAnOlderRoot() external {
        T.RunSpec memory spec = _spec();
        spec.terms.registryCutoff = 3;
        RunId runId = _open(spec);
        _bind(runId, COMMITMENT);
        uint256[] memory inputs = _usageInputs(runId);
        inputs[1] = RegistryRoot.unwrap(registry.rootAt(1).root);
        escrow.acceptUsage(runId, address(usageVerifier), inputs, "", _noEvidence());
        assertEq(uint256(escrow.run(runId).state), uint256(T.State.UsageAccepted));
    }

    /// @dev Intended: evidence is for a run commitment, a proof for a run. Both runs show the commitment they share.
    function test_oneCommitmentWithItsEvidenceServesTwoRuns() external {
        RunId[2] memory runs = [_open(_spec()), _open(_spec())];
        T.Evidence memory evidence = _evidence(1, 1, EVIDENCE_SECRET, COMMITMENT);
        for (uint256 i = 0; i < 2; ++i) {
            _bind(runs[i], COMMITMENT);
            escrow.acceptUsage(runs[i], address(usageVerifier), _usageInputs(runs[i]), "", evidence);
            assertEq(uint256(escrow.run(runs[i]).evidenceLevel), 1);
        }
        assertEq(escrow.run(runs[0]).runCommitment, escrow.run(runs[1]).runCommitment);
        assertNotEq(escrow.contextOf(runs[0]), escrow.contextOf(runs[1]));
    }

    /// @dev Evidence for one commitment does not raise the level of a run that bound another.
    function test_evidenceOfOneCommitmentRaisesNoOther() external {
        RunId runId = _open(_spec());
        _bind(runId, COMMITMENT + 1);
        _acceptUsage(runId);
        _revert(T.InvalidEvidence.selector);
        escrow.raiseEvidence(runId, _evidence(1, 1, EVIDENCE_SECRET, COMMITMENT));
    }

    /// @dev A relayer who carries a proof or a pay list again, in the same run, moves nothing.
    function test_aProofCarriedAgainMovesNothing() external {
        RunId runId = _payable(_spec());
        uint256[] memory usage = _usageInputs(runId);
        uint256[] memory pay = _payInputs(runId, _list());
        vm.prank(stranger);
        _wrongState(T.State.PayAccepted);
        escrow.acceptUsage(runId, address(usageVerifier), usage, "", _noEvidence());
        vm.prank(stranger);
        _wrongState(T.State.PayAccepted);
        escrow.acceptPay(runId, address(payVerifier), pay, "");
        vm.warp(block.timestamp + WINDOW + 1);
        assertEq(escrow.claim(runId, alice), 500_000);
        _revert(T.NothingToPay.selector);
        escrow.claim(runId, alice);
    }
}
