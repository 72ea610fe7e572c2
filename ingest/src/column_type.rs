//! The types of a table's columns, as far as they matter to records: shards of one data set must agree in them.

use std::fmt;

/// A column: its name and its type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TypedColumn {
    pub(crate) name: String,
    pub(crate) kind: ColumnType,
}

/// A type. How values are stored does not matter: an integer is one whatever its width.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ColumnType {
    /// Nulls alone, of which no type is known.
    Null,
    /// Single values, by the word that names them.
    Plain(String),
    /// Lists.
    List(Box<ColumnType>),
    /// Values by names.
    Struct(Vec<TypedColumn>),
    /// Values by keys.
    Map(Box<[ColumnType; 2]>),
}

impl ColumnType {
    /// A type that a word names.
    pub(crate) fn plain(word: impl Into<String>) -> Self {
        Self::Plain(word.into())
    }

    /// Takes over what another type that agrees knows of a column that was null so far.
    pub(crate) fn learn(&mut self, other: Self) {
        match (self, other) {
            (unknown @ Self::Null, other) => *unknown = other,
            (Self::List(element), Self::List(other)) => element.learn(*other),
            (Self::Struct(members), Self::Struct(others)) => members
                .iter_mut()
                .zip(others)
                .for_each(|(member, other)| member.kind.learn(other.kind)),
            (Self::Map(pair), Self::Map(others)) => {
                pair.iter_mut()
                    .zip(*others)
                    .for_each(|(kind, other)| kind.learn(other));
            }
            _ => {}
        }
    }

    /// Whether records of both are encoded alike.
    pub(crate) fn agrees(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Null, _) | (_, Self::Null) => true,
            (Self::Plain(a), Self::Plain(b)) => a == b,
            (Self::List(a), Self::List(b)) => a.agrees(b),
            (Self::Struct(a), Self::Struct(b)) => agree(a, b),
            (Self::Map(a), Self::Map(b)) => a.iter().zip(&**b).all(|(a, b)| a.agrees(b)),
            _ => false,
        }
    }
}

/// Whether columns have the same names, in the same order, and types that agree.
pub(crate) fn agree(columns: &[TypedColumn], others: &[TypedColumn]) -> bool {
    columns.len() == others.len()
        && columns
            .iter()
            .zip(others)
            .all(|(a, b)| a.name == b.name && a.kind.agrees(&b.kind))
}

impl fmt::Display for TypedColumn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.name, self.kind)
    }
}

impl fmt::Display for ColumnType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Plain(word) => f.write_str(word),
            Self::List(element) => write!(f, "list of {element}"),
            Self::Struct(members) => {
                f.write_str("struct of ")?;
                for (place, member) in members.iter().enumerate() {
                    write!(f, "{}{member}", if place == 0 { "(" } else { ", " })?;
                }
                f.write_str(")")
            }
            Self::Map(pair) => write!(f, "map of {} to {}", pair[0], pair[1]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(name: &str, kind: ColumnType) -> TypedColumn {
        TypedColumn {
            name: name.to_owned(),
            kind,
        }
    }

    #[test]
    fn a_column_of_nulls_agrees_with_any_and_others_with_their_like() {
        let text = || ColumnType::plain("text");
        let list = |kind| ColumnType::List(Box::new(kind));
        assert!(list(ColumnType::Null).agrees(&list(text())));
        assert!(!list(text()).agrees(&text()));
        let mut learnt = list(ColumnType::Null);
        learnt.learn(list(text()));
        assert_eq!(learnt, list(text()));
        learnt.learn(list(ColumnType::Null));
        assert_eq!(learnt, list(text()));
        let one = [column("a", text())];
        assert!(agree(&one, &[column("a", ColumnType::Null)]));
        assert!(!agree(&one, &[column("b", text())]));
        assert!(!agree(&one, &[]));
        let nested = ColumnType::Struct(vec![column("a", list(text()))]);
        assert_eq!(nested.to_string(), "struct of (a: list of text)");
    }
}
