//! Workloads and measurements for the benches: made-up runs of any size, peak memory, and the yardstick multi-scalar multiplication.

pub mod machine;
pub mod workload;
