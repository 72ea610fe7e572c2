//! The columns of a schema, as its message describes them.

use arrow_ipc::{DateUnit, Endianness, Precision, Schema, TimeUnit, Type, UnionMode};

use super::field::{Field, Index, Kind, Scale};

/// Types within types, at most.
const DEPTH: u32 = 64;

/// The widest decimal, in digits: what a signed integer of 128 bits holds.
const MAX_DIGITS: i32 = 38;

/// The columns of a schema in their order.
///
/// # Errors
/// In words: a schema of another kind than is read, or one that is no schema.
pub(super) fn columns(schema: &Schema<'_>) -> Result<Vec<Field>, String> {
    if schema.endianness() != Endianness::Little {
        return Err("big-endian numbers".to_owned());
    }
    let fields = schema.fields().ok_or("a schema without fields")?;
    let read = |field: arrow_ipc::Field<'_>| {
        read(&field, DEPTH).map_err(|what| format!("the column \"{}\": {what}", name(&field)))
    };
    fields.iter().map(read).collect()
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
                let what = format!("a decimal of {} digits", decimal.precision());
                return Ok(unread(what, true, 1, Vec::new()));
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
        Type::Struct_ => structure(children()?),
        Type::Map => map(*item()?)?,
        Type::Interval => unread("an interval".to_owned(), true, 1, Vec::new()),
        Type::ListView | Type::LargeListView => {
            unread("a list view".to_owned(), true, 2, children()?)
        }
        Type::RunEndEncoded => unread("run-end encoded".to_owned(), false, 0, children()?),
        Type::Union => {
            let dense = field.type_as_union().ok_or_else(missing)?.mode() == UnionMode::Dense;
            let buffers = if dense { 2 } else { 1 };
            unread("a union".to_owned(), false, buffers, children()?)
        }
        other => return Err(other.variant_name().unwrap_or("a new type").to_owned()),
    })
}

fn unread(what: String, validity: bool, buffers: usize, children: Vec<Field>) -> Kind {
    Kind::Unread {
        what,
        validity,
        buffers,
        children,
    }
}

fn structure(members: Vec<Field>) -> Kind {
    let mut order: Vec<usize> = (0..members.len()).collect();
    order.sort_by_key(|place| members[*place].name.as_bytes());
    let twice = order
        .windows(2)
        .find(|pair| members[pair[0]].name == members[pair[1]].name);
    match twice {
        Some(pair) => {
            let what = format!("a struct with two members \"{}\"", members[pair[0]].name);
            unread(what, true, 0, members)
        }
        None => Kind::Struct { members, order },
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
    entry.kind = structure(std::mem::take(members));
    Ok(Kind::Map {
        entry: Box::new(entry),
        text,
    })
}
