//! What the stored values of a column of the file are.

use parquet::basic::{ConvertedType, LogicalType, TimeUnit, Type as Physical};
use parquet::schema::types::Type;

use crate::column_type::ColumnType;

/// The widest decimal, in digits: what a signed integer of 128 bits holds.
const MAX_DIGITS: i32 = 38;

/// How a stored value is understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Leaf {
    /// As it is stored.
    Stored,
    /// An integer without a sign.
    Unsigned,
    /// Bytes that are text.
    Text,
    /// Bytes that are an integer, big-endian, in two's complement.
    Decimal,
    /// Two bytes that are a 16-bit float.
    Half,
}

impl Leaf {
    /// How the values of a column of the file are understood.
    ///
    /// # Errors
    /// The type that is not supported, in words.
    pub(super) fn new(field: &Type) -> Result<Self, String> {
        let info = field.get_basic_info();
        let (logical, converted) = (info.logical_type_ref(), info.converted_type());
        let Type::PrimitiveType {
            physical_type,
            precision,
            ..
        } = field
        else {
            return Ok(Self::Stored);
        };
        let bytes = matches!(
            physical_type,
            Physical::BYTE_ARRAY | Physical::FIXED_LEN_BYTE_ARRAY
        );
        let is_decimal =
            matches!(logical, Some(LogicalType::Decimal(_))) || converted == ConvertedType::DECIMAL;
        if is_decimal && *precision > MAX_DIGITS {
            return Err(format!("a decimal of {precision} digits"));
        }
        Ok(match logical {
            Some(LogicalType::Float16) => Self::Half,
            Some(LogicalType::File) => return Err("FILE".to_owned()),
            _ if is_decimal && bytes => Self::Decimal,
            Some(LogicalType::String | LogicalType::Json | LogicalType::Enum) => Self::Text,
            Some(LogicalType::Integer(int)) if !int.is_signed => Self::Unsigned,
            _ => match converted {
                ConvertedType::UTF8 | ConvertedType::JSON | ConvertedType::ENUM => Self::Text,
                ConvertedType::UINT_8
                | ConvertedType::UINT_16
                | ConvertedType::UINT_32
                | ConvertedType::UINT_64 => Self::Unsigned,
                _ => Self::Stored,
            },
        })
    }
}

/// The word for the values of a column of the file.
pub(super) fn plain_type(field: &Type) -> ColumnType {
    let info = field.get_basic_info();
    let (logical, converted) = (info.logical_type_ref(), info.converted_type());
    let Type::PrimitiveType {
        physical_type,
        scale,
        ..
    } = field
    else {
        return ColumnType::Null;
    };
    let unit = |unit: &TimeUnit| match unit {
        TimeUnit::MILLIS => "ms",
        TimeUnit::MICROS => "us",
        TimeUnit::NANOS => "ns",
    };
    let word = match (logical, converted) {
        (Some(LogicalType::Unknown), _) => return ColumnType::Null,
        (Some(LogicalType::Decimal(_)), _) | (_, ConvertedType::DECIMAL) => {
            format!("decimal of {scale} places")
        }
        (Some(LogicalType::Date), _) | (_, ConvertedType::DATE) => "date".to_owned(),
        (Some(LogicalType::Time(time)), _) => format!("time in {}", unit(&time.unit)),
        (Some(LogicalType::Timestamp(time)), _) => format!("timestamp in {}", unit(&time.unit)),
        (_, ConvertedType::TIME_MILLIS) => "time in ms".to_owned(),
        (_, ConvertedType::TIME_MICROS) => "time in us".to_owned(),
        (_, ConvertedType::TIMESTAMP_MILLIS) => "timestamp in ms".to_owned(),
        (_, ConvertedType::TIMESTAMP_MICROS) => "timestamp in us".to_owned(),
        _ => match (physical_type, Leaf::new(field)) {
            (_, Ok(Leaf::Half)) => "half",
            (_, Ok(Leaf::Text)) => "text",
            (Physical::BOOLEAN, _) => "boolean",
            (Physical::INT32 | Physical::INT64, _) => "integer",
            (Physical::INT96, _) => "timestamp in ns",
            (Physical::FLOAT, _) => "single",
            (Physical::DOUBLE, _) => "double",
            (Physical::BYTE_ARRAY | Physical::FIXED_LEN_BYTE_ARRAY, _) => "bytes",
        }
        .to_owned(),
    };
    ColumnType::plain(word)
}
