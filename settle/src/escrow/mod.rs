//! A run's money: opened, bound, proven, collected.

mod payout;
mod redirect;
mod run;

use alloy_primitives::{Address, B256, Bytes, U256};
use alloy_sol_types::SolEvent;
use tranche_protocol::context::{RunContext, RunId, RunTerms};
use tranche_protocol::proof_file::ProofFile;
use tranche_protocol::run::RunCommitment;
use tranche_protocol::statement::ProofKind;

use crate::chain::Receipt;
use crate::client::Client;
use crate::contracts::{IERC20, IRewardEscrowTypes, RewardEscrow};
use crate::deployment::Deployment;
use crate::error::Error;
use crate::words::{address, felt, word};

pub use payout::{Claim, claim, refund, top_up, void};
pub use redirect::{redirect, redirect_for};
pub use run::RunRef;

/// Version word of the contract's terms.
const TERMS_VERSION: u8 = tranche_protocol::context::VERSION as u8;

/// What a run is opened with, besides its terms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opening {
    /// ERC-20 token; zero for the native coin.
    pub token: Address,
    /// What is paid in, in the token's smallest part, below 2^128.
    pub deposit: u128,
    /// Until when usage can be accepted, seconds since 1970.
    pub deadline: u64,
    /// Seconds after an acceptance in which the arbiter can void it.
    pub challenge_window: u64,
    /// Seconds for which credits stay claimable.
    pub claim_period: u64,
    /// What the builder posts, in the same token.
    pub bond: u128,
    /// The run's terms.
    pub terms: RunTerms,
}

/// The id of the opener's next run.
///
/// # Errors
/// Those of the chain.
pub fn next_run(client: &Client<'_>, escrow: Address) -> Result<B256, Error> {
    client.read(
        escrow,
        &RewardEscrow::nextRunIdCall {
            opener: client.address(),
        },
    )
}

/// Opens a run and pays its deposit.
///
/// # Errors
/// Those of the chain; [`Error::Deployment`] when the contract hashes the terms or the context otherwise than the protocol.
pub fn open(
    client: &mut Client<'_>,
    escrow: Address,
    opening: &Opening,
) -> Result<RunContext, Error> {
    let terms = terms_of(&opening.terms);
    let run_id = next_run(client, escrow)?;
    let context = RunContext {
        chain_id: client.chain().chain_id(),
        contract: crate::words::account(escrow),
        run_id: RunId::from_bytes(run_id.0),
        terms: opening.terms,
    };
    let hash = client.read(
        escrow,
        &RewardEscrow::hashTermsCall {
            someTerms: terms.clone(),
        },
    )?;
    let theirs = client.read(
        escrow,
        &RewardEscrow::contextForCall {
            runId: run_id,
            termsHash: hash,
        },
    )?;
    if theirs != word(&context.digest().felt()) {
        return Err(Error::Deployment {
            what: format!(
                "the escrow gives the context {}, the protocol {}",
                felt(theirs),
                felt(word(&context.digest().felt()))
            ),
        });
    }
    let value = pay(client, escrow, opening.token, opening.deposit)?;
    let spec = IRewardEscrowTypes::RunSpec {
        token: opening.token,
        deposit: opening.deposit,
        deadline: opening.deadline,
        challengeWindow: opening.challenge_window,
        claimPeriod: opening.claim_period,
        bond: opening.bond,
        terms,
    };
    let receipt = client.write(
        "open the run",
        escrow,
        &RewardEscrow::openCall { spec },
        value,
    )?;
    let opened = event::<RewardEscrow::RunOpened>(&receipt);
    match opened {
        Some(opened) if opened.runId == run_id => Ok(context),
        Some(opened) => Err(Error::usage(
            format!(
                "the run was opened as {}, not as {run_id}: another of the opener's transactions came first",
                opened.runId
            ),
            "write that id into the terms file",
        )),
        None => Err(Error::Deployment {
            what: "opening gave no RunOpened event".to_owned(),
        }),
    }
}

/// Makes the escrow able to take an amount: approves a token, or gives the value to send.
fn pay(
    client: &mut Client<'_>,
    escrow: Address,
    token: Address,
    amount: u128,
) -> Result<U256, Error> {
    let amount = U256::from(amount);
    if token.is_zero() {
        return Ok(amount);
    }
    let allowance = client.read(
        token,
        &IERC20::allowanceCall {
            owner: client.address(),
            spender: escrow,
        },
    )?;
    if allowance < amount {
        client.write(
            "approve the escrow for the token",
            token,
            &IERC20::approveCall {
                spender: escrow,
                amount,
            },
            U256::ZERO,
        )?;
    }
    Ok(U256::ZERO)
}

