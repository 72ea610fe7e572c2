//! The baseline with the permuted lookup, beside the same part with the logarithmic derivative.
//!
//! The statement of both: there are lists of draws, each a position of a table that holds a tranche and units by position, such that the public units and draws of each tranche are the sums over the
//! list. Positions are a fixed column.
//!
//! | | permuted | logarithmic |
//! |---|---|---|
//! | a draw | position, tranche, units: three cells | position: one cell |
//! | a record | tranche, units | tranche, units, multiplicity |
//! | counting | halo2's lookup of the triple in the table, one a lane, three commitments each | Σ 1/(α − draw) = Σ multiplicity/(α − position): one column |
//! | totals | Σ over draws (units + κ)/(θ − tranche) | Σ over positions multiplicity · (units + κ)/(θ − tranche) |
//! | | = Σ over tranches (units + κ · draws)/(θ − number) | the same |
//!
//! A lookup shows that each draw's triple is a row of the table, not how often. Multiplicities do not come out of it: the runs of halo2's sorted column are no cells that a gate of the circuit can read.
//! So a draw carries its tranche and units, and sums run over draws. That is what the lookup gives; anything that counts by position would be a second argument beside it.
//! Sums by tranche are the same argument on both sides, the cheapest known here: an indicator for each of 64 tranches, or draws sorted by tranche with a shuffle, would take more cells.
//!
//! Soundness. Permuted: a lookup argument is wrong for at most (lookups · rows · 4 + 3 rows)/r of its three challenges, and its rows are those of a table whose positions are distinct, so tranche and units are
//! the position's. Logarithmic: [the counting identity](https://eprint.iacr.org/2022/1530), wrong for at most (lanes + 1) · rows/r of α. Totals: as many of θ and κ. All are below 2^-230.
//!
//! Left out on both sides: what binds draws and table to the log's and the units' hashes, the packs, range checks, padding, the rule that no record weighs zero. A mask of the quotient is there only to bring a circuit to a higher degree than it needs, to compare at a rung's.
//!
//! | file | what |
//! |---|---|
//! | [`size`] | sizes |
//! | [`run`] | a made-up run |
//! | [`config`] | columns and gates |
//! | [`fill`] | the witness |

mod config;
mod fill;
mod run;
mod size;
#[cfg(test)]
mod tests;

use halo2_proofs::circuit::{Layouter, SimpleFloorPlanner};
use halo2_proofs::plonk::{Circuit, ConstraintSystem, Error};
use halo2curves::bn256::Fr;
use halo2curves::ff::Field;

use crate::grid::{Grid, known};
use config::{Counting, CountingConfig};
pub(crate) use run::Run;
pub(crate) use size::{Argument, Size};

/// A counting circuit with a run.
#[derive(Clone, Debug, Default)]
pub(crate) struct CountingCircuit {
    size: Size,
    run: Run,
}

impl CountingCircuit {
    /// The circuit of a run that fills it.
    pub(crate) fn new(size: Size, run: Run) -> Self {
        Self { size, run }
    }
}

impl Circuit<Fr> for CountingCircuit {
    type Config = CountingConfig;
    type FloorPlanner = SimpleFloorPlanner;
    type Params = Size;

    fn without_witnesses(&self) -> Self {
        self.clone()
    }

    fn params(&self) -> Size {
        self.size
    }

    fn configure(cs: &mut ConstraintSystem<Fr>) -> CountingConfig {
        CountingConfig::configure(cs, &Size::default())
    }

    fn configure_with_params(cs: &mut ConstraintSystem<Fr>, size: Size) -> CountingConfig {
        CountingConfig::configure(cs, &size)
    }

    fn synthesize(
        &self,
        config: CountingConfig,
        mut layouter: impl Layouter<Fr>,
    ) -> Result<(), Error> {
        if self.size.rows() >= config.usable {
            return Err(Error::NotEnoughRowsAvailable {
                current_k: self.size.k,
            });
        }
        let mut grid = Grid::new(&config.columns, config.usable);
        config.fill_early(&mut grid, &self.size, &self.run);
        layouter.assign_region(
            || "counting",
            |mut region| {
                grid.flush_early(&mut region, &config.columns);
                region.next_phase();
                let mut challenge = |challenge| known(region.get_challenge(challenge));
                let [theta, kappa] = config.challenges.map(&mut challenge);
                let alpha = match config.counting {
                    Counting::Permuted { .. } => Fr::ZERO,
                    Counting::Logarithmic {
                        challenge: alpha, ..
                    } => challenge(alpha),
                };
                config.fill_late(&mut grid, &self.size, &self.run, [theta, kappa, alpha]);
                grid.flush_late(&mut region, &config.columns);
                Ok(())
            },
        )
    }
}
