// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {Ownable2Step} from "@openzeppelin/contracts/access/Ownable2Step.sol";
import {Arrays} from "@openzeppelin/contracts/utils/Arrays.sol";
import {IProofVerifier} from "./interfaces/IProofVerifier.sol";
import {IVerifierSet} from "./interfaces/IVerifierSet.sol";
import {KeyDigest} from "./types/KeyDigest.sol";
import {DISCLOSURE_PROOF, NO_PROOF, ProofKind, USAGE_PROOF} from "./types/ProofKind.sol";
import {SrsDigest} from "./types/SrsDigest.sol";

/// @title The proof verifiers that escrows accept
contract VerifierSet is IVerifierSet, Ownable2Step {
    uint64 private constant MAX_GRACE = 90 days;
    uint256 private constant USAGE_INPUTS = 6;
    /// @dev A disclosure without payees: context, usage commitment, unit, 16 claims of four felts, three of the pay list.
    uint256 private constant DISCLOSURE_INPUTS = 70;
    uint256 private constant MAX_PAYEES = 64;

    /// @inheritdoc IVerifierSet
    uint64 public immutable grace;
    /// @inheritdoc IVerifierSet
    uint64 public immutable activationDelay;

    mapping(address verifier => Record) private _records;
    address[] private _verifiers;
    /// @dev Times of retirements, ascending.
    uint256[] private _retirements;

    /// @param owner_ Who adds and retires.
    /// @param grace_ Seconds by which a retirement or a void extends deadlines, at most 90 days.
    /// @param activationDelay_ Seconds between adding a verifier and its verdicts counting; at most the grace, so that a
    /// successor added at a retirement is of use.
    constructor(address owner_, uint64 grace_, uint64 activationDelay_) Ownable(owner_) {
        if (grace_ > MAX_GRACE || activationDelay_ > grace_) revert InvalidTimes(grace_, activationDelay_);
        grace = grace_;
        activationDelay = activationDelay_;
    }

    /// @inheritdoc IVerifierSet
    function add(address verifier) external onlyOwner {
        if (verifier.code.length == 0) revert NotAContract(verifier);
        if (_records[verifier].kind != NO_PROOF) revert AlreadyAdded(verifier);
        IProofVerifier source = IProofVerifier(verifier);
        Record memory entry = Record({
            kind: ProofKind.wrap(source.kind()),
            srsInsecure: source.srsInsecure(),
            publicInputCount: 0,
            addedAt: uint64(block.timestamp),
            activeFrom: uint64(block.timestamp) + activationDelay,
            retiredAt: 0,
            successor: address(0),
            verifyingKeyDigest: KeyDigest.wrap(source.verifyingKeyDigest()),
            srsDigest: SrsDigest.wrap(source.srsDigest())
        });
        if (entry.srsInsecure && !_developmentChain()) revert InsecureReferenceString(verifier, block.chainid);
        uint256 inputs = source.publicInputCount();
        _checkInputs(entry.kind, inputs);
        entry.publicInputCount = uint32(inputs);
        _records[verifier] = entry;
        _verifiers.push(verifier);
        emit VerifierAdded(verifier, entry.kind, entry.verifyingKeyDigest, entry.srsDigest, entry.activeFrom);
    }

    /// @inheritdoc IVerifierSet
    function retire(address verifier, address successor) external onlyOwner {
        Record storage entry = _records[verifier];
        if (entry.kind == NO_PROOF) revert UnknownVerifier(verifier);
        if (entry.retiredAt != 0) revert AlreadyRetired(verifier);
        if (successor != address(0)) {
            Record storage next = _records[successor];
            if (successor == verifier || next.kind != entry.kind || next.retiredAt != 0) revert InvalidSuccessor(successor);
        }
        uint64 time = uint64(block.timestamp);
        entry.retiredAt = time;
        entry.successor = successor;
        _retirements.push(time);
        emit VerifierRetired(verifier, successor, time);
    }

    /// @inheritdoc IVerifierSet
    function activeKind(address verifier) public view returns (ProofKind) {
        Record storage entry = _records[verifier];
        return entry.retiredAt == 0 && block.timestamp >= entry.activeFrom ? entry.kind : NO_PROOF;
    }

    /// @inheritdoc IVerifierSet
    function isActive(address verifier) external view returns (bool) {
        return activeKind(verifier) != NO_PROOF;
    }

    /// @inheritdoc IVerifierSet
    function record(address verifier) external view returns (Record memory) {
        return _records[verifier];
    }

    /// @inheritdoc IVerifierSet
    function count() external view returns (uint256) {
        return _verifiers.length;
    }

    /// @inheritdoc IVerifierSet
    function verifierAt(uint256 index) external view returns (address) {
        return _verifiers[index];
    }

    /// @inheritdoc IVerifierSet
    function lastRetirement(uint64 time) external view returns (uint64) {
        uint256 later = Arrays.upperBound(_retirements, time);
        return later == 0 ? 0 : uint64(_retirements[later - 1]);
    }

    function _developmentChain() private view returns (bool) {
        return block.chainid == 31337 || block.chainid == 1337;
    }

    function _checkInputs(ProofKind kind, uint256 inputs) private pure {
        bool fits = false;
        if (kind == USAGE_PROOF) fits = inputs == USAGE_INPUTS;
        else if (kind == DISCLOSURE_PROOF) fits = inputs > DISCLOSURE_INPUTS && inputs <= DISCLOSURE_INPUTS + MAX_PAYEES;
        else revert UnknownKind(kind);
        if (!fits) revert WrongPublicInputCount(kind, inputs);
    }
}
