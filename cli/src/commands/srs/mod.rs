//! `tranche srs`: reference strings.

mod ceremony;
mod string;

use std::path::PathBuf;

use clap::{Args, Subcommand};
use serde::Serialize;
use tranche_srs::import::FileHash;
use tranche_workspace::error::Error;
use tranche_workspace::steps::srs::{
    self as step, CeremonyState, ImportRequest, ReferenceString, VerifyStringRequest,
};

use crate::output::{Report, Table};
use crate::progress::Progress;
use ceremony::{CheckArgs, ContributeArgs, FinalizeArgs, StartArgs};

/// Makes, imports and checks reference strings.
#[derive(Args, Clone, Debug)]
pub(crate) struct SrsArgs {
    #[command(subcommand)]
    action: SrsAction,
}

#[derive(Clone, Debug, Subcommand)]
enum SrsAction {
    /// Writes the INSECURE development string of 2^k powers: its secret is public, for tests only
    #[command(after_help = "Example: tranche srs dev --k 14 --out dev-14.srs")]
    Dev {
        /// Binary logarithm of the number of powers, 1 to 24
        #[arg(long)]
        k: u32,
        /// The file to write
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Takes a string from a ceremony's file: snarkjs .ptau (raw, prepared, pruned) or halo2 .srs
    #[command(
        after_help = "Every point is checked. What no check can tell is whether somebody knows the secret: the files of the public
ceremony, powersOfTau28_hez_final_14 to _24, are known by their hash; for another file give the hash its ceremony
published with --expect. A prepared file carries the Lagrange form; without it the import computes one, which takes
about half a minute at k = 17 on two cores and twice as long for each k more.

Examples:
  tranche srs import powersOfTau28_hez_final_20.ptau --k 17 --out ceremony.srs
  tranche srs import other.ptau --expect 4f1c…9a --out other.srs"
    )]
    Import {
        /// The ceremony's file
        file: PathBuf,
        /// The file to write
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
        /// Binary logarithm of the number of powers to take, 1 to 24; without it, all that the file has
        #[arg(long)]
        k: Option<u32>,
        /// BLAKE2b-512 that the file must have, 128 hexadecimal digits
        #[arg(long, value_name = "HASH")]
        expect: Option<FileHash>,
    },
    /// Starts a ceremony of your own: the state that the first contributor goes on from
    #[command(after_help = "Example: tranche srs start --k 18 --out 0.ceremony")]
    Start(StartArgs),
    /// Checks a ceremony's state, multiplies a secret of yours into it and forgets the secret
    #[command(
        after_help = "The secret is drawn from the system's randomness and from --text, is never written or shown, and is overwritten
when it has been used. Publish the digest that is printed: with it you, and everybody, can see that your contribution
is part of what comes of the ceremony. An interrupted contribution leaves nothing; do it again.

Examples:
  tranche srs contribute 0.ceremony --name alice --out 1.ceremony
  head -c 100 /dev/hwrng | tranche srs contribute 1.ceremony --name bob --text - --out 2.ceremony"
    )]
    Contribute(ContributeArgs),
    /// Ends a ceremony with a public value, and writes the string with its chain
    #[command(
        after_help = "Announce before the last contribution which public value it will be, and that it becomes known later: a block of a
chain, a draw of a lottery. Anyone checks its part in the chain; that nobody knew it before, people check.

Example: tranche srs finalize 3.ceremony --beacon 0x9c57…e1 --out own.srs"
    )]
    Finalize(FinalizeArgs),
    /// Checks a ceremony from its files: every record, every proof, every power, and that history was not replaced
    #[command(
        after_help = "Each file is checked by itself, and must begin with all records of the one before it. Exit code 1 if a digest of
--includes is not part of the last.

