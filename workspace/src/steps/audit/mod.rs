//! Audits of runs by sampled replay: from a public value to signed evidence of level 3.
//!
//! | module | part |
//! |---|---|
//! | [`audited_run`] | what is audited: a run commitment with its terms |
//! | [`mod@challenge`] | a challenge from a public value |
//! | [`mod@open`] | the builder's answer |
//! | [`mod@check`] | the auditor's verdict |
//! | [`data`] | the records, committed to again |
//! | [`replay`] | the replay's weights against the trace |
//! | [`outcome`] | what an audit came to |
//! | [`report`] | the report of an audit |
//! | [`mod@attach`] | evidence put into a proof's file |

pub mod attach;
pub mod audited_run;
pub mod challenge;
pub mod check;
pub mod data;
pub mod open;
pub mod outcome;
pub mod replay;
pub mod report;
mod work;

pub use attach::{AttachRequest, AttachedEvidence, attach};
pub use audited_run::RunSource;
pub use challenge::{ChallengeRequest, Chance, IssuedChallenge, challenge};
pub use check::{AuditVerdict, CheckRequest, check};
pub use data::DataRequest;
pub use open::{Disclosed, NamedTranche, OpenRequest, OpenedAudit, open};
pub use outcome::Outcome;
pub use replay::ReplayRequest;
pub use report::{ReadReport, ReportRow, read_report};
