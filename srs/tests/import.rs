//! Ceremony files: taken when right, refused for what is wrong. They are written here from a known secret.

use std::fs;
use std::path::PathBuf;

use halo2_proofs::SerdeFormat;
use halo2_proofs::poly::commitment::ParamsProver;
use halo2_proofs::poly::kzg::commitment::ParamsKZG;
use halo2curves::CurveAffine;
use halo2curves::bn256::{Bn256, Fq, Fq2, Fr, G1Affine, G2Affine};
use halo2curves::ff::{Field, PrimeField};
use halo2curves::group::Curve;
use halo2curves::serde::SerdeObject;
use tranche_srs::import::{FileHash, Format, ImportFault, Imported, Origin, Section};
use tranche_srs::{Srs, SrsError, SrsFault};

/// The smallest at which the two roots of unity differ.
const POWER: u32 = 6;
const COUNT: usize = 1 << POWER;

fn tau() -> Fr {
    Fr::from(0x7a75_7a75).pow_vartime([19])
}

fn g1(scalar: Fr) -> Vec<u8> {
    (G1Affine::generator() * scalar).to_affine().to_raw_bytes()
}

fn g2(scalar: Fr) -> Vec<u8> {
    (G2Affine::generator() * scalar).to_affine().to_raw_bytes()
}

fn powers(count: usize) -> impl Iterator<Item = Fr> {
    std::iter::successors(Some(Fr::ONE), |power| Some(power * tau())).take(count)
}

/// The Lagrange basis at the secret over the domain of a root of order 2^k.
fn lagrange(root: Fr, k: u32) -> Vec<Fr> {
    let n = 1u64 << k;
    let scale = (tau().pow_vartime([n]) - Fr::ONE) * Fr::from(n).invert().unwrap();
    (0..n)
        .map(|i| root.pow_vartime([i]))
        .map(|x| scale * x * (tau() - x).invert().unwrap())
        .collect()
}

/// The root of unity of order 2^k in `.ptau` files: a power of 5.
fn ptau_root(k: u32) -> Fr {
    let mut limbs = [0u64; 4];
    for (limb, bytes) in limbs.iter_mut().zip((-Fr::ONE).to_repr().chunks_exact(8)) {
        *limb = u64::from_le_bytes(bytes.try_into().unwrap());
    }
    let mut shifted = [0u64; 4];
    for i in 0..4 {
        let above = limbs.get(i + 1).copied().unwrap_or(0);
        shifted[i] = limbs[i] >> k | above.checked_shl(64 - k).unwrap_or(0);
    }
    Fr::from(5).pow_vartime(shifted)
}

/// A `.ptau` file in the making.
#[derive(Clone)]
struct Ptau(Vec<(u32, Vec<u8>)>);

impl Ptau {
    fn raw() -> Self {
        let mut header = 32u32.to_le_bytes().to_vec();
        let mut prime = (-Fq::ONE).to_repr();
        prime[0] += 1;
        header.extend(prime);
        header.extend(POWER.to_le_bytes());
        header.extend(POWER.to_le_bytes());
        let alpha = Fr::from(77);
        Ptau(vec![
            (1, header),
            (2, powers(2 * COUNT - 1).flat_map(g1).collect()),
            (3, powers(COUNT).flat_map(g2).collect()),
            (4, powers(COUNT).flat_map(|p| g1(p * alpha)).collect()),
            (6, g2(alpha)),
            (7, vec![0; 4]),
        ])
    }

    fn prepared() -> Self {
        let mut file = Ptau::raw();
        let bases = (0..=POWER + 1).flat_map(|k| lagrange(ptau_root(k), k));
        file.0.push((12, bases.flat_map(g1).collect()));
        file
    }

    fn pruned() -> Self {
        let mut file = Ptau::raw();
        file.0.truncate(3);
        file.section(2).truncate(COUNT * 64);
        file.section(3).truncate(2 * 128);
        file
    }

    fn section(&mut self, id: u32) -> &mut Vec<u8> {
        &mut self.0.iter_mut().find(|(i, _)| *i == id).unwrap().1
    }

