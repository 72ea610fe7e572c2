//! Columns, gates and challenges of the disclosure circuit.

use halo2_proofs::plonk::{Challenge, Column, ConstraintSystem, FirstPhase, Fixed, Instance};
use halo2curves::bn256::Fr;

use super::params::DisclosureParams;
use crate::assignment::{CircuitColumns, ColumnAllocator};
use crate::chips::active_rows::ActiveRows;
use crate::chips::arith::ArithConfig;
use crate::chips::machine::MachineConfig;
use crate::chips::mask::MaskConfig;
use crate::chips::range::{RangeConfig, RangeSum};

/// Degree of the constraint system: the hash machine's. Each degree is a limb of the quotient, a point of every proof.
pub const DEGREE: usize = 7;

/// Configuration of the disclosure circuit.
#[derive(Clone, Debug)]
pub struct DisclosureConfig {
    /// All columns.
    pub columns: CircuitColumns,
    /// Range checks, payees against leaves, separation of hashes, and equations of hashes.
    pub challenges: [Challenge; 4],
    /// The public inputs.
    pub instance: Column<Instance>,
    /// Constants that cells are copied from.
    pub constants: Column<Fixed>,
    pub(crate) active_rows: ActiveRows,
    pub(crate) range: RangeConfig,
    pub(crate) range_sum: RangeSum,
    pub(crate) machine: MachineConfig,
    pub(crate) arith: ArithConfig,
    pub(crate) second_phase_arith: ArithConfig,
    pub(crate) mask: MaskConfig,
}

impl DisclosureConfig {
    /// Makes everything for a set of sizes.
    pub fn configure(cs: &mut ConstraintSystem<Fr>, params: &DisclosureParams) -> Self {
        let instance = cs.instance_column();
        cs.enable_equality(instance);
        let mut allocator = ColumnAllocator::new(cs, DEGREE);
        let constants = allocator.constants();
        let active_rows = ActiveRows::configure(&mut allocator);
        let ActiveRows { active } = active_rows;
        let mask = MaskConfig::configure(&mut allocator, active);
        let challenges = [(); 4].map(|()| allocator.cs.challenge_usable_after(FirstPhase));
        let ranged = vec![allocator.copied()];
        let range = RangeConfig::configure(&mut allocator, ranged, params.shape.limb_bits);
        let range_sum = RangeSum::configure(&mut allocator, active_rows, &range, challenges[0]);
        let parallel_permutations = params.parallel_permutations;
        let machine = MachineConfig::configure(
            &mut allocator,
            active,
            parallel_permutations,
            true,
            0,
            challenges[2],
        );
        let gate = allocator.fixed();
        let arith = ArithConfig::configure(&mut allocator, params.arith[0], gate);
        let second_phase_arith = ArithConfig::configure_second_phase(
            &mut allocator,
            params.arith[1],
            gate,
            &challenges[1..],
        );
        let columns = allocator.allocated;
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
            active_rows,
            range,
            range_sum,
            machine,
            arith,
            second_phase_arith,
            mask,
        }
    }
}