/// Binds the run commitment and posts the bond that is not held yet.
///
/// # Errors
/// As [`RunRef::check_terms`]; those of the chain.
pub fn bind(
    client: &mut Client<'_>,
    run: RunRef,
    terms: &RunTerms,
    commitment: &RunCommitment,
) -> Result<(), Error> {
    let standing = run.check_terms(client, terms)?;
    let due = standing.bond.saturating_sub(standing.bondHeld);
    let value = pay(client, run.escrow, standing.token, due)?;
    let call = RewardEscrow::bindCommitmentCall {
        runId: run.id,
        runCommitment: word(&commitment.felt()),
    };
    client.write("bind the run commitment", run.escrow, &call, value)?;
    Ok(())
}

/// Submits a usage proof or a pay list, whichever the file holds, to the verifier that has its key.
///
/// The caller has verified the file.
///
/// # Errors
/// [`Error::NoVerifier`]; as [`RunRef::check_terms`]; those of the chain.
pub fn submit(
    client: &mut Client<'_>,
    deployment: &Deployment,
    file: &ProofFile,
) -> Result<RunRef, Error> {
    let run = RunRef::of_context(&file.context, deployment)?;
    run.check_terms(client, &file.context.terms)?;
    let circuit = file.header.circuit.as_str();
    let verifier = deployment.verifier(circuit, B256::new(file.header.verifying_key.to_bytes()))?;
    submit_to(client, run, verifier.address, file)?;
    Ok(run)
}

/// The same to a verifier and a run that the caller names, with no check of its own: what it says is the contract's.
///
/// # Errors
/// Those of the chain.
pub fn submit_to(
    client: &mut Client<'_>,
    run: RunRef,
    verifier: Address,
    file: &ProofFile,
) -> Result<(), Error> {
    let circuit = file.header.circuit.as_str();
    let inputs: Vec<U256> = file.public_inputs.iter().map(word).collect();
    let proof = Bytes::copy_from_slice(&file.proof);
    match file.header.kind {
        ProofKind::Usage => client.write(
            format!("submit the usage proof ({circuit})"),
            run.escrow,
            &RewardEscrow::acceptUsageCall {
                runId: run.id,
                verifier,
                publicInputs: inputs,
                proof,
                evidence: evidence_of(file),
            },
            U256::ZERO,
        ),
        ProofKind::Disclosure => client.write(
            format!("submit the pay list ({circuit})"),
            run.escrow,
            &RewardEscrow::acceptPayCall {
                runId: run.id,
                verifier,
                publicInputs: inputs,
                proof,
            },
            U256::ZERO,
        ),
    }?;
    Ok(())
}

/// Terms as the contract takes them.
pub fn terms_of(terms: &RunTerms) -> IRewardEscrowTypes::Terms {
    IRewardEscrowTypes::Terms {
        version: TERMS_VERSION,
        payRule: terms.pay_rule as u8,
        basis: terms.basis as u8,
        remainderRule: terms.remainder as u8,
        unit: word(&terms.unit.felt()),
        minRegisteredPpm: terms.min_registered_ppm,
        minEvidence: terms.min_evidence,
        order: terms.order as u8,
        registryCutoff: terms.registry_cutoff,
        arbiter: address(&terms.arbiter),
        modelDigest: B256::new(terms.model_digest.to_bytes()),
        builder: address(&terms.builder),
        evidenceKey: address(&terms.evidence_key),
    }
}

fn evidence_of(file: &ProofFile) -> IRewardEscrowTypes::Evidence {
    match &file.evidence {
        Some(evidence) => IRewardEscrowTypes::Evidence {
            level: evidence.level as u8,
            order: evidence.order as u8,
            signer: address(&evidence.signer),
            signature: Bytes::copy_from_slice(evidence.signature.bytes()),
        },
        None => IRewardEscrowTypes::Evidence {
            level: 0,
            order: 0,
            signer: Address::ZERO,
            signature: Bytes::new(),
        },
    }
}

/// The first event of a kind.
fn event<E: SolEvent>(receipt: &Receipt) -> Option<E> {
    receipt
        .logs
        .iter()
        .find_map(|log| E::decode_log(log).ok())
        .map(|log| log.data)
}
