//! Makes PLONK proofs over halo2's constraint systems and keys: the same protocol, transcript and bytes as halo2's own prover, verified by
//! the same verifiers.
//!
//! The protocol is that of halo2 (*The halo2 Book*, "Proving system") with KZG commitments and the SHPLONK opening (Boneh, Drake, Fisch,
//! Gabizon, *Efficient polynomial commitment schemes for multiple points and polynomials*, 2020). What differs is the work:
//!
//! - The quotient is computed coset by coset, and a constraint of degree d on d − 1 cosets only. A column is transformed to as many cosets
//!   as the constraints that read it want.
//! - Coefficients stay in bit-reversed order, in which a transform leaves them and the next one wants them.
//! - Constraints are one flat program without repeated subexpressions, run over blocks of rows.
//! - A selector that several constraints share is multiplied once.
//!
//! | module | noun |
//! |---|---|
//! | `prove` | the protocol, round by round |
//! | `witness` | advice columns, filled by a circuit |
//! | `keygen` | the keys, from a circuit without a witness |
//! | `copies` | cells that are set equal, as cycles |
//! | `permutation` | products of the permutation argument |
//! | `constraints` | all constraints of a system, as one graph |
//! | `graph` | expressions without repeated subexpressions |
//! | `plan` | on how many cosets each constraint is evaluated |
//! | `program` | an expression as steps over blocks of rows |
//! | `quotient` | the quotient polynomial |
//! | `opening` | evaluations and the SHPLONK opening |
//! | `multiexp` | sums of multiples of points |
//! | `transform` | number-theoretic transforms |
//! | `order` | bit-reversed order |
//! | `polynomial` | coefficients in either order |
//! | [`QuotientWork`] | what the quotient of a circuit costs, counted |
//! | [`sample`] | operations on their own, for measurements |
//! | `secret` | values that are wiped |
//!
//! Lookups of halo2 are not supported: [`ProofShape`](crate::ProofShape) refuses them.

mod constraints;
mod copies;
mod graph;
mod keygen;
mod multiexp;
mod opening;
mod order;
mod permutation;
mod plan;
mod polynomial;
mod program;
mod prove;
mod quotient;
pub mod sample;
mod secret;
mod transform;
mod witness;
mod work;

pub use keygen::generate_key;
pub use prove::create_proof;
pub use work::QuotientWork;
