//! The ceremony that a string is from.

use std::path::{Path, PathBuf};

use serde::{Serialize, Serializer};
use tranche_protocol::json;
use tranche_prover::Srs;
use tranche_srs::ceremony::{CeremonyFault, Chain};

use crate::error::Error;
use crate::steps::hexadecimal::prefixed;

/// A ceremony of one's own, as its chain tells.
#[derive(Clone, Debug, Serialize)]
pub struct ChainSummary {
    /// The contributions, first to last.
    pub contributions: Vec<ContributionSummary>,
    /// The public value that ended it, if it has ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub beacon: Option<BeaconSummary>,
    /// The digest of the last state.
    #[serde(with = "json::bytes")]
    pub chain_digest: [u8; 32],
    /// What a string of it rests on, in words.
    pub trust: String,
}

/// A contribution to a ceremony.
#[derive(Clone, Debug, Serialize)]
pub struct ContributionSummary {
    /// What the contributor chose to be called; nobody checks it.
    pub name: String,
    /// The digest of the state after it.
    #[serde(with = "json::bytes")]
    pub digest: [u8; 32],
}

/// The public value that ended a ceremony.
#[derive(Clone, Debug, Serialize)]
pub struct BeaconSummary {
    /// The value, 16 to 64 bytes.
    #[serde(serialize_with = "digits")]
    pub value: Vec<u8>,
    /// How many times it was hashed.
    pub iterations: u64,
}

fn digits<S: Serializer>(bytes: &[u8], to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&prefixed(bytes))
}

impl From<&Chain> for ChainSummary {
    fn from(chain: &Chain) -> Self {
        let contributions: Vec<ContributionSummary> = chain
            .contributions()
            .map(|contribution| ContributionSummary {
                name: contribution.name.to_owned(),
                digest: contribution.digest,
            })
            .collect();
        Self {
            trust: trust(contributions.len()),
            contributions,
            beacon: chain.beacon().map(|beacon| BeaconSummary {
                value: beacon.value().to_vec(),
                iterations: 1 << beacon.exponent(),
            }),
            chain_digest: chain.digest(),
        }
    }
}

/// What a string of so many contributions rests on.
pub(super) fn trust(contributions: usize) -> String {
    match contributions {
        0 => "nobody has contributed: the secret is public".to_owned(),
        1 => "own ceremony, ONE contribution: whoever made it may know the secret and forge any proof".to_owned(),
        more => format!(
            "own ceremony, {more} contributions: sound if at least one contributor was honest and forgot its secret"
        ),
    }
}

/// Where the chain of a string is kept unless said otherwise.
pub(super) fn chain_beside(string: &Path) -> PathBuf {
    string.with_extension("chain")
}

/// The chain of a string: the one named, else the one beside it, if there is one.
///
/// # Errors
/// [`Error::Refused`] if it is the chain of another string; [`Error::Srs`] if it is none.
pub(super) fn provenance(
    file: &Path,
    string: &Srs,
    named: Option<&Path>,
) -> Result<Option<ChainSummary>, Error> {
    let beside = chain_beside(file);
    let path = match named {
        Some(path) => path,
        None if beside != file && beside.is_file() => &beside,
        None => return Ok(None),
    };
    let chain = Chain::load(path)?;
    chain.made(string).map_err(|found| refused(path, &found))?;
    Ok(Some(ChainSummary::from(&chain)))
}

/// A check of a ceremony's file that failed.
pub(super) fn refused(file: &Path, fault: &CeremonyFault) -> Error {
    Error::Refused {
        reason: format!("{}: {fault}", file.display()),
    }
}
