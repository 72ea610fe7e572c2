//! A run of an escrow, and whether it is the one that is meant.

use alloy_primitives::{Address, B256};
use tranche_protocol::context::{RunContext, RunTerms};

use crate::client::Client;
use crate::contracts::{IRewardEscrowTypes, RewardEscrow};
use crate::convert::address;
use crate::deployment::Deployment;
use crate::error::Error;

/// A run of an escrow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RunRef {
    /// The escrow.
    pub escrow: Address,
    /// The run's id.
    pub id: B256,
}

impl RunRef {
    /// The run that terms or a proof are bound to.
    ///
    /// # Errors
    /// [`Error::WrongChain`] or [`Error::Deployment`] when they are bound to another chain or contract.
    pub fn of_context(context: &RunContext, deployment: &Deployment) -> Result<Self, Error> {
        if context.chain_id != deployment.chain_id {
            return Err(Error::WrongChain {
                named_by: "the run's terms are bound to",
                expected: context.chain_id,
                got: deployment.chain_id,
            });
        }
        let contract = address(&context.contract);
        if contract != deployment.escrow {
            return Err(Error::Deployment {
                what: format!(
                    "the run's terms are bound to the escrow {contract}, the deployment has {}",
                    deployment.escrow
                ),
            });
        }
        Ok(Self {
            escrow: contract,
            id: B256::new(context.run_id.to_bytes()),
        })
    }

    /// The run on chain.
    ///
    /// # Errors
    /// [`Error::UnknownRun`]; those of the chain.
    pub fn read(&self, client: &Client<'_>) -> Result<IRewardEscrowTypes::Run, Error> {
        client
            .read(self.escrow, &RewardEscrow::runCall { runId: self.id })
            .map_err(|error| self.known(error))
    }

    /// Turns the contract's `UnknownRun` into this crate's.
    pub fn known(&self, error: Error) -> Error {
        match error.reverted() {
            Some(reverted) if reverted.name == "UnknownRun" => Error::UnknownRun { run: self.id },
            _ => error,
        }
    }

    /// Checks that the terms on chain hash as these do.
    ///
    /// # Errors
    /// [`Error::Usage`]; as [`RunRef::read`].
    pub fn check_terms(
        &self,
        client: &Client<'_>,
        terms: &RunTerms,
    ) -> Result<IRewardEscrowTypes::Run, Error> {
        let run = self.read(client)?;
        if run.termsHash == B256::new(terms.hash().to_bytes()) {
            Ok(run)
        } else {
            Err(Error::usage(
                format!("the run {} was opened with other terms", self.id),
                "use the terms file that it was opened with",
            ))
        }
    }
}
