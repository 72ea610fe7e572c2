//! The report: one page with a plot and a sentence for each question, computed from the raw data alone.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use serde::Serialize;
use tranche_markup::{escaped, grouped};

use super::aims::aims;
use super::factors::{disclosures, growths};
use super::sizes::{full_runs, size_plots};
use crate::measurement::Measurement;

/// Name of the raw data beside the page.
pub const DATA: &str = "points.csv";

const STYLE: &str = ":root{--ink:#1b1b1b;--soft:#666;--line:#bbb;--paper:#fff}\
@media (prefers-color-scheme:dark){:root{--ink:#e8e8e8;--soft:#aaa;--line:#555;--paper:#161616}}\
@media print{:root{--ink:#000;--soft:#444;--line:#bbb;--paper:#fff}section{break-inside:avoid}body{padding:0}}\
*{box-sizing:border-box}body{font:16px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);max-width:60rem;margin:0 auto;padding:1.5rem}\
h1{font-size:1.7rem;margin:0 0 .3rem}h2{font-size:1.2rem;margin:2.2rem 0 .3rem}p{margin:.4rem 0}\
svg{width:100%;max-width:50rem;height:auto;display:block;font:13px system-ui,sans-serif}svg text{fill:var(--ink)}\
.grid{stroke:var(--line);stroke-width:.6}.axis{stroke:var(--ink);fill:none}.soft{color:var(--soft);font-size:.9rem}\
table{border-collapse:collapse;font-size:.85rem;margin:.6rem 0}th,td{text-align:right;padding:.15rem .5rem;border-bottom:1px solid var(--line)}\
th:first-child,td:first-child{text-align:left}.wide{overflow-x:auto}";

/// A point that could not be measured.
#[derive(Clone, Debug, Serialize)]
pub struct Failed {
    /// Its name.
    pub point: String,
    /// Why.
    pub reason: String,
}

/// The page of these measurements; `failed` are points that the sweep could not measure.
pub fn render(measured: &[Measurement], failed: &[Failed]) -> String {
    let mut out = String::with_capacity(1 << 16);
    out += "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n";
    out += "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n";
    out += "<meta name=\"viewport\" content=\"width=device-width\">\n<title>What proofs cost</title>\n";
    let _ = write!(out, "<style>{STYLE}</style>\n</head>\n<body>\n");
    out += "<h1>What proofs cost</h1>\n";
    ground(&mut out, measured);
    let full = full_runs(measured);
    size_plots(&mut out, &full);
    growths(&mut out, measured);
    disclosures(&mut out, measured);
    aims(&mut out, &full);
    all(&mut out, measured, failed);
    out += "</body>\n</html>\n";
    out
}

/// Different texts of all rows, in order.
fn each(measured: &[Measurement], of: impl Fn(&Measurement) -> String) -> String {
    let different: BTreeSet<String> = measured.iter().map(of).collect();
    let different: Vec<String> = different.into_iter().collect();
    escaped(&different.join("; "))
}

fn ground(out: &mut String, measured: &[Measurement]) {
    let _ = writeln!(
        out,
        "<p>{} points, each measured in a process of its own: {}. Commit {}, {}, {}. Machine: {}.</p>\n\
         <p class=\"soft\">Times are of the wall clock. A proof's time runs from the run's witness to bytes that the prover has verified; keys are made or loaded \
         before. Memory is the peak resident set while proving, with reference string and key. MSM stands for one multi-scalar multiplication of 2<sup>20</sup> points with \
         full-width scalars by the same library, measured right after each proof. Gas is estimated from the verifying key. \
         The raw data are in <b>{DATA}</b> beside this page; its column <b>command</b> repeats a row.</p>",
        measured.len(),
        each(measured, |row| row.date.clone()),
        each(measured, |row| row.commit.clone()),
        each(measured, |row| row.compiler.clone()),
        each(measured, |row| row.libraries.clone()),
        each(measured, |row| format!(
            "{}, {} threads, {} GB, {}",
            row.processor,
            row.cores,
            row.machine_bytes / 1_000_000_000,
            row.system
        )),
    );
}

