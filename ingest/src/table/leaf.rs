//! The values of one column of the file, decoded in batches of whole rows.

use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::{ByteArray, DataType, FixedLenByteArray, Int96};
use parquet::errors::ParquetError;

use super::leaf_type::Leaf;
use crate::cell::{Cell, half};

/// Days from the first of the Julian period to 1 January 1970.
const JULIAN_EPOCH: i128 = 2_440_588;
const NANOSECONDS_OF_DAY: i128 = 86_400_000_000_000;

/// A decoded value; bytes share their page's memory.
pub(super) enum Scalar {
    Boolean(bool),
    Integer(i128),
    Single(f32),
    Double(f64),
    Text(ByteArray),
    Opaque(ByteArray),
}

impl Scalar {
    /// The value as a cell.
    pub(super) fn cell(&self) -> Cell<'_> {
        match self {
            Self::Boolean(value) => Cell::Boolean(*value),
            Self::Integer(value) => Cell::Integer(*value),
            Self::Single(value) => Cell::Single(*value),
            Self::Double(value) => Cell::Double(*value),
            Self::Text(bytes) => Cell::Text(bytes.data()),
            Self::Opaque(bytes) => Cell::Opaque(bytes.data()),
        }
    }
}

/// Levels and values of some rows. A level is there for every value, null and empty list; levels that the type does not have are not
/// there at all.
#[derive(Default)]
pub(super) struct Batch {
    pub(super) definitions: Vec<i16>,
    pub(super) repetitions: Vec<i16>,
    pub(super) values: Vec<Scalar>,
}

impl Batch {
    /// Empties it, keeping the memory of ordinary rows.
    fn clear(&mut self) {
        const KEPT: usize = 1 << 12;
        self.definitions.clear();
        self.definitions.shrink_to(KEPT);
        self.repetitions.clear();
        self.repetitions.shrink_to(KEPT);
        self.values.clear();
        self.values.shrink_to(KEPT);
    }
}

/// The values of a column in one row group.
pub(super) struct Values {
    rows: Rows,
    leaf: Leaf,
    nullable: bool,
    repeated: bool,
}

/// By their type.
enum Rows {
    Boolean(ColumnReaderImpl<parquet::data_type::BoolType>),
    Int32(ColumnReaderImpl<parquet::data_type::Int32Type>),
    Int64(ColumnReaderImpl<parquet::data_type::Int64Type>),
    Int96(ColumnReaderImpl<parquet::data_type::Int96Type>),
    Single(ColumnReaderImpl<parquet::data_type::FloatType>),
    Double(ColumnReaderImpl<parquet::data_type::DoubleType>),
    Bytes(ColumnReaderImpl<parquet::data_type::ByteArrayType>),
    Fixed(ColumnReaderImpl<parquet::data_type::FixedLenByteArrayType>),
}

impl Values {
    /// The values that `reader` decodes; `nullable` and `repeated` say which levels the type has.
    pub(super) fn new(reader: ColumnReader, leaf: Leaf, nullable: bool, repeated: bool) -> Self {
        Self {
            rows: match reader {
                ColumnReader::BoolColumnReader(rows) => Rows::Boolean(rows),
                ColumnReader::Int32ColumnReader(rows) => Rows::Int32(rows),
                ColumnReader::Int64ColumnReader(rows) => Rows::Int64(rows),
                ColumnReader::Int96ColumnReader(rows) => Rows::Int96(rows),
                ColumnReader::FloatColumnReader(rows) => Rows::Single(rows),
                ColumnReader::DoubleColumnReader(rows) => Rows::Double(rows),
                ColumnReader::ByteArrayColumnReader(rows) => Rows::Bytes(rows),
                ColumnReader::FixedLenByteArrayColumnReader(rows) => Rows::Fixed(rows),
            },
            leaf,
            nullable,
            repeated,
        }
    }

