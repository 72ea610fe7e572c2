//! The owner's signature, attached after the commitment: by key file or by wallet.

use std::fs;

use k256::ecdsa::SigningKey;
use tranche_protocol::address::Address;
use tranche_protocol::manifest::{Manifest, digest};
use tranche_protocol::shape::Shape;
use tranche_protocol::signature::Signature;
use tranche_protocol::tranche::TrancheId;

use crate::common::{Files, bad, good};

/// A key, its file `name`, and its address.
fn key(files: &Files, name: &str, byte: u8) -> (SigningKey, String) {
    let key = SigningKey::from_slice(&[byte; 32]).unwrap();
    let path = files.write(name, format!("0x{}\n", hex::encode([byte; 32])));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(path, fs::Permissions::from_mode(0o600)).unwrap();
    }
    let address = Address::of_key(key.verifying_key()).to_string();
    (key, address)
}

fn manifest(files: &Files) -> Manifest {
    let text = fs::read_to_string(files.path("a/manifest.json")).unwrap();
    Manifest::from_json(&Shape::STANDARD, &text).unwrap()
}

/// A tranche `a` that its owner has not signed.
fn unsigned(files: &Files, owner: &str) {
    files.write("a.txt", "one\n\ntwo\n\nthree");
    let done = good(
        files.root(),
        &format!("commit a.txt --out a --owner {owner} --rate 1 --terms t"),
    );
    assert_eq!(done["signed"], false);
    bad(
        files.root(),
        "register --registry r.json a",
        2,
        &["tranche sign"],
    );
}

#[test]
fn a_key_file_signs_and_only_the_owners() {
    let files = Files::new();
    let (_, owner) = key(&files, "owner.key", 7);
    key(&files, "other.key", 8);
    unsigned(&files, &owner);
    let before = fs::read(files.path("a/manifest.json")).unwrap();
    bad(
        files.root(),
        "sign a --key other.key",
        2,
        &["expected the owner", "--typed-data"],
    );
    assert_eq!(fs::read(files.path("a/manifest.json")).unwrap(), before);
    let done = good(files.root(), "sign a --key owner.key");
    assert_eq!(done["owner"], owner.as_str());
    assert_eq!(manifest(&files).verify_owner(), Ok(()));
    good(files.root(), "register --registry r.json a");
}

#[test]
fn a_wallets_signature_is_attached_whichever_way_it_ends() {
    let files = Files::new();
    let (key, owner) = key(&files, "owner.key", 7);
    unsigned(&files, &owner);
    let data = good(files.root(), "sign a --typed-data");
    assert_eq!(data["primaryType"], "Tranche");
    assert_eq!(data["message"]["owner"], owner.as_str());
    assert_eq!(data["message"]["records"], 3);

    let signed = *Signature::sign(&digest(manifest(&files).tranche()), &key)
        .unwrap()
        .bytes();
    let mut wallets = signed;
    wallets[64] -= 27;
    for bytes in [signed, wallets] {
        let hex = hex::encode(bytes);
        good(files.root(), &format!("sign a --signature 0x{hex}"));
        let attached = manifest(&files);
        assert_eq!(attached.signature().unwrap().bytes(), &signed);
        assert_eq!(attached.verify_owner(), Ok(()));
    }
    let text = fs::read(files.path("a/manifest.json")).unwrap();
    let mut broken = signed;
    broken[3] ^= 1;
    for (signature, words) in [
        (hex::encode(broken), "signature"),
        (hex::encode(&signed[..64]), "130 hexadecimal digits"),
    ] {
        let line = format!("sign a/manifest.json --signature 0x{signature}");
        bad(files.root(), &line, 2, &[words]);
    }
    bad(files.root(), "sign a", 2, &["--signature"]);
    assert_eq!(fs::read(files.path("a/manifest.json")).unwrap(), text);
    assert_ne!(manifest(&files).tranche().id(), TrancheId::NONE);
}

#[test]
fn a_registry_check_names_what_nobody_signed() {
    let files = Files::new();
    let (_, owner) = key(&files, "owner.key", 7);
    unsigned(&files, &owner);
    good(
        files.root(),
        "register --registry r.json a --allow-unsigned",
    );
    let done = good(files.root(), "registry verify r.json a");
    assert_eq!(done["unsigned"][0], "a");
    good(files.root(), "sign a --key owner.key");
    let done = good(files.root(), "registry verify r.json a");
    assert!(done.get("unsigned").is_none());
    bad(
        files.root(),
        "registry root r.json --at 2",
        2,
        &["1 registrations"],
    );
}
