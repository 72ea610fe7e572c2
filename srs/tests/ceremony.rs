//! A ceremony of one's own, from its start to its string; its files refused when anything is wrong.

use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

use halo2_proofs::arithmetic::g_to_lagrange;
use halo2_proofs::poly::commitment::{Params, ParamsProver};
use halo2curves::bn256::{G1, G1Affine};
use halo2curves::serde::SerdeObject;
use tranche_srs::ceremony::{Beacon, Ceremony, CeremonyFault, Chain, RecordFault};
use tranche_srs::{Srs, SrsError, SrsFault};

const K: u32 = 6;
const HEADER: usize = 12 + 2 + 4 + 4 + 4;
/// A contribution of a name of five letters.
const RECORD: usize = 1 + 32 + 64 + 128 + 64 + 32 + 1 + 5;

fn nobody(_: usize) {}

fn beacon() -> Beacon {
    Beacon::new(b"a value of a lottery", 10).unwrap()
}

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Folder(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn state(&self, name: &str, state: &Ceremony) -> PathBuf {
        let mut bytes = Vec::new();
        state.write(&mut bytes).unwrap();
        fs::write(self.path(name), bytes).unwrap();
        self.path(name)
    }

    /// The fault of bytes, the same whether a state or a chain is looked for.
    fn fault(&self, bytes: &[u8]) -> CeremonyFault {
        let path = self.path("edited");
        fs::write(&path, bytes).unwrap();
        let fault = |error: SrsError| match error {
            SrsError::Ceremony { path: named, fault } => {
                assert_eq!(named, path);
                *fault
            }
            other => panic!("{other}"),
        };
        let state = Ceremony::load(&path).map_err(fault).unwrap_err();
        let chain = Chain::load(&path).map_err(fault).unwrap_err();
        assert_eq!(state, chain);
        state
    }
}

fn two(k: u32) -> Ceremony {
    let start = Ceremony::start(k).unwrap();
    let first = start.contribute("alice", b"", &nobody).unwrap();
    first.contribute("bobby", b"a text", &nobody).unwrap()
}

#[test]
fn three_people_make_a_string_that_proofs_stand_on() {
    let folder = Folder::new();
    let mut path = folder.state("0", &Ceremony::start(K).unwrap());
    let mut earlier = Chain::load(&path).unwrap();
    let mut digests = vec![];
    for (number, name) in ["alice", "bob", "carol"].into_iter().enumerate() {
        let state = Ceremony::load(&path).unwrap();
        let done = AtomicUsize::new(0);
        let count = |powers| {
            done.fetch_add(powers, Ordering::Relaxed);
        };
        let state = state.contribute(name, name.as_bytes(), &count).unwrap();
        assert_eq!(done.into_inner(), 1 << K);
        path = folder.state(&(number + 1).to_string(), &state);
        let chain = Chain::load(&path).unwrap();
        assert_eq!(&chain, state.chain());
        chain.follows(&earlier).unwrap();
        digests.push(chain.digest());
        earlier = chain;
    }
    let (srs, chain) = Ceremony::load(&path)
        .unwrap()
        .finalise(&beacon(), &nobody)
        .unwrap();
    let mut bytes = Vec::new();
    chain.write(&mut bytes).unwrap();
    let kept = folder.path("chain");
    fs::write(&kept, bytes).unwrap();
    let chain = Chain::load(&kept).unwrap();
    chain.follows(&earlier).unwrap();
    chain.made(&srs).unwrap();
    chain.made(&srs.downsize(3).unwrap()).unwrap();
    assert_eq!(chain.beacon(), Some(&beacon()));
    assert_eq!(chain.k(), K);
    let names: Vec<&str> = chain.contributions().map(|c| c.name).collect();
    assert_eq!(names, ["alice", "bob", "carol"]);
    for (contribution, digest) in chain.contributions().zip(digests) {
        assert_eq!(contribution.digest, digest);
        chain.includes(&digest).unwrap();
    }

    // A string like any other: not the development one, Lagrange form right, stored and read.
    assert!(!srs.identity().is_insecure());
    let stored = folder.path("own.srs");
    srs.save(&stored).unwrap();
    let srs = Srs::load(&stored).unwrap();
    let powers = srs.params().get_g();
    let expected: Vec<G1Affine> = g_to_lagrange(powers.iter().map(G1::from).collect(), K);
    let raw: Vec<u8> = expected
        .iter()
        .flat_map(SerdeObject::to_raw_bytes)
        .collect();
    let mut written = Vec::new();
    srs.params().write(&mut written).unwrap();
    assert_eq!(&written[4 + (64 << K)..4 + (128 << K)], raw);
}

