//! The story on chain: contracts, registrations, escrowed money, and what the contracts refuse.

use std::path::PathBuf;

use tranche_circuits::disclosure::params as disclosure;
use tranche_circuits::usage::params as usage;
use tranche_protocol::address::Address;
use tranche_protocol::felt::Felt;
use tranche_protocol::proof_file::ProofFile;
use tranche_protocol::statement::{Capacity, DisclosureStatement, Payee};
use tranche_settle::client::Step;
use tranche_settle::escrow::{RunRef, submit_to};
use tranche_workspace::artefact::{read_manifest, read_proof};
use tranche_workspace::error::Error;
use tranche_workspace::steps::notice::INSECURE;
use tranche_workspace::steps::settle::{
    self, Advance, AdvanceRequest, BindRequest, ClaimRequest, DeployRequest, Moved, Payout,
    RegisterRequest, RunChoice, RunRequest, Session, Settled, SubmitRequest,
};

use super::narrator::{Narrator, cells};
use super::story::{BUILDER, Run, Story};
use crate::commands::settle::report::balance_cells;

/// What a command's transactions cost.
fn gas_lines(steps: &[Step], facts: &mut Vec<Vec<String>>) {
    for step in steps {
        facts.push(vec![
            step.what.clone(),
            format!("{} gas", step.gas),
            format!("{} bytes", step.data_bytes),
        ]);
    }
}

