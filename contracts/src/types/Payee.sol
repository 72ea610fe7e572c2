// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

using {owner, amount} for Payee global;

/// @dev A row of a pay list, packed into one word as the disclosure's public input: owner + 2^160 * amount
/// (docs/encodings.md, section 8). The amount is below 2^88.
type Payee is uint256;

/// @dev Who is paid.
function owner(Payee payee) pure returns (address) {
    return address(uint160(Payee.unwrap(payee)));
}

/// @dev Parts per 10^9 under pay rule 1 (shares), the token's smallest parts under pay rule 2 (metered).
function amount(Payee payee) pure returns (uint256) {
    return Payee.unwrap(payee) >> 160;
}

/// @dev The same words, read as payees. Solidity cannot convert an array whose elements have the same encoding.
function asPayees(uint256[] memory words) pure returns (Payee[] memory payees) {
    assembly ("memory-safe") {
        payees := words
    }
}
