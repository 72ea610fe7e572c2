//! What a check finds in a stream of draws: no folder on disk is needed for it.
//!
//! | module | part |
//! |---|---|
//! | [`finding`] | what is wrong, each kind once with its rows |
//! | [`tally`] | the draws, counted |
//! | [`mixture`] | the shares of the sources over the run |
//! | [`nanotron`] | a checkpoint's token counts against the log's |
//! | [`plot`] | a picture of the mixture |

pub mod finding;
pub mod mixture;
pub mod nanotron;
pub mod plot;
pub mod tally;
