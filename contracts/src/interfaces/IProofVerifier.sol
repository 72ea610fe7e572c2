// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

/// @title A verifier of one circuit under one structured reference string (SRS).
/// @notice Key, SRS, circuit name and version are part of the code: a caller chooses public inputs and proof, nothing else.
/// The statement digest that opens the transcript is computed by the contract from those constants and the public inputs.
interface IProofVerifier {
    /// @notice Thrown by the constructor when the secret of the key's SRS is public, so that anyone can forge proofs, and the chain is
    /// neither 31337 nor 1337.
    /// @dev Export the verifier of a key under an SRS from a ceremony.
    error InsecureSrs(uint256 chainId);

    /// @notice Whether `proof` is valid for `publicInputs` under this contract's key.
    /// @dev Never reverts on account of its arguments' content: another number of inputs, another proof length, a scalar or
    /// input at or above the group order, a coordinate at or above the field's, a point off the curve, the identity and a
    /// failed equation are all `false`. It reverts only when the call data are not an ABI encoding or gas runs out.
    /// @param publicInputs Canonical scalars, `publicInputCount()` of them, in the circuit's order.
    /// @param proof `proofLength()` bytes.
    function verify(uint256[] calldata publicInputs, bytes calldata proof) external view returns (bool);

    /// @notice The circuit's name, such as `usage-17`.
    function name() external view returns (string memory);

    /// @notice The kind of statement: 1 usage, 2 disclosure.
    function kind() external view returns (uint8);

    /// @notice The circuit's version.
    function circuitVersion() external view returns (uint16);

    /// @notice Keccak-256 of the portable verifying key file from which this contract was generated.
    function verifyingKeyDigest() external view returns (bytes32);

    /// @notice Identity digest of the SRS (BLAKE3, computed by the prover).
    function srsDigest() external view returns (bytes32);

    /// @notice Whether the SRS is the development string, whose secret is public.
    function srsInsecure() external view returns (bool);

    /// @notice The SRS in words, for people: its digest, or a warning.
    function srsDescription() external view returns (string memory);

    /// @notice Number of public inputs.
    function publicInputCount() external view returns (uint256);

    /// @notice Length of a proof in bytes.
    function proofLength() external view returns (uint256);
}
