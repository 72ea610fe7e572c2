//! What `tranche demo` proves things about: a real training run on real data, small enough for seconds.

mod model;
mod sampler;
pub(crate) mod training;
mod wine;
