//! Mutation of witnesses and deletion of constraints: the machinery that makes an under-constrained cell show itself.
//!
//! `docs/circuits-testing.md` says how it works and what it covers.
//!
//! | file | what |
//! |---|---|
//! | [`fixtures`] | the circuits under test, at toy size |
//! | [`circuit_under_test`] | a circuit with an honest witness, filled around mutations |
//! | [`honest_witness`] | what is known of a filled circuit |
//! | [`agreement`] | the checkers agree |
//! | [`mutation`] | a mutation, and a circuit filled around it |
//! | [`alterations`] | cells, classes and values altered alone |
//! | [`allowances`] | cells that may be altered |
//! | [`kernel`] | linear freedom of the second phase |
//! | [`mutations`] | mutations of one cell |
//! | [`bases`] | false statements that compound mutations start from |
//! | [`compound`] | mutations that take several cells |
//! | [`judge`] | what a mutation breaks |
//! | [`coverage`] | many mutations: none unnoticed, and what each constraint is needed for |
//! | [`unneeded`] | what no mutation needs, and why |
//! | [`sums`] | the columns of running sums |
//! | [`proved`] | mutations really proved |

mod agreement;
mod allowances;
mod alterations;
mod bases;
mod circuit_under_test;
mod compound;
mod coverage;
mod fixtures;
mod honest_witness;
mod judge;
mod kernel;
mod mutation;
mod mutations;
mod proved;
mod sums;
mod unneeded;
