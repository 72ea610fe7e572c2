//! Parquet columns, read row by row in bounded batches.
//!
//! | module | noun |
//! |---|---|
//! | `column` | a chosen column, at a row |
//! | `leaf` | the decoded values of a column of the file |
//! | `footer` | the schema in the footer, before it is decoded |
//! | `leaf_type` | what those values are |
//! | `schema` | a column's type, as a tree |
//! | `pages` | a column's pages, checked and unpacked before they are decoded |
//! | `header` | a page's header |
//! | `levels` | how many values a row has, before they are decoded |
//! | `thrift` | the encoding of headers and of the footer |
//! | `delta` | packed lists of integers, passed over |
//! | `varint` | numbers of seven bits a byte |
//! | `shared` | the input, which all columns read |

mod column;
mod delta;
mod footer;
mod header;
mod leaf;
mod leaf_type;
mod levels;
mod pages;
mod schema;
mod shared;
mod thrift;
mod varint;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use parquet::column::reader::get_column_reader;
use parquet::errors::ParquetError;
use parquet::file::metadata::{ParquetMetaData, RowGroupMetaData};
use parquet::file::reader::{FileReader as _, SerializedFileReader};

use crate::cell::Cell;
use crate::column_type::TypedColumn;
use crate::error::{Error, FormatFault};
use crate::guard::catch_decoder_panic;
use crate::input::Input;
use column::{Column, fault};
use leaf::Values;
use leaf_type::plain_type;
use pages::Pages;
use schema::Node;
use shared::Shared;

