//! Magic, version, kind, circuit, digests: every byte altered, the checksum made anew.

use super::maker::{Maker, resealed, spliced, with_byte};
use crate::case::Stage::{Decoding, Verification};

const FAMILY: &str = "header";

pub(super) fn cases(maker: &mut Maker<'_>) {
    let bytes = maker.bytes();
    let map = maker.map;
    let mut altered = |what: &str, at: usize, change: u8, stage| {
        let file = resealed(with_byte(&bytes, at, change));
        maker.refused(FAMILY, what, file, stage);
    };
    for at in 0..map.kind {
        altered(&format!("byte-{at}"), at, 1, Decoding);
    }
    // Kinds are 1 and 2.
    altered("unknown-kind", map.kind, 4, Decoding);
    altered("other-kind", map.kind, 3, Verification);
    altered("other-insecurity", map.insecure, 1, Verification);
    altered("unknown-insecurity", map.insecure, 2, Decoding);
    for at in map.name..map.circuit_version {
        altered(&format!("name-byte-{at}"), at, 1, Verification);
        altered(&format!("name-byte-{at}-not-ascii"), at, 0x80, Decoding);
    }
    for at in map.circuit_version..map.context {
        altered(&format!("byte-{at}"), at, 1, Verification);
        altered(&format!("byte-{at}-high-bit"), at, 0x80, Verification);
    }
    names(maker, &bytes);
}

fn names(maker: &mut Maker<'_>, bytes: &[u8]) {
    let map = maker.map;
    let mut named = |what: &str, name: &[u8], stage| {
        let field = [&[name.len() as u8], name].concat();
        let file = spliced(bytes, map.name_length, map.circuit_version, &field);
        maker.refused(FAMILY, what, resealed(file), stage);
    };
    named("no-name", b"", Decoding);
    named("name-with-space", b"usage 13", Decoding);
    named("name-with-nul", b"usage-13\0", Decoding);
    named("longest-name", &[b'a'; 32], Verification);
    named("name-too-long", &[b'a'; 33], Decoding);
    named("usage-name", b"usage-20", Verification);
    named("disclosure-name", b"disclosure-64", Verification);
    named("name-of-neither", b"other-16", Verification);
    for length in [0u8, 0xff] {
        let file = spliced(bytes, map.name_length, map.name_length + 1, &[length]);
        let what = format!("name-length-{length}");
        maker.refused(FAMILY, &what, resealed(file), Decoding);
    }
}
