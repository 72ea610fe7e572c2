//! Sizes of a usage circuit and the list of sizes of circuit sizes.

use halo2curves::bn256::Fr;
use halo2curves::ff::Field;
use tranche_protocol::Shape;

use crate::chips::machine::kinds::StepKind;
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
    pub table_chunks: usize,
    /// Leaves of the log.
    pub log_leaves: usize,
    /// Slots for registered tranches, at most the usage tree's leaves.
    pub slots: usize,
    /// Permutations that the hash machine runs in parallel.
    pub parallel_permutations: usize,
    /// Arithmetic columns of the first and of the second phase.
    pub arith: [usize; 2],
    /// Whether all tranches are uniform, so that there is no units column to hash.
    pub uniform: bool,
}

impl Default for UsageParams {
    fn default() -> Self {
        SIZES[0].params
    }
}

/// A named size of the usage circuit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CircuitSize {
    /// Name, as statements carry it.
    pub name: &'static str,
    /// Sizes.
    pub params: UsageParams,
}

impl CircuitSize {
    /// Whether the circuit size has more columns than another one for the same runs, and is used only by name.
    pub fn is_wide(&self) -> bool {
        self.name.ends_with("-wide")
    }
}

/// Sizes that differ between the circuit sizes from 17 on.
struct Dimensions {
    k: u32,
    degree: usize,
    /// log2 of the draws.
    draws: u32,
    /// Lanes of draws and of units.
    lanes: [usize; 2],
    table_chunks: usize,
    parallel_permutations: usize,
    arith: usize,
    uniform: bool,
}

const fn size(name: &'static str, sizes: Dimensions) -> CircuitSize {
    let shape = Shape::STANDARD;
    CircuitSize {
        name,
        params: UsageParams {
            k: sizes.k,
            degree: sizes.degree,
            shape,
            draw_lanes: sizes.lanes[0],
            unit_lanes: sizes.lanes[1],
            table_chunks: sizes.table_chunks,
            log_leaves: (1usize << sizes.draws).div_ceil(shape.draws_per_leaf()),
            slots: 1 << shape.usage_depth,
            parallel_permutations: sizes.parallel_permutations,
            arith: [sizes.arith, 1],
            uniform: sizes.uniform,
        },
    }
}

/// The smallest circuit size, with room for 24 registry paths and six leaves of the log.
const SMALLEST: CircuitSize = CircuitSize {
    name: "usage-13",
    params: UsageParams {
        k: 15,
        degree: 9,
        shape: Shape::STANDARD,
        draw_lanes: 1,
        unit_lanes: 2,
        table_chunks: 33,
        log_leaves: 6,
        slots: 24,
        parallel_permutations: 6,
        arith: [1, 1],
        uniform: false,
    },
};

/// The list of sizes, smallest first. The number in a name is log2 of the draws that fit, rounded down.
///
/// Columns cost gas where proofs are verified on a chain, rows cost time where they are made: each circuit size has the fewest lanes and parallel permutations that fit its rows.
///
/// Those whose names end in `wide` stand last and are never chosen by themselves: they have more columns than a circuit size of the same draws, are proven in less
/// time, and cost a chain more.
pub const SIZES: [CircuitSize; 11] = [
    SMALLEST,
    size(
        "usage-17",
        Dimensions {
            k: 17,
            degree: 9,
            draws: 17,
            lanes: [2, 1],
            table_chunks: 87,
            parallel_permutations: 5,
            arith: 1,
            uniform: false,
        },
    ),
    size(
        "usage-18",
        Dimensions {
            k: 17,
            degree: 9,
            draws: 18,
            lanes: [3, 2],
            table_chunks: 174,
            parallel_permutations: 7,
            arith: 2,
            uniform: false,
        },
    ),
    size(
        "usage-19",
        Dimensions {
            k: 18,
            degree: 9,
            draws: 19,
            lanes: [3, 2],
            table_chunks: 350,
            parallel_permutations: 7,
            arith: 1,
            uniform: false,
        },
    ),
    size(
        "usage-20",
        Dimensions {
            k: 18,
            degree: 9,
            draws: 20,
            lanes: [6, 5],
            table_chunks: 704,
            parallel_permutations: 12,
            arith: 2,
            uniform: false,
        },
    ),
    size(
        "usage-uniform-17",
        Dimensions {
            k: 17,
            degree: 9,
            draws: 17,
            lanes: [2, 1],
            table_chunks: 87,
            parallel_permutations: 3,
            arith: 1,
            uniform: true,
        },
    ),
    size(
        "usage-uniform-18",
        Dimensions {
            k: 17,
            degree: 9,
            draws: 18,
            lanes: [3, 2],
            table_chunks: 173,
            parallel_permutations: 4,
            arith: 1,
            uniform: true,
        },
    ),
    size(
        "usage-uniform-19",
        Dimensions {
            k: 18,
            degree: 9,
            draws: 19,
            lanes: [3, 2],
            table_chunks: 348,
            parallel_permutations: 3,
            arith: 1,
            uniform: true,
        },
    ),
    size(
        "usage-uniform-20",
        Dimensions {
            k: 17,
            degree: 9,
            draws: 20,
            lanes: [12, 10],
            table_chunks: 704,
            parallel_permutations: 10,
            arith: 2,
            uniform: true,
        },
    ),
    size(
        "usage-17-wide",
        Dimensions {
            k: 15,
            degree: 9,
            draws: 17,
            lanes: [6, 5],
            table_chunks: 87,
            parallel_permutations: 22,
            arith: 3,
            uniform: false,
        },
    ),
    size(
        "usage-20-wide",
        Dimensions {
            k: 17,
            degree: 5,
            draws: 20,
            lanes: [12, 10],
            table_chunks: 704,
            parallel_permutations: 33,
            arith: 4,
            uniform: false,
        },
    ),
];

