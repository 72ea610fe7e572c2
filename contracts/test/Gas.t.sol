// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {IRewardEscrowTypes as T} from "../src/interfaces/IRewardEscrowTypes.sol";
import {ITrancheRegistry} from "../src/interfaces/ITrancheRegistry.sol";
import {ContextDigest} from "../src/types/ContextDigest.sol";
import {Payee} from "../src/types/Payee.sol";
import {RegistrationCommitment} from "../src/types/RegistrationCommitment.sol";
import {RunCommitment} from "../src/types/RunCommitment.sol";
import {RunId} from "../src/types/RunId.sol";
import {MockVerifier} from "./mocks/MockVerifier.sol";
import {EscrowBase} from "./base/EscrowBase.sol";

/// @dev Gas of each operation without the proof's verification and without the transaction's base and calldata. Kept in
/// `contracts/.gas-snapshot`; printed by `forge test --match-contract GasTest -vvvv`.
contract GasTest is EscrowBase {
    function test_gas_registry() external {
        ITrancheRegistry.Tranche memory tranche = _tranche(9);
        RegistrationCommitment commitment = registry.commitmentOf(registry.idOf(tranche), alice, "salt");
        uint256 start = gasleft();
        registry.commit(commitment);
        emit LogNamedUint256("commit", start - gasleft());
        vm.roll(block.number + 1);
        vm.prank(alice);
        start = gasleft();
        registry.register(tranche, "salt", "");
        emit LogNamedUint256("register", start - gasleft());
    }

    function test_gas_run() external {
        T.RunSpec memory spec = _spec();
        vm.prank(opener);
        uint256 start = gasleft();
        RunId runId = escrow.open(spec);
        emit LogNamedUint256("open", start - gasleft());
        vm.prank(builder);
        start = gasleft();
        escrow.bindCommitment(runId, RunCommitment.wrap(COMMITMENT));
        emit LogNamedUint256("bindCommitment", start - gasleft());
        uint256[] memory inputs = _usageInputs(runId);
        T.Evidence memory evidence = _evidence(1, 1, EVIDENCE_SECRET, COMMITMENT);
        start = gasleft();
        escrow.acceptUsage(runId, address(usageVerifier), inputs, "", evidence);
        emit LogNamedUint256("acceptUsage", start - gasleft());
        inputs = _payInputs(runId, _list());
        start = gasleft();
        escrow.acceptPay(runId, address(payVerifier), inputs, "");
        emit LogNamedUint256("acceptPay, 3 payees", start - gasleft());
        vm.warp(block.timestamp + WINDOW + 1);
        start = gasleft();
        escrow.claim(runId, bob);
        emit LogNamedUint256("claim", start - gasleft());
        vm.prank(stranger);
        start = gasleft();
        escrow.topUp(runId, 1_000);
        emit LogNamedUint256("topUp", start - gasleft());
        start = gasleft();
        escrow.claim(runId, bob);
        emit LogNamedUint256("claim again", start - gasleft());
        start = gasleft();
        escrow.releaseBond(runId);
        emit LogNamedUint256("releaseBond", start - gasleft());
    }

    function test_gas_sixtyFourPayees() external {
        MockVerifier large = new MockVerifier(2, 134);
        set.add(address(large));
        vm.warp(block.timestamp + 1 days);
        RunId runId = _proven(_spec());
        uint256[] memory inputs = new uint256[](134);
        inputs[0] = ContextDigest.unwrap(escrow.contextOf(runId));
        (inputs[1], inputs[2], inputs[67], inputs[69]) = (USAGE, UNIT, 1, 1_000_000_000);
        RunId[] memory runs = new RunId[](64);
        address[] memory owners = new address[](64);
        for (uint256 i = 0; i < 64; ++i) {
            (runs[i], owners[i]) = (runId, address(uint160(0x2000 + i)));
            inputs[70 + i] = Payee.unwrap(_payee(owners[i], 15_625_000));
        }
        uint256 start = gasleft();
        escrow.acceptPay(runId, address(large), inputs, "");
        emit LogNamedUint256("acceptPay, 64 payees", start - gasleft());
        vm.warp(block.timestamp + WINDOW + 1);
        start = gasleft();
        escrow.claimMany(runs, owners);
        emit LogNamedUint256("claimMany, 64 credits", start - gasleft());
        _topUp(runId, stranger, 6_400);
        vm.warp(escrow.run(runId).markUntil + 1);
        start = gasleft();
        escrow.expireUnclaimed(runId);
        emit LogNamedUint256("expireUnclaimed, 64 payees", start - gasleft());
    }
}
