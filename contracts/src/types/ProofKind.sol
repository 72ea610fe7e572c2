// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

using {equals as ==, differs as !=} for ProofKind global;

/// @dev What a proof is of, as `IProofVerifier.kind` gives it.
type ProofKind is uint8;

/// @dev The kind of an address that is no verifier.
ProofKind constant NO_PROOF = ProofKind.wrap(0);
ProofKind constant USAGE_PROOF = ProofKind.wrap(1);
ProofKind constant DISCLOSURE_PROOF = ProofKind.wrap(2);

function equals(ProofKind a, ProofKind b) pure returns (bool) {
    return ProofKind.unwrap(a) == ProofKind.unwrap(b);
}

function differs(ProofKind a, ProofKind b) pure returns (bool) {
    return ProofKind.unwrap(a) != ProofKind.unwrap(b);
}
