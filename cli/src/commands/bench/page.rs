//! The report: one page with a plot and a sentence for each question, computed from the raw data alone.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use tranche_circuits::usage::params::size_by_name;
use tranche_cost::measurement::Measurement;
use tranche_cost::point::{Point, Relation as Kind};

use super::Failed;
use super::chart::{Axis, Series, bars, figure, scatter};
use super::fit::{PowerLaw, range};
use super::raw::POINTS;
use crate::markup::{escaped, grouped};

/// Times that lie within this factor of each other are taken to be the same: runs of one point differ by some per cent.
const SAME: f64 = 1.10;
/// A power of at most this much says that a thousandfold makes less than half as much again: no growth that runs could show.
const FLAT: f64 = 0.05;
/// Largest share of witness making in proving that is aimed at.
const WITNESS_AIM: f64 = 0.05;
/// Largest share of idle cells that is aimed at.
const IDLE_AIM: f64 = 0.15;
/// Farthest that an estimate should be off.
const ESTIMATE_AIM: f64 = 0.25;

const STYLE: &str = ":root{--ink:#1b1b1b;--soft:#666;--line:#bbb;--paper:#fff}\
@media (prefers-color-scheme:dark){:root{--ink:#e8e8e8;--soft:#aaa;--line:#555;--paper:#161616}}\
@media print{:root{--ink:#000;--soft:#444;--line:#bbb;--paper:#fff}section{break-inside:avoid}body{padding:0}}\
*{box-sizing:border-box}body{font:16px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);max-width:60rem;margin:0 auto;padding:1.5rem}\
h1{font-size:1.7rem;margin:0 0 .3rem}h2{font-size:1.2rem;margin:2.2rem 0 .3rem}p{margin:.4rem 0}\
svg{width:100%;max-width:50rem;height:auto;display:block;font:13px system-ui,sans-serif}svg text{fill:var(--ink)}\
.grid{stroke:var(--line);stroke-width:.6}.axis{stroke:var(--ink);fill:none}.soft{color:var(--soft);font-size:.9rem}\
table{border-collapse:collapse;font-size:.85rem;margin:.6rem 0}th,td{text-align:right;padding:.15rem .5rem;border-bottom:1px solid var(--line)}\
th:first-child,td:first-child{text-align:left}.wide{overflow-x:auto}";

/// The page of these measurements; `failed` are points that the sweep could not measure.
pub(super) fn render(measured: &[Measurement], failed: &[Failed]) -> String {
    let mut out = String::with_capacity(1 << 16);
    out += "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n";
    out += "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n";
    out += "<meta name=\"viewport\" content=\"width=device-width\">\n<title>What proofs cost</title>\n";
    let _ = write!(out, "<style>{STYLE}</style>\n</head>\n<body>\n");
    out += "<h1>What proofs cost</h1>\n";
    ground(&mut out, measured);
    let ladder = ladder(measured);
    ladder_plots(&mut out, &ladder);
    for factor in FACTORS {
        growth(&mut out, measured, factor);
    }
    disclosures(&mut out, measured);
    aims(&mut out, &ladder);
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
         The raw data are in <b>{POINTS}</b> beside this page; its column <b>command</b> repeats a row.</p>",
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

/// The rows of full rungs on the most threads, the last measurement of each, smallest first.
fn ladder(measured: &[Measurement]) -> Vec<&Measurement> {
    let threads = measured.iter().map(|row| row.threads).max();
    let mut ladder: Vec<&Measurement> = Vec::new();
    for row in measured
        .iter()
        .filter(|row| row.kind == Kind::Usage && row.point().is_full())
        .filter(|row| Some(row.threads) == threads)
    {
        ladder.retain(|known| known.circuit != row.circuit);
        ladder.push(row);
    }
    ladder.sort_by_key(|row| (family(row), row.holds_draws));
    ladder
}

/// Rungs that are compared with each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Family {
    Weighted,
    Uniform,
    Wide,
}

fn family(row: &Measurement) -> Family {
    match size_by_name(&row.circuit) {
        Some(rung) if rung.is_wide() => Family::Wide,
        Some(rung) if rung.params.uniform => Family::Uniform,
        _ => Family::Weighted,
    }
}

/// Least and greatest of some values in words.
fn span(values: impl IntoIterator<Item = f64>) -> String {
    let (least, most) = range(values).unwrap_or_default();
    match figure(least) == figure(most) {
        true => figure(most),
        false => format!("{} to {}", figure(least), figure(most)),
    }
}

