//! A sample run with its usage proofs and disclosures.

use k256::ecdsa::SigningKey;
use tranche_circuits::disclosure::params as disclosure;
use tranche_circuits::usage::params as usage;
use tranche_protocol::Shape;
use tranche_protocol::address::Address;
use tranche_protocol::claims::{ClaimRequest, Precision, disclose};
use tranche_protocol::context::{Basis, PayRule, Remainder, RunContext};
use tranche_protocol::evidence::EvidenceLevel;
use tranche_protocol::sample::SampleRun;
use tranche_protocol::statement::DisclosureStatement;
use tranche_protocol::usage::UsageOpening;
use tranche_prover::{prove_disclosure, prove_usage};

use super::foreign::{foreign_headers, prove_for};
use super::group::Group;
use super::proof::{ValidProof, signed};
use crate::circuit::Circuit;
use crate::error::Error;

/// A sample run and the context that its proofs are bound to.
pub(super) struct Run {
    run: SampleRun,
    context: RunContext,
}

impl Run {
    pub(super) fn new(draws: usize, evidence_key: &SigningKey) -> Self {
        let mut run = SampleRun::new(&Shape::STANDARD, draws);
        run.context.terms.evidence_key = Address::of_key(evidence_key.verifying_key());
        let context = run.context;
        Self { run, context }
    }

    pub(super) fn usage(
        &self,
        circuit: &Circuit,
        name: &'static str,
        evidence_key: &SigningKey,
    ) -> Result<ValidProof, Error> {
        let (witness, _, statement) = self.run.build(&Shape::STANDARD);
        let mut file = prove_usage(
            &circuit.srs,
            &circuit.native,
            &usage::SIZES[0],
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
        Ok(ValidProof { name, file })
    }

    pub(super) fn disclosures(&self) -> Result<Group, Error> {
        let size = disclosure::SIZES[0];
        let circuit = Circuit::disclosure(&size)?;
        let (_, artefacts, _) = self.run.build(&Shape::STANDARD);
        let opening = &artefacts.usage;
        let prove = |name, statement: &DisclosureStatement| -> Result<ValidProof, Error> {
            let (srs, key) = (&circuit.srs, &circuit.native);
            let file = prove_disclosure(srs, key, &size, opening, statement, &self.context, None)?;
            Ok(ValidProof { name, file })
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
            .map(|(name, header)| prove_for(&circuit, &size, opening, &paid, name, header))
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
