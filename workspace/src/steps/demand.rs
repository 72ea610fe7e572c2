//! What a run's log asks of a proof.

use std::collections::HashMap;

use tranche_circuits::usage::params::RunSize;
use tranche_cost::limits::RunDemand;
use tranche_ingest::doctor::tally::{SourceTally, Tally};
use tranche_protocol::address::Address;
use tranche_protocol::context::PayRule;
use tranche_protocol::manifest::Manifest;
use tranche_protocol::tranche::TrancheKind;

use crate::artefact::folder::TrancheFolder;
use crate::artefact::run_log::RunLog;
use crate::artefact::terms::TermsFile;
use crate::error::Error;

/// Who is paid for a tranche, and how much a unit.
#[derive(Clone, Copy, Debug)]
pub(super) struct Payee {
    owner: Address,
    rate: u64,
}

impl Payee {
    /// Of a registered tranche.
    pub(super) fn of(manifest: &Manifest) -> Self {
        let tranche = manifest.tranche();
        Self {
            owner: tranche.owner(),
            rate: tranche.rate(),
        }
    }
}

/// What a log draws from one of its sources.
#[derive(Clone, Copy, Debug)]
pub(super) struct SourceDemand {
    draws: u64,
    chunks: u64,
    units: Option<u64>,
    uniform: bool,
    registered: bool,
    payee: Option<Payee>,
}

impl SourceDemand {
    /// Of a source's draws. A registered source whose folder cannot be read has no payee.
    pub(super) fn new(
        tally: &SourceTally,
        uniform: bool,
        registered: bool,
        payee: Option<Payee>,
    ) -> Self {
        Self {
            draws: tally.draws,
            chunks: tally.chunks(),
            units: tally.units,
            uniform,
            registered,
            payee,
        }
    }
}

/// What a run that draws so from its sources asks of a proof, under terms where they are known.
pub(super) fn demand(
    sources: &[SourceDemand],
    terms: Option<&TermsFile>,
    checkpoints: usize,
) -> RunDemand {
    let whole = |count: u64| usize::try_from(count).unwrap_or(usize::MAX);
    let drawn = || sources.iter().filter(|source| source.draws > 0);
    let units = drawn().try_fold(0u64, |sum, source| Some(sum.saturating_add(source.units?)));
    let mut amounts: HashMap<Address, u128> = HashMap::new();
    for source in drawn() {
        if let (Some(payee), Some(units)) = (source.payee, source.units) {
            let amount = amounts.entry(payee.owner).or_default();
            *amount = amount.saturating_add(u128::from(payee.rate) * u128::from(units));
        }
    }
    let metered = terms.is_some_and(|terms| terms.pay_rule == PayRule::Metered);
    RunDemand {
        size: RunSize {
            draws: whole(drawn().map(|source| source.draws).sum()),
            chunks: whole(drawn().map(|source| source.chunks).sum()),
            tranches: drawn().filter(|source| source.registered).count(),
            // The circuit reads the private tranche's kind whether or not it is drawn from.
            uniform: sources
                .iter()
                .filter(|source| source.draws > 0 || !source.registered)
                .all(|source| source.uniform),
        },
        units,
        checkpoints,
        greatest_amount: metered.then(|| amounts.values().copied().max().unwrap_or(0)),
    }
}

/// What the run of a log asks of a proof. Reads the units of every tranche that the log names.
///
/// # Errors
/// The errors of opening the tranche folders.
pub(super) fn of_log(
    log: &RunLog,
    terms: Option<&TermsFile>,
    checkpoints: usize,
) -> Result<RunDemand, Error> {
    let folders: Vec<(TrancheFolder, Option<Vec<u32>>)> = log
        .sources()
        .iter()
        .map(|source| {
            let folder = TrancheFolder::open(&source.folder)?;
            let units = folder.units()?;
            Ok((folder, units))
        })
        .collect::<Result<_, Error>>()?;
    let mut tally = Tally::new(log.sources().iter().map(|source| source.records));
    for draw in log.draws() {
        let place = draw.source as usize;
        let (folder, units) = &folders[place];
        let units = match units {
            Some(units) => units.get(draw.record as usize).copied(),
            None => Some(folder.contents().scale),
        };
        tally.push(draw.step, place, draw.record, units);
    }
    let sources: Vec<SourceDemand> = folders
        .iter()
        .zip(&tally.sources)
        .map(|((folder, _), tally)| {
            let uniform = folder.contents().kind == TrancheKind::Uniform;
            let manifest = folder.manifest();
            SourceDemand::new(tally, uniform, manifest.is_some(), manifest.map(Payee::of))
        })
        .collect();
    Ok(demand(&sources, terms, checkpoints))
}
