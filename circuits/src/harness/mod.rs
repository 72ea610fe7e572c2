//! Mutation of witnesses and deletion of constraints: the machinery that makes an under-constrained cell show itself.
//!
//! | file | what |
//! |---|---|
//! | [`subject`] | a circuit with an honest witness, filled around lies |
//! | [`toys`] | the circuits under test, at toy size |

mod agreement;
mod subject;
mod toys;
