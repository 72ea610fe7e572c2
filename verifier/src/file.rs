//! A proof file against a verifying key: what a command line, a page or a contract's test has to check, in one place.
//!
//! A [`ProofFile`] comes from whoever wants to be believed; the key comes from the verifier's own side. Everything that the
//! file says of its circuit is compared with the key before the proof is looked at, and the terms that the file carries are
//! compared with the statement after it.

use alloc::string::{String, ToString};

use thiserror::Error;
use tranche_protocol::proof_file::ProofFile;
use tranche_protocol::statement::{
    Capacity, ContextMismatch, DisclosureStatement, KeyDigest, ProofKind, SrsDigest,
    StatementError, UsageStatement,
};

use crate::error::VerifyError;
use crate::key::VerifyingKey;
use crate::verify::verify;

/// Claims that every published disclosure circuit has room for.
const CLAIMS: usize = 16;

/// Why a proof file is not accepted under a key. All but [`FileError::Proof`] are found without curve operations.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum FileError {
    /// The key is of another circuit.
    #[error("the proof is for circuit {got}, the key for {expected}")]
    Circuit {
        /// The key's.
        expected: String,
        /// The file's.
        got: String,
    },
    /// The circuit proves statements of another kind than the file says.
    #[error("circuit {circuit} does not prove {kind} statements")]
    Kind {
        /// The circuit.
        circuit: String,
        /// The kind that the file says.
        kind: &'static str,
    },
    /// Another version of the circuit.
    #[error("the proof is for version {got} of the circuit, the key for version {expected}")]
    CircuitVersion {
        /// The key's.
        expected: u16,
        /// The file's.
        got: u16,
    },
    /// The statement names another key.
    #[error("the proof is bound to another verifying key")]
    KeyDigest {
        /// The key's digest.
        expected: KeyDigest,
        /// The file's.
        got: KeyDigest,
    },
    /// The statement names another reference string.
    #[error("the proof is bound to another reference string (SRS)")]
    SrsDigest {
        /// The key's.
        expected: SrsDigest,
        /// The file's.
        got: SrsDigest,
    },
    /// File and key disagree on whether the reference string is for tests only.
    #[error("the proof says srs_insecure = {got}, the key {expected}")]
    SrsInsecure {
        /// The key's.
        expected: bool,
        /// The file's.
        got: bool,
    },
    /// The number of public inputs is not the key's.
    #[error("{got} public inputs, expected {expected}")]
    PublicInputs {
        /// The key's.
        expected: usize,
        /// The file's.
        got: usize,
    },
    /// The public inputs are not those of a statement.
    #[error("{0}")]
    Statement(#[from] StatementError),
    /// The statement does not fit the terms that the file carries.
    #[error("{0}")]
    Terms(#[from] ContextMismatch),
    /// The proof.
    #[error("{0}")]
    Proof(#[from] VerifyError),
}

/// What an accepted proof file states.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Statement {
    /// The usage relation.
    Usage(UsageStatement),
    /// The disclosure relation. It means nothing without an accepted usage proof: [`belongs_to`].
    Disclosure(DisclosureStatement),
}

/// Why a disclosure does not stand on a usage proof.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum LinkError {
    /// Another run, or another commitment of it.
    #[error("the disclosure is about another usage commitment than the usage proof's")]
    UsageCommitment,
    /// Other terms, or another place of the run.
    #[error("the disclosure is bound to another context (terms, chain, contract or run id)")]
    Context,
    /// Another unit.
    #[error("the disclosure counts in another unit")]
    Unit,
}

/// Accepts exactly the files whose proof is valid under `key`, whose header is the key's and whose statement fits the
/// terms in the file; returns the statement.
///
/// Evidence, minimums and cut-off of the terms are the caller's to judge, and so is whether the reference string is secure.
///
/// ```
/// use tranche_protocol::proof_file::ProofFile;
/// use tranche_protocol::statement::KeyDigest;
/// use tranche_verifier::{VerifyingKey, file::Statement, verify_file};
///
/// /// The statement of a proof file, under a key that is pinned by its digest.
/// fn stated(key: &[u8], pinned: KeyDigest, proof: &[u8]) -> Result<Statement, String> {
///     let key = VerifyingKey::from_bytes(key).map_err(|error| error.to_string())?;
///     if key.digest() != pinned {
///         return Err("this is another key".to_owned());
///     }
///     let file = ProofFile::parse(proof).map_err(|error| error.to_string())?;
///     verify_file(&key, &file).map_err(|error| error.to_string())
/// }
///
/// let error = stated(b"no key", KeyDigest::from_bytes([0; 32]), b"no proof").unwrap_err();
/// assert_eq!(error, "the key ends inside the magic: it is truncated, fetch it again");
/// ```
///
/// # Errors
/// [`FileError`] with the first reason found.
pub fn verify_file(key: &VerifyingKey, file: &ProofFile) -> Result<Statement, FileError> {
    check_header(key, file)?;
    let statement = read_statement(file)?;
    match &statement {
        Statement::Usage(usage) => usage.check_context(&file.context)?,
        Statement::Disclosure(disclosure) => disclosure.check_context(&file.context)?,
    }
    verify(
        key,
        &file.public_inputs,
        file.statement_digest(),
        &file.proof,
    )?;
    Ok(statement)
}

