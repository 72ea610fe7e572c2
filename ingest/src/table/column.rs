//! A chosen column: a value of each row, put together from the columns of the file that it consists of.

use parquet::errors::ParquetError;

use super::leaf::{Batch, Scalar, Values};
use super::schema::{ItemLevels, Node, Shape};
use crate::cell::{Cell, write_map};
use crate::error::FormatFault;
use crate::value::write_string;

/// Rows decoded at a time of a column of single values; of others, one row is.
const BATCH: usize = 256;

/// A column, at a row.
pub(super) struct Column {
    pub(super) node: Node,
    parts: Vec<Part>,
    /// Whether the type is that of single values.
    flat: bool,
    /// The current row of a nested column: its JSON, if it is not null.
    json: Vec<u8>,
    null: bool,
    /// Rows of the batch that were not asked for yet.
    left: usize,
}

/// A column of the file, in its place in a batch.
#[derive(Default)]
struct Part {
    values: Option<Values>,
    batch: Batch,
    /// The next level, and the next value.
    level: usize,
    value: usize,
    /// The value taken last.
    taken: Option<usize>,
}

impl Column {
    /// A column before its first row group.
    pub(super) fn new(node: Node) -> Self {
        Self {
            parts: node.leaves.clone().map(|_| Part::default()).collect(),
            flat: matches!(node.shape, Shape::Leaf(_)),
            node,
            json: Vec::new(),
            null: false,
            left: 0,
        }
    }

    /// Starts a row group: the values of its columns.
    pub(super) fn open(&mut self, values: Vec<Values>) {
        self.left = 0;
        for (part, values) in self.parts.iter_mut().zip(values) {
            part.values = Some(values);
        }
    }

    /// Moves to the next row; false at the end of the row group.
    pub(super) fn advance(&mut self) -> Result<bool, FormatFault> {
        if self.left == 0 {
            self.fill()?;
            if self.left == 0 {
                return Ok(false);
            }
        }
        self.left -= 1;
        if self.flat {
            let definition = self.node.definition;
            for part in &mut self.parts {
                part.take(definition)?;
            }
            return Ok(true);
        }
        self.json.clear();
        self.json.shrink_to(1 << 16);
        let mut row = Row {
            parts: &mut self.parts,
            first: self.node.leaves.start,
        };
        self.null = row.is_null(&self.node)?;
        if self.null {
            row.pass(&self.node)?;
        } else {
            row.write(&self.node, &mut self.json)?;
        }
        row.finish()?;
        Ok(true)
    }

    /// The current row's value.
    pub(super) fn cell(&self) -> Cell<'_> {
        match (&self.parts[..], self.flat) {
            ([part], true) => part.scalar().map_or(Cell::Null, Scalar::cell),
            _ if self.null => Cell::Null,
            _ => Cell::Nested(&self.json),
        }
    }

    /// Decodes the next batch of every part.
    fn fill(&mut self) -> Result<(), FormatFault> {
        let most = if self.flat { BATCH } else { 1 };
        let mut found = None;
        for part in &mut self.parts {
            let rows = part.fill(most)?;
            if found.is_some_and(|found| found != rows) {
                return Err(bad("parts of a column with different numbers of rows"));
            }
            found = Some(rows);
        }
        self.left = found.unwrap_or(0);
        Ok(())
    }
}

impl Part {
    fn fill(&mut self, most: usize) -> Result<usize, FormatFault> {
        (self.level, self.value, self.taken) = (0, 0, None);
        let Some(values) = &mut self.values else {
            return Ok(0);
        };
        values.read(most, &mut self.batch).map_err(fault)
    }

    /// The levels there are: as many as of the kind that the type has.
    fn length(&self) -> usize {
        let Batch {
            definitions,
            repetitions,
            values,
        } = &self.batch;
        match (definitions.is_empty(), repetitions.is_empty()) {
            (false, _) => definitions.len(),
            (true, false) => repetitions.len(),
            (true, true) => values.len(),
        }
    }

    /// The definition level of the next value; of a type without, there is always a value.
    fn definition(&self) -> Result<i16, FormatFault> {
        match self.batch.definitions.get(self.level) {
            Some(level) => Ok(*level),
            None if self.batch.definitions.is_empty() && self.level < self.length() => Ok(i16::MAX),
            None => Err(bad("a value is missing")),
        }
    }

    /// The repetition level of the next value; `None` at the end of the batch.
    fn repetition(&self) -> Option<i16> {
        if self.level < self.length() {
            Some(self.batch.repetitions.get(self.level).copied().unwrap_or(0))
        } else {
            None
        }
    }

