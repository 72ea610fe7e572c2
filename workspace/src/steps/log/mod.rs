//! Logs of training runs: imported, checked before they are proven, and recordings sealed.
//!
//! | module | part |
//! |---|---|
//! | [`input`] | where a log is and how it is to be understood |
//! | [`recording`] | what concerns recordings alone: seals, ids of sources, the trace of checkpoints |
//! | [`mod@import`] | a trainer's log becomes the run's log |
//! | [`mod@check`] | all that is wrong with a log, and its mixture |
//! | [`mod@seal`] | a recording's segments are checked and signed |
//! | [`told`] | what the files of a log tell besides its draws |

mod catalog;
pub mod check;
pub mod import;
pub mod input;
pub mod recording;
pub mod seal;
pub mod told;

pub use check::{CheckRequest, CheckedLog, CheckedSource, check};
pub use import::{ImportRequest, ImportedLog, ImportedSource, TokenReport, import};
pub use input::{ChosenFormat, LogInput};
pub use recording::{RecordingRequest, RecordingSummary, TraceRequest, TraceSummary};
pub use seal::{SealRequest, SealedRecording, seal};
pub use told::LogTold;
