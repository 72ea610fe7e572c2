//! `tranche srs`: reference strings.

mod ceremony;
mod hexadecimal;

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use serde::Serialize;
use tranche_prover::srs::{FileHash, Format, Origin, Source, VerifierSrs};
use tranche_prover::{Srs, SrsError};

use crate::atomic::{self, Existing, Visibility, check_place};
use crate::error::Error;
use crate::output::{Report, Table};
use crate::progress::Progress;
use ceremony::{CeremonyReport, ChainReport, CheckArgs, ContributeArgs, FinalizeArgs, StartArgs};

/// Makes, imports and checks reference strings.
#[derive(Args, Clone, Debug)]
pub struct SrsArgs {
    #[command(subcommand)]
    action: SrsAction,
}

#[derive(Clone, Debug, Subcommand)]
enum SrsAction {
    /// Writes the INSECURE development string of 2^k powers: its secret is public, for tests only
    #[command(after_help = "Example: tranche srs dev --k 14 --out dev-14.srs")]
    Dev {
        /// Binary logarithm of the number of powers, 1 to 24
        #[arg(long)]
        k: u32,
        /// The file to write
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Takes a string from a ceremony's file: snarkjs .ptau (raw, prepared, pruned) or halo2 .srs
    #[command(
        after_help = "Every point is checked. What no check can tell is whether somebody knows the secret: the files of the public
ceremony, powersOfTau28_hez_final_14 to _24, are known by their hash; for another file give the hash its ceremony
published with --expect. A prepared file carries the Lagrange form; without it the import computes one, which takes
about half a minute at k = 17 on two cores and twice as long for each k more.

Examples:
  tranche srs import powersOfTau28_hez_final_20.ptau --k 17 --out ceremony.srs
  tranche srs import other.ptau --expect 4f1c…9a --out other.srs"
    )]
    Import {
        /// The ceremony's file
        file: PathBuf,
        /// The file to write
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
        /// Binary logarithm of the number of powers to take, 1 to 24; without it, all that the file has
        #[arg(long)]
        k: Option<u32>,
        /// BLAKE2b-512 that the file must have, 128 hexadecimal digits
        #[arg(long, value_name = "HASH")]
        expect: Option<FileHash>,
    },
    /// Starts a ceremony of your own: the state that the first contributor goes on from
    #[command(after_help = "Example: tranche srs start --k 18 --out 0.ceremony")]
    Start(StartArgs),
    /// Checks a ceremony's state, multiplies a secret of yours into it and forgets the secret
    #[command(
        after_help = "The secret is drawn from the system's randomness and from --text, is never written or shown, and is overwritten
when it has been used. Publish the digest that is printed: with it you, and everybody, can see that your contribution
is part of what comes of the ceremony. An interrupted contribution leaves nothing; do it again.

Examples:
  tranche srs contribute 0.ceremony --name alice --out 1.ceremony
  head -c 100 /dev/hwrng | tranche srs contribute 1.ceremony --name bob --text - --out 2.ceremony"
    )]
    Contribute(ContributeArgs),
    /// Ends a ceremony with a public value, and writes the string with its chain
    #[command(
        after_help = "Announce before the last contribution which public value it will be, and that it becomes known later: a block of a
chain, a draw of a lottery. Anyone checks its part in the chain; that nobody knew it before, people check.

Example: tranche srs finalize 3.ceremony --beacon 0x9c57…e1 --out own.srs"
    )]
    Finalize(FinalizeArgs),
    /// Checks a ceremony from its files: every record, every proof, every power, and that history was not replaced
    #[command(
        after_help = "Each file is checked by itself, and must begin with all records of the one before it. Exit code 1 if a digest of
--includes is not part of the last.

Examples:
  tranche srs check 0.ceremony 1.ceremony 2.ceremony 3.ceremony own.chain
  tranche srs check own.chain --includes 0x5d08…77"
    )]
    Check(CheckArgs),
    /// Writes the first 2^k powers of a string, with their Lagrange form: for a circuit of fewer rows
    #[command(
        after_help = "Commands that take --srs cut a longer string by themselves, each time anew.

Example: tranche srs cut own.srs --k 15 --out own-15.srs"
    )]
    Cut {
        /// The string
        file: PathBuf,
        /// Binary logarithm of the number of powers to keep
        #[arg(long)]
        k: u32,
        /// The file to write
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Writes the part of a string that verification needs: g1, g2 and s·g2, some 340 bytes
    #[command(after_help = "Example: tranche srs verifier ceremony.srs --out ceremony.vsrs")]
    Verifier {
        /// The string
        file: PathBuf,
        /// The file to write
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Checks a string anew: checksum, points, subgroup, powers, Lagrange form; prints its identity
    #[command(
        after_help = "A string of your own ceremony has its chain beside it, with the ending .chain: it is checked too, and must end with
this string.

Examples:
  tranche srs verify ceremony.srs
  tranche srs verify own.srs --chain own.chain --verifier own.vsrs"
    )]
    Verify {
        /// The file, as `srs dev`, `srs import` or `srs finalize` wrote it
        file: PathBuf,
        /// The chain of the ceremony that made it; without it, the one beside it
        #[arg(long, value_name = "FILE")]
        chain: Option<PathBuf>,
        /// A verifier's part, which must be this string's
        #[arg(long, value_name = "FILE")]
        verifier: Option<PathBuf>,
    },
    /// Reads and checks a string, and says where it is from if its chain is beside it
    #[command(after_help = "Example: tranche srs info dev-14.srs")]
    Info {
        /// The file
        file: PathBuf,
    },
}

