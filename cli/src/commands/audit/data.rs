//! Where the records of an audit are.

use std::path::PathBuf;

use clap::Args;
use tranche_workspace::steps::audit::DataRequest;

use crate::args::parse_mapping;

/// Where the records are.
#[derive(Args, Clone, Debug)]
pub(super) struct DataOptions {
    /// The data that a tranche of the opening was committed from, read as its ending suggests; may be given again
    #[arg(long, value_name = "NAME=FILE", value_parser = parse_mapping)]
    pub(super) data: Vec<(String, PathBuf)>,
    /// A JSON list of {name, path, format, fields, columns, separator, delimiter, header, quotes, encoding}, for data that is read in
    /// another way; `path` is one or a list, in the order in which they were committed
    #[arg(long, value_name = "FILE")]
    pub(super) sources: Option<PathBuf>,
    /// The tokenizer.json, where units are tokens
    #[arg(long, value_name = "FILE")]
    pub(super) tokenizer: Option<PathBuf>,
    /// A registered tranche's folder, to see how much of the unregistered data is in it; may be given again
    #[arg(long, value_name = "DIR")]
    pub(super) compare: Vec<PathBuf>,
}

impl DataOptions {
    /// What the options mean.
    pub(super) fn request(&self) -> DataRequest {
        DataRequest {
            data: self.data.clone(),
            sources: self.sources.clone(),
            tokenizer: self.tokenizer.clone(),
            compare: self.compare.clone(),
        }
    }
}
