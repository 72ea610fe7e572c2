//! A Megatron run, document by document: a record is a document of its data set.

use std::collections::BTreeMap;
use std::num::NonZeroU64;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::blend::{self, Blend, Row};
use super::gpt::{self, Gpt, Piece, Span};
use super::sources::{RecordIs, intern};
use super::split::{BlendReport, Split};
use super::{description, find};
use crate::error::Error;
use crate::input::Files;
use crate::training_log::draw::{LogDraw, ReadDraws, TokenCount};
use crate::training_log::fault::LogFault;
use crate::training_log::label::{Labels, SourceId};
use crate::training_log::report::LogReport;

/// When a document counts as drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Count {
    /// In every sample that covers a token of it.
    Touched,
    /// In the sample that covers its first token: once a pass.
    Begun,
}

/// How documents are found and counted.
#[derive(Clone, Debug)]
pub struct DocumentOptions {
    /// When a document counts as drawn.
    pub count: Count,
    /// The token index of a data set; else it is the data set's path with `.idx` at its end.
    pub indices: Vec<(String, PathBuf)>,
    /// Which of a folder's blends or data sets, where it holds those of several splits.
    pub split: Option<Split>,
}

/// The samples of the run in order.
enum Rows {
    Blend(Box<Blend>),
    Single { next: u64, samples: u64 },
}

/// A run's documents.
pub(in crate::training_log) struct Documents {
    rows: Rows,
    sets: Vec<Gpt>,
    sources: Vec<SourceId>,
    tokens: Vec<TokenCount>,
    batch: NonZeroU64,
    count: Count,
    open: Option<(Row, Span)>,
    path: PathBuf,
    report: BlendReport,
}

impl Documents {
    /// Opens the run at `path`: a blend's folder or its `…-dataset_index.npy`; without a blend a data set's folder or its
    /// `…-document_index.npy`.
    pub(in crate::training_log) fn open(
        files: &dyn Files,
        path: &Path,
        batch: NonZeroU64,
        options: &DocumentOptions,
        labels: &mut Labels,
    ) -> Result<Self, Error> {
        let single = if files.is_folder(path) {
            find::ending(files, path, blend::INDEX)?.is_empty()
        } else {
            path.to_str()
                .is_some_and(|name| name.ends_with(gpt::DOCUMENTS))
        };
        let (rows, found, about, split) = if single {
            let documents = find::only(files, path, gpt::DOCUMENTS, options.split)?;
            let description = Gpt::description(files, &documents)?;
            let found = vec![(documents, description.value().clone())];
            let rows = Rows::Single {
                next: 0,
                samples: 0,
            };
            let split = description.split();
            (rows, found, description.path, split)
        } else {
            let index = find::only(files, path, blend::INDEX, options.split)?;
            let blend = Blend::open(files, &index)?;
            let about = blend.description().to_owned();
            let found = of_blend(files, &blend)?;
            let split = blend.report().split;
            (Rows::Blend(Box::new(blend)), found, about, split)
        };
        let described = found.iter().map(|(_, value)| value);
        let sources = intern(described, RecordIs::Document, &about, labels)?;
        let sets = found
            .iter()
            .map(|(documents, value)| {
                Gpt::open(files, documents, value, &token_index(value, options))
            })
            .collect::<Result<Vec<Gpt>, Error>>()?;
        let rows = match (rows, sets.first()) {
            (Rows::Single { next, .. }, Some(set)) => Rows::Single {
                next,
                samples: set.length(),
            },
            (rows, _) => rows,
        };
        let path = match &rows {
            Rows::Blend(blend) => blend.path().to_owned(),
            Rows::Single { .. } => sets.first().map_or(about, |set| set.path().to_owned()),
        };
        let samples = match &rows {
            Rows::Blend(blend) => blend.report().samples,
            Rows::Single { samples, .. } => *samples,
        };
        Ok(Self {
            report: BlendReport {
                file: path.clone(),
                split,
                samples,
            },
            rows,
            tokens: vec![TokenCount::default(); sets.len()],
            sets,
            sources,
            batch,
            count: options.count,
            open: None,
            path,
        })
    }