    fn with(&self, edit: impl FnOnce(&mut Self)) -> Vec<u8> {
        let mut file = self.clone();
        edit(&mut file);
        file.bytes()
    }

    fn bytes(&self) -> Vec<u8> {
        let mut out = b"ptau".to_vec();
        out.extend(1u32.to_le_bytes());
        out.extend((self.0.len() as u32).to_le_bytes());
        for (id, data) in &self.0 {
            out.extend(id.to_le_bytes());
            out.extend((data.len() as u64).to_le_bytes());
            out.extend(data);
        }
        out
    }
}

/// halo2's string of the same secret.
fn params() -> ParamsKZG<Bn256> {
    let affine = |scalar: Fr| (G1Affine::generator() * scalar).to_affine();
    let root = (POWER..Fr::S).fold(Fr::ROOT_OF_UNITY, |root, _| root.square());
    ParamsKZG::<Bn256>::setup(1, rand_core::OsRng).from_parts(
        POWER,
        powers(COUNT).map(affine).collect(),
        Some(lagrange(root, POWER).into_iter().map(affine).collect()),
        G2Affine::generator(),
        (G2Affine::generator() * tau()).to_affine(),
    )
}

fn halo2() -> Vec<u8> {
    let mut bytes = Vec::new();
    params()
        .write_custom(&mut bytes, SerdeFormat::RawBytes)
        .unwrap();
    bytes
}

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Folder(tempfile::tempdir().unwrap())
    }

    fn path(&self) -> PathBuf {
        self.0.path().join("file")
    }

    fn import(&self, bytes: &[u8], k: Option<u32>) -> Imported {
        fs::write(self.path(), bytes).unwrap();
        Srs::import(&self.path(), k, None).unwrap()
    }

    fn fault(&self, bytes: &[u8], k: Option<u32>) -> ImportFault {
        fs::write(self.path(), bytes).unwrap();
        match Srs::import(&self.path(), k, None) {
            Err(SrsError::Import { path, fault }) => {
                assert_eq!(path, self.path());
                *fault
            }
            other => panic!("{other:?}"),
        }
    }
}

fn points(section: Section, fault: SrsFault) -> ImportFault {
    ImportFault::Points { section, fault }
}

fn point(section: Section, part: &'static str, index: usize) -> ImportFault {
    points(section, SrsFault::Point { part, index })
}

/// A point of the twist outside the order-r subgroup.
fn outside() -> Vec<u8> {
    let point = (1u64..).find_map(|i| {
        let x = Fq2::new(Fq::from(i), Fq::from(1));
        let y = Option::<Fq2>::from((x * x * x + G2Affine::b()).sqrt())?;
        Option::<G2Affine>::from(G2Affine::from_xy(x, y))
    });
    point.unwrap().to_raw_bytes()
}

fn same(srs: &Srs, k: u32) {
    let expected = params();
    let affine = |scalar: Fr| (G1Affine::generator() * scalar).to_affine();
    let root = (k..Fr::S).fold(Fr::ROOT_OF_UNITY, |root, _| root.square());
    let lagrange: Vec<G1Affine> = lagrange(root, k).into_iter().map(affine).collect();
    assert_eq!(srs.k(), k);
    assert_eq!(srs.params().get_g(), &expected.get_g()[..1 << k]);
    assert_eq!(srs.params().s_g2(), expected.s_g2());
    let mut written = Vec::new();
    srs.params()
        .write_custom(&mut written, SerdeFormat::RawBytes)
        .unwrap();
    let raw: Vec<u8> = lagrange
        .iter()
        .flat_map(SerdeObject::to_raw_bytes)
        .collect();
    assert_eq!(&written[4 + (64 << k)..4 + (128 << k)], raw);
    assert!(!srs.identity().is_insecure());
}

