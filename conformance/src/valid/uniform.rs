//! A run over uniform tranches alone, proven on the smallest circuit that is made for them.

use k256::ecdsa::SigningKey;
use tranche_circuits::usage::params::{RunSize, choose_size};
use tranche_protocol::address::Address;
use tranche_protocol::evidence::EvidenceLevel;
use tranche_protocol::log::LogOrder;
use tranche_protocol::registry::Registry;
use tranche_protocol::salt::RunSeed;
use tranche_protocol::tranche::Tranche;
use tranche_protocol::usage_relation::{
    Column, Draw, RunInputs, Source, SourceTranche, UsageWitness,
};
use tranche_protocol::{Shape, sample};
use tranche_prover::prove_usage;

use super::group::Group;
use super::proof::{ValidProof, signed};
use crate::circuit::Circuit;
use crate::error::Error;

const RECORDS: u32 = 4_000;
const DRAWS: usize = 20_000;

/// The group: two proofs of one statement.
///
/// # Errors
/// [`Error`].
pub(super) fn group(evidence_key: &SigningKey) -> Result<Group, Error> {
    let unfit = || Error::sample("the run", "the uniform circuit");
    let shape = Shape::STANDARD;
    let tranches: Vec<Tranche> = [1, 2, 3]
        .map(|owner| sample::uniform(&shape, RECORDS, 64, owner))
        .into();
    let mut registry = Registry::new(&shape);
    for tranche in &tranches {
        registry.append(tranche).map_err(|_| unfit())?;
    }
    let sources: Vec<Source<'_>> = tranches
        .iter()
        .zip(0..)
        .map(|(tranche, registry_index)| Source {
            tranche: SourceTranche::Registered {
                tranche,
                registry_index,
            },
            units: Column::Ones,
        })
        .collect();
    let seed = RunSeed::new([0x5e; 32]);
    let inputs = RunInputs {
        sources: &sources,
        registry: &registry,
        seed: &seed,
        order: LogOrder::Consumed,
        trace_root: 77u64.into(),
    };
    let draws = (0..DRAWS as u32).map(|i| Draw {
        source: i % 3,
        record: i.wrapping_mul(37) % RECORDS,
    });
    let (witness, artefacts) = UsageWitness::build(&shape, &inputs, draws).map_err(|_| unfit())?;
    let size = choose_size(RunSize {
        draws: DRAWS,
        chunks: witness.places.len(),
        tranches: tranches.len(),
        uniform: true,
    })
    .ok_or_else(unfit)?;
    let size = if size.params.uniform {
        size
    } else {
        tranche_circuits::usage::params::SIZES
            .into_iter()
            .find(|size| size.params.uniform)
            .ok_or_else(unfit)?
    };
    let circuit = Circuit::usage(&size)?;
    let mut context = sample::context(artefacts.usage.vector.unit);
    context.terms.evidence_key = Address::of_key(evidence_key.verifying_key());
    let statement = artefacts.statement(&context);
    let prove = |name| -> Result<ValidProof, Error> {
        let (srs, key) = (&circuit.srs, &circuit.native);
        let mut file = prove_usage(srs, key, &size, &witness, &statement, &context, None)?;
        file.evidence = Some(signed(
            &statement.run_commitment,
            EvidenceLevel::SignedLoader,
            statement.order,
            evidence_key,
        )?);
        Ok(ValidProof { name, file })
    };
    Ok(Group {
        proofs: vec![prove("run-1")?, prove("run-1-again")?],
        circuit,
        foreign: Vec::new(),
    })
}