/// What `tranche srs` did.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub enum SrsOutcome {
    /// A string.
    String(SrsReport),
    /// A ceremony that goes on, or its files.
    Ceremony(CeremonyReport),
}

impl Report for SrsOutcome {
    fn table(&self) -> Table {
        match self {
            Self::String(report) => report.table(),
            Self::Ceremony(report) => report.table(),
        }
    }
}

/// A reference string.
#[derive(Clone, Debug, Serialize)]
pub struct SrsReport {
    file: PathBuf,
    k: u32,
    digest: String,
    insecure: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    checks: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<SourceReport>,
    #[serde(skip_serializing_if = "Option::is_none", rename = "ceremony")]
    chain: Option<ChainReport>,
    /// The verifier's part that was compared.
    #[serde(skip_serializing_if = "Option::is_none")]
    verifier: Option<PathBuf>,
}

/// Where an imported string is from.
#[derive(Clone, Debug, Serialize)]
struct SourceReport {
    file: PathBuf,
    format: &'static str,
    blake2b: String,
    /// `ceremony`, `expected` or `unknown`.
    origin: &'static str,
    provenance: String,
    lagrange: &'static str,
}

const CHECKS: &str = "checksum, points, generators, subgroup, consecutive powers, Lagrange form, identity: all passed";

const UNKNOWN: &str = "WARNING: ORIGIN UNKNOWN. Whoever made this file may know its secret and forge any proof under it. \
                       Compare the hash with the one the ceremony published and import again with --expect";

/// The warning stands above the table.
fn origin_words(source: &SourceReport) -> &str {
    match source.origin {
        "unknown" => "UNKNOWN",
        _ => &source.provenance,
    }
}

impl SourceReport {
    fn new(file: &Path, source: &Source) -> Self {
        let (origin, provenance) = match source.origin {
            Origin::Ceremony { power } => ("ceremony", format!("public ceremony file {power}")),
            Origin::Expected => (
                "expected",
                "has the hash given with --expect; not a file of the public ceremony".to_owned(),
            ),
            Origin::Unknown => ("unknown", UNKNOWN.to_owned()),
        };
        SourceReport {
            file: file.to_owned(),
            format: match source.format {
                Format::Ptau => "ptau",
                Format::Halo2 => "halo2",
            },
            blake2b: source.hash.to_string(),
            origin,
            provenance,
            lagrange: match source.lagrange {
                true => "the file's, checked against the powers",
                false => "computed from the powers",
            },
        }
    }
}

impl Report for SrsReport {
    fn table(&self) -> Table {
        let trusted = self.source.as_ref().is_some_and(|s| s.origin != "unknown");
        let secret = match (self.insecure, trusted, &self.chain) {
            (true, ..) => "INSECURE: the development secret is public, for tests only",
            (false, _, Some(chain)) => &chain.trust,
            (false, true, None) => {
                "not the development secret; known to nobody if the ceremony was honest"
            }
            (false, false, None) => {
                "not the development secret; trust it as far as you trust where it came from"
            }
        };
        let mut table = Table::new();
        if self.source.as_ref().is_some_and(|s| s.origin == "unknown") {
            table = table.line([UNKNOWN]);
        }
        table = table
            .line(["file", &self.file.display().to_string()])
            .line(["powers", &format!("2^{}", self.k)])
            .line(["identity", &self.digest])
            .line(["secret", secret]);
        if let Some(checks) = self.checks {
            table = table.line(["checks", checks]);
        }
        if let Some(source) = &self.source {
            table = table
                .line(["imported from", &source.file.display().to_string()])
                .line(["format", source.format])
                .line(["BLAKE2b-512", &source.blake2b])
                .line(["Lagrange form", source.lagrange])
                .line(["origin", origin_words(source)]);
        }
        if let Some(chain) = &self.chain {
            table = chain.lines(table);
        }
        match &self.verifier {
            Some(file) => table.line(["verifier's part", &file.display().to_string()]),
            None => table,
        }
    }
}

