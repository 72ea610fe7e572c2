// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {ITrancheRegistry} from "./interfaces/ITrancheRegistry.sol";
import {PoseidonTree} from "./registry/PoseidonTree.sol";
import {TrancheFields} from "./registry/TrancheFields.sol";
import {ContentRoot} from "./types/ContentRoot.sol";
import {RegistrationCommitment, registrationCommitmentOf} from "./types/RegistrationCommitment.sol";
import {RegistryRoot} from "./types/RegistryRoot.sol";
import {TrancheId} from "./types/TrancheId.sol";

/// @title Append-only registry of tranche ids
/// @dev Has no owner and no way to change or remove a registration.
contract TrancheRegistry is ITrancheRegistry, PoseidonTree {
    using TrancheFields for Tranche;

    /// @inheritdoc ITrancheRegistry
    uint32 public immutable revealDelay;
    /// @inheritdoc ITrancheRegistry
    uint32 public immutable revealExpiry;

    /// @dev Block of a commitment; 0 when none waits.
    mapping(RegistrationCommitment commitment => uint256 blockNumber) private _committedAt;
    mapping(uint32 index => Entry) private _entries;
    /// @dev One more than the index of an id; 0 when it is not registered.
    mapping(TrancheId id => uint256 indexPlusOne) private _indices;
    /// @dev One more than the index of the first registration of a content root.
    mapping(ContentRoot contentRoot => uint256 indexPlusOne) private _firsts;

    /// @param delay Blocks between commitment and earliest reveal, at least 1.
    /// @param expiry Blocks between commitment and last reveal.
    constructor(uint32 delay, uint32 expiry) {
        if (delay == 0 || delay >= expiry) revert InvalidRevealTimes(delay, expiry);
        revealDelay = delay;
        revealExpiry = expiry;
    }

    /// @inheritdoc ITrancheRegistry
    function commit(RegistrationCommitment commitment) external {
        (uint256 from, uint256 until) = revealWindow(commitment);
        if (until >= block.number) revert AlreadyCommitted(commitment, until);
        _committedAt[commitment] = block.number;
        (from, until) = revealWindow(commitment);
        emit Committed(commitment, msg.sender, from, until);
    }

    /// @inheritdoc ITrancheRegistry
    function register(Tranche calldata tranche, bytes32 salt, bytes calldata ownerSignature) external returns (uint32 index) {
        TrancheId id = idOf(tranche);
        _consume(commitmentOf(id, msg.sender, salt));
        if (msg.sender != tranche.owner) {
            bool signed = SignatureChecker.isValidSignatureNow(tranche.owner, tranche.digest(), ownerSignature);
            if (!signed) revert NotTheOwner(tranche.owner);
        }
        if (_indices[id] != 0) revert AlreadyRegistered(id, uint32(_indices[id] - 1));
        if (_leaves() == CAPACITY) revert RegistryFull();

        index = uint32(_leaves());
        _indices[id] = uint256(index) + 1;
        uint256 first = _firsts[tranche.contentRoot];
        bool duplicate = first != 0;
        uint32 duplicateOf = duplicate ? uint32(first - 1) : 0;
        if (!duplicate) _firsts[tranche.contentRoot] = uint256(index) + 1;
        _entries[index] = Entry(id, tranche.contentRoot, tranche.owner, duplicate, duplicateOf);
        RegistryRoot newRoot = _append(id);
        emit Registered(id, index, msg.sender, newRoot, tranche);
        if (duplicate) emit DuplicateContent(tranche.contentRoot, index, duplicateOf);
    }

    /// @inheritdoc ITrancheRegistry
    function commitmentOf(TrancheId id, address registrant, bytes32 salt) public pure returns (RegistrationCommitment) {
        return registrationCommitmentOf(id, registrant, salt);
    }

    /// @inheritdoc ITrancheRegistry
    function idOf(Tranche calldata tranche) public view returns (TrancheId id) {
        tranche.check();
        uint256[8] memory felts = tranche.felts();
        uint256 hash = felts[0];
        for (uint256 i = 1; i < felts.length; ++i) {
            hash = _hash(hash, felts[i]);
        }
        id = TrancheId.wrap(hash);
    }

    /// @inheritdoc ITrancheRegistry
    function ownerDigest(Tranche calldata tranche) external pure returns (bytes32) {
        return tranche.digest();
    }

    /// @inheritdoc ITrancheRegistry
    function revealWindow(RegistrationCommitment commitment) public view returns (uint256 revealFrom, uint256 revealUntil) {
        uint256 since = _committedAt[commitment];
        return since == 0 ? (0, 0) : (since + revealDelay, since + revealExpiry);
    }

    /// @inheritdoc ITrancheRegistry
    function count() external view returns (uint32) {
        return uint32(_leaves());
    }

    /// @inheritdoc ITrancheRegistry
    function root() external view returns (RegistryRoot) {
        return _rootAt(_leaves()).root;
    }

    /// @inheritdoc ITrancheRegistry
    function rootAt(uint32 registrations) external view returns (Root memory) {
        if (registrations > _leaves()) revert NotYet(registrations, _leaves());
        return _rootAt(registrations);
    }

    /// @inheritdoc ITrancheRegistry
    function countOf(RegistryRoot aRoot) external view returns (bool known, uint32 registrations) {
        uint256 leaves;
        (known, leaves) = _leavesUnder(aRoot);
        registrations = uint32(leaves);
    }

    /// @inheritdoc ITrancheRegistry
    function indexOf(TrancheId id) external view returns (bool registered, uint32 index) {
        return _place(_indices[id]);
    }

    /// @inheritdoc ITrancheRegistry
    function firstOf(ContentRoot contentRoot) external view returns (bool registered, uint32 index) {
        return _place(_firsts[contentRoot]);
    }

    /// @inheritdoc ITrancheRegistry
    function entryAt(uint32 index) external view returns (Entry memory) {
        if (index >= _leaves()) revert NotYet(index, _leaves());
        return _entries[index];
    }

    function _place(uint256 indexPlusOne) private pure returns (bool, uint32) {
        return indexPlusOne == 0 ? (false, 0) : (true, uint32(indexPlusOne - 1));
    }

    /// @dev Uses a commitment up; a reveal that reverts later leaves it waiting.
    function _consume(RegistrationCommitment commitment) private {
        (uint256 from, uint256 until) = revealWindow(commitment);
        if (until == 0) revert NotCommitted(commitment);
        if (block.number < from) revert RevealTooEarly(from);
        if (block.number > until) revert RevealTooLate(until);
        delete _committedAt[commitment];
    }
}
