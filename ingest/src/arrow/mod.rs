//! Arrow tables, read row by row: streams and files, with dictionaries, compressed or not.
//!
//! Only the metadata of a batch is held, and a window on each of its parts; a compressed part is held as a whole.
//!
//! | module | noun |
//! |---|---|
//! | `source` | the bytes, by their place |
//! | `messages` | schema, dictionaries and batches, one after the other |
//! | `schema` | the columns, as their message describes them |
//! | `field` | a column's type, as a tree |
//! | `array` | the values of a batch |
//! | `value` | single values |

mod array;
mod field;
mod messages;
mod schema;
mod source;
mod value;

use std::path::{Path, PathBuf};

use arrow_ipc::{MessageHeader, MetadataVersion, root_as_message};

use crate::cell::Cell;
use crate::column_type::TypedColumn;
use crate::error::{Error, FormatFault};
use crate::guard::catch_decoder_panic;
use crate::input::Input;
use crate::value::RecordBuf;
use array::{Array, Layout};
use field::Field;
use messages::{Message, Messages};
use schema::columns;
use source::{Source, Trouble, bad};
use value::{Dictionaries, Reader};

/// The most rows of a batch, which the format advises.
const MAX_ROWS: u32 = i32::MAX as u32;

/// The chosen columns of an Arrow file or stream.
pub(crate) struct Table {
    path: PathBuf,
    source: Source,
    messages: Messages,
    /// All columns of the schema.
    fields: Vec<Field>,
    chosen: Vec<usize>,
    types: Vec<TypedColumn>,
    dictionaries: Dictionaries,
    batch: Vec<Array>,
    /// Rows of the batch, and how many of them were read.
    rows: u64,
    place: u64,
    row: u64,
}

/// What a message is.
enum Content {
    Schema(Vec<Field>),
    Batch {
        rows: u64,
        layout: Layout,
    },
    Dictionary {
        id: i64,
        delta: bool,
        layout: Layout,
    },
}

