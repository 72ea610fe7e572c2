//! A column's type, as a tree, and how its values are stored.

use std::collections::BTreeMap;

use crate::column_type::{ColumnType, TypedColumn};

const MILLISECONDS_OF_DAY: i128 = 86_400_000;

/// A type in its place.
#[derive(Clone, Debug)]
pub(super) struct Field {
    pub(super) name: String,
    pub(super) kind: Kind,
    /// Where values are numbers of values in a dictionary.
    pub(super) dictionary: Option<Index>,
}

/// The numbers of values in a dictionary.
#[derive(Clone, Copy, Debug)]
pub(super) struct Index {
    pub(super) id: i64,
    pub(super) bytes: u64,
    pub(super) signed: bool,
}

/// What a type is, and how its values are stored.
#[derive(Clone, Debug)]
pub(super) enum Kind {
    /// Nulls alone.
    Null,
    /// A bit.
    Boolean,
    /// An integer of so many bytes, to be multiplied or divided.
    Integer {
        bytes: u64,
        signed: bool,
        scale: Scale,
        word: &'static str,
    },
    /// An integer of so many bytes with a decimal point.
    Decimal { bytes: u64, places: i32 },
    /// A float of so many bytes.
    Float(u64),
    /// Bytes of any length, between two offsets of so many bytes.
    Bytes { offsets: u64, text: bool },
    /// Bytes of any length, each by a view.
    Views { text: bool },
    /// So many bytes.
    Fixed(u64),
    /// Items between two offsets of so many bytes.
    List { offsets: u64, item: Box<Field> },
    /// So many items.
    FixedList { length: u64, item: Box<Field> },
    /// Members; the order of their names.
    Struct {
        members: Vec<Field>,
        order: Vec<usize>,
    },
    /// A key and a value an entry; whether keys are text.
    Map { entry: Box<Field>, text: bool },
    /// A type that is not read, with what it takes of a batch.
    Unread {
        what: String,
        validity: bool,
        buffers: usize,
        children: Vec<Field>,
    },
}

/// What a stored integer is multiplied or divided by, so that it is the one that Parquet stores for the same value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scale {
    Stored,
    /// Seconds, which Parquet stores as milliseconds.
    Thousandfold,
    /// Milliseconds of whole days, which Parquet stores as days.
    Days,
}

impl Scale {
    /// The integer; `None` of a day that is not whole.
    pub(super) fn apply(self, value: i128) -> Option<i128> {
        match self {
            Self::Stored => Some(value),
            Self::Thousandfold => Some(value * 1_000),
            Self::Days if value % MILLISECONDS_OF_DAY == 0 => Some(value / MILLISECONDS_OF_DAY),
            Self::Days => None,
        }
    }
}

impl Field {
    /// Its name and its type.
    pub(super) fn typed(&self) -> TypedColumn {
        TypedColumn {
            name: self.name.clone(),
            kind: self.kind.column_type(),
        }
    }

    /// The type in it that is not read, if there is one.
    pub(super) fn unread(&self) -> Option<&str> {
        match &self.kind {
            Kind::Unread { what, .. } => Some(what),
            Kind::List { item, .. }
            | Kind::FixedList { item, .. }
            | Kind::Map { entry: item, .. } => item.unread(),
            Kind::Struct { members, .. } => members.iter().find_map(Self::unread),
            _ => None,
        }
    }

    /// Adds the types of the dictionaries that it refers to, by their numbers.
    pub(super) fn add_dictionaries(&self, types: &mut BTreeMap<i64, Field>) {
        match &self.kind {
            Kind::List { item, .. }
            | Kind::FixedList { item, .. }
            | Kind::Map { entry: item, .. } => {
                item.add_dictionaries(types);
            }
            Kind::Struct { members, .. }
            | Kind::Unread {
                children: members, ..
            } => {
                members
                    .iter()
                    .for_each(|member| member.add_dictionaries(types));
            }
            _ => {}
        }
        if let Some(index) = self.dictionary {
            types.entry(index.id).or_insert_with(|| Self {
                dictionary: None,
                ..self.clone()
            });
        }
    }
}

impl Kind {
    fn column_type(&self) -> ColumnType {
        let text = |text: bool| ColumnType::plain(if text { "text" } else { "bytes" });
        match self {
            Self::Null => ColumnType::Null,
            Self::Unread { what, .. } => ColumnType::plain(what.as_str()),
            Self::Boolean => ColumnType::plain("boolean"),
            Self::Integer { word, .. } => ColumnType::plain(*word),
            Self::Decimal { places, .. } => {
                ColumnType::plain(format!("decimal of {places} places"))
            }
            Self::Float(2) => ColumnType::plain("half"),
            Self::Float(4) => ColumnType::plain("single"),
            Self::Float(_) => ColumnType::plain("double"),
            Self::Bytes { text: is_text, .. } | Self::Views { text: is_text } => text(*is_text),
            Self::Fixed(_) => text(false),
            Self::List { item, .. } | Self::FixedList { item, .. } => {
                ColumnType::List(Box::new(item.kind.column_type()))
            }
            Self::Struct { members, order } => {
                ColumnType::Struct(order.iter().map(|place| members[*place].typed()).collect())
            }
            Self::Map { entry, text } => match (&entry.kind, text) {
                (Self::Struct { members, .. }, true) => {
                    let [key, value] = [0, 1].map(|place| members[place].kind.column_type());
                    ColumnType::Map(Box::new([key, value]))
                }
                (kind, _) => ColumnType::List(Box::new(kind.column_type())),
            },
        }
    }
}
