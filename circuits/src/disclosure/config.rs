//! Columns, gates and challenges of the disclosure circuit.

use halo2_proofs::plonk::{Challenge, Column, ConstraintSystem, FirstPhase, Fixed, Instance};
use halo2curves::bn256::Fr;
use halo2curves::ff::Field;

use super::params::DisclosureParams;
use crate::chips::arith::ArithConfig;
use crate::chips::mask::{self, MaskConfig};
use crate::chips::narrow::NarrowConfig;
use crate::chips::range::RangeConfig;
use crate::sheet::{ColumnMaker, Sheet, SheetColumns};

/// Configuration of the disclosure circuit.
#[derive(Clone, Debug)]
pub struct DisclosureConfig {
    /// All columns.
    pub columns: SheetColumns,
    /// Range checks and payees against leaves.
    pub challenges: [Challenge; 2],
    /// The public inputs.
    pub instance: Column<Instance>,
    /// Constants that cells are copied from.
    pub constants: Column<Fixed>,
    first: Column<Fixed>,
    active: Column<Fixed>,
    last: Column<Fixed>,
    pub(crate) range: RangeConfig,
    pub(crate) narrow: NarrowConfig,
    pub(crate) arith: ArithConfig,
    pub(crate) late_arith: ArithConfig,
    pub(crate) mask: MaskConfig,
}

impl DisclosureConfig {
    /// Makes everything for a set of sizes.
    pub fn configure(cs: &mut ConstraintSystem<Fr>, params: &DisclosureParams) -> Self {
        cs.set_minimum_degree(mask::DEGREE);
        let instance = cs.instance_column();
        cs.enable_equality(instance);
        let mut maker = ColumnMaker::new(cs);
        let constants = maker.constants();
        let [first, active, last] = [(); 3].map(|()| maker.fixed());
        let mask = MaskConfig::configure(&mut maker);
        let challenges = [(); 2].map(|()| maker.cs.challenge_usable_after(FirstPhase));
        let ranged = vec![maker.copied()];
        let range = RangeConfig::configure(
            &mut maker,
            [first, active, last],
            ranged,
            params.shape.limb_bits,
            challenges[0],
        );
        let narrow = NarrowConfig::configure(&mut maker, params.narrow_engines, false);
        let arith = ArithConfig::configure(&mut maker, params.arith[0]);
        let late_arith = ArithConfig::configure_late(&mut maker, params.arith[1], &challenges);
        let columns = maker.made;
        assert_eq!(
            cs.degree(),
            mask::DEGREE,
            "the mask's degree is the constraint system's"
        );
        Self {
            columns,
            challenges,
            instance,
            constants,
            first,
            active,
            last,
            range,
            narrow,
            arith,
            late_arith,
            mask,
        }
    }

    /// Fills the selectors of the first, the active and the last row; returns the last row.
    pub(crate) fn assign_frame(&self, sheet: &mut Sheet) -> usize {
        let end = sheet.usable() - 1;
        sheet.set_fixed(self.first, 0, Fr::ONE);
        for row in 0..end {
            sheet.set_fixed(self.active, row, Fr::ONE);
        }
        sheet.set_fixed(self.last, end, Fr::ONE);
        end
    }
}
