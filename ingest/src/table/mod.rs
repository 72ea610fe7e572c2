//! Flat Parquet columns, read row by row in bounded batches.
//!
//! | module | noun |
//! |---|---|
//! | `pages` | a column's pages, checked before they are decoded |
//! | `header` | a page's sizes |
//! | `delta` | packed lists of integers, passed over |
//! | `shared` | the input, which all columns read |

mod delta;
mod header;
mod pages;
mod shared;

use std::path::{Path, PathBuf};

use parquet::basic::{ConvertedType, LogicalType, Type as Physical};
use parquet::column::reader::{ColumnReader, ColumnReaderImpl, get_column_reader};
use parquet::data_type::{ByteArray, DataType, FixedLenByteArray};
use parquet::errors::ParquetError;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::schema::types::ColumnDescriptor;

use crate::error::{Error, FormatFault};
use crate::guard::catch_decoder_panic;
use crate::input::Input;
use pages::Pages;
use shared::Shared;

/// Rows decoded at a time per column.
const BATCH: usize = 256;

/// One value of a row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Cell<'a> {
    /// No value.
    Null,
    /// A boolean.
    Boolean(bool),
    /// An integer of any width; dates, times and decimals appear as their stored integer.
    Integer(i128),
    /// A 32-bit float.
    Single(f32),
    /// A 64-bit float.
    Double(f64),
    /// UTF-8 by the schema; not checked.
    Text(&'a [u8]),
    /// Bytes.
    Opaque(&'a [u8]),
}

/// The chosen columns of a Parquet file.
pub(crate) struct Table {
    path: PathBuf,
    bytes: Shared,
    file: SerializedFileReader<Shared>,
    columns: Vec<Column>,
    group: usize,
    left: u64,
    row: u64,
}

impl Table {
    /// The columns named, in that order, or all columns where none is named.
    pub(crate) fn new(mut input: Input, names: &[String]) -> Result<Self, Error> {
        let length = input.length()?;
        let (name, stream) = input.into_parts();
        let path = name.as_path();
        let bytes = Shared::new(stream, length);
        let file = guarded(path, None, || SerializedFileReader::new(bytes.clone()))?;
        let schema = file.metadata().file_metadata().schema_descr_ptr();
        let mut columns = Vec::new();
        let all = names.is_empty();
        for (index, descriptor) in schema.columns().iter().enumerate() {
            if all {
                columns.push(Column::new(path, index, descriptor)?);
            }
        }
        for name in names {
            let mut found = schema
                .columns()
                .iter()
                .enumerate()
                .filter(|(_, descriptor)| descriptor.path().parts().first() == Some(name));
            let (index, descriptor) = found
                .next()
                .ok_or_else(|| Error::file(path, FormatFault::MissingField(name.clone())))?;
            let column = Column::new(path, index, descriptor)?;
            if found.next().is_some() {
                return Err(Error::file(path, FormatFault::AmbiguousField(name.clone())));
            }
            columns.push(column);
        }
        if columns.is_empty() {
            return Err(Error::file(path, FormatFault::Empty("columns")));
        }
        Ok(Self {
            path: name,
            bytes,
            file,
            columns,
            group: 0,
            left: 0,
            row: 0,
        })
    }

    /// The input's name.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Moves to the next row and returns its number from 1.
    pub(crate) fn advance(&mut self) -> Result<Option<u64>, Error> {
        while self.left == 0 {
            if self.group == self.file.num_row_groups() {
                return Ok(None);
            }
            self.open_group()?;
        }
        self.left -= 1;
        self.row += 1;
        for column in &mut self.columns {
            column.place += 1;
            if column.place >= column.batch.len() {
                let full = guarded(&self.path, Some(self.row), || column.fill())?;
                if !full {
                    let what = "rows fewer than declared".to_owned();
                    return Err(Error::row(
                        &self.path,
                        self.row,
                        FormatFault::BadParquet(what),
                    ));
                }
            }
        }
        Ok(Some(self.row))
    }

    /// The current row's value in the column at `place` among the chosen ones.
    pub(crate) fn cell(&self, place: usize) -> Cell<'_> {
        self.columns[place].cell()
    }

    /// The number of chosen columns.
    pub(crate) fn width(&self) -> usize {
        self.columns.len()
    }

    fn open_group(&mut self) -> Result<(), Error> {
        let group = self.group;
        let (file, bytes, columns) = (&self.file, &self.bytes, &mut self.columns);
        self.left = guarded(&self.path, None, || {
            let reader = file.get_row_group(group)?;
            for column in columns.iter_mut() {
                let chunk = reader.metadata().column(column.index);
                let pages = reader.get_column_page_reader(column.index)?;
                let pages = Pages::new(pages, bytes.clone(), chunk)?;
                let descriptor = chunk.column_descr_ptr();
                column.open(get_column_reader(descriptor, Box::new(pages)))?;
            }
            Ok(u64::try_from(reader.metadata().num_rows())?)
        })?;
        self.group += 1;
        Ok(())
    }
}

