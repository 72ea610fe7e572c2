//! Text in pieces, one in memory at a time.
//!
//! | module | noun |
//! |---|---|
//! | `line` | what is asked of a line or another piece of text |
//! | `pieces` | a text cut at a separator |
//! | `paragraphs` | a text cut at blank lines |

mod line;
mod paragraphs;
mod pieces;

pub(crate) use line::{is_blank, text, trim_carriage_return};
pub(crate) use paragraphs::Paragraphs;
pub(crate) use pieces::{BLOCK, MAX_RECORD, Pieces};
