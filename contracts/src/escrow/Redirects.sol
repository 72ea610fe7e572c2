// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {IRewardEscrow} from "../interfaces/IRewardEscrow.sol";

/// @title Where the money of each owner goes
/// @dev One redirection for an owner, over all runs. Every change uses a nonce up, so no signature outlives a later change.
abstract contract Redirects is IRewardEscrow {
    bytes32 private constant DOMAIN_TYPE = keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");
    bytes32 private constant REDIRECT_TYPE = keccak256("Redirect(address owner,address to,uint256 nonce,uint256 deadline)");

    mapping(address owner => address to) private _targets;
    /// @inheritdoc IRewardEscrow
    mapping(address owner => uint256) public nonces;

    /// @inheritdoc IRewardEscrow
    function redirect(address to) external {
        ++nonces[msg.sender];
        _redirect(msg.sender, to);
    }

    /// @inheritdoc IRewardEscrow
    function redirectBySignature(address owner, address to, uint256 deadline, bytes calldata signature) external {
        if (block.timestamp > deadline) revert SignatureExpired(deadline);
        bytes32 digest =
            MessageHashUtils.toTypedDataHash(_domain(), keccak256(abi.encode(REDIRECT_TYPE, owner, to, nonces[owner]++, deadline)));
        if (!SignatureChecker.isValidSignatureNow(owner, digest, signature)) revert InvalidSignature();
        _redirect(owner, to);
    }

    /// @inheritdoc IRewardEscrow
    function payoutAddress(address owner) public view returns (address) {
        address to = _targets[owner];
        return to == address(0) ? owner : to;
    }

    /// @dev Not cached: after a split of the chain its id is another.
    function _domain() private view returns (bytes32) {
        return keccak256(abi.encode(DOMAIN_TYPE, keccak256("tranche"), keccak256("1"), block.chainid, address(this)));
    }

    function _redirect(address owner, address to) private {
        if (to == address(this)) revert InvalidPayoutAddress(to);
        _targets[owner] = to;
        emit Redirected(owner, payoutAddress(owner));
    }
}
