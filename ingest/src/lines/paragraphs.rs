//! A text cut at blank lines.

use std::path::Path;

use super::line::{is_blank, trim_carriage_return};
use super::pieces::{MAX_RECORD, Pieces};
use crate::error::{Error, FormatFault};
use crate::plain::PlainText;

/// Runs of lines that are not blank. A line ends with a line feed, and is blank if nothing but white space is in it.
pub(crate) struct Paragraphs {
    lines: Pieces,
}

impl Paragraphs {
    pub(crate) fn new(text: PlainText) -> Self {
        Self {
            lines: Pieces::lines(text, MAX_RECORD),
        }
    }

    /// The input's name.
    pub(crate) fn path(&self) -> &Path {
        self.lines.path()
    }

    /// Whether a line end was found so far.
    pub(crate) fn has_lines(&self) -> bool {
        self.lines.has_cut()
    }

    /// Appends the next paragraph to `paragraph`, which is empty, and returns the number of its first line. The line ends within it are kept as they are;
    /// the one behind it is no part of it.
    pub(crate) fn read(&mut self, paragraph: &mut Vec<u8>) -> Result<Option<u64>, Error> {
        let mut first = None;
        loop {
            let start = paragraph.len();
            let Some(line) = self.lines.read(paragraph)? else {
                break;
            };
            if is_blank(&paragraph[start..]) {
                paragraph.truncate(start);
                if first.is_some() {
                    break;
                }
                continue;
            }
            let first = *first.get_or_insert(line);
            if paragraph.len() as u64 > MAX_RECORD {
                let fault = FormatFault::RecordTooLong { limit: MAX_RECORD };
                return Err(Error::row(self.path(), first, fault));
            }
            paragraph.push(b'\n');
        }
        if first.is_some() {
            paragraph.pop();
            trim_carriage_return(paragraph);
        }
        Ok(first)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::Input;
    use tranche_protocol::manifest::reading::TextEncoding;

    fn paragraphs(text: &str) -> Vec<(String, u64)> {
        let text = PlainText::new(Input::bytes("a", text), TextEncoding::Utf8).unwrap();
        let mut paragraphs = Paragraphs::new(text);
        let mut found = Vec::new();
        let mut bytes = Vec::new();
        while let Some(line) = paragraphs.read(&mut bytes).unwrap() {
            found.push((String::from_utf8(std::mem::take(&mut bytes)).unwrap(), line));
        }
        found
    }

    #[test]
    fn lines_of_white_space_are_blank_whatever_the_line_ends() {
        let wanted = [("one\ntwo".to_owned(), 1), ("three".to_owned(), 5)];
        for text in [
            "one\ntwo\n\n\nthree",
            "one\ntwo\n \t\n\nthree\n",
            "one\ntwo\n\u{a0}\n\r\nthree\n\n\n",
        ] {
            assert_eq!(paragraphs(text), wanted, "{text:?}");
        }
        assert_eq!(
            paragraphs("\r\n\r\none\r\ntwo\r\n\r\nthree\r\n"),
            [("one\r\ntwo".to_owned(), 3), ("three".to_owned(), 6)]
        );
        assert_eq!(paragraphs("\n \n\r\n"), []);
        assert_eq!(paragraphs(""), []);
    }

    #[test]
    fn white_space_around_text_is_kept() {
        assert_eq!(paragraphs("  a \n\tb \n\n"), [("  a \n\tb ".to_owned(), 1)]);
    }
}
