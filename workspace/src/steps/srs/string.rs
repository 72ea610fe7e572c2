//! Reference strings: the development string, import, cut, check.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use serde::{Serialize, Serializer};
use tranche_fs::Existing;
use tranche_fs::atomic::{self, check_place};
use tranche_fs::temporary::Visibility;
use tranche_protocol::json;
use tranche_srs::VerifierSrs;
use tranche_srs::import::{FileHash, Format, Origin, SourceFile};
use tranche_srs::{Srs, SrsError};

use super::chain::{ChainSummary, provenance};
use super::file::{check_output, written};
use crate::error::Error;
use crate::progress::Progress;

/// A reference string.
#[derive(Clone, Debug, Serialize)]
pub struct ReferenceString {
    /// Its file.
    pub file: PathBuf,
    /// Binary logarithm of the number of powers, 1 to 24.
    pub k: u32,
    /// What identifies the secret: strings of the same secret have the same digest, whatever their k.
    #[serde(with = "json::bytes")]
    pub digest: [u8; 32],
    /// Whether it is the development string, whose secret is public.
    pub insecure: bool,
    /// What was checked, where that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub checks: Option<&'static str>,
    /// Where an imported string is from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<ImportedFrom>,
    /// The ceremony that made it, where its chain is there.
    #[serde(skip_serializing_if = "Option::is_none", rename = "ceremony")]
    pub chain: Option<ChainSummary>,
    /// The verifier's part that was written or compared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verifier: Option<PathBuf>,
}

/// Where an imported string is from.
#[derive(Clone, Debug, Serialize)]
pub struct ImportedFrom {
    /// The ceremony's file.
    pub file: PathBuf,
    /// Its format: `ptau` or `halo2`.
    #[serde(serialize_with = "format_name")]
    pub format: Format,
    /// BLAKE2b-512 of its bytes.
    #[serde(serialize_with = "hash_digits")]
    pub blake2b: FileHash,
    /// Who vouches for it: `ceremony`, `expected` or `unknown`.
    #[serde(serialize_with = "origin_name")]
    pub origin: Origin,
    /// The same in words.
    pub provenance: String,
    /// Where the Lagrange form is from.
    pub lagrange: &'static str,
}

/// A string to take from a ceremony's file.
#[derive(Clone, Debug)]
pub struct ImportRequest {
    /// The file: snarkjs `.ptau` (raw, prepared or pruned) or halo2 parameters.
    pub file: PathBuf,
    /// The file to write; one that is there is replaced.
    pub out: PathBuf,
    /// Binary logarithm of the number of powers to take, 1 to 24; all that the file has if it is not given.
    pub k: Option<u32>,
    /// The hash that the file must have.
    pub expect: Option<FileHash>,
}

/// A string to check anew.
#[derive(Clone, Debug)]
pub struct VerifyStringRequest {
    /// The string.
    pub file: PathBuf,
    /// The chain of the ceremony that made it; the one beside it, if there is one, if it is not given.
    pub chain: Option<PathBuf>,
    /// A verifier's part, which must be this string's.
    pub verifier: Option<PathBuf>,
}

const CHECKS: &str = "checksum, points, generators, subgroup, consecutive powers, Lagrange form, identity: all passed";

/// What is said of an imported string that nobody vouches for.
const UNKNOWN: &str = "WARNING: ORIGIN UNKNOWN. Whoever made this file may know its secret and forge any proof under it. \
                       Compare the hash with the one the ceremony published and import again with --expect";

impl ReferenceString {
    /// A string in a file, and nothing else of it.
    pub(super) fn new(file: &Path, string: &Srs) -> Self {
        let identity = string.identity();
        Self {
            file: file.to_owned(),
            k: identity.k(),
            digest: identity.digest(),
            insecure: identity.is_insecure(),
            checks: None,
            source: None,
            chain: None,
            verifier: None,
        }
    }
}

