// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

/// @title Structs, events and errors of the escrow
interface IRewardEscrowTypes {
    /// @notice A run's terms; the ABI encoding is the 13 words of docs/encodings.md, section 7.
    /// @param version 1.
    /// @param payRule 1 shares, 2 metered; 0 (none) is refused: nothing to hold.
    /// @param basis 0 whole run, 1 registered part. Shares are paid of the registered part, so they need 1.
    /// @param remainderRule 0 keep (the opener's), 1 first payee; 0 for metered.
    /// @param unit Felt of the unit definition.
    /// @param minRegisteredPpm Smallest registered share of the whole run, parts per million.
    /// @param minEvidence Smallest evidence level, 0 to 4.
    /// @param order 0 planned, 1 consumed.
    /// @param registryCutoff Number of registrations at the cut-off; roots of later ones are refused.
    /// @param arbiter Who can void within the window; zero for nobody.
    /// @param modelDigest Digest of the trained model.
    /// @param builder Who binds the commitment.
    /// @param evidenceKey Whose signature is evidence; zero for nobody.
    struct Terms {
        uint8 version;
        uint8 payRule;
        uint8 basis;
        uint8 remainderRule;
        uint256 unit;
        uint32 minRegisteredPpm;
        uint8 minEvidence;
        uint8 order;
        uint32 registryCutoff;
        address arbiter;
        bytes32 modelDigest;
        address builder;
        address evidenceKey;
    }

    /// @notice What a run is opened with.
    /// @param token ERC-20 token; zero for the native coin.
    /// @param deposit Amount paid in; may be 0.
    /// @param deadline Until when usage can be accepted.
    /// @param challengeWindow Seconds after an acceptance in which the arbiter can void it; at least 1 if there is an arbiter, at most 90 days.
    /// @param claimPeriod Seconds for which credits stay claimable, 30 days to 10 years.
    /// @param bond What the builder posts, in the same token; may be 0.
    /// @param terms The terms.
    struct RunSpec {
        address token;
        uint128 deposit;
        uint64 deadline;
        uint64 challengeWindow;
        uint64 claimPeriod;
        uint128 bond;
        Terms terms;
    }

    /// @notice Evidence for a run commitment (docs/encodings.md, section 9). Level 0 is none: then all other fields are empty.
    struct Evidence {
        uint8 level;
        uint8 order;
        address signer;
        bytes signature;
    }

    /// @notice Where a run stands.
    enum State {
        None,
        Open,
        Bound,
        UsageAccepted,
        PayAccepted,
        Closed
    }

    /// @notice A run.
    /// @param opener Who opened it and has what is left over.
    /// @param state Where it stands.
    /// @param evidenceLevel Level of the accepted evidence.
    /// @param extended Whether a void has extended the deadline; it does so once.
    /// @param attempt Number of voids.
    /// @param epoch Number of times that all its money was settled.
    /// @param token Its token; zero for the native coin.
    /// @param openedAt When it was opened.
    /// @param deadline The stored deadline; see `deadlineOf`.
    /// @param challengeWindow See `RunSpec`.
    /// @param claimPeriod See `RunSpec`.
    /// @param usageAcceptedAt When the usage proof was accepted; 0 if none stands.
    /// @param payAcceptedAt When the pay list was accepted; 0 if none stands.
    /// @param markUntil Until when the credits of the first `mark` of the money stay claimable.
    /// @param bond What the builder must post.
    /// @param bondHeld What of it is held.
    /// @param received Money received in this epoch.
    /// @param paidOut Money paid out in this epoch.
    /// @param mark How much of `received` is under the claim period that ends at `markUntil`.
    /// @param remainderPaid What of `paidOut` the opener had as remainder.
    /// @param payTotal Sum of the pay list's amounts.
    /// @param runCommitment The bound commitment; 0 if none is.
    /// @param usageCommitment The accepted usage commitment; 0 if none is.
    /// @param termsHash Hash of the terms.
    struct Run {
        address opener;
        State state;
        uint8 evidenceLevel;
        bool extended;
        uint32 attempt;
        uint32 epoch;
        address token;
        uint64 openedAt;
        uint64 deadline;
        uint64 challengeWindow;
        uint64 claimPeriod;
        uint64 usageAcceptedAt;
        uint64 payAcceptedAt;
        uint64 markUntil;
        uint128 bond;
        uint128 bondHeld;
        uint128 received;
        uint128 paidOut;
        uint128 mark;
        uint128 remainderPaid;
        uint128 payTotal;
        uint256 runCommitment;
        uint256 usageCommitment;
        bytes32 termsHash;
    }

