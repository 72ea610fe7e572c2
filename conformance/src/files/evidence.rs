//! The signature behind the log. No proof is about it: `verify_file` accepts what the judgement refuses.

use k256::ecdsa::SigningKey;
use tranche_protocol::evidence::{Evidence, EvidenceLevel};
use tranche_protocol::log::LogOrder;
use tranche_protocol::run::RunCommitment;
use tranche_protocol::signature::Signature;

use super::maker::{Maker, resealed, spliced, with_byte};
use crate::case::{Said, Stage};
use crate::error::Error;
use crate::valid::signed;

const FAMILY: &str = "evidence";
/// Row of the run commitment among a usage proof's public inputs.
const RUN_COMMITMENT: usize = 2;

pub(super) fn cases(maker: &mut Maker<'_>) -> Result<(), Error> {
    bytes(maker);
    let unfit = || Error::sample("evidence", maker.group.circuit.name);
    let commitment = maker
        .base
        .file
        .public_inputs
        .get(RUN_COMMITMENT)
        .copied()
        .map(RunCommitment::from_felt)
        .ok_or_else(unfit)?;
    let stranger = SigningKey::from_slice(&[8; 32]).map_err(|_| unfit())?;
    let own = &maker.all.evidence_key;
    let consumed = LogOrder::Consumed;
    for level in [
        EvidenceLevel::AttestedLoader,
        EvidenceLevel::SampledReplay,
        EvidenceLevel::ProvenTraining,
    ] {
        let evidence = signed(&commitment, level, consumed, own)?;
        let what = format!("level-{}", level as u8);
        with(maker, &what, Some(evidence), Said::Valid, None);
    }
    let loader = EvidenceLevel::SignedLoader;
    let wrong = [
        (
            "by-another-key",
            signed(&commitment, loader, consumed, &stranger)?,
        ),
        (
            "of-another-order",
            signed(&commitment, loader, LogOrder::Planned, own)?,
        ),
        (
            "of-another-run",
            signed(&1u64.into(), loader, consumed, own)?,
        ),
    ];
    for (what, evidence) in wrong {
        with(
            maker,
            what,
            Some(evidence),
            Said::Invalid,
            Some(Stage::Judgement),
        );
    }
    with(maker, "none", None, Said::Unmet, None);
    if let Some(evidence) = maker.base.file.evidence {
        let signature = Signature::new(other_half(evidence.signature.bytes()));
        let malleated = Evidence {
            signature,
            ..evidence
        };
        let judged = Some(Stage::Judgement);
        with(maker, "upper-half", Some(malleated), Said::Invalid, judged);
    }
    Ok(())
}

fn with(
    maker: &mut Maker<'_>,
    what: &str,
    evidence: Option<Evidence>,
    said: Said,
    stage: Option<Stage>,
) {
    let mut file = maker.base.file.clone();
    file.evidence = evidence;
    maker.push(FAMILY, what, file.to_bytes(), said, stage);
}

/// The same signature with s = n − s and the other parity.
fn other_half(signature: &[u8; 65]) -> [u8; 65] {
    const ORDER: [u8; 32] = [
        0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
        0xfe, 0xba, 0xae, 0xdc, 0xe6, 0xaf, 0x48, 0xa0, 0x3b, 0xbf, 0xd2, 0x5e, 0x8c, 0xd0, 0x36,
        0x41, 0x41,
    ];
    let mut out = *signature;
    let mut s = [0; 32];
    s.copy_from_slice(&signature[32..64]);
    if let Some(other) = crate::word::minus(&ORDER, &s) {
        out[32..64].copy_from_slice(&other);
        out[64] = 27 + 28 - signature[64];
    }
    out
}

/// Every byte of the evidence, and its flag.
fn bytes(maker: &mut Maker<'_>) {
    let bytes = maker.bytes();
    let map = maker.map;
    let level = map.evidence;
    let altered = |at, change| resealed(with_byte(&bytes, at, change));
    let decoding = Stage::Decoding;
    maker.refused(FAMILY, "level-0", altered(level, 1), decoding);
    maker.refused(FAMILY, "level-5", altered(level, 4), decoding);
    maker.refused(FAMILY, "level-255", altered(level, 0xfe), decoding);
    maker.refused(FAMILY, "order-3", altered(level + 1, 2), decoding);
    let raised = altered(level, 3);
    maker.refused(FAMILY, "level-raised", raised, Stage::Judgement);
    for at in level + 1..map.checksum {
        let what = format!("byte-{}", at - level);
        maker.refused(FAMILY, &what, altered(at, 1), Stage::Judgement);
    }
    let flag = map.evidence_flag;
    for value in [0, 2, 0xff] {
        let file = resealed(spliced(&bytes, flag, flag + 1, &[value]));
        maker.refused(FAMILY, &format!("flag-{value}"), file, decoding);
    }
    let evidence = bytes[map.evidence..map.checksum].to_vec();
    let twice = resealed(spliced(&bytes, map.checksum, map.checksum, &evidence));
    maker.refused(FAMILY, "twice", twice, decoding);
    let gone = resealed(spliced(&bytes, map.evidence, map.checksum, &[]));
    maker.refused(FAMILY, "flag-alone", gone, decoding);
}
