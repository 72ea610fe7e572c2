//! A picture of the mixture over the run.

use std::fmt::Write as _;
use std::path::Path;

use super::mixture::{Mixture, percent};
use crate::atomic::{self, Existing, Visibility};
use crate::error::Error;
use crate::markup::{COLOURS, escaped};

/// Sources with a colour of their own; the rest are one, in the last colour.
const SHOWN: usize = 8;
const _: () = assert!(COLOURS.len() == SHOWN + 1);

const WIDTH: f64 = 960.0;
const HEIGHT: f64 = 484.0;
/// The plot's area: from the left, from the top, and its size.
const LEFT: f64 = 70.0;
const TOP: f64 = 60.0;
const ACROSS: f64 = 600.0;
const DOWN: f64 = 330.0;

/// What a file's name says it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Picture {
    Svg,
    Html,
}

impl Picture {
    /// The kind of a file.
    ///
    /// # Errors
    /// [`Error::Usage`] for a name that ends with neither.
    pub(super) fn of(path: &Path) -> Result<Self, Error> {
        match path.extension().and_then(|extension| extension.to_str()) {
            Some("svg") => Ok(Self::Svg),
            Some("html" | "htm") => Ok(Self::Html),
            _ => Err(Error::usage(
                format!("{} is no picture's name", path.display()),
                "give a name that ends with .svg or .html",
            )),
        }
    }

    /// Writes the picture; like the log it is the builder's own.
    ///
    /// # Errors
    /// As [`atomic::write`].
    pub(super) fn write(
        self,
        path: &Path,
        mixture: &Mixture,
        names: &[String],
    ) -> Result<(), Error> {
        let svg = svg(mixture, names);
        let text = match self {
            Self::Svg => svg,
            Self::Html => format!(
                "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<title>Mixture over the run</title>\n\
                 <body style=\"font-family:sans-serif;margin:2rem\">\n{svg}</body>\n</html>\n"
            ),
        };
        atomic::write(path, text.as_bytes(), Visibility::Secret, Existing::Replace)
    }
}

/// The sources by their draws, most first, and which of them have a colour.
pub(super) fn ranking(draws: &[u64]) -> Vec<usize> {
    let mut places: Vec<usize> = (0..draws.len()).filter(|place| draws[*place] > 0).collect();
    places.sort_by_key(|place| (std::cmp::Reverse(draws[*place]), *place));
    places
}

fn svg(mixture: &Mixture, names: &[String]) -> String {
    let draws = mixture.draws();
    let total: u64 = draws.iter().sum();
    let ranked = ranking(&draws);
    let (shown, rest) = ranked.split_at(ranked.len().min(SHOWN));
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" width=\"{WIDTH}\" height=\"{HEIGHT}\" \
         font-family=\"sans-serif\" font-size=\"13\" shape-rendering=\"crispEdges\">\n<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n"
    );
    // Writing to a String cannot fail.
    let _ = writeln!(
        svg,
        "<text x=\"{LEFT}\" y=\"28\" font-size=\"17\">Mixture over the run</text>"
    );
    for (line, words) in wrapped(&mixture.conclusion(names), 118).iter().enumerate() {
        let y = HEIGHT - 24.0 + 16.0 * line as f64;
        let _ = writeln!(
            svg,
            "<text x=\"{LEFT}\" y=\"{y}\">{}</text>",
            escaped(words)
        );
    }
    bars(&mut svg, mixture, shown, rest, total);
    axes(&mut svg, mixture);
    for (at, place) in shown.iter().enumerate() {
        legend(&mut svg, at, &names[*place], percent(draws[*place], total));
    }
    if !rest.is_empty() {
        let others: u64 = rest.iter().map(|place| draws[*place]).sum();
        let name = format!("{} others", rest.len());
        legend(&mut svg, SHOWN, &name, percent(others, total));
    }
    svg.push_str("</svg>\n");
    svg
}

/// A bar for each part of the run, as wide as its share of the draws.
fn bars(svg: &mut String, mixture: &Mixture, shown: &[usize], rest: &[usize], total: u64) {
    let mut x = LEFT;
    for part in mixture.parts() {
        let width = ACROSS * percent(part.total(), total) / 100.0;
        let others = rest.iter().map(|place| part.draws[*place]).sum();
        let stack = shown.iter().map(|place| part.draws[*place]).chain([others]);
        let mut bottom = TOP + DOWN;
        for (colour, draws) in (0..shown.len()).chain([SHOWN]).zip(stack) {
            let height = DOWN * percent(draws, part.total()) / 100.0;
            if height > 0.0 {
                bottom -= height;
                let _ = writeln!(
                    svg,
                    "<rect x=\"{x:.2}\" y=\"{bottom:.2}\" width=\"{width:.2}\" height=\"{height:.2}\" fill=\"{}\"/>",
                    COLOURS[colour]
                );
            }
        }
        x += width;
    }
}

