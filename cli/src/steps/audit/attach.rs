//! `tranche audit attach`: evidence into a proof's file.

use std::path::PathBuf;

use clap::Args;
use serde::Serialize;
use tranche_protocol::address::Address;
use tranche_protocol::evidence::{Evidence, EvidenceError, level_under};
use tranche_verifier::file::{Statement, verify_file};

use crate::artefact::{read_json, read_proof};
use crate::atomic::{self, Existing, Visibility};
use crate::error::{Error, Fault};
use crate::output::{Report, Table};
use crate::shipped::key_for;

/// `tranche audit attach`.
#[derive(Args, Clone, Debug)]
#[command(after_help = "Example:
  tranche audit attach evidence.json --proof usage.proof --out audited.proof

Evidence is no part of what is proven: the proof stays the same. The written file is what `tranche verify` and `tranche settle submit-usage` read.")]
pub struct AttachArgs {
    /// The evidence: of an audit or of `tranche run sign`
    pub evidence: PathBuf,
    /// The usage proof
    #[arg(long, value_name = "FILE")]
    pub proof: PathBuf,
    /// The verifying key of its circuit [default: the one that comes with the program]
    #[arg(long, value_name = "FILE")]
    pub key: Option<PathBuf>,
    /// The proof file to write
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
}

/// A proof file that carries evidence.
#[derive(Clone, Debug, Serialize)]
pub struct AttachReport {
    proof: PathBuf,
    level: u8,
    meaning: &'static str,
    signer: Address,
}

impl Report for AttachReport {
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

/// Runs the command.
pub(super) fn run(args: &AttachArgs) -> Result<AttachReport, Error> {
    let evidence: Evidence = read_json(&args.evidence)?;
    let mut file = read_proof(&args.proof)?;
    let key = key_for(file.header.circuit.as_str(), args.key.as_deref())?;
    let usage = match verify_file(&key, &file) {
        Ok(Statement::Usage(usage)) => usage,
        Ok(Statement::Disclosure(_)) => {
            return Err(Error::usage(
                format!("{} is a disclosure", args.proof.display()),
                "give the run's usage proof",
            ));
        }
        Err(error) => {
            return Err(Error::Refused {
                reason: format!("{} is not valid: {error}", args.proof.display()),
            });
        }
    };
    let terms = &file.context.terms;
    match level_under(terms, &usage.run_commitment, Some(&evidence)) {
        Ok(_) | Err(EvidenceError::TooLow { .. }) => {}
        Err(error) => {
            return Err(Error::file(
                &args.evidence,
                Fault::Mismatch(error.to_string()),
            ));
        }
    }
    let level = evidence.counted();
    file.evidence = Some(evidence);
    atomic::write(
        &args.out,
        &file.to_bytes(),
        Visibility::Public,
        Existing::Replace,
    )?;
    Ok(AttachReport {
        proof: args.out.clone(),
        level: level as u8,
        meaning: level.meaning(),
        signer: evidence.signer,
    })
}
