//! What a proof's evaluations are of: a column at a rotation.

use alloc::vec::Vec;

/// A column at a rotation: the value `rotation` rows further, cyclically.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Query {
    /// Index of the column among those of its kind.
    pub column: u32,
    /// Rows from the current one.
    pub rotation: i32,
}

/// Where the value of a column of the permutation argument stands: a position in the list of queries of its kind, at
/// rotation 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnQuery {
    /// Position in the advice queries.
    Advice(u32),
    /// Position in the fixed queries.
    Fixed(u32),
    /// Position in the instance queries.
    Instance(u32),
}

/// halo2's count of blinding rows, a function of the advice queries alone.
pub(crate) fn blinding_rows(advice_queries: &[Query]) -> u32 {
    let mut columns: Vec<u32> = advice_queries.iter().map(|query| query.column).collect();
    columns.sort_unstable();
    let most = columns
        .chunk_by(|a, b| a == b)
        .map(<[u32]>::len)
        .fold(3, usize::max);
    u32::try_from(most.saturating_add(2)).unwrap_or(u32::MAX)
}
