//! Readers of data sets and of training logs.
//!
//! A data set is a stream of records, each with its bytes and its units. A training log is a stream of draws. Both are read from files, or from bytes that
//! have only a name; nothing here writes, and nothing needs a disk.
//!
//! | module | noun |
//! |---|---|
//! | [`dataset`] | a contributor's data as a stream of records |
//! | [`training_log`] | what a training run drew, as its framework logged it |
//! | [`doctor`] | what is wrong with a log, found before it is proven |
//! | [`input`] | bytes with a name, and places to find them by name |
//! | [`error`] | what may be wrong with an input, and what to do about it |
//! | [`npy`] | numpy's arrays of integers |
//! | [`plain`] | the text inside an input: decompressed, in UTF-8 |
//! | [`rows`] | rows of a CSV file |
//! | [`guard`] | third-party decoders that can panic |
//!
//! ```
//! use tranche_ingest::dataset::{DataFormat, RecordReader, UnitRule};
//! use tranche_ingest::input::Input;
//! use tranche_protocol::manifest::reading::TextEncoding;
//!
//! # fn main() -> Result<(), tranche_ingest::Error> {
//! let upload = Input::bytes("upload.jsonl", "{\"text\": \"a\"}\n{\"text\": \"b c\"}\n");
//! let format = DataFormat::Jsonl { fields: vec!["text".into()], encoding: TextEncoding::Utf8 };
//! let mut records = RecordReader::new(upload, &format, UnitRule::Byte)?;
//! while let Some(record) = records.read()? {
//!     println!("row {} weighs {}", record.row(), record.units().get());
//! }
//! assert_eq!(records.records(), 2);
//! # Ok(())
//! # }
//! ```

pub mod dataset;
pub mod doctor;
pub mod error;
pub mod guard;
pub mod input;
pub mod npy;
pub mod plain;
pub mod rows;
pub mod training_log;

mod lines;
#[cfg(feature = "parquet")]
mod table;
mod value;

pub use error::{Error, Fault, FormatFault, InputError, InputFault};
pub use input::Input;
