//! Valid and broken proofs on which every verifier of tranche must give one verdict.
//!
//! | module | noun |
//! |---|---|
//! | [`circuit`] | a circuit with its keys |
//! | [`valid`] | the valid proofs that everything else is made of |
//! | [`case`] | one question to a verifier, and the answer expected |
//! | [`word`], [`layout`] | 256-bit words; where a proof's points and scalars stand |
//! | [`proofs`] | the cases on bare proofs |
//! | [`files`] | the cases on proof files |
//! | [`corpus`] | all cases, and the folder they are written to |
//! | [`error`] | what can go wrong |
//!
//! `docs/conformance.md` has the folder's format; `tests/verdicts.rs` puts the corpus to all verifiers of this tree.

pub mod case;
pub mod circuit;
pub mod corpus;
pub mod error;
pub mod files;
pub mod layout;
pub mod proofs;
pub mod valid;
pub mod word;

pub use case::{Beside, Class, FileCase, ProofCase, Said, Stage, Verdict};
pub use circuit::Circuit;
pub use corpus::Corpus;
pub use error::Error;
pub use valid::{ValidProof, ValidProofs};
