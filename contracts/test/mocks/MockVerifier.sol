// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {IProofVerifier} from "../../src/interfaces/IProofVerifier.sol";

/// @dev A verifier that says what it is told to say.
contract MockVerifier is IProofVerifier {
    uint8 public kind;
    uint256 public publicInputCount;
    bool public srsInsecure;
    bool public accepts = true;

    constructor(uint8 kind_, uint256 publicInputCount_) {
        kind = kind_;
        publicInputCount = publicInputCount_;
    }

    function setAccepts(bool value) external {
        accepts = value;
    }

    function setInsecure(bool value) external {
        srsInsecure = value;
    }

    function verify(uint256[] calldata publicInputs, bytes calldata) external view returns (bool) {
        return accepts && publicInputs.length == publicInputCount;
    }

    function name() external pure returns (string memory) {
        return "mock";
    }

    function circuitVersion() external pure returns (uint16) {
        return 1;
    }

    function verifyingKeyDigest() external view returns (bytes32) {
        return keccak256(abi.encode(kind, publicInputCount));
    }

    function srsDigest() external pure returns (bytes32) {
        return keccak256("srs");
    }

    function srsDescription() external pure returns (string memory) {
        return "mock";
    }

    function proofLength() external pure returns (uint256) {
        return 0;
    }
}
