//! The valid proofs that every case is made of: two runs, their usage proofs and disclosures.

mod foreign;
mod uniform;

use k256::ecdsa::SigningKey;
use tranche_circuits::disclosure::params as disclosure;
use tranche_circuits::usage::params as usage;
use tranche_protocol::address::Address;
use tranche_protocol::claims::{ClaimRequest, Precision, disclose};
use tranche_protocol::context::{Basis, PayRule, Remainder, RunContext};
use tranche_protocol::evidence::{Evidence, EvidenceLevel};
use tranche_protocol::log::LogOrder;
use tranche_protocol::proof_file::ProofFile;
use tranche_protocol::run::RunCommitment;
use tranche_protocol::sample::SampleRun;
use tranche_protocol::statement::DisclosureStatement;
use tranche_protocol::usage::UsageOpening;
use tranche_protocol::{Shape, felt};
use tranche_prover::{prove_disclosure, prove_usage};

use crate::circuit::Circuit;
use crate::error::Error;
use crate::word::Word;

pub use foreign::{Foreign, foreign_headers};

/// Draws of the two runs.
const DRAWS: [usize; 2] = [5_000, 4_000];

/// A valid proof.
#[derive(Clone, Debug)]
pub struct Valid {
    /// Its name, unique within its circuit.
    pub name: &'static str,
    /// The proof with its statement.
    pub file: ProofFile,
}

impl Valid {
    /// The public inputs.
    #[must_use]
    pub fn inputs(&self) -> Vec<Word> {
        self.file.public_inputs.iter().map(felt::to_bytes).collect()
    }
}

/// A circuit with valid proofs under its key. The first proof is the one that is altered, the second is another of the
/// same statement.
#[derive(Debug)]
pub struct Group {
    /// The circuit.
    pub circuit: Circuit,
    /// The proofs.
    pub proofs: Vec<Valid>,
    /// Proofs bound to statements that are not this circuit's.
    pub foreign: Vec<Foreign>,
}

impl Group {
    /// The proof of a name.
    ///
    /// # Errors
    /// [`Error::Sample`] when there is none.
    pub fn proof(&self, name: &str) -> Result<&Valid, Error> {
        let found = self.proofs.iter().find(|proof| proof.name == name);
        found.ok_or_else(|| Error::sample("a proof's name", self.circuit.name))
    }
}

/// All valid proofs.
#[derive(Debug)]
pub struct Subjects {
    /// Usage proofs.
    pub usage: Group,
    /// Disclosures of the first run.
    pub disclosure: Group,
    /// Usage proofs of a run of uniform tranches, if asked for: half a minute of proving.
    pub uniform: Option<Group>,
    /// Signs evidence; the runs' terms name it.
    pub evidence_key: SigningKey,
}

impl Subjects {
    /// Makes the proofs of the smallest circuits, and of the smallest uniform one if `uniform`.
    ///
    /// # Errors
    /// [`Error`].
    pub fn prove(uniform: bool) -> Result<Self, Error> {
        let evidence_key = SigningKey::from_slice(&[7; 32])
            .map_err(|_| Error::sample("the evidence key", "every circuit"))?;
        let circuit = Circuit::usage(&usage::LADDER[0])?;
        let [one, two] = DRAWS.map(|draws| Run::new(draws, &evidence_key));
        let proofs = vec![
            one.usage(&circuit, "run-1", &evidence_key)?,
            one.usage(&circuit, "run-1-again", &evidence_key)?,
            two.usage(&circuit, "run-2", &evidence_key)?,
        ];
        let foreign = Vec::new();
        let usage = Group {
            circuit,
            proofs,
            foreign,
        };
        Ok(Self {
            usage,
            disclosure: one.disclosures()?,
            uniform: uniform.then(|| uniform::group(&evidence_key)).transpose()?,
            evidence_key,
        })
    }

