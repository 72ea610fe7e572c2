// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {FIELD_ORDER} from "../Field.sol";
import {IProofVerifier} from "../interfaces/IProofVerifier.sol";
import {IRewardEscrow} from "../interfaces/IRewardEscrow.sol";
import {DisclosureInputs} from "./DisclosureInputs.sol";
import {EvidenceCheck} from "./EvidenceCheck.sol";
import {RunStore} from "./RunStore.sol";
import {RunTerms} from "./RunTerms.sol";

/// @title Proofs accepted and voided
/// @dev Nothing here is keyed on proof bytes: one statement has many proofs. What a run accepts once is a statement.
abstract contract Acceptance is RunStore {
    uint8 private constant USAGE = 1;
    uint8 private constant DISCLOSURE = 2;

    uint256 private constant CONTEXT = 0;
    uint256 private constant REGISTRY_ROOT = 1;
    uint256 private constant RUN_COMMITMENT = 2;
    uint256 private constant USAGE_COMMITMENT = 3;
    uint256 private constant UNIT = 4;
    uint256 private constant ORDER = 5;
    uint256 private constant USAGE_INPUTS = 6;

    /// @inheritdoc IRewardEscrow
    function acceptUsage(bytes32 runId, address verifier, uint256[] calldata publicInputs, bytes calldata proof, Evidence calldata evidence)
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
        _verify(verifier, USAGE, publicInputs, proof);

        entry.state = State.UsageAccepted;
        entry.usageAcceptedAt = _now();
        entry.usageCommitment = publicInputs[USAGE_COMMITMENT];
        entry.evidenceLevel = level;
        emit UsageAccepted(runId, publicInputs[USAGE_COMMITMENT], verifier, publicInputs[REGISTRY_ROOT], level, _windowEnd(entry));
    }

    /// @inheritdoc IRewardEscrow
    function raiseEvidence(bytes32 runId, Evidence calldata evidence) external nonReentrant {
        Run storage entry = _existing(runId);
        if (entry.state != State.UsageAccepted && entry.state != State.PayAccepted) revert WrongState(entry.state);
        uint8 level = EvidenceCheck.level(evidence, _termsOf(runId), entry.runCommitment);
        if (level <= entry.evidenceLevel) revert EvidenceTooLow(level, entry.evidenceLevel + 1);
        entry.evidenceLevel = level;
        emit EvidenceRaised(runId, level);
    }

    /// @inheritdoc IRewardEscrow
    function acceptPay(bytes32 runId, address verifier, uint256[] calldata publicInputs, bytes calldata proof) external nonReentrant {
        Run storage entry = _existing(runId);
        if (entry.state != State.UsageAccepted) revert WrongState(entry.state);
        uint64 until = _payDeadline(entry);
        if (_now() > until) revert TooLate(until);
        Terms memory runTerms = _termsOf(runId);
        (uint256 total, uint256 count) = DisclosureInputs.read(publicInputs, contextOf(runId), entry.usageCommitment, runTerms);
        if (runTerms.payRule == RunTerms.METERED && total > entry.received) revert TotalAboveDeposit(total, entry.received);
        _verify(verifier, DISCLOSURE, publicInputs, proof);

        uint256[] memory list = publicInputs[DisclosureInputs.FIRST_PAYEE:DisclosureInputs.FIRST_PAYEE + count];
        _payees[runId][entry.attempt] = list;
        entry.state = State.PayAccepted;
        entry.payAcceptedAt = _now();
        entry.payTotal = uint128(total);
        entry.mark = entry.received;
        entry.markUntil = _later(_deadline(entry), _now() + entry.challengeWindow + entry.claimPeriod);
        emit PayAccepted(runId, verifier, uint128(total), _windowEnd(entry), entry.markUntil, list);
    }

    /// @inheritdoc IRewardEscrow
    function voidAcceptance(bytes32 runId) external nonReentrant {
        Run storage entry = _existing(runId);
        if (entry.state != State.UsageAccepted && entry.state != State.PayAccepted) revert WrongState(entry.state);
        if (msg.sender != _terms[runId].arbiter) revert NotAllowed(msg.sender);
        uint64 until = _windowEnd(entry);
        if (_now() > until) revert TooLate(until);
        (uint256 runCommitment, uint256 usageCommitment) = (entry.runCommitment, entry.usageCommitment);
        // A proof is public once it was carried here: with the commitment unbound, only the builder can start again.
        _voided[runId][runCommitment] = true;
        entry.state = State.Open;
        entry.runCommitment = 0;
        entry.usageCommitment = 0;
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

    function _checkUsageInputs(uint256[] calldata inputs, uint256 context, uint256 runCommitment, Terms memory runTerms) private view {
        if (inputs.length != USAGE_INPUTS) revert WrongPublicInputCount(inputs.length);
        _require(inputs[CONTEXT] == context, CONTEXT);
        _require(inputs[REGISTRY_ROOT] < FIELD_ORDER, REGISTRY_ROOT);
        _require(inputs[RUN_COMMITMENT] == runCommitment, RUN_COMMITMENT);
        _require(inputs[USAGE_COMMITMENT] != 0 && inputs[USAGE_COMMITMENT] < FIELD_ORDER, USAGE_COMMITMENT);
        _require(inputs[UNIT] == runTerms.unit, UNIT);
        _require(inputs[ORDER] == runTerms.order, ORDER);
        (bool known, uint32 registrations) = _registry.countOf(inputs[REGISTRY_ROOT]);
        if (!known) revert UnknownRegistryRoot(inputs[REGISTRY_ROOT]);
        if (registrations > runTerms.registryCutoff) revert RegistryRootTooNew(registrations, runTerms.registryCutoff);
    }

    function _verify(address verifier, uint8 kind, uint256[] calldata publicInputs, bytes calldata proof) private view {
        if (_verifiers.activeKind(verifier) != kind) revert VerifierNotAccepted(verifier, kind);
        if (!IProofVerifier(verifier).verify(publicInputs, proof)) revert ProofRefused();
    }

    function _require(bool holds, uint256 row) private pure {
        if (!holds) revert WrongPublicInput(row);
    }
}
