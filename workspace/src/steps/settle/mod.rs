//! The contracts, from deployment to the last payout, on an embedded chain or on any node.
//!
//! | module | part |
//! |---|---|
//! | [`session`] | which chain, who sends, what is kept |
//! | [`run_choice`] | which run |
//! | [`settled`] | what every step comes to: its outcome, transactions with their gas |
//! | [`balances`] | balances before and after |
//! | [`mod@deploy`] | contracts deployed, verifiers added |
//! | [`mod@register`] | tranches registered on chain |
//! | [`mod@open`] | runs opened |
//! | [`mod@bind`] | run commitments bound |
//! | [`submit`] | proofs submitted |
//! | [`payouts`] | claims, redirections, top-ups, refunds, voids |
//! | [`mod@status`] | what stands on chain, and the clock |

pub mod balances;
pub mod bind;
pub mod deploy;
pub mod open;
pub mod payouts;
pub mod register;
pub mod run_choice;
pub mod session;
pub mod settled;
pub mod status;
pub mod submit;

pub use balances::Balance;
pub use bind::{BindRequest, bind};
pub use deploy::{DeployRequest, Deployed, deploy};
pub use open::{OpenRequest, Opened, Stake, open};
pub use payouts::{
    ClaimRequest, Payout, RedirectRequest, RunRequest, TopUpRequest, claim, redirect, refund,
    top_up, void,
};
pub use register::{RegisterRequest, Registered, register};
pub use run_choice::RunChoice;
pub use session::{ChainAccess, ChainPlace, Session};
pub use settled::{Moved, Settled};
pub use status::{Advance, AdvanceRequest, Contracts, Seen, StatusRequest, advance, status};
pub use submit::{SubmitRequest, Submitted, submit_pay, submit_usage};
