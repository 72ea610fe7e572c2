//! The cases on proof files: every field of a valid file altered, cut and lengthened, with the checksum left and made anew.
//!
//! | module | what is broken |
//! |---|---|
//! | `container` | checksum, length, key |
//! | `header` | magic to SRS digest |
//! | `context` | chain, contract, run id and terms |
//! | `body` | public inputs and proof |
//! | `evidence` | the signature behind the log |
//! | `links` | a disclosure and the usage proof beside it |

mod body;
mod container;
mod context;
mod evidence;
mod header;
mod links;
mod maker;
mod map;

use crate::case::FileCase;
use crate::error::Error;
use crate::subject::Subjects;
use maker::Maker;

/// All cases, in the order of the corpus.
///
/// # Errors
/// [`Error::Sample`] when the subjects are not those of this crate.
pub fn cases(subjects: &Subjects) -> Result<Vec<FileCase>, Error> {
    let mut cases = Vec::new();
    let usage = &subjects.usage;
    let disclosure = &subjects.disclosure;
    links::valid(subjects, &mut cases)?;
    for (group, base) in [
        (usage, usage.proof("run-1")?),
        (disclosure, disclosure.proof("shares")?),
    ] {
        let maker = &mut Maker::new(subjects, group, base, &mut cases)?;
        container::checksums(maker);
        container::lengths(maker);
        container::keys(maker);
        header::cases(maker);
        context::bytes(maker);
        context::fields(maker);
        body::inputs(maker);
        body::proof(maker);
    }
    let base = usage.proof("run-1")?;
    evidence::cases(&mut Maker::new(subjects, usage, base, &mut cases)?)?;
    links::broken(subjects, &mut cases)?;
    Ok(cases)
}
