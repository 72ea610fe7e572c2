//! Sizes of a usage circuit and the ladder of rungs.

use thiserror::Error;
use tranche_protocol::Shape;

use crate::chips::{narrow, wide_permutation};

/// Version of the usage circuit: changes with every change of its constraints.
pub const VERSION: u16 = 1;

/// Sizes of a usage circuit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct UsageParams {
    /// Rows are 2^k.
    pub k: u32,
    /// The formats' sizes.
    pub shape: Shape,
    /// Draws a row; divides a pack.
    pub draw_lanes: usize,
    /// Positions a row; divides a pack of units.
    pub unit_lanes: usize,
    /// Chunks of the table.
    pub places: usize,
    /// Leaves of the log.
    pub log_leaves: usize,
    /// Narrow-hash engines.
    pub narrow_engines: usize,
    /// Arithmetic columns of the first and of the second phase.
    pub arith: [usize; 2],
    /// Whether all tranches are uniform, so that there is no units column to hash.
    pub uniform: bool,
}

impl Default for UsageParams {
    fn default() -> Self {
        LADDER[0].params
    }
}

/// A named size of the usage circuit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rung {
    /// Name, as statements carry it.
    pub name: &'static str,
    /// Sizes.
    pub params: UsageParams,
}

const fn rung(name: &'static str, k: u32, engines: usize, arith: usize, uniform: bool) -> Rung {
    let target = 1usize << (k + 3);
    let shape = Shape::STANDARD;
    Rung {
        name,
        params: UsageParams {
            k,
            shape,
            draw_lanes: 12,
            unit_lanes: 10,
            places: target.div_ceil(shape.records_per_chunk()),
            log_leaves: target.div_ceil(shape.draws_per_leaf()),
            narrow_engines: engines,
            arith: [arith, 1],
            uniform,
        },
    }
}

/// The ladder, smallest first. The number in a name is log2 of the draws and of the table's positions.
pub const LADDER: [Rung; 8] = [
    rung("usage-17", 14, 8, 2, false),
    rung("usage-18", 15, 4, 1, false),
    rung("usage-19", 16, 2, 1, false),
    rung("usage-20", 17, 1, 1, false),
    rung("usage-uniform-17", 14, 8, 2, true),
    rung("usage-uniform-18", 15, 4, 1, true),
    rung("usage-uniform-19", 16, 2, 1, true),
    rung("usage-uniform-20", 17, 1, 1, true),
];

/// Finds a rung by name.
pub fn rung_by_name(name: &str) -> Option<Rung> {
    LADDER.iter().copied().find(|rung| rung.name == name)
}

/// Why no rung serves a run.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum CapacityError {
    /// More draws than the largest rung has.
    #[error(
        "{got} draws, but the largest circuit for this run holds {most}: prove the run in segments of at most {most} draws"
    )]
    Draws {
        /// Draws of the run.
        got: usize,
        /// Draws of the largest rung.
        most: usize,
    },
    /// More touched chunks than the largest rung has.
    #[error(
        "the run touches {got} chunks of {chunk} records, but the largest circuit for this run holds {most}: prove the run in shorter segments"
    )]
    Chunks {
        /// Touched chunks.
        got: usize,
        /// Records of a chunk.
        chunk: usize,
        /// Places of the largest rung.
        most: usize,
    },
}

/// The smallest rung for a number of draws and touched chunks, all tranches uniform or not.
///
/// Runs whose tranches are all uniform get a uniform rung.
pub fn choose_rung(draws: usize, chunks: usize, uniform: bool) -> Result<Rung, CapacityError> {
    let fitting = LADDER.iter().filter(|rung| rung.params.uniform == uniform);
    let mut most = (0, 0);
    for rung in fitting {
        let params = &rung.params;
        if draws <= params.draws() && chunks <= params.places {
            return Ok(*rung);
        }
        most = (most.0.max(params.draws()), most.1.max(params.places));
    }
    if draws > most.0 {
        return Err(CapacityError::Draws {
            got: draws,
            most: most.0,
        });
    }
    Err(CapacityError::Chunks {
        got: chunks,
        chunk: Shape::STANDARD.records_per_chunk(),
        most: most.1,
    })
}

impl UsageParams {
    /// Draws that fit.
    pub const fn draws(&self) -> usize {
        self.log_leaves * self.shape.draws_per_leaf()
    }

    /// Positions of the table.
    pub const fn positions(&self) -> usize {
        self.places * self.shape.records_per_chunk()
    }

    /// Slots for registered tranches.
    pub const fn slots(&self) -> usize {
        1 << self.shape.usage_depth
    }

    /// Rows of draws.
    pub const fn draw_rows(&self) -> usize {
        self.draws() / self.draw_lanes
    }

    /// Rows of the table.
    pub const fn table_rows(&self) -> usize {
        self.positions() / self.unit_lanes
    }

    /// Permutations of one place: its chunk's sponge and path; none in a uniform circuit.
    pub const fn place_permutations(&self) -> usize {
        if self.uniform {
            0
        } else {
            self.shape.blocks + self.shape.units_height
        }
    }

    /// Leaves of the arrangement that the circuit's places fill.
    pub const fn arrangement_leaves(&self) -> usize {
        self.places.div_ceil(7)
    }

    /// All wide permutations.
    pub fn permutations(&self) -> usize {
        let nodes = |mut leaves: usize, height: usize| {
            (0..height)
                .map(|_| {
                    leaves = leaves.div_ceil(wide_permutation::RATE);
                    leaves
                })
                .sum::<usize>()
        };
        self.places * self.place_permutations()
            + self.log_leaves * self.shape.blocks
            + nodes(self.log_leaves, self.shape.log_height)
            + self.arrangement_leaves()
            + nodes(self.arrangement_leaves(), self.shape.arrangement_height)
            + 1
    }

    /// All narrow hashes: id and registry path of each slot, the private id, usage leaves and tree, bucket, commitment.
    pub fn narrow_hashes(&self) -> usize {
        let slots = self.slots();
        slots * (7 + self.shape.registry_depth) + 7 + slots * 3 + (slots - 1) + 2 + 1
    }

    /// Rows that the narrow chip needs.
    pub fn narrow_rows(&self) -> usize {
        let chains = self.slots().div_ceil(self.narrow_engines) * (7 + self.shape.registry_depth);
        let free = self.narrow_hashes() - self.slots() * (7 + self.shape.registry_depth);
        (chains + free.div_ceil(self.narrow_engines)) * narrow::ROWS
    }
}
