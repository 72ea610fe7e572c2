//! From records to the columns of a tranche's folder: one thread reads and cuts, another hashes and writes.
//!
//! Records go over in batches. The first fault in the order of the records is the one that is reported, whichever thread finds it.

use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::thread;

use tranche_fs::Existing;
use tranche_fs::temporary::Visibility;
use tranche_ingest::FormatFault;
use tranche_ingest::dataset::{Record, RecordReader};
use tranche_protocol::Shape;
use tranche_protocol::content::ContentBuilder;
use tranche_protocol::manifest::reading::Reading;
use tranche_protocol::record::record_digest;
use tranche_protocol::tranche::{Contents, TrancheKind};
use tranche_protocol::unit::UnitDefinition;
use tranche_protocol::units::{OnesTree, UnitsBuilder, UnitsError};

use crate::artefact::ArtefactFault;
use crate::artefact::folder::{DIGESTS, DIGESTS_KIND, UNITS, UNITS_KIND};
use crate::artefact::frame::Writer;
use crate::error::Error;
use crate::progress::{Progress, Stage};

/// Bytes after which a batch is handed over; a longer record is a batch of its own.
const BYTES: usize = 1 << 20;
/// Records after which it is.
const RECORDS: usize = 1 << 13;

/// Characters of the first record that are shown.
const SHOWN: usize = 100;

/// What a tranche's folder is to hold.
pub(super) struct Plan<'a> {
    /// The data, as errors name it.
    pub(super) input: &'a Path,
    /// Where the columns are written.
    pub(super) folder: &'a Path,
    pub(super) unit: UnitDefinition,
    /// Whether all records must weigh the same.
    pub(super) uniform: bool,
    pub(super) visibility: Visibility,
    /// How the data is cut into records.
    pub(super) reading: &'a Reading,
}

/// What was read and written.
pub(super) struct Streamed {
    pub(super) contents: Contents,
    /// The reader at its end.
    pub(super) source: RecordReader,
    /// The beginning of the first record's text.
    pub(super) first: String,
}

/// Reads every record once and writes the columns.
///
/// # Errors
/// [`Error`] of the first record that has one.
pub(super) fn commit(
    plan: &Plan<'_>,
    mut source: RecordReader,
    progress: &Progress,
) -> Result<Streamed, Error> {
    let stage = progress.stage("committing records", None);
    let mut columns = Columns::create(plan)?;
    let mut first = None;
    let columns = thread::scope(|scope| {
        // Nothing waits between the threads, so that no more than two batches are in memory.
        let (full, batches) = sync_channel::<Batch>(0);
        let (emptied, free) = channel::<Batch>();
        let hashing = scope.spawn(move || {
            columns.take_all(&batches, &emptied)?;
            Ok(columns)
        });
        let read = read(&mut source, &full, &free, &stage, &mut first);
        drop(full);
        let columns: Result<Columns<'_>, Error> = match hashing.join() {
            Ok(columns) => columns,
            Err(panic) => std::panic::resume_unwind(panic),
        };
        // What was hashed comes before what was read last.
        let columns = columns?;
        read.map(|()| columns)
    })?;
    Ok(Streamed {
        contents: columns.finish()?,
        source,
        first: first.unwrap_or_default(),
    })
}

/// Some records on their way.
#[derive(Default)]
struct Batch {
    bytes: Vec<u8>,
    records: Vec<Place>,
}

/// A record of a batch.
struct Place {
    /// Where its bytes end.
    end: usize,
    units: u32,
    file: Arc<Path>,
    row: u64,
}

impl Batch {
    fn is_full(&self) -> bool {
        self.bytes.len() >= BYTES || self.records.len() >= RECORDS
    }

    fn clear(&mut self) {
        self.bytes.clear();
        // The memory of an unusually long record is given back.
        self.bytes.shrink_to(2 * BYTES);
        self.records.clear();
    }
}