/// Runs the decoder, whose panic on a damaged file is an input error here. The table is not used again after one.
fn guarded<T>(
    path: &Path,
    row: Option<u64>,
    decode: impl FnOnce() -> Result<T, ParquetError>,
) -> Result<T, Error> {
    let fault = match catch_decoder_panic(decode) {
        Some(Ok(value)) => return Ok(value),
        Some(Err(error)) => FormatFault::BadParquet(error.to_string()),
        None => FormatFault::BadParquet("the decoder gave up".to_owned()),
    };
    Err(match row {
        Some(row) => Error::row(path, row, fault),
        None => Error::file(path, fault),
    })
}

struct Column {
    index: usize,
    nullable: bool,
    unsigned: bool,
    text: bool,
    rows: Option<Rows>,
    batch: Vec<Option<Scalar>>,
    place: usize,
}

impl Column {
    fn new(path: &Path, index: usize, descriptor: &ColumnDescriptor) -> Result<Self, Error> {
        let flat = descriptor.path().parts().len() == 1
            && descriptor.max_rep_level() == 0
            && descriptor.max_def_level() <= 1;
        let got = match descriptor.physical_type() {
            _ if !flat => "nested".to_owned(),
            Physical::INT96 => "INT96".to_owned(),
            _ => String::new(),
        };
        if !got.is_empty() {
            let column = descriptor.path().string();
            return Err(Error::file(path, FormatFault::ColumnType { column, got }));
        }
        let logical = descriptor.logical_type_ref();
        let converted = descriptor.converted_type();
        let text = matches!(
            logical,
            Some(LogicalType::String | LogicalType::Json | LogicalType::Enum)
        ) || matches!(
            converted,
            ConvertedType::UTF8 | ConvertedType::JSON | ConvertedType::ENUM
        );
        let unsigned = matches!(
            converted,
            ConvertedType::UINT_8
                | ConvertedType::UINT_16
                | ConvertedType::UINT_32
                | ConvertedType::UINT_64
        );
        Ok(Self {
            index,
            nullable: descriptor.max_def_level() == 1,
            unsigned,
            text,
            rows: None,
            batch: Vec::new(),
            place: 0,
        })
    }

    /// Starts a row group.
    fn open(&mut self, reader: ColumnReader) -> Result<(), ParquetError> {
        self.rows = Some(Rows::new(reader)?);
        self.batch.clear();
        self.place = 0;
        Ok(())
    }

    /// Decodes the next batch; false at the end of the row group.
    fn fill(&mut self) -> Result<bool, ParquetError> {
        self.batch.clear();
        self.place = 0;
        if let Some(rows) = &mut self.rows {
            rows.fill(self.nullable, &mut self.batch)?;
        }
        Ok(!self.batch.is_empty())
    }

