//! `tranche srs`: reference strings.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use serde::Serialize;
use tranche_prover::Srs;
use tranche_prover::srs::{FileHash, Format, Origin, Source};

use crate::error::Error;
use crate::output::{Report, Table};
use crate::progress::Progress;

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
about half a minute at k = 14 and twice as long for each k more.

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
    /// Checks a string anew: checksum, points, subgroup, powers, Lagrange form; prints its identity
    #[command(after_help = "Example: tranche srs verify ceremony.srs")]
    Verify {
        /// The file, as `srs dev` or `srs import` wrote it
        file: PathBuf,
    },
    /// Reads and checks a string: points, powers, Lagrange form, identity
    #[command(after_help = "Example: tranche srs info dev-14.srs")]
    Info {
        /// The file
        file: PathBuf,
    },
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
        let secret = match (self.insecure, trusted) {
            (true, _) => "INSECURE: the development secret is public, for tests only",
            (false, true) => {
                "not the development secret; known to nobody if the ceremony was honest"
            }
            (false, false) => {
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
        table
    }
}

/// Runs `tranche srs`.
///
/// # Errors
/// [`Error::Srs`]; [`Error::Usage`] and [`Error::Io`] for an output that cannot be written.
pub fn run(args: &SrsArgs, progress: Progress) -> Result<SrsReport, Error> {
    match &args.action {
        SrsAction::Dev { k, out } => {
            let _stage = progress.stage("reference string", None);
            let srs = Srs::development(*k)?;
            srs.save(out)?;
            Ok(report(out, &srs))
        }
        SrsAction::Import {
            file,
            out,
            k,
            expect,
        } => {
            check_output(file, out)?;
            let _stage = progress.stage("importing", None);
            let imported = Srs::import(file, *k, *expect)?;
            imported.srs.save(out)?;
            Ok(SrsReport {
                source: Some(SourceReport::new(file, &imported.source)),
                ..report(out, &imported.srs)
            })
        }
        SrsAction::Verify { file } => {
            let _stage = progress.stage("checking", None);
            Ok(SrsReport {
                checks: Some(CHECKS),
                ..report(file, &Srs::load(file)?)
            })
        }
        SrsAction::Info { file } => {
            let _stage = progress.stage("checking", None);
            Ok(report(file, &Srs::load(file)?))
        }
    }
}

/// Before the work, which may take long: the folder is there, and the ceremony's file would not be overwritten.
fn check_output(file: &Path, out: &Path) -> Result<(), Error> {
    let folder = match out.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    if !folder.is_dir() {
        let missing = io::Error::new(io::ErrorKind::NotFound, "no such folder");
        return Err(Error::io("write to", folder, missing));
    }
    match (fs::canonicalize(file), fs::canonicalize(out)) {
        (Ok(from), Ok(to)) if from == to => Err(Error::usage(
            "--out is the ceremony's file itself",
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
    }
}
