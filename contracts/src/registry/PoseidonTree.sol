// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {ITrancheRegistry} from "../interfaces/ITrancheRegistry.sol";
import {RegistryRoot} from "../types/RegistryRoot.sol";
import {TrancheId} from "../types/TrancheId.sol";
import {Poseidon} from "./Poseidon.sol";

/// @title Append-only binary Poseidon tree that remembers its roots
/// @dev Depth 20, absent leaves 0, node P(left, right): docs/encodings.md, sections 2 and 4.
abstract contract PoseidonTree is Poseidon {
    uint256 internal constant DEPTH = 20;
    uint256 internal constant CAPACITY = 1 << DEPTH;

    /// @dev `_empty[h]` is the root of an empty subtree of height h.
    uint256[DEPTH] private _empty;
    /// @dev `_left[h]` is the last left child of height h whose parent is not complete.
    uint256[DEPTH] private _left;
    /// @dev `_roots[n]` is the root after n leaves.
    ITrancheRegistry.Root[] private _roots;
    /// @dev One more than the number of leaves under a root; 0 for a root that never was.
    mapping(RegistryRoot root => uint256 countPlusOne) private _counts;

    constructor() {
        uint256 node = 0;
        for (uint256 height = 0; height < DEPTH; ++height) {
            _empty[height] = node;
            node = _hash(node, node);
        }
        _remember(RegistryRoot.wrap(node));
    }

    /// @dev Number of leaves.
    function _leaves() internal view returns (uint256) {
        return _roots.length - 1;
    }

    /// @dev Appends a leaf other than 0 and returns the new root. The caller has checked that there is room.
    function _append(TrancheId leaf) internal returns (RegistryRoot newRoot) {
        uint256 index = _leaves();
        uint256 node = TrancheId.unwrap(leaf);
        for (uint256 height = 0; height < DEPTH; ++height) {
            if (index & 1 == 0) {
                _left[height] = node;
                node = _hash(node, _empty[height]);
            } else {
                node = _hash(_left[height], node);
            }
            index >>= 1;
        }
        newRoot = RegistryRoot.wrap(node);
        _remember(newRoot);
    }

    /// @dev The root after a number of leaves that the tree has had.
    function _rootAt(uint256 leaves) internal view returns (ITrancheRegistry.Root memory) {
        return _roots[leaves];
    }

    /// @dev Whether the tree had this root, and with how many leaves.
    function _leavesUnder(RegistryRoot aRoot) internal view returns (bool known, uint256 leaves) {
        uint256 countPlusOne = _counts[aRoot];
        return countPlusOne == 0 ? (false, 0) : (true, countPlusOne - 1);
    }

    function _remember(RegistryRoot newRoot) private {
        _roots.push(ITrancheRegistry.Root(newRoot, uint64(block.number), uint64(block.timestamp)));
        _counts[newRoot] = _roots.length;
    }
}