    fn next_row(&mut self) -> Result<Option<Row>, Error> {
        match &mut self.rows {
            Rows::Blend(blend) => blend.next(),
            Rows::Single { next, samples } if *next < *samples => {
                *next += 1;
                Ok(Some(Row {
                    row: *next,
                    dataset: 0,
                    sample: *next - 1,
                }))
            }
            Rows::Single { .. } => Ok(None),
        }
    }

    /// Notes a piece, and gives its draw if it is one.
    fn draw(&mut self, row: Row, piece: Piece) -> Option<LogDraw> {
        let tokens = &mut self.tokens[row.dataset];
        tokens.covered += piece.tokens;
        if self.count == Count::Begun && !piece.begins {
            return None;
        }
        tokens.counted += piece.length;
        Some(LogDraw {
            step: (row.row - 1) / self.batch,
            source: self.sources[row.dataset],
            record: piece.document,
            row: row.row,
        })
    }
}

impl ReadDraws for Documents {
    fn read(&mut self, _labels: &mut Labels) -> Result<Option<LogDraw>, Error> {
        loop {
            let (row, mut span) = match self.open.take() {
                Some(open) => open,
                None => {
                    let Some(row) = self.next_row()? else {
                        return Ok(None);
                    };
                    let set = &mut self.sets[row.dataset];
                    let span = set.span(row.sample);
                    let span = span.map_err(|fault| Error::row(set.path(), row.row, fault))?;
                    (row, span)
                }
            };
            let set = &mut self.sets[row.dataset];
            let piece = set.piece(&mut span);
            let piece = piece.map_err(|fault| Error::row(set.path(), row.row, fault))?;
            if let Some(piece) = piece {
                self.open = Some((row, span));
                if let Some(draw) = self.draw(row, piece) {
                    return Ok(Some(draw));
                }
            }
        }
    }

    fn file(&self) -> &Path {
        &self.path
    }

    fn tokens(&self) -> Vec<(SourceId, TokenCount)> {
        // Data sets of one path are one source.
        let mut sums: BTreeMap<SourceId, TokenCount> = BTreeMap::new();
        for (source, tokens) in self.sources.iter().zip(&self.tokens) {
            let sum = sums.entry(*source).or_default();
            sum.covered += tokens.covered;
            sum.counted += tokens.counted;
        }
        sums.into_iter().collect()
    }

    fn report(&self) -> Option<LogReport> {
        Some(LogReport::Blend(self.report.clone()))
    }
}

/// The document index and the description of each data set of a blend, from the blend's folder.
fn of_blend(files: &dyn Files, blend: &Blend) -> Result<Vec<(PathBuf, Value)>, Error> {
    let folder = blend.path().parent().unwrap_or(Path::new("."));
    let mut there = Vec::new();
    for path in find::ending(files, folder, gpt::DOCUMENTS)? {
        let description = Gpt::description(files, &path)?;
        there.push((path, description.value().clone()));
    }
    let mut found = Vec::with_capacity(blend.datasets().len());
    for dataset in blend.datasets() {
        match there.iter().find(|(_, value)| value == dataset) {
            Some(one) => found.push(one.clone()),
            None => {
                let name = description::name(dataset).unwrap_or_default().to_owned();
                let fault = LogFault::NoIndexFiles(name);
                return Err(Error::file(blend.description(), fault));
            }
        }
    }
    Ok(found)
}

/// The token index of a data set.
fn token_index(value: &Value, options: &DocumentOptions) -> PathBuf {
    let name = description::name(value).unwrap_or_default();
    let given = options.indices.iter().find(|(given, _)| given == name);
    given.map_or_else(
        || PathBuf::from(format!("{name}.idx")),
        |(_, path)| path.clone(),
    )
}
