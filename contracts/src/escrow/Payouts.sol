// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {IRewardEscrow} from "../interfaces/IRewardEscrow.sol";
import {Payee} from "../types/Payee.sol";
import {RunId} from "../types/RunId.sol";
import {PayShares} from "./PayShares.sol";
import {Redirects} from "./Redirects.sol";
import {RunStore} from "./RunStore.sol";
import {RunTerms} from "./RunTerms.sol";

/// @title Money paid out
/// @dev A run holds `received - paidOut` and, beside it, `bondHeld`. In every state credits and remainder that are not paid yet
/// are at most the former.
abstract contract Payouts is RunStore, Redirects {
    uint256 private constant MAX_CLAIMS = 64;

    /// @inheritdoc IRewardEscrow
    function claim(RunId runId, address owner) external nonReentrant returns (uint256 amount) {
        Run storage entry = _existing(runId);
        _requireFinal(entry);
        amount = claimable(runId, owner);
        if (amount == 0) revert NothingToPay();
        _debit(entry, runId, owner, amount);
        address to = payoutAddress(owner);
        emit Claimed(runId, owner, to, amount);
        _mustPay(entry.token, to, amount);
    }

    /// @inheritdoc IRewardEscrow
    function claimMany(RunId[] calldata runIds, address[] calldata owners) external nonReentrant returns (uint256 paid) {
        if (runIds.length != owners.length || runIds.length > MAX_CLAIMS) revert WrongLength();
        for (uint256 i = 0; i < runIds.length; ++i) {
            if (_tryClaim(runIds[i], owners[i])) ++paid;
        }
    }

    /// @inheritdoc IRewardEscrow
    function claimRemainder(RunId runId) external nonReentrant returns (uint256 amount) {
        Run storage entry = _existing(runId);
        _requireFinal(entry);
        amount = claimableRemainder(runId);
        if (amount == 0) revert NothingToPay();
        entry.remainderPaid += uint128(amount);
        entry.paidOut += uint128(amount);
        address to = payoutAddress(entry.opener);
        emit RemainderClaimed(runId, to, amount);
        _mustPay(entry.token, to, amount);
    }

    /// @inheritdoc IRewardEscrow
    function releaseBond(RunId runId) external nonReentrant returns (uint256 amount) {
        Run storage entry = _existing(runId);
        if (entry.payAcceptedAt == 0) revert WrongState(entry.state);
        uint64 until = _windowEnd(entry);
        if (_now() <= until) revert TooEarly(until);
        amount = entry.bondHeld;
        if (amount == 0) revert NothingToPay();
        entry.bondHeld = 0;
        address to = payoutAddress(_terms[runId].builder);
        emit BondReleased(runId, to, amount);
        _mustPay(entry.token, to, amount);
    }

    /// @inheritdoc IRewardEscrow
    function expireUnclaimed(RunId runId) external nonReentrant returns (uint256 amount) {
        Run storage entry = _existing(runId);
        if (entry.state != State.PayAccepted) revert WrongState(entry.state);
        uint64 until = entry.markUntil;
        if (_now() <= until) revert TooEarly(until);
        uint64 nextUntil = 0;
        if (entry.received == entry.mark) {
            amount = _settle(entry, runId);
        } else {
            amount = _forfeit(entry, runId);
            nextUntil = _now() + entry.claimPeriod;
            entry.mark = entry.received;
            entry.markUntil = nextUntil;
        }
        address to = payoutAddress(entry.opener);
        emit UnclaimedExpired(runId, to, amount, nextUntil);
        if (amount != 0) _mustPay(entry.token, to, amount);
    }

    /// @inheritdoc IRewardEscrow
    function refund(RunId runId) external nonReentrant returns (uint256 amount) {
        Run storage entry = _existing(runId);
        if (entry.state == State.PayAccepted || entry.state == State.Closed) revert WrongState(entry.state);
        uint64 until = _payDeadline(entry);
        if (_now() <= until) revert TooEarly(until);
        (uint256 deposit, uint256 bond) = (entry.received, entry.bondHeld);
        entry.state = State.Closed;
        entry.received = 0;
        entry.bondHeld = 0;
        amount = deposit + bond;
        address to = payoutAddress(entry.opener);
        emit Refunded(runId, to, deposit, bond);
        if (amount != 0) _mustPay(entry.token, to, amount);
    }

    /// @inheritdoc IRewardEscrow
    function claimable(RunId runId, address owner) public view returns (uint256) {
        Run storage entry = _existing(runId);
        if (!_isFinal(entry)) return 0;
        (bool found, uint256 amount) = PayShares.find(_payees[runId][entry.attempt], owner);
        if (!found) return 0;
        uint256 credit = PayShares.credit(_terms[runId].payRule, entry.received, amount);
        return credit - _paid[runId][entry.epoch][owner];
    }

    /// @inheritdoc IRewardEscrow
    function claimableRemainder(RunId runId) public view returns (uint256) {
        Run storage entry = _existing(runId);
        if (!_isFinal(entry)) return 0;
        return PayShares.remainder(_terms[runId].payRule, entry.received, entry.payTotal) - entry.remainderPaid;
    }

    /// @dev Pays a credit if there is one and it can be paid; otherwise everything is as before.
    function _tryClaim(RunId runId, address owner) private returns (bool paid) {
        Run storage entry = _existing(runId);
        uint256 amount = claimable(runId, owner);
        if (amount == 0) return false;
        _debit(entry, runId, owner, amount);
        address to = payoutAddress(owner);
        paid = _pay(entry.token, to, amount);
        if (paid) {
            emit Claimed(runId, owner, to, amount);
        } else {
            _paid[runId][entry.epoch][owner] -= amount;
            entry.paidOut -= uint128(amount);
            emit ClaimFailed(runId, owner, to, amount);
        }
    }

    function _debit(Run storage entry, RunId runId, address owner, uint256 amount) private {
        _paid[runId][entry.epoch][owner] += amount;
        entry.paidOut += uint128(amount);
    }

    /// @dev No money came in since the mark: all that is left is the opener's, dust included, and accounts start again at 0.
    function _settle(Run storage entry, RunId runId) private returns (uint256 amount) {
        amount = entry.received - entry.paidOut;
        if (amount == 0) revert NothingToPay();
        entry.received = 0;
        entry.paidOut = 0;
        entry.mark = 0;
        entry.remainderPaid = 0;
        ++entry.epoch;
        // Metered amounts are of the deposit that is gone now.
        if (_terms[runId].payRule == RunTerms.METERED) entry.state = State.Closed;
    }

    /// @dev Takes the unclaimed credits of the money up to the mark. Those of later money stay, for a claim period of their own.
    function _forfeit(Run storage entry, RunId runId) private returns (uint256 amount) {
        Payee[] storage list = _payees[runId][entry.attempt];
        uint8 payRule = _terms[runId].payRule;
        (uint256 mark, uint256 epoch) = (entry.mark, entry.epoch);
        uint256 length = list.length;
        for (uint256 i = 0; i < length; ++i) {
            Payee payee = list[i];
            uint256 credit = PayShares.credit(payRule, mark, payee.amount());
            address owner = payee.owner();
            uint256 paid = _paid[runId][epoch][owner];
            if (credit > paid) {
                _paid[runId][epoch][owner] = credit;
                amount += credit - paid;
            }
        }
        entry.paidOut += uint128(amount);
    }

    function _isFinal(Run storage entry) private view returns (bool) {
        return entry.state == State.PayAccepted && _now() > _windowEnd(entry);
    }

    function _requireFinal(Run storage entry) private view {
        if (entry.state != State.PayAccepted) revert WrongState(entry.state);
        uint64 until = _windowEnd(entry);
        if (_now() <= until) revert TooEarly(until);
    }
}
