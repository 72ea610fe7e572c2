//! Plots as inline SVG: text and lines take the page's colours, so that they are legible on paper and on a dark screen.

use std::fmt::Write as _;

use tranche_markup::plot::{Area, Tick};
use tranche_markup::{COLOURS, escaped, grouped};

use super::fit::{PowerLaw, range};

const WIDTH: f64 = 760.0;
const HEIGHT: f64 = 380.0;
const AREA: Area = Area {
    left: 86.0,
    top: 16.0,
    across: 460.0,
    down: 300.0,
};
/// Room for a bar's name.
const NAME: usize = 20;

/// An axis.
#[derive(Clone, Copy, Debug)]
pub(super) struct Axis {
    /// What it shows, with its unit.
    pub(super) label: &'static str,
    /// Whether equal distances are equal factors.
    pub(super) log: bool,
}

/// Points of one colour and mark.
#[derive(Clone, Debug)]
pub(super) struct Series {
    /// What they are.
    pub(super) name: String,
    /// The points.
    pub(super) points: Vec<(f64, f64)>,
    /// A line through them.
    pub(super) law: Option<PowerLaw>,
}

/// Where values of an axis stand.
#[derive(Clone, Copy)]
struct Scale {
    log: bool,
    from: f64,
    to: f64,
    start: f64,
    length: f64,
}

impl Scale {
    /// A scale that shows the values: a linear one from 0 on, a logarithmic one between powers of 2 or of 10.
    fn new(log: bool, values: &[f64], start: f64, length: f64) -> Self {
        let shown = values
            .iter()
            .copied()
            .filter(|value| value.is_finite() && (!log || *value > 0.0));
        let (least, most) = range(shown).unwrap_or((1.0, 1.0));
        let (from, to) = if log {
            let base: f64 = if most / least > 64.0 { 10.0 } else { 2.0 };
            let down = base.powf((least.log(base) + 1e-9).floor());
            let up = base.powf((most.log(base) - 1e-9).ceil());
            (down, up.max(down * base))
        } else {
            let step = step(most);
            (0.0, step * (most / step - 1e-9).ceil().max(1.0))
        };
        Self {
            log,
            from,
            to,
            start,
            length,
        }
    }

    fn at(&self, value: f64) -> f64 {
        let part = if self.log {
            (value / self.from).ln() / (self.to / self.from).ln()
        } else {
            (value - self.from) / (self.to - self.from)
        };
        self.start + self.length * part.clamp(0.0, 1.0)
    }

    /// The ticks, with where they stand.
    fn marks(&self) -> Vec<Tick> {
        let tick = |value| (self.at(value), figure(value));
        self.ticks().into_iter().map(tick).collect()
    }

    fn ticks(&self) -> Vec<f64> {
        if !self.log {
            let step = step(self.to);
            let count = (self.to / step).round() as usize;
            return (0..=count).map(|tick| tick as f64 * step).collect();
        }
        let base: f64 = if self.to / self.from > 64.0 {
            10.0
        } else {
            2.0
        };
        let count = (self.to / self.from).log(base).round() as i32;
        let every = (count / 9 + 1).max(1) as usize;
        (0..=count)
            .step_by(every)
            .map(|tick| self.from * base.powi(tick))
            .collect()
    }
}

/// The distance of ticks from 0 to a value: 1, 2 or 5 times a power of ten.
fn step(most: f64) -> f64 {
    let rough = most.max(1e-12) / 5.0;
    let power = 10f64.powf(rough.log10().floor());
    let digit = rough / power;
    let nice = if digit <= 1.0 {
        1.0
    } else if digit <= 2.0 {
        2.0
    } else if digit <= 5.0 {
        5.0
    } else {
        10.0
    };
    nice * power
}

/// A number as people read it: three significant digits, thousands apart.
pub(super) fn figure(value: f64) -> String {
    let size = value.abs();
    if !value.is_finite() {
        "?".to_owned()
    } else if size >= 100.0 {
        grouped(&format!("{value:.0}"))
    } else if size >= 10.0 {
        trimmed(format!("{value:.1}"))
    } else if size >= 0.01 || size == 0.0 {
        trimmed(format!("{value:.2}"))
    } else {
        format!("{value:.1e}")
    }
}

fn trimmed(text: String) -> String {
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text
    }
}

fn open(title: &str) -> String {
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-label=\"{}\">\n",
        escaped(title)
    )
}

fn colour(at: usize) -> &'static str {
    COLOURS[at % 6]
}

/// A mark around the origin: its form tells the series apart without colour.
fn mark(at: usize) -> String {
    let fill = colour(at);
    match at % 3 {
        0 => format!("<circle r=\"5\" fill=\"{fill}\"/>"),
        1 => format!("<rect x=\"-5\" y=\"-5\" width=\"10\" height=\"10\" fill=\"{fill}\"/>"),
        _ => format!("<path d=\"M0 -6L6 5H-6Z\" fill=\"{fill}\"/>"),
    }
}

