//! What readers read: bytes with a name, and places to find them by name.
//!
//! | module | noun |
//! |---|---|
//! | `stream` | bytes that may be looked up by their place |
//! | `named` | a stream and the name that messages call it by |
//! | `files` | where streams are found by their paths |
//! | `disk` | the file system |
//! | `memory` | files that are in memory |

mod disk;
mod files;
mod memory;
mod named;
mod stream;

pub use disk::{Disk, disk};
pub use files::{Files, Listed, PathKind};
pub use memory::Memory;
pub use named::Input;
pub use stream::{Forward, Seekable, Stream};
