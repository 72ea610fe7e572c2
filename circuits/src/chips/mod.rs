//! Chips: each has a configuration (columns), gates and assignment. A chip knows no statement.

pub mod arith;
pub mod draws;
pub mod fraction;
pub mod frame;
pub mod mask;
pub mod narrow;
pub mod packs;
pub mod positions;
pub mod range;
pub mod table;
pub mod weights;
pub mod wide;
pub mod wide_permutation;
