//! A ceremony of one's own: start, contribute, finalize, check.

use std::fmt;
use std::path::{Path, PathBuf};

use serde::Serialize;
use tranche_fs::Existing;
use tranche_fs::atomic;
use tranche_fs::temporary::Visibility;
use tranche_srs::SrsError;
use tranche_srs::ceremony::{Beacon, Ceremony, CeremonyFault, Chain};
use zeroize::Zeroizing;

use super::chain::{ChainSummary, chain_beside, refused, trust};
use super::file::{check_new, written};
use super::string::ReferenceString;
use crate::artefact::read_bytes;
use crate::error::Error;
use crate::progress::Progress;
use crate::steps::document;

/// Contributions below which a string is not made without a word of consent.
const ENOUGH: usize = 2;
/// Bytes of text that are mixed into a contribution at most.
pub const MAX_TEXT: u64 = 1 << 20;

/// A contribution to a ceremony. Its text is redacted in `Debug`.
pub struct ContributeRequest {
    /// The state to go on from.
    pub file: PathBuf,
    /// The file to write, for the next contributor. It must not exist.
    pub out: PathBuf,
    /// What the contributor is called in the chain, up to 64 bytes; nobody checks it.
    pub name: String,
    /// Bytes that are mixed into the secret besides the system's randomness, at most [`MAX_TEXT`]; wiped when it is dropped.
    pub text: Zeroizing<Vec<u8>>,
}

impl fmt::Debug for ContributeRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ContributeRequest")
            .field("file", &self.file)
            .field("out", &self.out)
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// A ceremony to end.
#[derive(Clone, Debug)]
pub struct FinalizeRequest {
    /// The last contributor's state.
    pub file: PathBuf,
    /// A public value that nobody knew before that state was published.
    pub beacon: Beacon,
    /// The reference string to write; the chain goes beside it, with the ending `.chain`. It must not exist.
    pub out: PathBuf,
    /// Whether a single contribution is accepted: everybody who uses the string trusts this contributor.
    pub single: bool,
}

/// A ceremony's files to check.
#[derive(Clone, Debug)]
pub struct CheckCeremonyRequest {
    /// States in their order, and the chain of what came of them if it is finalized.
    pub files: Vec<PathBuf>,
    /// Digests of contributions that must be part of the last file.
    pub includes: Vec<[u8; 32]>,
}

/// A ceremony, as its last file has it.
#[derive(Clone, Debug, Serialize)]
pub struct CeremonyState {
    /// The file.
    pub file: PathBuf,
    /// Binary logarithm of the number of powers, 1 to 24.
    pub k: u32,
    /// What happened so far.
    #[serde(flatten)]
    pub chain: ChainSummary,
    /// The files that were checked, where that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub checked: Option<Vec<PathBuf>>,
    /// What a contributor is to publish.
    #[serde(
        skip_serializing_if = "Option::is_none",
        serialize_with = "document::option_bytes"
    )]
    pub publish: Option<[u8; 32]>,
}

impl CeremonyState {
    fn new(file: &Path, chain: &Chain) -> Self {
        Self {
            file: file.to_owned(),
            k: chain.k(),
            chain: ChainSummary::from(chain),
            checked: None,
            publish: None,
        }
    }
}

fn fault(path: &Path, fault: CeremonyFault) -> Error {
    Error::Srs(SrsError::Ceremony {
        path: path.to_owned(),
        fault: Box::new(fault),
    })
}

/// Starts a ceremony of 2^k powers: the state that the first contributor goes on from. Everybody can make the same.
///
/// # Errors
/// [`Error::Usage`] for a k out of range and for a file that exists; [`Error::Io`].
///
/// ```no_run
/// use tranche_workspace::progress::Progress;
/// use tranche_workspace::steps::srs::start;
///
/// start(18, "0.ceremony".as_ref(), &Progress::silent())?;
/// # Ok::<(), tranche_workspace::error::Error>(())
/// ```
pub fn start(k: u32, out: &Path, progress: &Progress) -> Result<CeremonyState, Error> {
    check_new(out)?;
    let _stage = progress.stage("starting", None);
    let state = Ceremony::start(k)
        .map_err(|fault| Error::usage(fault.to_string(), "see srs start --help"))?;
    written(out, |out| state.write(out))?.commit(Existing::Keep)?;
    Ok(CeremonyState::new(out, state.chain()))
}

/// Checks a ceremony's state, multiplies a fresh secret into it and forgets the secret.
///
/// # Errors
/// [`Error::Srs`]; [`Error::Usage`] for a name that cannot stand in a chain and for a file that exists; [`Error::Io`].
///
/// ```no_run
/// use tranche_workspace::progress::Progress;
/// use tranche_workspace::steps::srs::{ContributeRequest, contribute};
///
/// let state = contribute(
///     &ContributeRequest {
///         file: "0.ceremony".into(),
///         out: "1.ceremony".into(),
///         name: "alice".to_owned(),
///         text: Vec::new().into(),
///     },
///     &Progress::silent(),
/// )?;
/// # let _ = state.publish;
/// # Ok::<(), tranche_workspace::error::Error>(())
/// ```
pub fn contribute(
    request: &ContributeRequest,
    progress: &Progress,
) -> Result<CeremonyState, Error> {
    check_new(&request.out)?;
    let stage = progress.stage("checking", None);
    let state = Ceremony::load(&request.file)?;
    drop(stage);
    let stage = progress.stage("contributing", Some(1 << state.chain().k()));
    let state = state
        .contribute(&request.name, &request.text, &|powers| {
            stage.report(powers as u64);
        })
        .map_err(|found| match found {
            CeremonyFault::Name => Error::usage(found.to_string(), "see srs contribute --help"),
            other => fault(&request.file, other),
        })?;
    drop(stage);
    let _stage = progress.stage("writing", None);
    written(&request.out, |out| state.write(out))?.commit(Existing::Keep)?;
    Ok(CeremonyState {
        publish: Some(state.chain().digest()),
        ..CeremonyState::new(&request.out, state.chain())
    })
}

