// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {IRewardEscrow} from "../interfaces/IRewardEscrow.sol";
import {RunCommitment} from "../types/RunCommitment.sol";
import {RunId} from "../types/RunId.sol";
import {RunStore} from "./RunStore.sol";
import {RunTerms} from "./RunTerms.sol";

/// @title Runs opened, paid into and bound
abstract contract Openings is RunStore {
    uint64 private constant MAX_WINDOW = 90 days;
    uint64 private constant MIN_CLAIM_PERIOD = 30 days;
    uint64 private constant MAX_PERIOD = 3650 days;

    /// @inheritdoc IRewardEscrow
    function open(RunSpec calldata spec) external payable nonReentrant returns (RunId runId) {
        RunTerms.check(spec.terms);
        _checkTimes(spec);
        if (spec.token != address(0) && spec.token.code.length == 0) revert InvalidToken(spec.token);
        runId = nextRunId(msg.sender);
        ++_opened[msg.sender];
        Run storage entry = _runs[runId];
        entry.opener = msg.sender;
        entry.state = State.Open;
        entry.token = spec.token;
        entry.openedAt = _now();
        entry.deadline = spec.deadline;
        entry.challengeWindow = spec.challengeWindow;
        entry.claimPeriod = spec.claimPeriod;
        entry.bond = spec.bond;
        entry.termsHash = RunTerms.hash(spec.terms);
        _terms[runId] = spec.terms;
        uint128 received = _receive(entry, spec.deposit);
        emit RunOpened(runId, msg.sender, spec.terms.builder, spec.token, received, entry.termsHash, contextOf(runId));
    }

    /// @inheritdoc IRewardEscrow
    function topUp(RunId runId, uint128 amount) external payable nonReentrant {
        Run storage entry = _existing(runId);
        if (entry.state == State.Closed) revert WrongState(State.Closed);
        bool payAccepted = entry.state == State.PayAccepted;
        if (payAccepted && _terms[runId].payRule == RunTerms.METERED) revert NothingNeeded();
        if (!payAccepted) {
            uint64 until = _payDeadline(entry);
            if (_now() > until) revert TooLate(until);
        }
        // While a run can still fail, its money can go back to the opener: others would pay the opener.
        if (!payAccepted || _now() <= _windowEnd(entry)) {
            if (msg.sender != entry.opener && msg.sender != _terms[runId].builder) revert NotAllowed(msg.sender);
        }
        uint128 received = _receive(entry, amount);
        if (received == 0) revert TooLittleReceived(0, 1);
        emit ToppedUp(runId, msg.sender, received, entry.received);
    }

    /// @inheritdoc IRewardEscrow
    function bindCommitment(RunId runId, RunCommitment runCommitment) external payable nonReentrant {
        Run storage entry = _existing(runId);
        if (entry.state != State.Open) revert WrongState(entry.state);
        if (msg.sender != _terms[runId].builder) revert NotAllowed(msg.sender);
        uint64 until = _deadline(entry);
        if (_now() > until) revert TooLate(until);
        bool fits = runCommitment.isValid() && !_voided[runId][runCommitment];
        if (!fits) revert InvalidCommitment(runCommitment);
        entry.state = State.Bound;
        entry.runCommitment = runCommitment;
        uint128 due = entry.bond - entry.bondHeld;
        uint128 received = _take(entry.token, due);
        if (received < due) revert TooLittleReceived(received, due);
        entry.bondHeld += received;
        emit CommitmentBound(runId, runCommitment, entry.bondHeld);
    }

    function _checkTimes(RunSpec calldata spec) private view {
        bool deadline = spec.deadline > _now() && spec.deadline <= _now() + MAX_PERIOD;
        bool window = spec.challengeWindow <= MAX_WINDOW && (spec.challengeWindow != 0 || spec.terms.arbiter == address(0));
        bool claimPeriod = spec.claimPeriod >= MIN_CLAIM_PERIOD && spec.claimPeriod <= MAX_PERIOD;
        if (!deadline || !window || !claimPeriod) revert TimesOutOfRange();
    }
}
