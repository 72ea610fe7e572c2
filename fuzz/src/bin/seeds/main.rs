//! Makes the seeds: small real artefacts, and what they are with one thing wrong.
//!
//! | module | seeds of |
//! |---|---|
//! | `protocol` | the protocol's own formats |
//! | `proofs` | proof files, pages, statements, and questions to several verifiers |
//! | `data` | logs, data sets, and folders of the command line |
//! | `recording` | recorders' folders |
//! | `strings` | reference strings |
//! | `chain` | files and answers of chains |

mod chain;
mod data;
mod proofs;
mod protocol;
mod recording;
mod strings;

use std::fs;

use tranche_fuzz::{scratch, subject};
use tranche_protocol::Shape;
use tranche_protocol::sample::SampleRun;

/// Draws of the sample run.
const DRAWS: usize = 40;

/// Writes seeds of a target.
pub(crate) fn seed(target: &str, name: &str, bytes: impl AsRef<[u8]>) {
    let folder = subject::seeds(target);
    fs::create_dir_all(&folder).expect("a folder to make");
    fs::write(folder.join(name), bytes).expect("a seed to write");
}

/// A seed whose first byte is a choice.
pub(crate) fn chosen(choice: u8, bytes: impl AsRef<[u8]>) -> Vec<u8> {
    [&[choice], bytes.as_ref()].concat()
}

fn main() {
    let run = SampleRun::new(&Shape::STANDARD, DRAWS);
    protocol::write(&run);
    data::write(&run);
    recording::write();
    strings::write();
    chain::write();
    if std::env::args().any(|argument| argument == "--proofs") {
        proofs::prove();
    }
    proofs::write();
    scratch::clear();
}
