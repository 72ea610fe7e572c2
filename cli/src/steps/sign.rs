//! `tranche sign`: the owner's signature on a manifest, made by a wallet or with a key file.

use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;
use serde_json::{Value, json};
use tranche_protocol::address::Address;
use tranche_protocol::felt::to_hex;
use tranche_protocol::manifest::{Manifest, digest};
use tranche_protocol::signature::Signature;
use tranche_protocol::tranche::Tranche;

use crate::artefact::folder::MANIFEST;
use crate::artefact::{read_manifest, secret};
use crate::atomic::{self, Existing, Visibility};
use crate::error::{Error, Fault};
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
pub struct SignArgs {
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

/// Some wallets end a signature with 0 or 1 where others write 27 or 28.
fn parse_signature(text: &str) -> Result<Signature, String> {
    let text = text.trim();
    let mut bytes = [0; 65];
    hex::decode_to_slice(text.strip_prefix("0x").unwrap_or(text), &mut bytes)
        .map_err(|_| "expected 0x and 130 hexadecimal digits".to_owned())?;
    if bytes[64] < 2 {
        bytes[64] += 27;
    }
    Ok(Signature::new(bytes))
}

/// A signed manifest, or what is to be signed.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub enum SignReport {
    /// The manifest is signed.
    Signed {
        /// Its file.
        manifest: PathBuf,
        /// The tranche id.
        id: String,
        /// Who signed.
        owner: Address,
    },
    /// EIP-712 typed data.
    TypedData(Value),
}

impl Report for SignReport {
    fn table(&self) -> Table {
        match self {
            Self::Signed {
                manifest,
                id,
                owner,
            } => Table::new()
                .line(["manifest", &manifest.display().to_string()])
                .line(["tranche", id])
                .line(["signed by", &format!("{owner}, the owner")]),
            Self::TypedData(data) => {
                let text = serde_json::to_string_pretty(data).unwrap_or_default();
                text.lines()
                    .fold(Table::new(), |table, line| table.line([line]))
            }
        }
    }
}

/// Runs the command.
///
/// # Errors
/// [`Error`] of the manifest, the key or the disk; [`Fault::Manifest`] when the signature is not the owner's. The manifest stays as
/// it was then.
pub fn run(args: &SignArgs) -> Result<SignReport, Error> {
    let path = file(&args.manifest);
    let mut manifest: Manifest = read_manifest(&path)?;
    let tranche = *manifest.tranche();
    let signature = match (&args.signature, &args.key) {
        (Some(signature), _) => *signature,
        (None, Some(key)) => Signature::sign(&digest(&tranche), &secret::read_key(key)?)
            .map_err(|error| Error::Internal(error.to_string()))?,
        (None, None) if args.typed_data => {
            return Ok(SignReport::TypedData(typed_data(&tranche)));
        }
        (None, None) => {
            return Err(Error::usage(
                "nothing to sign with",
                "give --signature or --key, or print what a wallet signs with --typed-data",
            ));
        }
    };
    manifest
        .attach(signature)
        .map_err(|error| Error::file(&path, Fault::Manifest(error)))?;
    let text = manifest.to_json() + "\n";
    atomic::write(
        &path,
        text.as_bytes(),
        Visibility::Public,
        Existing::Replace,
    )?;
    Ok(SignReport::Signed {
        manifest: path,
        id: to_hex(&tranche.id()),
        owner: tranche.owner(),
    })
}

fn file(path: &Path) -> PathBuf {
    match path.is_dir() {
        true => path.join(MANIFEST),
        false => path.to_owned(),
    }
}