fn all(out: &mut String, measured: &[Measurement], failed: &[Failed]) {
    out.push_str(
        "<section>\n<h2>All points</h2>\n<div class=\"wide\"><table>\n<tr><th>circuit</th><th>draws</th><th>chunks</th><th>tranches</th><th>registered</th>\
         <th>untouched</th><th>claims</th><th>threads</th><th>proof, s</th><th>over MSM</th><th>memory, MB</th><th>bytes</th><th>gas</th></tr>\n",
    );
    for row in measured {
        let count = |count: usize| grouped(&count.to_string());
        let _ = writeln!(
            out,
            "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{:.2}</td><td>{:.2}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
            escaped(&row.circuit),
            count(row.draws),
            count(row.chunks),
            count(row.tranches),
            count(row.registered),
            count(row.untouched),
            row.claims,
            row.threads,
            row.prove_seconds,
            row.ratio(),
            row.memory_bytes.map_or_else(
                || "–".to_owned(),
                |bytes| grouped(&(bytes / 1_000_000).to_string())
            ),
            count(row.proof_bytes),
            grouped(&row.gas_estimate.to_string()),
        );
    }
    out.push_str("</table></div>\n");
    for failed in failed {
        let _ = writeln!(
            out,
            "<p>Not measured: {}: {}</p>",
            escaped(&failed.point),
            escaped(&failed.reason)
        );
    }
    out.push_str("</section>\n");
}

#[cfg(test)]
mod tests {
    use crate::measurement::Verified;
    use crate::point::{Point, Relation};

    use super::*;

    fn row(circuit: &str, seconds: f64) -> Measurement {
        let size = tranche_circuits::usage::params::size_by_name(circuit).unwrap();
        let point = Point::full(&size);
        Measurement {
            kind: Relation::Usage,
            circuit: circuit.to_owned(),
            k: size.params.k,
            degree: 9,
            advice_columns: 30,
            holds_draws: size.params.draws(),
            draws: point.draws,
            records: point.records,
            chunks: size.params.table_chunks,
            tranches: point.tranches,
            registered: point.registered,
            untouched: 0,
            claims: 0,
            threads: point.threads,
            witness_seconds: 0.01 * seconds,
            key_seconds: 1.0,
            prove_seconds: seconds,
            first_fill_seconds: 0.01 * seconds,
            first_commit_seconds: 0.1 * seconds,
            second_fill_seconds: 0.01 * seconds,
            second_commit_seconds: 0.1 * seconds,
            permutation_seconds: 0.05 * seconds,
            quotient_seconds: 0.7 * seconds,
            opening_seconds: 0.03 * seconds,
            memory_bytes: Some(1_000_000_000),
            proof_bytes: 5_088,
            gas_estimate: 668_865,
            native_verify_seconds: 0.004,
            portable_verify_seconds: 0.002,
            yardstick_seconds: 2.5,
            idle_share: Some(0.2),
            zero_share: Some(0.3),
            estimated_seconds: Some(0.9 * seconds),
            estimated_bytes: Some(1_100_000_000),
            date: "2026-11-20".to_owned(),
            processor: "a processor".to_owned(),
            cores: 2,
            machine_bytes: 8_000_000_000,
            system: "a system".to_owned(),
            commit: "c0ffee".to_owned(),
            compiler: "a compiler".to_owned(),
            libraries: "some libraries".to_owned(),
            command: "a command".to_owned(),
            verified: Verified::Yes,
        }
    }

    /// Rows of registries of growing size.
    fn registries(seconds: &[f64]) -> Vec<Measurement> {
        let mut registered = 24;
        seconds
            .iter()
            .map(|seconds| {
                registered *= 10;
                Measurement {
                    registered,
                    ..row("usage-13", *seconds)
                }
            })
            .collect()
    }

    #[test]
    fn sentences_say_what_the_rows_say() {
        let page = |seconds: &[f64]| render(&registries(seconds), &[]);
        assert!(page(&[8.0, 8.2, 8.1]).contains("time of a proof does not depend on it"));
        assert!(page(&[8.0, 9.2, 8.1]).contains("time of a proof shows no growth"));
        let grows = page(&[8.0, 16.0, 32.0]);
        assert!(grows.contains("time of a proof depends on it"));
        assert!(grows.contains("as a power of 0.30"));
        // One value of a factor says nothing of it.
        assert!(!page(&[8.0]).contains("Size of the registry"));
    }

    #[test]
    fn full_runs_have_slopes_stages_and_aims() {
        let rows = [
            row("usage-13", 10.0),
            row("usage-17", 35.0),
            row("usage-20", 115.0),
            row("usage-uniform-17", 20.0),
        ];
        let failed = Failed {
            point: "a point".to_owned(),
            reason: "<b>".to_owned(),
        };
        let page = render(&rows, &[failed]);
        for words in [
            "With weighted units time grows as draws to the power 0.5",
            "Over all circuits most time goes to quotient 69 %",
            "At most 15 % of the cells idle: missed on usage-13, usage-17, usage-20, usage-uniform-17.",
            "Witness and filling at most 5 % of proving: reached on every circuit measured.",
            "Estimates within 25 %: reached on every circuit measured.",
            "Not measured: a point: &lt;b&gt;",
            "c0ffee",
        ] {
            assert!(page.contains(words), "{words}");
        }
        assert!(!page.contains("NaN"));
    }
}
