//! A compiled contract's file, and what its code says of itself on a chain of its own.

use tranche_settle::artifact::{Artifact, Verifier};

pub(crate) fn read(data: &[u8]) {
    let Some(text) = super::text(data) else {
        return;
    };
    if let Ok(artifact) = Artifact::parse("input", text) {
        assert!(!artifact.code.is_empty());
        let _ = Verifier::inspect(artifact);
    }
}