/// The chosen columns of a Parquet file.
pub(crate) struct Table {
    path: PathBuf,
    bytes: Shared,
    metadata: Arc<ParquetMetaData>,
    columns: Vec<Column>,
    types: Vec<TypedColumn>,
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
        let metadata = guarded(path, None, || {
            footer::check(&bytes).map_err(fault)?;
            let file = SerializedFileReader::new(bytes.clone()).map_err(fault)?;
            Ok(Arc::new(file.metadata().clone()))
        })?;
        check_rows(&metadata).map_err(|fault| Error::file(path, fault))?;
        let nodes = nodes(path, &metadata, names)?;
        if nodes.is_empty() {
            return Err(Error::file(path, FormatFault::Empty("columns")));
        }
        let schema = metadata.file_metadata().schema_descr();
        let fields: Vec<_> = schema
            .columns()
            .iter()
            .map(|column| plain_type(column.self_type()))
            .collect();
        let types = nodes.iter().map(|node| TypedColumn {
            name: node.name.clone(),
            kind: node.column_type(&fields),
        });
        Ok(Self {
            types: types.collect(),
            columns: nodes.into_iter().map(Column::new).collect(),
            path: name,
            bytes,
            metadata,
            group: 0,
            left: 0,
            row: 0,
        })
    }

    /// The input's name.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The chosen columns.
    pub(crate) fn types(&self) -> &[TypedColumn] {
        &self.types
    }

    /// The names of all columns of the file.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        let schema = self.metadata.file_metadata().schema_descr();
        schema
            .root_schema()
            .get_fields()
            .iter()
            .map(|field| field.name())
    }

    /// Moves to the next row and returns its number from 1.
    pub(crate) fn advance(&mut self) -> Result<Option<u64>, Error> {
        while self.left == 0 {
            self.close_group()?;
            if self.group == self.metadata.num_row_groups() {
                return Ok(None);
            }
            self.open_group()?;
        }
        self.left -= 1;
        self.row += 1;
        for column in &mut self.columns {
            let there = guarded(&self.path, Some(self.row), || column.advance())?;
            if !there {
                let what = "rows fewer than declared".to_owned();
                let fault = FormatFault::BadParquet(what);
                return Err(Error::row(&self.path, self.row, fault));
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
        let group = self.metadata.row_group(self.group);
        let (bytes, columns) = (&self.bytes, &mut self.columns);
        self.left = guarded(&self.path, None, || {
            for column in columns.iter_mut() {
                let values = values(&column.node, group, bytes).map_err(fault)?;
                column.open(values);
            }
            u64::try_from(group.num_rows())
                .map_err(|_| FormatFault::BadParquet("a negative number of rows".to_owned()))
        })?;
        self.group += 1;
        Ok(())
    }

    /// Checks that the row group that was read, if one was, has no more rows than it declares.
    fn close_group(&mut self) -> Result<(), Error> {
        for column in &mut self.columns {
            let more = guarded(&self.path, None, || column.advance())?;
            if more {
                let what = "rows more than declared".to_owned();
                return Err(Error::file(&self.path, FormatFault::BadParquet(what)));
            }
        }
        Ok(())
    }
}

/// The rows of a file are those of its row groups.
fn check_rows(metadata: &ParquetMetaData) -> Result<(), FormatFault> {
    let mut rows = 0_i64;
    for group in metadata.row_groups() {
        rows = rows.saturating_add(group.num_rows());
    }
    let declared = metadata.file_metadata().num_rows();
    if rows == declared {
        return Ok(());
    }
    Err(FormatFault::BadParquet(format!(
        "{declared} rows are declared, its row groups have {rows}"
    )))
}

/// The types of the chosen columns.
fn nodes(path: &Path, metadata: &ParquetMetaData, names: &[String]) -> Result<Vec<Node>, Error> {
    let schema = metadata.file_metadata().schema_descr();
    let mut fields = Vec::new();
    let mut leaf = 0;
    for field in schema.root_schema().get_fields() {
        fields.push((field, leaf));
        let own = (leaf..schema.num_columns())
            .take_while(|leaf| schema.get_column_root_idx(*leaf) == fields.len() - 1);
        leaf += own.count();
    }
    let node = |(field, leaf): &(&parquet::schema::types::TypePtr, usize)| {
        Node::new(field, *leaf).map_err(|got| {
            let column = field.name().to_owned();
            Error::file(path, FormatFault::ColumnType { column, got })
        })
    };
    if names.is_empty() {
        return fields.iter().map(node).collect();
    }
    let chosen = names.iter().map(|name| {
        let found = fields.iter().filter(|(field, _)| field.name() == name);
        let one = FormatFault::the_one(name, found);
        node(one.map_err(|fault| Error::file(path, fault))?)
    });
    chosen.collect()
}

/// The values of a column in a row group.
fn values(
    node: &Node,
    group: &RowGroupMetaData,
    bytes: &Shared,
) -> Result<Vec<Values>, ParquetError> {
    let leaves = node.leaves_in_order();
    let mut values = Vec::with_capacity(leaves.len());
    for (place, leaf) in node.leaves.clone().zip(leaves) {
        let chunk = group.columns().get(place).ok_or_else(|| {
            ParquetError::General("a row group with fewer columns than its schema".to_owned())
        })?;
        if chunk.file_path().is_some() {
            let what = "its values are in another file";
            return Err(ParquetError::NYI(what.to_owned()));
        }
        let descriptor = chunk.column_descr_ptr();
        let levels = (
            descriptor.max_def_level() > 0,
            descriptor.max_rep_level() > 0,
        );
        let pages = Pages::new(bytes.clone(), chunk)?;
        let reader = get_column_reader(descriptor, Box::new(pages));
        values.push(Values::new(reader, leaf, levels.0, levels.1));
    }
    Ok(values)
}

/// Runs the decoder, whose panic on a damaged file is an input error here. The table is not used again after one.
fn guarded<T>(
    path: &Path,
    row: Option<u64>,
    decode: impl FnOnce() -> Result<T, FormatFault>,
) -> Result<T, Error> {
    let fault = match catch_decoder_panic(decode) {
        Some(Ok(value)) => return Ok(value),
        Some(Err(fault)) => fault,
        None => FormatFault::BadParquet("the decoder gave up".to_owned()),
    };
    Err(match row {
        Some(row) => Error::row(path, row, fault),
        None => Error::file(path, fault),
    })
}
