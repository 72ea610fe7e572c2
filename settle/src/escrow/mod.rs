//! A run's money.
//!
//! | module | step |
//! |---|---|
//! | `run` | a run, and whether it is the one that is meant |
//! | `opening` | opened with terms and deposit, bound to a commitment |
//! | `submission` | proven |
//! | `payout` | collected, added to, given back, voided |
//! | `redirect` | where an owner's payouts go |
//! | `allowance` | what the escrow may take from a token |

mod allowance;
mod opening;
mod payout;
mod redirect;
mod run;
mod submission;

pub use opening::{Opening, bind, next_run, open, terms_of};
pub use payout::{Claim, claim, refund, top_up, void};
pub use redirect::{redirect, redirect_for};
pub use run::RunRef;
pub use submission::{submit, submit_to};
