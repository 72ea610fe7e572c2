//! The columns of a schema, with their types.

use std::collections::BTreeMap;

use arrow_ipc::{DateUnit, Endianness, Precision, Schema, TimeUnit, Type};

use crate::column_type::{ColumnType, TypedColumn};

/// Types within types, at most.
const DEPTH: u32 = 64;

/// The widest decimal, in digits: what a signed integer of 128 bits holds.
const MAX_DIGITS: i32 = 38;

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

/// A column whose type is not supported: its name, and the type in words.
pub(super) type Unsupported = (String, String);

/// The columns of a schema, or why one cannot be read.
pub(super) type Columns = Vec<Result<Field, Unsupported>>;

/// The columns of a schema in their order.
///
/// # Errors
/// In words: a schema of another kind than is read.
pub(super) fn columns(schema: &Schema<'_>) -> Result<Columns, String> {
    if schema.endianness() != Endianness::Little {
        return Err("big-endian numbers".to_owned());
    }
    let fields = schema.fields().ok_or("a schema without fields")?;
    Ok(fields
        .iter()
        .map(|field| {
            let name = name(&field);
            read(&field, DEPTH).map_err(|what| (name, what))
        })
        .collect())
}

fn name(field: &arrow_ipc::Field<'_>) -> String {
    field.name().unwrap_or_default().to_owned()
}

fn read(field: &arrow_ipc::Field<'_>, depth: u32) -> Result<Field, String> {
    let depth = depth
        .checked_sub(1)
        .ok_or_else(|| format!("types nested deeper than {DEPTH}"))?;
    let dictionary = match field.dictionary() {
        None => None,
        Some(dictionary) => {
            let (bits, signed) = dictionary
                .indexType()
                .map_or((32, true), |int| (int.bitWidth(), int.is_signed()));
            Some(Index {
                id: dictionary.id(),
                bytes: width(bits)?,
                signed,
            })
        }
    };
    Ok(Field {
        name: name(field),
        kind: kind(field, depth)?,
        dictionary,
    })
}

/// Bytes of an integer of so many bits.
fn width(bits: i32) -> Result<u64, String> {
    match bits {
        8 | 16 | 32 | 64 => Ok(bits.unsigned_abs().into()).map(|bits: u64| bits / 8),
        _ => Err(format!("integers of {bits} bits")),
    }
}