    /// Decodes at most this many rows in place of those in `batch`; how many there were.
    pub(super) fn read(&mut self, most: usize, batch: &mut Batch) -> Result<usize, ParquetError> {
        batch.clear();
        let (leaf, levels) = (self.leaf, (self.nullable, self.repeated));
        let bytes = |value| understood(leaf, value);
        match &mut self.rows {
            Rows::Boolean(rows) => decode(rows, most, levels, batch, |v| Ok(Scalar::Boolean(v))),
            Rows::Int32(rows) => decode(rows, most, levels, batch, |value| {
                Ok(Scalar::Integer(match leaf {
                    Leaf::Unsigned => value.cast_unsigned().into(),
                    _ => value.into(),
                }))
            }),
            Rows::Int64(rows) => decode(rows, most, levels, batch, |value| {
                Ok(Scalar::Integer(match leaf {
                    Leaf::Unsigned => value.cast_unsigned().into(),
                    _ => value.into(),
                }))
            }),
            Rows::Int96(rows) => decode(rows, most, levels, batch, |value| {
                Ok(Scalar::Integer(nanoseconds(&value)))
            }),
            Rows::Single(rows) => decode(rows, most, levels, batch, |v| Ok(Scalar::Single(v))),
            Rows::Double(rows) => decode(rows, most, levels, batch, |v| Ok(Scalar::Double(v))),
            Rows::Bytes(rows) => decode(rows, most, levels, batch, bytes),
            Rows::Fixed(rows) => decode(rows, most, levels, batch, |value: FixedLenByteArray| {
                bytes(value.into())
            }),
        }
    }
}

fn decode<T: DataType>(
    rows: &mut ColumnReaderImpl<T>,
    most: usize,
    (nullable, repeated): (bool, bool),
    batch: &mut Batch,
    wrap: impl Fn(T::T) -> Result<Scalar, ParquetError>,
) -> Result<usize, ParquetError> {
    let mut values = Vec::new();
    let (read, _, _) = rows.read_records(
        most,
        nullable.then_some(&mut batch.definitions),
        repeated.then_some(&mut batch.repetitions),
        &mut values,
    )?;
    for value in values {
        batch.values.push(wrap(value)?);
    }
    Ok(read)
}

/// Bytes as what the type says they are.
fn understood(leaf: Leaf, value: ByteArray) -> Result<Scalar, ParquetError> {
    Ok(match leaf {
        Leaf::Text => Scalar::Text(value),
        Leaf::Decimal => Scalar::Integer(integer(value.data())?),
        Leaf::Half => match value.data() {
            [low, high] => Scalar::Single(half(u16::from_le_bytes([*low, *high]))),
            other => {
                let length = other.len();
                let what = format!("a 16-bit float of {length} bytes");
                return Err(ParquetError::General(what));
            }
        },
        Leaf::Stored | Leaf::Unsigned => Scalar::Opaque(value),
    })
}

/// An integer in two's complement, big-endian.
fn integer(bytes: &[u8]) -> Result<i128, ParquetError> {
    let sign = if bytes.first().is_some_and(|byte| byte & 0x80 != 0) {
        0xff
    } else {
        0
    };
    let (before, last) = bytes.split_at(bytes.len().saturating_sub(16));
    let mut whole = [sign; 16];
    whole[16 - last.len()..].copy_from_slice(last);
    let number = i128::from_be_bytes(whole);
    if before.iter().any(|byte| *byte != sign) || (number < 0) != (sign != 0) {
        return Err(ParquetError::General(
            "a decimal of more digits than its type has".to_owned(),
        ));
    }
    Ok(number)
}

/// Nanoseconds since 1970 of a time in the form that Hive and Spark wrote: the nanoseconds of a day, and the day.
fn nanoseconds(value: &Int96) -> i128 {
    let [low, high, day] = *value.data() else {
        return 0;
    };
    let of_day = i64::from(high) << 32 | i64::from(low);
    (i128::from(day.cast_signed()) - JULIAN_EPOCH) * NANOSECONDS_OF_DAY + i128::from(of_day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_read_in_any_width() {
        assert_eq!(integer(&[]).unwrap(), 0);
        assert_eq!(integer(&[0xff]).unwrap(), -1);
        assert_eq!(integer(&[0x01, 0x00]).unwrap(), 256);
        let mut wide = [0xff; 32];
        assert_eq!(integer(&wide).unwrap(), -1);
        wide[3] = 0;
        assert!(integer(&wide).is_err());
        let mut edge = [0; 17];
        edge[1] = 0x80;
        assert!(integer(&edge).is_err());
    }

    #[test]
    fn times_of_ninety_six_bits_are_nanoseconds() {
        let mut value = Int96::new();
        value.set_data(7, 0, 2_440_588);
        assert_eq!(nanoseconds(&value), 7);
        value.set_data(0, 1, 2_440_587);
        assert_eq!(nanoseconds(&value), (1 << 32) - NANOSECONDS_OF_DAY);
    }
}
