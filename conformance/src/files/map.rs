//! Where the fields of a proof file stand (docs/encodings.md, section 9).

use tranche_protocol::context::TERMS_WORDS;
use tranche_protocol::proof_file::ProofFile;

/// Offset of a field's first byte.
#[derive(Clone, Copy, Debug)]
pub(super) struct Map {
    pub(super) version: usize,
    pub(super) kind: usize,
    pub(super) insecure: usize,
    pub(super) name_length: usize,
    pub(super) name: usize,
    pub(super) circuit_version: usize,
    pub(super) key_digest: usize,
    pub(super) srs_digest: usize,
    pub(super) context: usize,
    pub(super) terms: usize,
    pub(super) input_count: usize,
    pub(super) inputs: usize,
    pub(super) proof_length: usize,
    pub(super) proof: usize,
    pub(super) evidence_flag: usize,
    pub(super) evidence: usize,
    pub(super) checksum: usize,
}

impl Map {
    pub(super) fn new(file: &ProofFile) -> Self {
        let name = 8 + 2 + 1 + 1 + 1;
        let circuit_version = name + file.header.circuit.as_str().len();
        let key_digest = circuit_version + 2;
        let srs_digest = key_digest + 32;
        let context = srs_digest + 32;
        let terms = context + 8 + 20 + 32;
        let input_count = terms + 32 * TERMS_WORDS;
        let inputs = input_count + 4;
        let proof_length = inputs + 32 * file.public_inputs.len();
        let proof = proof_length + 4;
        let evidence_flag = proof + file.proof.len();
        let evidence = evidence_flag + 1;
        let length = file
            .evidence
            .as_ref()
            .map_or(0, |evidence| evidence.to_bytes().len());
        Self {
            version: 8,
            kind: 10,
            insecure: 11,
            name_length: 12,
            name,
            circuit_version,
            key_digest,
            srs_digest,
            context,
            terms,
            input_count,
            inputs,
            proof_length,
            proof,
            evidence_flag,
            evidence,
            checksum: evidence + length,
        }
    }

    /// Every field's beginning, and the file's end.
    pub(super) fn boundaries(&self) -> [(&'static str, usize); 19] {
        [
            ("magic", 0),
            ("version", self.version),
            ("kind", self.kind),
            ("insecure", self.insecure),
            ("name-length", self.name_length),
            ("name", self.name),
            ("circuit-version", self.circuit_version),
            ("key-digest", self.key_digest),
            ("srs-digest", self.srs_digest),
            ("context", self.context),
            ("terms", self.terms),
            ("input-count", self.input_count),
            ("inputs", self.inputs),
            ("proof-length", self.proof_length),
            ("proof", self.proof),
            ("evidence-flag", self.evidence_flag),
            ("evidence", self.evidence),
            ("checksum", self.checksum),
            ("end", self.checksum + 32),
        ]
    }
}
