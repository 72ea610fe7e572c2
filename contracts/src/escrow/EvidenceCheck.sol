// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";
import {IRewardEscrowTypes} from "../interfaces/IRewardEscrowTypes.sol";
import {RunCommitment} from "../types/RunCommitment.sol";
import {RunTerms} from "./RunTerms.sol";

/// @title Evidence for a run commitment
/// @dev docs/encodings.md, section 9: 65 bytes, s in the lower half, v 27 or 28, over an EIP-191 digest. Keys only, no ERC-1271:
/// the signature is checked off chain by the same rules.
library EvidenceCheck {
    /// @dev Level of evidence, 0 for none; reverts when evidence is given that does not hold.
    function level(IRewardEscrowTypes.Evidence calldata evidence, IRewardEscrowTypes.Terms memory terms, RunCommitment runCommitment)
        internal
        pure
        returns (uint8)
    {
        if (evidence.level == 0) {
            if (evidence.order != 0 || evidence.signer != address(0) || evidence.signature.length != 0) _fail();
            return 0;
        }
        if (evidence.level > RunTerms.MAX_EVIDENCE || evidence.order != terms.order) _fail();
        if (terms.evidenceKey == address(0) || evidence.signer != terms.evidenceKey) _fail();
        bytes32 message =
            keccak256(abi.encode(bytes32("tranche evidence v1"), runCommitment, uint256(evidence.level), uint256(evidence.order)));
        (address signer, ECDSA.RecoverError fault,) = ECDSA.tryRecover(MessageHashUtils.toEthSignedMessageHash(message), evidence.signature);
        if (fault != ECDSA.RecoverError.NoError || signer != evidence.signer) _fail();
        return evidence.level;
    }

    function _fail() private pure {
        revert IRewardEscrowTypes.InvalidEvidence();
    }
}
