//! Mutation of witnesses and deletion of constraints: the machinery that makes an under-constrained cell show itself.
//!
//! `docs/circuits-testing.md` says how it works and what it covers.
//!
//! | file | what |
//! |---|---|
//! | [`toys`] | the circuits under test, at toy size |
//! | [`subject`] | a circuit with an honest witness, filled around lies |
//! | [`ground`] | what is known of a filled circuit |
//! | [`agreement`] | the checkers agree |
//! | [`mutation`] | cells, classes and values altered alone |
//! | [`allowances`] | cells that may be altered |
//! | [`kernel`] | linear freedom of the second phase |
//! | [`lies`] | lies about one wire |
//! | [`plots`] | lies that take several cells |
//! | [`judge`] | what a lie breaks |
//! | [`survey`] | many lies: none unnoticed, and what each constraint is needed for |
//! | [`unneeded`] | what no lie needs, and why |
//! | [`sums`] | the columns of running sums |
//! | [`proved`] | lies really proved |

mod agreement;
mod allowances;
mod ground;
mod judge;
mod kernel;
mod lies;
mod mutation;
mod plots;
mod proved;
mod subject;
mod sums;
mod survey;
mod toys;
mod unneeded;
