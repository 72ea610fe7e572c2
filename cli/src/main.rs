//! The `tranche` binary.

use clap::Parser;

/// Commits datasets, proves what a training run consumed, discloses and verifies.
#[derive(Debug, Parser)]
#[command(name = "tranche", version)]
struct Arguments {}

fn main() {
    tranche_cli::guard::install();
    let Arguments {} = Arguments::parse();
}
