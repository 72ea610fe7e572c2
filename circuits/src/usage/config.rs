//! Columns, gates and challenges of the usage circuit.

use crate::labels;
use halo2_proofs::plonk::{Challenge, Column, ConstraintSystem, Fixed, Instance};
use halo2curves::bn256::Fr;

use super::params::UsageParams;
use crate::assignment::{CircuitColumns, ColumnAllocator};
use crate::chips::active_rows::ActiveRows;
use crate::chips::arith::ArithConfig;
use crate::chips::draws::DrawConfig;
use crate::chips::machine::MachineConfig;
use crate::chips::mask::MaskConfig;
use crate::chips::packs::{PackFold, PackStarts, Packing};
use crate::chips::positions::PositionConfig;
use crate::chips::range::RangeConfig;
use crate::chips::table::TableConfig;
use crate::chips::weights::{Parts, WeightConfig};

/// Challenges, all drawn after the first phase is committed.
#[derive(Clone, Copy, Debug)]
pub struct Challenges<T> {
    /// Counting identity (S1).
    pub alpha: T,
    /// Range checks.
    pub beta: T,
    /// Folds of draws and units (S2, S5).
    pub gamma: T,
    /// Slot identity (S2, S4).
    pub theta: T,
    /// Tuples as one felt (S2, S4, S7).
    pub eta: T,
    /// Leaves against slots (S7).
    pub zeta: T,
    /// Equations of hashes (S2, S3, S5, S6, S7).
    pub tau: T,
}

impl<T: Copy> Challenges<T> {
    /// All of them, in the order of their making.
    pub fn to_array(self) -> [T; 7] {
        [
            self.alpha, self.beta, self.gamma, self.theta, self.eta, self.zeta, self.tau,
        ]
    }

    /// From the order of their making.
    pub fn from_array([alpha, beta, gamma, theta, eta, zeta, tau]: [T; 7]) -> Self {
        Self {
            alpha,
            beta,
            gamma,
            theta,
            eta,
            zeta,
            tau,
        }
    }

    /// Those that second-phase arithmetic computes with: α, γ, θ, η, ζ, τ.
    pub fn of_cells(self) -> [T; 6] {
        [
            self.alpha, self.gamma, self.theta, self.eta, self.zeta, self.tau,
        ]
    }
}

/// Configuration of the usage circuit.
#[derive(Clone, Debug)]
pub struct UsageConfig {
    /// All columns.
    pub columns: CircuitColumns,
    /// The challenges.
    pub challenges: Challenges<Challenge>,
    /// The public inputs.
    pub instance: Column<Instance>,
    /// Constants that cells are copied from.
    pub constants: Column<Fixed>,
    pub(crate) active_rows: ActiveRows,
    pub(crate) draws: DrawConfig,
    pub(crate) table: TableConfig,
    pub(crate) units_fold: Option<PackFold>,
    pub(crate) range: RangeConfig,
    pub(crate) positions: PositionConfig,
    pub(crate) weights: WeightConfig,
    pub(crate) machine: MachineConfig,
    pub(crate) arith: ArithConfig,
    pub(crate) second_phase_arith: ArithConfig,
    pub(crate) mask: MaskConfig,
}

impl UsageConfig {
    /// Makes everything for a set of sizes.
    pub fn configure(cs: &mut ConstraintSystem<Fr>, params: &UsageParams) -> Self {
        let instance = cs.instance_column();
        cs.enable_equality(instance);
        let mut allocator = ColumnAllocator::new(cs, params.degree);
        let constants = allocator.constants();
        let active_rows = ActiveRows::configure(&mut allocator);
        let ActiveRows { active } = active_rows;
        // A challenge can be declared only after a column of its phase; the mask's columns come first.
        let mask = MaskConfig::configure(&mut allocator, active);
        let challenges = Challenges::from_array([(); 7].map(|()| {
            allocator
                .cs
                .challenge_usable_after(halo2_proofs::plonk::FirstPhase)
        }));
        let shape = &params.shape;
        let mut pack_rows = vec![shape.draws_per_pack / params.draw_lanes];
        if !params.uniform {
            pack_rows.push(shape.units_per_pack / params.unit_lanes);
        }
        let starts = PackStarts::configure(&mut allocator, &pack_rows);
        let draws = DrawConfig::configure(
            &mut allocator,
            active,
            &starts,
            params.draw_lanes,
            shape.draws_per_pack,
            challenges.gamma,
        );
        let table = TableConfig::configure(&mut allocator, params.unit_lanes, params.uniform);
        let units_fold = (!params.uniform).then(|| {
            let packing = Packing {
                lanes: &table.units,
                per_pack: shape.units_per_pack,
                bits: 2 * shape.limb_bits,
            };
            PackFold::configure(
                &mut allocator,
                labels::UNITS_ARE_FOLDED,
                active,
                &starts,
                packing,
                challenges.gamma,
            )
        });
        // Units of a uniform table are bits by their own gates; its first lane serves the queue alone.
        let ranged = if params.uniform {
            table.units[..1].to_vec()
        } else {
            table.units.clone()
        };
        let range = RangeConfig::configure(&mut allocator, ranged, shape.limb_bits);
        let positions = PositionConfig::configure(
            &mut allocator,
            active_rows,
            &draws,
            &table,
            challenges.alpha,
        );
        let weights = WeightConfig::configure(
            &mut allocator,
            active_rows,
            Parts {
                draws: &draws,
                table: &table,
                range: &range,
            },
            [challenges.eta, challenges.beta],
        );
        let machine = MachineConfig::configure(
            &mut allocator,
            active,
            params.parallel_permutations,
            false,
            shape.blocks,
            challenges.gamma,
        );
        let gate = allocator.fixed();
        let arith = ArithConfig::configure(&mut allocator, params.arith[0], gate);
        let second_phase_arith = ArithConfig::configure_second_phase(
            &mut allocator,
            params.arith[1],
            gate,
            &challenges.of_cells(),
        );
        let columns = allocator.allocated;
        assert_eq!(
            cs.degree(),
            params.degree,
            "the mask's degree is the constraint system's"
        );
        Self {
            columns,
            challenges,
            instance,
            constants,
            active_rows,
            draws,
            table,
            units_fold,
            range,
            positions,
            weights,
            machine,
            arith,
            second_phase_arith,
            mask,
        }
    }
}
