//! Genuine ceremony files, made by snarkjs: taken in every form, their points those that snarkjs reads, and refused when
//! poisoned.
//!
//! They need node 20, and snarkjs, which `scripts/snarkjs.sh` installs.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use halo2_proofs::arithmetic::g_to_lagrange;
use halo2_proofs::poly::commitment::{Params, ParamsProver};
use halo2curves::CurveAffine;
use halo2curves::bn256::{Fq, Fq2, Fr, G1, G1Affine, G2Affine};
use halo2curves::ff::{Field, PrimeField};
use halo2curves::group::Curve;
use halo2curves::serde::SerdeObject;
use serde_json::Value;
use tranche_srs::import::{Format, ImportFault, Imported, Origin, Section};
use tranche_srs::{Srs, SrsError, SrsFault};

const K: u32 = 6;
const COUNT: usize = 1 << K;

/// The files of one ceremony, made once.
struct Made {
    folder: tempfile::TempDir,
    raw: Ptau,
    prepared: Ptau,
    points: Value,
}

/// A `.ptau` file taken apart.
#[derive(Clone)]
struct Ptau(Vec<(u32, Vec<u8>)>);

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap())
}

impl Ptau {
    fn parse(bytes: &[u8]) -> Self {
        assert_eq!(&bytes[..4], b"ptau");
        let mut sections = Vec::new();
        let mut at = 12;
        for _ in 0..u32_at(bytes, 8) {
            let length = u64::from_le_bytes(bytes[at + 4..at + 12].try_into().unwrap()) as usize;
            sections.push((u32_at(bytes, at), bytes[at + 12..at + 12 + length].to_vec()));
            at += 12 + length;
        }
        assert_eq!(at, bytes.len());
        Ptau(sections)
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

    fn section(&mut self, id: u32) -> &mut Vec<u8> {
        &mut self.0.iter_mut().find(|(i, _)| *i == id).unwrap().1
    }

    fn with(&self, edit: impl FnOnce(&mut Self)) -> Vec<u8> {
        let mut file = self.clone();
        edit(&mut file);
        file.bytes()
    }

    /// The three sections that an import reads, and no others.
    fn pruned(&self) -> Vec<u8> {
        self.with(|file| file.0.retain(|(id, _)| *id <= 3))
    }
}

/// The files. Panics where node or snarkjs is missing, and says how to get it.
fn made() -> &'static Made {
    static MADE: OnceLock<Made> = OnceLock::new();
    MADE.get_or_init(|| {
        let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/snarkjs");
        let node = Command::new("node").arg("--version").output();
        assert!(
            node.is_ok_and(|output| output.status.success()),
            "there is no node: install node 20"
        );
        assert!(
            program.join("node_modules/snarkjs").is_dir(),
            "snarkjs is not installed: run `bash scripts/snarkjs.sh`"
        );
        let folder = tempfile::tempdir().unwrap();
        let output = Command::new("node")
            .arg(program.join("make.mjs"))
            .arg(K.to_string())
            .arg(folder.path())
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        let read = |name: &str| fs::read(folder.path().join(name)).unwrap();
        Made {
            raw: Ptau::parse(&read("raw.ptau")),
            prepared: Ptau::parse(&read("prepared.ptau")),
            points: serde_json::from_slice(&read("points.json")).unwrap(),
            folder,
        }
    })
}

fn import(bytes: &[u8], k: Option<u32>) -> Result<Imported, ImportFault> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file.ptau");
    fs::write(&path, bytes).unwrap();
    Srs::import(&path, k, None).map_err(|error| match error {
        SrsError::Import { fault, .. } => *fault,
        other => panic!("{other}"),
    })
}

fn fault(bytes: &[u8]) -> ImportFault {
    import(bytes, None).unwrap_err()
}

fn decimal(value: &Value) -> Fq {
    Fq::from_str_vartime(value.as_str().unwrap()).unwrap()
}

fn g1(value: &Value) -> G1Affine {
    G1Affine::from_xy(decimal(&value[0]), decimal(&value[1])).unwrap()
}