fn axes(svg: &mut String, mixture: &Mixture) {
    let bottom = TOP + DOWN;
    let _ = writeln!(
        svg,
        "<path d=\"M{LEFT} {TOP}V{bottom}H{}\" fill=\"none\" stroke=\"#333333\"/>",
        LEFT + ACROSS
    );
    for share in [0, 25, 50, 75, 100] {
        let y = bottom - DOWN * f64::from(share) / 100.0;
        let _ = writeln!(
            svg,
            "<path d=\"M{} {y}H{LEFT}\" stroke=\"#333333\"/>\n<text x=\"{}\" y=\"{}\" text-anchor=\"end\">{share}</text>",
            LEFT - 5.0,
            LEFT - 9.0,
            y + 4.0
        );
    }
    let parts = mixture.parts();
    for quarter in 0..=4usize {
        let at = (parts.len() * quarter / 4).min(parts.len().saturating_sub(1));
        let Some(part) = parts.get(at) else { break };
        let step = if quarter == 4 {
            part.last_step
        } else {
            part.first_step
        };
        let x = LEFT + ACROSS * quarter as f64 / 4.0;
        let _ = writeln!(
            svg,
            "<path d=\"M{x} {bottom}V{}\" stroke=\"#333333\"/>\n<text x=\"{x}\" y=\"{}\" text-anchor=\"middle\">{step}</text>",
            bottom + 5.0,
            bottom + 19.0
        );
    }
    let middle = TOP + DOWN / 2.0;
    let _ = writeln!(
        svg,
        "<text x=\"{}\" y=\"{}\" text-anchor=\"middle\">training step</text>\n\
         <text transform=\"translate(22 {middle}) rotate(-90)\" text-anchor=\"middle\">share of draws, %</text>",
        LEFT + ACROSS / 2.0,
        bottom + 38.0
    );
}

fn legend(svg: &mut String, at: usize, name: &str, share: f64) {
    let (x, y) = (LEFT + ACROSS + 24.0, TOP + 22.0 * at as f64);
    let short: String = match name.chars().count() {
        0..=28 => name.to_owned(),
        _ => name.chars().take(27).chain(['…']).collect(),
    };
    let _ = writeln!(
        svg,
        "<rect x=\"{x}\" y=\"{y}\" width=\"14\" height=\"14\" fill=\"{}\" stroke=\"#333333\" stroke-width=\"0.5\"/>\n\
         <text x=\"{}\" y=\"{}\">{} {share:.1} %</text>",
        COLOURS[at],
        x + 21.0,
        y + 12.0,
        escaped(&short)
    );
}

/// Lines of at most so many characters, broken at spaces.
fn wrapped(text: &str, most: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if line.chars().count() + word.chars().count() < most => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_has_axes_a_legend_and_a_conclusion_and_hostile_names_are_text() {
        let mut mixture = Mixture::new(11);
        (0..1_000u64).for_each(|draw| mixture.push(draw / 10, (draw % 11) as usize));
        let mut names: Vec<String> = (0..11).map(|at| format!("source {at}")).collect();
        names[0] = "<script>&\"".to_owned();
        let svg = svg(&mixture, &names);
        for words in [
            "training step",
            "share of draws, %",
            "&lt;script&gt;&amp;&quot;",
            "3 others",
            "the mixture is steady",
        ] {
            assert!(svg.contains(words), "{words}");
        }
        assert!(!svg.contains("<script>"));
        assert!(svg.ends_with("</svg>\n"));
    }

    #[test]
    fn bars_fill_the_area() {
        let mut mixture = Mixture::new(2);
        (0..777u64).for_each(|draw| mixture.push(draw, (draw % 2) as usize));
        let mut drawn = String::new();
        bars(&mut drawn, &mixture, &[0, 1], &[], 777);
        let number = |text: &str, field: &str| -> f64 {
            let from = text.find(&format!(" {field}=\"")).unwrap() + field.len() + 3;
            text[from..].split('"').next().unwrap().parse().unwrap()
        };
        let area: f64 = drawn
            .lines()
            .map(|line| number(line, "width") * number(line, "height"))
            .sum();
        assert!(
            (area - ACROSS * DOWN).abs() < 0.02 * ACROSS * DOWN,
            "{area}"
        );
    }
}
