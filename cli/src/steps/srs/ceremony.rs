//! A ceremony of one's own: start, contribute, finalize, check.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;
use tranche_prover::srs::{Beacon, Ceremony, CeremonyFault, Chain};
use tranche_prover::{Srs, SrsError};
use zeroize::Zeroizing;

use super::hexadecimal::Hexadecimal;
use super::{SrsReport, report};
use crate::artefact::read_bytes;
use crate::atomic::{self, AtomicFile, Existing, Visibility, check_place};
use crate::error::Error;
use crate::output::{Report, Table};
use crate::progress::Progress;

/// Contributions below which a string is not made without a word of consent.
const ENOUGH: usize = 2;
/// Bytes of text that are mixed in at most.
const MOST_TEXT: u64 = 1 << 20;

/// Starts a ceremony.
#[derive(Args, Clone, Debug)]
pub(super) struct StartArgs {
    /// Binary logarithm of the number of powers, 1 to 24: as many rows as the tallest circuit will have
    #[arg(long)]
    k: u32,
    /// The file to write; everybody can make the same
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

/// Contributes to a ceremony.
#[derive(Args, Clone, Debug)]
pub(super) struct ContributeArgs {
    /// The state to go on from, as `srs start` or the contributor before wrote it
    file: PathBuf,
    /// The file to write, for the next contributor
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// What you are called in the chain, up to 64 bytes; nobody checks it
    #[arg(long)]
    name: String,
    /// A file whose bytes are mixed into the secret besides the system's randomness; - for standard input
    #[arg(long, value_name = "FILE")]
    text: Option<PathBuf>,
}

/// Ends a ceremony.
#[derive(Args, Clone, Debug)]
pub(super) struct FinalizeArgs {
    /// The last contributor's state
    file: PathBuf,
    /// A public value that nobody knew before that state was published: 16 to 64 bytes, hexadecimal
    #[arg(long, value_name = "HEX")]
    beacon: Hexadecimal,
    /// Binary logarithm of the number of times that the beacon is hashed, 10 to 32: the delay
    #[arg(long, value_name = "N", default_value_t = 24)]
    iterations: u8,
    /// The reference string to write; the chain goes beside it, with the ending .chain
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Accept a single contribution: you then say that everybody who uses the string trusts this contributor
    #[arg(long)]
    single: bool,
}

/// Checks a ceremony.
#[derive(Args, Clone, Debug)]
pub(super) struct CheckArgs {
    /// States in their order, and the chain of what came of them if it is finalized
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// The digest of a contribution that must be part of the last file, as its contributor published it
    #[arg(long, value_name = "DIGEST")]
    includes: Vec<Hexadecimal>,
}

/// A ceremony, as its last file has it.
#[derive(Clone, Debug, Serialize)]
pub struct CeremonyReport {
    file: PathBuf,
    k: u32,
    #[serde(flatten)]
    chain: ChainReport,
    #[serde(skip_serializing_if = "Option::is_none")]
    checked: Option<Vec<PathBuf>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    publish: Option<String>,
}

/// Where a string of one's own is from.
#[derive(Clone, Debug, Serialize)]
pub(super) struct ChainReport {
    contributions: Vec<ContributionReport>,
    #[serde(skip_serializing_if = "Option::is_none")]
    beacon: Option<BeaconReport>,
    /// The digest of the last state.
    chain_digest: String,
    pub(super) trust: String,
}

#[derive(Clone, Debug, Serialize)]
struct ContributionReport {
    name: String,
    digest: String,
}

#[derive(Clone, Debug, Serialize)]
struct BeaconReport {
    value: String,
    iterations: u64,
}

impl ChainReport {
    pub(super) fn new(chain: &Chain) -> Self {
        let contributions: Vec<ContributionReport> = chain
            .contributions()
            .map(|contribution| ContributionReport {
                name: contribution.name.to_owned(),
                digest: prefixed(&contribution.digest),
            })
            .collect();
        ChainReport {
            trust: trust(contributions.len()),
            contributions,
            beacon: chain.beacon().map(|beacon| BeaconReport {
                value: prefixed(beacon.value()),
                iterations: 1 << beacon.exponent(),
            }),
            chain_digest: prefixed(&chain.digest()),
        }
    }

