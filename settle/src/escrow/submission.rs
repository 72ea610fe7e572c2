//! Usage proofs and pay lists submitted to a run.

use alloy_primitives::{Address, B256, Bytes, U256};
use tranche_protocol::proof_file::ProofFile;
use tranche_protocol::statement::ProofKind;

use super::run::RunRef;
use crate::client::Client;
use crate::contracts::{IRewardEscrowTypes, RewardEscrow};
use crate::convert::{address, word};
use crate::deployment::Deployment;
use crate::error::Error;

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