    /// Takes what is next: a value if it is there at this definition level, else nothing.
    fn take(&mut self, definition: i16) -> Result<(), FormatFault> {
        self.taken = None;
        if self.definition()? >= definition {
            if self.value >= self.batch.values.len() {
                return Err(bad("a value is missing"));
            }
            self.taken = Some(self.value);
            self.value += 1;
        }
        self.level += 1;
        Ok(())
    }

    fn scalar(&self) -> Option<&Scalar> {
        self.taken.and_then(|place| self.batch.values.get(place))
    }
}

/// A row of a nested column.
struct Row<'a> {
    parts: &'a mut [Part],
    /// The file's column that the first part is.
    first: usize,
}

impl Row<'_> {
    fn parts(&mut self, node: &Node) -> &mut [Part] {
        let leaves = &node.leaves;
        &mut self.parts[leaves.start - self.first..leaves.end - self.first]
    }

    /// The first of a type's parts, whose levels speak for all.
    fn head(&mut self, node: &Node) -> Result<&mut Part, FormatFault> {
        self.parts(node).first_mut().ok_or_else(levels)
    }

    fn is_null(&mut self, node: &Node) -> Result<bool, FormatFault> {
        Ok(node.nullable && self.head(node)?.definition()? < node.definition)
    }

    /// Passes over a value that is not there, which each part has a level of.
    fn pass(&mut self, node: &Node) -> Result<(), FormatFault> {
        let definition = node.definition;
        for part in self.parts(node) {
            if part.definition()? >= definition {
                return Err(levels());
            }
            part.level += 1;
        }
        Ok(())
    }

    fn write(&mut self, node: &Node, json: &mut Vec<u8>) -> Result<(), FormatFault> {
        if self.is_null(node)? {
            self.pass(node)?;
            return Cell::Null.write_json(json);
        }
        match &node.shape {
            Shape::Leaf(_) => {
                let part = self.head(node)?;
                part.take(node.definition)?;
                let value = part.scalar().ok_or_else(levels)?;
                value.cell().write_json(json)
            }
            Shape::Struct(members) => {
                for (place, member) in members.iter().enumerate() {
                    json.push(if place == 0 { b'{' } else { b',' });
                    write_string(&member.name, json);
                    json.push(b':');
                    self.write(member, json)?;
                }
                json.push(b'}');
                Ok(())
            }
            Shape::List(items) => {
                json.push(b'[');
                let mut count = 0_u64;
                self.items(node, items.levels, |row| {
                    if count > 0 {
                        json.push(b',');
                    }
                    count += 1;
                    row.write(&items.element, json)
                })?;
                json.push(b']');
                Ok(())
            }
            Shape::Map(pair, levels) => {
                let [key, value] = &**pair;
                let mut entries = Vec::new();
                self.items(node, *levels, |row| {
                    let (mut name, mut text) = (Vec::new(), Vec::new());
                    let part = row.head(key)?;
                    part.take(key.definition)?;
                    let found = part.scalar().ok_or_else(self::levels)?.cell();
                    if let Cell::Text(bytes) = found {
                        name.extend_from_slice(bytes);
                    }
                    row.write(value, &mut text)?;
                    entries.push((name, text));
                    Ok(())
                })?;
                write_map(entries, json)
            }
        }
    }

    /// The items of a list or map that is there.
    fn items(
        &mut self,
        node: &Node,
        levels: ItemLevels,
        mut item: impl FnMut(&mut Self) -> Result<(), FormatFault>,
    ) -> Result<(), FormatFault> {
        if self.head(node)?.definition()? < levels.definition {
            for part in self.parts(node) {
                let definition = part.definition()?;
                if definition < node.definition || definition >= levels.definition {
                    return Err(self::levels());
                }
                part.level += 1;
            }
            return Ok(());
        }
        loop {
            item(self)?;
            let next = self.head(node)?.repetition();
            let goes_on = |next: Option<i16>| next.is_some_and(|level| level >= levels.repetition);
            for part in self.parts(node) {
                if goes_on(part.repetition()) != goes_on(next) {
                    return Err(self::levels());
                }
            }
            if !goes_on(next) {
                return Ok(());
            }
        }
    }

    /// Checks that nothing of the row is left.
    fn finish(&self) -> Result<(), FormatFault> {
        for part in &*self.parts {
            if part.level != part.length() || part.value != part.batch.values.len() {
                return Err(levels());
            }
        }
        Ok(())
    }
}

/// What the decoder says is wrong.
pub(super) fn fault(error: ParquetError) -> FormatFault {
    FormatFault::BadParquet(error.to_string())
}

fn levels() -> FormatFault {
    bad("levels that do not fit together")
}

fn bad(what: &str) -> FormatFault {
    FormatFault::BadParquet(what.to_owned())
}
