//! The seed of a run.

use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::artefact::secret;
use crate::error::Error;

/// A seed that was made.
#[derive(Clone, Debug, Serialize)]
pub struct NewSeed {
    /// Its file, which only its owner may read.
    pub seed: PathBuf,
}

/// Makes a run's seed, from which all its salts come: whoever has it can open every commitment of the run.
///
/// # Errors
/// [`Error::Usage`] for a file that exists; [`Error::Io`].
///
/// ```no_run
/// tranche_workspace::steps::run::new_seed("run.seed".as_ref())?;
/// # Ok::<(), tranche_workspace::error::Error>(())
/// ```
pub fn new_seed(out: &Path) -> Result<NewSeed, Error> {
    secret::write_seed(out, &secret::new_seed())?;
    let seed = out.to_owned();
    Ok(NewSeed { seed })
}