impl ImportedFrom {
    fn new(file: &Path, source: &SourceFile) -> Self {
        Self {
            file: file.to_owned(),
            format: source.format,
            blake2b: source.hash,
            origin: source.origin,
            provenance: match source.origin {
                Origin::Ceremony { power } => format!("public ceremony file {power}"),
                Origin::Expected => {
                    "has the hash given with --expect; not a file of the public ceremony".to_owned()
                }
                Origin::Unknown => UNKNOWN.to_owned(),
            },
            lagrange: if source.lagrange {
                "the file's, checked against the powers"
            } else {
                "computed from the powers"
            },
        }
    }
}

fn format_name<S: Serializer>(format: &Format, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(match format {
        Format::Ptau => "ptau",
        Format::Halo2 => "halo2",
    })
}

fn hash_digits<S: Serializer>(hash: &FileHash, to: S) -> Result<S::Ok, S::Error> {
    to.collect_str(hash)
}

fn origin_name<S: Serializer>(origin: &Origin, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(match origin {
        Origin::Ceremony { .. } => "ceremony",
        Origin::Expected => "expected",
        Origin::Unknown => "unknown",
    })
}

/// Writes the INSECURE development string of 2^k powers: its secret is public, for tests only.
///
/// # Errors
/// [`Error::Srs`] for a k out of range; [`Error::Usage`] and [`Error::Io`] for an output that cannot be written.
///
/// ```no_run
/// use tranche_workspace::progress::Progress;
///
/// let string = tranche_workspace::steps::srs::development(14, "dev-14.srs".as_ref(), &Progress::silent())?;
/// assert!(string.insecure);
/// # Ok::<(), tranche_workspace::error::Error>(())
/// ```
pub fn development(k: u32, out: &Path, progress: &Progress) -> Result<ReferenceString, Error> {
    check_place(out)?;
    let _stage = progress.stage("reference string", None);
    let string = Srs::development(k)?;
    write(out, &string)?;
    Ok(ReferenceString::new(out, &string))
}

/// Takes a string from a ceremony's file. Every point is checked; whether somebody knows the secret, no check can tell.
///
/// # Errors
/// [`Error::Srs`]; [`Error::Usage`] and [`Error::Io`] for an output that cannot be written.
///
/// ```no_run
/// use tranche_workspace::progress::Progress;
/// use tranche_workspace::steps::srs::{ImportRequest, import};
///
/// let request = ImportRequest {
///     file: "powersOfTau28_hez_final_20.ptau".into(),
///     out: "ceremony.srs".into(),
///     k: Some(17),
///     expect: None,
/// };
/// let string = import(&request, &Progress::silent())?;
/// assert_eq!(string.k, 17);
/// # Ok::<(), tranche_workspace::error::Error>(())
/// ```
pub fn import(request: &ImportRequest, progress: &Progress) -> Result<ReferenceString, Error> {
    check_output(&request.file, &request.out)?;
    let _stage = progress.stage("importing", None);
    let imported = Srs::import(&request.file, request.k, request.expect)?;
    write(&request.out, &imported.srs)?;
    Ok(ReferenceString {
        source: Some(ImportedFrom::new(&request.file, &imported.source)),
        ..ReferenceString::new(&request.out, &imported.srs)
    })
}

/// Writes the first 2^k powers of a string, with their Lagrange form.
///
/// # Errors
/// [`Error::Srs`]; [`Error::Usage`] and [`Error::Io`] for an output that cannot be written.
///
/// ```no_run
/// use tranche_workspace::progress::Progress;
/// use tranche_workspace::steps::srs::cut;
///
/// cut("own.srs".as_ref(), 15, "own-15.srs".as_ref(), &Progress::silent())?;
/// # Ok::<(), tranche_workspace::error::Error>(())
/// ```
pub fn cut(file: &Path, k: u32, out: &Path, progress: &Progress) -> Result<ReferenceString, Error> {
    check_output(file, out)?;
    let _stage = progress.stage("cutting", None);
    let string = Srs::load(file)?.downsize(k)?;
    write(out, &string)?;
    Ok(ReferenceString::new(out, &string))
}

