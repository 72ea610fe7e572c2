//! Deploying the contracts, and adding verifiers to a set.

use alloy_primitives::{Address, U256};
use alloy_sol_types::SolValue;

use crate::artifact::{Artifact, Verifier};
use crate::chain::is_development;
use crate::client::Client;
use crate::contracts::VerifierSet;
use crate::deployment::{DeployedVerifier, Deployment};
use crate::error::Error;

/// How the contracts are set up. None of it can be changed later.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Who adds and retires verifiers; the sender if nobody is named.
    pub owner: Option<Address>,
    /// Blocks between a registration's commitment and its earliest reveal, at least 1.
    pub reveal_delay: u32,
    /// Blocks between a registration's commitment and its last reveal.
    pub reveal_expiry: u32,
    /// Seconds by which a retirement or a void extends deadlines, at most 90 days.
    pub grace: u64,
    /// Seconds between adding a verifier and its verdicts counting, at most the grace.
    pub activation_delay: u64,
}

/// Refuses verifiers whose reference string is for tests, on chains that are not.
///
/// # Errors
/// [`Error::InsecureVerifier`].
pub fn check_strings(chain_id: u64, verifiers: &[Verifier]) -> Result<(), Error> {
    let insecure = verifiers.iter().find(|verifier| verifier.srs_insecure);
    match insecure {
        Some(verifier) if !is_development(chain_id) => Err(Error::InsecureVerifier {
            circuit: verifier.circuit.clone(),
            chain_id,
        }),
        _ => Ok(()),
    }
}

/// Deploys registry, verifier set, escrow and verifiers. Nothing is sent when a verifier is refused.
///
/// With an owner other than the sender the set stays without verifiers: the owner adds them.
///
/// # Errors
/// As [`check_strings`]; those of the chain.
pub fn deploy(
    client: &mut Client<'_>,
    plan: &Plan,
    verifiers: &[Verifier],
) -> Result<Deployment, Error> {
    let chain_id = client.chain().chain_id();
    check_strings(chain_id, verifiers)?;
    let owner = plan.owner.unwrap_or(client.address());
    if owner != client.address() && !verifiers.is_empty() {
        return Err(Error::usage(
            format!("{owner} owns the verifier set and must add the verifiers"),
            "deploy without verifiers, then add them from the owner's account",
        ));
    }
    let arguments = (plan.reveal_delay, plan.reveal_expiry).abi_encode_params();
    let code = Artifact::shipped("TrancheRegistry")?.creation(&arguments);
    let registry = client.create("deploy TrancheRegistry with PoseidonT3", code)?;
    let arguments = (owner, plan.grace, plan.activation_delay).abi_encode_params();
    let code = Artifact::shipped("VerifierSet")?.creation(&arguments);
    let set = client.create("deploy VerifierSet", code)?;
    let code = Artifact::shipped("RewardEscrow")?.creation(&(registry, set).abi_encode_params());
    let escrow = client.create("deploy RewardEscrow", code)?;
    let mut deployment = Deployment::new(chain_id, registry, set, escrow, Vec::new());
    add(client, &mut deployment, verifiers)?;
    deployment.check(client.chain())?;
    Ok(deployment)
}

/// Deploys verifiers and adds them to the set; those whose key is there already are passed over.
///
/// # Errors
/// As [`check_strings`]; those of the chain. What was added before an error stays in `deployment`.
pub fn add(
    client: &mut Client<'_>,
    deployment: &mut Deployment,
    verifiers: &[Verifier],
) -> Result<(), Error> {
    check_strings(client.chain().chain_id(), verifiers)?;
    for verifier in verifiers {
        let known = &deployment.verifiers;
        if known
            .iter()
            .any(|known| known.verifying_key == verifier.verifying_key)
        {
            continue;
        }
        let circuit = &verifier.circuit;
        let address = client.create(
            format!("deploy the verifier of {circuit}"),
            verifier.artifact.code.clone(),
        )?;
        client.write(
            format!("add it to the set: {circuit}"),
            deployment.verifier_set,
            &VerifierSet::addCall { verifier: address },
            U256::ZERO,
        )?;
        deployment.verifiers.push(DeployedVerifier {
            circuit: circuit.clone(),
            kind: verifier.kind as u8,
            address,
            verifying_key: verifier.verifying_key,
            srs: verifier.srs,
            srs_insecure: verifier.srs_insecure,
        });
    }
    Ok(())
}
