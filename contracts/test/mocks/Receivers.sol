// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

/// @dev Calls back when it is paid, and remembers whether a call went through.
contract ReentrantReceiver {
    address public target;
    bytes public call;
    bool public succeeded;
    uint256 public calls;

    function setCall(address target_, bytes calldata call_) external {
        target = target_;
        call = call_;
    }

    receive() external payable {
        ++calls;
        (bool success,) = target.call(call);
        succeeded = succeeded || success;
    }
}

/// @dev Refuses coin until it is told to take it.
contract StubbornReceiver {
    bool public willing;

    function setWilling(bool value) external {
        willing = value;
    }

    receive() external payable {
        require(willing, "no");
    }
}

/// @dev Answers a payment with a very long revert reason.
contract BombReceiver {
    receive() external payable {
        assembly {
            revert(0, 1000000)
        }
    }
}

/// @dev A wallet that signs through ERC-1271 with one key.
contract Wallet1271 {
    address public immutable key;

    constructor(address key_) {
        key = key_;
    }

    function isValidSignature(bytes32 digest, bytes calldata signature) external view returns (bytes4) {
        return ECDSA.recover(digest, signature) == key ? this.isValidSignature.selector : bytes4(0);
    }
}
