//! OLMo's and OLMo-core's planned order: `global_indices….npy`, raw 32-bit indices without a header, one file an epoch.
//!
//! A batch is as many indices as its size; rank r of W takes every W-th of it from r on. Draws come by batch, then by rank. Steps count batches from 0
//! on over all files. A row is an index of its file.
//!
//! | file | holds | the loader serves |
//! |---|---|---|
//! | `global_indices_dataset_size<n>_…_v1.npy`, with `_chunk<c>` in whole chunks | all n instances | whole batches |
//! | `global_indices_…_size<n>_…_v1.npy`, of composable sources | all n instances | whole batches |
//! | `global_indices_…_size<n>.npy`, before May 2025 | whole batches | all of it |
//! | `global_indices.npy`, OLMo's own | a multiple of the ranks | all of it, or whole batches with `drop_last` |

mod fault;
mod indices;
mod name;
mod report;
mod state;

pub use fault::PlanFault;
pub(super) use indices::Indices;
pub use indices::{LastBatch, MAX_BATCH, Plan};
pub use report::{PlanReport, ServedPlan};
pub use state::LoaderState;