/// Finds a circuit size by name.
pub fn size_by_name(name: &str) -> Option<CircuitSize> {
    SIZES
        .iter()
        .copied()
        .find(|circuit_size| circuit_size.name == name)
}

/// What a run asks of a circuit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RunSize {
    /// Draws of the run.
    pub draws: usize,
    /// Chunks that the run touches.
    pub chunks: usize,
    /// Registered tranches that the run draws from.
    pub tranches: usize,
    /// Whether all tranches are uniform, the private one included if it has records.
    pub uniform: bool,
}

/// The smallest circuit size for a run; a run whose tranches are all uniform gets a uniform circuit size. `None` where the run is too large for all.
pub fn choose_size(run_size: RunSize) -> Option<CircuitSize> {
    SIZES
        .into_iter()
        .filter(|size| size.params.uniform == run_size.uniform)
        .find(|size| size.params.holds(&run_size))
}

/// The circuit size that holds every run that any holds, of runs that are uniform or not.
pub fn largest_size(uniform: bool) -> CircuitSize {
    SIZES
        .into_iter()
        .rfind(|size| size.params.uniform == uniform && !size.is_wide())
        .unwrap_or(SMALLEST)
}

impl UsageParams {
    /// Draws that fit.
    pub const fn draws(&self) -> usize {
        self.log_leaves * self.shape.draws_per_leaf()
    }

    /// Positions of the table.
    pub const fn positions(&self) -> usize {
        self.table_chunks * self.shape.records_per_chunk()
    }

    /// Whether a run fits.
    pub const fn holds(&self, run_size: &RunSize) -> bool {
        run_size.draws <= self.draws()
            && run_size.chunks <= self.table_chunks
            && run_size.tranches <= self.slots
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

    /// Leaves of the chunk index that the circuit's table chunks fill.
    pub const fn chunk_index_leaves(&self) -> usize {
        self.table_chunks.div_ceil(7)
    }

    /// Sponges of the regions, in order: chunks, which a uniform circuit has not, and leaves of the log.
    pub const fn sponges(&self) -> [usize; 2] {
        [
            if self.uniform { 0 } else { self.table_chunks },
            self.log_leaves,
        ]
    }

    /// Wide nodes by tag: units, log, chunk index leaves, chunk index nodes, run.
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
        let leaves = self.chunk_index_leaves();
        [
            self.sponges()[0] * shape.units_height,
            tree(self.log_leaves, shape.log_height),
            leaves,
            tree(leaves, shape.chunk_index_height),
            1,
        ]
    }

    /// All narrow hashes: id and registry path of each slot, the private id, usage leaves and tree, unregistered total, commitment.
    pub const fn narrow_hashes(&self) -> usize {
        let leaves = self.usage_leaves();
        self.slots * (7 + self.shape.registry_depth) + 7 + leaves * 3 + (leaves - 1) + 2 + 1
    }

    /// Rows that the hash machine needs.
    pub fn machine_rows(&self) -> usize {
        let steps = |count: usize| count.div_ceil(self.parallel_permutations);
        let layout = Layout::SeparateIo {
            parallel_permutations: self.parallel_permutations,
        };
        let tag = Fr::ZERO;
        let blocks = |salted: bool| -> usize {
            (0..self.shape.blocks)
                .map(|block| {
                    let last = block + 1 == self.shape.blocks;
                    let kind = match block {
                        0 => StepKind::Opening { tag, salted, last },
                        _ => StepKind::Further { last },
                    };
                    layout.rows(kind)
                })
                .sum()
        };
        let [chunks, leaves] = self.sponges();
        let nodes: usize = self.nodes().into_iter().map(steps).sum();
        steps(chunks) * blocks(false)
            + steps(leaves) * blocks(true)
            + nodes * layout.rows(StepKind::Node { tag })
            + steps(self.narrow_hashes()) * layout.rows(StepKind::Pair)
    }
}
