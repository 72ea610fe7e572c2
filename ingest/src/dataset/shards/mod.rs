//! Data sets of several files: which files of a folder are shards, in which order, and whether some are missing.
//!
//! | module | noun |
//! |---|---|
//! | `kind` | what a file's name says it holds |
//! | `find` | the shards of a folder |
//! | `numbering` | names that count their shards |
//! | `saved` | folders of `save_to_disk` |
//! | `ignored` | what was passed over |
//! | `fault` | what can be wrong with shards |

mod fault;
mod find;
mod ignored;
mod kind;
mod numbering;
mod saved;

pub use fault::ShardFault;
pub(super) use find::{find, refuse_data};
pub use ignored::Ignored;
pub(super) use kind::FileKind;