fn section(out: &mut String, title: &str, plot: &str, sentences: &str) {
    let _ = writeln!(
        out,
        "<section>\n<h2>{title}</h2>\n{plot}<p>{sentences}</p>\n</section>"
    );
}

/// The families of rungs as series of a value over draws.
fn by_draws(ladder: &[&Measurement], value: impl Fn(&Measurement) -> Option<f64>) -> Vec<Series> {
    [
        (Family::Weighted, "weighted units"),
        (Family::Uniform, "uniform units"),
        (Family::Wide, "weighted units on wide rungs"),
    ]
    .into_iter()
    .filter_map(|(of, name)| {
        let points: Vec<(f64, f64)> = ladder
            .iter()
            .filter(|row| family(row) == of)
            .filter_map(|row| Some((row.holds_draws as f64, value(row)?)))
            .collect();
        let law = PowerLaw::fit(&points);
        (!points.is_empty()).then(|| Series {
            name: name.to_owned(),
            points,
            law,
        })
    })
    .collect()
}

/// What series over draws say, in one sentence.
fn growth_by_draws(what: &str, series: &[Series]) -> String {
    let mut said = Vec::new();
    for Series { name, points, law } in series {
        let (Some(first), Some(last), Some(law)) = (points.first(), points.last(), law) else {
            continue;
        };
        said.push(format!(
            "with {name} {what} grows as draws to the power {:.2}: {} times the draws, {} times the {what}",
            law.exponent,
            figure(last.0 / first.0),
            figure(last.1 / first.1)
        ));
    }
    match said.is_empty() {
        true => "Too few rungs were measured to say how it grows.".to_owned(),
        false => capitalised(&format!("{}.", said.join("; "))),
    }
}

fn capitalised(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(characters).collect()
    })
}

const DRAWS: Axis = Axis {
    label: "draws of a full run",
    log: true,
};

fn ladder_plots(out: &mut String, ladder: &[&Measurement]) {
    if ladder.is_empty() {
        return;
    }
    let time = by_draws(ladder, |row| Some(row.prove_seconds));
    let axis = Axis {
        label: "time of a proof, s",
        log: true,
    };
    section(
        out,
        "Time against draws",
        &scatter("Time of a proof against draws", [DRAWS, axis], &time),
        &growth_by_draws("time", &time),
    );
    let memory = by_draws(ladder, |row| {
        row.memory_bytes.map(|bytes| bytes as f64 / 1e6)
    });
    let axis = Axis {
        label: "peak memory, MB",
        log: true,
    };
    section(
        out,
        "Memory against draws",
        &scatter("Peak memory against draws", [DRAWS, axis], &memory),
        &growth_by_draws("memory", &memory),
    );
    stages(out, ladder);
    let of = |value: &dyn Fn(&Measurement) -> f64| -> Vec<(String, Vec<f64>)> {
        ladder
            .iter()
            .map(|row| (row.circuit.clone(), vec![value(row)]))
            .collect()
    };
    let single = |out: &mut String,
                  title: &str,
                  label: &str,
                  rows: Vec<(String, Vec<f64>)>,
                  words: &dyn Fn(&str) -> String| {
        let span = span(rows.iter().map(|row| row.1[0]));
        section(out, title, &bars(title, label, &[""], &rows), &words(&span));
    };
    single(
        out,
        "Proofs in multi-scalar multiplications",
        "time of a proof over one MSM",
        of(&Measurement::ratio),
        &|span| {
            format!(
                "A full rung takes as long as {span} multiplications of 2<sup>20</sup> points on the same threads."
            )
        },
    );
    single(
        out,
        "Cells per draw",
        "advice cells per draw of a full run",
        of(&|row| row.cells() / row.draws as f64),
        &|span| {
            format!(
                "A draw takes {span} cells of its rung, its share of records, hashes and tranches counted in."
            )
        },
    );
    single(
        out,
        "Size of a proof",
        "bytes",
        of(&|row| row.proof_bytes as f64),
        &|span| format!("Proofs have {span} bytes; the rung alone decides."),
    );
    single(
        out,
        "Gas of a verification",
        "gas, thousands",
        of(&|row| row.gas_estimate as f64 / 1e3),
        &|span| {
            format!(
                "A verification on a chain takes about {span} thousand gas, call data included."
            )
        },
    );
    single(
        out,
        "Portable verification",
        "ms",
        of(&|row| row.portable_verify_seconds * 1e3),
        &|span| format!("The portable verifier takes {span} ms."),
    );
}

