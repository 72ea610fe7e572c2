//! The modules behind the `tranche` binary.
//!
//! | module | noun |
//! |---|---|
//! | [`demo`] | a real, small, deterministic training run |
//! | [`steps`] | what the commands do, without a command line |
//! | [`commands`] | the commands |
//! | [`progress`] | stages on a terminal |
//! | [`report`] | the page that a sweep of measurements comes to |
//! | [`output`] | a command's report, for people or for machines |
//! | [`exit`] | exit codes |
//! | [`guard`] | panics and signals |
//!
//! What commands do is in `tranche-workspace`, what they read in `tranche-ingest`.

pub mod commands;
pub mod demo;
pub mod exit;
pub mod guard;
pub mod key_args;
pub mod output;
pub mod progress;
pub mod report;
pub mod steps;

mod args;
mod markup;

pub use tranche_fs::lock;
pub use tranche_workspace::artefact;

pub(crate) use tranche_ingest::rows;

/// Writes that are whole or not at all, under their former path.
pub mod atomic {
    pub use tranche_fs::atomic::{
        AtomicFile, AtomicFolder, Existing, check_free, check_place, write,
    };
    pub use tranche_fs::temporary::{Visibility, abandon_all};
}

/// Errors, under their former path.
pub mod error {
    pub use crate::exit::ExitClass;
    pub use tranche_ingest::dataset::DataFault;
    pub use tranche_ingest::npy::NpyFault;
    pub use tranche_ingest::training_log::LogFault;
    pub use tranche_ingest::training_log::recorder::RecordingFault;
    pub use tranche_workspace::artefact::ArtefactFault;
    pub use tranche_workspace::artefact::ArtefactFault as Fault;
    pub use tranche_workspace::error::{
        Error, ErrorClass, Fault as AnyFault, FormatFault, InputError,
    };
}

/// Training logs, under their former path and names.
pub mod logfile {
    pub use tranche_ingest::training_log::*;
    pub use tranche_ingest::training_log::{LogDraw as Draw, LogFormat as Format};
}

/// Builtin keys, under their former path and names.
pub mod shipped {
    pub use crate::key_args::KeyArgs as KeyOptions;
    pub use tranche_workspace::builtin_keys::{
        BUILTIN_KEYS as SHIPPED, Circuit, KeyRing, key_for, make, verifying_key,
    };
}

/// Data sets, under their former path and names.
pub mod source {
    pub use tranche_ingest::dataset::*;
    pub use tranche_ingest::dataset::{DataFormat as Format, RecordReader as Source};
}

/// Verdicts, under their former path and names.
pub mod verdict {
    pub use tranche_verdict::*;
    pub use tranche_verdict::{
        ConditionStatus as Standing, JudgementInput as Bench, describe_claims as claim_words,
        describe_run as run_words,
    };
}