    fn cell(&self) -> Cell<'_> {
        match self.batch.get(self.place) {
            None | Some(None) => Cell::Null,
            Some(Some(scalar)) => match scalar {
                Scalar::Boolean(value) => Cell::Boolean(*value),
                Scalar::Int32(value) if self.unsigned => {
                    Cell::Integer((*value).cast_unsigned().into())
                }
                Scalar::Int32(value) => Cell::Integer((*value).into()),
                Scalar::Int64(value) if self.unsigned => {
                    Cell::Integer((*value).cast_unsigned().into())
                }
                Scalar::Int64(value) => Cell::Integer((*value).into()),
                Scalar::Single(value) => Cell::Single(*value),
                Scalar::Double(value) => Cell::Double(*value),
                Scalar::Bytes(value) if self.text => Cell::Text(value.data()),
                Scalar::Bytes(value) => Cell::Opaque(value.data()),
            },
        }
    }
}

/// A decoded value; bytes share their page's memory.
enum Scalar {
    Boolean(bool),
    Int32(i32),
    Int64(i64),
    Single(f32),
    Double(f64),
    Bytes(ByteArray),
}

/// The typed values of a column in one row group.
enum Rows {
    Boolean(ColumnReaderImpl<parquet::data_type::BoolType>),
    Int32(ColumnReaderImpl<parquet::data_type::Int32Type>),
    Int64(ColumnReaderImpl<parquet::data_type::Int64Type>),
    Single(ColumnReaderImpl<parquet::data_type::FloatType>),
    Double(ColumnReaderImpl<parquet::data_type::DoubleType>),
    Bytes(ColumnReaderImpl<parquet::data_type::ByteArrayType>),
    Fixed(ColumnReaderImpl<parquet::data_type::FixedLenByteArrayType>),
}

impl Rows {
    fn new(reader: ColumnReader) -> Result<Self, ParquetError> {
        Ok(match reader {
            ColumnReader::BoolColumnReader(rows) => Self::Boolean(rows),
            ColumnReader::Int32ColumnReader(rows) => Self::Int32(rows),
            ColumnReader::Int64ColumnReader(rows) => Self::Int64(rows),
            ColumnReader::FloatColumnReader(rows) => Self::Single(rows),
            ColumnReader::DoubleColumnReader(rows) => Self::Double(rows),
            ColumnReader::ByteArrayColumnReader(rows) => Self::Bytes(rows),
            ColumnReader::FixedLenByteArrayColumnReader(rows) => Self::Fixed(rows),
            ColumnReader::Int96ColumnReader(_) => {
                return Err(ParquetError::NYI("INT96 columns".to_owned()));
            }
        })
    }

    fn fill(&mut self, nullable: bool, out: &mut Vec<Option<Scalar>>) -> Result<(), ParquetError> {
        match self {
            Self::Boolean(rows) => decode(rows, nullable, Scalar::Boolean, out),
            Self::Int32(rows) => decode(rows, nullable, Scalar::Int32, out),
            Self::Int64(rows) => decode(rows, nullable, Scalar::Int64, out),
            Self::Single(rows) => decode(rows, nullable, Scalar::Single, out),
            Self::Double(rows) => decode(rows, nullable, Scalar::Double, out),
            Self::Bytes(rows) => decode(rows, nullable, Scalar::Bytes, out),
            Self::Fixed(rows) => decode(
                rows,
                nullable,
                |value: FixedLenByteArray| Scalar::Bytes(value.into()),
                out,
            ),
        }
    }
}

fn decode<T: DataType>(
    rows: &mut ColumnReaderImpl<T>,
    nullable: bool,
    wrap: impl Fn(T::T) -> Scalar,
    out: &mut Vec<Option<Scalar>>,
) -> Result<(), ParquetError> {
    let mut values = Vec::with_capacity(BATCH);
    let mut levels = Vec::with_capacity(if nullable { BATCH } else { 0 });
    let definitions = nullable.then_some(&mut levels);
    rows.read_records(BATCH, definitions, None, &mut values)?;
    let mut values = values.into_iter().map(wrap);
    if !nullable {
        out.extend(values.map(Some));
        return Ok(());
    }
    for level in levels {
        let value = if level == 0 {
            None
        } else {
            Some(
                values
                    .next()
                    .ok_or_else(|| ParquetError::EOF("a value is missing".to_owned()))?,
            )
        };
        out.push(value);
    }
    Ok(())
}
