//! The targets by name.

use std::panic::{self, AssertUnwindSafe};
use std::sync::{Mutex, PoisonError};

use crate::memory::{self, BASE};
use crate::{contract, reader, verdicts};

/// Bytes of a page of Parquet, packed and unpacked, of the largest size that is read.
const PAGES: usize = 2 << 28;

/// What the last panic said: reported when nobody catches it.
static MESSAGE: Mutex<String> = Mutex::new(String::new());

/// A target.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// Its name, and that of its folder of seeds.
    pub name: &'static str,
    /// What it does with an input.
    read: fn(&[u8]),
    /// What it needs once, before the memory is limited.
    prepare: fn(),
    /// Runs of the smoke test: about two seconds.
    pub smoke: u32,
    /// Bytes that it may hold whatever its input.
    base: usize,
}

impl Target {
    const fn new(name: &'static str, read: fn(&[u8]), smoke: u32) -> Self {
        Self {
            name,
            read,
            prepare: || {},
            smoke,
            base: BASE,
        }
    }

    /// Readies the process for [`Self::check`]: what the target needs once, and panics kept instead of printed.
    pub fn prepare(&self) {
        (self.prepare)();
        panic::set_hook(Box::new(|info| {
            *MESSAGE.lock().unwrap_or_else(PoisonError::into_inner) = info.to_string();
        }));
    }

    /// Reads an input within the limit on memory. A panic unwinds, as in the program under test, where panics of third-party decoders are caught: only
    /// one that gets here is a finding.
    ///
    /// # Errors
    /// What the panic said.
    pub fn check(&self, data: &[u8]) -> Result<(), String> {
        let run = || memory::bounded(data.len(), self.base, || (self.read)(data));
        panic::catch_unwind(AssertUnwindSafe(run)).map_err(|_| {
            MESSAGE
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .clone()
        })
    }
}

/// The target of a name.
pub fn find(name: &str) -> Option<&'static Target> {
    ALL.iter().find(|target| target.name == name)
}

/// Every target.
pub const ALL: &[Target] = &[
    Target::new("proof_file", reader::proof_file::read, 20_000),
    Target::new("statement", reader::statement::read, 20_000),
    Target::new("evidence", reader::evidence::read, 20_000),
    Target::new("context", reader::context::read, 20_000),
    Target::new("terms", reader::terms::read, 20_000),
    Target::new("receipt", reader::receipt::read, 2_000),
    Target::new("manifest", reader::manifest::read, 2_000),
    Target::new("registry", reader::registry::read, 2_000),
    Target::new("key", reader::key::read, 2_000),
    Target::new("page", reader::page::read, 1_000),
    Target::new("run_log", reader::run_log::read, 10_000),
    Target::new("tranche_folder", reader::tranche_folder::read, 2_000),
    Target::new("run_folder", reader::run_folder::read, 2_000),
    Target::new("secret", reader::secret::read, 10_000),
    Target::new("ledger", reader::ledger::read, 10_000),
    Target::new("recording", reader::recording::read, 5_000),
    Target::new("megatron", reader::megatron::read, 5_000),
    Target::new("documents", reader::documents::read, 5_000),
    Target::new("olmo", reader::olmo::read, 5_000),
    Target::new("run_file", reader::run_file::read, 10_000),
    Target::new("log_arrow", reader::log::arrow, 5_000),
    Target::new("log_indices", reader::log::indices, 5_000),
    Target::new("log_csv", reader::log::csv, 10_000),
    Target::new("log_jsonl", reader::log::jsonl, 10_000),
    Target {
        base: BASE + PAGES,
        ..Target::new("log_parquet", reader::log::parquet, 5_000)
    },
    Target::new("source_csv", reader::source::csv, 10_000),
    Target::new("source_jsonl", reader::source::jsonl, 10_000),
    Target::new("source_text", reader::source::text, 10_000),
    Target {
        base: BASE + PAGES,
        ..Target::new("source_parquet", reader::source::parquet, 5_000)
    },
    Target {
        base: BASE + PAGES,
        ..Target::new("source_arrow", reader::source::arrow, 5_000)
    },
    Target::new("srs_file", reader::srs::own, 5_000),
    Target::new("srs_import", reader::srs::import, 5_000),
    Target::new("srs_ceremony", reader::srs::ceremony, 500),
    Target::new("srs_verifier", reader::srs::verifier, 5_000),
    Target::new("deployment", reader::deployment::read, 20_000),
    Target::new("chain_state", reader::chain_state::read, 5_000),
    Target::new("artifact", reader::artifact::read, 5_000),
    Target::new("node", reader::node::read, 500),
    Target::new("revert", reader::revert::read, 20_000),
    Target::new("amount", reader::amount::read, 20_000),
    Target {
        prepare: verdicts::prepare,
        ..Target::new("verdicts", verdicts::read, 100)
    },
    Target {
        prepare: contract::prepare,
        ..Target::new("contract", contract::read, 100)
    },
];