/// Writes the part of a string that verification needs: g1, g2 and s·g2, some 340 bytes.
///
/// # Errors
/// [`Error::Srs`]; [`Error::Usage`] and [`Error::Io`] for an output that cannot be written.
///
/// ```no_run
/// use tranche_workspace::progress::Progress;
/// use tranche_workspace::steps::srs::verifier_part;
///
/// verifier_part("own.srs".as_ref(), "own.vsrs".as_ref(), &Progress::silent())?;
/// # Ok::<(), tranche_workspace::error::Error>(())
/// ```
pub fn verifier_part(
    file: &Path,
    out: &Path,
    progress: &Progress,
) -> Result<ReferenceString, Error> {
    check_output(file, out)?;
    let _stage = progress.stage("checking", None);
    let string = Srs::load(file)?;
    let bytes = string.verifier().to_bytes();
    atomic::write(out, &bytes, Visibility::Public, Existing::Replace)?;
    Ok(ReferenceString {
        verifier: Some(out.to_owned()),
        ..ReferenceString::new(file, &string)
    })
}

/// Checks a string anew: checksum, points, subgroup, powers, Lagrange form, and the chain and the verifier's part that are said to
/// be its own.
///
/// # Errors
/// [`Error::Srs`]; [`Error::Refused`] for a chain or a verifier's part of another string.
///
/// ```no_run
/// use tranche_workspace::progress::Progress;
/// use tranche_workspace::steps::srs::{VerifyStringRequest, verify};
///
/// let request = VerifyStringRequest {
///     file: "own.srs".into(),
///     chain: Some("own.chain".into()),
///     verifier: None,
/// };
/// let string = verify(&request, &Progress::silent())?;
/// assert!(!string.insecure);
/// # Ok::<(), tranche_workspace::error::Error>(())
/// ```
pub fn verify(
    request: &VerifyStringRequest,
    progress: &Progress,
) -> Result<ReferenceString, Error> {
    let file = &request.file;
    let _stage = progress.stage("checking", None);
    let string = Srs::load(file)?;
    if let Some(part) = &request.verifier {
        check_verifier(part, &string)?;
    }
    Ok(ReferenceString {
        checks: Some(CHECKS),
        chain: provenance(file, &string, request.chain.as_deref())?,
        verifier: request.verifier.clone(),
        ..ReferenceString::new(file, &string)
    })
}

/// Reads and checks a string, and says where it is from if its chain is beside it.
///
/// # Errors
/// As [`verify`].
///
/// ```no_run
/// use tranche_workspace::progress::Progress;
/// use tranche_workspace::steps::srs::info;
///
/// let string = info("own.srs".as_ref(), &Progress::silent())?;
/// println!("2^{} powers", string.k);
/// # Ok::<(), tranche_workspace::error::Error>(())
/// ```
pub fn info(file: &Path, progress: &Progress) -> Result<ReferenceString, Error> {
    let _stage = progress.stage("checking", None);
    let string = Srs::load(file)?;
    Ok(ReferenceString {
        chain: provenance(file, &string, None)?,
        ..ReferenceString::new(file, &string)
    })
}

fn write(out: &Path, string: &Srs) -> Result<(), Error> {
    Ok(written(out, |out| string.write(out))?.commit(Existing::Replace)?)
}

/// The verifier's part is this string's.
fn check_verifier(part: &Path, string: &Srs) -> Result<(), Error> {
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
    if found.to_bytes() == string.verifier().to_bytes() {
        return Ok(());
    }
    Err(Error::Refused {
        reason: format!(
            "{} is the verifier's part of another string, or of another number of powers; write it again with `srs verifier`",
            part.display()
        ),
    })
}
