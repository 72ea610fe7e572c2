//! Sizes of a usage circuit and the ladder of rungs.

use halo2curves::bn256::Fr;
use halo2curves::ff::Field;
use thiserror::Error;
use tranche_protocol::Shape;

use crate::chips::machine::kinds::Kind;
use crate::chips::machine::layout::Layout;
use crate::chips::machine::program::RATE;

/// Version of the usage circuit: changes with every change of its constraints.
pub const VERSION: u16 = 2;

/// Sizes of a usage circuit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct UsageParams {
    /// Rows are 2^k.
    pub k: u32,
    /// Degree of the constraint system, 5 or 9: its quotient is evaluated on four or on eight cosets, and 5 asks for more columns.
    pub degree: usize,
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
    /// Hash engines.
    pub engines: usize,
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

impl Rung {
    /// Whether the rung has more columns than another one for the same runs, and is used only by name.
    pub fn is_wide(&self) -> bool {
        self.name.ends_with("-wide")
    }
}

/// Sizes that differ between the rungs from 17 on.
struct Sizes {
    k: u32,
    degree: usize,
    /// log2 of the draws.
    draws: u32,
    /// Lanes of draws and of units.
    lanes: [usize; 2],
    places: usize,
    engines: usize,
    arith: usize,
    uniform: bool,
}

const fn rung(name: &'static str, sizes: Sizes) -> Rung {
    let shape = Shape::STANDARD;
    Rung {
        name,
        params: UsageParams {
            k: sizes.k,
            degree: sizes.degree,
            shape,
            draw_lanes: sizes.lanes[0],
            unit_lanes: sizes.lanes[1],
            places: sizes.places,
            log_leaves: (1usize << sizes.draws).div_ceil(shape.draws_per_leaf()),
            slots: 1 << shape.usage_depth,
            engines: sizes.engines,
            arith: [sizes.arith, 1],
            uniform: sizes.uniform,
        },
    }
}

/// The smallest rung, with room for 24 registry paths and six leaves of the log.
const SMALLEST: Rung = Rung {
    name: "usage-13",
    params: UsageParams {
        k: 15,
        degree: 9,
        shape: Shape::STANDARD,
        draw_lanes: 1,
        unit_lanes: 2,
        places: 33,
        log_leaves: 6,
        slots: 24,
        engines: 6,
        arith: [1, 1],
        uniform: false,
    },
};

/// The ladder, smallest first. The number in a name is log2 of the draws that fit, rounded down.
///
/// Columns cost gas where proofs are verified on a chain, rows cost time where they are made: each rung has the fewest lanes and engines that fit its rows.
///
/// Those whose names end in `wide` stand last and are never chosen by themselves: they have more columns than a rung of the same draws, are proven in less
/// time, and cost a chain more.
pub const LADDER: [Rung; 11] = [
    SMALLEST,
    rung(
        "usage-17",
        Sizes {
            k: 17,
            degree: 9,
            draws: 17,
            lanes: [2, 1],
            places: 87,
            engines: 5,
            arith: 1,
            uniform: false,
        },
    ),
    rung(
        "usage-18",
        Sizes {
            k: 17,
            degree: 9,
            draws: 18,
            lanes: [3, 2],
            places: 174,
            engines: 7,
            arith: 2,
            uniform: false,
        },
    ),
    rung(
        "usage-19",
        Sizes {
            k: 18,
            degree: 9,
            draws: 19,
            lanes: [3, 2],
            places: 350,
            engines: 7,
            arith: 1,
            uniform: false,
        },
    ),
    rung(
        "usage-20",
        Sizes {
            k: 18,
            degree: 9,
            draws: 20,
            lanes: [6, 5],
            places: 704,
            engines: 12,
            arith: 2,
            uniform: false,
        },
    ),
    rung(
        "usage-uniform-17",
        Sizes {
            k: 17,
            degree: 9,
            draws: 17,
            lanes: [2, 1],
            places: 87,
            engines: 3,
            arith: 1,
            uniform: true,
        },
    ),
    rung(
        "usage-uniform-18",
        Sizes {
            k: 17,
            degree: 9,
            draws: 18,
            lanes: [3, 2],
            places: 173,
            engines: 4,
            arith: 1,
            uniform: true,
        },
    ),
    rung(
        "usage-uniform-19",
        Sizes {
            k: 18,
            degree: 9,
            draws: 19,
            lanes: [3, 2],
            places: 348,
            engines: 3,
            arith: 1,
            uniform: true,
        },
    ),
    rung(
        "usage-uniform-20",
        Sizes {
            k: 17,
            degree: 9,
            draws: 20,
            lanes: [12, 10],
            places: 704,
            engines: 10,
            arith: 2,
            uniform: true,
        },
    ),
    rung(
        "usage-17-wide",
        Sizes {
            k: 15,
            degree: 9,
            draws: 17,
            lanes: [6, 5],
            places: 87,
            engines: 22,
            arith: 3,
            uniform: false,
        },
    ),
    rung(
        "usage-20-wide",
        Sizes {
            k: 17,
            degree: 5,
            draws: 20,
            lanes: [12, 10],
            places: 704,
            engines: 33,
            arith: 4,
            uniform: false,
        },
    ),
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

    /// Leaves of the arrangement that the circuit's places fill.
    pub const fn arrangement_leaves(&self) -> usize {
        self.places.div_ceil(7)
    }

    /// Sponges of the regions, in order: chunks, which a uniform circuit has not, and leaves of the log.
    pub const fn sponges(&self) -> [usize; 2] {
        [if self.uniform { 0 } else { self.places }, self.log_leaves]
    }

    /// Wide nodes by tag: units, log, arrangement leaves, arrangement nodes, run.
    pub fn nodes(&self) -> [usize; 5] {
        let tree = |mut leaves: usize, height: usize| {
            (0..height)
                .map(|_| {
                    leaves = leaves.div_ceil(RATE);
                    leaves
                })
                .sum::<usize>()
        };
        let shape = &self.shape;
        let leaves = self.arrangement_leaves();
        [
            self.sponges()[0] * shape.units_height,
            tree(self.log_leaves, shape.log_height),
            leaves,
            tree(leaves, shape.chunk_index_height),
            1,
        ]
    }

    /// All narrow hashes: id and registry path of each slot, the private id, usage leaves and tree, bucket, commitment.
    pub const fn narrow_hashes(&self) -> usize {
        let leaves = self.usage_leaves();
        self.slots * (7 + self.shape.registry_depth) + 7 + leaves * 3 + (leaves - 1) + 2 + 1
    }

    /// Rows that the hash machine needs.
    pub fn machine_rows(&self) -> usize {
        let steps = |count: usize| count.div_ceil(self.engines);
        let layout = Layout::Beside {
            engines: self.engines,
        };
        let tag = Fr::ZERO;
        let blocks = |salted: bool| -> usize {
            (0..self.shape.blocks)
                .map(|block| {
                    let last = block + 1 == self.shape.blocks;
                    let kind = match block {
                        0 => Kind::Opening { tag, salted, last },
                        _ => Kind::Further { last },
                    };
                    layout.rows(kind)
                })
                .sum()
        };
        let [chunks, leaves] = self.sponges();
        let nodes: usize = self.nodes().into_iter().map(steps).sum();
        steps(chunks) * blocks(false)
            + steps(leaves) * blocks(true)
            + nodes * layout.rows(Kind::Node { tag })
            + steps(self.narrow_hashes()) * layout.rows(Kind::Pair)
    }
}
