//! Programs that try to gain: each builds the best witness or artefact that a dishonest party could, and runs the real prover and
//! both verifiers of this workspace on toy sizes of the real circuits.
//!
//! | module | who lies about what |
//! |---|---|
//! | [`counting`] | a builder, about how often records were drawn |
//! | [`moving`] | a builder, about whose data was drawn |
//! | [`slots`] | a builder, about slots and places |
//! | [`context`] | a builder or a relayer, about where a proof belongs |
//! | [`evidence`] | a builder, about what stands behind a log |
//! | [`disclosures`] | a builder, about shares and payments |
//! | [`rates`] | a contributor and a builder together, about prices |
//! | [`unregistered`] | a builder, about what is registered: no proof shows it |
//! | [`sums`] | nobody: no value in range wraps |

mod context;
mod counting;
mod disclosures;
mod evidence;
mod fixtures;
mod liar;
mod moving;
mod rates;
mod sizes;
mod slots;
mod sums;
mod unregistered;