fn kind(field: &arrow_ipc::Field<'_>, depth: u32) -> Result<Kind, String> {
    let missing = || "a type without its description".to_owned();
    let children = || -> Result<Vec<Field>, String> {
        let children = field.children().into_iter().flatten();
        children.map(|child| read(&child, depth)).collect()
    };
    let item = || -> Result<Box<Field>, String> {
        match <[Field; 1]>::try_from(children()?) {
            Ok([item]) => Ok(Box::new(item)),
            Err(_) => Err("a list without its items".to_owned()),
        }
    };
    let integer = |bytes, signed, scale, word| Kind::Integer {
        bytes,
        signed,
        scale,
        word,
    };
    let length = |bytes: i32| u64::try_from(bytes).map_err(|_| "a negative length".to_owned());
    Ok(match field.type_type() {
        Type::Null => Kind::Null,
        Type::Bool => Kind::Boolean,
        Type::Int => {
            let int = field.type_as_int().ok_or_else(missing)?;
            let bytes = width(int.bitWidth())?;
            integer(bytes, int.is_signed(), Scale::Stored, "integer")
        }
        Type::FloatingPoint => {
            let float = field.type_as_floating_point().ok_or_else(missing)?;
            match float.precision() {
                Precision::HALF => Kind::Float(2),
                Precision::SINGLE => Kind::Float(4),
                Precision::DOUBLE => Kind::Float(8),
                _ => return Err("a float of unknown precision".to_owned()),
            }
        }
        Type::Decimal => {
            let decimal = field.type_as_decimal().ok_or_else(missing)?;
            let bytes = match decimal.bitWidth() {
                256 => 32,
                128 => 16,
                bits => width(bits)?,
            };
            if decimal.precision() > MAX_DIGITS {
                return Err(format!("a decimal of {} digits", decimal.precision()));
            }
            Kind::Decimal {
                bytes,
                places: decimal.scale(),
            }
        }
        Type::Date => match field.type_as_date().ok_or_else(missing)?.unit() {
            DateUnit::DAY => integer(4, true, Scale::Stored, "date"),
            _ => integer(8, true, Scale::Days, "date"),
        },
        Type::Time => {
            let time = field.type_as_time().ok_or_else(missing)?;
            let bytes = width(time.bitWidth())?;
            let (scale, word) = match time.unit() {
                TimeUnit::SECOND => (Scale::Thousandfold, "time in ms"),
                TimeUnit::MILLISECOND => (Scale::Stored, "time in ms"),
                TimeUnit::MICROSECOND => (Scale::Stored, "time in us"),
                _ => (Scale::Stored, "time in ns"),
            };
            integer(bytes, true, scale, word)
        }
        Type::Timestamp => {
            let (scale, word) = match field.type_as_timestamp().ok_or_else(missing)?.unit() {
                TimeUnit::SECOND => (Scale::Thousandfold, "timestamp in ms"),
                TimeUnit::MILLISECOND => (Scale::Stored, "timestamp in ms"),
                TimeUnit::MICROSECOND => (Scale::Stored, "timestamp in us"),
                _ => (Scale::Stored, "timestamp in ns"),
            };
            integer(8, true, scale, word)
        }
        Type::Duration => {
            let word = match field.type_as_duration().ok_or_else(missing)?.unit() {
                TimeUnit::SECOND => "duration in s",
                TimeUnit::MILLISECOND => "duration in ms",
                TimeUnit::MICROSECOND => "duration in us",
                _ => "duration in ns",
            };
            integer(8, true, Scale::Stored, word)
        }
        Type::Utf8 => Kind::Bytes {
            offsets: 4,
            text: true,
        },
        Type::LargeUtf8 => Kind::Bytes {
            offsets: 8,
            text: true,
        },
        Type::Binary => Kind::Bytes {
            offsets: 4,
            text: false,
        },
        Type::LargeBinary => Kind::Bytes {
            offsets: 8,
            text: false,
        },
        Type::Utf8View => Kind::Views { text: true },
        Type::BinaryView => Kind::Views { text: false },
        Type::FixedSizeBinary => {
            let fixed = field.type_as_fixed_size_binary().ok_or_else(missing)?;
            Kind::Fixed(length(fixed.byteWidth())?)
        }
        Type::List => Kind::List {
            offsets: 4,
            item: item()?,
        },
        Type::LargeList => Kind::List {
            offsets: 8,
            item: item()?,
        },
        Type::FixedSizeList => {
            let fixed = field.type_as_fixed_size_list().ok_or_else(missing)?;
            Kind::FixedList {
                length: length(fixed.listSize())?,
                item: item()?,
            }
        }
        Type::Struct_ => structure(children()?)?,
        Type::Map => map(*item()?)?,
        other => return Err(other.variant_name().unwrap_or("a new type").to_owned()),
    })
}

fn structure(members: Vec<Field>) -> Result<Kind, String> {
    let mut order: Vec<usize> = (0..members.len()).collect();
    order.sort_by_key(|place| members[*place].name.as_bytes());
    let twice = order
        .windows(2)
        .find(|pair| members[pair[0]].name == members[pair[1]].name);
    match twice {
        Some(pair) => Err(format!(
            "a struct with two members \"{}\"",
            members[pair[0]].name
        )),
        None => Ok(Kind::Struct { members, order }),
    }
}

/// A map: an object where its keys are text, else a list of structs of a key and a value.
fn map(mut entry: Field) -> Result<Kind, String> {
    let unknown = || "a map of unknown form".to_owned();
    let Kind::Struct { members, .. } = &mut entry.kind else {
        return Err(unknown());
    };
    let [key, value] = &mut members[..] else {
        return Err(unknown());
    };
    "key".clone_into(&mut key.name);
    "value".clone_into(&mut value.name);
    let text = matches!(
        key.kind,
        Kind::Bytes { text: true, .. } | Kind::Views { text: true }
    );
    entry.kind = structure(std::mem::take(members))?;
    Ok(Kind::Map {
        entry: Box::new(entry),
        text,
    })
}

impl Field {
    /// Its name and its type.
    pub(super) fn typed(&self) -> TypedColumn {
        TypedColumn {
            name: self.name.clone(),
            kind: self.kind.column_type(),
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
            Kind::Struct { members, .. } => {
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
