//! Run commitments bound to their runs.

use std::path::PathBuf;

use tranche_settle::escrow::{self, RunRef};

use super::balances::Watch;
use super::session::{ChainAccess, Session};
use super::settled::{Moved, Settled};
use crate::artefact::run::RunFolder;
use crate::error::Error;
use crate::progress::Progress;

/// A run commitment to bind. The builder that the terms name must send it.
#[derive(Clone, Debug)]
pub struct BindRequest {
    /// The chain.
    pub chain: ChainAccess,
    /// The run's folder.
    pub run: PathBuf,
}

/// Binds the run commitment of a run's folder, and posts the bond.
///
/// ```no_run
/// use std::path::Path;
/// use tranche_workspace::progress::Progress;
/// use tranche_workspace::steps::settle::{BindRequest, ChainAccess, bind};
///
/// let key = Some(Path::new("builder.key"));
/// let chain = ChainAccess::embedded(Path::new("chain.json"), Path::new("deployment.json"), key);
/// let bound = bind(&BindRequest { chain, run: "run".into() }, &Progress::silent())?;
/// println!("{}", bound.outcome.done);
/// # Ok::<(), tranche_workspace::error::Error>(())
/// ```
///
/// # Errors
/// [`Error::Settle`] of the chain or the escrow, also where the terms are not those of the run there; those of the files and
/// of the key.
pub fn bind(request: &BindRequest, progress: &Progress) -> Result<Settled<Moved>, Error> {
    let folder = RunFolder::open(&request.run)?;
    let public = folder.public();
    let session = Session::open(&request.chain)?;
    let deployment = request.chain.read_deployment(session.chain())?;
    let context = public.terms.context();
    let run = RunRef::of_context(&context, &deployment)?;
    let _stage = progress.stage("binding", None);
    let (balances, done) = session.run(|client| {
        let standing = run.check_terms(client, &context.terms)?;
        let parties = [
            ("builder".to_owned(), client.address()),
            ("escrow".to_owned(), run.escrow),
        ];
        let watch = Watch::begin(client, standing.token, parties)?;
        escrow::bind(client, run, &context.terms, &public.run_commitment)?;
        match standing.bond {
            0 => Ok(Vec::new()),
            _ => watch.end(client),
        }
    })?;
    let outcome = Moved {
        done: format!("bound {}", public.run_commitment),
    };
    Ok(Settled::new(done, outcome).with_balances(balances))
}
