// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {KeyDigest} from "../types/KeyDigest.sol";
import {ProofKind} from "../types/ProofKind.sol";
import {SrsDigest} from "../types/SrsDigest.sol";

/// @title The proof verifiers that escrows accept
/// @notice One owner adds verifiers, which take effect after a delay, and retires them, which takes effect at once. The owner's functions
/// throw OpenZeppelin's `OwnableUnauthorizedAccount` for other senders.
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
        ProofKind kind;
        bool srsInsecure;
        uint32 publicInputCount;
        uint64 addedAt;
        uint64 activeFrom;
        uint64 retiredAt;
        address successor;
        KeyDigest verifyingKeyDigest;
        SrsDigest srsDigest;
    }

    /// @notice Emitted by `add`.
    /// @param verifier The verifier.
    /// @param kind What its proofs are of.
    /// @param verifyingKeyDigest Digest of its verifying key.
    /// @param srsDigest Digest of its reference string.
    /// @param activeFrom From when on its verdicts count, seconds.
    event VerifierAdded(
        address indexed verifier, ProofKind indexed kind, KeyDigest indexed verifyingKeyDigest, SrsDigest srsDigest, uint64 activeFrom
    );
    /// @notice Emitted by `retire`: from now on no escrow accepts anything from the verifier.
    /// @param verifier The verifier.
    /// @param successor What the owner named in its place; zero for none.
    /// @param retiredAt The time, seconds.
    event VerifierRetired(address indexed verifier, address indexed successor, uint64 retiredAt);

    /// @notice Thrown by the constructor when the grace is above 90 days or the activation delay above the grace, both in seconds.
    /// @dev Choose shorter times.
    error InvalidTimes(uint64 grace, uint64 activationDelay);
    /// @notice Thrown by `add` when there is no code at the address.
    /// @dev Deploy the verifier first, or check the address.
    error NotAContract(address verifier);
    /// @notice Thrown by `add` when the verifier was added before; a retired one cannot come back.
    /// @dev Deploy the verifier again at another address.
    error AlreadyAdded(address verifier);
    /// @notice Thrown by `retire` when the verifier was never added.
    /// @dev Check the address.
    error UnknownVerifier(address verifier);
    /// @notice Thrown by `retire` when the verifier was retired before; its successor cannot be changed.
    /// @dev Nothing is left to do.
    error AlreadyRetired(address verifier);
    /// @notice Thrown by `add` when the verifier's kind is neither usage nor disclosure.
    /// @dev Check that the contract was made by `tranche contract export`.
    error UnknownKind(ProofKind kind);
    /// @notice Thrown by `add` when the number of public inputs is not one of a verifier of this kind.
    /// @dev Check that the contract was made by `tranche contract export` from a key of this version.
    error WrongPublicInputCount(ProofKind kind, uint256 got);
    /// @notice Thrown by `add` when the reference string's secret is public and this is not a development chain.
    /// @dev Make a key under a reference string of a ceremony and export its verifier.
    error InsecureReferenceString(address verifier, uint256 chainId);
    /// @notice Thrown by `retire` when the successor was not added, is retired, is of another kind, or is the verifier itself.
    /// @dev Add the successor first, or name none.
    error InvalidSuccessor(address successor);

    /// @notice Adds a verifier. Owner only. One with an insecure reference string is accepted on chains 31337 and 1337 only.
    function add(address verifier) external;

    /// @notice Retires a verifier at once, and names a successor or none (zero). Owner only.
    /// @dev Runs that are open now have their deadlines extended by `grace`: see `IRewardEscrow.deadlineOf`.
    function retire(address verifier, address successor) external;

    /// @notice Kind of a verifier whose verdicts count now; 0 for every other address.
    function activeKind(address verifier) external view returns (ProofKind);

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
