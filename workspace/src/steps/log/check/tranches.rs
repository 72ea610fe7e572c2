//! The tranches that a log draws from: whether their units are those of their manifests.

use tranche_ingest::doctor::finding::Findings;
use tranche_protocol::Shape;
use tranche_protocol::registry::Registry;
use tranche_protocol::tranche::{Contents, TrancheKind};
use tranche_protocol::unit::UnitDefinition;
use tranche_protocol::units::{OnesTree, UnitsTree};

use super::super::super::demand::Payee;
use super::noted::note_error;
use crate::artefact::folder::TrancheFolder;
use crate::artefact::run_log::LogSource;
use crate::error::Error;

/// What a record of a tranche weighs.
pub(super) enum Weights {
    /// Each its own.
    Column(Vec<u32>),
    /// All the same.
    Same(u32),
    /// Not known: something is wrong with the folder.
    Unknown,
}

impl Weights {
    /// Units of a record.
    pub(super) fn of(&self, record: u32) -> Option<u32> {
        match self {
            Self::Column(units) => units.get(record as usize).copied(),
            Self::Same(units) => Some(*units),
            Self::Unknown => None,
        }
    }
}

/// A tranche that was looked at.
pub(super) struct Looked {
    pub(super) weights: Weights,
    pub(super) unit: Option<UnitDefinition>,
    pub(super) uniform: bool,
    pub(super) payee: Option<Payee>,
}

impl Looked {
    /// Opens a source's folder and checks its units; notes all that is wrong.
    pub(super) fn at(source: &LogSource, findings: &mut Findings) -> Self {
        let mut looked = Self {
            weights: Weights::Unknown,
            unit: None,
            uniform: false,
            payee: None,
        };
        let folder = match TrancheFolder::open(&source.folder) {
            Ok(folder) => folder,
            Err(error) => {
                note_error(findings, &error);
                return looked;
            }
        };
        if folder.id() != source.id {
            let what = format!(
                "the folder is not the tranche \"{}\" that the log was imported with",
                source.name()
            );
            findings.note(
                Some(&source.folder),
                what,
                "give the tranche's folder with --map, or import the log again",
            );
            return looked;
        }
        looked.unit = Some(folder.unit());
        looked.payee = folder.manifest().map(Payee::of);
        let contents = folder.contents();
        looked.uniform = contents.kind == TrancheKind::Uniform;
        match weights(&folder, contents) {
            Ok(weights) => looked.weights = weights,
            Err(Wrong::Error(error)) => note_error(findings, &error),
            Err(Wrong::Units(what)) => findings.note(
                Some(&source.folder),
                what,
                "it was altered: restore the folder as `tranche commit` wrote it",
            ),
        }
        looked
    }
}

enum Wrong {
    Error(Error),
    Units(String),
}

/// The units, if they are those that the manifest commits to.
fn weights(folder: &TrancheFolder, contents: &Contents) -> Result<Weights, Wrong> {
    let shape = &Shape::STANDARD;
    let tree = |error: tranche_protocol::units::UnitsError| Wrong::Units(error.to_string());
    let (weights, root, total) = match folder.units().map_err(Wrong::Error)? {
        Some(units) => {
            let root = UnitsTree::of_column(shape, &units).map_err(tree)?.root();
            let total = units.iter().map(|units| u64::from(*units)).sum();
            (Weights::Column(units), root, Some(total))
        }
        None => {
            let ones = OnesTree::new(shape, contents.records.into()).map_err(tree)?;
            let total = u64::from(contents.records).checked_mul(contents.scale.into());
            (Weights::Same(contents.scale), ones.root(), total)
        }
    };
    if total != Some(contents.total_units) {
        return Err(Wrong::Units(format!(
            "the records weigh {} units, the manifest says {}",
            total.map_or_else(|| "too many".to_owned(), |total| total.to_string()),
            contents.total_units
        )));
    }
    if root != contents.units_root {
        return Err(Wrong::Units(
            "the units of the records are not those of the manifest's units root".to_owned(),
        ));
    }
    Ok(weights)
}

/// Notes tranches that do not go together, and those that are in no registry.
pub(super) fn compare(
    sources: &[LogSource],
    looked: &[Looked],
    wanted: Option<UnitDefinition>,
    registry: Option<&Registry>,
    findings: &mut Findings,
) {
    let first = sources.iter().zip(looked).find_map(|(source, looked)| {
        let unit = looked.unit?;
        Some((unit, format!("\"{}\"", source.name())))
    });
    let expected = wanted.map(|unit| (unit, "the terms".to_owned())).or(first);
    for (source, looked) in sources.iter().zip(looked) {
        if let (Some((expected, whose)), Some(got)) = (&expected, looked.unit)
            && got != *expected
        {
            findings.note(
                Some(&source.folder),
                format!(
                    "\"{}\" counts in {got}, {whose} in {expected}",
                    source.name()
                ),
                "commit all data of a run in one unit",
            );
        }
        if let Some(registry) = registry
            && !source.private
            && registry.find(&source.id).is_none()
        {
            findings.note(
                Some(&source.folder),
                format!(
                    "\"{}\" is not among the first {} registrations",
                    source.name(),
                    registry.entries().len()
                ),
                "register it, and raise registry_cutoff in the terms",
            );
        }
    }
}
