// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

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
        bytes32 contentRoot;
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
        uint256 id;
        bytes32 contentRoot;
        address owner;
        bool duplicate;
        uint32 duplicateOf;
    }

    /// @notice A root that the registry had.
    /// @param root The root, a felt.
    /// @param blockNumber Block of the registration that made it (of the deployment for the empty tree).
    /// @param timestamp Time of that block, seconds.
    struct Root {
        uint256 root;
        uint64 blockNumber;
        uint64 timestamp;
    }

    /// @notice A commitment was made; it can be revealed from `revealFrom` to `revealUntil`, both included.
    event Committed(bytes32 indexed commitment, address indexed by, uint256 revealFrom, uint256 revealUntil);

    /// @notice A tranche was registered. With the indexed id these are all fields of the id.
    event Registered(uint256 indexed id, uint32 indexed index, address indexed registrant, uint256 root, Tranche tranche);

    /// @notice The registration just made has the content root of an earlier one.
    event DuplicateContent(bytes32 indexed contentRoot, uint32 indexed index, uint32 indexed duplicateOf);

    /// @notice The delay must be at least one block and shorter than the expiry.
    error InvalidRevealTimes(uint256 delay, uint256 expiry);
    /// @notice The commitment is waiting already; it can be made again after block `revealUntil`.
    error AlreadyCommitted(bytes32 commitment, uint256 revealUntil);
    /// @notice Nobody committed to this id, sender and salt.
    error NotCommitted(bytes32 commitment);
    /// @notice The commitment is too young; reveal from block `revealFrom` on.
    error RevealTooEarly(uint256 revealFrom);
    /// @notice The commitment is too old; commit again.
    error RevealTooLate(uint256 revealUntil);
    /// @notice Neither is the sender the owner nor did the owner sign.
    error NotTheOwner(address owner);
    /// @notice The id is registered already.
    error AlreadyRegistered(uint256 id, uint32 index);
    /// @notice Every leaf of the tree is taken.
    error RegistryFull();
    /// @notice A field is out of range; `field` is its place in `Tranche`, from 0.
    error FieldOutOfRange(uint256 field);
    /// @notice There is no registration or root at this place yet.
    error NotYet(uint256 asked, uint256 count);

    /// @notice Commits to a registration that the sender will reveal: see `commitmentOf`.
    /// @dev Committing to another's commitment does nothing for the copier: the hash names who may reveal.
    function commit(bytes32 commitment) external;

    /// @notice Registers a tranche that the sender committed to at least `revealDelay` blocks ago.
    /// @param tranche The fields; the id is computed from them.
    /// @param salt The commitment's salt.
    /// @param ownerSignature Empty when the sender is the owner; else the owner's EIP-712 signature of the manifest
    /// (docs/encodings.md, section 9), by key or through ERC-1271.
    /// @return index Place of the registration, from 0.
    function register(Tranche calldata tranche, bytes32 salt, bytes calldata ownerSignature) external returns (uint32 index);

    /// @notice The commitment to an id: keccak256(abi.encode(id, registrant, salt)).
    function commitmentOf(uint256 id, address registrant, bytes32 salt) external pure returns (bytes32);

    /// @notice The id of a tranche of these fields; reverts as `register` does for fields out of range.
    function idOf(Tranche calldata tranche) external view returns (uint256);

    /// @notice The digest that the owner signs.
    function ownerDigest(Tranche calldata tranche) external pure returns (bytes32);

    /// @notice Blocks from which to which a waiting commitment can be revealed; zeros when there is none.
    function revealWindow(bytes32 commitment) external view returns (uint256 revealFrom, uint256 revealUntil);

    /// @notice Number of registrations.
    function count() external view returns (uint32);

    /// @notice The current root.
    function root() external view returns (uint256);

    /// @notice The root after `registrations` registrations; reverts with `NotYet` if there are fewer.
    function rootAt(uint32 registrations) external view returns (Root memory);

    /// @notice Whether the registry ever had this root, and after how many registrations.
    function countOf(uint256 aRoot) external view returns (bool known, uint32 registrations);

    /// @notice Whether an id is registered, and where.
    function indexOf(uint256 id) external view returns (bool registered, uint32 index);

    /// @notice The registration at an index; reverts with `NotYet` if there is none.
    function entryAt(uint32 index) external view returns (Entry memory);

    /// @notice Whether content is registered, and the index of its first registration.
    function firstOf(bytes32 contentRoot) external view returns (bool registered, uint32 index);

    /// @notice Blocks between a commitment and its earliest reveal, at least 1.
    function revealDelay() external view returns (uint32);

    /// @notice Blocks between a commitment and its last reveal.
    function revealExpiry() external view returns (uint32);
}
