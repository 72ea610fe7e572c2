//! Checksum, length and key: what is wrong with a file as a whole.

use super::maker::{Maker, resealed, sealed, with_byte};
use crate::case::Stage::Decoding;

/// Bytes between the places where damage is tried.
const STEP: usize = 97;

/// Damage anywhere, the checksum left as it is.
pub(super) fn checksums(maker: &mut Maker<'_>) {
    let bytes = maker.bytes();
    for (field, at) in maker.map.boundaries() {
        if at < bytes.len() {
            let what = format!("first-byte-of-{field}");
            maker.refused("damage", &what, with_byte(&bytes, at, 0x80), Decoding);
        }
    }
    for at in (5..bytes.len()).step_by(STEP) {
        let what = format!("byte-{at}");
        maker.refused("damage", &what, with_byte(&bytes, at, 1), Decoding);
    }
    let last = bytes.len() - 1;
    maker.refused("damage", "last-byte", with_byte(&bytes, last, 1), Decoding);
}

/// Cut at every field's beginning, and lengthened.
pub(super) fn lengths(maker: &mut Maker<'_>) {
    const FAMILY: &str = "file-length";
    let bytes = maker.bytes();
    let body = &bytes[..maker.map.checksum];
    for (field, at) in maker.map.boundaries() {
        let cut = bytes[..at].to_vec();
        maker.refused(FAMILY, &format!("ends-before-{field}"), cut, Decoding);
        if at < body.len() {
            let cut = sealed(body[..at].to_vec());
            maker.refused(
                FAMILY,
                &format!("ends-before-{field}-sealed"),
                cut,
                Decoding,
            );
        }
    }
    for less in [1, 31, 32, 33] {
        let cut = bytes[..bytes.len() - less].to_vec();
        maker.refused(FAMILY, &format!("{less}-less"), cut, Decoding);
        let cut = sealed(body[..body.len() - less].to_vec());
        maker.refused(FAMILY, &format!("{less}-less-sealed"), cut, Decoding);
    }
    for more in [1, 32, 87] {
        let zeros = vec![0; more];
        let long = [&bytes[..], &zeros].concat();
        maker.refused(FAMILY, &format!("{more}-more"), long, Decoding);
        let long = sealed([body, &zeros].concat());
        maker.refused(FAMILY, &format!("{more}-more-sealed"), long, Decoding);
    }
    maker.refused(FAMILY, "twice", bytes.repeat(2), Decoding);
    maker.refused(FAMILY, "twice-sealed", sealed(body.repeat(2)), Decoding);
    maker.refused(FAMILY, "sealed-twice", sealed(bytes.clone()), Decoding);
    maker.refused(
        FAMILY,
        "a-byte-before",
        [&[0], &bytes[..]].concat(),
        Decoding,
    );
    maker.refused(FAMILY, "all-zero", vec![0; bytes.len()], Decoding);
    maker.refused(
        FAMILY,
        "all-zero-sealed",
        resealed(vec![0; bytes.len()]),
        Decoding,
    );
}

/// The file under the other circuits' keys.
pub(super) fn keys(maker: &mut Maker<'_>) {
    let all = maker.all;
    for group in all.groups() {
        if group.circuit.name != maker.group.circuit.name {
            let what = format!("under-{}", group.circuit.name);
            maker.under(group, "file-key", &what);
        }
    }
}
