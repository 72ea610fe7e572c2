// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {IRewardEscrow} from "../../src/interfaces/IRewardEscrow.sol";
import {IRewardEscrowTypes} from "../../src/interfaces/IRewardEscrowTypes.sol";
import {ITrancheRegistry} from "../../src/interfaces/ITrancheRegistry.sol";
import {RewardEscrow} from "../../src/RewardEscrow.sol";
import {TrancheRegistry} from "../../src/TrancheRegistry.sol";
import {VerifierSet} from "../../src/VerifierSet.sol";
import {ContentRoot} from "../../src/types/ContentRoot.sol";
import {ContextDigest} from "../../src/types/ContextDigest.sol";
import {ModelDigest} from "../../src/types/ModelDigest.sol";
import {Payee} from "../../src/types/Payee.sol";
import {RegistryRoot} from "../../src/types/RegistryRoot.sol";
import {RunCommitment} from "../../src/types/RunCommitment.sol";
import {RunId} from "../../src/types/RunId.sol";
import {UsageCommitment} from "../../src/types/UsageCommitment.sol";
import {MockVerifier} from "../mocks/MockVerifier.sol";
import {MockToken} from "../mocks/Tokens.sol";
import {TypedTest} from "./TypedTest.sol";

/// @dev A registry with three tranches, two verifiers that accept, an escrow, and the steps of a run.
abstract contract EscrowBase is TypedTest {
    uint256 internal constant R = 21888242871839275222246405745257275088548364400416034343698204186575808495617;
    uint64 internal constant GRACE = 14 days;
    uint64 internal constant WINDOW = 7 days;
    uint64 internal constant CLAIM_PERIOD = 60 days;
    uint128 internal constant DEPOSIT = 1_000_000;
    uint128 internal constant BOND = 5_000;
    uint256 internal constant UNIT = 77;
    uint256 internal constant COMMITMENT = 4242;
    uint256 internal constant USAGE = 999;
    uint256 internal constant EVIDENCE_SECRET = 0xE71DE;

    address internal opener = address(0xA11CE0);
    address internal builder = address(0xB0B0B0);
    address internal arbiter = address(0xC0DE00);
    address internal stranger = address(0xDEAD00);
    address internal alice = address(0x1001);
    address internal bob = address(0x1002);
    address internal carol = address(0x1003);

    TrancheRegistry internal registry;
    VerifierSet internal set;
    RewardEscrow internal escrow;
    MockVerifier internal usageVerifier;
    MockVerifier internal payVerifier;
    MockToken internal token;

    function setUp() public virtual {
        vm.warp(1_800_000_000);
        vm.roll(1_000);
        registry = new TrancheRegistry(1, 100);
        for (uint8 i = 0; i < 3; ++i) {
            _register(i);
        }
        set = new VerifierSet(address(this), GRACE, 1 days);
        usageVerifier = new MockVerifier(1, 6);
        payVerifier = new MockVerifier(2, 86);
        set.add(address(usageVerifier));
        set.add(address(payVerifier));
        vm.warp(block.timestamp + 1 days);
        escrow = new RewardEscrow(address(registry), address(set));
        token = new MockToken();
        address[5] memory people = [opener, builder, arbiter, stranger, alice];
        for (uint256 i = 0; i < people.length; ++i) {
            _fund(people[i]);
        }
    }

    function _fund(address who) internal {
        vm.deal(who, 1e30);
        token.mint(who, 1e30);
        vm.prank(who);
        token.approve(address(escrow), type(uint256).max);
    }

    function _register(uint8 i) internal {
        ITrancheRegistry.Tranche memory tranche = _tranche(i);
        registry.commit(registry.commitmentOf(registry.idOf(tranche), tranche.owner, bytes32(0)));
        vm.roll(block.number + 1);
        vm.prank(tranche.owner);
        registry.register(tranche, bytes32(0), "");
    }

    function _tranche(uint8 i) internal view returns (ITrancheRegistry.Tranche memory) {
        address owner = [alice, bob, carol][i % 3];
        return ITrancheRegistry.Tranche(ContentRoot.wrap(keccak256(abi.encode(i))), 5, 1, 100, 2, 200, UNIT, owner, 3, 6);
    }

    function _terms() internal view returns (IRewardEscrowTypes.Terms memory) {
        return IRewardEscrowTypes.Terms({
            version: 1,
            payRule: 1,
            basis: 1,
            remainderRule: 0,
            unit: UNIT,
            minRegisteredPpm: 0,
            minEvidence: 0,
            order: 1,
            registryCutoff: 2,
            arbiter: arbiter,
            modelDigest: ModelDigest.wrap(keccak256("model")),
            builder: builder,
            evidenceKey: vm.addr(EVIDENCE_SECRET)
        });
    }

    function _spec() internal view returns (IRewardEscrowTypes.RunSpec memory) {
        return IRewardEscrowTypes.RunSpec({
            token: address(token),
            deposit: DEPOSIT,
            deadline: uint64(block.timestamp) + 30 days,
            challengeWindow: WINDOW,
            claimPeriod: CLAIM_PERIOD,
            bond: BOND,
            terms: _terms()
        });
    }

    function _meteredSpec() internal view returns (IRewardEscrowTypes.RunSpec memory spec) {
        spec = _spec();
        spec.terms.payRule = 2;
    }

    function _open(IRewardEscrowTypes.RunSpec memory spec) internal returns (RunId) {
        vm.prank(opener);
        return escrow.open{value: spec.token == address(0) ? spec.deposit : 0}(spec);
    }

    function _bind(RunId runId, uint256 commitment) internal {
        IRewardEscrowTypes.Run memory run = escrow.run(runId);
        vm.prank(builder);
        escrow.bindCommitment{value: run.token == address(0) ? run.bond - run.bondHeld : 0}(runId, RunCommitment.wrap(commitment));
    }

    function _usageInputs(RunId runId) internal view returns (uint256[] memory inputs) {
        inputs = new uint256[](6);
        inputs[0] = ContextDigest.unwrap(escrow.contextOf(runId));
        inputs[1] = RegistryRoot.unwrap(registry.rootAt(2).root);
        inputs[2] = RunCommitment.unwrap(escrow.run(runId).runCommitment);
        inputs[3] = USAGE;
        inputs[4] = escrow.terms(runId).unit;
        inputs[5] = escrow.terms(runId).order;
    }

    function _noEvidence() internal pure returns (IRewardEscrowTypes.Evidence memory evidence) {}

    function _acceptUsage(RunId runId) internal {
        escrow.acceptUsage(runId, address(usageVerifier), _usageInputs(runId), "", _noEvidence());
    }

    function _payee(address owner, uint256 amount) internal pure returns (Payee) {
        return Payee.wrap(uint256(uint160(owner)) | amount << 160);
    }

    /// @dev Shares of 50 %, 30 % and 20 % less one part, which stays with the opener.
    function _list() internal view returns (Payee[] memory list) {
        list = new Payee[](3);
        list[0] = _payee(alice, 500_000_000);
        list[1] = _payee(bob, 300_000_000);
        list[2] = _payee(carol, 199_999_999);
    }

    function _meteredList() internal view returns (Payee[] memory list) {
        list = new Payee[](3);
        list[0] = _payee(alice, 400_000);
        list[1] = _payee(bob, 200_000);
        list[2] = _payee(carol, 0);
    }

    /// @dev Inputs of a disclosure for 16 payees with this pay list and no claims.
    function _payInputs(RunId runId, Payee[] memory list) internal view returns (uint256[] memory inputs) {
        inputs = new uint256[](86);
        inputs[0] = ContextDigest.unwrap(escrow.contextOf(runId));
        inputs[1] = UsageCommitment.unwrap(escrow.run(runId).usageCommitment);
        inputs[2] = escrow.terms(runId).unit;
        inputs[67] = escrow.terms(runId).payRule;
        inputs[68] = escrow.terms(runId).remainderRule;
        for (uint256 i = 0; i < list.length; ++i) {
            inputs[70 + i] = Payee.unwrap(list[i]);
            inputs[69] += list[i].amount();
        }
    }

    function _acceptPay(RunId runId, Payee[] memory list) internal {
        escrow.acceptPay(runId, address(payVerifier), _payInputs(runId, list), "");
    }

    /// @dev A run up to the accepted usage.
    function _proven(IRewardEscrowTypes.RunSpec memory spec) internal returns (RunId runId) {
        runId = _open(spec);
        _bind(runId, COMMITMENT);
        _acceptUsage(runId);
    }

    /// @dev A run up to the accepted pay list, still in its window.
    function _payable(IRewardEscrowTypes.RunSpec memory spec) internal returns (RunId runId) {
        runId = _proven(spec);
        _acceptPay(runId, spec.terms.payRule == 2 ? _meteredList() : _list());
    }

    /// @dev A run whose credits can be claimed.
    function _final(IRewardEscrowTypes.RunSpec memory spec) internal returns (RunId runId) {
        runId = _payable(spec);
        vm.warp(block.timestamp + WINDOW + 1);
    }

    function _topUp(RunId runId, address from, uint128 amount) internal {
        uint256 value = escrow.run(runId).token == address(0) ? amount : 0;
        vm.prank(from);
        escrow.topUp{value: value}(runId, amount);
    }

    function _evidence(uint8 level, uint8 order, uint256 secret, uint256 commitment)
        internal
        pure
        returns (IRewardEscrowTypes.Evidence memory)
    {
        bytes32 message = keccak256(abi.encode(bytes32("tranche evidence v1"), commitment, uint256(level), uint256(order)));
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(secret, keccak256(abi.encodePacked("\x19Ethereum Signed Message:\n32", message)));
        return IRewardEscrowTypes.Evidence(level, order, vm.addr(secret), abi.encodePacked(r, s, v));
    }

    function _revert(bytes4 selector, uint256 argument) internal {
        vm.expectRevert(abi.encodeWithSelector(selector, argument));
    }

    function _revert(bytes4 selector) internal {
        vm.expectRevert(abi.encodeWithSelector(selector));
    }

    function _wrongState(IRewardEscrowTypes.State state) internal {
        vm.expectRevert(abi.encodeWithSelector(IRewardEscrowTypes.WrongState.selector, state));
    }

    function _notAllowed(address sender) internal {
        vm.expectRevert(abi.encodeWithSelector(IRewardEscrowTypes.NotAllowed.selector, sender));
    }
}