    /// The groups there are.
    pub fn groups(&self) -> impl Iterator<Item = &Group> {
        [&self.usage, &self.disclosure]
            .into_iter()
            .chain(&self.uniform)
    }
}

/// A sample run and the context that its proofs are bound to.
struct Run {
    run: SampleRun,
    context: RunContext,
}

impl Run {
    fn new(draws: usize, evidence_key: &SigningKey) -> Self {
        let mut run = SampleRun::new(&Shape::STANDARD, draws);
        run.context.terms.evidence_key = Address::of_key(evidence_key.verifying_key());
        let context = run.context;
        Self { run, context }
    }

    fn usage(
        &self,
        circuit: &Circuit,
        name: &'static str,
        evidence_key: &SigningKey,
    ) -> Result<Valid, Error> {
        let (witness, _, statement) = self.run.build(&Shape::STANDARD);
        let mut file = prove_usage(
            &circuit.srs,
            &circuit.native,
            &usage::LADDER[0],
            &witness,
            &statement,
            &self.context,
            None,
        )?;
        file.evidence = Some(signed(
            &statement.run_commitment,
            EvidenceLevel::SignedLoader,
            statement.order,
            evidence_key,
        )?);
        Ok(Valid { name, file })
    }

    fn disclosures(&self) -> Result<Group, Error> {
        let rung = disclosure::LADDER[0];
        let circuit = Circuit::disclosure(&rung)?;
        let (_, artefacts, _) = self.run.build(&Shape::STANDARD);
        let opening = &artefacts.usage;
        let prove = |name, statement: &DisclosureStatement| -> Result<Valid, Error> {
            let (srs, key) = (&circuit.srs, &circuit.native);
            let file = prove_disclosure(srs, key, &rung, opening, statement, &self.context, None)?;
            Ok(Valid { name, file })
        };
        let paid = self.statement(opening, PayRule::Shares, Remainder::Keep)?;
        let metered = self.statement(opening, PayRule::Metered, Remainder::Keep)?;
        let first = self.statement(opening, PayRule::Shares, Remainder::FirstPayee)?;
        let claims = self.statement(opening, PayRule::None, Remainder::Keep)?;
        let proofs = vec![
            prove("shares", &paid)?,
            prove("shares-again", &paid)?,
            prove("claims", &claims)?,
            prove("metered", &metered)?,
            prove("first-payee", &first)?,
        ];
        let header = &proofs[0].file.header;
        let foreign = foreign_headers(header)
            .into_iter()
            .map(|(name, header)| foreign::prove_for(&circuit, &rung, opening, &paid, name, header))
            .collect::<Result<_, _>>()?;
        Ok(Group {
            circuit,
            proofs,
            foreign,
        })
    }

    fn statement(
        &self,
        opening: &UsageOpening,
        rule: PayRule,
        remainder: Remainder,
    ) -> Result<DisclosureStatement, Error> {
        let tranche = self.run.tranches[0].0.id();
        let requests = [
            ClaimRequest::Share {
                tranche,
                basis: Basis::Registered,
                precision: Precision::Exact,
            },
            ClaimRequest::Share {
                tranche,
                basis: Basis::Whole,
                precision: Precision::Band(0, 900_000),
            },
            ClaimRequest::Exclusion(5u64.into()),
            ClaimRequest::RegisteredShare(Precision::Exact),
        ];
        let context = self.context.digest();
        disclose(
            &Shape::STANDARD,
            context,
            opening,
            &requests,
            rule,
            remainder,
        )
        .map_err(|_| Error::sample("a claim", "the disclosure circuit"))
    }
}

/// Evidence for a run commitment.
///
/// # Errors
/// [`Error::Sample`] for level 0.
pub fn signed(
    run_commitment: &RunCommitment,
    level: EvidenceLevel,
    order: LogOrder,
    key: &SigningKey,
) -> Result<Evidence, Error> {
    Evidence::sign(run_commitment, level, order, key)
        .map_err(|_| Error::sample("evidence", "the usage circuit"))
}
