//! Names and numbers of a log's sources.

use std::collections::HashMap;

use super::fault::LogFault;

/// What a log is said to call its data if it calls them nothing: an index file of one data set.
pub const UNNAMED: &str = "dataset";

/// The most different sources a log may name.
pub const MAX_SOURCES: usize = 1 << 16;

/// How a log names a source.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Label {
    /// A name.
    Name(String),
    /// A number.
    Number(u32),
}

impl Label {
    /// The label that a text stands for: a number if it is decimal digits without a leading zero, below 2^32.
    pub fn parse(text: &str) -> Self {
        let canonical = text == "0"
            || (!text.starts_with('0') && text.bytes().all(|byte| byte.is_ascii_digit()));
        match text.parse() {
            Ok(number) if canonical => Self::Number(number),
            _ => Self::Name(text.to_owned()),
        }
    }
}

impl std::fmt::Display for Label {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Name(name) => f.write_str(name),
            Self::Number(number) => number.fmt(f),
        }
    }
}

/// A source by the order in which its label first appeared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceId(u32);

impl SourceId {
    /// The place in [`super::LogReader::labels`].
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// The labels of one log.
#[derive(Debug, Default)]
pub(super) struct Labels {
    labels: Vec<Label>,
    ids: HashMap<Label, SourceId>,
}

impl Labels {
    /// The id of a label, new if it was not met before.
    pub(super) fn intern(&mut self, label: Label) -> Result<SourceId, LogFault> {
        if let Some(&id) = self.ids.get(&label) {
            return Ok(id);
        }
        if self.labels.len() == MAX_SOURCES {
            return Err(LogFault::TooManySources { limit: MAX_SOURCES });
        }
        let id = SourceId(self.labels.len() as u32);
        self.labels.push(label.clone());
        self.ids.insert(label, id);
        Ok(id)
    }

    pub(super) fn as_slice(&self) -> &[Label] {
        &self.labels
    }

    pub(super) fn get(&self, id: SourceId) -> &Label {
        &self.labels[id.index()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_canonical_decimals_are_numbers() {
        for (text, number) in [("0", 0), ("7", 7), ("4294967295", u32::MAX)] {
            assert_eq!(Label::parse(text), Label::Number(number));
        }
        for text in ["", "00", "07", "+7", "-1", " 7", "4294967296", "7a", "a"] {
            assert_eq!(Label::parse(text), Label::Name(text.to_owned()));
        }
    }

    #[test]
    fn ids_follow_first_appearance_and_are_bounded() {
        let mut labels = Labels::default();
        let a = labels.intern(Label::parse("a")).unwrap();
        let b = labels.intern(Label::parse("5")).unwrap();
        assert_eq!(labels.intern(Label::parse("a")), Ok(a));
        assert_eq!((a.index(), b.index()), (0, 1));
        for number in 0..MAX_SOURCES as u32 - 1 {
            labels.intern(Label::Number(number)).unwrap();
        }
        assert_eq!(
            labels.intern(Label::parse("b")),
            Err(LogFault::TooManySources { limit: MAX_SOURCES })
        );
    }
}
