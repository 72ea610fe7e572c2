// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {ContextDigest} from "../types/ContextDigest.sol";
import {Payee} from "../types/Payee.sol";
import {RunCommitment} from "../types/RunCommitment.sol";
import {RunId} from "../types/RunId.sol";
import {TermsHash} from "../types/TermsHash.sol";
import {IRewardEscrowTypes} from "./IRewardEscrowTypes.sol";

/// @title Escrow of rewards for the use of tranches
/// @notice A run is opened with terms and a deposit. Its builder binds a run commitment and proves its usage once; a disclosure
/// of the same usage lists who is paid; after a challenge window each payee collects. The payment rules are in
/// contracts/README.md. Times are in seconds since 1970, amounts in the token's smallest part.
interface IRewardEscrow is IRewardEscrowTypes {
    /// @notice Opens a run and pays its deposit. Anybody can.
    /// @dev Native coin: the deposit is the value sent. Token: `deposit` is pulled, and what arrives is what counts.
    /// @return runId keccak256(abi.encode(chain id, this, opener, nonce)), nonces counting the opener's runs from 0.
    function open(RunSpec calldata spec) external payable returns (RunId runId);

    /// @notice Adds money to a run. Until the challenge window of its pay list has ended, only the opener and the builder can.
    /// @dev Shares: paid out by the proven shares, as the deposit. Metered: refused once a pay list was accepted.
    function topUp(RunId runId, uint128 amount) external payable;

    /// @notice Binds the run commitment and posts the bond. Builder only, once, until the deadline; again after a void, then
    /// with another commitment and without another bond.
    function bindCommitment(RunId runId, RunCommitment runCommitment) external payable;

    /// @notice Accepts the usage proof of a run. Anybody can carry it. Once, until the deadline.
    /// @param publicInputs context, registry root, run commitment, usage commitment, unit, order.
    function acceptUsage(RunId runId, address verifier, uint256[] calldata publicInputs, bytes calldata proof, Evidence calldata evidence)
        external;

    /// @notice Raises the recorded evidence level of a run by better evidence for its bound commitment. Anybody can.
    function raiseEvidence(RunId runId, Evidence calldata evidence) external;

    /// @notice Accepts the pay list of a run from a disclosure of the accepted usage. Anybody can carry it.
    /// @param publicInputs As docs/encodings.md, section 8: 16 claims and 1 to 64 payees.
    function acceptPay(RunId runId, address verifier, uint256[] calldata publicInputs, bytes calldata proof) external;

    /// @notice Voids what was accepted, usage and pay list both, and unbinds the commitment. Arbiter only, within the window.
    function voidAcceptance(RunId runId) external;

    /// @notice Pays an owner what it can collect, to its payout address. Anybody can call.
    /// @return amount What was paid.
    function claim(RunId runId, address owner) external returns (uint256 amount);

    /// @notice Claims up to 64 credits, `owners[i]` of `runIds[i]`. A credit of nothing is passed over; one that cannot be paid stays,
    /// and an event reports it.
    /// @return paid How many were paid.
    function claimMany(RunId[] calldata runIds, address[] calldata owners) external returns (uint256 paid);

    /// @notice Pays the opener what no payee has a share in. Anybody can call.
    function claimRemainder(RunId runId) external returns (uint256 amount);

    /// @notice Pays the bond back to the builder once the pay list can no longer be voided. Anybody can call.
    function releaseBond(RunId runId) external returns (uint256 amount);

    /// @notice Pays the opener credits that were left unclaimed through their claim period. Anybody can call.
    function expireUnclaimed(RunId runId) external returns (uint256 amount);

    /// @notice Pays deposit and bond to the opener of a run without an accepted pay list, after `refundableAfter`. Anybody can call.
    function refund(RunId runId) external returns (uint256 amount);

    /// @notice Sends all later payouts of the sender to another address; zero for the sender itself.
    function redirect(address to) external;

    /// @notice The same by the owner's EIP-712 signature, by key or ERC-1271, over
    /// `Redirect(address owner,address to,uint256 nonce,uint256 deadline)` in the domain (name "tranche", version "1", chain id, this contract).
    function redirectBySignature(address owner, address to, uint256 deadline, bytes calldata signature) external;

    /// @notice The run; reverts with `UnknownRun` if there is none.
    function run(RunId runId) external view returns (Run memory);

    /// @notice The run's terms.
    function terms(RunId runId) external view returns (Terms memory);

    /// @notice The run's pay list as public inputs: owner + 2^160 * amount, owners ascending; empty before it is accepted.
    function payees(RunId runId) external view returns (Payee[] memory);

    /// @notice The id of the opener's next run, so that its context is known before it is opened.
    function nextRunId(address opener) external view returns (RunId);

    /// @notice Hash of terms (docs/encodings.md, section 7).
    function hashTerms(Terms calldata someTerms) external pure returns (TermsHash);

    /// @notice Public input 0 of every proof of the run, on this chain (docs/encodings.md, section 7).
    function contextOf(RunId runId) external view returns (ContextDigest);

    /// @notice The context of a run with this id and terms' hash, opened or not.
    function contextFor(RunId runId, TermsHash termsHash) external view returns (ContextDigest);

    /// @notice Until when a commitment can be bound and usage accepted: the deadline, later by one grace if a verifier was retired
    /// between the run's opening and its deadline.
    function deadlineOf(RunId runId) external view returns (uint64);

    /// @notice Until when a pay list can be accepted; after it a run without one can be refunded.
    function refundableAfter(RunId runId) external view returns (uint64);

    /// @notice Until when the arbiter can void; claims from the next second on, if a pay list is accepted. 0 before any acceptance.
    function windowEnd(RunId runId) external view returns (uint64);

    /// @notice What `claim` would pay now.
    function claimable(RunId runId, address owner) external view returns (uint256);

    /// @notice What `claimRemainder` would pay now.
    function claimableRemainder(RunId runId) external view returns (uint256);

    /// @notice Where an owner's money goes.
    function payoutAddress(address owner) external view returns (address);

    /// @notice Nonce of the owner's next redirection.
    function nonces(address owner) external view returns (uint256);

    /// @notice The registry whose roots count.
    function registry() external view returns (address);

    /// @notice The set of verifiers whose verdicts count.
    function verifiers() external view returns (address);
}