/// What [`digest`] is the digest of.
fn typed_data(tranche: &Tranche) -> Value {
    let contents = tranche.contents();
    let fields = |list: &[(&str, &str)]| -> Vec<Value> {
        list.iter()
            .map(|(name, kind)| json!({ "name": name, "type": kind }))
            .collect()
    };
    json!({
        "types": {
            "EIP712Domain": fields(&[("name", "string"), ("version", "string")]),
            "Tranche": fields(&[
                ("contentRoot", "bytes32"),
                ("unitsRoot", "uint256"),
                ("kind", "uint8"),
                ("records", "uint32"),
                ("scale", "uint32"),
                ("totalUnits", "uint64"),
                ("unit", "uint256"),
                ("owner", "address"),
                ("rate", "uint64"),
                ("terms", "uint256"),
            ]),
        },
        "primaryType": "Tranche",
        "domain": { "name": "tranche", "version": "1" },
        "message": {
            "contentRoot": format!("0x{}", hex::encode(contents.content_root)),
            "unitsRoot": to_hex(&contents.units_root),
            "kind": contents.kind as u8,
            "records": contents.records,
            "scale": contents.scale,
            "totalUnits": contents.total_units.to_string(),
            "unit": to_hex(&contents.unit),
            "owner": tranche.owner().to_string(),
            "rate": tranche.rate().to_string(),
            "terms": to_hex(&tranche.terms()),
        },
    })
}

#[cfg(test)]
mod tests {
    use tranche_protocol::felt::Felt;
    use tranche_protocol::keccak::{Word, keccak, word};
    use tranche_protocol::tranche::{Contents, Kind, terms_felt};
    use tranche_protocol::unit::UnitDefinition;

    use super::*;

    fn tranche() -> Tranche {
        let contents = Contents {
            content_root: [7; 32],
            units_root: Felt::from(11u64),
            kind: Kind::Weighted,
            records: 3,
            scale: 1,
            total_units: 1 << 20,
            unit: UnitDefinition::Byte.felt(),
        };
        let owner = Address::parse("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed").unwrap();
        Tranche::new(contents, owner, u64::MAX, terms_felt("CC BY 4.0")).unwrap()
    }

    /// A wallet's encoding of a value, by its type's name.
    fn encoded(kind: &str, value: &Value) -> Word {
        let text = value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned);
        if kind == "string" {
            return keccak(&[text.as_bytes()]);
        }
        match text.strip_prefix("0x") {
            Some(digits) => {
                let bytes = hex::decode(digits).unwrap();
                let mut out = [0; 32];
                out[32 - bytes.len()..].copy_from_slice(&bytes);
                out
            }
            None => word(text.parse().unwrap()),
        }
    }

    fn hashed(data: &Value, name: &str, values: &Value) -> Word {
        let fields = data["types"][name].as_array().unwrap();
        let text = |field: &Value, key: &str| field[key].as_str().unwrap().to_owned();
        let list: Vec<String> = fields
            .iter()
            .map(|field| format!("{} {}", text(field, "type"), text(field, "name")))
            .collect();
        let mut bytes = keccak(&[format!("{name}({})", list.join(",")).as_bytes()]).to_vec();
        for field in fields {
            let value = &values[text(field, "name")];
            bytes.extend(encoded(&text(field, "type"), value));
        }
        keccak(&[&bytes])
    }

    #[test]
    fn a_wallet_signs_the_digest_that_is_checked() {
        let tranche = tranche();
        let data = typed_data(&tranche);
        let domain = hashed(&data, "EIP712Domain", &data["domain"]);
        let message = hashed(&data, "Tranche", &data["message"]);
        let signed = keccak(&[b"\x19\x01", &domain, &message]);
        assert_eq!(signed, digest(&tranche));
    }

    #[test]
    fn both_ways_to_end_a_signature_are_read() {
        let end = |text: &str| parse_signature(text).map(|signature| signature.bytes()[64]);
        let head = "11".repeat(64);
        assert_eq!(end(&format!("0x{head}00")), Ok(27));
        assert_eq!(end(&format!("0x{head}01")), Ok(28));
        assert_eq!(end(&format!(" {head}1c\n")), Ok(28));
        assert!(end(&format!("0x{head}")).is_err());
        assert!(end("0xzz").is_err());
    }
}