#[test]
fn a_finished_chain_is_compared_with_the_string() {
    let state = two(3);
    let (srs, chain) = state.finalise(&beacon(), &nobody).unwrap();
    let (other, _) = two(3).finalise(&beacon(), &nobody).unwrap();
    assert_eq!(chain.made(&other), Err(CeremonyFault::OtherString));
    assert_eq!(state.chain().made(&srs), Err(CeremonyFault::Open));
    let development = Srs::development(3).unwrap();
    assert_eq!(chain.made(&development), Err(CeremonyFault::OtherString));
    // Nothing is added to a finished chain, and an open one is not written without its powers.
    let folder = Folder::new();
    let mut bytes = Vec::new();
    chain.write(&mut bytes).unwrap();
    fs::write(folder.path("chain"), &bytes).unwrap();
    let error = Ceremony::load(&folder.path("chain")).unwrap_err();
    assert!(error.to_string().contains("finalised"), "{error}");
    assert!(state.chain().write(&mut Vec::new()).is_err());
    // With powers behind it, it is no file of either kind.
    bytes.extend(vec![1; 64 << 3]);
    assert!(matches!(folder.fault(&bytes), CeremonyFault::Length { .. }));
}

#[test]
fn without_a_contribution_the_secret_would_be_the_beacons() {
    let start = Ceremony::start(3).unwrap();
    let error = start.finalise(&beacon(), &nobody).unwrap_err();
    assert_eq!(error, CeremonyFault::Empty);
}

#[test]
fn sizes_names_and_beacons_are_bounded() {
    for k in [0, 25, u32::MAX] {
        assert_eq!(Ceremony::start(k).unwrap_err(), CeremonyFault::K(k));
    }
    let start = Ceremony::start(1).unwrap();
    for name in [
        "a\nb",
        "\u{1b}[31m",
        "eci\u{202e}la",
        "al\u{200b}ice",
        &"x".repeat(65),
    ] {
        let error = start.contribute(name, b"", &nobody).unwrap_err();
        assert_eq!(error, CeremonyFault::Name);
    }
    for name in ["", "Ωmega", "a. \"b\" <c@d.org>", &"x".repeat(64)] {
        start.contribute(name, b"", &nobody).unwrap();
    }
    for length in [0, 15, 65, 300] {
        let error = Beacon::new(&vec![1; length], 10).unwrap_err();
        assert_eq!(error, CeremonyFault::BeaconLength);
    }
    for exponent in [0, 9, 33, 64, 255] {
        let error = Beacon::new(&[1; 16], exponent).unwrap_err();
        assert_eq!(error, CeremonyFault::Exponent(exponent));
    }
    assert_eq!(beacon().exponent(), 10);
    assert_eq!(beacon().value(), b"a value of a lottery");
}

#[test]
fn truncated_extended_and_foreign_files_are_refused() {
    let folder = Folder::new();
    let bytes = fs::read(folder.state("whole", &two(3))).unwrap();
    assert_eq!(bytes.len(), HEADER + 2 * RECORD + (64 << 3));
    for cut in (0..bytes.len()).step_by(7).chain([bytes.len() - 1]) {
        let fault = folder.fault(&bytes[..cut]);
        let expected = match cut {
            0 => matches!(fault, CeremonyFault::Magic),
            _ => matches!(fault, CeremonyFault::Length { got, .. } if got == cut as u64),
        };
        assert!(expected, "{cut}: {fault}");
    }
    let longer = [&bytes[..], &[0]].concat();
    assert!(matches!(
        folder.fault(&longer),
        CeremonyFault::Length { .. }
    ));
    // Cut to the chain: its powers are missing.
    let chain_only = folder.fault(&bytes[..HEADER + 2 * RECORD]);
    assert!(matches!(chain_only, CeremonyFault::Length { .. }));
    for other in [
        &b"ptau\x01"[..],
        &[0; 500],
        b"tranche-srs\0 and more than a header",
    ] {
        assert_eq!(folder.fault(other), CeremonyFault::Magic);
    }
    for path in [folder.path("missing"), folder.0.path().to_owned()] {
        let error = Ceremony::load(&path).unwrap_err();
        assert!(matches!(error, SrsError::Read { .. }), "{error}");
    }
    let edited = |at: usize, value: &[u8]| {
        let mut bytes = bytes.clone();
        bytes[at..at + value.len()].copy_from_slice(value);
        folder.fault(&bytes)
    };
    assert_eq!(
        edited(13, &[9]),
        CeremonyFault::Version {
            expected: 1,
            got: 9
        }
    );
    assert_eq!(edited(14, &[0; 4]), CeremonyFault::K(0));
    assert_eq!(edited(14, &[0xff; 4]), CeremonyFault::K(u32::MAX));
    // 2^24 powers claimed, those of 2^3 there.
    assert!(matches!(edited(17, &[24]), CeremonyFault::Length { .. }));
    assert_eq!(
        edited(18, &[0xff; 4]),
        CeremonyFault::Records(u32::MAX as usize)
    );
    assert_eq!(edited(22, &[0xff; 4]), CeremonyFault::Records(2));
    assert_eq!(edited(21, &[1]), CeremonyFault::Records(1));
    assert_eq!(edited(21, &[3]), CeremonyFault::Records(3));
}

