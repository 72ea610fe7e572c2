//! The report of a sweep: one page with plots and sentences, computed from its measurements.

mod aims;
mod chart;
mod factors;
mod fit;
mod page;
mod section;
mod sizes;

pub use page::{DATA, Failed, render};
