//! Chips: each has a configuration (columns), gates and assignment. A chip knows no statement.

pub mod active_rows;
pub mod arith;
pub mod draws;
pub mod fraction;
pub mod machine;
pub mod mask;
pub mod packs;
pub mod positions;
pub mod range;
pub mod table;
pub mod weights;
