// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {IVerifierSet} from "../src/interfaces/IVerifierSet.sol";
import {VerifierSet} from "../src/VerifierSet.sol";
import {KeyDigest} from "../src/types/KeyDigest.sol";
import {ProofKind} from "../src/types/ProofKind.sol";
import {TypedTest} from "./base/TypedTest.sol";
import {MockVerifier} from "./mocks/MockVerifier.sol";

contract VerifierSetTest is TypedTest {
    VerifierSet internal set;
    MockVerifier internal usage;
    address internal stranger = address(0xDEAD00);

    function setUp() public {
        vm.warp(1_800_000_000);
        set = new VerifierSet(address(this), 14 days, 1 days);
        usage = new MockVerifier(1, 6);
    }

    function test_aVerifierCountsAfterItsDelay() external {
        set.add(address(usage));
        assertEq(uint256(ProofKind.unwrap(set.activeKind(address(usage)))), 0);
        vm.warp(block.timestamp + 1 days - 1);
        assertFalse(set.isActive(address(usage)));
        vm.warp(block.timestamp + 1);
        assertTrue(set.isActive(address(usage)));
        assertEq(uint256(ProofKind.unwrap(set.activeKind(address(usage)))), 1);
        IVerifierSet.Record memory entry = set.record(address(usage));
        assertEq(entry.verifyingKeyDigest, KeyDigest.wrap(usage.verifyingKeyDigest()));
        assertEq(set.count(), 1);
        assertEq(set.verifierAt(0), address(usage));
    }

    function test_retirementIsAtOnceAndForGood() external {
        MockVerifier next = new MockVerifier(1, 6);
        set.add(address(usage));
        set.add(address(next));
        vm.warp(block.timestamp + 1 days);
        assertEq(uint256(set.lastRetirement(uint64(block.timestamp))), 0);
        set.retire(address(usage), address(next));
        assertFalse(set.isActive(address(usage)));
        assertTrue(set.isActive(address(next)));
        assertEq(set.record(address(usage)).successor, address(next));
        assertEq(uint256(set.lastRetirement(uint64(block.timestamp))), block.timestamp);
        assertEq(uint256(set.lastRetirement(uint64(block.timestamp - 1))), 0);
        vm.expectRevert(abi.encodeWithSelector(IVerifierSet.AlreadyRetired.selector, address(usage)));
        set.retire(address(usage), address(0));
        vm.expectRevert(abi.encodeWithSelector(IVerifierSet.AlreadyAdded.selector, address(usage)));
        set.add(address(usage));
    }

    function test_successorsAreChecked() external {
        MockVerifier pay = new MockVerifier(2, 86);
        MockVerifier gone = new MockVerifier(1, 6);
        set.add(address(usage));
        set.add(address(pay));
        set.add(address(gone));
        set.retire(address(gone), address(0));
        address[4] memory wrong = [address(pay), address(usage), address(gone), stranger];
        for (uint256 i = 0; i < wrong.length; ++i) {
            vm.expectRevert(abi.encodeWithSelector(IVerifierSet.InvalidSuccessor.selector, wrong[i]));
            set.retire(address(usage), wrong[i]);
        }
    }

    function test_theLastRetirementIsFoundAmongMany() external {
        uint256 start = block.timestamp;
        for (uint256 i = 0; i < 9; ++i) {
            MockVerifier one = new MockVerifier(1, 6);
            vm.warp(start + 10 * i);
            set.add(address(one));
            set.retire(address(one), address(0));
        }
        for (uint256 i = 0; i < 95; ++i) {
            uint256 expected = i > 80 ? 80 : i - (i % 10);
            assertEq(uint256(set.lastRetirement(uint64(start + i))), start + expected);
        }
        assertEq(uint256(set.lastRetirement(type(uint64).max)), start + 80);
    }

    function test_anInsecureStringIsForDevelopmentChainsOnly() external {
        usage.setInsecure(true);
        vm.chainId(1);
        vm.expectRevert(abi.encodeWithSelector(IVerifierSet.InsecureReferenceString.selector, address(usage), 1));
        set.add(address(usage));
        vm.chainId(1337);
        set.add(address(usage));
        MockVerifier other = new MockVerifier(1, 6);
        other.setInsecure(true);
        vm.chainId(31337);
        set.add(address(other));
        assertTrue(set.record(address(other)).srsInsecure);
    }

    function test_whatIsNoVerifierIsRefused() external {
        vm.expectRevert(abi.encodeWithSelector(IVerifierSet.NotAContract.selector, stranger));
        set.add(stranger);
        MockVerifier odd = new MockVerifier(3, 6);
        vm.expectRevert(abi.encodeWithSelector(IVerifierSet.UnknownKind.selector, 3));
        set.add(address(odd));
        uint256[5] memory kinds = [uint256(1), 1, 2, 2, 2];
        uint256[5] memory counts = [uint256(5), 7, 70, 135, 6];
        for (uint256 i = 0; i < 5; ++i) {
            odd = new MockVerifier(uint8(kinds[i]), counts[i]);
            vm.expectRevert(abi.encodeWithSelector(IVerifierSet.WrongPublicInputCount.selector, kinds[i], counts[i]));
            set.add(address(odd));
        }
        vm.expectRevert(abi.encodeWithSelector(IVerifierSet.UnknownVerifier.selector, stranger));
        set.retire(stranger, address(0));
    }

    function test_onlyTheOwnerGovernsAndHandsOverInTwoSteps() external {
        vm.expectRevert(abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, stranger));
        vm.prank(stranger);
        set.add(address(usage));
        set.add(address(usage));
        vm.expectRevert(abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, stranger));
        vm.prank(stranger);
        set.retire(address(usage), address(0));
        set.transferOwnership(stranger);
        assertEq(set.owner(), address(this));
        vm.prank(stranger);
        set.acceptOwnership();
        assertEq(set.owner(), stranger);
    }

    function test_graceAndDelayAreBounded() external {
        vm.expectRevert(abi.encodeWithSelector(IVerifierSet.InvalidTimes.selector, 91 days, 0));
        new VerifierSet(address(this), 91 days, 0);
        vm.expectRevert(abi.encodeWithSelector(IVerifierSet.InvalidTimes.selector, 1 days, 2 days));
        new VerifierSet(address(this), 1 days, 2 days);
    }
}
