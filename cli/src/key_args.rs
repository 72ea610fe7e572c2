//! Options of keys.

use std::path::PathBuf;

use clap::Args;
use tranche_workspace::builtin_keys::KeyOptions;

/// Where reference string and proving keys come from.
#[derive(Args, Clone, Debug, Default)]
pub struct KeyArgs {
    /// Reference string from a file of `tranche srs`. Without it: the development string, INSECURE, for tests only
    #[arg(long, value_name = "FILE")]
    pub srs: Option<PathBuf>,
    /// Folder that keeps proving keys [default: the user's cache folder /tranche]
    #[arg(long, value_name = "DIR")]
    pub cache: Option<PathBuf>,
    /// Keep no proving keys
    #[arg(long, conflicts_with = "cache")]
    pub no_cache: bool,
}

impl KeyArgs {
    /// The folder that keeps proving keys; none if none are kept.
    pub(crate) fn directory(&self) -> Option<PathBuf> {
        KeyOptions::from(self.clone()).directory()
    }
}

impl From<KeyArgs> for KeyOptions {
    fn from(args: KeyArgs) -> Self {
        Self {
            srs: args.srs,
            cache: args.cache,
            no_cache: args.no_cache,
        }
    }
}