/// Points over two axes, with fitted lines.
pub(super) fn scatter(title: &str, [x, y]: [Axis; 2], series: &[Series]) -> String {
    let all = |of: fn(&(f64, f64)) -> f64| -> Vec<f64> {
        series
            .iter()
            .flat_map(|series| series.points.iter().map(of))
            .collect()
    };
    let across = Scale::new(x.log, &all(|point| point.0), AREA.left, AREA.across);
    let down = Scale::new(y.log, &all(|point| point.1), AREA.bottom(), -AREA.down);
    let mut svg = open(title);
    AREA.axis_y(&mut svg, &down.marks(), y.label);
    AREA.axis_x(&mut svg, &across.marks(), x.label);
    for (index, series) in series.iter().enumerate() {
        if let (Some(law), Some((from, to))) =
            (series.law, range(series.points.iter().map(|point| point.0)))
        {
            let steps = 24;
            let path: Vec<String> = (0..=steps)
                .map(|at| from * (to / from).powf(f64::from(at) / f64::from(steps)))
                .map(|x| format!("{:.1} {:.1}", across.at(x), down.at(law.at(x))))
                .collect();
            let _ = writeln!(
                svg,
                "<path fill=\"none\" stroke=\"{}\" stroke-width=\"1.5\" stroke-dasharray=\"5 4\" d=\"M{}\"/>",
                colour(index),
                path.join("L")
            );
        }
        for (x, y) in &series.points {
            let _ = writeln!(
                svg,
                "<g transform=\"translate({:.1} {:.1})\">{}</g>",
                across.at(*x),
                down.at(*y),
                mark(index)
            );
        }
        AREA.legend(&mut svg, index, &mark(index), &series.name);
    }
    svg.push_str("</svg>\n");
    svg
}

/// Bars from 0 up, each a stack of the parts; where there is one part its value stands above.
pub(super) fn bars(
    title: &str,
    label: &str,
    parts: &[&str],
    rows: &[(String, Vec<f64>)],
) -> String {
    let totals: Vec<f64> = rows.iter().map(|row| row.1.iter().sum()).collect();
    let down = Scale::new(false, &totals, AREA.bottom(), -AREA.down);
    let mut svg = open(title);
    AREA.axis_y(&mut svg, &down.marks(), label);
    let bottom = AREA.bottom();
    let room = AREA.across / rows.len().max(1) as f64;
    for (index, ((name, values), total)) in rows.iter().zip(&totals).enumerate() {
        let middle = AREA.left + room * (index as f64 + 0.5);
        let width = (room * 0.66).min(60.0);
        let mut sum = 0.0;
        for (part, value) in values.iter().enumerate() {
            let (low, high) = (down.at(sum), down.at(sum + value));
            sum += value;
            let _ = writeln!(
                svg,
                "<rect x=\"{:.1}\" y=\"{high:.1}\" width=\"{width:.1}\" height=\"{:.1}\" fill=\"{}\"/>",
                middle - width / 2.0,
                low - high,
                colour(part)
            );
        }
        let short: String = name.chars().take(NAME).collect();
        let _ = writeln!(
            svg,
            "<text x=\"{middle:.1}\" y=\"{:.1}\" text-anchor=\"middle\" font-size=\"11\">{}</text>\n\
             <text transform=\"translate({:.1} {}) rotate(-24)\" text-anchor=\"end\" font-size=\"11\">{}</text>",
            down.at(*total) - 4.0,
            figure(*total),
            middle + 6.0,
            bottom + 14.0,
            escaped(&short)
        );
    }
    for (at, part) in parts.iter().enumerate().filter(|_| parts.len() > 1) {
        let mark = format!(
            "<rect x=\"-6\" y=\"-6\" width=\"12\" height=\"12\" fill=\"{}\"/>",
            colour(at)
        );
        // From the top of the stack down.
        AREA.legend(&mut svg, parts.len() - 1 - at, &mark, part);
    }
    svg.push_str("</svg>\n");
    svg
}

#[cfg(test)]
mod tests {
    use super::*;

    const X: Axis = Axis {
        label: "draws",
        log: true,
    };
    const Y: Axis = Axis {
        label: "time, s",
        log: false,
    };

    #[test]
    fn scales_hold_their_values_and_ticks() {
        for values in [
            vec![3.0],
            vec![10_728.0, 1_048_576.0],
            vec![1.0, 64.0],
            vec![0.5, 115.2],
            vec![],
            vec![7.0, 7.0],
        ] {
            for log in [false, true] {
                let scale = Scale::new(log, &values, 100.0, 400.0);
                let ticks = scale.ticks();
                assert!(
                    (2..=13).contains(&ticks.len()),
                    "{values:?} {log} {ticks:?}"
                );
                for value in &values {
                    let at = scale.at(*value);
                    assert!((100.0..=500.0).contains(&at), "{value} {log}");
                    assert!(scale.from <= *value && *value <= scale.to * 1.000_001);
                }
                assert!((scale.at(ticks[ticks.len() - 1]) - 500.0).abs() < 130.0);
            }
        }
        assert_eq!(step(115.0), 50.0);
        assert_eq!(figure(1_048_576.0), "1,048,576");
        assert_eq!((figure(0.5), figure(40.0)), ("0.5".into(), "40".into()));
    }

    #[test]
    fn pictures_have_labels_and_hostile_names_are_text() {
        let series = Series {
            name: "<script>".to_owned(),
            points: vec![(1.0, 2.0), (10.0, 20.0)],
            law: PowerLaw::fit(&[(1.0, 2.0), (10.0, 20.0)]),
        };
        let svg = scatter("time", [X, Y], &[series]);
        assert!(svg.contains("draws") && svg.contains("time, s"));
        assert!(svg.contains("&lt;script&gt;") && !svg.contains("<script"));
        let rows = [("a&b".to_owned(), vec![1.0, 2.0])];
        let svg = bars("stages", "time, s", &["fill", "rest"], &rows);
        assert!(svg.contains("a&amp;b") && svg.contains("fill") && !svg.contains("NaN"));
    }
}