fn g2(value: &Value) -> G2Affine {
    let pair = |value: &Value| Fq2::new(decimal(&value[0]), decimal(&value[1]));
    G2Affine::from_xy(pair(&value[0]), pair(&value[1])).unwrap()
}

fn lagrange(srs: &Srs) -> Vec<G1Affine> {
    let mut written = Vec::new();
    srs.params().write(&mut written).unwrap();
    let list = 64 << srs.k();
    written[4 + list..4 + 2 * list]
        .chunks_exact(64)
        .map(|bytes| G1Affine::from_raw_bytes(bytes).unwrap())
        .collect()
}

/// The order of snarkjs' Lagrange form in halo2's: its root of unity is a power of halo2's.
fn order() -> Vec<usize> {
    let shift = |mut root: Fr| {
        for _ in K..Fr::S {
            root = root.square();
        }
        root
    };
    // r − 1 = 2^28·t, and the root is 5^t.
    let mut odd = [0u64; 4];
    let bytes = (-Fr::ONE).to_repr();
    for bit in 28..256 {
        let set = bytes[bit / 8] >> (bit % 8) & 1;
        odd[(bit - 28) / 64] |= u64::from(set) << ((bit - 28) % 64);
    }
    let theirs = shift(Fr::from(5).pow_vartime(odd));
    let ours = shift(Fr::ROOT_OF_UNITY);
    (0..COUNT as u64)
        .map(|i| {
            let point = theirs.pow_vartime([i]);
            (0..COUNT as u64)
                .position(|j| ours.pow_vartime([j]) == point)
                .unwrap()
        })
        .collect()
}

#[test]
fn the_points_taken_are_those_that_snarkjs_reads() {
    let made = made();
    let prepared = import(&made.prepared.bytes(), None).unwrap();
    assert_eq!(made.raw.0.len(), 7);
    assert_eq!(made.prepared.0.len(), 11);
    assert!(prepared.source.lagrange);
    assert_eq!(prepared.source.format, Format::Ptau);
    assert_eq!(prepared.source.origin, Origin::Unknown);
    let srs = &prepared.srs;
    let list = |name: &str| made.points[name].as_array().unwrap().clone();
    let powers: Vec<G1Affine> = list("tauG1").iter().map(g1).collect();
    assert_eq!(srs.params().get_g(), powers);
    assert_eq!(srs.params().g2(), g2(&made.points["tauG2"][0]));
    assert_eq!(srs.params().s_g2(), g2(&made.points["tauG2"][1]));
    let found = lagrange(srs);
    for (theirs, ours) in list("lagrangeG1").iter().zip(order()) {
        assert_eq!(found[ours], g1(theirs));
    }
    let expected: Vec<G1Affine> = g_to_lagrange(powers.iter().map(G1::from).collect(), K);
    assert_eq!(found, expected);

    // The other forms give the same string, with a Lagrange form of our own.
    for bytes in [made.raw.bytes(), made.raw.pruned()] {
        let imported = import(&bytes, None).unwrap();
        assert!(!imported.source.lagrange);
        assert_eq!(imported.srs.identity(), srs.identity());
        assert_eq!(imported.srs.params().get_g(), srs.params().get_g());
        assert_eq!(lagrange(&imported.srs), found);
    }
    for k in 1..K {
        let [cut, computed] =
            [&made.prepared, &made.raw].map(|file| import(&file.bytes(), Some(k)).unwrap());
        assert!(cut.source.lagrange && !computed.source.lagrange);
        assert_eq!(lagrange(&cut.srs), lagrange(&computed.srs));
    }
}

#[test]
fn the_ceremonys_string_is_stored_under_the_hash_that_the_user_gives() {
    let made = made();
    let path = made.folder.path().join("raw.ptau");
    let hash = Srs::import(&path, None, None).unwrap().source.hash;
    let imported = Srs::import(&path, None, Some(hash)).unwrap();
    assert_eq!(imported.source.origin, Origin::Expected);
    let stored = made.folder.path().join("stored.srs");
    imported.srs.save(&stored).unwrap();
    let srs = Srs::load(&stored).unwrap();
    assert_eq!(srs.identity(), imported.srs.identity());
    assert!(!srs.identity().is_insecure());
}