#[test]
fn every_form_of_a_ceremony_file_gives_the_same_string() {
    let folder = Folder::new();
    let files = [
        (Ptau::raw().bytes(), Format::Ptau, false),
        (Ptau::prepared().bytes(), Format::Ptau, true),
        (Ptau::pruned().bytes(), Format::Ptau, false),
        (halo2(), Format::Halo2, true),
    ];
    for (bytes, format, lagrange) in files {
        let imported = folder.import(&bytes, None);
        same(&imported.srs, POWER);
        assert_eq!(imported.source.format, format);
        assert_eq!(imported.source.lagrange, lagrange);
        assert_eq!(imported.source.origin, Origin::Unknown);
        for k in 1..POWER {
            let cut = folder.import(&bytes, Some(k));
            same(&cut.srs, k);
            // Another k has another Lagrange form: only a prepared file has it.
            assert_eq!(cut.source.lagrange, lagrange && format == Format::Ptau);
            assert_eq!(
                cut.srs.identity().digest(),
                imported.srs.identity().digest()
            );
        }
    }
}

#[test]
fn an_imported_string_is_stored_and_read() {
    let folder = Folder::new();
    let imported = folder.import(&Ptau::prepared().bytes(), Some(4));
    let path = folder.0.path().join("out.srs");
    imported.srs.save(&path).unwrap();
    assert_eq!(
        Srs::load(&path).unwrap().identity(),
        imported.srs.identity()
    );
}

#[test]
fn sections_may_stand_in_any_order() {
    let folder = Folder::new();
    let reversed = Ptau::prepared().with(|file| file.0.reverse());
    same(&folder.import(&reversed, None).srs, POWER);
    same(&folder.import(&reversed, Some(3)).srs, 3);
}

#[test]
fn the_hash_says_where_a_file_is_from() {
    let folder = Folder::new();
    let hash = folder.import(&halo2(), None).source.hash;
    let expected = Srs::import(&folder.path(), None, Some(hash)).unwrap();
    assert_eq!(expected.source.origin, Origin::Expected);
    // BLAKE2b-512 of nothing.
    let other: FileHash = "786a02f742015903c6c6fd852552d272912f4740e15847618a86e217f71f5419\
                           d25e1031afee585313896444934eb04b903a685b1448b755d56f701afe9be2ce"
        .parse()
        .unwrap();
    let Err(SrsError::Import { fault, .. }) = Srs::import(&folder.path(), None, Some(other)) else {
        panic!("another hash was accepted");
    };
    assert_eq!(
        *fault,
        ImportFault::Hash {
            expected: Box::new(other),
            got: Box::new(hash)
        }
    );
}

#[test]
fn the_development_secret_is_recognised() {
    let folder = Folder::new();
    let mut bytes = Vec::new();
    let development = Srs::development(3).unwrap();
    development
        .params()
        .write_custom(&mut bytes, SerdeFormat::RawBytes)
        .unwrap();
    let imported = folder.import(&bytes, None);
    assert_eq!(imported.srs.identity(), development.identity());
    assert!(imported.srs.identity().is_insecure());
}

#[test]
fn other_files_are_refused() {
    let folder = Folder::new();
    for bytes in [
        &b""[..],
        b"pta",
        b"PK\x03\x04 a zip file",
        &[0; 400],
        &[255; 400],
    ] {
        assert_eq!(folder.fault(bytes, None), ImportFault::Format);
    }
    let path = folder.0.path().join("tranche.srs");
    Srs::development(2).unwrap().save(&path).unwrap();
    let bytes = fs::read(&path).unwrap();
    assert_eq!(folder.fault(&bytes, None), ImportFault::Format);
    for path in [folder.0.path().to_owned(), folder.0.path().join("missing")] {
        let error = Srs::import(&path, None, None).unwrap_err();
        assert!(matches!(error, SrsError::Read { .. }), "{error}");
    }
}

