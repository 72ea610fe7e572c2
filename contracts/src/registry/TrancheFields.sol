// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {FIELD_ORDER} from "../Field.sol";
import {ITrancheRegistry} from "../interfaces/ITrancheRegistry.sol";
import {ContentRoot} from "../types/ContentRoot.sol";

/// @title Fields of a tranche: their ranges, their felts, what the owner signs
/// @dev docs/encodings.md, sections 3 and 9.
library TrancheFields {
    /// @dev Domain tag 8: "tranche" * 2^16 + 8.
    uint256 private constant TAG = (uint256(uint56(bytes7("tranche"))) << 16) + 8;
    uint256 private constant MAX_RECORDS = 75_431_250;
    uint256 private constant MAX_UNITS = (1 << 24) - 1;

    bytes32 private constant TRANCHE_TYPE = keccak256(
        "Tranche(bytes32 contentRoot,uint256 unitsRoot,uint8 kind,uint32 records,uint32 scale,uint64 totalUnits,uint256 unit,address owner,uint64 rate,uint256 terms)"
    );
    bytes32 private constant DOMAIN =
        keccak256(abi.encode(keccak256("EIP712Domain(string name,string version)"), keccak256("tranche"), keccak256("1")));

    /// @dev Reverts with the first field that is out of range or does not fit the others.
    function check(ITrancheRegistry.Tranche calldata tranche) internal pure {
        if (tranche.unitsRoot >= FIELD_ORDER) revert ITrancheRegistry.FieldOutOfRange(1);
        if (tranche.kind > 1) revert ITrancheRegistry.FieldOutOfRange(2);
        uint256 records = tranche.records;
        if (records == 0 || records > MAX_RECORDS) revert ITrancheRegistry.FieldOutOfRange(3);
        uint256 scale = tranche.scale;
        uint256 maxScale = tranche.kind == 1 ? MAX_UNITS : 1;
        if (scale == 0 || scale > maxScale) revert ITrancheRegistry.FieldOutOfRange(4);
        uint256 least = records * scale;
        uint256 most = tranche.kind == 1 ? least : records * MAX_UNITS;
        if (tranche.totalUnits < least || tranche.totalUnits > most) revert ITrancheRegistry.FieldOutOfRange(5);
        if (tranche.unit >= FIELD_ORDER) revert ITrancheRegistry.FieldOutOfRange(6);
        if (tranche.owner == address(0)) revert ITrancheRegistry.FieldOutOfRange(7);
        if (tranche.terms >= FIELD_ORDER) revert ITrancheRegistry.FieldOutOfRange(9);
    }

    /// @dev The felts that the id hashes, domain tag first, of fields that passed `check`.
    function felts(ITrancheRegistry.Tranche calldata tranche) internal pure returns (uint256[8] memory out) {
        uint256 content = uint256(ContentRoot.unwrap(tranche.contentRoot));
        out[0] = TAG;
        out[1] = content >> 128;
        out[2] = uint128(content);
        out[3] = tranche.unitsRoot;
        out[4] = uint256(tranche.records) | uint256(tranche.scale) << 32 | uint256(tranche.kind) << 64 | uint256(tranche.totalUnits) << 72;
        out[5] = tranche.unit;
        out[6] = uint256(uint160(tranche.owner)) | uint256(tranche.rate) << 160;
        out[7] = tranche.terms;
    }

    /// @dev EIP-712 digest of the manifest. Its domain has neither chain nor contract: an owner consents once, everywhere.
    function digest(ITrancheRegistry.Tranche calldata tranche) internal pure returns (bytes32) {
        return keccak256(abi.encodePacked(hex"1901", DOMAIN, keccak256(abi.encode(TRANCHE_TYPE, tranche))));
    }
}
