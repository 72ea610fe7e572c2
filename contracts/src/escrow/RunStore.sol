// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IRewardEscrow} from "../interfaces/IRewardEscrow.sol";
import {ITrancheRegistry} from "../interfaces/ITrancheRegistry.sol";
import {IVerifierSet} from "../interfaces/IVerifierSet.sol";
import {Funds} from "./Funds.sol";
import {RunTerms} from "./RunTerms.sol";

/// @title The runs of an escrow and their times
abstract contract RunStore is IRewardEscrow, Funds, ReentrancyGuardTransient {
    ITrancheRegistry internal immutable _registry;
    IVerifierSet internal immutable _verifiers;

    mapping(bytes32 runId => Run) internal _runs;
    mapping(bytes32 runId => Terms) internal _terms;
    mapping(address opener => uint256) internal _opened;
    /// @dev Pay list by attempt: a void leaves the old one behind and counts the attempt up.
    mapping(bytes32 runId => mapping(uint256 attempt => uint256[])) internal _payees;
    /// @dev What an owner was paid of a run in an epoch.
    mapping(bytes32 runId => mapping(uint256 epoch => mapping(address owner => uint256))) internal _paid;
    /// @dev Commitments that were voided.
    mapping(bytes32 runId => mapping(uint256 runCommitment => bool)) internal _voided;

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
    function run(bytes32 runId) external view returns (Run memory) {
        return _existing(runId);
    }

    /// @inheritdoc IRewardEscrow
    function terms(bytes32 runId) external view returns (Terms memory) {
        _existing(runId);
        return _termsOf(runId);
    }

    /// @inheritdoc IRewardEscrow
    function payees(bytes32 runId) external view returns (uint256[] memory) {
        return _payees[runId][_existing(runId).attempt];
    }

    /// @inheritdoc IRewardEscrow
    function nextRunId(address opener) public view returns (bytes32) {
        return keccak256(abi.encode(block.chainid, address(this), opener, _opened[opener]));
    }

    /// @inheritdoc IRewardEscrow
    function hashTerms(Terms calldata someTerms) external pure returns (bytes32) {
        return RunTerms.hash(someTerms);
    }

    /// @inheritdoc IRewardEscrow
    function contextOf(bytes32 runId) public view returns (uint256) {
        return RunTerms.context(runId, _existing(runId).termsHash);
    }

    /// @inheritdoc IRewardEscrow
    function contextFor(bytes32 runId, bytes32 termsHash) external view returns (uint256) {
        return RunTerms.context(runId, termsHash);
    }

    /// @inheritdoc IRewardEscrow
    function deadlineOf(bytes32 runId) external view returns (uint64) {
        return _deadline(_existing(runId));
    }

    /// @inheritdoc IRewardEscrow
    function refundableAfter(bytes32 runId) external view returns (uint64) {
        return _payDeadline(_existing(runId));
    }

    /// @inheritdoc IRewardEscrow
    function windowEnd(bytes32 runId) external view returns (uint64) {
        return _windowEnd(_existing(runId));
    }

    function _existing(bytes32 runId) internal view returns (Run storage entry) {
        entry = _runs[runId];
        if (entry.state == State.None) revert UnknownRun(runId);
    }

    /// @dev One copy of the code that loads terms.
    function _termsOf(bytes32 runId) internal view returns (Terms memory) {
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
