// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {IRewardEscrowTypes as T} from "../src/interfaces/IRewardEscrowTypes.sol";
import {RewardEscrow} from "../src/RewardEscrow.sol";
import {ContextDigest} from "../src/types/ContextDigest.sol";
import {ModelDigest} from "../src/types/ModelDigest.sol";
import {RegistryRoot} from "../src/types/RegistryRoot.sol";
import {RunId} from "../src/types/RunId.sol";
import {TermsHash} from "../src/types/TermsHash.sol";
import {UsageCommitment} from "../src/types/UsageCommitment.sol";
import {MockVerifier} from "./mocks/MockVerifier.sol";
import {EscrowBase} from "./base/EscrowBase.sol";

/// @dev What a usage proof must say to be accepted, and with which evidence.
contract EscrowUsageTest is EscrowBase {
    uint256 internal constant CURVE = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141;

    uint256 internal _root;
    uint256 internal _context;

    function test_anybodyCarriesAUsageProof() external {
        RunId runId = _open(_spec());
        _bind(runId, COMMITMENT);
        uint256[] memory inputs = _usageInputs(runId);
        vm.prank(stranger);
        escrow.acceptUsage(runId, address(usageVerifier), inputs, "", _noEvidence());
        T.Run memory run = escrow.run(runId);
        assertEq(run.usageCommitment, UsageCommitment.wrap(USAGE));
        assertEq(uint256(run.state), uint256(T.State.UsageAccepted));
        assertEq(uint256(escrow.windowEnd(runId)), block.timestamp + WINDOW);
    }

    function test_oneUsageProofForOneRun() external {
        RunId runId = _proven(_spec());
        uint256[] memory inputs = _usageInputs(runId);
        _wrongState(T.State.UsageAccepted);
        escrow.acceptUsage(runId, address(usageVerifier), inputs, "", _noEvidence());
        inputs[3] = USAGE + 1;
        _wrongState(T.State.UsageAccepted);
        escrow.acceptUsage(runId, address(usageVerifier), inputs, "other bytes", _noEvidence());
    }

    function test_noUsageProofBeforeACommitment() external {
        RunId runId = _open(_spec());
        uint256[] memory inputs = _usageInputs(runId);
        _wrongState(T.State.Open);
        escrow.acceptUsage(runId, address(usageVerifier), inputs, "", _noEvidence());
    }

    function test_everyInputIsComparedAndInOneForm() external {
        RunId runId = _open(_spec());
        _bind(runId, COMMITMENT);
        uint256[6] memory rows = [uint256(0), 2, 4, 5, 3, 1];
        for (uint256 i = 0; i < 6; ++i) {
            uint256[] memory inputs = _usageInputs(runId);
            inputs[rows[i]] += R;
            _refused(runId, inputs, rows[i]);
            if (i > 3) continue;
            inputs = _usageInputs(runId);
            inputs[rows[i]] += 1;
            _refused(runId, inputs, rows[i]);
        }
        uint256[] memory zero = _usageInputs(runId);
        zero[3] = 0;
        _refused(runId, zero, 3);
    }

    function test_thereAreSixInputs() external {
        RunId runId = _open(_spec());
        _bind(runId, COMMITMENT);
        for (uint256 count = 5; count < 8; count += 2) {
            _revert(T.WrongPublicInputCount.selector, count);
            escrow.acceptUsage(runId, address(usageVerifier), new uint256[](count), "", _noEvidence());
        }
    }

    function test_registryRootsAreThoseUpToTheCutOff() external {
        RunId runId = _open(_spec());
        _bind(runId, COMMITMENT);
        uint256[] memory inputs = _usageInputs(runId);
        inputs[1] = 12345;
        _revert(T.UnknownRegistryRoot.selector, 12345);
        escrow.acceptUsage(runId, address(usageVerifier), inputs, "", _noEvidence());
        inputs[1] = RegistryRoot.unwrap(registry.rootAt(3).root);
        vm.expectRevert(abi.encodeWithSelector(T.RegistryRootTooNew.selector, 3, 2));
        escrow.acceptUsage(runId, address(usageVerifier), inputs, "", _noEvidence());
        inputs[1] = RegistryRoot.unwrap(registry.rootAt(1).root);
        escrow.acceptUsage(runId, address(usageVerifier), inputs, "", _noEvidence());
    }

    function test_aRootThatTheRegistryWillHaveIsRefusedUntilThen() external {
        T.RunSpec memory spec = _spec();
        spec.terms.registryCutoff = 4;
        RunId runId = _open(spec);
        _bind(runId, COMMITMENT);
        uint256 snapshot = vm.snapshot();
        _register(3);
        uint256 future = RegistryRoot.unwrap(registry.root());
        vm.revertTo(snapshot);
        uint256[] memory inputs = _usageInputs(runId);
        inputs[1] = future;
        _revert(T.UnknownRegistryRoot.selector, future);
        escrow.acceptUsage(runId, address(usageVerifier), inputs, "", _noEvidence());
        _register(3);
        escrow.acceptUsage(runId, address(usageVerifier), inputs, "", _noEvidence());
    }

    function test_theVerifierIsActiveAndOfTheKind() external {
        RunId runId = _open(_spec());
        _bind(runId, COMMITMENT);
        MockVerifier foreign = new MockVerifier(1, 6);
        address[3] memory wrong = [address(foreign), address(payVerifier), stranger];
        uint256[] memory inputs = _usageInputs(runId);
        for (uint256 i = 0; i < 3; ++i) {
            vm.expectRevert(abi.encodeWithSelector(T.VerifierNotAccepted.selector, wrong[i], 1));
            escrow.acceptUsage(runId, wrong[i], inputs, "", _noEvidence());
        }
        set.add(address(foreign));
        vm.expectRevert(abi.encodeWithSelector(T.VerifierNotAccepted.selector, address(foreign), 1));
        escrow.acceptUsage(runId, address(foreign), inputs, "", _noEvidence());
        usageVerifier.setAccepts(false);
        _revert(T.ProofRefused.selector);
        escrow.acceptUsage(runId, address(usageVerifier), inputs, "", _noEvidence());
    }

    function test_aProofOfOneRunFitsNoOther() external {
        RunId first = _open(_spec());
        RunId second = _open(_spec());
        _bind(first, COMMITMENT);
        _bind(second, COMMITMENT);
        uint256[] memory inputs = _usageInputs(first);
        _refused(second, inputs, 0);
    }

    function test_aProofOfOneContractOrChainFitsNoOther() external {
        RunId runId = _open(_spec());
        TermsHash termsHash = escrow.run(runId).termsHash;
        ContextDigest context = escrow.contextOf(runId);
        RewardEscrow other = new RewardEscrow(address(registry), address(set));
        assertNotEq(other.contextFor(runId, termsHash), context);
        assertNotEq(other.nextRunId(opener), escrow.nextRunId(opener));
        _bind(runId, COMMITMENT);
        uint256[] memory inputs = _usageInputs(runId);
        vm.chainId(31338);
        assertNotEq(escrow.contextOf(runId), context);
        _refused(runId, inputs, 0);
    }

    function test_theTermsOfTwoRunsGiveTwoContexts() external {
        T.RunSpec memory spec = _spec();
        RunId runId = escrow.nextRunId(opener);
        ContextDigest a = escrow.contextFor(runId, escrow.hashTerms(spec.terms));
        spec.terms.modelDigest = ModelDigest.wrap(keccak256("another"));
        assertNotEq(escrow.contextFor(runId, escrow.hashTerms(spec.terms)), a);
        assertEq(escrow.contextFor(runId, escrow.hashTerms(_spec().terms)), a);
        _open(_spec());
        assertEq(escrow.contextOf(runId), a);
    }

    function test_evidenceOfTheTermsKeyReachesItsLevel() external {
        RunId runId = _boundWithMinimum(2);
        _acceptWith(runId, _evidence(2, 1, EVIDENCE_SECRET, COMMITMENT));
        assertEq(uint256(escrow.run(runId).evidenceLevel), 2);
    }

    function test_evidenceBelowTheMinimumIsRefused() external {
        RunId runId = _boundWithMinimum(2);
        vm.expectRevert(abi.encodeWithSelector(T.EvidenceTooLow.selector, 0, 2));
        _acceptWith(runId, _noEvidence());
        T.Evidence memory low = _evidence(1, 1, EVIDENCE_SECRET, COMMITMENT);
        vm.expectRevert(abi.encodeWithSelector(T.EvidenceTooLow.selector, 1, 2));
        _acceptWith(runId, low);
    }

    function test_evidenceThatDoesNotHoldIsRefused() external {
        RunId runId = _boundWithMinimum(1);
        T.Evidence memory evidence = _evidence(2, 1, 0xBAD, COMMITMENT);
        _refusedEvidence(runId, evidence);
        evidence.signer = vm.addr(EVIDENCE_SECRET);
        _refusedEvidence(runId, evidence);
        _refusedEvidence(runId, _evidence(2, 0, EVIDENCE_SECRET, COMMITMENT));
        _refusedEvidence(runId, _evidence(2, 1, EVIDENCE_SECRET, COMMITMENT + 1));
        _refusedEvidence(runId, _evidence(5, 1, EVIDENCE_SECRET, COMMITMENT));
        evidence = _evidence(2, 1, EVIDENCE_SECRET, COMMITMENT);
        evidence.level = 3;
        _refusedEvidence(runId, evidence);
        evidence = _evidence(2, 0, EVIDENCE_SECRET, COMMITMENT);
        evidence.order = 1;
        _refusedEvidence(runId, evidence);
        evidence = _noEvidence();
        evidence.signature = hex"00";
        _refusedEvidence(runId, evidence);
    }

    function test_aSignatureHasOneForm() external {
        RunId runId = _boundWithMinimum(1);
        T.Evidence memory good = _evidence(2, 1, EVIDENCE_SECRET, COMMITMENT);
        bytes32 r;
        uint256 s;
        uint8 v;
        bytes memory signature = good.signature;
        assembly {
            r := mload(add(signature, 0x20))
            s := mload(add(signature, 0x40))
            v := byte(0, mload(add(signature, 0x60)))
        }
        good.signature = abi.encodePacked(r, CURVE - s, v == 27 ? uint8(28) : uint8(27));
        _refusedEvidence(runId, good);
        good.signature = abi.encodePacked(r, s, v - 27);
        _refusedEvidence(runId, good);
        good.signature = abi.encodePacked(r, s, v, uint8(0));
        _refusedEvidence(runId, good);
        good.signature = abi.encodePacked(r, s | (uint256(v - 27) << 255));
        _refusedEvidence(runId, good);
        good.signature = new bytes(65);
        _refusedEvidence(runId, good);
        good.signature = abi.encodePacked(r, s, v);
        _acceptWith(runId, good);
    }

    /// @dev A relayer who leaves the evidence out changes nothing for long.
    function test_strippedEvidenceIsRaisedAgain() external {
        RunId runId = _proven(_spec());
        T.Evidence memory evidence = _evidence(3, 1, EVIDENCE_SECRET, COMMITMENT);
        escrow.raiseEvidence(runId, evidence);
        assertEq(uint256(escrow.run(runId).evidenceLevel), 3);
        vm.expectRevert(abi.encodeWithSelector(T.EvidenceTooLow.selector, 3, 4));
        escrow.raiseEvidence(runId, evidence);
        evidence = _evidence(4, 1, 0xBAD, COMMITMENT);
        _revert(T.InvalidEvidence.selector);
        escrow.raiseEvidence(runId, evidence);
        RunId other = _open(_spec());
        _wrongState(T.State.Open);
        escrow.raiseEvidence(other, evidence);
    }

    function _boundWithMinimum(uint8 level) internal returns (RunId runId) {
        T.RunSpec memory spec = _spec();
        spec.terms.minEvidence = level;
        runId = _open(spec);
        _bind(runId, COMMITMENT);
        _root = RegistryRoot.unwrap(registry.rootAt(2).root);
        _context = ContextDigest.unwrap(escrow.contextOf(runId));
    }

    function _acceptWith(RunId runId, T.Evidence memory evidence) internal {
        uint256[] memory inputs = new uint256[](6);
        (inputs[0], inputs[1], inputs[2], inputs[3], inputs[4], inputs[5]) = (_context, _root, COMMITMENT, USAGE, UNIT, 1);
        escrow.acceptUsage(runId, address(usageVerifier), inputs, "", evidence);
    }

    function _refusedEvidence(RunId runId, T.Evidence memory evidence) internal {
        _revert(T.InvalidEvidence.selector);
        _acceptWith(runId, evidence);
    }

    function _refused(RunId runId, uint256[] memory inputs, uint256 row) internal {
        _revert(T.WrongPublicInput.selector, row);
        escrow.acceptUsage(runId, address(usageVerifier), inputs, "", _noEvidence());
    }
}
