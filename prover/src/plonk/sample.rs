//! Operations of the prover on their own, for whoever measures how fast a machine does them.

use std::fmt;

use halo2curves::bn256::{Fr, G1Affine};
use halo2curves::ff::PrimeField;
use halo2curves::group::Curve as _;
use rayon::prelude::*;

use super::graph::{Graph, Source};
use super::program::Program;
use super::secret::Secret;
use super::transform::Twiddles;

/// Columns that are transformed together, as those of a proof are.
pub struct Transforms {
    twiddles: Twiddles,
    columns: Vec<Secret>,
}

impl Transforms {
    /// Columns of 2^k elements.
    ///
    /// # Panics
    /// If a column has another length.
    pub fn new(k: u32, columns: Vec<Vec<Fr>>) -> Self {
        assert!(columns.iter().all(|column| column.len() == 1 << k));
        let omega = (k..Fr::S).fold(Fr::ROOT_OF_UNITY, |root, _| root.square());
        Self {
            twiddles: Twiddles::new(k, omega, Fr::MULTIPLICATIVE_GENERATOR),
            columns: columns.into_iter().map(Secret::from).collect(),
        }
    }

    /// Transforms all of them.
    pub fn run(&mut self) {
        let Self { twiddles, columns } = self;
        columns
            .par_iter_mut()
            .for_each(|column| twiddles.forward(column));
    }
}

impl fmt::Debug for Transforms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transforms")
            .field("columns", &self.columns.len())
            .finish_non_exhaustive()
    }
}

/// An expression of products, evaluated as constraints are.
pub struct Products {
    program: Program,
    column: Vec<Fr>,
}

impl Products {
    /// So many products of the values on a row, on rows of these values.
    pub fn new(count: usize, column: Vec<Fr>) -> Self {
        let mut graph = Graph::default();
        let value = graph.column(Source::Advice(0), 0);
        let mut product = graph.column(Source::Advice(0), 1);
        for _ in 0..count {
            product = graph.multiply(product, value);
        }
        Self {
            program: Program::new(&graph, product),
            column,
        }
    }

    /// The value of the last row.
    pub fn run(&self) -> Option<Fr> {
        let values = self.program.run(self.column.len(), |_| &self.column);
        values.last().copied()
    }
}

impl fmt::Debug for Products {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Products")
            .field("rows", &self.column.len())
            .finish_non_exhaustive()
    }
}

/// A multi-scalar multiplication.
///
/// # Panics
/// If there are more scalars than points.
pub fn multiexp(scalars: &[Fr], points: &[G1Affine]) -> G1Affine {
    super::multiexp::multiexp(scalars, points).to_affine()
}