/// Whether a disclosure is about the run that an accepted usage proof is about.
///
/// # Errors
/// [`LinkError`].
pub fn belongs_to(
    disclosure: &DisclosureStatement,
    usage: &UsageStatement,
) -> Result<(), LinkError> {
    if disclosure.usage_commitment != usage.usage_commitment {
        return Err(LinkError::UsageCommitment);
    }
    if disclosure.context != usage.context {
        return Err(LinkError::Context);
    }
    if disclosure.unit != usage.unit {
        return Err(LinkError::Unit);
    }
    Ok(())
}

fn check_header(key: &VerifyingKey, file: &ProofFile) -> Result<(), FileError> {
    let header = &file.header;
    let circuit = header.circuit.as_str();
    if circuit != key.name() {
        return Err(FileError::Circuit {
            expected: key.name().to_string(),
            got: circuit.to_string(),
        });
    }
    let (prefix, kind) = match header.kind {
        ProofKind::Usage => ("usage-", "usage"),
        ProofKind::Disclosure => ("disclosure-", "disclosure"),
    };
    if !circuit.starts_with(prefix) {
        return Err(FileError::Kind {
            circuit: circuit.to_string(),
            kind,
        });
    }
    if header.circuit_version != key.version() {
        return Err(FileError::CircuitVersion {
            expected: key.version(),
            got: header.circuit_version,
        });
    }
    if header.srs_insecure != key.srs_is_insecure() {
        return Err(FileError::SrsInsecure {
            expected: key.srs_is_insecure(),
            got: header.srs_insecure,
        });
    }
    if header.srs != key.srs_digest() {
        return Err(FileError::SrsDigest {
            expected: key.srs_digest(),
            got: header.srs,
        });
    }
    if header.verifying_key != key.digest() {
        return Err(FileError::KeyDigest {
            expected: key.digest(),
            got: header.verifying_key,
        });
    }
    if file.public_inputs.len() != key.instances() {
        return Err(FileError::PublicInputs {
            expected: key.instances(),
            got: file.public_inputs.len(),
        });
    }
    Ok(())
}

/// Reads the statement of a file without verifying anything.
///
/// # Errors
/// [`StatementError`] when the public inputs are not those of a statement of the file's kind.
pub fn read_statement(file: &ProofFile) -> Result<Statement, StatementError> {
    match file.header.kind {
        ProofKind::Usage => {
            UsageStatement::from_public_inputs(&file.public_inputs).map(Statement::Usage)
        }
        ProofKind::Disclosure => {
            let capacity = disclosure_capacity(file.public_inputs.len())?;
            DisclosureStatement::from_public_inputs(&file.public_inputs, &capacity)
                .map(Statement::Disclosure)
        }
    }
}

/// The capacity of the disclosure circuit with this many public inputs: all have the same number of claims.
///
/// # Errors
/// [`StatementError::Length`] when no circuit has so few.
pub fn disclosure_capacity(public_inputs: usize) -> Result<Capacity, StatementError> {
    let none = Capacity {
        claims: CLAIMS,
        payees: 0,
    };
    let wrong = StatementError::Length {
        got: public_inputs,
        expected: none.public_inputs(),
    };
    let payees = public_inputs.checked_sub(none.public_inputs());
    payees
        .map(|payees| Capacity { payees, ..none })
        .ok_or(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_disclosure_stands_on_the_usage_proof_of_its_run_only() {
        let usage = UsageStatement {
            context: 1u64.into(),
            registry_root: 2u64.into(),
            run_commitment: 3u64.into(),
            usage_commitment: 4u64.into(),
            unit: 5u64.into(),
            order: tranche_protocol::log::LogOrder::Consumed,
        };
        let own = DisclosureStatement {
            context: usage.context,
            usage_commitment: usage.usage_commitment,
            unit: usage.unit,
            claims: alloc::vec![],
            pay: None,
        };
        assert_eq!(belongs_to(&own, &usage), Ok(()));
        let other = |change: fn(&mut DisclosureStatement)| {
            let mut disclosure = own.clone();
            change(&mut disclosure);
            belongs_to(&disclosure, &usage)
        };
        assert_eq!(
            other(|d| d.usage_commitment = 9u64.into()),
            Err(LinkError::UsageCommitment)
        );
        assert_eq!(other(|d| d.context = 9u64.into()), Err(LinkError::Context));
        assert_eq!(other(|d| d.unit = 9u64.into()), Err(LinkError::Unit));
    }

    #[test]
    fn capacities_are_those_of_the_published_circuits() {
        for (inputs, payees) in [(86, 16), (134, 64)] {
            let capacity = Capacity { claims: 16, payees };
            assert_eq!(disclosure_capacity(inputs), Ok(capacity));
            assert_eq!(capacity.public_inputs(), inputs);
        }
        assert!(disclosure_capacity(69).is_err());
    }
}
