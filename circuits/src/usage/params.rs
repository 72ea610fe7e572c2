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
    /// Slots for registered tranches, at most the usage tree's leaves.
    pub slots: usize,
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
            slots: 1 << shape.usage_depth,
            narrow_engines: engines,
            arith: [arith, 1],
            uniform,
        },
    }
}

/// The smallest rung. The range table's 2^12 entries ask for 2^13 rows, in which 24 registry paths fit; few draw lanes keep it narrow.
const SMALLEST: Rung = Rung {
    name: "usage-13",
    params: UsageParams {
        k: 13,
        shape: Shape::STANDARD,
        draw_lanes: 2,
        unit_lanes: 10,
        places: 50,
        log_leaves: 6,
        slots: 24,
        narrow_engines: 8,
        arith: [2, 1],
        uniform: false,
    },
};

/// The ladder, smallest first. The number in a name is log2 of the draws that fit, rounded down.
pub const LADDER: [Rung; 9] = [
    SMALLEST,
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
    /// More registered tranches than the largest rung has slots.
    #[error(
        "the run draws from {got} registered tranches, but a proof holds {most}: prove the run in segments of at most {most} tranches"
    )]
    Tranches {
        /// Tranches of the run.
        got: usize,
        /// Slots of the largest rung.
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

/// What a run asks of a circuit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Demand {
    /// Draws of the run.
    pub draws: usize,
    /// Chunks that the run touches.
    pub chunks: usize,
    /// Registered tranches that the run draws from.
    pub tranches: usize,
    /// Whether all tranches are uniform, the private one included if it has records.
    pub uniform: bool,
}

/// The smallest rung for a run; a run whose tranches are all uniform gets a uniform rung.
///
/// # Errors
/// [`CapacityError`] naming what is too large.
pub fn choose_rung(demand: Demand) -> Result<Rung, CapacityError> {
    let fitting = || {
        LADDER
            .iter()
            .filter(|rung| rung.params.uniform == demand.uniform)
    };
    if let Some(rung) = fitting().find(|rung| rung.params.holds(&demand)) {
        return Ok(*rung);
    }
    let most = |size: fn(&UsageParams) -> usize| {
        fitting()
            .map(|rung| size(&rung.params))
            .max()
            .unwrap_or_default()
    };
    if demand.tranches > most(|params| params.slots) {
        return Err(CapacityError::Tranches {
            got: demand.tranches,
            most: most(|params| params.slots),
        });
    }
    if demand.draws > most(UsageParams::draws) {
        return Err(CapacityError::Draws {
            got: demand.draws,
            most: most(UsageParams::draws),
        });
    }
    Err(CapacityError::Chunks {
        got: demand.chunks,
        chunk: Shape::STANDARD.records_per_chunk(),
        most: most(|params| params.places),
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

    /// Whether a run fits.
    pub const fn holds(&self, demand: &Demand) -> bool {
        demand.draws <= self.draws()
            && demand.chunks <= self.places
            && demand.tranches <= self.slots
    }

    /// Leaves of the usage tree.
    pub const fn usage_leaves(&self) -> usize {
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
        let leaves = self.usage_leaves();
        self.slots * (7 + self.shape.registry_depth) + 7 + leaves * 3 + (leaves - 1) + 2 + 1
    }

    /// Rows that the narrow chip needs.
    pub fn narrow_rows(&self) -> usize {
        let chains = self.slots.div_ceil(self.narrow_engines) * (7 + self.shape.registry_depth);
        let free = self.narrow_hashes() - self.slots * (7 + self.shape.registry_depth);
        (chains + free.div_ceil(self.narrow_engines)) * narrow::ROWS
    }
}
