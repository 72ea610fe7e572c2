//! Statements: public inputs by name, and the digest that a proof's transcript absorbs first (encodings, sections 8 and 9).

mod disclosure;
mod header;
mod inputs;
#[cfg(test)]
mod tests;

pub use disclosure::{
    AMOUNT_BOUND, Capacity, Claim, ClaimCode, DisclosureStatement, PayList, Payee,
};
pub use header::{CircuitName, KeyDigest, SrsDigest, StatementDigest, StatementHeader};
pub use inputs::PublicInputs;

use crate::context::{ContextDigest, RunContext};
use crate::felt::{self, Felt};
use crate::log::LogOrder;
use crate::registry::RegistryRoot;
use crate::run::RunCommitment;
use crate::unit::UnitId;
use crate::usage::UsageCommitment;
use ark_ff::AdditiveGroup;

/// Version of the statement's encoding.
pub const VERSION: u16 = 1;
/// What a proof shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum ProofKind {
    /// The usage relation, clauses S1 to S8.
    Usage = 1,
    /// The disclosure relation, clauses D1 to D7.
    Disclosure = 2,
}

impl ProofKind {
    /// The kind of a code; `None` for an unknown one.
    #[must_use]
    pub const fn from_code(code: u8) -> Option<Self> {
        match code {
            1 => Some(Self::Usage),
            2 => Some(Self::Disclosure),
            _ => None,
        }
    }
}

/// Why a statement does not fit the run's context (S8).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ContextMismatch {
    /// Public input 0 is not the context.
    #[error("public input 0 is not the context of these terms")]
    Context,
    /// The unit is not that of the terms.
    #[error("the statement's unit is not the terms'")]
    Unit,
    /// The order is not that of the terms.
    #[error("the statement's order (planned or consumed) is not the terms'")]
    Order,
    /// The pay rule or the remainder rule is not that of the terms.
    #[error("the statement's pay rule is not the terms'")]
    PayRule,
}

/// Public inputs that are not those of a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StatementError {
    /// The number of inputs does not fit the circuit.
    #[error("got {got} public inputs, expected {expected}")]
    Length {
        /// Inputs given.
        got: usize,
        /// Inputs of the circuit.
        expected: usize,
    },
    /// An input is out of its range.
    #[error("public input {row} ({field}) is out of range")]
    OutOfRange {
        /// Which input.
        row: usize,
        /// What it stands for.
        field: &'static str,
    },
    /// More claims or payees than the circuit has room for.
    #[error("got {got} {what}, the circuit has room for {capacity}")]
    Capacity {
        /// What there is too much of.
        what: &'static str,
        /// How many.
        got: usize,
        /// Room.
        capacity: usize,
    },
}

/// What a usage proof states.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UsageStatement {
    /// The run's context.
    pub context: ContextDigest,
    /// Registry root that the run's tranches are under.
    pub registry_root: RegistryRoot,
    /// Commitment to log, arrangement and trace.
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
        let order = byte(&inputs[Self::ORDER]).and_then(LogOrder::from_flag);
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

fn byte(felt: &Felt) -> Option<u8> {
    felt::to_u128(felt).and_then(|value| u8::try_from(value).ok())
}
