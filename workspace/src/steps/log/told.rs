//! What the files of a log tell besides its draws.

use serde::Serialize;
use tranche_ingest::training_log::olmo::OlmoReport;
use tranche_ingest::training_log::recorder::RecordingReport;
use tranche_ingest::training_log::{BlendReport, LogReader, LogReport, PlanReport, TableReport};

fn is_zero(draws: &u64) -> bool {
    *draws == 0
}

/// What is told of a log, by what it is.
#[derive(Clone, Debug, Default, Serialize)]
pub struct LogTold {
    /// Of a table: attempts, and what they superseded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub table: Option<TableReport>,
    /// Of OLMo's files of ranks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ranks: Option<OlmoReport>,
    /// Of plans: how far they were served.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plan: Option<PlanReport>,
    /// Draws left out because their steps are after the last one that was asked for.
    #[serde(skip_serializing_if = "is_zero")]
    pub after_through: u64,
    /// Of a Megatron blend: which was taken.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub blend: Option<BlendReport>,
}

impl LogTold {
    /// What a reader told, and the recording's report apart, if it is one.
    pub(super) fn of(reader: &LogReader) -> (Self, Option<RecordingReport>) {
        let mut told = Self {
            after_through: reader.after_through(),
            ..Self::default()
        };
        match reader.report() {
            None => {}
            Some(LogReport::Table(table)) => told.table = Some(table),
            Some(LogReport::Olmo(ranks)) => told.ranks = Some(ranks),
            Some(LogReport::Plan(plan)) => told.plan = Some(plan),
            Some(LogReport::Blend(blend)) => told.blend = Some(blend),
            Some(LogReport::Recording(recording)) => return (told, Some(recording)),
        }
        (told, None)
    }
}