/// Ends a ceremony with a public value, and writes the string with its chain.
///
/// # Errors
/// [`Error::Refused`] for too few contributions; [`Error::Srs`]; [`Error::Usage`] and [`Error::Io`] for an output that cannot be
/// written.
///
/// ```no_run
/// use tranche_workspace::progress::Progress;
/// use tranche_workspace::steps::srs::{FinalizeRequest, finalize};
/// use tranche_srs::ceremony::Beacon;
///
/// let beacon = Beacon::new(&[0x9c; 32], 24).expect("16 to 64 bytes, hashed 2^10 to 2^32 times");
/// let string = finalize(
///     &FinalizeRequest {
///         file: "3.ceremony".into(),
///         beacon,
///         out: "own.srs".into(),
///         single: false,
///     },
///     &Progress::silent(),
/// )?;
/// assert!(string.chain.is_some());
/// # Ok::<(), tranche_workspace::error::Error>(())
/// ```
pub fn finalize(request: &FinalizeRequest, progress: &Progress) -> Result<ReferenceString, Error> {
    let out = &request.out;
    let kept = chain_beside(out);
    if kept == *out {
        return Err(Error::usage(
            "--out ends in .chain, which is the ending of the chain beside it",
            "name it with the ending .srs",
        ));
    }
    check_new(out)?;
    let stage = progress.stage("checking", None);
    let state = Ceremony::load(&request.file)?;
    drop(stage);
    check_contributions(request, &state)?;
    let stage = progress.stage("beacon, powers, Lagrange", Some(1 << state.chain().k()));
    let (string, chain) = state
        .finalise(&request.beacon, &|powers| stage.report(powers as u64))
        .map_err(|found| fault(&request.file, found))?;
    drop(stage);
    let _stage = progress.stage("writing", None);
    let file = written(out, |out| string.write(out))?;
    // The string last: where it is, its chain is too. The same chain without a string is of a command that was stopped.
    let mut bytes = Vec::new();
    chain
        .write(&mut bytes)
        .map_err(|error| Error::io("write", &kept, error))?;
    if !kept.exists() || read_bytes(&kept)? != bytes {
        atomic::write(&kept, &bytes, Visibility::Public, Existing::Keep)?;
    }
    file.commit(Existing::Keep)?;
    Ok(ReferenceString {
        chain: Some(ChainSummary::from(&chain)),
        ..ReferenceString::new(out, &string)
    })
}

/// There must be enough contributions, or one that everybody is said to trust.
fn check_contributions(request: &FinalizeRequest, state: &Ceremony) -> Result<(), Error> {
    let contributions = state.chain().contributions().count();
    let remedy = match contributions {
        0 => "have at least two people contribute",
        few if few < ENOUGH && !request.single => {
            "have more people contribute, or say --single if everybody who will use the string trusts this contributor"
        }
        _ => return Ok(()),
    };
    Err(Error::Refused {
        reason: format!(
            "{}: {contributions} contribution(s) are too few: {}; {remedy}",
            request.file.display(),
            trust(contributions)
        ),
    })
}

/// Checks a ceremony from its files: every record, every proof, every power, and that each file goes on from the one before.
///
/// # Errors
/// [`Error::Srs`]; [`Error::Refused`] for a contribution that is missing; [`Error::Usage`] for no files.
///
/// ```no_run
/// use tranche_workspace::progress::Progress;
/// use tranche_workspace::steps::srs::{CheckCeremonyRequest, check};
///
/// let state = check(
///     &CheckCeremonyRequest {
///         files: vec!["0.ceremony".into(), "1.ceremony".into(), "own.chain".into()],
///         includes: Vec::new(),
///     },
///     &Progress::silent(),
/// )?;
/// println!("{}", state.chain.trust);
/// # Ok::<(), tranche_workspace::error::Error>(())
/// ```
pub fn check(request: &CheckCeremonyRequest, progress: &Progress) -> Result<CeremonyState, Error> {
    let stage = progress.stage("checking", Some(request.files.len() as u64));
    let mut last: Option<(&PathBuf, Chain)> = None;
    for file in &request.files {
        let chain = Chain::load(file)?;
        if let Some((_, earlier)) = &last {
            chain.follows(earlier).map_err(|found| fault(file, found))?;
        }
        last = Some((file, chain));
        stage.advance(1)?;
    }
    drop(stage);
    let Some((file, chain)) = last else {
        return Err(Error::usage(
            "no file is named",
            "name the ceremony's files",
        ));
    };
    for digest in &request.includes {
        chain
            .includes(digest)
            .map_err(|found| refused(file, &found))?;
    }
    Ok(CeremonyState {
        checked: Some(request.files.clone()),
        ..CeremonyState::new(file, &chain)
    })
}
