//! The owner's signature on a manifest, made by a wallet or with a key file.

use std::path::{Path, PathBuf};

use serde::Serialize;
use serde_json::{Value, json};
use tranche_fs::Existing;
use tranche_fs::atomic;
use tranche_fs::temporary::Visibility;
use tranche_protocol::address::Address;
use tranche_protocol::manifest::{Manifest, digest};
use tranche_protocol::signature::Signature;
use tranche_protocol::tranche::Tranche;
use tranche_protocol::tranche::TrancheId;

use crate::artefact::ArtefactFault;
use crate::artefact::folder::MANIFEST;
use crate::artefact::{read_manifest, secret};
use crate::error::Error;

/// A manifest to sign.
#[derive(Clone, Debug)]
pub struct SignRequest {
    /// The manifest, or the tranche's folder.
    pub manifest: PathBuf,
    /// Where the signature comes from.
    pub signer: Signer,
}

/// Where a signature comes from.
#[derive(Clone, Debug)]
pub enum Signer {
    /// A wallet made it, over what [`typed_data`] shows.
    Wallet(Signature),
    /// It is made with the owner's secret key in this file.
    Key(PathBuf),
}

/// A manifest that is signed.
#[derive(Clone, Debug, Serialize)]
pub struct SignedManifest {
    /// Its file.
    pub manifest: PathBuf,
    /// The tranche id.
    pub id: TrancheId,
    /// Who signed: the owner.
    pub owner: Address,
}

/// Signs a tranche's manifest as its owner.
///
/// # Errors
/// [`Error`] of the manifest, the key or the disk; [`ArtefactFault::Manifest`] when the signature is not the owner's. The manifest stays as
/// it was then.
///
/// ```no_run
/// use tranche_workspace::steps::sign::{SignRequest, Signer, sign};
///
/// let signed = sign(&SignRequest {
///     manifest: "books".into(),
///     signer: Signer::Key("me.key".into()),
/// })?;
/// println!("signed by {}", signed.owner);
/// # Ok::<(), tranche_workspace::error::Error>(())
/// ```
pub fn sign(request: &SignRequest) -> Result<SignedManifest, Error> {
    let path = file(&request.manifest);
    let mut manifest: Manifest = read_manifest(&path)?;
    let tranche = *manifest.tranche();
    let signature = match &request.signer {
        Signer::Wallet(signature) => *signature,
        Signer::Key(key) => Signature::sign(&digest(&tranche), &secret::read_key(key)?)
            .map_err(|error| Error::Internal(error.to_string()))?,
    };
    manifest
        .attach(signature)
        .map_err(|error| Error::file(&path, ArtefactFault::Manifest(error)))?;
    let text = manifest.to_json() + "\n";
    atomic::write(
        &path,
        text.as_bytes(),
        Visibility::Public,
        Existing::Replace,
    )?;
    Ok(SignedManifest {
        manifest: path,
        id: tranche.id(),
        owner: tranche.owner(),
    })
}

/// What a wallet is to sign for the manifest at a path, or in a tranche's folder: EIP-712 typed data as JSON.
///
/// # Errors
/// [`Error`] of the manifest.
///
/// ```no_run
/// let data = tranche_workspace::steps::sign::typed_data("books".as_ref())?;
/// assert_eq!(data["primaryType"], "Tranche");
/// # Ok::<(), tranche_workspace::error::Error>(())
/// ```
pub fn typed_data(manifest: &Path) -> Result<Value, Error> {
    Ok(eip712(read_manifest(manifest)?.tranche()))
}

fn file(path: &Path) -> PathBuf {
    if path.is_dir() {
        path.join(MANIFEST)
    } else {
        path.to_owned()
    }
}

/// What [`digest`] is the digest of.
fn eip712(tranche: &Tranche) -> Value {
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
            "contentRoot": contents.content_root.to_string(),
            "unitsRoot": contents.units_root.to_string(),
            "kind": contents.kind as u8,
            "records": contents.records,
            "scale": contents.scale,
            "totalUnits": contents.total_units.to_string(),
            "unit": contents.unit.to_string(),
            "owner": tranche.owner().to_string(),
            "rate": tranche.rate().to_string(),
            "terms": tranche.terms().to_string(),
        },
    })
}

#[cfg(test)]
mod tests {
    use tranche_protocol::content::ContentRoot;
    use tranche_protocol::keccak::{Word, keccak, word};
    use tranche_protocol::tranche::{Contents, TermsDigest, TrancheKind};
    use tranche_protocol::unit::UnitDefinition;

    use super::*;

    fn tranche() -> Tranche {
        let contents = Contents {
            content_root: ContentRoot::from_bytes([7; 32]),
            units_root: 11u64.into(),
            kind: TrancheKind::Weighted,
            records: 3,
            scale: 1,
            total_units: 1 << 20,
            unit: UnitDefinition::Byte.id(),
        };
        let owner = Address::parse("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed").unwrap();
        Tranche::new(contents, owner, u64::MAX, TermsDigest::of_text("CC BY 4.0")).unwrap()
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
        let data = eip712(&tranche);
        let domain = hashed(&data, "EIP712Domain", &data["domain"]);
        let message = hashed(&data, "Tranche", &data["message"]);
        let signed = keccak(&[b"\x19\x01", &domain, &message]);
        assert_eq!(signed, digest(&tranche).to_bytes());
    }
}
