//! Files and folders written whole or not at all.
//!
//! | module | noun |
//! |---|---|
//! | [`error`] | what could not be read or written, and what to do about it |
//! | [`temporary`] | files and folders under a temporary name, until they are whole |
//! | [`atomic`] | a file or a folder that appears at its destination only when complete |
//! | [`mod@replace`] | a file replaced in one go, for libraries with errors of their own |
//! | [`lock`] | the lock of a folder whose file is read and written back |
//!
//! ```
//! use tranche_fs::atomic::{self, Existing};
//! use tranche_fs::temporary::Visibility;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let folder = tempfile::tempdir()?;
//! let path = folder.path().join("terms.json");
//! atomic::write(&path, b"{}\n", Visibility::Public, Existing::Keep)?;
//! let error = atomic::write(&path, b"[]\n", Visibility::Public, Existing::Keep).unwrap_err();
//! assert!(error.to_string().ends_with("exists already; choose another path or move it away"));
//! assert_eq!(std::fs::read(&path)?, b"{}\n");
//! # Ok(())
//! # }
//! ```

#[cfg(feature = "write")]
pub mod atomic;
pub mod error;
#[cfg(feature = "write")]
pub mod lock;
#[cfg(feature = "write")]
pub mod replace;
#[cfg(feature = "write")]
pub mod temporary;

#[cfg(feature = "write")]
pub use atomic::{AtomicFile, AtomicFolder, Existing};
pub use error::{Error, IoError};
#[cfg(feature = "write")]
pub use lock::FolderLock;
#[cfg(feature = "write")]
pub use replace::replace;
#[cfg(feature = "write")]
pub use temporary::{Visibility, abandon_all};
