//! A picture of the mixture over the run.

use std::fmt::Write as _;
use std::path::Path;

use tranche_markup::plot::{Area, STYLE, Tick};
use tranche_markup::{COLOURS, escaped};

use super::mixture::{Mixture, percent, ranking};

/// Sources with a colour of their own; the rest are one, in the last colour.
const SHOWN: usize = 8;
const _: () = assert!(COLOURS.len() == SHOWN + 1);

const WIDTH: f64 = 960.0;
const HEIGHT: f64 = 484.0;
const AREA: Area = Area {
    left: 70.0,
    top: 60.0,
    across: 600.0,
    down: 330.0,
};

/// Kinds of pictures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Picture {
    /// One picture.
    Svg,
    /// A page with the picture in it.
    Html,
}

impl Picture {
    /// The kind that a file's name ends with; `None` for a name that ends with neither.
    pub fn of(path: &Path) -> Option<Self> {
        match path.extension().and_then(|extension| extension.to_str()) {
            Some("svg") => Some(Self::Svg),
            Some("html" | "htm") => Some(Self::Html),
            _ => None,
        }
    }

    /// The picture of a mixture, as text. Like the log it is the builder's own. `names` are those of the sources, in
    /// the mixture's order.
    pub fn render(self, mixture: &Mixture, names: &[String]) -> String {
        let svg = svg(mixture, names);
        match self {
            Self::Svg => svg,
            Self::Html => format!(
                "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<title>Mixture over the run</title>\n\
                 <body style=\"font-family:sans-serif;margin:2rem\">\n{svg}</body>\n</html>\n"
            ),
        }
    }
}

fn svg(mixture: &Mixture, names: &[String]) -> String {
    let draws = mixture.draws();
    let total: u64 = draws.iter().sum();
    let ranked = ranking(&draws);
    let (shown, rest) = ranked.split_at(ranked.len().min(SHOWN));
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" width=\"{WIDTH}\" height=\"{HEIGHT}\" \
         font-family=\"sans-serif\" font-size=\"13\" shape-rendering=\"crispEdges\">\n<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n{STYLE}"
    );
    // Writing to a String cannot fail.
    let _ = writeln!(
        svg,
        "<text x=\"{}\" y=\"28\" font-size=\"17\">Mixture over the run</text>",
        AREA.left
    );
    for (line, words) in wrapped(&mixture.conclusion(names), 118).iter().enumerate() {
        let y = HEIGHT - 24.0 + 16.0 * line as f64;
        let _ = writeln!(
            svg,
            "<text x=\"{}\" y=\"{y}\">{}</text>",
            AREA.left,
            escaped(words)
        );
    }
    // The axes first: bars cover the lines across the area.
    axes(&mut svg, mixture);
    bars(&mut svg, mixture, shown, rest, total);
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
    let mut x = AREA.left;
    for part in mixture.parts() {
        let width = AREA.across * percent(part.total(), total) / 100.0;
        let others = rest.iter().map(|place| part.draws[*place]).sum();
        let stack = shown.iter().map(|place| part.draws[*place]).chain([others]);
        let mut bottom = AREA.bottom();
        for (colour, draws) in (0..shown.len()).chain([SHOWN]).zip(stack) {
            let height = AREA.down * percent(draws, part.total()) / 100.0;
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
    let shares = [0, 25, 50, 75, 100].map(|share| {
        let y = AREA.bottom() - AREA.down * f64::from(share) / 100.0;
        (y, share.to_string())
    });
    AREA.axis_y(svg, &shares, "share of draws, %");
    let parts = mixture.parts();
    let tick = |quarter: usize| -> Option<Tick> {
        let at = (parts.len() * quarter / 4).min(parts.len().saturating_sub(1));
        let part = parts.get(at)?;
        let step = if quarter == 4 {
            part.last_step
        } else {
            part.first_step
        };
        let x = AREA.left + AREA.across * quarter as f64 / 4.0;
        Some((x, step.to_string()))
    };
    let steps: Vec<Tick> = (0..=4).filter_map(tick).collect();
    AREA.axis_x(svg, &steps, "training step");
}

fn legend(svg: &mut String, at: usize, name: &str, share: f64) {
    let short: String = match name.chars().count() {
        0..=28 => name.to_owned(),
        _ => name.chars().take(27).chain(['…']).collect(),
    };
    let mark = format!(
        "<rect x=\"-7\" y=\"-7\" width=\"14\" height=\"14\" fill=\"{}\" stroke=\"#333333\" stroke-width=\"0.5\"/>",
        COLOURS[at]
    );
    AREA.legend(svg, at, &mark, &format!("{short} {share:.1} %"));
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
            (area - AREA.across * AREA.down).abs() < 0.02 * AREA.across * AREA.down,
            "{area}"
        );
    }
}
