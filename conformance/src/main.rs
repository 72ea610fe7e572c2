//! Writes the corpus to a folder, for implementers of a verifier.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use tranche_conformance::{Corpus, Error, ValidProofs};

/// Proves, breaks and writes the conformance corpus. docs/conformance.md has its format.
#[derive(Debug, Parser)]
#[command(version, after_help = "Example: tranche-conformance --out corpus")]
struct Arguments {
    /// The folder, made if it is not there; files of an earlier corpus in it are replaced
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Also a circuit for uniform tranches: half a minute more
    #[arg(long)]
    uniform: bool,
}

fn write(arguments: &Arguments) -> Result<(), Error> {
    let corpus = Corpus::new(&ValidProofs::prove(arguments.uniform)?)?;
    corpus.write(&arguments.out)?;
    let [proofs, files] = corpus.families();
    for (what, families, count) in [
        ("bare proofs", proofs, corpus.proofs.len()),
        ("proof files", files, corpus.files.len()),
    ] {
        println!("{count} cases on {what}");
        for (family, count) in families {
            println!("  {family:16} {count:>6}");
        }
    }
    Ok(())
}

fn main() -> ExitCode {
    match write(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