/// Reads to the end, or until nobody takes batches any more.
fn read(
    source: &mut RecordReader,
    full: &SyncSender<Batch>,
    free: &Receiver<Batch>,
    stage: &Stage,
    first: &mut Option<String>,
) -> Result<(), Error> {
    let mut batch = Batch::default();
    let mut file: Arc<Path> = Path::new("").into();
    loop {
        let more = match source.read() {
            Ok(Some(record)) => {
                first.get_or_insert_with(|| beginning(&record));
                if record.file() != &*file {
                    file = record.file().into();
                }
                batch.bytes.extend_from_slice(record.bytes());
                batch.records.push(Place {
                    end: batch.bytes.len(),
                    units: record.units().get(),
                    file: Arc::clone(&file),
                    row: record.row(),
                });
                Ok(true)
            }
            Ok(None) => Ok(false),
            Err(error) => Err(error.into()),
        };
        let going_on = matches!(more, Ok(true));
        if !batch.is_full() && going_on {
            continue;
        }
        stage.advance(batch.records.len() as u64)?;
        // The records before a fault go over too: one of them may have a fault of its own.
        if full.send(batch).is_err() || !going_on {
            return more.map(drop);
        }
        batch = free.try_recv().unwrap_or_default();
        batch.clear();
    }
}

/// The beginning of a record's text in one line; ` | ` stands between fields.
fn beginning(record: &Record<'_>) -> String {
    let mut text = String::new();
    for (place, part) in record.texts().enumerate() {
        if place > 0 {
            text.push_str(" | ");
        }
        let part = &part[..part.len().min(4 * SHOWN)];
        text.extend(String::from_utf8_lossy(part).chars().take(SHOWN + 1));
    }
    let cut = text.chars().count() > SHOWN;
    let shown: String = text.chars().take(SHOWN).collect();
    let line: String = shown
        .chars()
        .map(|character| match character {
            '"' | '\'' => character.to_string(),
            other => other.escape_debug().to_string(),
        })
        .collect();
    if cut { line + "…" } else { line }
}

/// The columns while they are written.
struct Columns<'a> {
    plan: &'a Plan<'a>,
    digests: Writer,
    weights: Option<(Writer, UnitsBuilder)>,
    content: ContentBuilder,
    scale: u32,
}

impl<'a> Columns<'a> {
    fn create(plan: &'a Plan<'a>) -> Result<Self, Error> {
        let file =
            |name: &str, kind| Writer::create(&plan.folder.join(name), kind, plan.visibility);
        Ok(Self {
            digests: file(DIGESTS, DIGESTS_KIND)?,
            weights: if plan.uniform {
                None
            } else {
                let units = UnitsBuilder::new(&Shape::STANDARD);
                Some((file(UNITS, UNITS_KIND)?, units))
            },
            content: ContentBuilder::new(),
            scale: 1,
            plan,
        })
    }

    fn take_all(
        &mut self,
        batches: &Receiver<Batch>,
        emptied: &Sender<Batch>,
    ) -> Result<(), Error> {
        for batch in batches {
            let mut start = 0;
            for place in &batch.records {
                self.push(&batch.bytes[start..place.end], place)?;
                start = place.end;
            }
            // Nobody wants it back at the end.
            let _ = emptied.send(batch);
        }
        Ok(())
    }

    fn push(&mut self, bytes: &[u8], place: &Place) -> Result<(), Error> {
        let digest = record_digest(bytes);
        self.content.push(&digest);
        self.digests.write(&digest.to_bytes())?;
        let units = place.units;
        match &mut self.weights {
            Some((file, builder)) => {
                builder
                    .push(units)
                    .map_err(|error| self.plan.fault(error))?;
                file.write(&units.to_le_bytes()[..3])?;
            }
            None if self.content.records() == 1 => self.scale = units,
            None if units != self.scale => {
                let fault = ArtefactFault::NotUniform {
                    expected: self.scale,
                    got: units,
                };
                return Err(Error::row(&place.file, place.row, fault));
            }
            None => {}
        }
        Ok(())
    }