#[test]
fn damaged_records_and_powers_are_refused_by_name() {
    let folder = Folder::new();
    let bytes = fs::read(folder.state("whole", &two(3))).unwrap();
    let edited = |at: usize, value: &[u8]| {
        let mut bytes = bytes.clone();
        bytes[at..at + value.len()].copy_from_slice(value);
        folder.fault(&bytes)
    };
    let second = HEADER + RECORD;
    let record = |fault| CeremonyFault::Record { number: 2, fault };
    assert_eq!(edited(second, &[7]), record(RecordFault::Kind(7)));
    assert_eq!(edited(second + 1, &[0; 32]), record(RecordFault::Previous));
    let (g1, g2, commitment, response) = (second + 33, second + 97, second + 225, second + 289);
    let point = |part| record(RecordFault::Point(part));
    for value in [[0; 64], [0xff; 64]] {
        assert_eq!(edited(g1, &value), point("tau·g1"));
        assert_eq!(edited(g2, &value), point("tau·g2"));
        assert_eq!(edited(commitment, &value), point("the proof's commitment"));
    }
    assert_eq!(edited(response, &[0xff; 32]), record(RecordFault::Scalar));
    assert_eq!(edited(response, &[0; 32]), record(RecordFault::Knowledge));
    assert_eq!(edited(response + 33, b"c"), record(RecordFault::Knowledge));
    assert_eq!(edited(response + 33, &[7]), record(RecordFault::Name));
    assert_eq!(edited(response + 33, &[0xff]), record(RecordFault::Name));
    // A name that ends elsewhere is another name, or wants more than there are.
    assert_eq!(edited(response + 32, &[4]), record(RecordFault::Knowledge));
    assert_eq!(edited(response + 32, &[6]), CeremonyFault::Records(2));
    // The first record's points in the second: the state before.
    let first = bytes[HEADER + 33..HEADER + 33 + 192].to_vec();
    assert_eq!(
        edited(g1, &first),
        record(RecordFault::Repeated { earlier: 1 })
    );
    // What changes the first record changes what the second is bound to.
    let renamed = edited(HEADER + RECORD - 5, b"A");
    let number = 1;
    let fault = RecordFault::Knowledge;
    assert_eq!(renamed, CeremonyFault::Record { number, fault });

    let powers = HEADER + 2 * RECORD;
    let invalid = |index| {
        CeremonyFault::Powers(SrsFault::Point {
            part: "the powers",
            index,
        })
    };
    assert_eq!(edited(powers + 5 * 64, &[0; 64]), invalid(5));
    assert_eq!(edited(powers + 7 * 64, &[0xff; 32]), invalid(7));
    let other = bytes[powers + 64..powers + 128].to_vec();
    assert_eq!(
        edited(powers + 4 * 64, &other),
        CeremonyFault::Powers(SrsFault::Powers)
    );
    assert_eq!(
        edited(powers, &other),
        CeremonyFault::Powers(SrsFault::Generator("the first power"))
    );
}

#[test]
fn powers_at_the_start_are_all_the_generator() {
    let folder = Folder::new();
    let mut bytes = fs::read(folder.state("start", &Ceremony::start(3).unwrap())).unwrap();
    assert_eq!(
        Ceremony::load(&folder.path("start")).unwrap(),
        Ceremony::start(3).unwrap()
    );
    let at = bytes.len() - 64;
    // y = −2.
    let negative = (-G1Affine::generator()).y;
    let mut y = halo2curves::ff::PrimeField::to_repr(&negative);
    y.reverse();
    bytes[at + 32..].copy_from_slice(&y);
    assert_eq!(
        folder.fault(&bytes),
        CeremonyFault::Powers(SrsFault::Powers)
    );
}

/// Times, printed: `cargo test --release -p tranche-srs --test ceremony -- --ignored --nocapture`; K names the sizes.
#[test]
#[ignore = "takes minutes"]
fn times() {
    let sizes = std::env::var("K").unwrap_or_else(|_| "12 15".to_owned());
    let folder = Folder::new();
    for k in sizes.split(' ').map(|k| k.parse().unwrap()) {
        let timed = |what: &str, start: std::time::Instant| {
            println!("k = {k}, {what}: {:.2} s", start.elapsed().as_secs_f64());
        };
        let start = Ceremony::start(k)
            .unwrap()
            .contribute("a", b"", &nobody)
            .unwrap();
        let path = folder.state("state", &start);
        let clock = std::time::Instant::now();
        let state = Ceremony::load(&path).unwrap();
        timed("read and check", clock);
        let clock = std::time::Instant::now();
        let state = state.contribute("b", b"", &nobody).unwrap();
        timed("contribute", clock);
        let clock = std::time::Instant::now();
        let (srs, _) = state.finalise(&beacon(), &nobody).unwrap();
        timed("finalise", clock);
        assert_eq!(srs.k(), k);
    }
}
