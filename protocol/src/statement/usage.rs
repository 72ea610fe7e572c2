//! What a usage proof states, as public inputs (encodings, section 8).

use super::{ContextMismatch, PublicInputs, StatementError};
use crate::context::{ContextDigest, RunContext};
use crate::felt::{Felt, to_u8};
use crate::log::LogOrder;
use crate::registry::RegistryRoot;
use crate::run::RunCommitment;
use crate::unit::UnitId;
use crate::usage::UsageCommitment;
use ark_ff::AdditiveGroup;

/// What a usage proof states.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UsageStatement {
    /// The run's context.
    pub context: ContextDigest,
    /// Registry root that the run's tranches are under.
    pub registry_root: RegistryRoot,
    /// Commitment to log, chunk index and trace.
    pub run_commitment: RunCommitment,
    /// Commitment to the usage vector.
    pub usage_commitment: UsageCommitment,
    /// Id of the unit definition.
    pub unit: UnitId,
    /// Planned or consumed.
    pub order: LogOrder,
}

impl UsageStatement {
    /// Row of [`UsageStatement::context`].
    pub const CONTEXT: usize = 0;
    /// Row of [`UsageStatement::registry_root`].
    pub const REGISTRY_ROOT: usize = 1;
    /// Row of [`UsageStatement::run_commitment`].
    pub const RUN_COMMITMENT: usize = 2;
    /// Row of [`UsageStatement::usage_commitment`].
    pub const USAGE_COMMITMENT: usize = 3;
    /// Row of [`UsageStatement::unit`].
    pub const UNIT: usize = 4;
    /// Row of [`UsageStatement::order`].
    pub const ORDER: usize = 5;
    /// Number of public inputs.
    pub const LEN: usize = 6;

    /// The public inputs, by row.
    #[must_use]
    pub fn public_inputs(&self) -> PublicInputs {
        let mut rows = [Felt::ZERO; Self::LEN];
        rows[Self::CONTEXT] = self.context.felt();
        rows[Self::REGISTRY_ROOT] = self.registry_root.felt();
        rows[Self::RUN_COMMITMENT] = self.run_commitment.felt();
        rows[Self::USAGE_COMMITMENT] = self.usage_commitment.felt();
        rows[Self::UNIT] = self.unit.felt();
        rows[Self::ORDER] = self.order.felt();
        PublicInputs::new(rows.into())
    }

    /// Reads public inputs.
    ///
    /// # Errors
    /// [`StatementError`] when there are not six, or the order is neither 0 nor 1.
    pub fn from_public_inputs(inputs: &[Felt]) -> Result<Self, StatementError> {
        let wrong = StatementError::Length {
            got: inputs.len(),
            expected: Self::LEN,
        };
        let inputs: &[Felt; Self::LEN] = inputs.try_into().map_err(|_| wrong)?;
        let order = to_u8(&inputs[Self::ORDER]).and_then(LogOrder::from_flag);
        Ok(Self {
            context: ContextDigest::from_felt(inputs[Self::CONTEXT]),
            registry_root: RegistryRoot::from_felt(inputs[Self::REGISTRY_ROOT]),
            run_commitment: RunCommitment::from_felt(inputs[Self::RUN_COMMITMENT]),
            usage_commitment: UsageCommitment::from_felt(inputs[Self::USAGE_COMMITMENT]),
            unit: UnitId::from_felt(inputs[Self::UNIT]),
            order: order.ok_or(StatementError::OutOfRange {
                row: Self::ORDER,
                field: "order",
            })?,
        })
    }

    /// S8, outside the circuit: the context is that of these terms, and unit and order are the terms'.
    ///
    /// # Errors
    /// [`ContextMismatch`].
    pub fn check_context(&self, context: &RunContext) -> Result<(), ContextMismatch> {
        if self.context != context.digest() {
            return Err(ContextMismatch::Context);
        }
        if self.unit != context.terms.unit {
            return Err(ContextMismatch::Unit);
        }
        if self.order != context.terms.order {
            return Err(ContextMismatch::Order);
        }
        Ok(())
    }
}
