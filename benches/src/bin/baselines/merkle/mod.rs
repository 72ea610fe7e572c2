//! The baseline with a Merkle path per draw.
//!
//! The statement: a log of draws, each a slot and a record's index, opens the public log digests; and by tranche, units and draws of the log are the public totals.
//! Every draw opens the path of the narrow hash from its record's units to its tranche's public units root.
//!
//! | part | how |
//! |---|---|
//! | path | one hash after another down a lane of three columns. The digest is one of the next hash's inputs, picked by a bit; the first cell of each hash's first row holds what is left of the index, so the bit is a difference |
//! | root | the last digest is the root of the path's head |
//! | log | the draws of a pack as one felt, hashed with the log digest of the packs below; the last takes a salt. One digest a lane |
//! | totals | Σ over draws (units + κ)/(θ − slot − η · root) = Σ over tranches (units + κ · draws)/(θ − number − η · root), one fraction a row in two columns for all lanes |
//!
//! Heads, indices, leaves and packs are committed before θ, η, κ and ρ are drawn. The poles of tranches are distinct, as their numbers are, so for all but a share below 2^-230 of the challenges each draw's
//! slot and root are those of one tranche, whose numerators agree.
//!
//! All equations of hashes but the S-boxes are linear in the cells and their fifth powers, and the same in each lane. So they are those of Σ ρ^l · lane l, and the layers are evaluated once a row for all lanes.
//! A row's equations are polynomials in ρ of a degree below the number of lanes: those that do not hold in every lane vanish for a share below 2^-230 of ρ.
//!
//! There is no copy constraint: what stands elsewhere in a lane is reached by rotation. There is no padding, no order or arrangement, no registry, no opening of tranche ids, and no mask of the quotient:
//! all that `tranche` proves besides is left out in the baseline's favour.
//!
//! | file | what |
//! |---|---|
//! | [`size`] | sizes, and where blocks stand |
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

use crate::grid::{Grid, known};
use config::MerkleConfig;
pub(crate) use run::Run;
pub(crate) use size::Size;

/// The circuit with a run.
#[derive(Clone, Debug, Default)]
pub(crate) struct MerkleCircuit {
    size: Size,
    run: Run,
    /// Cells of the lanes that hold other values than the run's, by column and row.
    #[cfg(test)]
    altered: Vec<(usize, usize, Fr)>,
}

impl MerkleCircuit {
    /// The circuit of a run that fills it.
    pub(crate) fn new(size: Size, run: Run) -> Self {
        Self {
            size,
            run,
            #[cfg(test)]
            altered: Vec::new(),
        }
    }
}

impl Circuit<Fr> for MerkleCircuit {
    type Config = MerkleConfig;
    type FloorPlanner = SimpleFloorPlanner;
    type Params = Size;

    fn without_witnesses(&self) -> Self {
        self.clone()
    }

    fn params(&self) -> Size {
        self.size
    }

    fn configure(cs: &mut ConstraintSystem<Fr>) -> MerkleConfig {
        MerkleConfig::configure(cs, &Size::default())
    }

    fn configure_with_params(cs: &mut ConstraintSystem<Fr>, size: Size) -> MerkleConfig {
        MerkleConfig::configure(cs, &size)
    }

    fn synthesize(
        &self,
        config: MerkleConfig,
        mut layouter: impl Layouter<Fr>,
    ) -> Result<(), Error> {
        if self.size.rows() >= config.usable {
            return Err(Error::NotEnoughRowsAvailable {
                current_k: self.size.k,
            });
        }
        let mut grid = Grid::new(&config.columns, config.usable);
        config.fill_fixed(&mut grid, &self.size);
        config.fill_lanes(&mut grid, &self.size, &self.run);
        #[cfg(test)]
        grid.alter(&self.altered);
        layouter.assign_region(
            || "merkle",
            |mut region| {
                grid.flush_early(&mut region, &config.columns);
                region.next_phase();
                let challenges = config
                    .challenges
                    .map(|challenge| known(region.get_challenge(challenge)));
                config.fill_totals(&mut grid, &self.size, &self.run, challenges);
                grid.flush_late(&mut region, &config.columns);
                Ok(())
            },
        )
    }
}
