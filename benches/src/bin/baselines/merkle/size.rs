//! Sizes of the Merkle circuit.

use crate::poseidon::Layout;

/// Bits of a record's index in the log.
pub(crate) const INDEX_BITS: u32 = 20;
/// Bits of a draw in the log: a slot below 2^6 and an index.
pub(crate) const DRAW_BITS: u32 = INDEX_BITS + 6;
/// Draws that one felt of the log holds at most.
const MOST_IN_PACK: usize = 253 / DRAW_BITS as usize;
/// Rows left to the last running sum and to blinding.
const RESERVE: usize = 16;

/// Sizes of the circuit. Every lane has the same blocks at the same rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Size {
    /// Rows are 2^k.
    pub(crate) k: u32,
    /// Paths side by side.
    pub(crate) lanes: usize,
    /// Rows of a hash.
    pub(crate) layout: Layout,
    /// Levels of a units tree, at most [`INDEX_BITS`].
    pub(crate) height: usize,
    /// Draws in a felt of the log.
    pub(crate) pack: usize,
    /// Felts of the log in a lane.
    pub(crate) packs: usize,
    /// Tranches.
    pub(crate) slots: usize,
}

impl Size {
    /// The size that holds the most draws in 2^k rows; `None` where not one fits.
    pub(crate) fn fullest(
        k: u32,
        lanes: usize,
        layout: Layout,
        height: usize,
        slots: usize,
    ) -> Option<Self> {
        let rows = (1usize << k).checked_sub(RESERVE)?;
        (1..=MOST_IN_PACK)
            .map(|pack| {
                let mut size = Self {
                    k,
                    lanes,
                    layout,
                    height,
                    pack,
                    packs: 0,
                    slots,
                };
                size.packs = rows / size.pack_rows();
                size
            })
            .filter(|size| size.packs > 0 && size.slots + size.lanes < size.path_rows())
            .max_by_key(|size| (size.lane_draws(), size.pack))
    }

    /// Rows of a path: the head, then the hashes from the leaf up.
    pub(crate) fn path_rows(&self) -> usize {
        1 + self.height * self.layout.rows()
    }

    /// Rows of a pack: its hash, then its draws' paths.
    pub(crate) fn pack_rows(&self) -> usize {
        self.layout.rows() + self.pack * self.path_rows()
    }

    /// Rows of all packs.
    pub(crate) fn rows(&self) -> usize {
        self.packs * self.pack_rows()
    }

    /// Draws of a lane.
    pub(crate) fn lane_draws(&self) -> usize {
        self.packs * self.pack
    }

    /// Draws.
    pub(crate) fn draws(&self) -> usize {
        self.lanes * self.lane_draws()
    }

    /// The first row of a pack: that of its hash.
    pub(crate) fn pack_row(&self, pack: usize) -> usize {
        pack * self.pack_rows()
    }

    /// The head of a path.
    pub(crate) fn head(&self, pack: usize, path: usize) -> usize {
        self.pack_row(pack) + self.layout.rows() + path * self.path_rows()
    }

    /// The row of the first tranche's totals: below the first heads and the rows that sum these.
    pub(crate) fn first_slot(&self) -> usize {
        self.head(0, 0) + 1 + self.lanes
    }
}
