// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {ContextDigest} from "../types/ContextDigest.sol";
import {ModelDigest} from "../types/ModelDigest.sol";
import {Payee} from "../types/Payee.sol";
import {ProofKind} from "../types/ProofKind.sol";
import {RegistryRoot} from "../types/RegistryRoot.sol";
import {RunCommitment} from "../types/RunCommitment.sol";
import {RunId} from "../types/RunId.sol";
import {TermsHash} from "../types/TermsHash.sol";
import {UsageCommitment} from "../types/UsageCommitment.sol";

/// @title Structs, events and errors of the escrow
/// @notice The escrow also throws errors of OpenZeppelin's: `ReentrancyGuardReentrantCall` when a payee or token calls back, and
/// `SafeERC20FailedOperation` when a token refuses a transfer to the escrow.
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
        ModelDigest modelDigest;
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
    /// @param level 0 to 4.
    /// @param order 0 planned, 1 consumed; that of the terms.
    /// @param signer The evidence key of the terms.
    /// @param signature 65 bytes r, s, v over commitment, level and order.
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
        RunCommitment runCommitment;
        UsageCommitment usageCommitment;
        TermsHash termsHash;
    }

    /// @notice Emitted by `open`.
    /// @param runId The run.
    /// @param opener Who opened it.
    /// @param builder Who can bind its commitment.
    /// @param token Its token; zero for the native coin.
    /// @param received What arrived of the deposit.
    /// @param termsHash Hash of its terms.
    /// @param context Public input 0 of its proofs.
    event RunOpened(
        RunId indexed runId,
        address indexed opener,
        address indexed builder,
        address token,
        uint128 received,
        TermsHash termsHash,
        ContextDigest context
    );
    /// @notice Emitted by `topUp`.
    /// @param runId The run.
    /// @param from Who paid.
    /// @param received What arrived.
    /// @param total What the run has received in this epoch.
    event ToppedUp(RunId indexed runId, address indexed from, uint128 received, uint128 total);
    /// @notice Emitted by `bindCommitment`.
    /// @param runId The run.
    /// @param runCommitment The commitment that is bound now.
    /// @param bond The bond that is held now.
    event CommitmentBound(RunId indexed runId, RunCommitment indexed runCommitment, uint128 bond);
    /// @notice Emitted by `acceptUsage`.
    /// @param runId The run.
    /// @param usageCommitment The usage that later disclosures open.
    /// @param verifier The verifier that accepted the proof.
    /// @param registryRoot The registry root that the proof stands on.
    /// @param evidenceLevel Level of the accepted evidence, 0 for none.
    /// @param windowEnd Until when the arbiter can void the acceptance.
    event UsageAccepted(
        RunId indexed runId,
        UsageCommitment indexed usageCommitment,
        address indexed verifier,
        RegistryRoot registryRoot,
        uint8 evidenceLevel,
        uint64 windowEnd
    );
    /// @notice Emitted by `raiseEvidence`.
    /// @param runId The run.
    /// @param evidenceLevel The higher level that is recorded now.
    event EvidenceRaised(RunId indexed runId, uint8 evidenceLevel);
    /// @notice Emitted by `acceptPay`.
    /// @param runId The run.
    /// @param verifier The verifier that accepted the proof.
    /// @param total Sum of the amounts.
    /// @param windowEnd Until when the arbiter can void the acceptance; claims are possible from the next second on.
    /// @param claimableUntil Until when the credits stay claimable; see `expireUnclaimed`.
    /// @param payees The pay list, owners ascending.
    event PayAccepted(
        RunId indexed runId, address indexed verifier, uint128 total, uint64 windowEnd, uint64 claimableUntil, Payee[] payees
    );
    /// @notice Emitted by `voidAcceptance`.
    /// @param runId The run.
    /// @param runCommitment The commitment that is unbound and cannot be bound to this run again.
    /// @param usageCommitment The usage that is no longer accepted.
    /// @param deadline The stored deadline, extended by the first void.
    event AcceptanceVoided(
        RunId indexed runId, RunCommitment indexed runCommitment, UsageCommitment indexed usageCommitment, uint64 deadline
    );
    /// @notice Emitted by `claim` and `claimMany` for each credit that was paid.
    /// @param runId The run.
    /// @param owner Whose credit it was.
    /// @param to The payout address.
    /// @param amount What was paid.
    event Claimed(RunId indexed runId, address indexed owner, address indexed to, uint256 amount);
    /// @notice Emitted by `claimMany` for each payment that failed; the credit stays.
    /// @param runId The run.
    /// @param owner Whose credit it is.
    /// @param to The payout address.
    /// @param amount What was not paid.
    event ClaimFailed(RunId indexed runId, address indexed owner, address indexed to, uint256 amount);
    /// @notice Emitted by `claimRemainder`.
    /// @param runId The run.
    /// @param to The opener's payout address.
    /// @param amount What was paid.
    event RemainderClaimed(RunId indexed runId, address indexed to, uint256 amount);
    /// @notice Emitted by `releaseBond`.
    /// @param runId The run.
    /// @param to The builder's payout address.
    /// @param amount The bond.
    event BondReleased(RunId indexed runId, address indexed to, uint256 amount);
    /// @notice Emitted by `expireUnclaimed`.
    /// @param runId The run.
    /// @param to The opener's payout address.
    /// @param amount What was paid.
    /// @param nextUntil Until when the credits of later money stay claimable; 0 if there are none.
    event UnclaimedExpired(RunId indexed runId, address indexed to, uint256 amount, uint64 nextUntil);
    /// @notice Emitted by `refund`.
    /// @param runId The run.
    /// @param to The opener's payout address.
    /// @param deposit What the run held of its deposit and top-ups.
    /// @param bond The builder's bond, paid to the opener.
    event Refunded(RunId indexed runId, address indexed to, uint256 deposit, uint256 bond);
    /// @notice Emitted by `redirect` and `redirectBySignature`.
    /// @param owner Whose payouts they are.
    /// @param to Where they go from now on; the owner when a redirection ends.
    event Redirected(address indexed owner, address indexed to);

    /// @notice Thrown when this escrow has no run `runId`.
    /// @dev Open it, or check chain, escrow and run id.
    error UnknownRun(RunId runId);
    /// @notice Thrown when the step is not possible in the run's state.
    /// @dev Read the state with `run`; contracts/README.md shows which step leads to which state.
    /// @param state The run's state.
    error WrongState(State state);
    /// @notice Thrown by `open` when a word of the terms is out of range or contradicts another word.
    /// @dev Correct the terms (docs/encodings.md, section 7).
    /// @param index The word's place, from 0.
    error TermsOutOfRange(uint256 index);
    /// @notice Thrown by `open` when there is no contract at the token's address.
    /// @dev Give the address of an ERC-20 token on this chain, or zero for the native coin.
    error InvalidToken(address token);
    /// @notice Thrown by `open` when deadline, challenge window or claim period is out of range.
    /// @dev The limits stand at `RunSpec`; the deadline lies ahead by at most ten years.
    error TimesOutOfRange();
    /// @notice Thrown when the native coin sent with the call is not what is to be paid.
    /// @dev Send exactly `expected` wei; it is 0 for a run in a token.
    error WrongValue(uint256 got, uint256 expected);
    /// @notice Thrown when a bond did not arrive in full, or nothing arrived of a top-up.
    /// @dev Raise the allowance, or use a token that takes no fee on transfers.
    error TooLittleReceived(uint256 got, uint256 expected);
    /// @notice Thrown when a payment, or the run with it, would exceed 2^128 - 1.
    /// @dev Pay less.
    error TooMuch();
    /// @notice Thrown when the sender is not the one who may do this.
    /// @dev Send from the account that the run or its terms name: the builder to bind, the arbiter to void, opener or builder to
    /// top up before the pay list is final.
    error NotAllowed(address sender);
    /// @notice Thrown when the time for this step has passed.
    /// @dev Nothing brings the time back; see which steps the state still allows.
    /// @param until The last second at which it was possible.
    error TooLate(uint64 until);
    /// @notice Thrown when the time for this step has not come.
    /// @dev Send it again after `until`.
    /// @param until The last second at which it is not possible.
    error TooEarly(uint64 until);
    /// @notice Thrown by `bindCommitment` when the commitment is 0, is not a felt, or was voided for this run.
    /// @dev Commit to the run again, from another seed.
    error InvalidCommitment(RunCommitment runCommitment);
    /// @notice Thrown when the verifier is not an active one of the kind that this step needs.
    /// @dev Use one that `IVerifierSet.activeKind` gives this kind for; prove again if its key is another.
    error VerifierNotAccepted(address verifier, ProofKind kind);
    /// @notice Thrown when the verifier does not accept the proof for these public inputs.
    /// @dev Check the proof file with `tranche verify`.
    error ProofRefused();
    /// @notice Thrown when the number of public inputs is not one of a statement of this kind.
    /// @dev Check that the proof is a usage proof for `acceptUsage`, a disclosure for `acceptPay`.
    error WrongPublicInputCount(uint256 got);
    /// @notice Thrown when a public input is not below r, is out of range, or is not what the run or its terms say.
    /// @dev Prove for this run; row 0 is the context, docs/encodings.md, section 8, lists the others.
    /// @param row The public input's place, from 0.
    error WrongPublicInput(uint256 row);
    /// @notice Thrown by `acceptUsage` when the registry never had the proof's root.
    /// @dev Register on chain what the snapshot has, in its order, then prove.
    error UnknownRegistryRoot(RegistryRoot root);
    /// @notice Thrown by `acceptUsage` when the proof's root has more registrations than the terms' cut-off.
    /// @dev Prove under the registry as it stood at the cut-off.
    error RegistryRootTooNew(uint256 registrations, uint256 cutoff);
    /// @notice Thrown when evidence is malformed, is for another order, or is not signed by the terms' key for this commitment.
    /// @dev Have the commitment signed again by the key that the terms name.
    error InvalidEvidence();
    /// @notice Thrown when evidence is below the terms' minimum, or does not raise the recorded level.
    /// @dev Have the commitment signed at level `needed` or above.
    error EvidenceTooLow(uint8 got, uint8 needed);
    /// @notice Thrown by `acceptPay` when no claim shows the registered share that the terms ask for.
    /// @dev Disclose the pay list together with a claim of the registered share from `needed` parts per million on.
    error RegisteredShareTooLow(uint32 needed);
    /// @notice Thrown by `acceptPay` when the total of a metered list is above what the run received.
    /// @dev Top the run up first.
    error TotalAboveDeposit(uint256 total, uint256 received);
    /// @notice Thrown by `topUp` for a metered run that has a pay list: it needs no more money.
    /// @dev Open another run.
    error NothingNeeded();
    /// @notice Thrown when there is nothing to pay.
    /// @dev Check `claimable` or `claimableRemainder` first.
    error NothingToPay();
    /// @notice Thrown by `claimMany` when the two lists differ in length or are longer than 64.
    /// @dev Give one owner for each run id, at most 64.
    error WrongLength();
    /// @notice Thrown when a payment failed; nothing changed.
    /// @dev Have the owner redirect its payouts to an address that takes them.
    error PaymentFailed(address to, uint256 amount);
    /// @notice Thrown when payouts are redirected to the escrow.
    /// @dev Choose another address.
    error InvalidPayoutAddress(address to);
    /// @notice Thrown by `redirectBySignature` after the signature's deadline.
    /// @dev Have the owner sign again with a later deadline.
    error SignatureExpired(uint256 deadline);
    /// @notice Thrown by `redirectBySignature` when the owner did not sign this redirection with its current nonce.
    /// @dev Read `nonces` and have the owner sign for this chain and escrow.
    error InvalidSignature();
}