    /// @notice A run was opened; `received` is what arrived of the deposit, `context` public input 0 of its proofs.
    event RunOpened(
        bytes32 indexed runId,
        address indexed opener,
        address indexed builder,
        address token,
        uint128 received,
        bytes32 termsHash,
        uint256 context
    );
    /// @notice Money was added.
    event ToppedUp(bytes32 indexed runId, address indexed from, uint128 received, uint128 total);
    /// @notice The builder bound a commitment and posted `bond`.
    event CommitmentBound(bytes32 indexed runId, uint256 indexed runCommitment, uint128 bond);
    /// @notice A usage proof was accepted.
    event UsageAccepted(
        bytes32 indexed runId,
        uint256 indexed usageCommitment,
        address indexed verifier,
        uint256 registryRoot,
        uint8 evidenceLevel,
        uint64 windowEnd
    );
    /// @notice Better evidence was accepted.
    event EvidenceRaised(bytes32 indexed runId, uint8 evidenceLevel);
    /// @notice A pay list was accepted; `payees` as in the public inputs.
    event PayAccepted(
        bytes32 indexed runId, address indexed verifier, uint128 total, uint64 windowEnd, uint64 claimableUntil, uint256[] payees
    );
    /// @notice The arbiter voided usage and pay list.
    event AcceptanceVoided(bytes32 indexed runId, uint256 indexed runCommitment, uint256 indexed usageCommitment, uint64 deadline);
    /// @notice An owner was paid.
    event Claimed(bytes32 indexed runId, address indexed owner, address indexed to, uint256 amount);
    /// @notice A payment in `claimMany` failed; the credit stays.
    event ClaimFailed(bytes32 indexed runId, address indexed owner, address indexed to, uint256 amount);
    /// @notice The opener had what no payee has a share in.
    event RemainderClaimed(bytes32 indexed runId, address indexed to, uint256 amount);
    /// @notice The builder had the bond back.
    event BondReleased(bytes32 indexed runId, address indexed to, uint256 amount);
    /// @notice The opener had what was left unclaimed; credits of later money stay claimable until `nextUntil` (0: none are left).
    event UnclaimedExpired(bytes32 indexed runId, address indexed to, uint256 amount, uint64 nextUntil);
    /// @notice A run that was not proven was refunded to its opener, with the slashed bond.
    event Refunded(bytes32 indexed runId, address indexed to, uint256 deposit, uint256 bond);
    /// @notice An owner's payouts go to another address now; `to` is the owner itself when a redirection ends.
    event Redirected(address indexed owner, address indexed to);

    /// @notice No such run.
    error UnknownRun(bytes32 runId);
    /// @notice The run is in another state than this needs.
    error WrongState(State state);
    /// @notice Word `index` of the terms is out of range, or does not fit the others.
    error TermsOutOfRange(uint256 index);
    /// @notice There is no contract at the token's address.
    error InvalidToken(address token);
    /// @notice Deadline, challenge window or claim period is out of range.
    error TimesOutOfRange();
    /// @notice The value sent is not what is to be paid.
    error WrongValue(uint256 got, uint256 expected);
    /// @notice Less arrived than must.
    error TooLittleReceived(uint256 got, uint256 expected);
    /// @notice The run would hold more than 2^128 - 1.
    error TooMuch();
    /// @notice The sender may not do this.
    error NotAllowed(address sender);
    /// @notice It is too late: `until` has passed.
    error TooLate(uint64 until);
    /// @notice It is too early: possible after `until`.
    error TooEarly(uint64 until);
    /// @notice A run commitment is a felt other than 0, and not one that was voided.
    error InvalidCommitment(uint256 runCommitment);
    /// @notice The verifier is not one of the kind needed whose verdicts count now.
    error VerifierNotAccepted(address verifier, uint8 kind);
    /// @notice The verifier refused the proof.
    error ProofRefused();
    /// @notice There are too few or too many public inputs.
    error WrongPublicInputCount(uint256 got);
    /// @notice Public input `row` is not below r, is out of range, or is not what the run or its terms say.
    error WrongPublicInput(uint256 row);
    /// @notice The registry never had this root.
    error UnknownRegistryRoot(uint256 root);
    /// @notice The root has registrations after the cut-off.
    error RegistryRootTooNew(uint256 registrations, uint256 cutoff);
    /// @notice Evidence is malformed, for another order, or not signed by the terms' key for this commitment.
    error InvalidEvidence();
    /// @notice The evidence level is below what is needed.
    error EvidenceTooLow(uint8 got, uint8 needed);
    /// @notice No claim shows the registered share that the terms want.
    error RegisteredShareTooLow(uint32 needed);
    /// @notice The metered total is above what the run holds.
    error TotalAboveDeposit(uint256 total, uint256 received);
    /// @notice A metered run with a pay list needs no more money.
    error NothingNeeded();
    /// @notice There is nothing to pay.
    error NothingToPay();
    /// @notice Two lists that belong together differ in length, or are longer than 64.
    error WrongLength();
    /// @notice The payment failed; nothing changed.
    error PaymentFailed(address to, uint256 amount);
    /// @notice Payouts cannot go to this address.
    error InvalidPayoutAddress(address to);
    /// @notice The signature is too old.
    error SignatureExpired(uint256 deadline);
    /// @notice The owner did not sign this.
    error InvalidSignature();
}
