//! The evidence of a loader that served a run's records.

use std::path::{Path, PathBuf};

use serde::Serialize;
use tranche_fs::Existing;
use tranche_fs::temporary::Visibility;
use tranche_protocol::address::Address;
use tranche_protocol::evidence::attestation::QuoteDigest;
use tranche_protocol::evidence::{Evidence, EvidenceLevel};
use tranche_protocol::log::LogOrder;

use crate::artefact::run::RunFolder;
use crate::artefact::run_log::RunLog;
use crate::artefact::{read_bytes, secret, write_json};
use crate::error::Error;
use crate::progress::Progress;
use crate::steps::document;

/// A run to sign the commitment of.
#[derive(Clone, Debug)]
pub struct SignRunRequest {
    /// The run's folder.
    pub run: PathBuf,
    /// The log that the signer kept; it must be the run's, draw by draw.
    pub log: PathBuf,
    /// The secret key of the address that the terms name as evidence key.
    pub key: PathBuf,
    /// What the signer vouches for.
    pub vouching: Vouching,
    /// Where tranches of the run's log are now, by their names in it, if they were moved since the import.
    pub moved: Vec<(String, PathBuf)>,
}

/// What a loader vouches for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Vouching {
    /// Level 1: the signer served the records and kept the log itself.
    SignedLoader,
    /// Level 2: the same of a loader that has an attestation quote. Nothing here checks a quote.
    AttestedLoader {
        /// The quote's file, whose digest is signed beside the level.
        quote: PathBuf,
    },
}

/// A run commitment that was signed.
#[derive(Clone, Debug, Serialize)]
pub struct SignedRun {
    /// The evidence's file.
    pub evidence: PathBuf,
    /// Its level.
    #[serde(serialize_with = "document::level")]
    pub level: EvidenceLevel,
    /// What the level means.
    pub meaning: &'static str,
    /// For an attested loader: the quote's digest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quote: Option<QuoteDigest>,
    /// Planned or consumed.
    pub order: LogOrder,
    /// Who signed.
    pub signer: Address,
}

/// Signs the run commitment as evidence for the log; the roots are made anew from the signer's own log first.
///
/// # Errors
/// [`Error::Usage`] for a key that the terms do not name; [`Error::Refused`] when the signer's log is not the run's; the errors of the
/// inputs and the disk.
///
/// ```no_run
/// use tranche_workspace::progress::Progress;
/// use tranche_workspace::steps::run::{SignRunRequest, Vouching, sign_run};
///
/// let signed = sign_run(
///     &SignRunRequest {
///         run: "run".into(),
///         log: "served.tlog".into(),
///         key: "loader.key".into(),
///         vouching: Vouching::SignedLoader,
///         moved: Vec::new(),
///     },
///     &Progress::silent(),
/// )?;
/// println!("{}", signed.meaning);
/// # Ok::<(), tranche_workspace::error::Error>(())
/// ```
pub fn sign_run(request: &SignRunRequest, progress: &Progress) -> Result<SignedRun, Error> {
    let run = RunFolder::open_moved(&request.run, &request.moved)?;
    let key = secret::read_key(&request.key)?;
    let signer = Address::of_key(key.verifying_key());
    let terms = &run.public().terms;
    if signer != terms.evidence_key {
        return Err(Error::usage(
            format!(
                "{} is the key of {signer}, the terms name {}",
                request.key.display(),
                terms.evidence_key
            ),
            "give the key that the terms name as evidence_key",
        ));
    }
    let _stage = progress.stage("making the roots anew", None);
    check_own_log(&request.log, &run)?;
    let (_, artefacts) = run.build()?;
    let commitment = &artefacts.run_commitment;
    let evidence = match &request.vouching {
        Vouching::SignedLoader => {
            Evidence::sign(commitment, EvidenceLevel::SignedLoader, terms.order, &key)
        }
        Vouching::AttestedLoader { quote } => {
            let quote = QuoteDigest::of(&read_bytes(quote)?);
            Evidence::sign_attested(commitment, terms.order, quote, &key)
        }
    };
    let evidence = evidence.map_err(|error| Error::Internal(error.to_string()))?;
    let path = run.evidence_path();
    write_json(&path, &evidence, Visibility::Public, Existing::Replace)?;
    Ok(SignedRun {
        evidence: path,
        level: evidence.level,
        meaning: evidence.level.meaning(),
        quote: evidence.attestation.map(|attestation| attestation.quote),
        order: terms.order,
        signer,
    })
}

fn check_own_log(path: &Path, run: &RunFolder) -> Result<(), Error> {
    let (own, theirs) = (RunLog::open(path)?, run.log()?);
    let id = |log: &RunLog, source: u32| log.sources()[source as usize].id;
    let same = own.count() == theirs.count()
        && own.order() == theirs.order()
        && own.draws().zip(theirs.draws()).all(|(a, b)| {
            a.record == b.record && a.step == b.step && id(&own, a.source) == id(&theirs, b.source)
        });
    if same {
        return Ok(());
    }
    Err(Error::Refused {
        reason: format!("{} is not the log of the run", path.display()),
    })
}
