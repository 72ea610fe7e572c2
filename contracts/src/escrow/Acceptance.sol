// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {FIELD_ORDER} from "../Field.sol";
import {IProofVerifier} from "../interfaces/IProofVerifier.sol";
import {IRewardEscrow} from "../interfaces/IRewardEscrow.sol";
import {ContextDigest} from "../types/ContextDigest.sol";
import {Payee, asPayees} from "../types/Payee.sol";
import {DISCLOSURE_PROOF, ProofKind, USAGE_PROOF} from "../types/ProofKind.sol";
import {RegistryRoot} from "../types/RegistryRoot.sol";
import {NO_RUN_COMMITMENT, RunCommitment} from "../types/RunCommitment.sol";
import {RunId} from "../types/RunId.sol";
import {NO_USAGE_COMMITMENT, UsageCommitment} from "../types/UsageCommitment.sol";
import {DisclosureInputs} from "./DisclosureInputs.sol";
import {EvidenceCheck} from "./EvidenceCheck.sol";
import {RunStore} from "./RunStore.sol";
import {RunTerms} from "./RunTerms.sol";

/// @title Proofs accepted and voided
/// @dev Nothing here is keyed on proof bytes: one statement has many proofs. What a run accepts once is a statement.
abstract contract Acceptance is RunStore {
    uint256 private constant CONTEXT = 0;
    uint256 private constant REGISTRY_ROOT = 1;
    uint256 private constant RUN_COMMITMENT = 2;
    uint256 private constant USAGE_COMMITMENT = 3;
    uint256 private constant UNIT = 4;
    uint256 private constant ORDER = 5;
    uint256 private constant USAGE_INPUTS = 6;

    /// @inheritdoc IRewardEscrow
    function acceptUsage(RunId runId, address verifier, uint256[] calldata publicInputs, bytes calldata proof, Evidence calldata evidence)
        external
        nonReentrant
    {
        Run storage entry = _existing(runId);
        if (entry.state != State.Bound) revert WrongState(entry.state);
        uint64 until = _deadline(entry);
        if (_now() > until) revert TooLate(until);
        Terms memory runTerms = _termsOf(runId);
        _checkUsageInputs(publicInputs, contextOf(runId), entry.runCommitment, runTerms);
        uint8 level = EvidenceCheck.level(evidence, runTerms, entry.runCommitment);
        if (level < runTerms.minEvidence) revert EvidenceTooLow(level, runTerms.minEvidence);
        _verify(verifier, USAGE_PROOF, publicInputs, proof);

        entry.state = State.UsageAccepted;
        entry.usageAcceptedAt = _now();
        UsageCommitment usageCommitment = UsageCommitment.wrap(publicInputs[USAGE_COMMITMENT]);
        entry.usageCommitment = usageCommitment;
        entry.evidenceLevel = level;
        RegistryRoot registryRoot = RegistryRoot.wrap(publicInputs[REGISTRY_ROOT]);
        emit UsageAccepted(runId, usageCommitment, verifier, registryRoot, level, _windowEnd(entry));
    }

    /// @inheritdoc IRewardEscrow
    function raiseEvidence(RunId runId, Evidence calldata evidence) external nonReentrant {
        Run storage entry = _existing(runId);
        if (entry.state != State.UsageAccepted && entry.state != State.PayAccepted) revert WrongState(entry.state);
        uint8 level = EvidenceCheck.level(evidence, _termsOf(runId), entry.runCommitment);
        if (level <= entry.evidenceLevel) revert EvidenceTooLow(level, entry.evidenceLevel + 1);
        entry.evidenceLevel = level;
        emit EvidenceRaised(runId, level);
    }

    /// @inheritdoc IRewardEscrow
    function acceptPay(RunId runId, address verifier, uint256[] calldata publicInputs, bytes calldata proof) external nonReentrant {
        Run storage entry = _existing(runId);
        if (entry.state != State.UsageAccepted) revert WrongState(entry.state);
        uint64 until = _payDeadline(entry);
        if (_now() > until) revert TooLate(until);
        Terms memory runTerms = _termsOf(runId);
        (uint256 total, uint256 count) = DisclosureInputs.read(publicInputs, contextOf(runId), entry.usageCommitment, runTerms);
        if (runTerms.payRule == RunTerms.METERED && total > entry.received) revert TotalAboveDeposit(total, entry.received);
        _verify(verifier, DISCLOSURE_PROOF, publicInputs, proof);

        Payee[] memory list = asPayees(publicInputs[DisclosureInputs.FIRST_PAYEE:DisclosureInputs.FIRST_PAYEE + count]);
        _payees[runId][entry.attempt] = list;
        entry.state = State.PayAccepted;
        entry.payAcceptedAt = _now();
        entry.payTotal = uint128(total);
        entry.mark = entry.received;
        entry.markUntil = _later(_deadline(entry), _now() + entry.challengeWindow + entry.claimPeriod);
        emit PayAccepted(runId, verifier, uint128(total), _windowEnd(entry), entry.markUntil, list);
    }

    /// @inheritdoc IRewardEscrow
    function voidAcceptance(RunId runId) external nonReentrant {
        Run storage entry = _existing(runId);
        if (entry.state != State.UsageAccepted && entry.state != State.PayAccepted) revert WrongState(entry.state);
        if (msg.sender != _terms[runId].arbiter) revert NotAllowed(msg.sender);
        uint64 until = _windowEnd(entry);
        if (_now() > until) revert TooLate(until);
        (RunCommitment runCommitment, UsageCommitment usageCommitment) = (entry.runCommitment, entry.usageCommitment);
        // A proof is public once it was carried here: with the commitment unbound, only the builder can start again.
        _voided[runId][runCommitment] = true;
        entry.state = State.Open;
        entry.runCommitment = NO_RUN_COMMITMENT;
        entry.usageCommitment = NO_USAGE_COMMITMENT;
        entry.usageAcceptedAt = 0;
        entry.payAcceptedAt = 0;
        entry.evidenceLevel = 0;
        entry.payTotal = 0;
        entry.mark = 0;
        entry.markUntil = 0;
        ++entry.attempt;
        if (!entry.extended) {
            entry.extended = true;
            entry.deadline = _later(entry.deadline, _now() + _verifiers.grace());
        }
        emit AcceptanceVoided(runId, runCommitment, usageCommitment, entry.deadline);
    }

    function _checkUsageInputs(uint256[] calldata inputs, ContextDigest context, RunCommitment runCommitment, Terms memory runTerms)
        private
        view
    {
        if (inputs.length != USAGE_INPUTS) revert WrongPublicInputCount(inputs.length);
        _require(inputs[CONTEXT] == ContextDigest.unwrap(context), CONTEXT);
        _require(inputs[REGISTRY_ROOT] < FIELD_ORDER, REGISTRY_ROOT);
        _require(inputs[RUN_COMMITMENT] == RunCommitment.unwrap(runCommitment), RUN_COMMITMENT);
        _require(UsageCommitment.wrap(inputs[USAGE_COMMITMENT]).isValid(), USAGE_COMMITMENT);
        _require(inputs[UNIT] == runTerms.unit, UNIT);
        _require(inputs[ORDER] == runTerms.order, ORDER);
        RegistryRoot registryRoot = RegistryRoot.wrap(inputs[REGISTRY_ROOT]);
        (bool known, uint32 registrations) = _registry.countOf(registryRoot);
        if (!known) revert UnknownRegistryRoot(registryRoot);
        if (registrations > runTerms.registryCutoff) revert RegistryRootTooNew(registrations, runTerms.registryCutoff);
    }

    function _verify(address verifier, ProofKind kind, uint256[] calldata publicInputs, bytes calldata proof) private view {
        if (_verifiers.activeKind(verifier) != kind) revert VerifierNotAccepted(verifier, kind);
        if (!IProofVerifier(verifier).verify(publicInputs, proof)) revert ProofRefused();
    }

    function _require(bool holds, uint256 row) private pure {
        if (!holds) revert WrongPublicInput(row);
    }
}
