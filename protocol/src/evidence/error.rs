//! Why evidence does not hold.

use crate::address::Address;
use crate::log::LogOrder;
use crate::signature::SignatureError;

/// Evidence that does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EvidenceError {
    /// The level is not 1 to 4.
    #[error("evidence level is {0}, expected 1 to 4")]
    Level(u8),
    /// The order is neither planned nor consumed.
    #[error("evidence order is {0}, expected 0 (planned) or 1 (consumed)")]
    Order(u8),
    /// The signature is not one.
    #[error("evidence: {0}")]
    Signature(#[from] SignatureError),
    /// Another key signed, or another run commitment was signed.
    #[error("evidence is signed by {got} for this run commitment, but names {expected}")]
    Signer {
        /// Who the signature recovers to.
        got: Address,
        /// Who the evidence names.
        expected: Address,
    },
    /// Another key signed the quote's digest, or another digest, order or run commitment was signed.
    #[error("the quote's digest is signed by {got} for this run commitment, expected {expected}")]
    Quote {
        /// Who the signature recovers to.
        got: Address,
        /// Who signed the evidence.
        expected: Address,
    },
    /// A quote beside another level than 2.
    #[error("evidence of level {0} carries a quote's digest, which only level 2 has")]
    QuoteOfLevel(u8),
    /// The signer is not the key that the run's terms name.
    #[error("evidence is by {got}, the terms name {expected}")]
    NotTheTermsKey {
        /// The signer.
        got: Address,
        /// The key of the terms.
        expected: Address,
    },
    /// The terms want a higher level.
    #[error("evidence level is {got}, the terms want at least {expected}")]
    TooLow {
        /// The level of the evidence, 0 without any.
        got: u8,
        /// The least level of the terms.
        expected: u8,
    },
    /// The evidence is for the other order than the run commitment's.
    #[error("evidence is for a {got:?} log, the statement says {expected:?}")]
    WrongOrder {
        /// The order signed.
        got: LogOrder,
        /// The order stated.
        expected: LogOrder,
    },
}