#[test]
fn a_k_beyond_the_file_is_refused() {
    let folder = Folder::new();
    for k in [0, 25, u32::MAX] {
        assert_eq!(folder.fault(&halo2(), Some(k)), ImportFault::K(k));
    }
    for bytes in [Ptau::raw().bytes(), halo2()] {
        let fault = ImportFault::TooFew {
            asked: POWER + 1,
            available: POWER,
        };
        assert_eq!(folder.fault(&bytes, Some(POWER + 1)), fault);
    }
    let short = Ptau::pruned().with(|file| file.section(2).truncate(64 << 3));
    same(&folder.import(&short, Some(3)).srs, 3);
    assert_eq!(
        folder.fault(&short, None),
        ImportFault::Short {
            section: Section::TauG1,
            k: POWER,
            expected: 64 << POWER,
            got: 64 << 3
        }
    );
}

#[test]
fn a_truncated_or_extended_file_is_refused() {
    let folder = Folder::new();
    let whole = Ptau::prepared().bytes();
    for cut in (4..whole.len()).step_by(61).chain([whole.len() - 1]) {
        let fault = folder.fault(&whole[..cut], None);
        assert!(
            matches!(fault, ImportFault::Truncated { .. }),
            "{cut}: {fault}"
        );
    }
    let longer = [&whole[..], &[0]].concat();
    assert_eq!(
        folder.fault(&longer, None),
        ImportFault::Trailing { got: 1 }
    );

    let whole = halo2();
    for cut in (4..whole.len()).step_by(61) {
        let fault = ImportFault::Truncated {
            section: Section::Table,
            expected: whole.len() as u64,
            got: cut as u64,
        };
        assert_eq!(folder.fault(&whole[..cut], None), fault);
    }
    let longer = [&whole[..], &[0]].concat();
    assert_eq!(folder.fault(&longer, None), ImportFault::Format);
}

#[test]
fn declared_sizes_are_compared_with_the_file() {
    let folder = Folder::new();
    let raw = Ptau::raw();
    let bytes = raw.bytes();
    // The second section's entry follows the header's.
    let entry = 12 + 12 + 44;
    for length in [u64::MAX, u64::MAX - 11, 1 << 63, 1 << 40] {
        let mut bytes = bytes.clone();
        bytes[entry + 4..entry + 12].copy_from_slice(&length.to_le_bytes());
        assert_eq!(
            folder.fault(&bytes, None),
            ImportFault::Truncated {
                section: Section::TauG1,
                expected: length,
                got: (bytes.len() - entry - 12) as u64
            }
        );
    }
    let mut many = bytes.clone();
    many[8..12].fill(0xff);
    let got = u32::MAX;
    assert_eq!(
        folder.fault(&many, None),
        ImportFault::Sections { max: 64, got }
    );

    for power in [0, 29, u32::MAX] {
        let edited = raw.with(|f| f.section(1)[36..40].copy_from_slice(&power.to_le_bytes()));
        assert_eq!(folder.fault(&edited, None), ImportFault::Power(power));
    }
    // 2^28 powers claimed, the points of 2^6 there: no memory for the claim.
    let edited = raw.with(|f| f.section(1)[36..40].copy_from_slice(&28u32.to_le_bytes()));
    assert_eq!(
        folder.fault(&edited, None),
        ImportFault::Short {
            section: Section::TauG1,
            k: 24,
            expected: 64 << 24,
            got: (2 * COUNT as u64 - 1) * 64
        }
    );
    // A halo2 file that claims 2 GiB.
    let mut claim = halo2();
    claim[..4].copy_from_slice(&24u32.to_le_bytes());
    let fault = folder.fault(&claim, None);
    assert!(matches!(fault, ImportFault::Truncated { .. }), "{fault}");

    let length = |section, got| ImportFault::Length {
        section,
        power: POWER,
        got,
    };
    let prepared = Ptau::prepared();
    for (id, section, most) in [
        (2, Section::TauG1, (2 * COUNT - 1) * 64),
        (3, Section::TauG2, COUNT * 128),
        (12, Section::LagrangeG1, (4 * COUNT - 1) * 64),
    ] {
        let odd = prepared.with(|f| f.section(id).truncate(most - 1));
        assert_eq!(folder.fault(&odd, None), length(section, most as u64 - 1));
        let long = prepared.with(|f| f.section(id).resize(most + 128, 0));
        assert_eq!(
            folder.fault(&long, None),
            length(section, most as u64 + 128)
        );
    }
    let long = raw.with(|f| f.section(1).push(0));
    assert_eq!(folder.fault(&long, None), length(Section::Header, 45));
    let short = raw.with(|f| f.section(3).truncate(128));
    let fault = folder.fault(&short, None);
    assert!(
        matches!(
            fault,
            ImportFault::Short {
                section: Section::TauG2,
                ..
            }
        ),
        "{fault}"
    );
}

