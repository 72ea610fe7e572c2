//! What can be done with tranches and runs, as a library: the steps, and the folders and files that they hand to each other.
//!
//! A step is a function of a typed request. It gives a typed result or an [`Error`] with a remedy, tells an [`Observer`] how far it is, and stops when the
//! observer asks. The command line, Python, a page and a service call the same steps.
//!
//! | module | noun |
//! |---|---|
//! | [`steps`] | what commands do, without a command line |
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
pub mod steps;

pub use error::{Error, ErrorClass};
pub use progress::{Cancelled, Observer, Progress};
