//! The frame: fixed columns that mark the first, the active and the last usable row.
//!
//! A running sum takes its steps on active rows, so that its value on the last row is the whole sum.

use halo2_proofs::plonk::{Column, Fixed};
use halo2curves::bn256::Fr;
use halo2curves::ff::Field;

use crate::sheet::{ColumnMaker, Sheet};

/// Columns of the frame.
#[derive(Clone, Copy, Debug)]
pub struct Frame {
    /// 1 on row 0.
    pub first: Column<Fixed>,
    /// 1 on every usable row but the last.
    pub active: Column<Fixed>,
    /// 1 on the last usable row.
    pub last: Column<Fixed>,
}

impl Frame {
    /// Makes the columns.
    pub fn configure(maker: &mut ColumnMaker<'_>) -> Self {
        Self {
            first: maker.fixed(),
            active: maker.fixed(),
            last: maker.fixed(),
        }
    }

    /// Fills the columns; returns the last usable row.
    pub fn assign(&self, sheet: &mut Sheet) -> usize {
        let end = sheet.usable() - 1;
        sheet.set_fixed(self.first, 0, Fr::ONE);
        for row in 0..end {
            sheet.set_fixed(self.active, row, Fr::ONE);
        }
        sheet.set_fixed(self.last, end, Fr::ONE);
        end
    }
}
