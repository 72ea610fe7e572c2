//! Workloads and measurements for the benches.
//!
//! | module | noun |
//! |---|---|
//! | [`workload`] | a made-up run of any size |
//! | [`point`] | one point of the sweep, and the sweep |
//! | [`sweep`] | measuring a point |
//! | [`measurement`] | what a point cost: a row of raw data |
//! | [`clock`] | time on the wall and on the processors |
//! | [`machine`] | what it was measured on, peak memory, the yardstick multi-scalar multiplication |
//! | [`speeds`] | how fast this machine does what proofs are made of |
//! | [`estimate`] | what a proof will cost |
//! | [`idle`] | cells that a full run leaves unused |

pub mod clock;
pub mod estimate;
pub mod idle;
pub mod machine;
pub mod measurement;
pub mod point;
pub mod speeds;
pub mod sweep;
pub mod workload;
