// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IRewardEscrow} from "../interfaces/IRewardEscrow.sol";
import {ITrancheRegistry} from "../interfaces/ITrancheRegistry.sol";
import {IVerifierSet} from "../interfaces/IVerifierSet.sol";
import {ContextDigest, contextDigestOf} from "../types/ContextDigest.sol";
import {Payee} from "../types/Payee.sol";
import {RunCommitment} from "../types/RunCommitment.sol";
import {RunId, runIdOf} from "../types/RunId.sol";
import {TermsHash} from "../types/TermsHash.sol";
import {Funds} from "./Funds.sol";
import {RunTerms} from "./RunTerms.sol";

/// @title The runs of an escrow and their times
abstract contract RunStore is IRewardEscrow, Funds, ReentrancyGuardTransient {
    ITrancheRegistry internal immutable _registry;
    IVerifierSet internal immutable _verifiers;

    mapping(RunId runId => Run) internal _runs;
    mapping(RunId runId => Terms) internal _terms;
    mapping(address opener => uint256) internal _opened;
    /// @dev Pay list by attempt: a void leaves the old one behind and counts the attempt up.
    mapping(RunId runId => mapping(uint256 attempt => Payee[])) internal _payees;
    /// @dev What an owner was paid of a run in an epoch.
    mapping(RunId runId => mapping(uint256 epoch => mapping(address owner => uint256))) internal _paid;
    /// @dev Commitments that were voided.
    mapping(RunId runId => mapping(RunCommitment runCommitment => bool)) internal _voided;

    constructor(address registry_, address verifiers_) {
        _registry = ITrancheRegistry(registry_);
        _verifiers = IVerifierSet(verifiers_);
    }

    /// @inheritdoc IRewardEscrow
    function registry() external view returns (address) {
        return address(_registry);
    }

    /// @inheritdoc IRewardEscrow
    function verifiers() external view returns (address) {
        return address(_verifiers);
    }

    /// @inheritdoc IRewardEscrow
    function run(RunId runId) external view returns (Run memory) {
        return _existing(runId);
    }

    /// @inheritdoc IRewardEscrow
    function terms(RunId runId) external view returns (Terms memory) {
        _existing(runId);
        return _termsOf(runId);
    }

    /// @inheritdoc IRewardEscrow
    function payees(RunId runId) external view returns (Payee[] memory) {
        return _payees[runId][_existing(runId).attempt];
    }

    /// @inheritdoc IRewardEscrow
    function nextRunId(address opener) public view returns (RunId) {
        return runIdOf(address(this), opener, _opened[opener]);
    }

    /// @inheritdoc IRewardEscrow
    function hashTerms(Terms calldata someTerms) external pure returns (TermsHash) {
        return RunTerms.hash(someTerms);
    }

    /// @inheritdoc IRewardEscrow
    function contextOf(RunId runId) public view returns (ContextDigest) {
        return contextDigestOf(address(this), runId, _existing(runId).termsHash);
    }

    /// @inheritdoc IRewardEscrow
    function contextFor(RunId runId, TermsHash termsHash) external view returns (ContextDigest) {
        return contextDigestOf(address(this), runId, termsHash);
    }

    /// @inheritdoc IRewardEscrow
    function deadlineOf(RunId runId) external view returns (uint64) {
        return _deadline(_existing(runId));
    }

    /// @inheritdoc IRewardEscrow
    function refundableAfter(RunId runId) external view returns (uint64) {
        return _payDeadline(_existing(runId));
    }

    /// @inheritdoc IRewardEscrow
    function windowEnd(RunId runId) external view returns (uint64) {
        return _windowEnd(_existing(runId));
    }

    function _existing(RunId runId) internal view returns (Run storage entry) {
        entry = _runs[runId];
        if (entry.state == State.None) revert UnknownRun(runId);
    }

    /// @dev One copy of the code that loads terms.
    function _termsOf(RunId runId) internal view returns (Terms memory) {
        return _terms[runId];
    }

    /// @dev Only retirements up to the stored deadline count, so that all of them together add one grace.
    function _deadline(Run storage entry) internal view returns (uint64) {
        uint64 deadline = entry.deadline;
        uint64 retired = _verifiers.lastRetirement(deadline);
        return retired >= entry.openedAt ? deadline + _verifiers.grace() : deadline;
    }

    /// @dev A pay list can be accepted up to this second and no longer refunded; after it, the other way round.
    function _payDeadline(Run storage entry) internal view returns (uint64) {
        uint64 deadline = _deadline(entry);
        uint64 since = entry.usageAcceptedAt;
        return since == 0 ? deadline : _later(deadline, since + entry.challengeWindow + entry.claimPeriod);
    }

    /// @dev The window starts anew with the pay list, so that nothing is claimed that could not be challenged.
    function _windowEnd(Run storage entry) internal view returns (uint64) {
        uint64 since = entry.payAcceptedAt != 0 ? entry.payAcceptedAt : entry.usageAcceptedAt;
        return since == 0 ? 0 : since + entry.challengeWindow;
    }

    function _later(uint64 a, uint64 b) internal pure returns (uint64) {
        return uint64(Math.max(a, b));
    }

    function _now() internal view returns (uint64) {
        return uint64(block.timestamp);
    }

    /// @dev Adds money to a run.
    function _receive(Run storage entry, uint256 amount) internal returns (uint128 received) {
        received = _take(entry.token, amount);
        entry.received = _narrow(uint256(entry.received) + received);
    }
}
