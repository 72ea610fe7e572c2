//! What is told of a log's files, in lines.

use tranche_ingest::training_log::olmo::OlmoReport;
use tranche_ingest::training_log::recorder::RecordingReport;
use tranche_ingest::training_log::{BlendReport, PlanReport, SameRanks, TableReport};
use tranche_workspace::steps::log::{ChosenFormat, LogTold};

use crate::output::Table;

/// Adds what the log was read as, and why.
pub(super) fn format_line(format: &ChosenFormat, table: Table) -> Table {
    let why = match &format.seen {
        Some(seen) => format!("{}: {seen}", format.name),
        None => format!("{}, as said", format.name),
    };
    // A line of one cell: long text widens no column.
    table.line([format!("format: {why}")])
}

/// Adds what the files told; `draws` are those that count.
pub(super) fn lines(told: &LogTold, draws: u64, table: Table) -> Table {
    let mut table = table;
    if let Some(rows) = &told.table {
        table = of_table(rows, table);
    }
    if let Some(ranks) = &told.ranks {
        table = of_ranks(ranks, draws, table);
    }
    if let Some(plan) = &told.plan {
        table = of_plan(plan, table);
    }
    if told.after_through > 0 {
        let left = format!("{} draws of later steps", told.after_through);
        table = table.line(["after --through", &left]);
    }
    if let Some(blend) = &told.blend {
        table = of_blend(blend, table);
    }
    table
}

fn of_table(rows: &TableReport, table: Table) -> Table {
    let mut table = table;
    if rows.attempts > 1 {
        let left = format!("{} draws superseded", rows.superseded);
        table = table.line(["attempts", &rows.attempts.to_string(), &left]);
    }
    for source in &rows.superseded_sources {
        let left = format!(
            "{}: {} draws of steps {} to {}",
            source.name, source.draws, source.first_step, source.last_step
        );
        table = table.line(["superseded", &left]);
    }
    if !rows.unread.is_empty() {
        table = table.line([format!("columns not read: {}", rows.unread.join(", "))]);
    }
    if let Some(ranks) = rows.ranks {
        table = table.line(["ranks", &ranks.to_string()]);
    }
    same_lines(&rows.same_data, table)
}

fn of_ranks(ranks: &OlmoReport, draws: u64, table: Table) -> Table {
    let span = match (ranks.first_step, ranks.last_step) {
        (Some(first), Some(last)) => format!("{first} to {last}"),
        _ => "none".to_owned(),
    };
    let left = ranks.recorded.saturating_sub(draws);
    let table = table
        .line(["steps", &span])
        .line(["ranks", &ranks.ranks.to_string()])
        .line([
            "attempts",
            &ranks.attempts.to_string(),
            &format!("{left} draws superseded or after the last step"),
        ]);
    same_lines(&ranks.same_data, table)
}

fn of_plan(plan: &PlanReport, table: Table) -> Table {
    let table = table.line(["batch", &plan.batch.to_string()]);
    plan.files.iter().fold(table, |table, file| {
        let left = match file.indices - file.served {
            0 => "all".to_owned(),
            left => format!("{} of {}, {left} left out", file.served, file.indices),
        };
        table.line(["served", &left, &file.file.display().to_string()])
    })
}

fn of_blend(blend: &BlendReport, table: Table) -> Table {
    let split = blend.split.map_or("not said", |split| split.name());
    table.line(["split", split, &blend.file.display().to_string()])
}

/// Adds ranks of a recording that end early or have the very same draws.
pub(super) fn of_recording(report: &RecordingReport, table: Table) -> Table {
    let table = report.short_ranks.iter().fold(table, |table, short| {
        let end = short.last_step.map_or_else(
            || "has no step".to_owned(),
            |last| format!("ends at step {last}"),
        );
        table.line(["short rank", &short.rank.to_string(), &end])
    });
    same_lines(&report.same_data, table)
}

fn same_lines(same: &[SameRanks], table: Table) -> Table {
    same.iter().fold(table, |table, pair| {
        let told = format!(
            "ranks {} and {}: the same draws, all counted",
            pair.first, pair.second
        );
        table.line(["same data", &told])
    })
}
