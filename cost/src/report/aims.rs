//! What is aimed at, and what was reached.

use std::fmt::Write as _;

use tranche_markup::escaped;

use crate::measurement::Measurement;

/// Largest share of witness making in proving that is aimed at.
const WITNESS_AIM: f64 = 0.05;
/// Largest share of idle cells that is aimed at.
const IDLE_AIM: f64 = 0.15;
/// Farthest that an estimate should be off.
const ESTIMATE_AIM: f64 = 0.25;

/// What is aimed at, and what was reached, circuit by circuit.
pub(super) fn aims(out: &mut String, full: &[&Measurement]) {
    if full.is_empty() {
        return;
    }
    out.push_str(
        "<section>\n<h2>What is aimed at</h2>\n<div class=\"wide\"><table>\n<tr><th>circuit</th><th>idle cells</th><th>cells of zero</th>\
         <th>witness and filling over proving</th><th>measured over estimated time</th><th>measured over estimated memory</th></tr>\n",
    );
    let percent = |share: Option<f64>| {
        share.map_or_else(|| "–".to_owned(), |share| format!("{:.1} %", 100.0 * share))
    };
    let ratio = |measured: Option<f64>, estimated: Option<f64>| match (measured, estimated) {
        (Some(measured), Some(estimated)) if estimated > 0.0 => Some(measured / estimated),
        _ => None,
    };
    let shown = |ratio: Option<f64>| ratio.map_or_else(|| "–".to_owned(), |it| format!("{it:.2}"));
    let (mut idle, mut witness, mut off) = (Vec::new(), Vec::new(), Vec::new());
    let outside = |ratio: f64| !(1.0 / (1.0 + ESTIMATE_AIM)..=1.0 + ESTIMATE_AIM).contains(&ratio);
    for row in full {
        let name = escaped(&row.circuit);
        let time = ratio(Some(row.prove_seconds), row.estimated_seconds);
        let memory = ratio(
            row.memory_bytes.map(|bytes| bytes as f64),
            row.estimated_bytes.map(|bytes| bytes as f64),
        );
        let _ = writeln!(
            out,
            "<tr><td>{name}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
            percent(row.idle_share),
            percent(row.zero_share),
            percent(Some(row.witness_share())),
            shown(time),
            shown(memory),
        );
        if row.idle_share.is_some_and(|share| share > IDLE_AIM) {
            idle.push(name.clone());
        }
        if row.witness_share() > WITNESS_AIM {
            witness.push(name.clone());
        }
        if time.is_some_and(outside) || memory.is_some_and(outside) {
            off.push(name);
        }
    }
    let verdict = |aim: String, missed: &[String]| {
        if missed.is_empty() {
            format!("{aim}: reached on every circuit measured.")
        } else {
            format!("{aim}: missed on {}.", missed.join(", "))
        }
    };
    let _ = writeln!(
        out,
        "</table></div>\n<p>{} {} {} Idle cells stand below the last row that a column of a full run uses. A time that other work on the machine disturbed shows as a bad estimate too.</p>\n</section>",
        verdict(
            format!("At most {:.0} % of the cells idle", 100.0 * IDLE_AIM),
            &idle
        ),
        verdict(
            format!(
                "Witness and filling at most {:.0} % of proving",
                100.0 * WITNESS_AIM
            ),
            &witness
        ),
        verdict(
            format!("Estimates within {:.0} %", 100.0 * ESTIMATE_AIM),
            &off
        ),
    );
}
