//! What full runs cost, circuit by circuit.

use tranche_circuits::usage::params::size_by_name;

use super::chart::{Axis, Series, bars, figure, scatter};
use super::fit::PowerLaw;
use super::section::{section, span};
use crate::measurement::Measurement;
use crate::point::Relation;

/// The rows of full runs on the most threads, the last measurement of each circuit, smallest first.
pub(super) fn full_runs(measured: &[Measurement]) -> Vec<&Measurement> {
    let threads = measured.iter().map(|row| row.threads).max();
    let mut full: Vec<&Measurement> = Vec::new();
    for row in measured
        .iter()
        .filter(|row| row.kind == Relation::Usage && row.point().is_full())
        .filter(|row| Some(row.threads) == threads)
    {
        full.retain(|known| known.circuit != row.circuit);
        full.push(row);
    }
    full.sort_by_key(|row| (family(row), row.holds_draws));
    full
}

/// Circuits that are compared with each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Family {
    Weighted,
    Uniform,
    Wide,
}

fn family(row: &Measurement) -> Family {
    match size_by_name(&row.circuit) {
        Some(size) if size.is_wide() => Family::Wide,
        Some(size) if size.params.uniform => Family::Uniform,
        _ => Family::Weighted,
    }
}

/// The families of circuits as series of a value over draws.
fn by_draws(full: &[&Measurement], value: impl Fn(&Measurement) -> Option<f64>) -> Vec<Series> {
    [
        (Family::Weighted, "weighted units"),
        (Family::Uniform, "uniform units"),
        (Family::Wide, "weighted units on wide circuits"),
    ]
    .into_iter()
    .filter_map(|(of, name)| {
        let points: Vec<(f64, f64)> = full
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
    if said.is_empty() {
        "Too few circuits were measured to say how it grows.".to_owned()
    } else {
        capitalised(&format!("{}.", said.join("; ")))
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

/// Adds the sections of full runs.
pub(super) fn size_plots(out: &mut String, full: &[&Measurement]) {
    if full.is_empty() {
        return;
    }
    let time = by_draws(full, |row| Some(row.prove_seconds));
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
    let memory = by_draws(full, |row| row.memory_bytes.map(|bytes| bytes as f64 / 1e6));
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
    stages(out, full);
    let of = |value: &dyn Fn(&Measurement) -> f64| -> Vec<(String, Vec<f64>)> {
        full.iter()
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
                "A full run takes as long as {span} multiplications of 2<sup>20</sup> points on the same threads."
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
                "A draw takes {span} cells of its circuit, its share of records, hashes and tranches counted in."
            )
        },
    );
    single(
        out,
        "Size of a proof",
        "bytes",
        of(&|row| row.proof_bytes as f64),
        &|span| format!("Proofs have {span} bytes; the circuit alone decides."),
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

fn stages(out: &mut String, full: &[&Measurement]) {
    let parts = [
        "witness and filling",
        "commitments, phase 1",
        "commitments, phase 2",
        "permutation",
        "quotient",
        "openings",
    ];
    let rows: Vec<(String, Vec<f64>)> = full
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
        &format!("Over all circuits most time goes to {}.", said.join(", ")),
    );
}
