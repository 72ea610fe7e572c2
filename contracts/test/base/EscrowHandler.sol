// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {IRewardEscrow} from "../../src/interfaces/IRewardEscrow.sol";
import {IRewardEscrowTypes as T} from "../../src/interfaces/IRewardEscrowTypes.sol";
import {Payee} from "../../src/types/Payee.sol";
import {RunCommitment} from "../../src/types/RunCommitment.sol";
import {RunId} from "../../src/types/RunId.sol";
import {MockVerifier} from "../mocks/MockVerifier.sol";
import {EscrowBase} from "./EscrowBase.sol";

/// @dev Steps that a fuzzer chooses from. A step that a run's state forbids is refused by the escrow and changes nothing.
contract EscrowHandler is EscrowBase {
    uint256 internal constant RUNS = 4;

    RunId[] internal _ids;
    mapping(RunId => bool) internal _metered;
    mapping(RunId => uint256) internal _everReceived;
    mapping(RunId => mapping(address => uint256)) internal _everPaid;
    mapping(RunId => bool) internal _refunded;
    mapping(RunId => bool) internal _claimed;
    mapping(RunId => uint256) internal _commitments;

    /// @dev Once; the fuzzer calls it too.
    function setUp() public override {
        if (address(escrow) != address(0)) return;
        super.setUp();
        for (uint256 i = 0; i < RUNS; ++i) {
            T.RunSpec memory spec = i % 2 == 0 ? _spec() : _meteredSpec();
            if (i > 1) spec.token = address(0);
            RunId runId = _open(spec);
            _ids.push(runId);
            _metered[runId] = i % 2 == 1;
            _everReceived[runId] = DEPOSIT;
        }
        // Two runs start with an accepted list, so that the money is reached in every sequence.
        for (uint256 i = 0; i < 2; ++i) {
            _bind(_ids[i], COMMITMENT);
            ++_commitments[_ids[i]];
            _acceptUsage(_ids[i]);
            _acceptPay(_ids[i], i == 0 ? _list() : _meteredList());
        }
    }

    function wait(uint32 time) external {
        vm.warp(block.timestamp + time % 20 days);
    }

    function bind(uint256 which) external {
        RunId runId = _pick(which);
        T.Run memory entry = escrow.run(runId);
        uint256 value = entry.token == address(0) ? entry.bond - entry.bondHeld : 0;
        vm.prank(builder);
        _call(value, abi.encodeCall(IRewardEscrow.bindCommitment, (runId, RunCommitment.wrap(COMMITMENT + _commitments[runId]++))));
    }

    function acceptUsage(uint256 which) external {
        RunId runId = _pick(which);
        uint256[] memory inputs = _usageInputs(runId);
        _call(0, abi.encodeCall(IRewardEscrow.acceptUsage, (runId, address(usageVerifier), inputs, "", _noEvidence())));
    }

    function acceptPay(uint256 which, uint256 a, uint256 b) external {
        RunId runId = _pick(which);
        uint256 whole = _metered[runId] ? 1_200_000 : 1_000_000_000;
        a %= whole + 1;
        b %= whole + 1 - a;
        Payee[] memory list = new Payee[](3);
        list[0] = _payee(alice, a);
        list[1] = _payee(bob, b);
        list[2] = _payee(carol, _metered[runId] ? 0 : whole - a - b - (a + b < whole ? 1 : 0));
        uint256[] memory inputs = _payInputs(runId, list);
        _call(0, abi.encodeCall(IRewardEscrow.acceptPay, (runId, address(payVerifier), inputs, "")));
    }

    function voidAcceptance(uint256 which, uint256 chance) external {
        if (chance % 4 != 0) return;
        vm.prank(arbiter);
        _call(0, abi.encodeCall(IRewardEscrow.voidAcceptance, (_pick(which))));
    }

    function topUp(uint256 which, uint128 amount, bool byOpener) external {
        RunId runId = _pick(which);
        amount = 1 + amount % 1e20;
        uint256 value = escrow.run(runId).token == address(0) ? amount : 0;
        vm.prank(byOpener ? opener : stranger);
        if (_call(value, abi.encodeCall(IRewardEscrow.topUp, (runId, amount)))) _everReceived[runId] += amount;
    }

    function claim(uint256 which, uint256 who) external {
        RunId runId = _pick(which);
        uint256[3] memory before = _balances(runId);
        address owner = [alice, bob, carol, stranger][who % 4];
        _call(0, abi.encodeCall(IRewardEscrow.claim, (runId, owner)));
        _recordPaid(runId, before);
    }

    function claimMany(uint256 which) external {
        RunId[] memory runs = new RunId[](4);
        address[] memory owners = new address[](4);
        RunId runId = _pick(which);
        uint256[3] memory before = _balances(runId);
        (owners[0], owners[1], owners[2], owners[3]) = (alice, alice, bob, carol);
        for (uint256 i = 0; i < 4; ++i) {
            runs[i] = runId;
        }
        escrow.claimMany(runs, owners);
        _recordPaid(runId, before);
    }

    function claimRemainder(uint256 which) external {
        _call(0, abi.encodeCall(IRewardEscrow.claimRemainder, (_pick(which))));
    }

    function releaseBond(uint256 which) external {
        _call(0, abi.encodeCall(IRewardEscrow.releaseBond, (_pick(which))));
    }

    function expireUnclaimed(uint256 which) external {
        _call(0, abi.encodeCall(IRewardEscrow.expireUnclaimed, (_pick(which))));
    }

    function refund(uint256 which) external {
        RunId runId = _pick(which);
        if (_call(0, abi.encodeCall(IRewardEscrow.refund, (runId)))) _refunded[runId] = true;
    }

    function retire(uint256 chance) external {
        if (chance % 8 != 0) return;
        MockVerifier one = new MockVerifier(1, 6);
        set.add(address(one));
        set.retire(address(one), address(0));
    }

    function count() external view returns (uint256) {
        return _ids.length;
    }

    function run(uint256 i) external view returns (T.Run memory) {
        return escrow.run(_ids[i]);
    }

    function held() external view returns (uint256 inToken, uint256 inCoin) {
        for (uint256 i = 0; i < _ids.length; ++i) {
            T.Run memory entry = escrow.run(_ids[i]);
            uint256 amount = uint256(entry.received) - entry.paidOut + entry.bondHeld;
            if (entry.token == address(0)) inCoin += amount;
            else inToken += amount;
        }
    }

    function balance(bool coin) external view returns (uint256) {
        return coin ? address(escrow).balance : token.balanceOf(address(escrow));
    }

    function claimableOf(uint256 i) external view returns (uint256 sum) {
        RunId runId = _ids[i];
        Payee[] memory list = escrow.payees(runId);
        for (uint256 j = 0; j < list.length; ++j) {
            sum += escrow.claimable(runId, list[j].owner());
        }
        sum += escrow.claimableRemainder(runId);
    }

    /// @dev Once paid a list stands for good, so its shares bound everything that was ever paid.
    function paidWithinShares(uint256 i) external view returns (bool) {
        RunId runId = _ids[i];
        Payee[] memory list = escrow.payees(runId);
        for (uint256 j = 0; j < list.length; ++j) {
            uint256 most = _metered[runId] ? list[j].amount() : _everReceived[runId] * (list[j].amount()) / 1e9;
            if (_everPaid[runId][list[j].owner()] > most) return false;
        }
        return true;
    }

    function refunded(uint256 i) external view returns (bool) {
        return _refunded[_ids[i]];
    }

    function claimed(uint256 i) external view returns (bool) {
        return _claimed[_ids[i]];
    }

    function _balances(RunId runId) internal view returns (uint256[3] memory out) {
        bool coin = escrow.run(runId).token == address(0);
        address[3] memory owners = [alice, bob, carol];
        for (uint256 i = 0; i < 3; ++i) {
            out[i] = coin ? owners[i].balance : token.balanceOf(owners[i]);
        }
    }

    /// @dev Counts what arrived at the owners, whatever the escrow says.
    function _recordPaid(RunId runId, uint256[3] memory before) internal {
        uint256[3] memory now_ = _balances(runId);
        address[3] memory owners = [alice, bob, carol];
        for (uint256 i = 0; i < 3; ++i) {
            _everPaid[runId][owners[i]] += now_[i] - before[i];
            if (now_[i] != before[i]) _claimed[runId] = true;
        }
    }

    function _pick(uint256 which) internal view returns (RunId) {
        return _ids[which % _ids.length];
    }

    function _call(uint256 value, bytes memory data) internal returns (bool success) {
        (success,) = address(escrow).call{value: value}(data);
    }
}
