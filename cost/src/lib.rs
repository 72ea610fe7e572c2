//! What a proof costs: estimated before it is made, measured when it is.
//!
//! | module | noun |
//! |---|---|
//! | [`estimate`] | what a proof will cost |
//! | [`speeds`] | how fast this machine does what proofs are made of |
//! | [`limits`] | what a run asks of a proof, and all of it that no proof holds |
//! | [`spread`] | chunks that draws by chance touch |
//! | [`workload`] | a made-up run of any size |
//! | [`point`] | one point of the sweep: a proof, with all that decides its cost |
//! | [`plan`] | the points of a sweep |
//! | [`sweep`] | measuring a point |
//! | [`measurement`] | what a point cost: a row of raw data |
//! | [`stages`] | times of a proof's stages |
//! | [`report`] | the page that a sweep of measurements comes to |
//! | [`idle`] | cells that a full run leaves unused |
//! | [`clock`] | time on the wall and on the processors |
//! | [`memory`] | peak memory of this process |
//! | [`yardstick`] | the multi-scalar multiplication that timings are divided by |
//! | [`machine`], [`date`] | what a measurement ran on, and when |
//!
//! ```no_run
//! use tranche_cost::estimate::{Counts, Estimate};
//! use tranche_cost::speeds::Speeds;
//! use tranche_verifier::VerifyingKey;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let key = VerifyingKey::from_bytes(&std::fs::read("usage-13.vk")?)?;
//! let estimate = Estimate::of(&Counts::of(&key), &Speeds::measure(&key));
//! println!("{:.1} s, {} bytes", estimate.seconds(), estimate.memory_bytes);
//! # Ok(())
//! # }
//! ```

pub mod clock;
pub mod date;
pub mod estimate;
pub mod idle;
pub mod limits;
pub mod machine;
pub mod measurement;
pub mod memory;
pub mod plan;
pub mod point;
pub mod report;
pub mod speeds;
pub mod spread;
pub mod stages;
pub mod sweep;
pub mod workload;
pub mod yardstick;