impl Table {
    /// The columns named, in that order, or all columns where none is named.
    pub(crate) fn new(mut input: Input, names: &[String]) -> Result<Self, Error> {
        let length = input.length()?;
        let (path, stream) = input.into_parts();
        let mut source = Source::new(stream, length);
        let (messages, fields) =
            opened(&mut source).map_err(|trouble| placed(&path, None, trouble))?;
        let fault = |fault| Error::file(&path, fault);
        let mut chosen = Vec::new();
        for name in names {
            let found = (0..fields.len()).filter(|place| fields[*place].name == *name);
            chosen.push(FormatFault::the_one(name, found).map_err(fault)?);
        }
        if names.is_empty() {
            chosen.extend(0..fields.len());
        }
        if chosen.is_empty() {
            return Err(fault(FormatFault::Empty("columns")));
        }
        for place in &chosen {
            if let Some(got) = fields[*place].unread() {
                let (column, got) = (fields[*place].name.clone(), got.to_owned());
                return Err(fault(FormatFault::ColumnType { column, got }));
            }
        }
        let mut dictionaries = Dictionaries::default();
        for field in &fields {
            field.add_dictionaries(&mut dictionaries.types);
        }
        Ok(Self {
            types: chosen.iter().map(|place| fields[*place].typed()).collect(),
            path,
            source,
            messages,
            fields,
            chosen,
            dictionaries,
            batch: Vec::new(),
            rows: 0,
            place: 0,
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

    /// Appends the next row's values to a record and gives its number from 1; `None` at the end.
    pub(crate) fn read(&mut self, record: &mut RecordBuf) -> Result<Option<u64>, Error> {
        self.next(&mut |cell| cell.encode(record))
    }

    /// Hands over the next row's values and gives its number from 1; `None` at the end.
    pub(crate) fn next(
        &mut self,
        take: &mut dyn FnMut(Cell<'_>) -> Result<(), FormatFault>,
    ) -> Result<Option<u64>, Error> {
        while self.place == self.rows {
            let more = self.advance();
            if !more.map_err(|trouble| placed(&self.path, None, trouble))? {
                return Ok(None);
            }
        }
        self.row += 1;
        let mut reader = Reader::new(&mut self.source, &mut self.dictionaries);
        for number in &self.chosen {
            reader
                .value(
                    &self.fields[*number],
                    &mut self.batch[*number],
                    self.place,
                    take,
                )
                .map_err(|trouble| placed(&self.path, Some(self.row), trouble))?;
        }
        self.place += 1;
        Ok(Some(self.row))
    }

    /// Moves to the next batch; false at the end.
    fn advance(&mut self) -> Result<bool, Trouble> {
        while let Some(message) = self.messages.next(&mut self.source)? {
            match content(&message, &mut self.messages)? {
                Content::Schema(_) => return Err(bad("a second schema")),
                Content::Dictionary {
                    id,
                    delta,
                    mut layout,
                } => {
                    let field = self.dictionaries.types.get(&id);
                    let field = field.ok_or_else(|| bad("a dictionary of no column"))?;
                    let array = layout.take(field).map_err(bad)?;
                    layout.finish().map_err(bad)?;
                    let parts = self.dictionaries.values.entry(id).or_default();
                    if !delta {
                        parts.clear();
                    }
                    parts.push(array);
                }
                Content::Batch { rows, mut layout } => {
                    self.batch.clear();
                    for field in &self.fields {
                        let array = layout.take(field).map_err(bad)?;
                        if array.length != rows {
                            return Err(bad("a column longer or shorter than its batch"));
                        }
                        self.batch.push(array);
                    }
                    layout.finish().map_err(bad)?;
                    (self.rows, self.place) = (rows, 0);
                    return Ok(true);
                }
            }
        }
        (self.rows, self.place) = (0, 0);
        Ok(false)
    }
}

/// The messages, from behind the schema on, and its columns.
fn opened(source: &mut Source) -> Result<(Messages, Vec<Field>), Trouble> {
    let (mut messages, fields) = Messages::new(source)?;
    if let Some(fields) = fields {
        return Ok((messages, fields));
    }
    let Some(message) = messages.next(source)? else {
        return Err(bad("no schema at its start"));
    };
    match content(&message, &mut messages)? {
        Content::Schema(columns) => Ok((messages, columns)),
        _ => Err(bad("no schema at its start")),
    }
}

/// What a message is; its body is passed over.
fn content(message: &Message, messages: &mut Messages) -> Result<Content, Trouble> {
    let found = catch_decoder_panic(|| {
        let root = root_as_message(&message.metadata).map_err(|error| error.to_string())?;
        if root.version() < MetadataVersion::V4 {
            return Err("metadata of a version before 4".to_owned());
        }
        Ok(root.bodyLength())
    });
    let length = messages.pass(message, decoded(found)?)?;
    let found = catch_decoder_panic(|| {
        let root = root_as_message(&message.metadata).map_err(|error| error.to_string())?;
        let batch = |batch: arrow_ipc::RecordBatch<'_>| Layout::new(&batch, message.body, length);
        match root.header_type() {
            MessageHeader::Schema => {
                let schema = root.header_as_schema().ok_or("an empty schema")?;
                columns(&schema).map(Content::Schema)
            }
            MessageHeader::RecordBatch => {
                let found = root.header_as_record_batch().ok_or("an empty batch")?;
                // A column of nulls takes no bytes, however many there are.
                let rows = u32::try_from(found.length()).ok();
                let rows = rows.filter(|rows| *rows <= MAX_ROWS);
                Ok(Content::Batch {
                    rows: rows.ok_or("a batch of too many rows")?.into(),
                    layout: batch(found)?,
                })
            }
            MessageHeader::DictionaryBatch => {
                let dictionary = root
                    .header_as_dictionary_batch()
                    .ok_or("an empty dictionary")?;
                Ok(Content::Dictionary {
                    id: dictionary.id(),
                    delta: dictionary.isDelta(),
                    layout: batch(dictionary.data().ok_or("a dictionary without values")?)?,
                })
            }
            _ => Err("a message that is no part of a table".to_owned()),
        }
    });
    decoded(found)
}

fn decoded<T>(found: Option<Result<T, String>>) -> Result<T, Trouble> {
    match found {
        Some(found) => found.map_err(bad),
        None => Err(bad("metadata that cannot be decoded")),
    }
}

fn placed(path: &Path, row: Option<u64>, trouble: Trouble) -> Error {
    match (trouble, row) {
        (Trouble::Io(error), _) => Error::io("read", path, error),
        (Trouble::Fault(fault), Some(row)) => Error::row(path, row, fault),
        (Trouble::Fault(fault), None) => Error::file(path, fault),
    }
}
