//! The valid proofs that every case is made of: two runs, their usage proofs and disclosures.
//!
//! | module | noun |
//! |---|---|
//! | `proof` | a valid proof |
//! | `foreign` | a proof bound to a statement that is not its circuit's |
//! | `group` | a circuit with its proofs |
//! | `run` | a sample run, proven |
//! | `uniform` | the proofs of a run over uniform tranches |
//! | `all` | all of them |

mod all;
mod foreign;
mod group;
mod proof;
mod run;
mod uniform;

pub use all::ValidProofs;
pub use foreign::{Foreign, foreign_headers};
pub use group::Group;
pub use proof::{ValidProof, signed};
