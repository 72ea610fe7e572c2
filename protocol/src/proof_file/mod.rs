//! The `.proof` file: a proof with everything needed to state what it proves (encodings, section 9).

use crate::address::Address;
use crate::context::{RunContext, RunId, RunTerms, TERMS_WORDS, TermsError};
use crate::evidence::attestation::{self, Attestation};
use crate::evidence::{ENCODED_LEN, Evidence, EvidenceError};
use crate::felt::{from_bytes, to_bytes};
use crate::statement::{
    CircuitName, KeyDigest, ProofKind, PublicInputs, SrsDigest, StatementDigest, StatementHeader,
};
use alloc::vec::Vec;

/// First eight bytes of the file.
pub const MAGIC: [u8; 8] = *b"TRNCHPRF";
/// Version of the container.
pub const VERSION: u16 = 1;

/// Bytes that are not a proof file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProofFileError {
    /// The file ends within a field, or a length names more bytes than there are.
    #[error("file ends within {field}: {needed} bytes needed, {left} left")]
    Truncated {
        /// The field.
        field: &'static str,
        /// Bytes that it needs.
        needed: u64,
        /// Bytes that there are.
        left: u64,
    },
    /// The first eight bytes are others.
    #[error("not a proof file: it does not begin with TRNCHPRF")]
    Magic,
    /// The container's version is unknown.
    #[error("version is {got}, expected {VERSION}")]
    Version {
        /// The version given.
        got: u16,
    },
    /// The last 32 bytes are not the BLAKE3 of those before.
    #[error("checksum does not fit: the file is damaged")]
    Checksum,
    /// A field has a value that means nothing.
    #[error("{field} is out of range")]
    OutOfRange {
        /// The field.
        field: &'static str,
    },
    /// The terms do not decode.
    #[error("{0}")]
    Terms(#[from] TermsError),
    /// The evidence does not decode.
    #[error("{0}")]
    Evidence(#[from] EvidenceError),
    /// A public input is not a canonical felt.
    #[error("public input {row} is not below the field's order")]
    NotCanonical {
        /// Which input.
        row: usize,
    },
    /// Public input 0 is not the context of the terms in the file.
    #[error("public input 0 is not the context of the terms in the file")]
    WrongContext,
    /// Bytes follow the last field.
    #[error("{bytes} bytes follow the last field")]
    Trailing {
        /// How many.
        bytes: usize,
    },
}

/// A proof and what it proves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProofFile {
    /// Kind, circuit, verifying key, SRS.
    pub header: StatementHeader,
    /// What the context hashes.
    pub context: RunContext,
    /// The public inputs.
    pub public_inputs: PublicInputs,
    /// The proof.
    pub proof: Vec<u8>,
    /// Evidence for the log, if any.
    pub evidence: Option<Evidence>,
}

impl ProofFile {
    /// The statement's digest: the first thing the proof's transcript absorbs.
    #[must_use]
    pub fn statement_digest(&self) -> StatementDigest {
        self.header.digest(&self.public_inputs)
    }

    /// The file's bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(900 + 32 * self.public_inputs.len() + self.proof.len());
        let name = self.header.circuit.as_str();
        out.extend(MAGIC);
        out.extend(VERSION.to_le_bytes());
        // A circuit name has at most 32 bytes.
        out.extend([
            self.header.kind as u8,
            u8::from(self.header.srs_insecure),
            name.len() as u8,
        ]);
        out.extend(name.as_bytes());
        out.extend(self.header.circuit_version.to_le_bytes());
        out.extend(self.header.verifying_key.as_bytes());
        out.extend(self.header.srs.as_bytes());
        out.extend(self.context.chain_id.to_le_bytes());
        out.extend(self.context.contract.bytes());
        out.extend(self.context.run_id.as_bytes());
        out.extend(self.context.terms.words().iter().flatten());
        out.extend((self.public_inputs.len() as u32).to_le_bytes());
        out.extend(self.public_inputs.iter().flat_map(to_bytes));
        out.extend((self.proof.len() as u32).to_le_bytes());
        out.extend(&self.proof);
        let attestation = self.evidence.and_then(|evidence| evidence.attestation);
        out.push(u8::from(self.evidence.is_some()) + u8::from(attestation.is_some()));
        out.extend(self.evidence.iter().flat_map(Evidence::to_bytes));
        out.extend(attestation.iter().flat_map(Attestation::to_bytes));
        let checksum = blake3::hash(&out);
        out.extend(checksum.as_bytes());
        out
    }

    /// Reads a file. Every length is compared with the bytes there are before anything is allocated.
    ///
    /// Neither the proof nor the evidence's signature is verified here; that public input 0 is the context of the terms is.
    ///
    /// # Errors
    /// [`ProofFileError`] naming the field.
    pub fn parse(bytes: &[u8]) -> Result<Self, ProofFileError> {
        let mut reader = Reader { rest: bytes };
        if reader.array("magic")? != MAGIC {
            return Err(ProofFileError::Magic);
        }
        let got = reader.u16("version")?;
        if got != VERSION {
            return Err(ProofFileError::Version { got });
        }
        let Some((body, checksum)) = bytes
            .split_last_chunk::<32>()
            .filter(|_| reader.rest.len() >= 32)
        else {
            let left = reader.rest.len() as u64;
            return Err(ProofFileError::Truncated {
                field: "checksum",
                needed: 32,
                left,
            });
        };
        if blake3::hash(body).as_bytes() != checksum {
            return Err(ProofFileError::Checksum);
        }
        reader.rest = &reader.rest[..reader.rest.len() - 32];

        let header = reader.header()?;
        let context = reader.context()?;
        let count = reader.u32("number of public inputs")?;
        let public_inputs = reader
            .take("public inputs", u64::from(count) * 32)?
            .chunks_exact(32)
            .enumerate()
            .map(|(row, chunk)| {
                let word = chunk
                    .try_into()
                    .map_err(|_| ProofFileError::NotCanonical { row })?;
                from_bytes(word).map_err(|_| ProofFileError::NotCanonical { row })
            })
            .collect::<Result<PublicInputs, _>>()?;
        let length = reader.u32("proof length")?;
        let proof = reader.take("proof", u64::from(length))?.to_vec();
        let evidence = reader.evidence()?;
        if !reader.rest.is_empty() {
            return Err(ProofFileError::Trailing {
                bytes: reader.rest.len(),
            });
        }
        if public_inputs.first() != Some(&context.digest().felt()) {
            return Err(ProofFileError::WrongContext);
        }
        Ok(Self {
            header,
            context,
            public_inputs,
            proof,
            evidence,
        })
    }
}

struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    fn take(&mut self, field: &'static str, needed: u64) -> Result<&'a [u8], ProofFileError> {
        let left = self.rest.len() as u64;
        let truncated = ProofFileError::Truncated {
            field,
            needed,
            left,
        };
        let split = usize::try_from(needed)
            .ok()
            .and_then(|needed| self.rest.split_at_checked(needed));
        let (taken, rest) = split.ok_or(truncated)?;
        self.rest = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self, field: &'static str) -> Result<[u8; N], ProofFileError> {
        let mut out = [0u8; N];
        out.copy_from_slice(self.take(field, N as u64)?);
        Ok(out)
    }

    fn u8(&mut self, field: &'static str) -> Result<u8, ProofFileError> {
        self.array(field).map(|[byte]| byte)
    }

    fn u16(&mut self, field: &'static str) -> Result<u16, ProofFileError> {
        self.array(field).map(u16::from_le_bytes)
    }

    fn u32(&mut self, field: &'static str) -> Result<u32, ProofFileError> {
        self.array(field).map(u32::from_le_bytes)
    }

    fn flag(&mut self, field: &'static str) -> Result<bool, ProofFileError> {
        match self.u8(field)? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(ProofFileError::OutOfRange { field }),
        }
    }

    fn header(&mut self) -> Result<StatementHeader, ProofFileError> {
        let out = |field| ProofFileError::OutOfRange { field };
        let kind = ProofKind::from_code(self.u8("kind")?).ok_or_else(|| out("kind"))?;
        let srs_insecure = self.flag("SRS insecure")?;
        let length = self.u8("circuit name length")?;
        let name = core::str::from_utf8(self.take("circuit name", u64::from(length))?).ok();
        Ok(StatementHeader {
            kind,
            circuit: name
                .and_then(CircuitName::new)
                .ok_or_else(|| out("circuit name"))?,
            circuit_version: self.u16("circuit version")?,
            verifying_key: KeyDigest::from_bytes(self.array("verifying-key digest")?),
            srs: SrsDigest::from_bytes(self.array("SRS digest")?),
            srs_insecure,
        })
    }

    fn evidence(&mut self) -> Result<Option<Evidence>, ProofFileError> {
        let field = "evidence present";
        let parts = self.u8(field)?;
        if parts > 2 {
            return Err(ProofFileError::OutOfRange { field });
        }
        if parts == 0 {
            return Ok(None);
        }
        let mut evidence = Evidence::from_bytes(&self.array::<ENCODED_LEN>("evidence")?)?;
        if parts == 2 {
            let bytes = self.array::<{ attestation::ENCODED_LEN }>("attestation")?;
            evidence.attestation = Some(Attestation::from_bytes(&bytes));
        }
        Ok(Some(evidence))
    }

    fn context(&mut self) -> Result<RunContext, ProofFileError> {
        let chain_id = self.array("chain id").map(u64::from_le_bytes)?;
        let contract = Address::new(self.array("contract")?);
        let run_id = RunId::from_bytes(self.array("run id")?);
        let mut words = [[0u8; 32]; TERMS_WORDS];
        for word in &mut words {
            *word = self.array("terms")?;
        }
        Ok(RunContext {
            chain_id,
            contract,
            run_id,
            terms: RunTerms::from_words(&words)?,
        })
    }
}

#[cfg(test)]
mod tests;