impl Story<'_> {
    pub(super) fn deploy(&mut self, narrator: &mut Narrator) -> Result<(), Error> {
        narrator.step("The contracts are deployed on an EVM inside this process, and the registrations made on chain")?;
        let circuits = [usage::SIZES[0].name, disclosure::SIZES[0].name];
        narrator.command(&format!(
            "settle deploy --circuit {} --circuit {}",
            circuits[0], circuits[1]
        ))?;
        narrator.command(
            "settle register --registry registry.json adega bodega cantina domaine enoteca",
        )?;
        let mut facts = Vec::new();
        let deployment = DeployRequest::new(self.chain(None), &circuits);
        let deployed = settle::deploy(&deployment, &self.progress)?;
        gas_lines(&deployed.steps, &mut facts);
        let contributors = self.contributors();
        let registration = RegisterRequest {
            chain: self.chain(None),
            registry: self.path("registry.json"),
            manifests: contributors.iter().map(|name| self.path(name)).collect(),
        };
        let registered = settle::register(&registration, &self.progress)?;
        gas_lines(&registered.steps, &mut facts);
        facts.push(cells([
            "the registry's root on chain is the snapshot's; a new embedded account is given coin, worth nothing",
        ]));
        narrator.facts(facts)
    }

    pub(super) fn settle(&mut self, narrator: &mut Narrator) -> Result<(), Error> {
        narrator.step("The proofs move the money: bound, proven and listed on chain, paid out after the challenge window")?;
        for command in [
            "settle bind --run one-run --key-file builder.key",
            "settle submit-usage one-usage.proof",
            "settle submit-pay one-pay.proof",
            "settle advance --past-window --terms one-terms.json",
            "settle claim --terms one-terms.json --owner 0x…",
            "settle claim --terms two-terms.json",
        ] {
            narrator.command(command)?;
        }
        let [one, two] = &self.runs[..] else {
            return Err(Error::Internal("the story has two runs".to_owned()));
        };
        let mut facts = Vec::new();
        for run in [one, two] {
            let request = BindRequest {
                chain: self.chain(Some(BUILDER)),
                run: self.folder(run),
            };
            let bound = settle::bind(&request, &self.progress)?;
            gas_lines(&bound.steps, &mut facts);
        }
        let mut refused = vec![self.replayed(one, two)?];
        for run in [one, two] {
            let request = self.submission(self.usage_proof(run));
            let submitted = settle::submit_usage(&request, &self.progress)?;
            gas_lines(&submitted.steps, &mut facts);
        }
        refused.push(self.altered_list(one)?);
        for run in [one, two] {
            let request = self.submission(self.pay_list(run));
            let submitted = settle::submit_pay(&request, &self.progress)?;
            gas_lines(&submitted.steps, &mut facts);
        }
        refused.push(self.too_early(one)?);
        settle::advance(&AdvanceRequest {
            chain: self.chain(None),
            by: Advance::PastWindow(RunChoice::Terms(self.terms(two))),
        })?;
        let mut balances = vec![cells(["balance of", "before", "after", "change"])];
        for (run, apart) in [(one, true), (two, false)] {
            for report in self.claims(run, apart)? {
                gas_lines(&report.steps, &mut facts);
                let owners = |who: &str| who.starts_with("owner ");
                for balance in report.balances.iter().filter(|b| owners(&b.who)) {
                    let mut line = balance_cells(balance).to_vec();
                    if let Some(who) = line.first_mut() {
                        *who = format!("{} (run {})", self.name_of(balance.account)?, run.name);
                    }
                    balances.push(line);
                }
            }
        }
        facts.extend(balances);
        facts.extend(refused);
        facts.push(cells([INSECURE]));
        narrator.facts(facts)
    }

    fn submission(&self, proof: PathBuf) -> SubmitRequest {
        SubmitRequest {
            chain: self.chain(None),
            proof,
            key: None,
        }
    }

    fn pay_list(&self, run: &Run) -> PathBuf {
        self.path(format!("{}-pay.proof", run.name))
    }

    /// Claims of a run: each owner for itself, or all at once.
    fn claims(&self, run: &Run, apart: bool) -> Result<Vec<Settled<Moved>>, Error> {
        let claim = |payout| {
            let request = ClaimRequest {
                run: RunRequest {
                    chain: self.chain(None),
                    run: RunChoice::Terms(self.terms(run)),
                },
                payout,
            };
            settle::claim(&request, &self.progress)
        };
        if !apart {
            return Ok(vec![claim(Payout::Everybody)?]);
        }
        let payees = payees_of(&read_proof(&self.pay_list(run))?)?;
        payees
            .iter()
            .map(|payee| claim(Payout::Owners(vec![payee.owner])))
            .collect()
    }

    /// Whose address this is.
    fn name_of(&self, owner: Address) -> Result<&'static str, Error> {
        for name in self.contributors() {
            if read_manifest(&self.path(name))?.tranche().owner() == owner {
                return Ok(name);
            }
        }
        Err(Error::Internal(format!("{owner} is nobody of the story")))
    }

    /// The usage proof of one run, sent to the other.
    fn replayed(&self, from: &Run, to: &Run) -> Result<Vec<String>, Error> {
        let target = read_proof(&self.usage_proof(to))?;
        let proof = read_proof(&self.usage_proof(from))?;
        self.refusal("run one's usage proof sent to run two", &target, &proof)
    }

    /// A pay list in which one payee has a part of another's.
    fn altered_list(&self, run: &Run) -> Result<Vec<String>, Error> {
        let mut file = read_proof(&self.pay_list(run))?;
        let target = file.clone();
        let capacity = capacity(&file)?;
        let unit = tranche_protocol::felt::power_of_two(160);
        // The sum stays, so that nothing but the proof can notice.
        for (place, change) in [(0, unit), (1, -unit)] {
            if let Some(payee) = file.public_inputs.get_mut(capacity.payee_row(place)) {
                *payee += change * Felt::from(1_000u64);
            }
        }
        self.refusal("a pay list with one amount altered", &target, &file)
    }

    /// A claim before the challenge window has passed.
    fn too_early(&self, run: &Run) -> Result<Vec<String>, Error> {
        let what = "a claim within the challenge window";
        match self.claims(run, true) {
            Ok(_) => Err(Error::Internal(format!("{what} was accepted"))),
            Err(error) => Ok(vec![format!("REFUSED, {what}: {error}")]),
        }
    }

    /// What the contract says to a proof, sent without a look at it to the run that `target` is of.
    fn refusal(
        &self,
        what: &str,
        target: &ProofFile,
        proof: &ProofFile,
    ) -> Result<Vec<String>, Error> {
        let access = self.chain(None);
        let session = Session::open(&access)?;
        let deployment = access.read_deployment(session.chain())?;
        let run = RunRef::of_context(&target.context, &deployment)?;
        let key = proof.header.verifying_key.to_bytes().into();
        let verifier = deployment
            .verifier(proof.header.circuit.as_str(), key)?
            .address;
        let sent = session.run(|client| Ok(submit_to(client, run, verifier, proof)?));
        match sent {
            Ok(_) => Err(Error::Internal(format!("{what} was accepted"))),
            Err(error) => Ok(vec![format!("REFUSED, {what}: {error}")]),
        }
    }
}

/// Room of a disclosure by its circuit.
fn capacity(file: &ProofFile) -> Result<Capacity, Error> {
    let circuit = file.header.circuit.as_str();
    let size = disclosure::size_by_name(circuit)
        .ok_or_else(|| Error::Internal(format!("{circuit} is no disclosure circuit")))?;
    Ok(Capacity {
        claims: size.params.claims,
        payees: size.params.payees,
    })
}

fn payees_of(file: &ProofFile) -> Result<Vec<Payee>, Error> {
    let read = DisclosureStatement::from_public_inputs(&file.public_inputs, &capacity(file)?)
        .map_err(|error| Error::Internal(format!("the story's pay list: {error}")))?;
    Ok(read.pay.map_or_else(Vec::new, |list| list.payees))
}
