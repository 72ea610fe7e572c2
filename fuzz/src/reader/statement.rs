//! Public inputs, 32 bytes each: of a usage proof, and of disclosures of every capacity that their number allows.

use tranche_protocol::felt::{Felt, from_bytes};
use tranche_protocol::statement::{DisclosureStatement, UsageStatement};
use tranche_verifier::file::disclosure_capacity;

pub(crate) fn read(data: &[u8]) {
    let words = data.as_chunks::<32>().0;
    let felts = words.iter().map(|word| from_bytes(word).ok());
    let Some(inputs) = felts.collect::<Option<Vec<Felt>>>() else {
        return;
    };
    if let Ok(statement) = UsageStatement::from_public_inputs(&inputs) {
        assert_eq!(statement.public_inputs()[..], inputs);
    }
    let Ok(capacity) = disclosure_capacity(inputs.len()) else {
        return;
    };
    if let Ok(statement) = DisclosureStatement::from_public_inputs(&inputs, &capacity) {
        let written = statement.public_inputs(&capacity);
        assert_eq!(written.as_deref(), Ok(inputs.as_slice()));
    }
}