fn stages(out: &mut String, ladder: &[&Measurement]) {
    let parts = [
        "witness and filling",
        "commitments, phase 1",
        "commitments, phase 2",
        "permutation",
        "quotient",
        "openings",
    ];
    let rows: Vec<(String, Vec<f64>)> = ladder
        .iter()
        .map(|row| {
            let stages = row.stages();
            let [first, second] = stages.commit;
            let fill = row.witness_seconds + stages.fill[0] + stages.fill[1];
            let parts = vec![
                fill,
                first,
                second,
                stages.permutation,
                stages.quotient,
                stages.opening,
            ];
            (row.circuit.clone(), parts)
        })
        .collect();
    let mut sums: Vec<(f64, &str)> = parts
        .iter()
        .enumerate()
        .map(|(at, part)| (rows.iter().map(|row| row.1[at]).sum(), *part))
        .collect();
    let total: f64 = sums.iter().map(|sum| sum.0).sum();
    sums.sort_by(|a, b| b.0.total_cmp(&a.0));
    let said: Vec<String> = sums
        .iter()
        .take(3)
        .map(|(sum, part)| format!("{part} {:.0} %", 100.0 * sum / total))
        .collect();
    section(
        out,
        "Where the time goes",
        &bars("Where the time goes", "time, s", &parts, &rows),
        &format!("Over all rungs most time goes to {}.", said.join(", ")),
    );
}

/// Something that differs between runs on the same rung.
struct Factor {
    title: &'static str,
    /// What it is called on the axis and in the sentence.
    name: &'static str,
    value: fn(&Measurement) -> f64,
    /// The point without it.
    rest: fn(Point) -> Point,
}

const FACTORS: [Factor; 6] = [
    Factor {
        title: "Draws within a rung",
        name: "draws",
        value: |row| row.draws as f64,
        rest: |point| Point { draws: 0, ..point },
    },
    Factor {
        title: "Size of the registry",
        name: "registered tranches",
        value: |row| row.registered as f64,
        rest: |point| Point {
            registered: 0,
            ..point
        },
    },
    Factor {
        title: "Records that the run does not touch",
        name: "records of a tranche, most of them never drawn",
        value: |row| (row.records / row.tranches.max(1) + row.untouched) as f64,
        rest: |point| Point {
            untouched: 0,
            ..point
        },
    },
    Factor {
        title: "Tranches",
        name: "tranches drawn from",
        value: |row| row.tranches as f64,
        rest: |point| Point {
            tranches: 0,
            ..point
        },
    },
    Factor {
        title: "Touched chunks",
        name: "touched chunks",
        value: |row| row.chunks as f64,
        rest: |point| Point {
            records: 0,
            ..point
        },
    },
    Factor {
        title: "Threads",
        name: "threads",
        value: |row| row.threads as f64,
        rest: |point| Point {
            threads: 0,
            ..point
        },
    },
];

/// The largest group of rows that differ in one factor only, by its value.
fn varying<'a>(measured: &'a [Measurement], factor: &Factor) -> Vec<&'a Measurement> {
    let mut groups: Vec<(Point, Vec<&Measurement>)> = Vec::new();
    for row in measured {
        let rest = (factor.rest)(row.point());
        match groups.iter_mut().find(|group| group.0 == rest) {
            Some(group) => group.1.push(row),
            None => groups.push((rest, vec![row])),
        }
    }
    let different = |rows: &[&Measurement]| {
        let mut values: Vec<u64> = rows.iter().map(|row| (factor.value)(row) as u64).collect();
        values.sort_unstable();
        values.dedup();
        values.len()
    };
    let mut rows = groups
        .into_iter()
        .map(|group| group.1)
        .max_by_key(|rows| different(rows))
        .filter(|rows| different(rows) > 1)
        .unwrap_or_default();
    rows.sort_by(|a, b| (factor.value)(a).total_cmp(&(factor.value)(b)));
    rows
}

