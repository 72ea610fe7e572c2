//! Reference strings of two and four powers.

use halo2curves::bn256::Fq;
use halo2curves::ff::{Field, PrimeField};
use tranche_fuzz::scratch;
use tranche_srs::Srs;
use tranche_srs::ceremony::{Beacon, Ceremony};

use crate::{chosen, seed};

/// Bytes of the header of the project's own file.
const HEADER: usize = 83;

pub(crate) fn write() {
    ceremony();
    for k in [1u32, 2] {
        let srs = Srs::development(k).expect("a small string");
        seed("srs_verifier", &k.to_string(), srs.verifier().to_bytes());
        let path = scratch::path("seed.srs");
        srs.save(&path).expect("a string to write");
        let bytes = std::fs::read(path).expect("a file to read");
        seed("srs_file", &k.to_string(), chosen(1, &bytes));
        // The payload is halo2's own file.
        let halo2 = &bytes[HEADER..];
        seed("srs_import", &format!("halo2-{k}"), chosen(0, halo2));
        if k == 2 {
            seed("srs_import", "ptau", chosen(1, ptau(halo2)));
        }
    }
}

/// A ceremony of two powers, with a contribution, and finished.
fn ceremony() {
    let quiet = |_| {};
    let begun = Ceremony::start(1).expect("a ceremony");
    let state = begun
        .contribute("one", b"some text", &quiet)
        .expect("a contribution");
    let beacon = Beacon::new(&[7; 16], 10).expect("a beacon");
    let (_, chain) = state.finalise(&beacon, &quiet).expect("an end");
    let mut files = [Vec::new(), Vec::new(), Vec::new()];
    begun.write(&mut files[0]).expect("a state to write");
    state.write(&mut files[1]).expect("a state to write");
    chain.write(&mut files[2]).expect("a chain to write");
    for (name, file) in ["begun", "state", "chain"].iter().zip(files) {
        seed("srs_ceremony", name, file);
    }
}

/// A raw `.ptau` file of power 1, of the points of a halo2 file of four powers.
fn ptau(halo2: &[u8]) -> Vec<u8> {
    let mut prime = (-Fq::ONE).to_repr();
    prime[0] += 1;
    let numbers = [32u32, 1, 1].map(u32::to_le_bytes);
    let header = [&numbers[0][..], &prime, &numbers[1], &numbers[2]].concat();
    let powers = &halo2[4..4 + 3 * 64];
    let secret = &halo2[halo2.len() - 2 * 128..];
    let sections: [(u32, &[u8]); 3] = [(1, &header), (2, powers), (3, secret)];
    let mut file = b"ptau".to_vec();
    file.extend(1u32.to_le_bytes());
    file.extend((sections.len() as u32).to_le_bytes());
    for (id, data) in sections {
        file.extend(id.to_le_bytes());
        file.extend((data.len() as u64).to_le_bytes());
        file.extend(data);
    }
    file
}
