//! Round trips, hostile JSON, signatures.

use super::*;
use crate::sample::{self, TOY};
use alloc::format;
use alloc::vec;

fn key() -> SigningKey {
    SigningKey::from_slice(&[9; 32]).unwrap()
}

fn tranche() -> Tranche {
    let base = sample::uniform(&TOY, 40, 512, 1);
    let owner = Address::of_key(key().verifying_key());
    Tranche::new(
        *base.contents(),
        owner,
        u64::MAX,
        TermsDigest::of_text("pay me"),
    )
    .unwrap()
}

fn signed() -> Manifest {
    let sources = vec![
        RecordSource {
            name: "a.jsonl".into(),
            records: 30,
        },
        RecordSource {
            name: "b.jsonl".into(),
            records: 10,
        },
    ];
    let made = Manifest::new(
        &TOY,
        tranche(),
        UnitDefinition::Byte,
        Some("pay me".into()),
        sources,
    );
    let mut manifest = made.unwrap();
    manifest.sign(&key()).unwrap();
    manifest
}

/// Reads the manifest with one piece of its text replaced.
fn altered(from: &str, to: &str) -> ManifestError {
    let text = signed().to_json();
    assert!(text.contains(from), "{from} is not in {text}");
    let manifest = Manifest::from_json(&TOY, &text.replacen(from, to, 1));
    manifest
        .and_then(|manifest| manifest.verify_owner())
        .unwrap_err()
}

#[test]
fn manifests_round_trip_and_name_their_owner() {
    let manifest = signed();
    let read = Manifest::from_json(&TOY, &manifest.to_json()).unwrap();
    assert_eq!(read, manifest);
    assert_eq!(read.verify_owner(), Ok(()));
    let bare = Manifest::new(&TOY, tranche(), UnitDefinition::Byte, None, vec![]).unwrap();
    assert_eq!(Manifest::from_json(&TOY, &bare.to_json()).unwrap(), bare);
    assert_eq!(bare.verify_owner(), Err(ManifestError::Unsigned));
}

#[test]
fn a_field_changed_is_a_field_named() {
    let is_json = |error: ManifestError| matches!(error, ManifestError::Json(_));
    let is_id = |error: ManifestError| matches!(error, ManifestError::Id { .. });
    assert_eq!(
        altered("\"version\": 1", "\"version\": 2"),
        ManifestError::Version { got: 2 }
    );
    assert!(is_id(altered("\"0x0101", "\"0x0201")), "content root");
    assert!(
        is_id(altered(
            "\"18446744073709551615\"",
            "\"18446744073709551614\""
        )),
        "rate"
    );
    assert!(is_id(altered("\"byte\"", "\"record\"")), "unit");
    assert!(matches!(
        altered("\"records\": 40", "\"records\": 41"),
        ManifestError::Tranche(_)
    ));
    assert!(matches!(
        altered("\"scale\": 512", "\"scale\": 0"),
        ManifestError::Tranche(TrancheError::Scale { got: 0 })
    ));
    assert!(matches!(
        altered("\"20480\"", "\"20481\""),
        ManifestError::Tranche(TrancheError::TotalUnits { .. })
    ));
    assert!(matches!(
        altered("\"uniform\"", "\"weighted\""),
        ManifestError::Tranche(TrancheError::Scale { .. })
    ));
    let root = tranche().contents().units_root.to_string();
    let other = UnitsRoot::from(1u64).to_string();
    assert!(matches!(
        altered(&root, &other),
        ManifestError::UnitsRoot { records: 40, .. }
    ));
    assert_eq!(
        altered("\"pay me\"", "\"pay you\""),
        ManifestError::TermsText
    );
    assert_eq!(
        altered("\"records\": 30", "\"records\": 31"),
        ManifestError::Sources {
            got: 41,
            expected: 40
        }
    );
    assert!(is_id(altered(&tranche().id().to_string(), &other)), "id");
    let signature = json::to_hex(signed().signature().unwrap().bytes());
    let garbage = format!("0x{}", "00".repeat(65));
    assert!(matches!(
        altered(&signature, &garbage),
        ManifestError::Signature(_)
    ));
    assert!(is_json(altered(&signature, "0x00")));
    assert!(is_json(altered("\"uniform\"", "\"free\"")));
    assert!(is_json(altered("\"20480\"", "20480")));
    assert!(is_json(altered("\"20480\"", "\"+20480\"")));
    assert!(is_json(altered("\"20480\"", "\"020480\"")));
    assert!(is_json(altered(
        "\"records\": 40",
        "\"records\": 4294967296"
    )));
    assert!(is_json(altered(
        "\"records\": 40",
        "\"records\": 40, \"extra\": 1"
    )));
    assert!(is_json(altered(
        "\"records\": 40",
        "\"records\": 40, \"records\": 40"
    )));
    assert!(is_json(altered("\"kind\"", "\"king\"")));
    let huge = format!("\"units_root\": \"0x{}\"", "ff".repeat(32));
    assert!(is_json(altered(
        &format!("\"units_root\": \"{root}\""),
        &huge
    )));
}

#[test]
fn hostile_text_never_panics() {
    for text in [
        "",
        "null",
        "[]",
        "{}",
        "{\"version\":",
        "{\"version\": 1}",
        "\u{feff}{}",
    ] {
        assert!(
            matches!(Manifest::from_json(&TOY, text), Err(ManifestError::Json(_))),
            "{text}"
        );
    }
    let deep = "[".repeat(100_000);
    assert!(Manifest::from_json(&TOY, &deep).is_err());
    let text = signed().to_json();
    for cut in 0..text.len() - 1 {
        assert!(Manifest::from_json(&TOY, &text[..cut]).is_err());
    }
}

#[test]
fn only_the_owner_signs() {
    let mut manifest = Manifest::new(&TOY, tranche(), UnitDefinition::Byte, None, vec![]).unwrap();
    let other = SigningKey::from_slice(&[8; 32]).unwrap();
    assert!(matches!(
        manifest.sign(&other),
        Err(ManifestError::NotTheOwner { .. })
    ));
    assert_eq!(manifest.signature(), None);
    let mut elsewhere = signed();
    let signature = *elsewhere.signature().unwrap();
    assert_eq!(manifest.attach(signature), Ok(()));
    assert_eq!(elsewhere.sign(&key()), Ok(()));
}

#[test]
fn units_that_are_not_the_tranches_are_refused() {
    let wrong = Manifest::new(&TOY, tranche(), UnitDefinition::Record, None, vec![]);
    assert_eq!(
        wrong,
        Err(ManifestError::Unit {
            unit: UnitDefinition::Record
        })
    );
}
