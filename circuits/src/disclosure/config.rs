//! Columns, gates and challenges of the disclosure circuit.

use halo2_proofs::plonk::{Challenge, Column, ConstraintSystem, FirstPhase, Fixed, Instance};
use halo2curves::bn256::Fr;

use super::params::DisclosureParams;
use crate::chips::arith::ArithConfig;
use crate::chips::frame::Frame;
use crate::chips::machine::MachineConfig;
use crate::chips::mask::MaskConfig;
use crate::chips::range::{RangeConfig, RangeSum};
use crate::sheet::{ColumnMaker, SheetColumns};

/// Degree of the constraint system: the hash machine's. Each degree is a limb of the quotient, a point of every proof.
pub const DEGREE: usize = 7;

/// Configuration of the disclosure circuit.
#[derive(Clone, Debug)]
pub struct DisclosureConfig {
    /// All columns.
    pub columns: SheetColumns,
    /// Range checks, payees against leaves, hashes apart, and equations of hashes.
    pub challenges: [Challenge; 4],
    /// The public inputs.
    pub instance: Column<Instance>,
    /// Constants that cells are copied from.
    pub constants: Column<Fixed>,
    pub(crate) frame: Frame,
    pub(crate) range: RangeConfig,
    pub(crate) range_sum: RangeSum,
    pub(crate) machine: MachineConfig,
    pub(crate) arith: ArithConfig,
    pub(crate) late_arith: ArithConfig,
    pub(crate) mask: MaskConfig,
}

impl DisclosureConfig {
    /// Makes everything for a set of sizes.
    pub fn configure(cs: &mut ConstraintSystem<Fr>, params: &DisclosureParams) -> Self {
        let instance = cs.instance_column();
        cs.enable_equality(instance);
        let mut maker = ColumnMaker::new(cs, DEGREE);
        let constants = maker.constants();
        let frame = Frame::configure(&mut maker);
        let Frame { active } = frame;
        let mask = MaskConfig::configure(&mut maker, active);
        let challenges = [(); 4].map(|()| maker.cs.challenge_usable_after(FirstPhase));
        let ranged = vec![maker.copied()];
        let range = RangeConfig::configure(&mut maker, ranged, params.shape.limb_bits);
        let range_sum = RangeSum::configure(&mut maker, frame, &range, challenges[0]);
        let engines = params.engines;
        let machine = MachineConfig::configure(&mut maker, active, engines, true, 0, challenges[2]);
        let gate = maker.fixed();
        let arith = ArithConfig::configure(&mut maker, params.arith[0], gate);
        let late_arith =
            ArithConfig::configure_late(&mut maker, params.arith[1], gate, &challenges[1..]);
        let columns = maker.made;
        assert_eq!(
            cs.degree(),
            DEGREE,
            "the mask's degree is the constraint system's"
        );
        Self {
            columns,
            challenges,
            instance,
            constants,
            frame,
            range,
            range_sum,
            machine,
            arith,
            late_arith,
            mask,
        }
    }
}
