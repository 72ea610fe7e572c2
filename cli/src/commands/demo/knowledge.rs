//! Who knows what when all is told: what the secrecy is worth.

use tranche_workspace::artefact::ledger::WHOLE;
use tranche_workspace::artefact::run::RunFolder;
use tranche_workspace::error::Error;

use super::narrator::{Narrator, cells};
use super::story::{PRIVATE, Story, UNUSED};

/// Prints the table for the first run.
pub(super) fn tell(story: &Story, narrator: &mut Narrator) -> Result<(), Error> {
    narrator.step("What each party knows of run one")?;
    let folder = RunFolder::open(&story.folder(&story.runs[0]))?;
    let usage = folder.usage()?;
    let log = folder.log()?;
    let vector = &usage.vector;
    let registered = vector.registered_units();
    let mut facts = vec![cells([
        "",
        "the public: proofs and pay list",
        "each contributor, besides",
        "the builder alone",
    ])];
    let mut row = |what: &str, public: &str, contributor: &str, builder: &str| {
        facts.push(cells([what, public, contributor, builder]));
    };
    row(
        "size of the run",
        "at most the circuit's",
        "own draws",
        &format!(
            "{} draws, {} bytes",
            vector.total_draws(),
            vector.total_units()
        ),
    );
    for source in log.sources().iter().filter(|source| !source.private) {
        let (units, draws) = vector.of_tranche(&source.id);
        let pay = (units * u128::from(WHOLE))
            .checked_div(registered)
            .unwrap_or_default();
        row(
            &format!("use of {}", source.name()),
            &format!("share of registered, from the pay list: {pay} in 10^9"),
            "the owner: units and draws",
            &format!("{units} bytes, {draws} draws"),
        );
    }
    row(
        &format!("use of {UNUSED}"),
        "none: exclusion proven",
        "the same",
        "none",
    );
    row(
        &format!("unregistered data ({PRIVATE})"),
        "at most 50 % of the run",
        "the same",
        &format!(
            "{} bytes, {} draws",
            vector.unregistered.units, vector.unregistered.draws
        ),
    );
    row(
        "order of draws, repeats, records, steps",
        "nothing",
        "nothing",
        "everything",
    );
    row(
        "the model",
        "its digest, in the terms",
        "the same",
        "weights and checkpoints",
    );
    narrator.facts(facts)
}
