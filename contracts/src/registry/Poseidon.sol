// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {ITrancheRegistry} from "../interfaces/ITrancheRegistry.sol";
import {PoseidonT3} from "poseidon-solidity/PoseidonT3.sol";

/// @title The narrow hash P of two felts
/// @dev `PoseidonT3` is a library with an external function. The constructor deploys it, so that no code is linked and no
/// address is taken from a deployer. It reads its arguments from where an external call puts them, so it cannot be inlined.
abstract contract Poseidon {
    address private immutable _hasher;

    constructor() {
        bytes memory code = type(PoseidonT3).creationCode;
        address hasher;
        assembly ("memory-safe") {
            hasher := create(0, add(code, 0x20), mload(code))
        }
        if (hasher == address(0)) revert ITrancheRegistry.HasherNotDeployed();
        _hasher = hasher;
    }

    /// @dev P(left, right). The arguments must be felts: the library reduces others.
    function _hash(uint256 left, uint256 right) internal view returns (uint256) {
        return IPoseidonT3(_hasher).hash([left, right]);
    }
}

interface IPoseidonT3 {
    function hash(uint256[2] memory inputs) external pure returns (uint256);
}
