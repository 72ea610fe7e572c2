//! `tranche sign`: the owner's signature on a manifest, made by a wallet or with a key file.

use std::path::PathBuf;

use clap::Args;
use serde::Serialize;
use serde_json::Value;
use tranche_protocol::signature::Signature;
use tranche_workspace::error::Error;
use tranche_workspace::steps;
use tranche_workspace::steps::sign::{SignRequest, SignedManifest, Signer};

use crate::args::parse_signature;
use crate::output::{Report, Table};

/// Signs a tranche's manifest as its owner, with a wallet or a key file.
#[derive(Args, Clone, Debug)]
#[command(after_help = "Examples:
  tranche sign books --typed-data > books.typed.json
  tranche sign books --signature 0x1f3a...1b
  tranche sign books --key me.key

With a wallet: give it the typed data (eth_signTypedData_v4), and what it answers to --signature. The wallet shows the fields
that are signed: compare them with the manifest. A signature by anyone but the owner is refused and nothing is written.
A contract cannot own a tranche: it has no key.")]
pub(crate) struct SignArgs {
    /// The tranche's folder, or its manifest
    #[arg(value_name = "DIR")]
    pub manifest: PathBuf,
    /// The wallet's signature: 65 bytes in hexadecimal
    #[arg(
        long,
        value_name = "HEX",
        value_parser = parse_signature,
        conflicts_with_all = ["key", "typed_data"]
    )]
    pub signature: Option<Signature>,
    /// The owner's secret key
    #[arg(long, value_name = "FILE", conflicts_with = "typed_data")]
    pub key: Option<PathBuf>,
    /// Print what the wallet is to sign, as EIP-712 JSON, and write nothing
    #[arg(long)]
    pub typed_data: bool,
}

/// A signed manifest, or what is to be signed.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub(crate) enum SignReport {
    /// The manifest is signed.
    Signed(SignedManifest),
    /// EIP-712 typed data.
    TypedData(Value),
}

impl Report for SignReport {
    fn table(&self) -> Table {
        match self {
            Self::Signed(signed) => Table::new()
                .line(["manifest", &signed.manifest.display().to_string()])
                .line(["tranche", &signed.id.to_string()])
                .line(["signed by", &format!("{}, the owner", signed.owner)]),
            Self::TypedData(data) => Table::document(data),
        }
    }
}

/// Runs the command.
///
/// # Errors
/// As [`steps::sign::sign`]; [`Error::Usage`] when there is nothing to sign with.
pub(crate) fn run(args: &SignArgs) -> Result<SignReport, Error> {
    let signer = match (args.signature, &args.key) {
        (Some(signature), _) => Signer::Wallet(signature),
        (None, Some(key)) => Signer::Key(key.clone()),
        (None, None) if args.typed_data => {
            return steps::sign::typed_data(&args.manifest).map(SignReport::TypedData);
        }
        (None, None) => {
            return Err(Error::usage(
                "nothing to sign with",
                "give --signature or --key, or print what a wallet signs with --typed-data",
            ));
        }
    };
    let manifest = args.manifest.clone();
    steps::sign::sign(&SignRequest { manifest, signer }).map(SignReport::Signed)
}