fn points(section: Section, fault: SrsFault) -> ImportFault {
    ImportFault::Points { section, fault }
}

fn point(section: Section, part: &'static str, index: usize) -> ImportFault {
    points(section, SrsFault::Point { part, index })
}

#[test]
fn poisoned_powers_are_refused() {
    let made = made();
    let poisoned = |edit: &dyn Fn(&mut Vec<u8>)| fault(&made.prepared.with(|f| edit(f.section(2))));
    let stray = (G1Affine::generator() * Fr::from(3))
        .to_affine()
        .to_raw_bytes();
    // One point altered: to another one, on the curve, off the curve, the identity, its negative, a coordinate plus the prime.
    for index in [1, 2, COUNT / 2, COUNT - 1] {
        let at = index * 64;
        assert_eq!(
            poisoned(&|s| s[at..at + 64].copy_from_slice(&stray)),
            points(Section::TauG1, SrsFault::Powers)
        );
        let invalid = point(Section::TauG1, "the powers", index);
        assert_eq!(poisoned(&|s| s[at] ^= 1), invalid);
        assert_eq!(poisoned(&|s| s[at..at + 64].fill(0)), invalid);
        assert_eq!(poisoned(&|s| s[at + 32..at + 64].fill(0xff)), invalid);
        assert_eq!(poisoned(&|s| add_prime(&mut s[at..at + 32])), invalid);
        let negated = poisoned(&|s| negate(&mut s[at..at + 64]));
        assert_eq!(negated, points(Section::TauG1, SrsFault::Powers));
    }
    assert_eq!(
        poisoned(&|s| s[..64].copy_from_slice(&stray)),
        points(Section::TauG1, SrsFault::Generator("the first power"))
    );
    // All powers shifted by one.
    assert_eq!(
        poisoned(&|s| s.rotate_left(64)),
        points(Section::TauG1, SrsFault::Generator("the first power"))
    );
}

/// A coordinate's other name, q above it, in the 256 bits that there are.
fn add_prime(bytes: &mut [u8]) {
    let mut prime = (-Fq::ONE).to_repr();
    prime[0] += 1;
    let mut carry = 0;
    for (byte, add) in bytes.iter_mut().zip(prime) {
        let sum = u16::from(*byte) + u16::from(add) + carry;
        (*byte, carry) = (sum as u8, sum >> 8);
    }
    assert_eq!(carry, 0);
}

fn negate(bytes: &mut [u8]) {
    let point = -G1Affine::from_raw_bytes(bytes).unwrap();
    bytes.copy_from_slice(&point.to_raw_bytes());
}

#[test]
fn a_poisoned_secret_in_g2_is_refused() {
    let made = made();
    let section = Section::TauG2;
    let genuine = g2(&made.points["tauG2"][1]);
    let poisoned = |bytes: &[u8]| {
        fault(
            &made
                .raw
                .with(|f| f.section(3)[128..256].copy_from_slice(bytes)),
        )
    };
    let outside = (1u64..)
        .find_map(|i| {
            let x = Fq2::new(Fq::from(i), Fq::from(1));
            let y = Option::<Fq2>::from((x * x * x + G2Affine::b()).sqrt())?;
            Option::<G2Affine>::from(G2Affine::from_xy(x, y))
        })
        .unwrap();
    // r times it: what of it the pairing does not see, added to the genuine point.
    let unseen = outside * -Fr::ONE + outside;
    for point in [outside, unseen.to_affine(), (unseen + genuine).to_affine()] {
        assert_eq!(
            poisoned(&point.to_raw_bytes()),
            points(section, SrsFault::Subgroup)
        );
    }
    let invalid = point(section, "s·g2", 0);
    assert_eq!(poisoned(&[0; 128]), invalid);
    assert_eq!(poisoned(&[0xff; 128]), invalid);
    let mut aliased = genuine.to_raw_bytes();
    add_prime(&mut aliased[64..96]);
    assert_eq!(poisoned(&aliased), invalid);
    // Valid, of another secret than the powers: another, the first, the negative.
    let generator = G2Affine::generator();
    let other = (generator * Fr::from(7)).to_affine();
    for point in [other, generator, -genuine] {
        assert_eq!(
            poisoned(&point.to_raw_bytes()),
            points(Section::TauG1, SrsFault::Powers)
        );
    }
    let not_the_generator = made.raw.with(|f| f.section(3)[..256].rotate_left(128));
    assert_eq!(
        fault(&not_the_generator),
        points(section, SrsFault::Generator("g2"))
    );
}

