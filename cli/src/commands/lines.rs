//! Lines that more than one report has.

use tranche_workspace::steps::notice::INSECURE;

use crate::output::Table;

/// The time of a proof and of its keys, in seconds.
pub(super) fn time(prove_seconds: f64, key_seconds: f64) -> [String; 2] {
    let text = format!("{prove_seconds:.1} s, and {key_seconds:.1} s for keys");
    ["time".to_owned(), text]
}

/// Adds the notice of a proof that anybody could have forged.
pub(super) fn insecure(table: Table, srs_insecure: bool) -> Table {
    if srs_insecure {
        table.line([INSECURE])
    } else {
        table
    }
}

/// What is said beside a key or a contract of a string whose secret is public.
pub(super) fn string_note(srs_insecure: bool) -> &'static str {
    if srs_insecure {
        "INSECURE development string"
    } else {
        ""
    }
}