    pub(super) fn lines(&self, mut table: Table) -> Table {
        for (number, contribution) in (1..).zip(&self.contributions) {
            table = table.line([
                &format!("contribution {number}"),
                &format!("{} {}", contribution.digest, contribution.name),
            ]);
        }
        if let Some(BeaconReport { value, iterations }) = &self.beacon {
            table = table.line(["beacon", &format!("{value}, hashed {iterations} times")]);
        }
        table
            .line(["chain", &self.chain_digest])
            .line(["trust", &self.trust])
    }
}

/// What a string of so many contributions rests on.
fn trust(contributions: usize) -> String {
    match contributions {
        0 => "nobody has contributed: the secret is public".to_owned(),
        1 => "own ceremony, ONE contribution: whoever made it may know the secret and forge any proof".to_owned(),
        more => format!(
            "own ceremony, {more} contributions: sound if at least one contributor was honest and forgot its secret"
        ),
    }
}

fn prefixed(bytes: &[u8]) -> String {
    format!("0x{}", hex::encode(bytes))
}

impl Report for CeremonyReport {
    fn table(&self) -> Table {
        let mut table = Table::new()
            .line(["file", &self.file.display().to_string()])
            .line(["powers", &format!("2^{}", self.k)]);
        if let Some(files) = &self.checked {
            table = table.line([
                "checks",
                &format!(
                    "{} file(s): every record and its proof, every power, each file goes on from the one before: all passed",
                    files.len()
                ),
            ]);
        }
        table = self.chain.lines(table);
        match &self.publish {
            Some(digest) => table.line(["publish", digest]),
            None => table,
        }
    }
}

fn ceremony_report(file: &Path, chain: &Chain) -> CeremonyReport {
    CeremonyReport {
        file: file.to_owned(),
        k: chain.k(),
        chain: ChainReport::new(chain),
        checked: None,
        publish: None,
    }
}

fn fault(path: &Path, fault: CeremonyFault) -> Error {
    Error::Srs(SrsError::Ceremony {
        path: path.to_owned(),
        fault: Box::new(fault),
    })
}

/// Before the work, which may take long: the folder is there, and nothing would be written over.
fn check_new(out: &Path) -> Result<(), Error> {
    check_place(out)?;
    match out.exists() {
        true => Err(Error::usage(
            format!("{} exists already", out.display()),
            "choose another path or move it away",
        )),
        false => Ok(()),
    }
}

/// A file with its content, not yet at its place.
pub(super) fn written(
    out: &Path,
    write: impl FnOnce(&mut io::BufWriter<&mut AtomicFile>) -> io::Result<()>,
) -> Result<AtomicFile, Error> {
    let mut file = AtomicFile::create(out, Visibility::Public)?;
    let mut buffered = io::BufWriter::with_capacity(1 << 20, &mut file);
    write(&mut buffered)
        .and_then(|()| buffered.flush())
        .map_err(|error| Error::io("write", out, error))?;
    drop(buffered);
    Ok(file)
}

/// Runs `srs start`.
pub(super) fn start(args: &StartArgs, progress: Progress) -> Result<CeremonyReport, Error> {
    check_new(&args.out)?;
    let _stage = progress.stage("starting", None);
    let state = Ceremony::start(args.k)
        .map_err(|fault| Error::usage(fault.to_string(), "see srs start --help"))?;
    written(&args.out, |out| state.write(out))?.commit(Existing::Keep)?;
    Ok(ceremony_report(&args.out, state.chain()))
}

/// Runs `srs contribute`.
pub(super) fn contribute(
    args: &ContributeArgs,
    progress: Progress,
) -> Result<CeremonyReport, Error> {
    check_new(&args.out)?;
    let text = read_text(args.text.as_deref())?;
    let stage = progress.stage("checking", None);
    let state = Ceremony::load(&args.file)?;
    drop(stage);
    let stage = progress.stage("contributing", Some(1 << state.chain().k()));
    let state = state
        .contribute(&args.name, &text, &|powers| stage.advance(powers as u64))
        .map_err(|found| match found {
            CeremonyFault::Name => Error::usage(found.to_string(), "see srs contribute --help"),
            other => fault(&args.file, other),
        })?;
    drop(stage);
    let _stage = progress.stage("writing", None);
    written(&args.out, |out| state.write(out))?.commit(Existing::Keep)?;
    Ok(CeremonyReport {
        publish: Some(prefixed(&state.chain().digest())),
        ..ceremony_report(&args.out, state.chain())
    })
}

fn read_text(file: Option<&Path>) -> Result<Zeroizing<Vec<u8>>, Error> {
    // Enough from the start: a vector that grows leaves copies behind.
    let mut text = Zeroizing::new(Vec::with_capacity(MOST_TEXT as usize + 2));
    let Some(path) = file else { return Ok(text) };
    let read_error = |error| Error::io("read", path, error);
    let source: Box<dyn Read> = match path == Path::new("-") {
        true => Box::new(io::stdin()),
        false => Box::new(File::open(path).map_err(read_error)?),
    };
    source
        .take(MOST_TEXT + 1)
        .read_to_end(&mut text)
        .map_err(read_error)?;
    match text.len() as u64 {
        0 => Err(Error::usage(
            format!("{} is empty", path.display()),
            "give a text, or leave --text out",
        )),
        length if length > MOST_TEXT => Err(Error::usage(
            format!("{} is longer than {MOST_TEXT} bytes", path.display()),
            "give a shorter text; a few lines are enough",
        )),
        _ => Ok(text),
    }
}

/// Runs `srs finalize`.
pub(super) fn finalize(args: &FinalizeArgs, progress: Progress) -> Result<SrsReport, Error> {
    let kept = chain_beside(&args.out);
    if kept == args.out {
        return Err(Error::usage(
            "--out ends in .chain, which is the ending of the chain beside it",
            "name it with the ending .srs",
        ));
    }
    check_new(&args.out)?;
    let beacon = Beacon::new(&args.beacon.0, args.iterations)
        .map_err(|fault| Error::usage(fault.to_string(), "see srs finalize --help"))?;
    let stage = progress.stage("checking", None);
    let state = Ceremony::load(&args.file)?;
    drop(stage);
    let contributions = state.chain().contributions().count();
    if contributions == 0 || contributions < ENOUGH && !args.single {
        let remedy = match contributions {
            0 => "have at least two people contribute",
            _ => {
                "have more people contribute, or say --single if everybody who will use the string trusts this contributor"
            }
        };
        return Err(Error::Refused {
            reason: format!(
                "{}: {contributions} contribution(s) are too few: {}; {remedy}",
                args.file.display(),
                trust(contributions)
            ),
        });
    }
    let stage = progress.stage("beacon, powers, Lagrange", Some(1 << state.chain().k()));
    let (srs, chain) = state
        .finalise(&beacon, &|powers| stage.advance(powers as u64))
        .map_err(|found| fault(&args.file, found))?;
    drop(stage);
    let _stage = progress.stage("writing", None);
    let srs_file = written(&args.out, |out| srs.write(out))?;
    // The string last: where it is, its chain is too. The same chain without a string is of a command that was stopped.
    let mut bytes = Vec::new();
    chain
        .write(&mut bytes)
        .map_err(|error| Error::io("write", &kept, error))?;
    if !kept.exists() || read_bytes(&kept)? != bytes {
        atomic::write(&kept, &bytes, Visibility::Public, Existing::Keep)?;
    }
    srs_file.commit(Existing::Keep)?;
    Ok(SrsReport {
        chain: Some(ChainReport::new(&chain)),
        ..report(&args.out, &srs)
    })
}

/// Runs `srs check`.
pub(super) fn check(args: &CheckArgs, progress: Progress) -> Result<CeremonyReport, Error> {
    let stage = progress.stage("checking", Some(args.files.len() as u64));
    let mut last: Option<(&PathBuf, Chain)> = None;
    for file in &args.files {
        let chain = Chain::load(file)?;
        if let Some((_, earlier)) = &last {
            chain.follows(earlier).map_err(|found| fault(file, found))?;
        }
        last = Some((file, chain));
        stage.advance(1);
    }
    drop(stage);
    let Some((file, chain)) = last else {
        return Err(Error::usage(
            "no file is named",
            "name the ceremony's files",
        ));
    };
    for digest in &args.includes {
        let digest: [u8; 32] = digest.0.as_slice().try_into().map_err(|_| {
            Error::usage(
                format!("{digest} is not a digest"),
                "give the 32 bytes, 64 hexadecimal digits, that the contributor published",
            )
        })?;
        chain
            .includes(&digest)
            .map_err(|found| refused(file, &found))?;
    }
    Ok(CeremonyReport {
        checked: Some(args.files.clone()),
        ..ceremony_report(file, &chain)
    })
}

fn refused(file: &Path, fault: &CeremonyFault) -> Error {
    Error::Refused {
        reason: format!("{}: {fault}", file.display()),
    }
}

/// Where the chain of a string is kept unless said otherwise.
fn chain_beside(srs: &Path) -> PathBuf {
    srs.with_extension("chain")
}

/// The chain of a string: the one named, else the one beside it, if there is one.
///
/// # Errors
/// [`Error::Refused`] if it is the chain of another string; [`Error::Srs`] if it is none.
pub(super) fn provenance(
    file: &Path,
    srs: &Srs,
    named: Option<&Path>,
) -> Result<Option<ChainReport>, Error> {
    let beside = chain_beside(file);
    let path = match named {
        Some(path) => path,
        None if beside != file && beside.is_file() => &beside,
        None => return Ok(None),
    };
    let chain = Chain::load(path)?;
    chain.made(srs).map_err(|found| refused(path, &found))?;
    Ok(Some(ChainReport::new(&chain)))
}
