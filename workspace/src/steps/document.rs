//! How values of results stand in JSON, for serde's `serialize_with`; what the protocol has no form for.

use serde::Serializer;
use tranche_protocol::evidence::EvidenceLevel;
use tranche_protocol::tranche::TrancheKind;

use super::hexadecimal::prefixed;

/// Bytes that may be absent, as `0x` and hexadecimal digits.
pub(super) fn option_bytes<S: Serializer>(
    bytes: &Option<[u8; 32]>,
    to: S,
) -> Result<S::Ok, S::Error> {
    match bytes {
        Some(bytes) => to.serialize_some(&prefixed(bytes)),
        None => to.serialize_none(),
    }
}

/// `weighted` or `uniform`.
pub(super) fn kind<S: Serializer>(kind: &TrancheKind, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(kind_name(*kind))
}

/// The name of a kind of tranche.
pub fn kind_name(kind: TrancheKind) -> &'static str {
    match kind {
        TrancheKind::Weighted => "weighted",
        TrancheKind::Uniform => "uniform",
    }
}

/// An integer that JSON numbers cannot hold, as a decimal string.
pub(super) fn wide<S: Serializer>(value: &u128, to: S) -> Result<S::Ok, S::Error> {
    to.collect_str(value)
}

/// A level of evidence by its number.
pub(super) fn level<S: Serializer>(level: &EvidenceLevel, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_u8(*level as u8)
}

/// A level of evidence by its number and what it means.
pub(super) fn level_with_meaning<S: Serializer>(
    level: &EvidenceLevel,
    to: S,
) -> Result<S::Ok, S::Error> {
    to.collect_str(level)
}