#[test]
fn a_poisoned_lagrange_form_is_refused() {
    let made = made();
    let own = (COUNT - 1) * 64;
    let poisoned = |edit: &dyn Fn(&mut [u8])| {
        fault(
            &made
                .prepared
                .with(|f| edit(&mut f.section(12)[own..own + COUNT * 64])),
        )
    };
    let stray = (G1Affine::generator() * Fr::from(3))
        .to_affine()
        .to_raw_bytes();
    for index in [0, 1, COUNT - 1] {
        let at = index * 64;
        let lagrange = points(Section::LagrangeG1, SrsFault::Lagrange);
        assert_eq!(
            poisoned(&|l| l[at..at + 64].copy_from_slice(&stray)),
            lagrange
        );
        assert_eq!(poisoned(&|l| negate(&mut l[at..at + 64])), lagrange);
        // Its element is none of halo2's in the same place: the file's order is taken into account.
        assert_eq!(
            poisoned(&|l| l[at..at + 64].fill(0)),
            point(Section::LagrangeG1, "the Lagrange form", index)
        );
    }
    // Two exchanged, the sum of all the same.
    assert_eq!(
        poisoned(&|l| l[64..192].rotate_left(64)),
        points(Section::LagrangeG1, SrsFault::Lagrange)
    );
    // The powers themselves in its place.
    let mut file = made.prepared.clone();
    let powers = file.section(2)[..COUNT * 64].to_vec();
    file.section(12)[own..own + COUNT * 64].copy_from_slice(&powers);
    assert_eq!(
        fault(&file.bytes()),
        points(Section::LagrangeG1, SrsFault::Lagrange)
    );
}

#[test]
fn sections_that_are_swapped_doubled_or_missing_are_refused() {
    let made = made();
    let renamed = |from: u32, to: u32| {
        made.prepared.with(|f| {
            for (id, _) in &mut f.0 {
                *id = match *id {
                    id if id == from => to,
                    id if id == to => from,
                    id => id,
                };
            }
        })
    };
    // tauG1 and alphaTauG1, tauG1 and betaTauG1: points of another list; tauG1 and tauG2: of another size.
    for other in [4, 5] {
        let short = ImportFault::Points {
            section: Section::TauG1,
            fault: SrsFault::Generator("the first power"),
        };
        assert_eq!(fault(&renamed(2, other)), short);
    }
    let swapped = fault(&renamed(2, 3));
    assert!(
        matches!(
            swapped,
            ImportFault::Length { .. } | ImportFault::Points { .. }
        ),
        "{swapped}"
    );
    let swapped = fault(&renamed(12, 14));
    assert_eq!(swapped, points(Section::LagrangeG1, SrsFault::Lagrange));
    for (id, section) in [
        (1, Section::Header),
        (2, Section::TauG1),
        (3, Section::TauG2),
        (12, Section::LagrangeG1),
    ] {
        let doubled = made.prepared.with(|f| {
            let copy = f.section(id).clone();
            f.0.push((id, copy));
        });
        assert_eq!(fault(&doubled), ImportFault::Duplicate { section });
        if id != 12 {
            let without = made.prepared.with(|f| f.0.retain(|(i, _)| *i != id));
            assert_eq!(fault(&without), ImportFault::Missing { section });
        }
    }
}

