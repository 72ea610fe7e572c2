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
use crate::valid::ValidProofs;
use maker::Maker;

/// All cases, in the order of the corpus.
///
/// # Errors
/// [`Error::Sample`] when the valid proofs are not those of this crate.
pub fn cases(all: &ValidProofs) -> Result<Vec<FileCase>, Error> {
    let mut cases = Vec::new();
    let usage = &all.usage;
    let disclosure = &all.disclosure;
    links::valid(all, &mut cases)?;
    for (group, base) in [
        (usage, usage.proof("run-1")?),
        (disclosure, disclosure.proof("shares")?),
    ] {
        let maker = &mut Maker::new(all, group, base, &mut cases)?;
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
    evidence::cases(&mut Maker::new(all, usage, base, &mut cases)?)?;
    links::broken(all, &mut cases)?;
    Ok(cases)
}
