//! `tranche audit attach`: evidence into a proof's file.

use std::path::PathBuf;

use clap::Args;
use tranche_workspace::steps::audit::{AttachRequest, AttachedEvidence};
use tranche_workspace::steps::verify::ProofInput;

use crate::output::{Report, Table};

/// `tranche audit attach`.
#[derive(Args, Clone, Debug)]
#[command(after_help = "Example:
  tranche audit attach evidence.json --proof usage.proof --out audited.proof

Evidence is no part of what is proven: the proof stays the same. The written file is what `tranche verify` and `tranche settle submit-usage` read.")]
pub(super) struct AttachArgs {
    /// The evidence: of an audit or of `tranche run sign`
    pub(super) evidence: PathBuf,
    /// The usage proof
    #[arg(long, value_name = "FILE")]
    pub(super) proof: PathBuf,
    /// The verifying key of its circuit [default: the one that comes with the program]
    #[arg(long, value_name = "FILE")]
    pub(super) key: Option<PathBuf>,
    /// The proof file to write
    #[arg(long, value_name = "FILE")]
    pub(super) out: PathBuf,
}

impl AttachArgs {
    /// What the arguments ask for.
    pub(super) fn request(&self) -> AttachRequest {
        AttachRequest {
            evidence: self.evidence.clone(),
            proof: ProofInput {
                file: self.proof.clone(),
                key: self.key.clone(),
            },
            out: self.out.clone(),
        }
    }
}

impl Report for AttachedEvidence {
    fn table(&self) -> Table {
        Table::new()
            .line(["proof", &self.proof.display().to_string()])
            .line([
                "evidence level",
                &format!("{} ({})", self.level, self.meaning),
            ])
            .line(["signed by", &self.signer.to_string()])
    }
}
