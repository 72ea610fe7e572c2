//! SRS files: read back as written, refused with the fault when anything is wrong.

use std::fs;
use std::path::{Path, PathBuf};

use halo2_proofs::arithmetic::g_to_lagrange;
use halo2_proofs::poly::commitment::{Params, ParamsProver};
use halo2_proofs::poly::kzg::commitment::ParamsKZG;
use halo2curves::bn256::{Bn256, G1, G1Affine};
use rand_core::OsRng;
use tranche_srs::{Srs, SrsError, SrsFault};

const K: u32 = 5;
const HEADER: usize = 12 + 2 + 4 + 1 + 32 + 32;
/// Payload offsets: after its own k come the powers, the Lagrange form, g2 and s·g2.
const POWERS: usize = HEADER + 4;
const LAGRANGE: usize = POWERS + (64 << K);
const G2: usize = LAGRANGE + (64 << K);

struct File {
    directory: tempfile::TempDir,
    bytes: Vec<u8>,
}

impl File {
    fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("test.srs");
        Srs::development(K).unwrap().save(&path).unwrap();
        let bytes = fs::read(&path).unwrap();
        File { directory, bytes }
    }

    fn path(&self) -> PathBuf {
        self.directory.path().join("test.srs")
    }

    /// The fault found after an edit. With `reseal` the checksum is made to fit, as an attacker would.
    fn fault(&self, reseal: bool, edit: impl FnOnce(&mut Vec<u8>)) -> SrsFault {
        let mut bytes = self.bytes.clone();
        edit(&mut bytes);
        if reseal {
            let checksum = blake3::hash(&bytes[HEADER..]);
            bytes[HEADER - 32..HEADER].copy_from_slice(checksum.as_bytes());
        }
        fs::write(self.path(), bytes).unwrap();
        match Srs::load(&self.path()) {
            Err(SrsError::Refused { path, fault }) => {
                assert_eq!(path, self.path());
                fault
            }
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn a_file_is_read_as_written() {
    let file = File::new();
    let read = Srs::load(&file.path()).unwrap();
    let made = Srs::development(K).unwrap();
    assert_eq!(read.identity(), made.identity());
    assert_eq!(read.params().get_g(), made.params().get_g());
    let again = file.directory.path().join("again.srs");
    read.save(&again).unwrap();
    assert_eq!(fs::read(again).unwrap(), file.bytes);
}

#[test]
fn a_damaged_header_is_refused() {
    let file = File::new();
    assert_eq!(file.fault(false, |b| b[0] ^= 1), SrsFault::Magic);
    assert_eq!(
        file.fault(false, |b| b[13] = 9),
        SrsFault::Version {
            expected: 1,
            got: 9
        }
    );
    assert_eq!(file.fault(false, |b| b[17] = 0), SrsFault::Size(0));
    assert_eq!(file.fault(false, |b| b[17] = 60), SrsFault::Size(60));
    assert_eq!(file.fault(false, |b| b[18] = 7), SrsFault::Flag(7));
    assert_eq!(file.fault(false, |b| b[19] ^= 1), SrsFault::Digest);
    assert_eq!(
        file.fault(false, |b| b[18] = 0),
        SrsFault::DevelopmentMarkedSecure
    );
    assert_eq!(file.fault(false, |b| b[51] ^= 1), SrsFault::Checksum);
}

#[test]
fn another_length_is_refused_before_the_payload_is_read() {
    let file = File::new();
    let expected = file.bytes.len() as u64;
    let length = |expected, got| SrsFault::Length { expected, got };
    assert_eq!(
        file.fault(false, |b| b.truncate(10)),
        length(HEADER as u64, 10)
    );
    assert_eq!(
        file.fault(false, |b| b.truncate(expected as usize - 1)),
        length(expected, expected - 1)
    );
    assert_eq!(
        file.fault(false, |b| b.push(0)),
        length(expected, expected + 1)
    );
    // A header that claims 2 GiB.
    let claimed = (HEADER + 4 + (128 << 24) + 256) as u64;
    assert_eq!(file.fault(false, |b| b[17] = 24), length(claimed, expected));
}

#[test]
fn a_damaged_payload_is_refused() {
    let file = File::new();
    for offset in [HEADER, POWERS, LAGRANGE, G2, file.bytes.len() - 1] {
        assert_eq!(file.fault(false, |b| b[offset] ^= 1), SrsFault::Checksum);
    }
}

#[test]
fn a_resealed_payload_is_refused_for_what_is_wrong_with_it() {
    let file = File::new();
    let point = |part, index| SrsFault::Point { part, index };
    assert_eq!(file.fault(true, |b| b[HEADER] = 6), SrsFault::Size(6));
    assert_eq!(
        file.fault(true, |b| b[POWERS + 3 * 64] ^= 1),
        point("the powers", 3)
    );
    assert_eq!(
        file.fault(true, |b| b[LAGRANGE + 64..LAGRANGE + 128].fill(0)),
        point("the Lagrange form", 1)
    );
    assert_eq!(
        file.fault(true, |b| b[POWERS + 31] = 0xff),
        point("the powers", 0)
    );
    assert_eq!(file.fault(true, |b| b[G2] ^= 1), point("g2", 0));
    assert_eq!(
        file.fault(true, |b| b[G2 + 128..].fill(0)),
        point("s·g2", 0)
    );
    let generator = SrsFault::Generator("the first power");
    assert_eq!(
        file.fault(true, |b| b.copy_within(POWERS + 64..POWERS + 128, POWERS)),
        generator
    );
    assert_eq!(
        file.fault(true, |b| b.copy_within(G2 + 128.., G2)),
        SrsFault::Generator("g2")
    );
}

#[test]
fn powers_of_another_secret_are_refused() {
    let file = File::new();
    // One power replaced by another valid point.
    assert_eq!(
        file.fault(true, |b| b
            .copy_within(POWERS + 5 * 64..POWERS + 6 * 64, POWERS + 9 * 64)),
        SrsFault::Powers
    );
    assert_eq!(
        file.fault(true, |b| b
            .copy_within(POWERS + 64..POWERS + 128, LAGRANGE - 64)),
        SrsFault::Powers
    );
    // g2 in the place of s·g2: the secret 1, in the subgroup.
    assert_eq!(
        file.fault(true, |b| b.copy_within(G2..G2 + 128, G2 + 128)),
        SrsFault::Powers
    );
}

#[test]
fn a_poisoned_lagrange_form_is_refused() {
    let file = File::new();
    // Every point valid, the powers right: two Lagrange points exchanged.
    assert_eq!(
        file.fault(true, |b| {
            let (first, second) = b[LAGRANGE..LAGRANGE + 128].split_at_mut(64);
            first.swap_with_slice(second);
        }),
        SrsFault::Lagrange
    );
}

/// A string of a secret that nobody keeps.
fn foreign(k: u32) -> ParamsKZG<Bn256> {
    ParamsKZG::<Bn256>::setup(k, OsRng)
}

#[test]
fn a_foreign_string_is_taken_cut_and_stored() {
    let params = foreign(6);
    let srs = Srs::from_powers(params.get_g().to_vec(), None, params.s_g2()).unwrap();
    assert!(!srs.identity().is_insecure());
    let raw = |params: &ParamsKZG<Bn256>| {
        let mut bytes = Vec::new();
        params.write(&mut bytes).unwrap();
        bytes
    };
    assert_eq!(raw(srs.params()), raw(&params));

    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("cut.srs");
    let cut = srs.downsize(4).unwrap();
    cut.save(&path).unwrap();
    let read = Srs::load(&path).unwrap();
    assert_eq!(read.identity(), cut.identity());
    assert_eq!(read.identity().digest(), srs.identity().digest());
    assert_eq!(read.k(), 4);
}

#[test]
fn a_foreign_string_is_checked() {
    let params = foreign(3);
    let take = |edit: &dyn Fn(&mut Vec<G1Affine>)| {
        let mut powers = params.get_g().to_vec();
        edit(&mut powers);
        Srs::from_powers(powers, None, params.s_g2()).unwrap_err()
    };
    assert_eq!(
        take(&|g| g.truncate(7)),
        SrsFault::Length {
            expected: 8,
            got: 7
        }
    );
    assert_eq!(take(&|g| g.truncate(1)), SrsFault::Size(0));
    assert_eq!(
        take(&|g| g.swap(0, 1)),
        SrsFault::Generator("the first power")
    );
    assert_eq!(take(&|g| g.swap(5, 6)), SrsFault::Powers);
    let identity = SrsFault::Point {
        part: "the powers",
        index: 2,
    };
    assert_eq!(take(&|g| g[2] = G1Affine::default()), identity);
    let other = Srs::from_powers(params.get_g().to_vec(), None, foreign(1).s_g2());
    assert_eq!(other.unwrap_err(), SrsFault::Powers);

    let with_lagrange = |edit: &dyn Fn(&mut Vec<G1Affine>)| {
        let powers = params.get_g().to_vec();
        let mut lagrange = g_to_lagrange(powers.iter().map(G1::from).collect(), 3);
        edit(&mut lagrange);
        Srs::from_powers(powers, Some(lagrange), params.s_g2()).map(|srs| *srs.identity())
    };
    assert!(with_lagrange(&|_| ()).is_ok());
    assert_eq!(with_lagrange(&|l| l.swap(2, 3)), Err(SrsFault::Lagrange));
    assert_eq!(with_lagrange(&|l| l.truncate(4)), Err(SrsFault::Lagrange));
    assert_eq!(
        with_lagrange(&|l| l[7] = G1Affine::generator()),
        Err(SrsFault::Lagrange)
    );

    // Recognised by its secret, whoever brings it.
    let development = Srs::development(3).unwrap();
    let powers = development.params().get_g().to_vec();
    let taken = Srs::from_powers(powers, None, development.params().s_g2()).unwrap();
    assert_eq!(taken.identity(), development.identity());
}

#[test]
fn sizes_are_checked() {
    assert!(matches!(Srs::development(0), Err(SrsError::Size { k: 0 })));
    assert!(matches!(
        Srs::development(25),
        Err(SrsError::Size { k: 25 })
    ));
    let srs = Srs::development(4).unwrap();
    assert!(matches!(
        srs.downsize(5),
        Err(SrsError::Downsize { from: 4, to: 5 })
    ));
    assert!(matches!(
        srs.downsize(0),
        Err(SrsError::Downsize { from: 4, to: 0 })
    ));
}

#[test]
fn a_missing_file_is_named() {
    let error = Srs::load(Path::new("/nonexistent/params.srs")).unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("/nonexistent/params.srs: cannot read the SRS")
    );
}