Examples:
  tranche srs check 0.ceremony 1.ceremony 2.ceremony 3.ceremony own.chain
  tranche srs check own.chain --includes 0x5d08…77"
    )]
    Check(CheckArgs),
    /// Writes the first 2^k powers of a string, with their Lagrange form: for a circuit of fewer rows
    #[command(
        after_help = "Commands that take --srs cut a longer string by themselves, each time anew.

Example: tranche srs cut own.srs --k 15 --out own-15.srs"
    )]
    Cut {
        /// The string
        file: PathBuf,
        /// Binary logarithm of the number of powers to keep
        #[arg(long)]
        k: u32,
        /// The file to write
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Writes the part of a string that verification needs: g1, g2 and s·g2, some 340 bytes
    #[command(after_help = "Example: tranche srs verifier ceremony.srs --out ceremony.vsrs")]
    Verifier {
        /// The string
        file: PathBuf,
        /// The file to write
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Checks a string anew: checksum, points, subgroup, powers, Lagrange form; prints its identity
    #[command(
        after_help = "A string of your own ceremony has its chain beside it, with the ending .chain: it is checked too, and must end with
this string.

Examples:
  tranche srs verify ceremony.srs
  tranche srs verify own.srs --chain own.chain --verifier own.vsrs"
    )]
    Verify {
        /// The file, as `srs dev`, `srs import` or `srs finalize` wrote it
        file: PathBuf,
        /// The chain of the ceremony that made it; without it, the one beside it
        #[arg(long, value_name = "FILE")]
        chain: Option<PathBuf>,
        /// A verifier's part, which must be this string's
        #[arg(long, value_name = "FILE")]
        verifier: Option<PathBuf>,
    },
    /// Reads and checks a string, and says where it is from if its chain is beside it
    #[command(after_help = "Example: tranche srs info dev-14.srs")]
    Info {
        /// The file
        file: PathBuf,
    },
}

/// What `tranche srs` did.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub(crate) enum SrsOutcome {
    /// A string.
    String(ReferenceString),
    /// A ceremony that goes on, or its files.
    Ceremony(CeremonyState),
}

impl Report for SrsOutcome {
    fn table(&self) -> Table {
        match self {
            Self::String(string) => string.table(),
            Self::Ceremony(state) => state.table(),
        }
    }
}

/// Runs `tranche srs`.
///
/// # Errors
/// [`Error::Srs`]; [`Error::Refused`] for a chain or a verifier's part of another string, for too few contributions and for a
/// contribution that is missing; [`Error::Usage`] and [`Error::Io`] for an output that cannot be written.
pub(crate) fn run(args: &SrsArgs, progress: Progress) -> Result<SrsOutcome, Error> {
    use SrsOutcome::{Ceremony, String};
    let progress = &progress;
    Ok(match &args.action {
        SrsAction::Dev { k, out } => String(step::development(*k, out, progress)?),
        SrsAction::Import {
            file,
            out,
            k,
            expect,
        } => {
            let request = ImportRequest {
                file: file.clone(),
                out: out.clone(),
                k: *k,
                expect: *expect,
            };
            String(step::import(&request, progress)?)
        }
        SrsAction::Start(args) => Ceremony(step::start(args.k, &args.out, progress)?),
        SrsAction::Contribute(args) => Ceremony(step::contribute(&args.request()?, progress)?),
        SrsAction::Finalize(args) => String(step::finalize(&args.request()?, progress)?),
        SrsAction::Check(args) => Ceremony(step::check(&args.request()?, progress)?),
        SrsAction::Cut { file, k, out } => String(step::cut(file, *k, out, progress)?),
        SrsAction::Verifier { file, out } => String(step::verifier_part(file, out, progress)?),
        SrsAction::Verify {
            file,
            chain,
            verifier,
        } => {
            let request = VerifyStringRequest {
                file: file.clone(),
                chain: chain.clone(),
                verifier: verifier.clone(),
            };
            String(step::verify(&request, progress)?)
        }
        SrsAction::Info { file } => String(step::info(file, progress)?),
    })
}
