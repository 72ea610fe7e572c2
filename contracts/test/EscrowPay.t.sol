// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {IRewardEscrowTypes as T} from "../src/interfaces/IRewardEscrowTypes.sol";
import {ContextDigest} from "../src/types/ContextDigest.sol";
import {Payee} from "../src/types/Payee.sol";
import {RunId} from "../src/types/RunId.sol";
import {MockVerifier} from "./mocks/MockVerifier.sol";
import {EscrowBase} from "./base/EscrowBase.sol";

/// @dev What a disclosure must say to become a pay list.
contract EscrowPayTest is EscrowBase {
    uint256 internal constant PAY_KIND = 67;
    uint256 internal constant REMAINDER = 68;
    uint256 internal constant TOTAL = 69;
    uint256 internal constant PAYEES = 70;

    function test_anybodyCarriesAPayListOnce() external {
        RunId runId = _proven(_spec());
        uint256[] memory inputs = _payInputs(runId, _list());
        vm.prank(stranger);
        escrow.acceptPay(runId, address(payVerifier), inputs, "");
        assertEq(escrow.payees(runId), _list());
        _wrongState(T.State.PayAccepted);
        escrow.acceptPay(runId, address(payVerifier), inputs, "again");
        assertEq(escrow.claimable(runId, alice), 0);
        _revert(T.TooEarly.selector, escrow.windowEnd(runId));
        escrow.claim(runId, alice);
        _revert(T.TooEarly.selector, escrow.windowEnd(runId));
        escrow.claimRemainder(runId);
    }

    function test_noPayListWithoutAUsageProof() external {
        RunId runId = _open(_spec());
        uint256[] memory inputs = _payInputs(runId, _list());
        _wrongState(T.State.Open);
        escrow.acceptPay(runId, address(payVerifier), inputs, "");
        _bind(runId, COMMITMENT);
        inputs[1] = USAGE;
        _wrongState(T.State.Bound);
        escrow.acceptPay(runId, address(payVerifier), inputs, "");
    }

    function test_aPayListIsOfTheAcceptedUsageOfItsRun() external {
        RunId runId = _proven(_spec());
        RunId other = _proven(_spec());
        _refused(runId, _payInputs(other, _list()), 0);
        for (uint256 row = 0; row < 3; ++row) {
            uint256[] memory inputs = _payInputs(runId, _list());
            inputs[row] ^= 1;
            _refused(runId, inputs, row);
            inputs = _payInputs(runId, _list());
            inputs[row] += R;
            _refused(runId, inputs, row);
        }
    }

    function test_theVerifierIsActiveAndOfTheKind() external {
        RunId runId = _proven(_spec());
        uint256[] memory inputs = _payInputs(runId, _list());
        MockVerifier foreign = new MockVerifier(2, 86);
        address[3] memory wrong = [address(foreign), address(usageVerifier), stranger];
        for (uint256 i = 0; i < 3; ++i) {
            vm.expectRevert(abi.encodeWithSelector(T.VerifierNotAccepted.selector, wrong[i], 2));
            escrow.acceptPay(runId, wrong[i], inputs, "");
        }
        payVerifier.setAccepts(false);
        _revert(T.ProofRefused.selector);
        escrow.acceptPay(runId, address(payVerifier), inputs, "");
    }

    function test_payKindAndRemainderRuleAreTheTerms() external {
        RunId runId = _proven(_spec());
        uint256[] memory inputs = _payInputs(runId, _list());
        inputs[PAY_KIND] = 2;
        _refused(runId, inputs, PAY_KIND);
        inputs[PAY_KIND] = 0;
        _refused(runId, inputs, PAY_KIND);
        inputs = _payInputs(runId, _list());
        inputs[REMAINDER] = 1;
        _refused(runId, inputs, REMAINDER);
        inputs[REMAINDER] = R;
        _refused(runId, inputs, REMAINDER);
        runId = _proven(_meteredSpec());
        inputs = _payInputs(runId, _meteredList());
        inputs[REMAINDER] = 1;
        _refused(runId, inputs, REMAINDER);
    }

    function test_payeesAscendWithoutGapsAndHaveAnAddress() external {
        RunId runId = _proven(_spec());
        Payee[] memory list = _list();
        (list[0], list[1]) = (list[1], list[0]);
        _refused(runId, _payInputs(runId, list), PAYEES + 1);
        list = _list();
        list[1] = _payee(alice, 300_000_000);
        _refused(runId, _payInputs(runId, list), PAYEES + 1);
        list = _list();
        list[0] = _payee(address(0), 500_000_000);
        _refused(runId, _payInputs(runId, list), PAYEES);
        uint256[] memory inputs = _payInputs(runId, _list());
        (inputs[PAYEES + 2], inputs[PAYEES + 3]) = (0, inputs[PAYEES + 2]);
        _refused(runId, inputs, PAYEES + 3);
    }

    function test_payeesHaveOneForm() external {
        RunId runId = _proven(_meteredSpec());
        Payee[] memory list = _meteredList();
        uint256[] memory inputs = _payInputs(runId, list);
        inputs[PAYEES + 1] += R;
        inputs[TOTAL] = (list[0].amount()) + (inputs[PAYEES + 1] >> 160);
        _refused(runId, inputs, PAYEES + 1);
        list[1] = _payee(bob, 1 << 88);
        _refused(runId, _payInputs(runId, list), PAYEES + 1);
    }

    function test_theTotalIsTheSum() external {
        RunId runId = _proven(_spec());
        uint256[] memory inputs = _payInputs(runId, _list());
        inputs[TOTAL] += 1;
        _refused(runId, inputs, TOTAL);
        inputs[TOTAL] += R - 1;
        _refused(runId, inputs, TOTAL);
    }

    function test_sharesAreAWholeAtMostAndLessOnlyByRounding() external {
        RunId runId = _proven(_spec());
        Payee[] memory list = _list();
        list[2] = _payee(carol, 200_000_001);
        _refused(runId, _payInputs(runId, list), TOTAL);
        list[2] = _payee(carol, 199_999_997);
        _refused(runId, _payInputs(runId, list), TOTAL);
        _refused(runId, _payInputs(runId, new Payee[](0)), TOTAL);
        list[2] = _payee(carol, 199_999_998);
        _acceptPay(runId, list);
    }

    function test_underRuleOneSharesAreExactlyAWhole() external {
        T.RunSpec memory spec = _spec();
        spec.terms.remainderRule = 1;
        RunId runId = _proven(spec);
        _refused(runId, _payInputs(runId, _list()), TOTAL);
        Payee[] memory list = _list();
        list[0] = _payee(alice, 500_000_001);
        _acceptPay(runId, list);
        vm.warp(block.timestamp + WINDOW + 1);
        assertEq(escrow.claimableRemainder(runId), 0);
    }

    function test_payeesOfNoShareAreListedAndHaveNothing() external {
        RunId runId = _proven(_spec());
        Payee[] memory list = new Payee[](2);
        (list[0], list[1]) = (_payee(alice, 1_000_000_000), _payee(bob, 0));
        _acceptPay(runId, list);
        vm.warp(block.timestamp + WINDOW + 1);
        _revert(T.NothingToPay.selector);
        escrow.claim(runId, bob);
        _revert(T.NothingToPay.selector);
        escrow.claim(runId, stranger);
        assertEq(escrow.claim(runId, alice), DEPOSIT);
    }

    function test_aMeteredTotalAboveTheDepositIsRefused() external {
        RunId runId = _proven(_meteredSpec());
        Payee[] memory list = _meteredList();
        list[1] = _payee(bob, 600_001);
        uint256[] memory inputs = _payInputs(runId, list);
        vm.expectRevert(abi.encodeWithSelector(T.TotalAboveDeposit.selector, 1_000_001, 1_000_000));
        escrow.acceptPay(runId, address(payVerifier), inputs, "");
        _topUp(runId, builder, 1);
        escrow.acceptPay(runId, address(payVerifier), inputs, "");
        vm.warp(block.timestamp + WINDOW + 1);
        assertEq(escrow.claim(runId, alice) + escrow.claim(runId, bob), 1_000_001);
    }

    /// @dev The bond is beside the deposit: it covers no amount.
    function test_theBondPaysNobody() external {
        RunId runId = _proven(_meteredSpec());
        Payee[] memory list = _meteredList();
        list[1] = _payee(bob, 600_000 + BOND);
        uint256[] memory inputs = _payInputs(runId, list);
        vm.expectRevert(abi.encodeWithSelector(T.TotalAboveDeposit.selector, 1_000_000 + BOND, 1_000_000));
        escrow.acceptPay(runId, address(payVerifier), inputs, "");
    }

    function test_aMeteredListMayBeEmpty() external {
        RunId runId = _proven(_meteredSpec());
        _acceptPay(runId, new Payee[](0));
        vm.warp(block.timestamp + WINDOW + 1);
        assertEq(escrow.claimRemainder(runId), DEPOSIT);
    }

    function test_theLargestAmountsAreAddedInFull() external {
        T.RunSpec memory spec = _meteredSpec();
        RunId runId = _proven(spec);
        uint256[] memory inputs = new uint256[](70 + 64);
        inputs[0] = ContextDigest.unwrap(escrow.contextOf(runId));
        inputs[1] = USAGE;
        inputs[2] = UNIT;
        inputs[PAY_KIND] = 2;
        for (uint256 i = 0; i < 64; ++i) {
            inputs[PAYEES + i] = Payee.unwrap(_payee(address(uint160(0x2000 + i)), (1 << 88) - 1));
            inputs[TOTAL] += (1 << 88) - 1;
        }
        vm.expectRevert(abi.encodeWithSelector(T.TotalAboveDeposit.selector, 64 * ((1 << 88) - 1), DEPOSIT));
        escrow.acceptPay(runId, address(payVerifier), inputs, "");
    }

    function test_theNumberOfInputsIsThatOfADisclosure() external {
        RunId runId = _proven(_spec());
        uint256[3] memory counts = [uint256(70), 135, 6];
        for (uint256 i = 0; i < 3; ++i) {
            _revert(T.WrongPublicInputCount.selector, counts[i]);
            escrow.acceptPay(runId, address(payVerifier), new uint256[](counts[i]), "");
        }
    }

    function test_aMinimumOfTheRegisteredShareIsShown() external {
        T.RunSpec memory spec = _spec();
        spec.terms.minRegisteredPpm = 400_000;
        RunId runId = _proven(spec);
        uint256[] memory inputs = _payInputs(runId, _list());
        _revert(T.RegisteredShareTooLow.selector, 400_000);
        escrow.acceptPay(runId, address(payVerifier), inputs, "");
        _claim(inputs, 0, 4, 0, 399_999, 900_000);
        _revert(T.RegisteredShareTooLow.selector, 400_000);
        escrow.acceptPay(runId, address(payVerifier), inputs, "");
        _claim(inputs, 0, 1, 55, 400_000, 900_000);
        _revert(T.RegisteredShareTooLow.selector, 400_000);
        escrow.acceptPay(runId, address(payVerifier), inputs, "");
        _claim(inputs, 1, 4, 0, 400_000, 1_000_000);
        escrow.acceptPay(runId, address(payVerifier), inputs, "");
    }

    function test_claimsOutOfFormAreRefused() external {
        RunId runId = _proven(_spec());
        _refusedClaim(runId, 5, 1, 0, 0, 0);
        _refusedClaim(runId, R + 1, 1, 0, 0, 0);
        _refusedClaim(runId, 0, 1, 0, 0, 1);
        _refusedClaim(runId, 0, 0, 1, 0, 2);
        _refusedClaim(runId, 0, 0, 0, 1, 3);
        _refusedClaim(runId, 1, 0, 1, 2, 1);
        _refusedClaim(runId, 1, R, 1, 2, 1);
        _refusedClaim(runId, 3, 0, 0, 0, 1);
        _refusedClaim(runId, 3, 9, 0, 1, 3);
        _refusedClaim(runId, 3, 9, 1, 0, 2);
        _refusedClaim(runId, 4, 9, 1, 2, 1);
        _refusedClaim(runId, 4, 0, 3, 2, 2);
        _refusedClaim(runId, 4, 0, 3, 1_000_001, 3);
        _refusedClaim(runId, 4, 0, R + 3, 4, 2);
        _refusedClaim(runId, 4, 0, 3, R + 4, 3);
        uint256[] memory inputs = _payInputs(runId, _list());
        _claim(inputs, 1, 4, 0, 1, 2);
        _refused(runId, inputs, 3 + 4);
    }

    function test_shareClaimsAreOfTheTermsBasis() external {
        RunId runId = _proven(_spec());
        _refusedClaim(runId, 2, 9, 1, 2, 0);
        T.RunSpec memory spec = _meteredSpec();
        spec.terms.basis = 0;
        runId = _proven(spec);
        uint256[] memory inputs = _payInputs(runId, _meteredList());
        _claim(inputs, 0, 1, 9, 1, 2);
        _refused(runId, inputs, 3);
        _claim(inputs, 0, 2, 9, 1, 2);
        escrow.acceptPay(runId, address(payVerifier), inputs, "");
    }

    function test_sixtyFourPayeesFit() external {
        MockVerifier large = new MockVerifier(2, 134);
        set.add(address(large));
        vm.warp(block.timestamp + 1 days);
        RunId runId = _proven(_spec());
        uint256[] memory inputs = new uint256[](134);
        inputs[0] = ContextDigest.unwrap(escrow.contextOf(runId));
        inputs[1] = USAGE;
        inputs[2] = UNIT;
        inputs[PAY_KIND] = 1;
        inputs[TOTAL] = 1_000_000_000;
        for (uint256 i = 0; i < 64; ++i) {
            inputs[PAYEES + i] = Payee.unwrap(_payee(address(uint160(0x2000 + i)), 15_625_000));
        }
        escrow.acceptPay(runId, address(large), inputs, "");
        vm.warp(block.timestamp + WINDOW + 1);
        for (uint256 i = 0; i < 64; ++i) {
            assertEq(escrow.claim(runId, address(uint160(0x2000 + i))), 15_625);
        }
        assertEq(token.balanceOf(address(escrow)), BOND);
    }

    function _claim(uint256[] memory inputs, uint256 i, uint256 code, uint256 subject, uint256 lo, uint256 hi) internal pure {
        (inputs[3 + 4 * i], inputs[4 + 4 * i], inputs[5 + 4 * i], inputs[6 + 4 * i]) = (code, subject, lo, hi);
    }

    function _refusedClaim(RunId runId, uint256 code, uint256 subject, uint256 lo, uint256 hi, uint256 offset) internal {
        uint256[] memory inputs = _payInputs(runId, _list());
        _claim(inputs, 0, code, subject, lo, hi);
        _refused(runId, inputs, 3 + offset);
    }

    function _refused(RunId runId, uint256[] memory inputs, uint256 row) internal {
        _revert(T.WrongPublicInput.selector, row);
        escrow.acceptPay(runId, address(payVerifier), inputs, "");
    }
}
