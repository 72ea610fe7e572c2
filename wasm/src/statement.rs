//! A statement with every field by its name, as JSON.

use serde::Serialize;
use tranche_protocol::address::Address;
use tranche_protocol::context::{self, RunTerms};
use tranche_protocol::evidence::EvidenceLevel;
use tranche_protocol::log::LogOrder;
use tranche_protocol::proof_file::ProofFile;
use tranche_protocol::statement::{
    Claim, ClaimCode, DisclosureStatement, PayList, StatementError, UsageStatement,
};
use tranche_protocol::tranche::TrancheId;
use tranche_verifier::file::{self, read_statement};

use crate::verdict::{Condition, Judgement};

/// What is said of a proof under the development string.
const INSECURE: &str = "INSECURE: made with the development reference string, whose secret is public. Anyone can forge such a proof: for tests only";
/// What is said of a proof under any other string.
const UNMARKED: &str = "not marked as a development string; whether its secret is unknown is for whoever pins the digest to judge";

/// What a proof file states, whether it is true or not.
#[derive(Serialize)]
pub struct Stated {
    kind: &'static str,
    circuit: String,
    circuit_version: u16,
    key_digest: String,
    srs_digest: String,
    srs_insecure: bool,
    srs: &'static str,
    statement_digest: String,
    context: Context,
    public_inputs: PublicInputs,
    order: LogOrder,
}

/// A proven statement with what was judged of it.
#[derive(Serialize)]
pub struct Statement {
    #[serde(flatten)]
    stated: Stated,
    evidence_level: Option<u8>,
    evidence_meaning: Option<&'static str>,
    evidence_signer: Option<Address>,
    evidence_quote: Option<String>,
    said: Vec<String>,
    conditions: Vec<Condition>,
    shows: Vec<String>,
    does_not_show: Vec<String>,
    usage_proof: Option<Stated>,
}

/// Where a run stands and its terms, all thirteen words by name.
#[derive(Serialize)]
struct Context {
    chain_id: u64,
    contract: Address,
    run_id: context::RunId,
    terms: Terms,
}

#[derive(Serialize)]
struct Terms {
    version: u16,
    #[serde(flatten)]
    words: RunTerms,
}

#[derive(Serialize)]
#[serde(untagged)]
enum PublicInputs {
    Usage {
        context: String,
        registry_root: String,
        run_commitment: String,
        usage_commitment: String,
        unit: String,
        order: LogOrder,
    },
    Disclosure {
        context: String,
        usage_commitment: String,
        unit: String,
        claims: Vec<ClaimView>,
        pay: Option<PayView>,
    },
}

#[derive(Serialize)]
struct ClaimView {
    code: u8,
    name: &'static str,
    tranche: Option<String>,
    lo_ppm: u32,
    hi_ppm: u32,
}

#[derive(Serialize)]
struct PayView {
    rule: context::PayRule,
    remainder: context::Remainder,
    total: String,
    payees: Vec<PayeeView>,
}

#[derive(Serialize)]
struct PayeeView {
    owner: Address,
    amount: String,
}

impl Stated {
    /// The statement of a file, nothing verified.
    pub(crate) fn read(file: &ProofFile) -> Result<Self, StatementError> {
        let (kind, public_inputs) = match read_statement(file)? {
            file::Statement::Usage(usage) => ("usage", usage_inputs(&usage)),
            file::Statement::Disclosure(disclosure) => {
                ("disclosure", disclosure_inputs(&disclosure))
            }
        };
        let header = &file.header;
        let context = &file.context;
        Ok(Self {
            kind,
            circuit: header.circuit.as_str().to_owned(),
            circuit_version: header.circuit_version,
            key_digest: header.verifying_key.to_string(),
            srs_digest: header.srs.to_string(),
            srs_insecure: header.srs_insecure,
            srs: srs_words(header.srs_insecure),
            statement_digest: file.statement_digest().to_string(),
            context: Context {
                chain_id: context.chain_id,
                contract: context.contract,
                run_id: context.run_id,
                terms: Terms {
                    version: context::VERSION,
                    words: context.terms,
                },
            },
            public_inputs,
            order: context.terms.order,
        })
    }
}

impl Statement {
    /// The statement of a file with what was judged of it. `usage` is the usage proof that a disclosure was judged with.
    pub(crate) fn judged(
        file: &ProofFile,
        usage: Option<&ProofFile>,
        judgement: Judgement,
    ) -> Result<Self, StatementError> {
        let mut stated = Stated::read(file)?;
        stated.srs_insecure = judgement.srs_insecure;
        stated.srs = srs_words(judgement.srs_insecure);
        let level = judgement.evidence_level;
        let evidence = usage.unwrap_or(file).evidence.as_ref();
        Ok(Self {
            stated,
            evidence_level: level,
            evidence_meaning: level
                .and_then(EvidenceLevel::from_number)
                .map(EvidenceLevel::meaning),
            evidence_signer: level.and(evidence).map(|evidence| evidence.signer),
            evidence_quote: level
                .and(evidence)
                .and_then(|evidence| evidence.attestation)
                .map(|attestation| attestation.quote.to_string()),
            said: judgement.statement,
            conditions: judgement.conditions,
            shows: judgement.shows,
            does_not_show: judgement.does_not_show,
            usage_proof: usage.map(Stated::read).transpose()?,
        })
    }
}

fn usage_inputs(usage: &UsageStatement) -> PublicInputs {
    PublicInputs::Usage {
        context: usage.context.to_string(),
        registry_root: usage.registry_root.to_string(),
        run_commitment: usage.run_commitment.to_string(),
        usage_commitment: usage.usage_commitment.to_string(),
        unit: usage.unit.to_string(),
        order: usage.order,
    }
}

fn disclosure_inputs(disclosure: &DisclosureStatement) -> PublicInputs {
    PublicInputs::Disclosure {
        context: disclosure.context.to_string(),
        usage_commitment: disclosure.usage_commitment.to_string(),
        unit: disclosure.unit.to_string(),
        claims: disclosure.claims.iter().map(claim_view).collect(),
        pay: disclosure.pay.as_ref().map(pay_view),
    }
}

fn claim_view(claim: &Claim) -> ClaimView {
    let name = match claim.code {
        ClaimCode::ShareOfRegistered => "share_of_registered",
        ClaimCode::ShareOfWhole => "share_of_whole",
        ClaimCode::Exclusion => "exclusion",
        ClaimCode::RegisteredShare => "registered_share",
    };
    ClaimView {
        code: claim.code as u8,
        name,
        tranche: (claim.subject != TrancheId::NONE).then(|| claim.subject.to_string()),
        lo_ppm: claim.lo,
        hi_ppm: claim.hi,
    }
}

fn pay_view(pay: &PayList) -> PayView {
    let payees = pay.payees.iter().map(|payee| PayeeView {
        owner: payee.owner,
        amount: payee.amount.to_string(),
    });
    PayView {
        rule: pay.rule,
        remainder: pay.remainder,
        total: pay.total.to_string(),
        payees: payees.collect(),
    }
}

fn srs_words(insecure: bool) -> &'static str {
    match insecure {
        true => INSECURE,
        false => UNMARKED,
    }
}
