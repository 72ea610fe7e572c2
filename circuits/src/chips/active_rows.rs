//! The frame: the fixed column that marks the active rows.
//!
//! A running sum takes its steps on active rows, so that its value on the last usable row is the whole sum. Where sums begin and end is where `active` does.

use halo2_proofs::plonk::{Column, Expression, Fixed, VirtualCells};
use halo2_proofs::poly::Rotation;
use halo2curves::bn256::Fr;
use halo2curves::ff::Field;

use crate::assignment::{Assignment, ColumnAllocator};

/// Columns of the frame.
#[derive(Clone, Copy, Debug)]
pub struct ActiveRows {
    /// 1 on every usable row but the last.
    pub active: Column<Fixed>,
}

impl ActiveRows {
    /// Makes the column.
    pub fn configure(allocator: &mut ColumnAllocator<'_>) -> Self {
        Self {
            active: allocator.fixed(),
        }
    }

    /// 1 on row 0.
    pub fn first(&self, cells: &mut VirtualCells<'_, Fr>) -> Expression<Fr> {
        self.edge(cells, Rotation::prev())
    }

    /// 1 on the last active row, above the last usable one.
    pub fn last(&self, cells: &mut VirtualCells<'_, Fr>) -> Expression<Fr> {
        self.edge(cells, Rotation::next())
    }

    fn edge(&self, cells: &mut VirtualCells<'_, Fr>, beyond: Rotation) -> Expression<Fr> {
        let here = cells.query_fixed(self.active, Rotation::cur());
        let beyond = cells.query_fixed(self.active, beyond);
        here * (Expression::Constant(Fr::ONE) - beyond)
    }

    /// Fills the column; returns the last usable row.
    pub fn assign(&self, assignment: &mut Assignment) -> usize {
        let end = assignment.usable() - 1;
        for row in 0..end {
            assignment.set_fixed(self.active, row, Fr::ONE);
        }
        end
    }
}
