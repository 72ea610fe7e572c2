//! The proof of `tranche` itself, by its own prover, on the rungs of the ladder.

use std::error::Error;

use tranche_circuits::usage::params::{CircuitSize, RunSize, choose_size, size_by_name};
use tranche_cost::clock::timed;
use tranche_cost::workload::{Workload, WorkloadSize};
use tranche_prover::{CircuitKey, KeyStore, Srs, prove_usage};

use crate::proof::{Proved, Shape};

/// A run that a rung is measured with.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Load {
    /// The rung.
    pub(crate) rung: CircuitSize,
    /// The run.
    pub(crate) size: WorkloadSize,
}

/// A run that fills the draws of a rung, with its records spread over all but a few of its places.
///
/// # Errors
/// An unknown rung, with the names there are.
pub(crate) fn full(name: &str, tranches: usize) -> Result<Load, String> {
    let rung = size_by_name(name).ok_or_else(|| {
        format!("there is no rung {name}: the weighted ones are usage-13 and usage-17 to usage-20")
    })?;
    let params = rung.params;
    let tranches = tranches.min(params.slots);
    // Each tranche may end within a chunk.
    let records = params.positions() - tranches * params.shape.records_per_chunk();
    Ok(Load {
        rung,
        size: WorkloadSize {
            draws: params.draws(),
            records,
            tranches,
            uniform: params.uniform,
        },
    })
}

/// A run of a number of draws over as many records as fill the smallest rung.
///
/// # Errors
/// More draws than the ladder holds.
pub(crate) fn of_draws(draws: usize, tranches: usize) -> Result<Load, Box<dyn Error>> {
    let rung = choose_size(RunSize {
        draws,
        chunks: 1,
        tranches,
        uniform: false,
    })
    .ok_or("no circuit holds so many draws")?;
    let mut load = full(rung.name, tranches)?;
    load.size.draws = draws;
    Ok(load)
}

/// Proves a load and verifies the proof with the portable verifier.
///
/// # Errors
/// What the prover or the verifier refuses.
pub(crate) fn prove(load: &Load) -> Result<Proved, Box<dyn Error>> {
    let rung = load.rung;
    let (witness, _, statement, context) = Workload::new(load.size).build()?;
    let srs = Srs::development(rung.params.k)?;
    let key = CircuitKey::usage(&srs, &KeyStore::new(None), &rung)?;
    let (made, time) =
        timed(|| prove_usage(&srs, &key, &rung, &witness, &statement, &context, None));
    let file = made?;
    let portable = tranche_verifier::VerifyingKey::from_bytes(key.portable())?;
    tranche_verifier::verify(
        &portable,
        &file.public_inputs,
        file.statement_digest(),
        &file.proof,
    )?;
    Ok(Proved {
        shape: Shape::of(key.pair().vk()),
        time,
        bytes: file.proof.len(),
    })
}
