//! The terms of a run.

use std::path::{Path, PathBuf};

use serde::Serialize;
use tranche_protocol::context::ContextDigest;

use crate::artefact::terms::TermsFile;
use crate::error::Error;

/// Terms that were read.
#[derive(Clone, Debug, Serialize)]
pub struct CheckedTerms {
    /// Their file.
    pub terms: PathBuf,
    /// What proofs of a run under these terms are bound to.
    pub context: ContextDigest,
}

/// Reads a terms file and computes its context.
///
/// # Errors
/// As [`TermsFile::read`].
///
/// ```no_run
/// let checked = tranche_workspace::steps::run::check_terms("terms.json".as_ref())?;
/// # let _ = checked.context;
/// # Ok::<(), tranche_workspace::error::Error>(())
/// ```
pub fn check_terms(path: &Path) -> Result<CheckedTerms, Error> {
    Ok(CheckedTerms {
        terms: path.to_owned(),
        context: TermsFile::read(path)?.context().digest(),
    })
}
