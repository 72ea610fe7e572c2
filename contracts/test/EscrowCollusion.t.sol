// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {IRewardEscrowTypes as T} from "../src/interfaces/IRewardEscrowTypes.sol";
import {Payee} from "../src/types/Payee.sol";
import {RunCommitment} from "../src/types/RunCommitment.sol";
import {RunId} from "../src/types/RunId.sol";
import {MockVerifier} from "./mocks/MockVerifier.sol";
import {FeeToken} from "./mocks/Tokens.sol";
import {EscrowBase} from "./base/EscrowBase.sol";

/// @dev Attacks by the people that a run trusts with something: how far each gets, alone or with another.
contract EscrowCollusionTest is EscrowBase {
    /// @dev An opener who expires credits at the first second gets nothing of money that came in later, also after a settlement.
    function test_anOpenerCannotExpireFreshMoney() external {
        RunId runId = _final(_spec());
        vm.warp(escrow.run(runId).markUntil + 1);
        escrow.expireUnclaimed(runId);
        vm.warp(block.timestamp + 400 days);
        _topUp(runId, stranger, 1_000_000);
        assertEq(escrow.expireUnclaimed(runId), 0);
        assertEq(escrow.claimable(runId, alice), 500_000);
        uint64 until = escrow.run(runId).markUntil;
        assertEq(uint256(until), block.timestamp + CLAIM_PERIOD);
        vm.warp(until);
        _revert(T.TooEarly.selector, until);
        escrow.expireUnclaimed(runId);
        assertEq(escrow.claim(runId, alice), 500_000);
    }

    /// @dev Opening, topping up and expiring over and over, the opener never has more than remainder and forfeits.
    function testFuzz_anOpenerNeverTakesClaimableMoney(uint64[6] memory amounts, uint32[6] memory waits) external {
        RunId runId = _final(_spec());
        for (uint256 i = 0; i < 6; ++i) {
            uint128 amount = 1 + uint128(amounts[i]);
            _topUp(runId, stranger, amount);
            uint256 arrived = block.timestamp;
            uint256 credit = escrow.claimable(runId, alice);
            vm.warp(block.timestamp + waits[i] % (CLAIM_PERIOD + 1));
            (bool expired,) = address(escrow).call(abi.encodeCall(escrow.expireUnclaimed, (runId)));
            uint256 fresh = uint256(amount) / 2;
            assertGte(escrow.claimable(runId, alice), fresh);
            if (!expired) assertEq(escrow.claimable(runId, alice), credit);
            assertLte(block.timestamp, arrived + CLAIM_PERIOD);
        }
    }

    /// @dev Arbiter and opener together get the deposit back and the bond, and nothing that others paid in.
    function test_anArbiterAndAnOpenerGetNoMoneyOfOthers() external {
        RunId runId = _payable(_spec());
        _notAllowed(stranger);
        vm.prank(stranger);
        escrow.topUp(runId, 1_000);
        vm.prank(arbiter);
        escrow.voidAcceptance(runId);
        vm.warp(escrow.deadlineOf(runId) + 1);
        assertEq(escrow.refund(runId), DEPOSIT + BOND);
    }

    /// @dev A verifier that accepts anything, added by a dishonest owner of the set, counts after the delay only, and the arbiter can
    /// still void what it accepted.
    function test_aRogueVerifierWaitsAndCanBeVoided() external {
        RunId runId = _open(_spec());
        _bind(runId, COMMITMENT);
        MockVerifier rogue = new MockVerifier(1, 6);
        set.add(address(rogue));
        uint256[] memory inputs = _usageInputs(runId);
        vm.expectRevert(abi.encodeWithSelector(T.VerifierNotAccepted.selector, address(rogue), 1));
        escrow.acceptUsage(runId, address(rogue), inputs, "", _noEvidence());
        vm.warp(block.timestamp + set.activationDelay());
        escrow.acceptUsage(runId, address(rogue), inputs, "", _noEvidence());
        vm.prank(arbiter);
        escrow.voidAcceptance(runId);
    }

    /// @dev A verifier that reverts or answers with noise accepts nothing.
    function test_aBrokenVerifierAcceptsNothing() external {
        RunId runId = _open(_spec());
        _bind(runId, COMMITMENT);
        uint256[] memory inputs = _usageInputs(runId);
        bytes[2] memory answers = [bytes(""), abi.encode(uint256(2))];
        for (uint256 i = 0; i < 2; ++i) {
            vm.mockCall(address(usageVerifier), abi.encodeWithSelector(usageVerifier.verify.selector), answers[i]);
            vm.expectRevert();
            escrow.acceptUsage(runId, address(usageVerifier), inputs, "", _noEvidence());
        }
        vm.mockCallRevert(address(usageVerifier), abi.encodeWithSelector(usageVerifier.verify.selector), "no");
        vm.expectRevert();
        escrow.acceptUsage(runId, address(usageVerifier), inputs, "", _noEvidence());
        assertEq(uint256(escrow.run(runId).state), uint256(T.State.Bound));
    }

    /// @dev An owner who burns all gas spoils the calls that name it, loses nothing and stops nobody.
    function test_anOwnerWhoBurnsGasStopsNobodyElse() external {
        GasBurner burner = new GasBurner();
        T.RunSpec memory spec = _spec();
        spec.token = address(0);
        RunId runId = _proven(spec);
        bool first = uint160(address(burner)) < uint160(bob);
        Payee[] memory list = new Payee[](2);
        list[first ? 0 : 1] = _payee(address(burner), 500_000_000);
        list[first ? 1 : 0] = _payee(bob, 500_000_000);
        _acceptPay(runId, list);
        vm.warp(block.timestamp + WINDOW + 1);
        RunId[] memory runs = new RunId[](2);
        address[] memory owners = new address[](2);
        (runs[0], runs[1]) = (runId, runId);
        (owners[0], owners[1]) = (address(burner), bob);
        assertEq(escrow.claimMany{gas: 20_000_000}(runs, owners), 1);
        assertEq(bob.balance, 500_000);
        assertEq(escrow.claimable(runId, address(burner)), 500_000);
    }

    /// @dev A relayer who gives too little gas makes a payment fail and takes no credit away.
    function testFuzz_tooLittleGasTakesNoCredit(uint32 gas) external {
        RunId runId = _final(_spec());
        RunId[] memory runs = new RunId[](1);
        address[] memory owners = new address[](1);
        (runs[0], owners[0]) = (runId, bob);
        bytes memory data = abi.encodeCall(escrow.claimMany, (runs, owners));
        (bool success,) = address(escrow).call{gas: 20_000 + gas % 120_000}(data);
        success;
        assertEq(token.balanceOf(bob) + escrow.claimable(runId, bob), 300_000);
    }

    /// @dev A metered total that the deposit covers but what arrived of it does not.
    function test_aMeteredTotalIsComparedWithWhatArrived() external {
        FeeToken fee = new FeeToken();
        fee.mint(opener, 1e30);
        vm.prank(opener);
        fee.approve(address(escrow), type(uint256).max);
        T.RunSpec memory spec = _meteredSpec();
        spec.token = address(fee);
        spec.bond = 0;
        RunId runId = _proven(spec);
        Payee[] memory list = new Payee[](1);
        list[0] = _payee(alice, DEPOSIT);
        uint256[] memory inputs = _payInputs(runId, list);
        vm.expectRevert(abi.encodeWithSelector(T.TotalAboveDeposit.selector, DEPOSIT, 990_000));
        escrow.acceptPay(runId, address(payVerifier), inputs, "");
    }

    function test_aRefundFollowsTheOpenersRedirection() external {
        RunId runId = _open(_spec());
        vm.prank(opener);
        escrow.redirect(carol);
        vm.warp(escrow.deadlineOf(runId) + 1);
        escrow.refund(runId);
        assertEq(token.balanceOf(carol), DEPOSIT);
    }

    /// @dev A disclosure of another usage commitment of the same run, made by a builder who proved usage twice off chain.
    function test_aBuilderCannotSwitchTheUsageAfterItsAcceptance() external {
        RunId runId = _proven(_spec());
        uint256[] memory inputs = _payInputs(runId, _list());
        inputs[1] = USAGE + 1;
        _revert(T.WrongPublicInput.selector, 1);
        escrow.acceptPay(runId, address(payVerifier), inputs, "");
    }

    /// @dev A builder who binds the voided commitment in another run is free to: the void is about one run.
    function test_aVoidIsAboutOneRun() external {
        RunId first = _proven(_spec());
        vm.prank(arbiter);
        escrow.voidAcceptance(first);
        RunId second = _open(_spec());
        _bind(second, COMMITMENT);
        assertEq(escrow.run(second).runCommitment, RunCommitment.wrap(COMMITMENT));
    }
}

/// @dev Uses up whatever gas it is given.
contract GasBurner {
    receive() external payable {
        while (true) {}
    }
}
