//! Evidence: 87 bytes, or JSON behind a brace.

use tranche_protocol::context::RunTerms;
use tranche_protocol::evidence::{ENCODED_LEN, Evidence, level_under};
use tranche_protocol::run::RunCommitment;
use tranche_protocol::sample;

pub(crate) fn read(data: &[u8]) {
    let evidence = match data.first() {
        Some(b'{') => serde_json::from_slice(data).ok(),
        _ => binary(data),
    };
    let Some(evidence) = evidence else {
        return;
    };
    let text = serde_json::to_string(&evidence).expect("evidence as JSON");
    let again: Evidence = serde_json::from_str(&text).expect("evidence from its own JSON");
    assert_eq!(again, evidence);
    let commitment = RunCommitment::from(3u64);
    let terms = RunTerms {
        evidence_key: evidence.signer,
        ..sample::context(5u64.into()).terms
    };
    if level_under(&terms, &commitment, Some(&evidence)).is_ok() {
        assert_eq!(evidence.check(&commitment), Ok(()));
    }
}

fn binary(data: &[u8]) -> Option<Evidence> {
    let bytes: &[u8; ENCODED_LEN] = data.first_chunk()?;
    let evidence = Evidence::from_bytes(bytes).ok()?;
    assert_eq!(&evidence.to_bytes(), bytes);
    Some(evidence)
}
