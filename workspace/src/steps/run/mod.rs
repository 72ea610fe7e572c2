//! A run's seed, terms, commitment and evidence.
//!
//! | module | part |
//! |---|---|
//! | `seed` | the seed that all salts of a run come from |
//! | `terms` | the terms that a run's context hashes |
//! | `commit` | the commitment to a log under terms |
//! | `sign` | the evidence of a loader that served the records |

mod commit;
mod seed;
mod sign;
mod terms;

pub use commit::{CommitRunRequest, CommittedRun, commit_run};
pub use seed::{NewSeed, new_seed};
pub use sign::{SignRunRequest, SignedRun, Vouching, sign_run};
pub use terms::{CheckedTerms, check_terms};
