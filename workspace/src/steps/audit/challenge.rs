//! A challenge: which draws are looked at, chosen by nobody.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use tranche_fs::Existing;
use tranche_fs::temporary::Visibility;
use tranche_ingest::FormatFault;
use tranche_protocol::audit::{Beacon, Challenge, ChallengeDigest};
use tranche_protocol::run::RunCommitment;

use super::audited_run::RunSource;
use crate::artefact::ArtefactFault;
use crate::artefact::{read_json, write_json};
use crate::error::Error;

const VERSION: u16 = 1;

/// A challenge to make. Nothing of it can be checked here: it is written down as it is said, and everybody can compare.
#[derive(Clone, Debug)]
pub struct ChallengeRequest {
    /// The run. Its commitment must be public, and the only one, before the beacon's value is known.
    pub run: RunSource,
    /// The public value.
    pub beacon: Beacon,
    /// Where the value comes from, so that others find it.
    pub source: String,
    /// Where and since when the run commitment is public.
    pub published: String,
    /// Number of draws to pick, 1 to 65536.
    pub picks: u32,
    /// Also tell the picks for a log of this many draws, at least 1. The number is secret until the opening tells it.
    pub draws: Option<u64>,
    /// The file to write. It must not exist.
    pub out: PathBuf,
}

/// `challenge.json`. Everybody may read it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ChallengeFile {
    version: u16,
    pub(super) run_commitment: RunCommitment,
    pub(super) beacon: Beacon,
    pub(super) source: String,
    pub(super) published: String,
    pub(super) picks: u32,
    /// Names the challenge: a function of commitment and beacon.
    pub(super) digest: ChallengeDigest,
}

impl ChallengeFile {
    /// Reads a challenge; its digest is computed again.
    pub(super) fn read(path: &Path) -> Result<Self, Error> {
        let file: Self = read_json(path)?;
        if file.version != VERSION {
            let (expected, got) = (VERSION, file.version);
            return Err(Error::file(path, FormatFault::Version { expected, got }));
        }
        let challenge = file.challenge();
        if challenge.validate().is_err() {
            return Err(Error::file(
                path,
                FormatFault::Malformed("the number of picks"),
            ));
        }
        if challenge.digest() != file.digest {
            return Err(Error::file(
                path,
                ArtefactFault::Mismatch(
                    "its digest is not that of commitment and beacon".to_owned(),
                ),
            ));
        }
        Ok(file)
    }

    pub(super) fn challenge(&self) -> Challenge {
        Challenge {
            run_commitment: self.run_commitment,
            beacon: self.beacon.clone(),
            count: self.picks,
        }
    }
}

/// A challenge that was written.
#[derive(Clone, Debug, Serialize)]
pub struct IssuedChallenge {
    /// Its file.
    pub challenge: PathBuf,
    /// The run.
    pub run_commitment: RunCommitment,
    /// Names the challenge.
    pub digest: ChallengeDigest,
    /// Draws to pick.
    pub picks: u32,
    /// The public value.
    pub beacon: Beacon,
    /// Where it comes from.
    pub source: String,
    /// Where and since when the run commitment is public.
    pub published: String,
    /// Chance to meet a lie, by the part of the draws whose stretches hold one.
    pub meets: Vec<Chance>,
    /// The picked draws, where the number of draws was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub picked: Option<Vec<u64>>,
    /// What the challenge's worth depends on.
    pub depends_on: &'static str,
}

/// How likely a lie is met.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Chance {
    /// Part of the draws, in percent.
    pub altered_percent: u32,
    /// Chance that a pick falls into it, 0 to 1.
    pub met: f64,
}

const DEPENDS: &str = "worth what the order of things is worth: the commitment public and the only one, then the beacon";

/// Makes a challenge from a public value that nobody knew when the run commitment was published.
///
/// ```no_run
/// use tranche_workspace::steps::audit::{ChallengeRequest, RunSource, challenge};
/// use tranche_protocol::audit::Beacon;
///
/// let issued = challenge(&ChallengeRequest {
///     run: RunSource::Folder("run".into()),
///     beacon: Beacon::parse("0x9f0c5b6ad2f17c0d3a4be8e1907c6d41").expect("16 bytes"),
///     source: "drand quicknet round 9000000".to_owned(),
///     published: "escrow transaction 0xabcd, block 21000000".to_owned(),
///     picks: 60,
///     draws: None,
///     out: "challenge.json".into(),
/// })?;
/// assert!(issued.meets[1].met > 0.95);
/// # Ok::<(), tranche_workspace::error::Error>(())
/// ```
///
/// # Errors
/// [`Error::Usage`] for empty texts and for a number of picks out of range; those of the run's files and of the disk.
pub fn challenge(request: &ChallengeRequest) -> Result<IssuedChallenge, Error> {
    for (text, option) in [
        (&request.source, "--source"),
        (&request.published, "--published"),
    ] {
        if text.trim().is_empty() {
            return Err(Error::usage(
                format!("{option} is empty"),
                "say it so that others can look it up",
            ));
        }
    }
    let run = request.run.read()?;
    let challenge = Challenge {
        run_commitment: run.run_commitment,
        beacon: request.beacon.clone(),
        count: request.picks,
    };
    challenge
        .validate()
        .map_err(|error| Error::usage(error.to_string(), "choose another --picks"))?;
    let file = ChallengeFile {
        version: VERSION,
        run_commitment: run.run_commitment,
        beacon: request.beacon.clone(),
        source: request.source.clone(),
        published: request.published.clone(),
        picks: request.picks,
        digest: challenge.digest(),
    };
    write_json(&request.out, &file, Visibility::Public, Existing::Keep)?;
    let chance = |altered_percent: u32| Chance {
        altered_percent,
        met: 1.0 - (1.0 - f64::from(altered_percent) / 100.0).powf(f64::from(request.picks)),
    };
    Ok(IssuedChallenge {
        challenge: request.out.clone(),
        run_commitment: run.run_commitment,
        digest: file.digest,
        picks: request.picks,
        beacon: file.beacon,
        source: file.source,
        published: file.published,
        meets: [1, 5, 10, 25].map(chance).into(),
        picked: request.draws.map(|draws| challenge.picks(draws)),
        depends_on: DEPENDS,
    })
}
