// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {ContentRoot} from "../types/ContentRoot.sol";
import {RegistrationCommitment} from "../types/RegistrationCommitment.sol";
import {RegistryRoot} from "../types/RegistryRoot.sol";
import {TrancheId} from "../types/TrancheId.sol";

/// @title Append-only registry of tranche ids
/// @notice A tranche is registered once, by commit and reveal, with its owner's consent. The registry is a binary Poseidon
/// tree of depth 20 over tranche ids (docs/encodings.md, sections 3 and 4); every root that it ever had stays known.
interface ITrancheRegistry {
    /// @notice The fields that a tranche id hashes, in the order of the owner's EIP-712 signature.
    /// @param contentRoot BLAKE3 root over the record digests.
    /// @param unitsRoot Root of the units tree, a felt.
    /// @param kind 0 weighted, 1 uniform.
    /// @param records Number of records, 1 to 75,431,250.
    /// @param scale Units of a record are its cell times this: 1 if weighted, 1 to 2^24 - 1 if uniform.
    /// @param totalUnits Units of all records: records * scale if uniform, records to records * (2^24 - 1) if weighted.
    /// @param unit Felt of the unit definition.
    /// @param owner Who is paid; not the zero address.
    /// @param rate Price of one unit in the settlement token's smallest part.
    /// @param terms Felt of the terms' text.
    struct Tranche {
        ContentRoot contentRoot;
        uint256 unitsRoot;
        uint8 kind;
        uint32 records;
        uint32 scale;
        uint64 totalUnits;
        uint256 unit;
        address owner;
        uint64 rate;
        uint256 terms;
    }

    /// @notice One registration, as the snapshot file has it.
    /// @param id The tranche id.
    /// @param contentRoot Its content root.
    /// @param owner Its owner.
    /// @param duplicate Whether an earlier registration has the same content root.
    /// @param duplicateOf Index of the first registration of that content root; 0 when `duplicate` is false.
    struct Entry {
        TrancheId id;
        ContentRoot contentRoot;
        address owner;
        bool duplicate;
        uint32 duplicateOf;
    }

    /// @notice A root that the registry had.
    /// @param root The root, a felt.
    /// @param blockNumber Block of the registration that made it (of the deployment for the empty tree).
    /// @param timestamp Time of that block, seconds.
    struct Root {
        RegistryRoot root;
        uint64 blockNumber;
        uint64 timestamp;
    }

    /// @notice Emitted by `commit`.
    /// @param commitment The commitment.
    /// @param by Who sent it.
    /// @param revealFrom First block in which it can be revealed.
    /// @param revealUntil Last block in which it can be revealed.
    event Committed(RegistrationCommitment indexed commitment, address indexed by, uint256 revealFrom, uint256 revealUntil);

    /// @notice Emitted by `register`. With the indexed id these are all fields of the id.
    /// @param id The tranche.
    /// @param index Its place, from 0.
    /// @param registrant Who revealed it.
    /// @param root The root with it.
    /// @param tranche Its fields.
    event Registered(TrancheId indexed id, uint32 indexed index, address indexed registrant, RegistryRoot root, Tranche tranche);

    /// @notice Emitted by `register` after `Registered` when an earlier registration has the same content root.
    /// @param contentRoot The content root of both.
    /// @param index The registration just made.
    /// @param duplicateOf The first registration of this content root.
    event DuplicateContent(ContentRoot indexed contentRoot, uint32 indexed index, uint32 indexed duplicateOf);

