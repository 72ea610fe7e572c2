//! Why public inputs are not those of a statement, or a statement not that of a run's terms.

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
