// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {IRewardEscrowTypes} from "../src/interfaces/IRewardEscrowTypes.sol";
import {ITrancheRegistry} from "../src/interfaces/ITrancheRegistry.sol";
import {DisclosureInputs} from "../src/escrow/DisclosureInputs.sol";
import {EvidenceCheck} from "../src/escrow/EvidenceCheck.sol";
import {RewardEscrow} from "../src/RewardEscrow.sol";
import {TrancheRegistry} from "../src/TrancheRegistry.sol";
import {ContentRoot} from "../src/types/ContentRoot.sol";
import {ContextDigest} from "../src/types/ContextDigest.sol";
import {RegistryRoot} from "../src/types/RegistryRoot.sol";
import {RunCommitment} from "../src/types/RunCommitment.sol";
import {RunId} from "../src/types/RunId.sol";
import {TermsHash} from "../src/types/TermsHash.sol";
import {TrancheId} from "../src/types/TrancheId.sol";
import {UsageCommitment} from "../src/types/UsageCommitment.sol";
import {TypedTest} from "./base/TypedTest.sol";

/// @dev Values of the Rust crate `tranche-protocol`. Print them again with
/// `cargo run --release -p tranche-protocol --example contract_vectors > contracts/test/vectors/protocol.json`.
contract VectorsTest is TypedTest {
    string internal vectors;
    RewardEscrow internal escrow;

    function setUp() public {
        vectors = vm.readFile("test/vectors/protocol.json");
        escrow = new RewardEscrow(address(1), address(2));
    }

    /// @dev Every registration gives the id, the owner's digest, the duplicate flag and the root of the crate's registry, and the
    /// owner's signature in the manifest is accepted from a relayer.
    function test_theRegistryIsTheProtocols() external {
        TrancheRegistry registry = new TrancheRegistry(1, 100);
        assertEq(registry.root(), RegistryRoot.wrap(vm.parseJsonUint(vectors, ".registry.empty_root")));
        for (uint256 i = 0; i < 10; ++i) {
            string memory path = string.concat(".registry.entries[", vm.toString(i), "]");
            ITrancheRegistry.Tranche memory tranche = _tranche(path);
            TrancheId id = registry.idOf(tranche);
            assertEq(id, TrancheId.wrap(_uint(path, ".id")));
            assertEq(registry.ownerDigest(tranche), vm.parseJsonBytes32(vectors, string.concat(path, ".owner_digest")));
            registry.commit(registry.commitmentOf(id, address(this), bytes32(i)));
            vm.roll(block.number + 1);
            registry.register(tranche, bytes32(i), vm.parseJsonBytes(vectors, string.concat(path, ".owner_signature")));
            assertEq(registry.root(), RegistryRoot.wrap(_uint(path, ".root")));
            ITrancheRegistry.Entry memory entry = registry.entryAt(uint32(i));
            assertEq(entry.duplicate, vm.parseJsonBool(vectors, string.concat(path, ".duplicate")));
            assertEq(uint256(entry.duplicateOf), _uint(path, ".duplicate_of"));
        }
    }

    function test_termsHashAndContextAreTheProtocols() external {
        _checkContext(".shares");
        _checkContext(".metered");
    }

    function test_evidenceIsTheProtocols() external view {
        _checkEvidence(".shares");
        _checkEvidence(".metered");
    }

    function test_disclosureInputsAreTheProtocols() external {
        _checkDisclosure(".shares", 1_000_000_000);
        _checkDisclosure(".metered", 600_000_000);
    }

    function _checkContext(string memory path) internal {
        IRewardEscrowTypes.Terms memory terms = _terms(path);
        TermsHash termsHash = escrow.hashTerms(terms);
        assertEq(termsHash, TermsHash.wrap(vm.parseJsonBytes32(vectors, string.concat(path, ".terms_hash"))));
        address contract_ = vm.parseJsonAddress(vectors, string.concat(path, ".contract"));
        vm.etch(contract_, address(escrow).code);
        vm.chainId(_uint(path, ".chain_id"));
        RunId runId = RunId.wrap(vm.parseJsonBytes32(vectors, string.concat(path, ".run_id")));
        assertEq(RewardEscrow(contract_).contextFor(runId, termsHash), ContextDigest.wrap(_uint(path, ".context")));
    }

    function _checkEvidence(string memory path) internal view {
        IRewardEscrowTypes.Evidence memory evidence = IRewardEscrowTypes.Evidence(
            uint8(_uint(path, ".evidence_level")),
            uint8(_uint(path, ".evidence_order")),
            vm.parseJsonAddress(vectors, string.concat(path, ".evidence_signer")),
            vm.parseJsonBytes(vectors, string.concat(path, ".evidence_signature"))
        );
        uint256[] memory usage = vm.parseJsonUintArray(vectors, string.concat(path, ".usage"));
        require(this.level(evidence, _terms(path), RunCommitment.wrap(usage[2])) == evidence.level, "level");
    }

    function level(IRewardEscrowTypes.Evidence calldata evidence, IRewardEscrowTypes.Terms memory terms, RunCommitment runCommitment)
        external
        pure
        returns (uint8)
    {
        return EvidenceCheck.level(evidence, terms, runCommitment);
    }

    function _checkDisclosure(string memory path, uint256 total) internal {
        uint256[] memory inputs = vm.parseJsonUintArray(vectors, string.concat(path, ".disclosure"));
        (uint256 got, uint256 count) = this.read(inputs, ContextDigest.wrap(inputs[0]), UsageCommitment.wrap(inputs[1]), _terms(path));
        assertEq(got, total);
        assertEq(count, 3);
    }

    function read(uint256[] calldata inputs, ContextDigest context, UsageCommitment usageCommitment, IRewardEscrowTypes.Terms memory terms)
        external
        pure
        returns (uint256, uint256)
    {
        return DisclosureInputs.read(inputs, context, usageCommitment, terms);
    }

    function _tranche(string memory path) internal view returns (ITrancheRegistry.Tranche memory tranche) {
        tranche.contentRoot = ContentRoot.wrap(vm.parseJsonBytes32(vectors, string.concat(path, ".content_root")));
        tranche.unitsRoot = _uint(path, ".units_root");
        tranche.kind = uint8(_uint(path, ".kind"));
        tranche.records = uint32(_uint(path, ".records"));
        tranche.scale = uint32(_uint(path, ".scale"));
        tranche.totalUnits = uint64(_uint(path, ".total_units"));
        tranche.unit = _uint(path, ".unit");
        tranche.owner = vm.parseJsonAddress(vectors, string.concat(path, ".owner"));
        tranche.rate = uint64(_uint(path, ".rate"));
        tranche.terms = _uint(path, ".terms");
    }

    /// @dev The thirteen words are the ABI encoding of the struct.
    function _terms(string memory path) internal view returns (IRewardEscrowTypes.Terms memory) {
        bytes32[] memory words = vm.parseJsonBytes32Array(vectors, string.concat(path, ".words"));
        return abi.decode(abi.encodePacked(words), (IRewardEscrowTypes.Terms));
    }

    function _uint(string memory path, string memory key) internal view returns (uint256) {
        return vm.parseJsonUint(vectors, string.concat(path, key));
    }
}
