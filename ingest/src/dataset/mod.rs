//! A contributor's data as an ordered stream of records, each with its bytes and its units.
//!
//! One record is in memory at a time, at most 256 MiB, whatever the size of the data.
//!
//! | format | a record is | row in errors | skipped |
//! |---|---|---|---|
//! | JSONL | the line's bytes without its line end, or the chosen fields encoded | line | blank lines |
//! | text | a paragraph, a line, or the bytes between separators | first line of the paragraph; line or piece, blank ones counted | pieces of white space only |
//! | CSV | the row's fields re-quoted and joined by commas, or the chosen columns encoded | row after the header | empty lines |
//! | Parquet | the chosen columns, or all of them, encoded | row | none |
//! | folder | a file's bytes, files in byte order of their relative paths; links to files are read | file | none |
//!
//! Text is read through [`crate::plain`]: decompressed, in UTF-8, without a byte order mark. Units count a record's text: all of its bytes, or the payloads
//! of chosen fields.
//!
//! A line end is a line feed, with the carriage return before it if there is one. Re-quoting quotes a field exactly if it
//! holds a comma, a quote, a carriage return or a line feed, or if it is empty and alone. The encoding of chosen fields,
//! which keeps different values apart, writes for each field, in the order chosen, a kind byte, the payload's length as
//! eight bytes little-endian, and the payload:
//!
//! | kind | payload |
//! |---|---|
//! | `n` | null: empty |
//! | `t` | boolean: `true` or `false` |
//! | `i` | integer: decimal digits, `-` where negative; dates, times and decimals of Parquet by their stored integer |
//! | `f` | floating point: the shortest decimal that reads back the same, as `1.5e0`; `NaN`, `inf`, `-inf` |
//! | `s` | text: UTF-8, escapes resolved; every CSV field is text |
//! | `j` | JSON array or object: no white space, keys in byte order, numbers as `i` or `f`, strings with the escapes JSON requires |
//! | `x` | other bytes as they are |

mod csv;
mod fault;
mod folder;
mod format;
mod jsonl;
#[cfg(feature = "parquet")]
mod parquet;
mod read;
mod reader;
mod text;
#[cfg(feature = "tokens")]
mod tokens;
mod units;
mod well_formed;

pub use fault::DataFault;
pub use format::DataFormat;
pub use reader::{Record, RecordReader};
#[cfg(feature = "tokens")]
pub use tokens::TokenCounter;
pub use units::{UnitRule, Units};
