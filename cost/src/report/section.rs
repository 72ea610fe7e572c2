//! Parts that every section of the page is made of.

use std::fmt::Write as _;

use super::chart::figure;
use super::fit::range;

/// Adds a section: a title, a plot, and what it says.
pub(super) fn section(out: &mut String, title: &str, plot: &str, sentences: &str) {
    let _ = writeln!(
        out,
        "<section>\n<h2>{title}</h2>\n{plot}<p>{sentences}</p>\n</section>"
    );
}

/// Least and greatest of some values in words.
pub(super) fn span(values: impl IntoIterator<Item = f64>) -> String {
    let (least, most) = range(values).unwrap_or_default();
    if figure(least) == figure(most) {
        figure(most)
    } else {
        format!("{} to {}", figure(least), figure(most))
    }
}
