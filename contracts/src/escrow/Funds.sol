// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {LowLevelCall} from "@openzeppelin/contracts/utils/LowLevelCall.sol";
import {IRewardEscrowTypes} from "../interfaces/IRewardEscrowTypes.sol";

/// @title Money in and out, in native coin (address zero) or a token
/// @dev Callers hold the reentrancy lock and have written their state before they pay out.
abstract contract Funds is IRewardEscrowTypes {
    using SafeERC20 for IERC20;

    /// @dev Takes money from the sender and returns what arrived, at most `amount`.
    function _take(address token, uint256 amount) internal returns (uint128 received) {
        uint256 value = token == address(0) ? amount : 0;
        if (msg.value != value) revert WrongValue(msg.value, value);
        if (token == address(0) || amount == 0) return _narrow(amount);
        uint256 before = IERC20(token).balanceOf(address(this));
        IERC20(token).safeTransferFrom(msg.sender, address(this), amount);
        uint256 arrived = IERC20(token).balanceOf(address(this)) - before;
        return _narrow(arrived < amount ? arrived : amount);
    }

    /// @dev Pays, and returns whether that went well. A token that takes more from this contract than it was told to is refused:
    /// it would take from other runs.
    function _pay(address token, address to, uint256 amount) internal returns (bool paid) {
        if (token == address(0)) return LowLevelCall.callNoReturn(to, amount, "");
        uint256 before = IERC20(token).balanceOf(address(this));
        paid = IERC20(token).trySafeTransfer(to, amount);
        uint256 left = IERC20(token).balanceOf(address(this));
        if (left + (paid ? amount : 0) < before) revert PaymentFailed(to, amount);
    }

    /// @dev Pays or reverts.
    function _mustPay(address token, address to, uint256 amount) internal {
        if (!_pay(token, to, amount)) revert PaymentFailed(to, amount);
    }

    function _narrow(uint256 amount) internal pure returns (uint128) {
        if (amount > type(uint128).max) revert TooMuch();
        return uint128(amount);
    }
}
