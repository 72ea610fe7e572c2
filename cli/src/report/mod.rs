//! The report of a sweep: one page with plots and sentences, computed from its measurements.

mod chart;
mod fit;
mod page;

pub use page::{DATA, Failed, render};
