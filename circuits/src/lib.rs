//! The circuits of `tranche` on halo2 with KZG over BN254.
//!
//! | module | what |
//! |---|---|
//! | [`assignment`] | all cells of a circuit as columns |
//! | [`cells`] | cells with what a constraint binds them to |
//! | [`builder`] | one handle on everything that a first phase fills |
//! | [`checker`] | names what a filled assignment breaks |
//! | [`chips`] | hash, range, counting and arithmetic chips |
//! | [`gadgets`] | compositions of chips |
//! | [`usage`] | the usage circuit (S1 to S8) |
//! | [`disclosure`] | the disclosure circuit (D1 to D7) |
//! | [`two_phase`] | how a circuit is filled before and after its challenges |
//! | [`labels`] | labels of constraints and copies, by clause |
//! | [`field`] | conversions and batch inversion |

pub mod assignment;
pub mod builder;
pub mod cells;
pub mod checker;
pub mod chips;
pub mod disclosure;
pub mod field;
pub mod gadgets;
#[cfg(test)]
mod harness;
pub mod labels;
pub mod two_phase;
pub mod usage;
pub mod wipe;