#[test]
fn the_table_of_sections_is_checked() {
    let folder = Folder::new();
    let raw = Ptau::raw();
    let mut version = raw.bytes();
    version[4] = 2;
    assert_eq!(
        folder.fault(&version, None),
        ImportFault::Version { got: 2 }
    );
    for (id, section) in [
        (1, Section::Header),
        (2, Section::TauG1),
        (3, Section::TauG2),
    ] {
        let missing = raw.with(|f| f.0.retain(|(i, _)| *i != id));
        assert_eq!(
            folder.fault(&missing, None),
            ImportFault::Missing { section }
        );
        let twice = raw.with(|f| {
            let copy = f.section(id).clone();
            f.0.push((id, copy));
        });
        assert_eq!(
            folder.fault(&twice, None),
            ImportFault::Duplicate { section }
        );
    }
    let prime = raw.with(|f| f.section(1)[4] ^= 2);
    assert_eq!(folder.fault(&prime, None), ImportFault::Prime);
    let size = raw.with(|f| f.section(1)[0] = 48);
    assert_eq!(folder.fault(&size, None), ImportFault::Prime);
}

#[test]
fn poisoned_points_of_a_ptau_file_are_refused() {
    let folder = Folder::new();
    let fault = |edit: &dyn Fn(&mut Ptau)| folder.fault(&Ptau::prepared().with(edit), None);
    let powers = |index| point(Section::TauG1, "the powers", index);
    // Off the curve, a coordinate above q, the identity, another valid point.
    assert_eq!(fault(&|f| f.section(2)[3 * 64] ^= 1), powers(3));
    assert_eq!(fault(&|f| f.section(2)[64 + 31] = 0xff), powers(1));
    assert_eq!(fault(&|f| f.section(2)[7 * 64..8 * 64].fill(0)), powers(7));
    let consecutive = points(Section::TauG1, SrsFault::Powers);
    let last = COUNT - 1;
    for index in [1, 9, last] {
        let altered =
            fault(&|f| f.section(2)[index * 64..][..64].copy_from_slice(&g1(Fr::from(3))));
        assert_eq!(altered, consecutive);
    }
    let generator = points(Section::TauG1, SrsFault::Generator("the first power"));
    assert_eq!(
        fault(&|f| f.section(2)[..64].copy_from_slice(&g1(tau()))),
        generator
    );

    // Points past those asked for are not read.
    let past = Ptau::raw().with(|f| f.section(2)[(COUNT + 8) * 64] ^= 1);
    same(&folder.import(&past, None).srs, POWER);
}

#[test]
fn a_poisoned_secret_in_g2_is_refused() {
    let folder = Folder::new();
    let bad = Section::TauG2;
    let set = |bytes: Vec<u8>| {
        let edited = Ptau::raw().with(|f| f.section(3)[128..256].copy_from_slice(&bytes));
        let from_ptau = folder.fault(&edited, None);
        let mut edited = halo2();
        let start = edited.len() - 128;
        edited[start..].copy_from_slice(&bytes);
        (from_ptau, folder.fault(&edited, None))
    };
    let both = |fault: SrsFault| (points(bad, fault.clone()), points(Section::G2, fault));
    let identity = SrsFault::Point {
        part: "s·g2",
        index: 0,
    };
    assert_eq!(set(outside()), both(SrsFault::Subgroup));
    assert_eq!(set(vec![0; 128]), both(identity.clone()));
    assert_eq!(set(vec![0xff; 128]), both(identity));
    let other = (
        points(Section::TauG1, SrsFault::Powers),
        points(Section::Powers, SrsFault::Powers),
    );
    assert_eq!(set(g2(tau() + Fr::ONE)), other);
    assert_eq!(set(g2(Fr::ONE)), other);
    let generator = Ptau::raw().with(|f| f.section(3)[..128].copy_from_slice(&g2(tau())));
    assert_eq!(
        folder.fault(&generator, None),
        points(bad, SrsFault::Generator("g2"))
    );
}

