//! Statements: public inputs by name, and the digest that a proof's transcript absorbs first (encodings, sections 8 and 9).

mod disclosure;
mod error;
mod header;
mod inputs;
#[cfg(test)]
mod tests;
mod usage;

pub use disclosure::{
    AMOUNT_BOUND, Capacity, Claim, ClaimCode, DisclosureStatement, PayList, Payee,
};
pub use error::{ContextMismatch, StatementError};
pub use header::{
    CircuitName, KeyDigest, ProofKind, SrsDigest, StatementDigest, StatementHeader, VERSION,
};
pub use inputs::PublicInputs;
pub use usage::UsageStatement;
