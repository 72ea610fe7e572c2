// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

/// @title The proof verifiers that escrows accept
/// @notice One owner adds verifiers, which take effect after a delay, and retires them, which takes effect at once.
interface IVerifierSet {
    /// @notice What is known of a verifier, read from it when it was added.
    /// @param kind 1 usage, 2 disclosure; 0 for an address that was never added.
    /// @param srsInsecure Whether its reference string is the development one.
    /// @param publicInputCount Number of public inputs.
    /// @param addedAt When it was added, seconds.
    /// @param activeFrom From when on its verdicts count, seconds.
    /// @param retiredAt When it was retired, seconds; 0 if it was not.
    /// @param successor What the owner named in its place; zero for none.
    /// @param verifyingKeyDigest Digest of its verifying key.
    /// @param srsDigest Digest of its reference string.
    struct Record {
        uint8 kind;
        bool srsInsecure;
        uint32 publicInputCount;
        uint64 addedAt;
        uint64 activeFrom;
        uint64 retiredAt;
        address successor;
        bytes32 verifyingKeyDigest;
        bytes32 srsDigest;
    }

    /// @notice A verifier was added; its verdicts count from `activeFrom` on.
    event VerifierAdded(
        address indexed verifier, uint8 indexed kind, bytes32 indexed verifyingKeyDigest, bytes32 srsDigest, uint64 activeFrom
    );
    /// @notice A verifier was retired: no escrow accepts anything from it any more.
    event VerifierRetired(address indexed verifier, address indexed successor, uint64 retiredAt);

    /// @notice Grace or activation delay is too long, or the grace is shorter than the delay.
    error InvalidTimes(uint64 grace, uint64 activationDelay);
    /// @notice There is no code at this address.
    error NotAContract(address verifier);
    /// @notice The verifier was added before; a retired one does not come back.
    error AlreadyAdded(address verifier);
    /// @notice The address was never added.
    error UnknownVerifier(address verifier);
    /// @notice The verifier was retired already.
    error AlreadyRetired(address verifier);
    /// @notice The kind is neither usage nor disclosure.
    error UnknownKind(uint8 kind);
    /// @notice The number of public inputs is not one of a verifier of this kind.
    error WrongPublicInputCount(uint8 kind, uint256 got);
    /// @notice The reference string's secret is public, and this is no development chain.
    error InsecureReferenceString(address verifier, uint256 chainId);
    /// @notice A successor must have been added, not be retired, and be of the same kind as the retired verifier.
    error InvalidSuccessor(address successor);

    /// @notice Adds a verifier. Owner only. One with an insecure reference string is refused but on chains 31337 and 1337.
    function add(address verifier) external;

    /// @notice Retires a verifier at once, and names a successor or none (zero). Owner only.
    /// @dev Runs that are open now have their deadlines extended by `grace`: see `IRewardEscrow.deadlineOf`.
    function retire(address verifier, address successor) external;

    /// @notice Kind of a verifier whose verdicts count now; 0 for every other address.
    function activeKind(address verifier) external view returns (uint8);

    /// @notice Whether the verdicts of this verifier count now.
    function isActive(address verifier) external view returns (bool);

    /// @notice What is known of a verifier; all zeros for an address that was never added.
    function record(address verifier) external view returns (Record memory);

    /// @notice Number of verifiers ever added.
    function count() external view returns (uint256);

    /// @notice The verifier added at this place, from 0.
    function verifierAt(uint256 index) external view returns (address);

    /// @notice Time of the last retirement at or before `time`; 0 if there was none.
    function lastRetirement(uint64 time) external view returns (uint64);

    /// @notice By how many seconds a retirement or a void extends deadlines.
    function grace() external view returns (uint64);

    /// @notice Seconds between adding a verifier and its verdicts counting.
    function activationDelay() external view returns (uint64);
}
