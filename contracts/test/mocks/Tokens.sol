// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @dev A plain token that anybody can mint.
contract MockToken is ERC20("Mock", "MOCK") {
    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }
}

/// @dev Burns one part in a hundred of every transfer, out of what arrives.
contract FeeToken is MockToken {
    function _update(address from, address to, uint256 value) internal virtual override {
        if (from == address(0) || to == address(0)) return super._update(from, to, value);
        uint256 fee = value / 100;
        super._update(from, to, value - fee);
        super._update(from, address(0), fee);
    }
}

/// @dev Burns one part in a hundred beside what is transferred, out of what the sender has left.
contract SenderPaysToken is MockToken {
    function _update(address from, address to, uint256 value) internal override {
        super._update(from, to, value);
        if (from != address(0) && to != address(0)) super._update(from, address(0), value / 100);
    }
}

/// @dev Refuses transfers to one address, by revert or by returning false.
contract BlockingToken is MockToken {
    address public blocked;
    bool public quietly;

    function setBlocked(address account, bool quietly_) external {
        blocked = account;
        quietly = quietly_;
    }

    function transfer(address to, uint256 value) public override returns (bool) {
        if (to == blocked) {
            require(quietly, "blocked");
            return false;
        }
        return super.transfer(to, value);
    }
}

/// @dev Calls back whenever it is transferred, with whatever it was told, and remembers whether a call went through.
contract ReentrantToken is MockToken {
    address public target;
    bytes public call;
    bool public succeeded;

    function setCall(address target_, bytes calldata call_) external {
        target = target_;
        call = call_;
    }

    function _update(address from, address to, uint256 value) internal override {
        super._update(from, to, value);
        if (target != address(0)) {
            (bool success,) = target.call(call);
            succeeded = succeeded || success;
        }
    }
}
