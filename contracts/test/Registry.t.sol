// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {ITrancheRegistry} from "../src/interfaces/ITrancheRegistry.sol";
import {TrancheRegistry} from "../src/TrancheRegistry.sol";
import {ContentRoot} from "../src/types/ContentRoot.sol";
import {RegistrationCommitment} from "../src/types/RegistrationCommitment.sol";
import {RegistryRoot} from "../src/types/RegistryRoot.sol";
import {TrancheId} from "../src/types/TrancheId.sol";
import {TypedTest} from "./base/TypedTest.sol";
import {Wallet1271} from "./mocks/Receivers.sol";

contract RegistryTest is TypedTest {
    uint256 internal constant R = 21888242871839275222246405745257275088548364400416034343698204186575808495617;
    uint32 internal constant DELAY = 3;
    uint32 internal constant EXPIRY = 50;
    uint256 internal constant OWNER_SECRET = 0xA11CE;

    TrancheRegistry internal registry;
    address internal owner;
    address internal relayer = address(0x5E1A);

    function setUp() public {
        vm.roll(500);
        registry = new TrancheRegistry(DELAY, EXPIRY);
        owner = vm.addr(OWNER_SECRET);
    }

    function _tranche() internal view returns (ITrancheRegistry.Tranche memory) {
        return ITrancheRegistry.Tranche(ContentRoot.wrap(keccak256("content")), 5, 0, 100, 1, 2_000, 7, owner, 3, 6);
    }

    function _commit(ITrancheRegistry.Tranche memory tranche, address who) internal {
        RegistrationCommitment commitment = registry.commitmentOf(registry.idOf(tranche), who, "salt");
        vm.prank(who);
        registry.commit(commitment);
    }

    function _register(ITrancheRegistry.Tranche memory tranche) internal returns (uint32) {
        _commit(tranche, tranche.owner);
        vm.roll(block.number + DELAY);
        vm.prank(tranche.owner);
        return registry.register(tranche, "salt", "");
    }

    function _sign(ITrancheRegistry.Tranche memory tranche, uint256 secret) internal view returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(secret, registry.ownerDigest(tranche));
        return abi.encodePacked(r, s, v);
    }

    function test_aRegistrationIsRecorded() external {
        RegistryRoot before = registry.root();
        vm.warp(777);
        ITrancheRegistry.Tranche memory tranche = _tranche();
        assertEq(uint256(_register(tranche)), 0);
        TrancheId id = registry.idOf(tranche);
        (bool registered, uint32 index) = registry.indexOf(id);
        assertTrue(registered && index == 0);
        ITrancheRegistry.Entry memory entry = registry.entryAt(0);
        assertEq(entry.id, id);
        assertEq(entry.contentRoot, tranche.contentRoot);
        assertEq(entry.owner, owner);
        assertFalse(entry.duplicate);
        ITrancheRegistry.Root memory root = registry.rootAt(1);
        assertEq(root.root, registry.root());
        assertEq(uint256(root.blockNumber), block.number);
        assertEq(uint256(root.timestamp), 777);
        assertEq(registry.rootAt(0).root, before);
        (bool known, uint32 count) = registry.countOf(before);
        assertTrue(known && count == 0);
        (known, count) = registry.countOf(root.root);
        assertTrue(known && count == 1);
        (known,) = registry.countOf(RegistryRoot.wrap(RegistryRoot.unwrap(root.root) + R));
        assertFalse(known);
        (known,) = registry.countOf(RegistryRoot.wrap(0));
        assertFalse(known);
    }

    function test_aSecondRegistrationOfContentIsFlagged() external {
        _register(_tranche());
        ITrancheRegistry.Tranche memory squat = _tranche();
        squat.owner = relayer;
        _register(squat);
        squat.rate = 9;
        assertEq(uint256(_register(squat)), 2);
        ITrancheRegistry.Entry memory entry = registry.entryAt(2);
        assertTrue(entry.duplicate);
        assertEq(uint256(entry.duplicateOf), 0);
        (bool registered, uint32 first) = registry.firstOf(squat.contentRoot);
        assertTrue(registered && first == 0);
    }

    function test_anIdIsRegisteredOnce() external {
        ITrancheRegistry.Tranche memory tranche = _tranche();
        _register(tranche);
        _commit(tranche, owner);
        vm.roll(block.number + DELAY);
        bytes memory refusal = abi.encodeWithSelector(ITrancheRegistry.AlreadyRegistered.selector, registry.idOf(tranche), 0);
        vm.expectRevert(refusal);
        vm.prank(owner);
        registry.register(tranche, "salt", "");
    }

    function test_aRelayerRegistersWithTheOwnersSignature() external {
        ITrancheRegistry.Tranche memory tranche = _tranche();
        _commit(tranche, relayer);
        vm.roll(block.number + DELAY);
        bytes memory wrong = _sign(tranche, 0xBAD);
        bytes memory right = _sign(tranche, OWNER_SECRET);
        bytes memory refusal = abi.encodeWithSelector(ITrancheRegistry.NotTheOwner.selector, owner);
        vm.expectRevert(refusal);
        vm.prank(relayer);
        registry.register(tranche, "salt", "");
        vm.expectRevert(refusal);
        vm.prank(relayer);
        registry.register(tranche, "salt", wrong);
        vm.prank(relayer);
        registry.register(tranche, "salt", right);
        assertEq(registry.entryAt(0).owner, owner);
    }

    function test_aSignatureIsForOneSetOfFields() external {
        ITrancheRegistry.Tranche memory tranche = _tranche();
        bytes memory signature = _sign(tranche, OWNER_SECRET);
        tranche.rate = 0;
        _commit(tranche, relayer);
        vm.roll(block.number + DELAY);
        vm.expectRevert(abi.encodeWithSelector(ITrancheRegistry.NotTheOwner.selector, owner));
        vm.prank(relayer);
        registry.register(tranche, "salt", signature);
    }

    function test_aWalletContractOwnsATranche() external {
        ITrancheRegistry.Tranche memory tranche = _tranche();
        tranche.owner = address(new Wallet1271(owner));
        _commit(tranche, relayer);
        vm.roll(block.number + DELAY);
        bytes memory wrong = _sign(tranche, 0xBAD);
        bytes memory right = _sign(tranche, OWNER_SECRET);
        vm.expectRevert();
        vm.prank(relayer);
        registry.register(tranche, "salt", wrong);
        vm.prank(relayer);
        registry.register(tranche, "salt", right);
        assertEq(registry.entryAt(0).owner, tranche.owner);
    }

    function test_aRevealWaitsAndExpires() external {
        ITrancheRegistry.Tranche memory tranche = _tranche();
        RegistrationCommitment commitment = registry.commitmentOf(registry.idOf(tranche), owner, "salt");
        vm.expectRevert(abi.encodeWithSelector(ITrancheRegistry.NotCommitted.selector, commitment));
        vm.prank(owner);
        registry.register(tranche, "salt", "");
        uint256 start = block.number;
        _commit(tranche, owner);
        vm.roll(start + DELAY - 1);
        vm.expectRevert(abi.encodeWithSelector(ITrancheRegistry.RevealTooEarly.selector, start + DELAY));
        vm.prank(owner);
        registry.register(tranche, "salt", "");
        vm.roll(start + EXPIRY + 1);
        vm.expectRevert(abi.encodeWithSelector(ITrancheRegistry.RevealTooLate.selector, start + EXPIRY));
        vm.prank(owner);
        registry.register(tranche, "salt", "");
        _commit(tranche, owner);
        vm.roll(block.number + EXPIRY);
        vm.prank(owner);
        registry.register(tranche, "salt", "");
    }

    /// @dev Who sees a reveal and copies it, or its content, has no commitment that is old enough.
    function test_aCopiedRevealComesTooLate() external {
        ITrancheRegistry.Tranche memory tranche = _tranche();
        _commit(tranche, owner);
        vm.roll(block.number + DELAY);
        bytes memory signature = _sign(tranche, OWNER_SECRET);
        vm.expectRevert();
        vm.prank(relayer);
        registry.register(tranche, "salt", signature);
        ITrancheRegistry.Tranche memory stolen = _tranche();
        stolen.owner = relayer;
        _commit(stolen, relayer);
        vm.expectRevert(abi.encodeWithSelector(ITrancheRegistry.RevealTooEarly.selector, block.number + DELAY));
        vm.prank(relayer);
        registry.register(stolen, "salt", "");
        vm.prank(owner);
        registry.register(tranche, "salt", "");
        vm.roll(block.number + DELAY);
        vm.prank(relayer);
        registry.register(stolen, "salt", "");
        assertFalse(registry.entryAt(0).duplicate);
        assertTrue(registry.entryAt(1).duplicate);
    }

    /// @dev A commitment copied from the mempool neither helps the copier nor delays the one who made it.
    function test_aCopiedCommitmentChangesNothing() external {
        ITrancheRegistry.Tranche memory tranche = _tranche();
        RegistrationCommitment commitment = registry.commitmentOf(registry.idOf(tranche), owner, "salt");
        vm.prank(relayer);
        registry.commit(commitment);
        vm.roll(block.number + DELAY);
        (, uint256 until) = registry.revealWindow(commitment);
        vm.expectRevert(abi.encodeWithSelector(ITrancheRegistry.AlreadyCommitted.selector, commitment, until));
        vm.prank(relayer);
        registry.commit(commitment);
        vm.prank(owner);
        registry.register(tranche, "salt", "");
    }

    function test_fieldsOutOfRangeAreRefused() external {
        ITrancheRegistry.Tranche memory t = _tranche();
        t.unitsRoot = R;
        _refused(t, 1);
        t = _tranche();
        t.kind = 2;
        _refused(t, 2);
        t = _tranche();
        t.records = 0;
        _refused(t, 3);
        t.records = 75_431_251;
        t.totalUnits = t.records;
        _refused(t, 3);
        t = _tranche();
        t.scale = 0;
        _refused(t, 4);
        t.scale = 2;
        _refused(t, 4);
        t.kind = 1;
        t.scale = 1 << 24;
        t.totalUnits = 100 << 24;
        _refused(t, 4);
        t.scale = 20;
        t.totalUnits = 1_999;
        _refused(t, 5);
        t.totalUnits = 2_001;
        _refused(t, 5);
        t = _tranche();
        t.totalUnits = 99;
        _refused(t, 5);
        t.totalUnits = 100 * ((1 << 24) - 1) + 1;
        _refused(t, 5);
        t = _tranche();
        t.unit = R + 7;
        _refused(t, 6);
        t = _tranche();
        t.owner = address(0);
        _refused(t, 7);
        t = _tranche();
        t.terms = R;
        _refused(t, 9);
    }

    function _refused(ITrancheRegistry.Tranche memory tranche, uint256 field) internal {
        vm.expectRevert(abi.encodeWithSelector(ITrancheRegistry.FieldOutOfRange.selector, field));
        registry.idOf(tranche);
    }

    function test_viewsRefuseWhatIsNotThereYet() external {
        vm.expectRevert(abi.encodeWithSelector(ITrancheRegistry.NotYet.selector, 1, 0));
        registry.rootAt(1);
        vm.expectRevert(abi.encodeWithSelector(ITrancheRegistry.NotYet.selector, 0, 0));
        registry.entryAt(0);
    }

    function test_delayAndExpiryAreChecked() external {
        vm.expectRevert(abi.encodeWithSelector(ITrancheRegistry.InvalidRevealTimes.selector, 0, 5));
        new TrancheRegistry(0, 5);
        vm.expectRevert(abi.encodeWithSelector(ITrancheRegistry.InvalidRevealTimes.selector, 5, 5));
        new TrancheRegistry(5, 5);
    }

    function testFuzz_everyFieldReachesTheId(uint8 field, uint64 change) external {
        ITrancheRegistry.Tranche memory a = _tranche();
        ITrancheRegistry.Tranche memory b = _tranche();
        field %= 8;
        change |= 1;
        if (field == 0) b.contentRoot = ContentRoot.wrap(bytes32(uint256(ContentRoot.unwrap(a.contentRoot)) ^ change));
        if (field == 1) b.unitsRoot = a.unitsRoot ^ change;
        if (field == 2) b.totalUnits = uint64(100 + change % 1_899);
        if (field == 3) b.unit = a.unit ^ change;
        if (field == 4) b.owner = address(uint160(a.owner) ^ change);
        if (field == 5) b.rate = a.rate ^ change;
        if (field == 6) b.terms = a.terms ^ change;
        if (field == 7) b.records = uint32(101 + change % 1_899);
        assertNotEq(registry.idOf(a), registry.idOf(b));
        assertNotEq(registry.ownerDigest(a), registry.ownerDigest(b));
    }
}