    /// @notice Thrown by the constructor when the delay is 0 or not shorter than the expiry, both in blocks.
    /// @dev Choose a delay of at least 1 and a longer expiry.
    error InvalidRevealTimes(uint256 delay, uint256 expiry);
    /// @notice Thrown by the constructor when the hash library could not be deployed.
    /// @dev Deploy with more gas.
    error HasherNotDeployed();
    /// @notice Thrown by `commit` while the same commitment waits.
    /// @dev Reveal it; it can be made again after block `revealUntil`.
    error AlreadyCommitted(RegistrationCommitment commitment, uint256 revealUntil);
    /// @notice Thrown by `register` when no commitment to this id by this sender with this salt waits.
    /// @dev Commit first, with the same fields, sender and salt.
    error NotCommitted(RegistrationCommitment commitment);
    /// @notice Thrown by `register` when the commitment is too recent.
    /// @dev Reveal from block `revealFrom` on.
    error RevealTooEarly(uint256 revealFrom);
    /// @notice Thrown by `register` when the commitment has expired after block `revealUntil`.
    /// @dev Commit again.
    error RevealTooLate(uint256 revealUntil);
    /// @notice Thrown by `register` when the sender is not the owner and the owner's signature is missing or wrong.
    /// @dev Send from the owner's account, or have the owner sign the manifest.
    error NotTheOwner(address owner);
    /// @notice Thrown by `register` when the tranche is registered already, at `index`.
    /// @dev Use that registration.
    error AlreadyRegistered(TrancheId id, uint32 index);
    /// @notice Thrown by `register` when all 2^20 leaves of the tree are taken.
    /// @dev Deploy another registry.
    error RegistryFull();
    /// @notice Thrown by `register` and `idOf` when a field is out of range or contradicts another field.
    /// @dev Correct the field; `Tranche` lists the ranges.
    /// @param field The field's place in `Tranche`, from 0.
    error FieldOutOfRange(uint256 field);
    /// @notice Thrown by `rootAt` and `entryAt` when there are not that many registrations yet.
    /// @dev Ask for at most `count`, or wait.
    error NotYet(uint256 asked, uint256 count);

    /// @notice Commits to a registration that the sender will reveal: see `commitmentOf`.
    /// @dev Committing to another's commitment does nothing for the copier: the hash names who may reveal.
    function commit(RegistrationCommitment commitment) external;

    /// @notice Registers a tranche that the sender committed to at least `revealDelay` blocks ago.
    /// @param tranche The fields; the id is computed from them.
    /// @param salt The commitment's salt.
    /// @param ownerSignature Empty when the sender is the owner; else the owner's EIP-712 signature of the manifest
    /// (docs/encodings.md, section 9), by key or through ERC-1271.
    /// @return index Place of the registration, from 0.
    function register(Tranche calldata tranche, bytes32 salt, bytes calldata ownerSignature) external returns (uint32 index);

    /// @notice The commitment to an id: keccak256(abi.encode(id, registrant, salt)).
    function commitmentOf(TrancheId id, address registrant, bytes32 salt) external pure returns (RegistrationCommitment);

    /// @notice The id of a tranche of these fields; reverts as `register` does for fields out of range.
    function idOf(Tranche calldata tranche) external view returns (TrancheId);

    /// @notice The digest that the owner signs.
    function ownerDigest(Tranche calldata tranche) external pure returns (bytes32);

    /// @notice Blocks from which to which a waiting commitment can be revealed; zeros when there is none.
    function revealWindow(RegistrationCommitment commitment) external view returns (uint256 revealFrom, uint256 revealUntil);

    /// @notice Number of registrations.
    function count() external view returns (uint32);

    /// @notice The current root.
    function root() external view returns (RegistryRoot);

    /// @notice The root after `registrations` registrations; reverts with `NotYet` if there are fewer.
    function rootAt(uint32 registrations) external view returns (Root memory);

    /// @notice Whether the registry ever had this root, and after how many registrations.
    function countOf(RegistryRoot aRoot) external view returns (bool known, uint32 registrations);

    /// @notice Whether an id is registered, and where.
    function indexOf(TrancheId id) external view returns (bool registered, uint32 index);

    /// @notice The registration at an index; reverts with `NotYet` if there is none.
    function entryAt(uint32 index) external view returns (Entry memory);

    /// @notice Whether content is registered, and the index of its first registration.
    function firstOf(ContentRoot contentRoot) external view returns (bool registered, uint32 index);

    /// @notice Blocks between a commitment and its earliest reveal, at least 1.
    function revealDelay() external view returns (uint32);

    /// @notice Blocks between a commitment and its last reveal.
    function revealExpiry() external view returns (uint32);
}
