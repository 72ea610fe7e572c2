//! `tranche demo`: the whole protocol once, on real data, with nothing to set up.
//!
//! | module | part |
//! |---|---|
//! | `story` | contributors, training, commitments, usage proofs |
//! | `settlement` | contracts, registrations and money on an embedded EVM |
//! | `telling` | disclosures, verification, receipts |
//! | `tamper` | broken artefacts, each refused for its reason |
//! | `knowledge` | who knows what afterwards |
//! | `narrator` | what is printed meanwhile |
//!
//! Every step calls the function behind the command that it names; nothing is simulated.

mod knowledge;
mod narrator;
mod settlement;
mod story;
mod tamper;
mod telling;

use std::path::{Path, PathBuf};

use clap::Args;
use tranche_fs::temporary::{TemporaryFolder, Visibility};
use tranche_workspace::error::Error;

use crate::exit::ExitClass;
use crate::output::Format;
use crate::progress::Progress;
use narrator::Narrator;
use story::Story;

/// Runs everything once on real data: no arguments, no network, under two minutes on two cores.
#[derive(Args, Clone, Debug)]
#[command(after_help = "Examples:
  tranche demo
  tranche demo --dir demo    keeps every artefact, secrets too, to look at

The data are 1,599 red wines (Cortez et al., 2009); a small classifier is really trained on them, in this process.")]
pub(crate) struct DemoArgs {
    /// Keep the artefacts in this new folder [default: a temporary one]
    #[arg(long, value_name = "DIR")]
    pub dir: Option<PathBuf>,
}

/// Runs the command.
///
/// # Errors
/// [`Error::Internal`] when a step does not come out as it must; the errors of the disk.
pub(crate) fn run(args: &DemoArgs, format: Format, progress: Progress) -> Result<ExitClass, Error> {
    let mut narrator = Narrator::new(format);
    match &args.dir {
        Some(dir) => {
            let occupied = std::fs::read_dir(dir).is_ok_and(|mut files| files.next().is_some());
            if occupied {
                return Err(Error::usage(
                    format!("{} is not empty", dir.display()),
                    "choose a new folder",
                ));
            }
            std::fs::create_dir_all(dir).map_err(|error| Error::io("make", dir, error))?;
            tell(dir, &mut narrator, progress)?;
        }
        None => {
            let place = std::env::temp_dir();
            let outer = TemporaryFolder::create(&place, Visibility::Secret)
                .map_err(|error| Error::io("make a folder in", &place, error))?;
            tell(&inside(&outer)?, &mut narrator, progress)?;
        }
    }
    narrator.finish()?;
    Ok(ExitClass::Success)
}

/// A folder within a temporary one, which is locked by its maker: commands lock the folder that they work in.
fn inside(outer: &TemporaryFolder) -> Result<PathBuf, Error> {
    let dir = outer.path().join("demo");
    std::fs::create_dir(&dir).map_err(|error| Error::io("make", &dir, error))?;
    Ok(dir)
}

fn tell(dir: &Path, narrator: &mut Narrator, progress: Progress) -> Result<(), Error> {
    let mut story = Story::new(dir, progress);
    story.train(narrator)?;
    story.register(narrator)?;
    story.deploy(narrator)?;
    story.commit_run(narrator)?;
    story.prove(narrator)?;
    story.disclose(narrator)?;
    story.verify(narrator)?;
    story.receipts(narrator)?;
    story.settle(narrator)?;
    tamper::refuse_all(&story, narrator)?;
    knowledge::tell(&story, narrator)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn the_temporary_folder_can_be_locked_by_commands() {
        let place = tempfile::tempdir().unwrap();
        let outer = TemporaryFolder::create(place.path(), Visibility::Secret).unwrap();
        let dir = inside(&outer).unwrap();
        std::fs::File::open(&dir).unwrap().try_lock().unwrap();
    }
}