#[test]
fn a_poisoned_lagrange_form_is_refused() {
    let folder = Folder::new();
    let own = (COUNT - 1) * 64;
    let fault = |edit: &dyn Fn(&mut [u8])| {
        let edited = Ptau::prepared().with(|f| edit(&mut f.section(12)[own..]));
        let mut other = halo2();
        edit(&mut other[4 + 64 * COUNT..]);
        (folder.fault(&edited, None), folder.fault(&other, None))
    };
    let both = |fault: SrsFault| {
        (
            points(Section::LagrangeG1, fault.clone()),
            points(Section::Lagrange, fault),
        )
    };
    // Each a valid point.
    assert_eq!(
        fault(&|l| l[64..128].copy_from_slice(&g1(Fr::from(2)))),
        both(SrsFault::Lagrange)
    );
    assert_eq!(
        fault(&|l| l[..128].rotate_left(64)),
        both(SrsFault::Lagrange)
    );
    let invalid = SrsFault::Point {
        part: "the Lagrange form",
        index: 2,
    };
    assert_eq!(fault(&|l| l[2 * 64 + 1] ^= 1), both(invalid.clone()));
    assert_eq!(fault(&|l| l[128..192].fill(0)), both(invalid));

    // The basis of another size is not read.
    let other = Ptau::prepared().with(|f| f.section(12)[0] ^= 1);
    same(&folder.import(&other, None).srs, POWER);
    // One that stops before k is computed.
    let short = Ptau::prepared().with(|f| f.section(12).truncate(own));
    let imported = folder.import(&short, None);
    same(&imported.srs, POWER);
    assert!(!imported.source.lagrange);
    // Halo2's order in a .ptau file.
    let root = (POWER..Fr::S).fold(Fr::ROOT_OF_UNITY, |root, _| root.square());
    let ordered: Vec<u8> = lagrange(root, POWER).into_iter().flat_map(g1).collect();
    let edited =
        Ptau::prepared().with(|f| f.section(12)[own..own + 64 * COUNT].copy_from_slice(&ordered));
    assert_eq!(
        folder.fault(&edited, None),
        points(Section::LagrangeG1, SrsFault::Lagrange)
    );
}

#[test]
fn poisoned_powers_of_a_halo2_file_are_refused() {
    let folder = Folder::new();
    let fault = |edit: &dyn Fn(&mut [u8])| {
        let mut bytes = halo2();
        edit(&mut bytes[4..]);
        folder.fault(&bytes, None)
    };
    let section = Section::Powers;
    assert_eq!(fault(&|g| g[5 * 64] ^= 1), point(section, "the powers", 5));
    assert_eq!(
        fault(&|g| g[64..192].rotate_left(64)),
        points(section, SrsFault::Powers)
    );
    assert_eq!(
        fault(&|g| g[..128].rotate_left(64)),
        points(section, SrsFault::Generator("the first power"))
    );
}

/// A genuine file, by hand: `PTAU=file cargo test … --test srs_import -- --ignored --nocapture`.
#[test]
#[ignore = "needs a ceremony's file"]
fn a_genuine_file() {
    let path = PathBuf::from(std::env::var("PTAU").unwrap());
    let k = std::env::var("K").ok().map(|k| k.parse().unwrap());
    let start = std::time::Instant::now();
    let imported = Srs::import(&path, k, None).unwrap();
    println!(
        "k = {}, {:?}: {:.3} s",
        imported.srs.k(),
        imported.source,
        start.elapsed().as_secs_f64()
    );
}