fn growth(out: &mut String, measured: &[Measurement], factor: Factor) {
    let rows = varying(measured, &factor);
    if rows.is_empty() {
        return;
    }
    let series = |name: &str, value: fn(&Measurement) -> f64| {
        let points: Vec<(f64, f64)> = rows
            .iter()
            .map(|row| ((factor.value)(row), value(row)))
            .collect();
        Series {
            name: name.to_owned(),
            law: PowerLaw::fit(&points),
            points,
        }
    };
    let proof = series("proof", |row| row.prove_seconds);
    let witness = series("witness", |row| row.witness_seconds);
    let axes = [
        Axis {
            label: factor.name,
            log: true,
        },
        Axis {
            label: "time, s",
            log: false,
        },
    ];
    let circuit = escaped(&rows[0].circuit);
    let sentences = format!(
        "On {circuit}: {} {} The witness is made from the log before the proof.",
        dependence("The time of a proof", factor.name, &proof),
        dependence("The time of the witness", factor.name, &witness),
    );
    let plot = scatter(factor.title, axes, &[proof, witness]);
    section(out, factor.title, &plot, &sentences);
}

/// Whether values depend on what is on the axis, as far as the data say.
fn dependence(what: &str, on: &str, series: &Series) -> String {
    let (Some(first), Some(last), Some((least, most))) = (
        series.points.first(),
        series.points.last(),
        range(series.points.iter().map(|point| point.1)),
    ) else {
        return String::new();
    };
    let from = format!("from {} to {} {on}", figure(first.0), figure(last.0));
    if most <= SAME * least {
        return format!(
            "{what} does not depend on it: {from} all values are within {:.0} % of each other.",
            100.0 * (most / least - 1.0)
        );
    }
    let Some(law) = series.law else {
        return format!("{what} is {} to {} s {from}.", figure(least), figure(most));
    };
    let ends = format!(
        "{from} it goes from {} to {} s",
        figure(first.1),
        figure(last.1)
    );
    let power = law.exponent;
    match power.abs() <= FLAT {
        true => format!("{what} shows no growth: {ends}, as a power of {power:.2}."),
        false => format!("{what} depends on it: {ends}, as a power of {power:.2}."),
    }
}

fn disclosures(out: &mut String, measured: &[Measurement]) {
    let rows: Vec<(String, Vec<f64>)> = measured
        .iter()
        .filter(|row| row.kind == Kind::Disclosure)
        .map(|row| {
            let name = format!(
                "{}: {}",
                row.circuit.trim_start_matches("disclosure-"),
                row.claims
            );
            (format!("size {name} claims"), vec![row.prove_seconds])
        })
        .collect();
    if rows.is_empty() {
        return;
    }
    let sentence = format!(
        "A disclosure takes {} s.",
        span(rows.iter().map(|row| row.1[0]))
    );
    section(
        out,
        "Disclosures about 64 tranches",
        &bars("Time of a disclosure", "time of a proof, s", &[""], &rows),
        &sentence,
    );
}

/// What is aimed at, and what was reached, rung by rung.
fn aims(out: &mut String, ladder: &[&Measurement]) {
    if ladder.is_empty() {
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
    for row in ladder {
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
    let verdict = |aim: String, missed: &[String]| match missed.is_empty() {
        true => format!("{aim}: reached on every rung measured."),
        false => format!("{aim}: missed on {}.", missed.join(", ")),
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
    use tranche_cost::measurement::Verified;

    use super::*;

    fn row(circuit: &str, seconds: f64) -> Measurement {
        let rung = tranche_circuits::usage::params::size_by_name(circuit).unwrap();
        let point = Point::full(&rung);
        Measurement {
            kind: Kind::Usage,
            circuit: circuit.to_owned(),
            k: rung.params.k,
            degree: 9,
            advice_columns: 30,
            holds_draws: rung.params.draws(),
            draws: point.draws,
            records: point.records,
            chunks: rung.params.table_chunks,
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
    fn the_ladder_has_slopes_stages_and_aims() {
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
            "Over all rungs most time goes to quotient 69 %",
            "At most 15 % of the cells idle: missed on usage-13, usage-17, usage-20, usage-uniform-17.",
            "Witness and filling at most 5 % of proving: reached on every rung measured.",
            "Estimates within 25 %: reached on every rung measured.",
            "Not measured: a point: &lt;b&gt;",
            "c0ffee",
        ] {
            assert!(page.contains(words), "{words}");
        }
        assert!(!page.contains("NaN"));
    }
}
