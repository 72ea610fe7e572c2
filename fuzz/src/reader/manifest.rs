//! Manifests. The first byte: 1 puts in the id and units root that the refusal asks for.

use tranche_protocol::Shape;
use tranche_protocol::manifest::{Manifest, ManifestError};

/// Corrections of one input: id and units root.
const CORRECTIONS: usize = 2;

pub(crate) fn read(data: &[u8]) {
    let Some((mode, text)) = data.split_first() else {
        return;
    };
    let Some(text) = super::text(text) else {
        return;
    };
    let shape = Shape::STANDARD;
    let mut text = text.to_owned();
    for _ in 0..CORRECTIONS {
        let (got, expected) = match Manifest::from_json(&shape, &text) {
            Err(ManifestError::Id { got, expected }) if mode & 1 == 1 => {
                (got.to_string(), expected.to_string())
            }
            Err(ManifestError::UnitsRoot { got, expected, .. }) if mode & 1 == 1 => {
                (got.to_string(), expected.to_string())
            }
            _ => break,
        };
        text = text.replace(&got, &expected);
    }
    let Ok(manifest) = Manifest::from_json(&shape, &text) else {
        return;
    };
    let again = Manifest::from_json(&shape, &manifest.to_json());
    assert_eq!(again.as_ref(), Ok(&manifest));
    let _ = manifest.verify_owner();
}
