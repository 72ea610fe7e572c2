//! A ceremony of one's own: start, contribute, finalize, check.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use clap::Args;
use tranche_srs::ceremony::Beacon;
use tranche_workspace::error::Error;
use tranche_workspace::steps::hexadecimal::prefixed;
use tranche_workspace::steps::srs::{
    BeaconSummary, CeremonyState, ChainSummary, CheckCeremonyRequest, ContributeRequest,
    FinalizeRequest, MAX_TEXT,
};
use zeroize::Zeroizing;

use crate::args::Hexadecimal;
use crate::output::{Report, Table};

/// Starts a ceremony.
#[derive(Args, Clone, Debug)]
pub(super) struct StartArgs {
    /// Binary logarithm of the number of powers, 1 to 24: as many rows as the tallest circuit will have
    #[arg(long)]
    pub(super) k: u32,
    /// The file to write; everybody can make the same
    #[arg(long, value_name = "FILE")]
    pub(super) out: PathBuf,
}

/// Contributes to a ceremony.
#[derive(Args, Clone, Debug)]
pub(super) struct ContributeArgs {
    /// The state to go on from, as `srs start` or the contributor before wrote it
    file: PathBuf,
    /// The file to write, for the next contributor
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// What you are called in the chain, up to 64 bytes; nobody checks it
    #[arg(long)]
    name: String,
    /// A file whose bytes are mixed into the secret besides the system's randomness; - for standard input
    #[arg(long, value_name = "FILE")]
    text: Option<PathBuf>,
}

/// Ends a ceremony.
#[derive(Args, Clone, Debug)]
pub(super) struct FinalizeArgs {
    /// The last contributor's state
    file: PathBuf,
    /// A public value that nobody knew before that state was published: 16 to 64 bytes, hexadecimal
    #[arg(long, value_name = "HEX")]
    beacon: Hexadecimal,
    /// Binary logarithm of the number of times that the beacon is hashed, 10 to 32: the delay
    #[arg(long, value_name = "N", default_value_t = 24)]
    iterations: u8,
    /// The reference string to write; the chain goes beside it, with the ending .chain
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Accept a single contribution: you then say that everybody who uses the string trusts this contributor
    #[arg(long)]
    single: bool,
}

/// Checks a ceremony.
#[derive(Args, Clone, Debug)]
pub(super) struct CheckArgs {
    /// States in their order, and the chain of what came of them if it is finalized
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// The digest of a contribution that must be part of the last file, as its contributor published it
    #[arg(long, value_name = "DIGEST")]
    includes: Vec<Hexadecimal>,
}

impl ContributeArgs {
    /// What is asked for.
    ///
    /// # Errors
    /// Those of reading the text.
    pub(super) fn request(&self) -> Result<ContributeRequest, Error> {
        Ok(ContributeRequest {
            file: self.file.clone(),
            out: self.out.clone(),
            name: self.name.clone(),
            text: read_text(self.text.as_deref())?,
        })
    }
}

/// The bytes of a file or of standard input.
fn read_text(file: Option<&Path>) -> Result<Zeroizing<Vec<u8>>, Error> {
    // Enough from the start: a vector that grows leaves copies behind.
    let mut text = Zeroizing::new(Vec::with_capacity(MAX_TEXT as usize + 2));
    let Some(path) = file else { return Ok(text) };
    let read_error = |error| Error::io("read", path, error);
    let source: Box<dyn Read> = if path == Path::new("-") {
        Box::new(io::stdin())
    } else {
        Box::new(File::open(path).map_err(read_error)?)
    };
    source
        .take(MAX_TEXT + 1)
        .read_to_end(&mut text)
        .map_err(read_error)?;
    match text.len() as u64 {
        0 => Err(Error::usage(
            format!("{} is empty", path.display()),
            "give a text, or leave --text out",
        )),
        length if length > MAX_TEXT => Err(Error::usage(
            format!("{} is longer than {MAX_TEXT} bytes", path.display()),
            "give a shorter text; a few lines are enough",
        )),
        _ => Ok(text),
    }
}

impl FinalizeArgs {
    /// What is asked for.
    ///
    /// # Errors
    /// [`Error::Usage`] for a value or a number of iterations out of range.
    pub(super) fn request(&self) -> Result<FinalizeRequest, Error> {
        let beacon = Beacon::new(&self.beacon.0, self.iterations)
            .map_err(|fault| Error::usage(fault.to_string(), "see srs finalize --help"))?;
        Ok(FinalizeRequest {
            file: self.file.clone(),
            beacon,
            out: self.out.clone(),
            single: self.single,
        })
    }
}

impl CheckArgs {
    /// What is asked for.
    ///
    /// # Errors
    /// [`Error::Usage`] for a digest of another length.
    pub(super) fn request(&self) -> Result<CheckCeremonyRequest, Error> {
        let digest = |text: &Hexadecimal| {
            text.0.as_slice().try_into().map_err(|_| {
                Error::usage(
                    format!("{text} is not a digest"),
                    "give the 32 bytes, 64 hexadecimal digits, that the contributor published",
                )
            })
        };
        Ok(CheckCeremonyRequest {
            files: self.files.clone(),
            includes: self.includes.iter().map(digest).collect::<Result<_, _>>()?,
        })
    }
}

impl Report for CeremonyState {
    fn table(&self) -> Table {
        let mut table = Table::new()
            .line(["file", &self.file.display().to_string()])
            .line(["powers", &format!("2^{}", self.k)]);
        if let Some(files) = &self.checked {
            table = table.line([
                "checks",
                &format!(
                    "{} file(s): every record and its proof, every power, each file goes on from the one before: all passed",
                    files.len()
                ),
            ]);
        }
        table = chain_lines(table, &self.chain);
        match &self.publish {
            Some(digest) => table.line(["publish", &prefixed(digest)]),
            None => table,
        }
    }
}

/// Adds what is told of a ceremony.
pub(super) fn chain_lines(mut table: Table, chain: &ChainSummary) -> Table {
    for (number, contribution) in (1..).zip(&chain.contributions) {
        table = table.line([
            &format!("contribution {number}"),
            &format!("{} {}", prefixed(&contribution.digest), contribution.name),
        ]);
    }
    if let Some(BeaconSummary { value, iterations }) = &chain.beacon {
        let value = prefixed(value);
        table = table.line(["beacon", &format!("{value}, hashed {iterations} times")]);
    }
    table
        .line(["chain", &prefixed(&chain.chain_digest)])
        .line(["trust", &chain.trust])
}
