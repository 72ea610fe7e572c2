//! `tranche settle submit-usage` and `tranche settle submit-pay`.

use std::path::PathBuf;

use clap::Args;
use tranche_settle::convert::time;
use tranche_workspace::steps::notice::INSECURE;
use tranche_workspace::steps::settle::{SubmitRequest, Submitted};

use super::options::ChainOptions;
use super::report::{OutcomeTable, describe_level};
use crate::output::Table;

/// Submits a usage proof; it is verified here first. Anybody can carry it.
#[derive(Args, Clone, Debug)]
#[command(
    after_help = "Example: tranche settle submit-usage usage.proof --key-file me.key

The proof names its run, and the deployment's verifier is the one that has the proof's verifying key."
)]
pub(super) struct SubmitUsageArgs {
    /// The proof and where it goes.
    #[command(flatten)]
    pub(super) submit: SubmitArgs,
}

/// Submits a pay list: a disclosure made with --pay, and with --registered-share where the terms want a minimum.
#[derive(Args, Clone, Debug)]
#[command(
    after_help = "Example: tranche settle submit-pay pay.proof --key-file me.key

From the next second after the challenge window each payee can collect."
)]
pub(super) struct SubmitPayArgs {
    /// The proof and where it goes.
    #[command(flatten)]
    pub(super) submit: SubmitArgs,
}

/// A proof and where it goes.
#[derive(Args, Clone, Debug)]
pub(super) struct SubmitArgs {
    #[command(flatten)]
    pub(super) chain: ChainOptions,
    /// The proof file
    pub(super) proof: PathBuf,
    /// Its circuit's verifying key [default: the one that comes with the program]
    #[arg(long, value_name = "FILE")]
    pub(super) key: Option<PathBuf>,
}

impl SubmitArgs {
    /// What the arguments ask for.
    pub(super) fn request(&self) -> SubmitRequest {
        SubmitRequest {
            chain: self.chain.request(),
            proof: self.proof.clone(),
            key: self.key.clone(),
        }
    }
}

impl OutcomeTable for Submitted {
    fn lines(&self, table: Table) -> Table {
        let level = describe_level(self.evidence_level);
        let mut table = table
            .line(["proof", &self.proof.display().to_string()])
            .line(["circuit", &self.circuit])
            .line(["run", &self.run_id])
            .line([
                "verified",
                "here by the portable verifier, then by the contract",
            ])
            .line(["evidence level", &level])
            .line([
                "reference string",
                if self.srs_insecure {
                    INSECURE
                } else {
                    &self.srs
                },
            ]);
        for line in &self.pays {
            table = table.line(["tells", line]);
        }
        table.line(["challenge window until", &time(self.window_end)])
    }
}
