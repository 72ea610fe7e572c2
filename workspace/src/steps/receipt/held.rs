//! What a receipt that holds says, and what it stands on.

use serde::Serialize;
use tranche_protocol::json;
use tranche_protocol::log::LogOrder;
use tranche_protocol::tranche::TrancheId;
use tranche_protocol::unit::UnitDefinition;
use tranche_protocol::usage::UsageCommitment;

use crate::steps::document;

/// What a receipt says of one tranche.
#[derive(Clone, Debug, Serialize)]
pub struct Held {
    /// The tranche.
    pub tranche: TrancheId,
    /// What the manifest calls its data.
    pub sources: Vec<String>,
    /// Records of the tranche.
    pub records: u32,
    /// Units used of it.
    pub units: u64,
    /// Draws from it.
    pub draws: u64,
    /// The unit.
    pub unit: UnitDefinition,
    /// Price of one unit.
    #[serde(with = "json::decimal")]
    pub rate: u64,
    /// Units times the rate.
    #[serde(serialize_with = "document::wide")]
    pub metered_amount: u128,
}

/// The metered amounts of tranches in all. Each is below 2^128; the sum stays at the greatest number past that.
pub fn total(tranches: &[Held]) -> u128 {
    tranches
        .iter()
        .fold(0, |sum: u128, held| sum.saturating_add(held.metered_amount))
}

/// What receipts stand on.
#[derive(Clone, Debug, Serialize)]
pub struct Backing {
    /// The usage commitment that they open.
    pub usage_commitment: UsageCommitment,
    /// Whether a usage proof of it was verified here.
    pub usage_proof: bool,
    /// Whether anybody could have forged that proof.
    pub srs_insecure: bool,
    /// Planned or consumed, where a proof tells.
    pub order: Option<LogOrder>,
    /// What stands behind the log, 0 to 4, where a proof tells and its evidence holds.
    pub evidence_level: Option<u8>,
    /// The same in words.
    pub evidence: String,
    /// Run, contract and chain, where a proof tells.
    pub run: Option<String>,
}
