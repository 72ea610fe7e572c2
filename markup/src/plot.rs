//! The frame of a plot in SVG: two axes with their ticks, and a legend.
//!
//! Lines have the classes `axis` and `grid`: the page that holds the plot, or [`STYLE`] inside of it, says how they look.

use std::fmt::Write as _;

use super::escaped;

/// How a plot that stands alone, on white paper, draws its lines.
pub const STYLE: &str =
    "<style>.axis{stroke:#333333;fill:none}.grid{stroke:#bbbbbb;stroke-width:.6}</style>\n";

/// The area that values are drawn in, in units of the picture.
#[derive(Clone, Copy, Debug)]
pub struct Area {
    /// From the picture's left edge.
    pub left: f64,
    /// From its upper edge.
    pub top: f64,
    /// The width.
    pub across: f64,
    /// The height.
    pub down: f64,
}

/// A tick: where it stands in the picture, and what it says.
pub type Tick = (f64, String);

impl Area {
    /// The lower edge.
    pub const fn bottom(&self) -> f64 {
        self.top + self.down
    }

    /// Both lines of the frame, and the upright axis: a line across the area for each tick.
    pub fn axis_y(&self, svg: &mut String, ticks: &[Tick], label: &str) {
        let Self {
            left,
            top,
            across,
            down,
        } = self;
        for (y, text) in ticks {
            // Writing to a String cannot fail.
            let _ = writeln!(
                svg,
                "<path class=\"grid\" d=\"M{left} {y:.1}h{across}\"/><text x=\"{}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
                left - 8.0,
                y + 4.0,
                escaped(text)
            );
        }
        let middle = top + down / 2.0;
        let _ = writeln!(
            svg,
            "<path class=\"axis\" d=\"M{left} {top}v{down}h{across}\"/>\n<text transform=\"translate(18 {middle}) rotate(-90)\" text-anchor=\"middle\">{}</text>",
            escaped(label)
        );
    }

    /// The ticks and the label below the area.
    pub fn axis_x(&self, svg: &mut String, ticks: &[Tick], label: &str) {
        let bottom = self.bottom();
        for (x, text) in ticks {
            let _ = writeln!(
                svg,
                "<path class=\"axis\" d=\"M{x:.1} {bottom}v5\"/><text x=\"{x:.1}\" y=\"{}\" text-anchor=\"middle\">{}</text>",
                bottom + 20.0,
                escaped(text)
            );
        }
        let _ = writeln!(
            svg,
            "<text x=\"{}\" y=\"{}\" text-anchor=\"middle\">{}</text>",
            self.left + self.across / 2.0,
            bottom + 44.0,
            escaped(label)
        );
    }

    /// A line of the legend, right of the area; `mark` is drawn around the origin.
    pub fn legend(&self, svg: &mut String, at: usize, mark: &str, name: &str) {
        let y = self.top + 12.0 + 22.0 * at as f64;
        let x = self.left + self.across + 26.0;
        let _ = writeln!(
            svg,
            "<g transform=\"translate({x} {y})\">{mark}</g><text x=\"{}\" y=\"{}\">{}</text>",
            x + 14.0,
            y + 4.0,
            escaped(name)
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_labels_and_names_are_text() {
        let area = Area {
            left: 10.0,
            top: 20.0,
            across: 100.0,
            down: 50.0,
        };
        let mut svg = String::new();
        area.axis_y(&mut svg, &[(45.0, "<1>".to_owned())], "a&b");
        area.axis_x(&mut svg, &[(60.0, "2".to_owned())], "<c>");
        area.legend(&mut svg, 1, "<circle r=\"5\"/>", "\"d\"");
        for part in [
            "M10 45.0h100",
            "&lt;1&gt;",
            "a&amp;b",
            "M60.0 70v5",
            "&lt;c&gt;",
            "translate(136 54)",
            "&quot;d&quot;",
        ] {
            assert!(svg.contains(part), "{part} in {svg}");
        }
    }
}