/// Runs `tranche srs`.
///
/// # Errors
/// [`Error::Srs`]; [`Error::Refused`] for a chain or a verifier's part of another string, for too few contributions and for a
/// contribution that is missing; [`Error::Usage`] and [`Error::Io`] for an output that cannot be written.
pub fn run(args: &SrsArgs, progress: Progress) -> Result<SrsOutcome, Error> {
    use SrsOutcome::{Ceremony, String};
    Ok(match &args.action {
        SrsAction::Dev { k, out } => String(dev(*k, out, progress)?),
        SrsAction::Import {
            file,
            out,
            k,
            expect,
        } => {
            check_output(file, out)?;
            let _stage = progress.stage("importing", None);
            let imported = Srs::import(file, *k, *expect)?;
            write(out, &imported.srs)?;
            String(SrsReport {
                source: Some(SourceReport::new(file, &imported.source)),
                ..report(out, &imported.srs)
            })
        }
        SrsAction::Start(args) => Ceremony(ceremony::start(args, progress)?),
        SrsAction::Contribute(args) => Ceremony(ceremony::contribute(args, progress)?),
        SrsAction::Finalize(args) => String(ceremony::finalize(args, progress)?),
        SrsAction::Check(args) => Ceremony(ceremony::check(args, progress)?),
        SrsAction::Cut { file, k, out } => String(cut(file, *k, out, progress)?),
        SrsAction::Verifier { file, out } => String(verifier_part(file, out, progress)?),
        SrsAction::Verify {
            file,
            chain,
            verifier,
        } => {
            let _stage = progress.stage("checking", None);
            let srs = Srs::load(file)?;
            if let Some(part) = verifier {
                check_verifier(part, &srs)?;
            }
            String(SrsReport {
                checks: Some(CHECKS),
                chain: ceremony::provenance(file, &srs, chain.as_deref())?,
                verifier: verifier.clone(),
                ..report(file, &srs)
            })
        }
        SrsAction::Info { file } => {
            let _stage = progress.stage("checking", None);
            let srs = Srs::load(file)?;
            String(SrsReport {
                chain: ceremony::provenance(file, &srs, None)?,
                ..report(file, &srs)
            })
        }
    })
}

fn dev(k: u32, out: &Path, progress: Progress) -> Result<SrsReport, Error> {
    check_place(out)?;
    let _stage = progress.stage("reference string", None);
    let srs = Srs::development(k)?;
    write(out, &srs)?;
    Ok(report(out, &srs))
}

fn cut(file: &Path, k: u32, out: &Path, progress: Progress) -> Result<SrsReport, Error> {
    check_output(file, out)?;
    let _stage = progress.stage("cutting", None);
    let srs = Srs::load(file)?.downsize(k)?;
    write(out, &srs)?;
    Ok(report(out, &srs))
}

fn verifier_part(file: &Path, out: &Path, progress: Progress) -> Result<SrsReport, Error> {
    check_output(file, out)?;
    let _stage = progress.stage("checking", None);
    let srs = Srs::load(file)?;
    let bytes = srs.verifier().to_bytes();
    atomic::write(out, &bytes, Visibility::Public, Existing::Replace)?;
    Ok(SrsReport {
        verifier: Some(out.to_owned()),
        ..report(file, &srs)
    })
}

fn write(out: &Path, srs: &Srs) -> Result<(), Error> {
    ceremony::written(out, |out| srs.write(out))?.commit(Existing::Replace)
}

/// The verifier's part is this string's.
fn check_verifier(part: &Path, srs: &Srs) -> Result<(), Error> {
    // Longer than any part: the rest does not matter.
    let mut bytes = Vec::new();
    fs::File::open(part)
        .and_then(|file| file.take(1 << 10).read_to_end(&mut bytes))
        .map_err(|error| Error::io("read", part, error))?;
    let found = VerifierSrs::from_bytes(&bytes).map_err(|fault| {
        Error::Srs(SrsError::Refused {
            path: part.to_owned(),
            fault,
        })
    })?;
    match found.to_bytes() == srs.verifier().to_bytes() {
        true => Ok(()),
        false => Err(Error::Refused {
            reason: format!(
                "{} is the verifier's part of another string, or of another number of powers; write it again with `srs verifier`",
                part.display()
            ),
        }),
    }
}

/// Before the work, which may take long: the folder is there, and the file that is read would not be overwritten.
fn check_output(file: &Path, out: &Path) -> Result<(), Error> {
    check_place(out)?;
    match (fs::canonicalize(file), fs::canonicalize(out)) {
        (Ok(from), Ok(to)) if from == to => Err(Error::usage(
            "--out is the file that is read",
            "name another file",
        )),
        _ => Ok(()),
    }
}

fn report(file: &Path, srs: &Srs) -> SrsReport {
    let identity = srs.identity();
    SrsReport {
        file: file.to_owned(),
        k: identity.k(),
        digest: format!("0x{}", hex::encode(identity.digest())),
        insecure: identity.is_insecure(),
        checks: None,
        source: None,
        chain: None,
        verifier: None,
    }
}
