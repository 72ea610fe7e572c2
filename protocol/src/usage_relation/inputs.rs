//! A run, as the builder of a witness takes it: sources, draws, registry, seed.

use super::BuildError;
use crate::hash::tree15::Path15;
use crate::log::LogOrder;
use crate::registry::Registry;
use crate::salt::RunSeed;
use crate::shape::Shape;
use crate::trace::TraceRoot;
use crate::tranche::{Contents, PrivateTranche, Tranche};
use crate::units::{OnesTree, UnitsTree};
use alloc::vec::Vec;

/// One draw of the log: a record of one of the run's sources.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Draw {
    /// Index into [`RunInputs::sources`].
    pub source: u32,
    /// Index of the record in the tranche.
    pub record: u32,
}

/// The units of a source's records.
#[derive(Clone, Copy)]
pub enum Column<'a> {
    /// A uniform tranche: every cell is 1.
    Ones,
    /// A weighted tranche: one cell a record; the units tree is built from it.
    Units(&'a [u32]),
    /// The same with its units tree, built before from the same column.
    Indexed(&'a [u32], &'a UnitsTree),
}

/// The tranche of a source.
#[derive(Clone, Copy)]
pub enum SourceTranche<'a> {
    /// A registered tranche and the index of its registration.
    Registered {
        /// The tranche.
        tranche: &'a Tranche,
        /// Index of the registration.
        registry_index: u32,
    },
    /// The tranche of all unregistered data; at most one source is it.
    Private(&'a PrivateTranche),
}

/// Something that the run could draw from.
#[derive(Clone, Copy)]
pub struct Source<'a> {
    /// The tranche.
    pub tranche: SourceTranche<'a>,
    /// Its records' units.
    pub units: Column<'a>,
}

impl<'a> Source<'a> {
    pub(super) fn contents(&self) -> &'a Contents {
        match self.tranche {
            SourceTranche::Registered { tranche, .. } => tranche.contents(),
            SourceTranche::Private(private) => private.contents(),
        }
    }
}

/// A run, as the builder of a witness needs it.
#[derive(Clone, Copy)]
pub struct RunInputs<'a> {
    /// What the run could draw from.
    pub sources: &'a [Source<'a>],
    /// The registry at the run's cut-off.
    pub registry: &'a Registry,
    /// The run's secret seed.
    pub seed: &'a RunSeed,
    /// Planned or consumed.
    pub order: LogOrder,
    /// Root over the checkpoints.
    pub trace_root: TraceRoot,
}

/// Chunks of one source, with the tree that opens them.
pub(super) enum Chunks<'a> {
    Ones(OnesTree),
    Built(&'a [u32], UnitsTree),
    Given(&'a [u32], &'a UnitsTree),
}

impl<'a> Chunks<'a> {
    pub(super) fn open(
        shape: &Shape,
        tranche: usize,
        source: &Source<'a>,
    ) -> Result<Self, BuildError> {
        let units = |error| BuildError::Units { tranche, error };
        let contents = source.contents();
        let (chunks, root) = match source.units {
            Column::Ones => {
                let tree = OnesTree::new(shape, u64::from(contents.records)).map_err(units)?;
                let root = tree.root();
                (Self::Ones(tree), root)
            }
            Column::Units(column) => {
                let tree = UnitsTree::of_column(shape, column).map_err(units)?;
                let root = tree.root();
                (Self::Built(column, tree), root)
            }
            Column::Indexed(column, tree) => (Self::Given(column, tree), tree.root()),
        };
        if root != contents.units_root {
            return Err(BuildError::WrongUnitsRoot { tranche });
        }
        Ok(chunks)
    }

    pub(super) fn cells(&self, shape: &Shape, chunk: usize) -> Vec<u32> {
        match self {
            Self::Ones(tree) => tree.cells(chunk),
            Self::Built(column, _) | Self::Given(column, _) => {
                let size = shape.records_per_chunk();
                let end = column.len().min((chunk + 1) * size);
                let mut cells = column[chunk * size..end].to_vec();
                cells.resize(size, 0);
                cells
            }
        }
    }

    pub(super) fn path(&self, chunk: usize) -> Path15 {
        match self {
            Self::Ones(tree) => tree.path(chunk),
            Self::Built(_, tree) => tree.path(chunk),
            Self::Given(_, tree) => tree.path(chunk),
        }
    }
}
