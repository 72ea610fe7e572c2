//! What the steps of a run keep on disk and hand to each other, and what they need besides: keys, errors, progress.
//!
//! | module | noun |
//! |---|---|
//! | [`artefact`] | the files and folders that steps hand to each other |
//! | [`builtin_keys`] | verifying keys that come with the program, proving keys made once |
//! | [`error`] | why a step failed |
//! | [`progress`] | how far a step is, and how it is stopped |
//!
//! ```
//! use tranche_workspace::artefact::terms::TermsFile;
//! use tranche_workspace::artefact::write_json;
//! use tranche_fs::{Existing, Visibility};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let folder = tempfile::tempdir()?;
//! let path = folder.path().join("terms.json");
//! write_json(&path, &TermsFile::example(), Visibility::Public, Existing::Keep)?;
//! assert_eq!(TermsFile::read(&path)?, TermsFile::example());
//! # Ok(())
//! # }
//! ```

pub mod artefact;
pub mod builtin_keys;
pub mod error;
pub mod progress;

pub use error::{Error, ErrorClass};
pub use progress::{Cancelled, Observer, Progress};
