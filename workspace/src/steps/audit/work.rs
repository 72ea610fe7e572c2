//! The work list: what the auditor's own training code executes again.

use std::path::Path;

use serde::Serialize;
use tranche_fs::Existing;
use tranche_fs::temporary::Visibility;
use tranche_protocol::audit::{OpenedTranche, Stretch};
use tranche_protocol::trace::ModelDigest;

use crate::artefact::write_json;
use crate::error::Error;

const VERSION: u16 = 1;

/// `work.json`. It names the weights to start from by digest; those to arrive at it leaves out.
#[derive(Serialize)]
struct WorkList {
    version: u16,
    run_commitment: String,
    /// The step of the first checkpoint: its weights are made anew too.
    initial_step: u64,
    tranches: Vec<WorkTranche>,
    stretches: Vec<WorkStretch>,
}

#[derive(Serialize)]
struct WorkTranche {
    name: String,
    id: String,
    registered: bool,
}

#[derive(Serialize)]
struct WorkStretch {
    stretch: u32,
    from_step: u64,
    to_step: u64,
    start_digest: ModelDigest,
    steps: Vec<WorkStep>,
}

#[derive(Serialize)]
struct WorkStep {
    step: u64,
    /// Index into `tranches`, and the record's index in its tranche.
    draws: Vec<(usize, u32)>,
}

/// Writes the work list of checked stretches.
pub(super) fn write(
    path: &Path,
    run_commitment: String,
    initial_step: u64,
    tranches: &[OpenedTranche],
    stretches: &[Stretch],
) -> Result<(), Error> {
    let named = |tranche: &OpenedTranche| WorkTranche {
        name: tranche.name.clone(),
        id: tranche.id().map(|id| id.to_string()).unwrap_or_default(),
        registered: !tranche.private,
    };
    let list = WorkList {
        version: VERSION,
        run_commitment,
        initial_step,
        tranches: tranches.iter().map(named).collect(),
        stretches: stretches.iter().map(stretch).collect(),
    };
    write_json(path, &list, Visibility::Secret, Existing::Replace)
}

fn stretch(stretch: &Stretch) -> WorkStretch {
    let mut draws = stretch.draws.iter();
    let steps = stretch.steps.iter().map(|step| WorkStep {
        step: step.step,
        draws: draws
            .by_ref()
            .take(usize::try_from(step.draws).unwrap_or(usize::MAX))
            .map(|draw| (draw.tranche, draw.record))
            .collect(),
    });
    WorkStretch {
        stretch: stretch.index,
        from_step: stretch.from.step,
        to_step: stretch.to.step,
        start_digest: stretch.from.digest,
        steps: steps.collect(),
    }
}