    fn finish(self) -> Result<Contents, Error> {
        let Self {
            plan,
            mut digests,
            weights,
            content,
            scale,
        } = self;
        let count = content.records();
        let Some(content_root) = content.finish() else {
            return Err(Error::file(plan.input, FormatFault::Empty("records")));
        };
        digests.write(&count.to_le_bytes())?;
        digests.finish(Existing::Keep)?;
        let (units_root, kind, total_units) = match weights {
            Some((mut file, builder)) => {
                file.write(&count.to_le_bytes())?;
                file.finish(Existing::Keep)?;
                let tree = builder.finish().map_err(|error| plan.fault(error))?;
                (tree.root(), TrancheKind::Weighted, tree.total())
            }
            None => {
                let tree =
                    OnesTree::new(&Shape::STANDARD, count).map_err(|error| plan.fault(error))?;
                (tree.root(), TrancheKind::Uniform, count * u64::from(scale))
            }
        };
        Ok(Contents {
            content_root,
            units_root,
            kind,
            records: u32::try_from(count)
                .map_err(|_| Error::usage("too many records", "split the data"))?,
            scale,
            total_units,
            unit: plan.unit.id(),
        })
    }
}

impl Plan<'_> {
    fn fault(&self, error: UnitsError) -> Error {
        Error::file(self.input, ArtefactFault::Units(error))
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use tranche_ingest::dataset::{DataFormat, UnitRule};
    use tranche_protocol::manifest::reading::TextEncoding;

    const JSONL: DataFormat = DataFormat::Jsonl {
        fields: Vec::new(),
        encoding: TextEncoding::Utf8,
    };

    fn committed(text: &str, uniform: bool) -> Result<Contents, Error> {
        let folder = tempfile::tempdir().unwrap();
        let input = folder.path().join("a.jsonl");
        fs::write(&input, text).unwrap();
        let reading = JSONL.reading();
        let plan = Plan {
            input: &input,
            folder: folder.path(),
            unit: UnitDefinition::Byte,
            uniform,
            visibility: Visibility::Public,
            reading: &reading,
        };
        let source = RecordReader::open(&input, &JSONL, UnitRule::Byte)?;
        commit(&plan, source, &Progress::silent()).map(|streamed| streamed.contents)
    }

    fn record(i: usize) -> String {
        let padding = match i {
            // Longer than a batch.
            30 => 3 * BYTES,
            _ => i % 90,
        };
        format!("{{\"id\":{i},\"x\":\"{}\"}}", "y".repeat(padding))
    }

    #[test]
    fn batches_change_nothing_of_what_is_committed() {
        let records: Vec<String> = (0..2 * RECORDS + 77).map(record).collect();
        let contents = committed(&records.join("\n"), false).unwrap();
        let mut content = ContentBuilder::new();
        let mut units = UnitsBuilder::new(&Shape::STANDARD);
        for record in &records {
            content.push(&record_digest(record.as_bytes()));
            units.push(record.len() as u32).unwrap();
        }
        let tree = units.finish().unwrap();
        assert_eq!(Some(contents.content_root), content.finish());
        assert_eq!(
            (contents.units_root, contents.total_units),
            (tree.root(), tree.total())
        );
        assert_eq!(contents.records as usize, records.len());
    }

    #[test]
    fn the_first_fault_is_told_whichever_thread_finds_it() {
        let line = "{\"id\":1}";
        let row = |lines: &[&str]| {
            let error = committed(&lines.join("\n"), true).unwrap_err();
            let Error::Input(input) = error else {
                panic!("{error}")
            };
            input.row
        };
        assert_eq!(row(&[line, "{\"id\":22}", "no json"]), Some(2));
        assert_eq!(row(&[line, "no json", "{\"id\":22}"]), Some(2));
        let mut many = vec![line; RECORDS + 5];
        many.extend(["{\"id\":22}", "no json"]);
        assert_eq!(row(&many), Some(RECORDS as u64 + 6));
    }
}