#[test]
fn sizes_that_do_not_fit_the_file_are_refused() {
    let made = made();
    let whole = made.prepared.bytes();
    for cut in (4..whole.len()).step_by(997).chain([whole.len() - 1]) {
        let found = fault(&whole[..cut]);
        assert!(
            matches!(found, ImportFault::Truncated { .. }),
            "{cut}: {found}"
        );
    }
    for cut in 0..4 {
        assert_eq!(fault(&whole[..cut]), ImportFault::Format);
    }
    let longer = [&whole[..], &[0; 3]].concat();
    assert_eq!(fault(&longer), ImportFault::Trailing { got: 3 });
    // The second section's length: past the file, past 2^64 with its offset, over the next section, short of its end.
    let entry = 12 + 12 + made.prepared.0[0].1.len();
    let length = made.prepared.0[1].1.len() as u64;
    let sized = |length: u64| {
        let mut bytes = whole.clone();
        bytes[entry + 4..entry + 12].copy_from_slice(&length.to_le_bytes());
        fault(&bytes)
    };
    for claim in [
        u64::MAX,
        u64::MAX - entry as u64,
        1 << 63,
        whole.len() as u64,
    ] {
        let found = sized(claim);
        let expected = matches!(found, ImportFault::Truncated { section: Section::TauG1, expected, .. } if expected == claim);
        assert!(expected, "{claim}: {found}");
    }
    // Over the next section's entry, or part of it: the walk falls out of step, and is stopped by a check that names why.
    for claim in [length + 12, length + 64, length - 64, 0] {
        assert!(import_is_refused(sized(claim)), "{claim}");
    }
    for power in [0, 29, 64, u32::MAX] {
        let edited = made
            .prepared
            .with(|f| f.section(1)[36..40].copy_from_slice(&power.to_le_bytes()));
        assert_eq!(fault(&edited), ImportFault::Power(power));
    }
    for power in [K + 1, 20, 28] {
        let edited = made
            .raw
            .with(|f| f.section(1)[36..40].copy_from_slice(&power.to_le_bytes()));
        let found = fault(&edited);
        let short = matches!(
            found,
            ImportFault::Short { .. } | ImportFault::Points { .. } | ImportFault::Length { .. }
        );
        // One power more than claimed: section 2 has 2^(p+1) − 1 points, one short of it.
        assert!(short, "{power}: {found}");
    }
    let smaller = made
        .raw
        .with(|f| f.section(1)[36..40].copy_from_slice(&(K - 1).to_le_bytes()));
    assert!(matches!(
        fault(&smaller),
        ImportFault::Length {
            section: Section::TauG1,
            ..
        }
    ));
    let mut many = whole.clone();
    many[8..12].fill(0xff);
    assert!(matches!(fault(&many), ImportFault::Sections { .. }));
}

/// Any typed fault that has a remedy.
fn import_is_refused(fault: ImportFault) -> bool {
    fault.to_string().contains(": ")
}

#[test]
fn another_curve_or_version_is_refused() {
    let made = made();
    for byte in [4, 20, 35] {
        let prime = made.raw.with(|f| f.section(1)[byte] ^= 1);
        assert_eq!(fault(&prime), ImportFault::Prime);
    }
    // BLS12-381's coordinates have 48 bytes.
    let wide = made.raw.with(|f| f.section(1)[0] = 48);
    assert_eq!(fault(&wide), ImportFault::Prime);
    let mut version = made.raw.bytes();
    version[4] = 2;
    assert_eq!(fault(&version), ImportFault::Version { got: 2 });
}

#[test]
fn a_file_that_says_nothing_of_the_ceremonys_start_is_refused() {
    let made = made();
    // A ceremony that nobody contributed to: tau = 1.
    let path: PathBuf = made.folder.path().join("0.ptau");
    let Err(SrsError::Import { fault, .. }) = Srs::import(&path, None, None) else {
        panic!("a secret that everybody knows was taken");
    };
    assert_eq!(*fault, points(Section::TauG1, SrsFault::RootOfUnity));
}
