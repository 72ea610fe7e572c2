//! Every field is checked, and nothing panics.

use super::*;
use crate::evidence::EvidenceLevel;
use crate::evidence::attestation::QuoteDigest;
use crate::felt::Felt;
use crate::log::LogOrder;
use crate::sample;

fn file() -> ProofFile {
    let context = sample::context(3u64.into());
    let key = k256::ecdsa::SigningKey::from_slice(&[5; 32]).unwrap();
    let (level, order) = (EvidenceLevel::SignedLoader, LogOrder::Consumed);
    ProofFile {
        header: StatementHeader {
            kind: ProofKind::Usage,
            circuit: CircuitName::new("usage-16").unwrap(),
            circuit_version: 1,
            verifying_key: KeyDigest::from_bytes([1; 32]),
            srs: SrsDigest::from_bytes([2; 32]),
            srs_insecure: true,
        },
        context,
        public_inputs: [context.digest().felt(), Felt::from(2u64)]
            .into_iter()
            .collect(),
        proof: [7; 100].into(),
        evidence: Some(Evidence::sign(&2u64.into(), level, order, &key).unwrap()),
    }
}

/// Changes the body and makes the checksum fit again.
fn altered(change: impl FnOnce(&mut Vec<u8>)) -> Result<ProofFile, ProofFileError> {
    let mut bytes = file().to_bytes();
    bytes.truncate(bytes.len() - 32);
    change(&mut bytes);
    let checksum = blake3::hash(&bytes);
    bytes.extend(checksum.as_bytes());
    ProofFile::parse(&bytes)
}

/// Where the number of public inputs stands.
const COUNT: usize = 8 + 2 + 3 + 8 + 2 + 64 + 8 + 20 + 32 + 13 * 32;

#[test]
fn files_round_trip() {
    let file = file();
    assert_eq!(ProofFile::parse(&file.to_bytes()), Ok(file.clone()));
    let key = k256::ecdsa::SigningKey::from_slice(&[5; 32]).unwrap();
    let quote = QuoteDigest::from_bytes([8; 32]);
    let attested = Evidence::sign_attested(&2u64.into(), LogOrder::Consumed, quote, &key).unwrap();
    let attested = ProofFile {
        evidence: Some(attested),
        ..file.clone()
    };
    let bytes = attested.to_bytes();
    assert_eq!(
        bytes.len(),
        file.to_bytes().len() + attestation::ENCODED_LEN
    );
    assert_eq!(ProofFile::parse(&bytes), Ok(attested));
    let bare = ProofFile {
        evidence: None,
        ..file
    };
    assert_eq!(ProofFile::parse(&bare.to_bytes()), Ok(bare));
}

#[test]
fn every_prefix_and_every_changed_byte_is_refused() {
    let bytes = file().to_bytes();
    for length in 0..bytes.len() {
        assert!(ProofFile::parse(&bytes[..length]).is_err());
    }
    for at in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[at] ^= 0x40;
        assert!(ProofFile::parse(&changed).is_err(), "{at}");
    }
    let mut longer = bytes;
    longer.push(0);
    assert_eq!(ProofFile::parse(&longer), Err(ProofFileError::Checksum));
}

#[test]
fn each_field_is_checked_behind_a_fitting_checksum() {
    let out = |field| Err(ProofFileError::OutOfRange { field });
    assert_eq!(altered(|b| b[0] = 0), Err(ProofFileError::Magic));
    assert_eq!(
        altered(|b| b[8] = 2),
        Err(ProofFileError::Version { got: 2 })
    );
    assert_eq!(altered(|b| b[10] = 3), out("kind"));
    assert_eq!(altered(|b| b[11] = 2), out("SRS insecure"));
    assert_eq!(altered(|b| b[12] = 0), out("circuit name"));
    assert_eq!(altered(|b| b[13] = 0xff), out("circuit name"));
    assert!(matches!(
        altered(|b| b[12] = 255),
        Err(ProofFileError::OutOfRange { .. })
    ));
    assert!(matches!(
        altered(|b| b[COUNT - 13 * 32] = 1),
        Err(ProofFileError::Terms(_))
    ));
    assert_eq!(
        altered(|b| b[COUNT - 13 * 32 - 1] ^= 1),
        Err(ProofFileError::WrongContext)
    );
    assert_eq!(
        altered(|b| b[COUNT..COUNT + 4].fill(0xff)),
        Err(ProofFileError::Truncated {
            field: "public inputs",
            needed: u64::from(u32::MAX) * 32,
            left: 64 + 4 + 100 + 1 + 87
        })
    );
    assert_eq!(
        altered(|b| b[COUNT + 36] = 0xff),
        Err(ProofFileError::NotCanonical { row: 1 })
    );
    assert_eq!(
        altered(|b| b[COUNT + 4 + 31] ^= 1),
        Err(ProofFileError::WrongContext)
    );
    assert_eq!(
        altered(|b| b[COUNT + 68..COUNT + 72].fill(0xff)),
        Err(ProofFileError::Truncated {
            field: "proof",
            needed: u64::from(u32::MAX),
            left: 100 + 1 + 87
        })
    );
    let evidence = COUNT + 72 + 100;
    assert_eq!(altered(|b| b[evidence] = 3), out("evidence present"));
    assert_eq!(
        altered(|b| b[evidence] = 0),
        Err(ProofFileError::Trailing { bytes: 87 })
    );
    assert_eq!(
        altered(|b| b[evidence + 1] = 9),
        Err(ProofFileError::Evidence(EvidenceError::Level(9)))
    );
    assert_eq!(
        altered(|b| b.push(0)),
        Err(ProofFileError::Trailing { bytes: 1 })
    );
    assert_eq!(
        altered(|b| b.truncate(evidence + 5)),
        Err(ProofFileError::Truncated {
            field: "evidence",
            needed: 87,
            left: 4
        })
    );
    assert_eq!(
        altered(|b| b.truncate(10)),
        Err(ProofFileError::Truncated {
            field: "kind",
            needed: 1,
            left: 0
        })
    );
}

#[test]
fn noise_never_panics() {
    let mut state = 1u64;
    for length in 0..600 {
        let mut bytes = file().to_bytes();
        bytes.truncate(length);
        for byte in bytes.iter_mut().skip(10) {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            *byte = (state >> 56) as u8;
        }
        let checksum = blake3::hash(&bytes);
        bytes.extend(checksum.as_bytes());
        assert!(ProofFile::parse(&bytes).is_err());
    }
}
