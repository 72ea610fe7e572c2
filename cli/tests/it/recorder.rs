//! Recordings of training loops: the draws that stand, by an independent account, and what is refused.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tranche_ingest::error::{Error, FormatFault};
use tranche_ingest::training_log::LogReader;
use tranche_ingest::training_log::recorder::{Recording, RecordingFault, RecordingOptions};

use crate::common::{Files, bad, good};

const NAMES: [&str; 3] = ["songs", "plays", "notes"];

/// A segment file in the making, after docs/recording.md.
pub(crate) struct Segment {
    path: PathBuf,
    bytes: Vec<u8>,
    chain: [u8; 32],
    /// Where each frame begins.
    frames: Vec<usize>,
}

impl Segment {
    pub(crate) fn new(
        folder: &Path,
        rank: u32,
        world_size: u32,
        number: u32,
        previous: [u8; 32],
    ) -> Self {
        let prefix = b"TRNCHREC\x01\x00";
        let mut segment = Self {
            path: folder.join(format!("rank-{rank:05}-{number:06}.trec")),
            bytes: prefix.to_vec(),
            chain: Sha256::digest(prefix).into(),
            frames: Vec::new(),
        };
        let sources: Vec<Value> = NAMES
            .iter()
            .map(|name| json!({"name": name, "tranche": null}))
            .collect();
        segment.json(
            0,
            &json!({"rank": rank, "world_size": world_size, "segment": number, "order": "consumed",
                "previous": hex::encode(previous), "cut": 0, "started": 0, "sources": sources}),
        );
        segment
    }

    fn json(&mut self, kind: u8, value: &Value) {
        self.frame([&[kind], value.to_string().as_bytes()].concat());
    }

    fn frame(&mut self, payload: Vec<u8>) {
        let length = (payload.len() as u32).to_le_bytes();
        let crc = crc32fast::hash(&[&length[..], &payload].concat());
        let frame = [b"\xf7TRF", &length[..], &crc.to_le_bytes(), &payload].concat();
        self.chain = Sha256::new()
            .chain_update(self.chain)
            .chain_update(&frame)
            .finalize()
            .into();
        self.frames.push(self.bytes.len());
        self.bytes.extend(frame);
    }

    pub(crate) fn attempt(&mut self, first: u64) {
        self.frame([&[2][..], &first.to_le_bytes(), &1u32.to_le_bytes()].concat());
    }

    /// Draws as (source, record); in the shortest form that holds them.
    pub(crate) fn step(&mut self, step: u64, draws: &[(u16, u64)]) {
        let wide = draws.iter().any(|(_, record)| *record > u32::MAX.into());
        let mixed = draws.iter().any(|(source, _)| *source != draws[0].0);
        let mut payload = vec![1, u8::from(wide) + 2 * u8::from(mixed)];
        let source = draws.first().map_or(0, |(source, _)| *source);
        payload.extend(if mixed { 0 } else { source }.to_le_bytes());
        payload.extend(step.to_le_bytes());
        payload.extend((draws.len() as u32).to_le_bytes());
        if mixed {
            payload.extend(draws.iter().flat_map(|(source, _)| source.to_le_bytes()));
        }
        for (_, record) in draws {
            if wide {
                payload.extend(record.to_le_bytes())
            } else {
                payload.extend((*record as u32).to_le_bytes())
            }
        }
        self.frame(payload);
    }

    /// A checkpoint after the step recorded last, of a file with its name as content.
    pub(crate) fn checkpoint(&mut self, step: u64, path: &str) {
        let sha256 = hex::encode(Sha256::digest(path));
        self.json(
            3,
            &json!({"step": step, "after": step - 1, "path": path, "bytes": path.len(), "sha256": sha256}),
        );
    }

    pub(crate) fn write(&self) -> [u8; 32] {
        fs::write(&self.path, &self.bytes).unwrap();
        self.chain
    }
}

/// A small generator of test numbers.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }
}

type Drawn = BTreeMap<(u64, u32), Vec<(u16, u64)>>;

/// A run of three attempts: 4 ranks from step 0, 2 ranks from step 20, 4 ranks from step 25; each attempt is one or more segments a
/// rank, the last ends torn. Gives what each rank drew at each step, kept apart from the files.
fn run(folder: &Path) -> Drawn {
    fs::create_dir_all(folder).unwrap();
    let mut numbers = Numbers(7);
    let mut expected = Drawn::new();
    let mut last: BTreeMap<u32, (u32, [u8; 32])> = BTreeMap::new();
    for (world_size, steps) in [(4, 0..30), (2, 20..33), (4, 25..41)] {
        expected.retain(|(step, _), _| *step < steps.start);
        for rank in 0..world_size {
            // Each attempt is cut into two segments; only the first says that it starts.
            let middle = steps.start + 5;
            for (part, range) in [(0, steps.start..middle), (1, middle..steps.end)] {
                let (number, chain) = last.get(&rank).copied().unwrap_or((0, [0; 32]));
                let mut segment = Segment::new(folder, rank, world_size, number, chain);
                if part == 0 {
                    segment.attempt(range.start);
                }
                for step in range {
                    let draws: Vec<(u16, u64)> = (0..numbers.below(9))
                        .map(|_| (numbers.below(3) as u16, numbers.below(150)))
                        .collect();
                    // A step in two frames, as gradient accumulation leaves it.
                    let half = draws.len() / 2;
                    segment.step(step, &draws[..half]);
                    segment.step(step, &draws[half..]);
                    expected.insert((step, rank), draws);
                }
                if part == 0 {
                    segment.frame(vec![5]);
                }
                let chain = segment.write();
                last.insert(rank, (number + 1, chain));
            }
        }
    }
    let torn = folder.join("rank-00002-000003.trec");
    let mut bytes = fs::read(&torn).unwrap();
    bytes.extend(b"\xf7TRF\x40\0\0\0torn");
    fs::write(torn, bytes).unwrap();
    expected
}

fn flat(drawn: &Drawn, through: u64) -> Vec<(u64, String, u64)> {
    let steps = drawn.iter().filter(|((step, _), _)| *step <= through);
    steps
        .flat_map(|((step, _), draws)| {
            draws
                .iter()
                .map(|(source, record)| (*step, NAMES[usize::from(*source)].to_owned(), *record))
        })
        .collect()
}

fn read(folder: &Path, through: u64) -> Result<Vec<(u64, String, u64)>, Error> {
    let recording = Recording::open(folder)?;
    let options = RecordingOptions {
        through,
        ..RecordingOptions::default()
    };
    let mut reader = LogReader::recording(&recording, &options)?;
    let mut draws = Vec::new();
    while let Some(draw) = reader.read()? {
        let name = reader.label(draw.source).to_string();
        draws.push((draw.step, name, draw.record));
    }
    Ok(draws)
}

fn fault(folder: &Path) -> RecordingFault {
    let error = read(folder, u64::MAX).unwrap_err();
    let fault = error.fault::<RecordingFault>();
    fault.unwrap_or_else(|| panic!("{error}")).clone()
}

#[test]
fn the_draws_that_stand_are_those_of_an_independent_account() {
    let files = Files::new();
    let folder = files.path("recording");
    let drawn = run(&folder);
    assert_eq!(read(&folder, u64::MAX).unwrap(), flat(&drawn, u64::MAX));
    assert_eq!(read(&folder, 24).unwrap(), flat(&drawn, 24));
    assert_eq!(Recording::open(&folder).unwrap().segments().len(), 20);
}

#[test]
fn an_import_counts_as_an_independent_account() {
    let files = Files::new();
    let folder = files.root();
    let drawn = run(&files.path("recording"));
    for name in NAMES {
        let records: Vec<String> = (0..150).map(|i| format!("{name} {i}")).collect();
        files.write(&format!("{name}.txt"), records.join("\n\n"));
    }
    good(folder, "run new-seed --out run.seed");
    good(
        folder,
        "commit notes.txt --out notes --private --seed run.seed",
    );
    for name in ["songs", "plays"] {
        good(
            folder,
            &format!(
                "commit {name}.txt --out {name} --owner-key {name}.key --new-key --rate 1 --terms x"
            ),
        );
    }
    let import = "log import recording --format recorder --map songs=songs --map plays=plays --map notes=notes --out run.tlog";
    let report = good(folder, import);
    let expected = flat(&drawn, u64::MAX);
    assert_eq!(report["draws"], expected.len());
    assert_eq!(report["order"], "consumed");
    for (source, name) in report["sources"].as_array().unwrap().iter().zip(NAMES) {
        let count = expected
            .iter()
            .filter(|(_, other, _)| other == name)
            .count();
        assert_eq!(
            (&source["name"], &source["draws"]),
            (&json!(name), &json!(count))
        );
    }
    let recording = &report["recording"];
    assert_eq!(
        (&recording["ranks"], &recording["attempts"]),
        (&json!(4), &json!(3))
    );
    assert_eq!(
        (&recording["first_step"], &recording["last_step"]),
        (&json!(0), &json!(40))
    );
    let all: u64 = recording["segments"]
        .as_array()
        .unwrap()
        .iter()
        .map(|segment| segment["draws"].as_u64().unwrap())
        .sum();
    assert_eq!(recording["superseded"], all - expected.len() as u64);

    bad(
        folder,
        &format!("{import} --planned"),
        2,
        &["Consumed order", "leave --planned"],
    );
    bad(folder, &format!("{import} --batch 4"), 2, &["--batch"]);
    bad(
        folder,
        "log import recording --format csv --consumed --map a=songs --out x",
        2,
        &["is a folder", "leave --format out"],
    );
    let without = import.replace("--map notes=notes ", "");
    bad(
        folder,
        &without,
        2,
        &["notes", "is not mapped", ".trec, row"],
    );
    files.write("short.txt", "one\n\ntwo");
    good(
        folder,
        "commit short.txt --out short --owner-key short.key --new-key --rate 1 --terms x",
    );
    let short = import.replace("plays=plays", "plays=short");
    bad(
        folder,
        &short,
        2,
        &["which has 2 records", "rank-0000", "row"],
    );
    seals(folder, import);
}

/// Seals of the loader's key, of another, and broken ones.
fn seals(folder: &Path, import: &str) {
    let report = good(folder, "log seal recording");
    assert!(report["segments"][0]["signer"].is_null());
    let report = good(folder, "log seal recording --key songs.key");
    let signer = report["segments"][0]["signer"].as_str().unwrap().to_owned();
    let owner = |name: &str| {
        let manifest = fs::read(folder.join(name).join("manifest.json")).unwrap();
        serde_json::from_slice::<Value>(&manifest).unwrap()["owner"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    assert_eq!(signer, owner("songs"));
    let done = crate::common::tranche(folder, &["log", "seal", "recording", "--key", "plays.key"]);
    assert_eq!(done.code, 1, "{}", done.err);
    let sealed = good(folder, &format!("{import} --evidence-key {signer}"));
    for segment in sealed["recording"]["segments"].as_array().unwrap() {
        assert_eq!(segment["signer"], signer.as_str());
        assert_eq!(segment["sealed_frames"], segment["frames"]);
    }
    let other = format!("{import} --evidence-key {}", owner("plays"));
    bad(
        folder,
        &other,
        2,
        &["it is sealed by", &signer, ".seal.json"],
    );

    // A segment that grew after its seal is sealed in part, one that was altered is refused.
    let path = folder.join("recording/rank-00003-000003.trec");
    let whole = fs::read(&path).unwrap();
    let mut grown = whole.clone();
    let length = 1u32.to_le_bytes();
    let crc = crc32fast::hash(&[&length[..], &[5]].concat()).to_le_bytes();
    grown.extend([b"\xf7TRF", &length[..], &crc, &[5]].concat());
    fs::write(&path, &grown).unwrap();
    let report = good(folder, import);
    let last = report["recording"]["segments"]
        .as_array()
        .unwrap()
        .last()
        .unwrap()
        .clone();
    assert_eq!(
        last["frames"].as_u64().unwrap(),
        last["sealed_frames"].as_u64().unwrap() + 1
    );
    let cut = whole.len() - 20;
    fs::write(&path, &whole[..cut]).unwrap();
    bad(
        folder,
        import,
        2,
        &["does not seal the segment", "rank-00003-000003.seal.json"],
    );
    fs::write(&path, &whole).unwrap();
    let seal = path.with_extension("seal.json");
    let text = fs::read_to_string(&seal).unwrap();
    fs::write(&seal, text.replace(&signer, &owner("plays"))).unwrap();
    bad(folder, import, 2, &["the seal is not signed by"]);
    fs::write(&seal, text).unwrap();
}

/// One rank of `steps`, in one segment.
fn plain(folder: &Path, rank: u32, world_size: u32, steps: std::ops::Range<u64>) -> Segment {
    fs::create_dir_all(folder).unwrap();
    let mut segment = Segment::new(folder, rank, world_size, 0, [0; 32]);
    segment.attempt(steps.start);
    for step in steps {
        segment.step(step, &[(0, step), (1, u64::from(rank)), (0, 3)]);
    }
    segment.write();
    segment
}

#[test]
fn gaps_and_overlaps_are_refused() {
    let files = Files::new();
    let folder = files.path("a");
    plain(&folder, 0, 2, 0..10);
    assert_eq!(
        fault(&folder),
        RecordingFault::MissingRank {
            rank: 1,
            world_size: 2
        }
    );
    plain(&folder, 1, 2, 0..9);
    let end = RecordingFault::RankEnd {
        rank: 1,
        world_size: 2,
        last: Some(8),
        step: 9,
        whole: Some(8),
    };
    assert_eq!(fault(&folder), end);
    assert_eq!(read(&folder, 8).unwrap().len(), 54);
    plain(&folder, 1, 3, 0..10);
    let fault_of = |expected, got| RecordingFault::WorldSize {
        rank: 1,
        step: 0,
        expected,
        got,
    };
    assert_eq!(fault(&folder), fault_of(2, 3));

    let folder = files.path("gap");
    let mut segment = plain(&folder, 0, 1, 0..3);
    segment.step(5, &[(0, 1)]);
    segment.write();
    assert_eq!(
        fault(&folder),
        RecordingFault::StepGap {
            previous: 2,
            got: 5
        }
    );
    segment.step(4, &[(0, 1)]);
    segment.write();
    assert_eq!(
        fault(&folder),
        RecordingFault::StepBack {
            previous: 5,
            got: 4
        }
    );

    let folder = files.path("same");
    for rank in 0..2 {
        plain(&folder, rank, 2, 0..0);
        let mut segment = Segment::new(&folder, rank, 2, 0, [0; 32]);
        segment.attempt(0);
        (0..4).for_each(|step| segment.step(step, &[(0, 7), (0, 8), (0, 9), (0, step)]));
        segment.write();
    }
    assert_eq!(
        fault(&folder),
        RecordingFault::SameDraws {
            first: 0,
            second: 1
        }
    );
}

#[test]
fn files_that_are_not_one_recording_are_refused() {
    let files = Files::new();
    let folder = files.path("a");
    fs::create_dir_all(&folder).unwrap();
    let error = read(&folder, 0).unwrap_err();
    assert_eq!(
        error.fault(),
        Some(&FormatFault::Empty("segments of a recording"))
    );
    let first = plain(&folder, 0, 1, 0..4);
    let mut second = Segment::new(&folder, 0, 1, 1, first.chain);
    second.attempt(2);
    second.step(2, &[(2, 0)]);
    second.write();
    assert_eq!(read(&folder, u64::MAX).unwrap().len(), 7);

    fs::write(&first.path, &first.bytes[..*first.frames.last().unwrap()]).unwrap();
    assert_eq!(fault(&folder), RecordingFault::Chain);
    fs::write(&first.path, [&first.bytes[..], b"x"].concat()).unwrap();
    assert_eq!(fault(&folder), RecordingFault::AfterEnd { bytes: 1 });
    fs::write(&first.path, &first.bytes).unwrap();
    let third = folder.join("rank-00000-000003.trec");
    fs::copy(&second.path, &third).unwrap();
    assert_eq!(
        fault(&folder),
        RecordingFault::MissingSegment {
            rank: 0,
            segment: 2
        }
    );
    fs::rename(&third, folder.join("rank-00000-000002.trec")).unwrap();
    assert_eq!(
        fault(&folder),
        RecordingFault::Name {
            rank: 0,
            segment: 1
        }
    );
    fs::remove_file(folder.join("rank-00000-000002.trec")).unwrap();
    fs::write(folder.join("rank-00001-000000.trec"), "step,tranche").unwrap();
    let error = read(&folder, 0).unwrap_err();
    assert!(
        matches!(error.fault(), Some(FormatFault::Magic { .. })),
        "{error}"
    );
}

#[test]
fn a_torn_end_counts_for_nothing_and_damage_is_refused() {
    let files = Files::new();
    let folder = files.path("a");
    let segment = plain(&folder, 0, 1, 0..6);
    let whole = &segment.bytes;
    for end in 0..whole.len() {
        fs::write(&segment.path, &whole[..end]).unwrap();
        let frames = segment
            .frames
            .iter()
            .skip(1)
            .filter(|start| **start <= end)
            .count();
        // The head and the attempt hold no draws; the frame that starts last is cut.
        let steps = frames.saturating_sub(2);
        match read(&folder, u64::MAX) {
            Ok(draws) => assert_eq!(draws.len(), 3 * steps, "cut at {end}"),
            Err(error) => assert_eq!(
                error.fault(),
                Some(&FormatFault::Empty("draws")),
                "cut at {end}"
            ),
        }
    }
    for at in 0..whole.len() {
        let mut broken = whole.clone();
        broken[at] ^= 0x10;
        fs::write(&segment.path, &broken).unwrap();
        let last = at >= *segment.frames.last().unwrap();
        let read = read(&folder, u64::MAX);
        assert_eq!(read.is_ok(), last, "byte {at}: {read:?}");
    }
    let mut broken = whole.clone();
    broken[segment.frames[3] + 20] ^= 1;
    fs::write(&segment.path, &broken).unwrap();
    let (at, next) = (segment.frames[3] as u64, segment.frames[4] as u64);
    assert_eq!(fault(&folder), RecordingFault::Damaged { at, next });
}

#[test]
fn hostile_frames_are_refused() {
    let files = Files::new();
    let folder = files.path("a");
    let step = |form: u8, source: u16, count: u32| {
        let mut payload = vec![1, form];
        payload.extend(source.to_le_bytes());
        payload.extend(0u64.to_le_bytes());
        payload.extend(count.to_le_bytes());
        payload
    };
    for payload in [
        step(0, 0, 1),
        step(0, 0, u32::MAX),
        step(4, 0, 0),
        [step(0, 3, 1), vec![0; 4]].concat(),
        [step(2, 0, 1), vec![9, 0, 0, 0, 0, 0]].concat(),
        vec![1],
        vec![2, 0],
        vec![3],
        vec![4],
        vec![6],
    ] {
        let mut segment = plain(&folder, 0, 1, 0..0);
        segment.frame(payload.clone());
        segment.write();
        let got = fault(&folder);
        assert!(
            matches!(got, RecordingFault::Frame { .. }),
            "{payload:?}: {got:?}"
        );
    }
    let mut segment = plain(&folder, 0, 1, 0..0);
    segment.json(0, &json!({}));
    segment.write();
    assert!(matches!(fault(&folder), RecordingFault::Head(_)));
}

#[test]
fn checkpoints_become_a_trace() {
    let files = Files::new();
    let folder = files.root();
    files.write(
        "songs.txt",
        (0..40).map(|i| format!("s{i}\n\n")).collect::<String>(),
    );
    good(
        folder,
        "commit songs.txt --out songs --owner-key k.key --new-key --rate 1 --terms x",
    );
    let entry = |step: u64, after: Option<u64>, file: &str, bytes: &[u8]| {
        let path = files.write(file, bytes);
        json!({"step": step, "after": after, "path": path, "bytes": bytes.len(),
            "sha256": hex::encode(Sha256::digest(bytes)), "tensors": null})
    };
    let recording = files.path("recording");
    let mut segment = plain(&recording, 0, 2, 0..0);
    segment.json(3, &entry(0, None, "m0", b"zero"));
    for step in 0..6 {
        segment.step(step, &[(0, step), (0, 1)]);
        segment.json(
            3,
            &entry(
                step + 1,
                Some(step),
                &format!("m{}", step + 1),
                &[step as u8],
            ),
        );
    }
    segment.attempt(2);
    segment.step(2, &[(0, 9), (0, 1)]);
    segment.json(3, &entry(3, Some(2), "n3", b"other"));
    segment.write();
    let mut second = plain(&recording, 1, 2, 0..0);
    (0..3).for_each(|step| second.step(step, &[(1, step)]));
    second.write();
    let import = "log import recording --format recorder --map songs=songs --map plays=songs --trace-out trace.json --out run.tlog";
    let report = good(folder, import);
    let trace: Value =
        serde_json::from_slice(&fs::read(files.path("trace.json")).unwrap()).unwrap();
    let digest = |bytes: &[u8]| json!(format!("0x{}", blake3::hash(bytes).to_hex()));
    let expected = [
        (0, 0, &b"zero"[..]),
        (1, 3, &[0]),
        (2, 6, &[1]),
        (3, 9, b"other"),
    ];
    let expected: Vec<Value> = expected
        .iter()
        .map(|(step, position, bytes)| json!({"step": step, "log_position": position, "digest": digest(bytes)}))
        .collect();
    assert_eq!(trace, json!(expected));
    assert_eq!(
        report["recording"]["trace"]["model_digest"],
        digest(b"other")
    );

    let report = good(folder, &format!("{import} --trace-digest sha256"));
    let sha256 = format!("0x{}", hex::encode(Sha256::digest(b"other")));
    assert_eq!(
        report["recording"]["trace"]["model_digest"],
        sha256.as_str()
    );
    fs::create_dir(files.path("moved")).unwrap();
    for name in ["m0", "m1", "m2", "n3"] {
        fs::rename(files.path(name), files.path(&format!("moved/{name}"))).unwrap();
    }
    bad(folder, import, 3, &["m0"]);
    good(folder, &format!("{import} --checkpoints moved"));
    files.write("moved/n3", b"order");
    bad(
        folder,
        &format!("{import} --checkpoints moved"),
        2,
        &["n3", "step 3", "--trace-digest sha256"],
    );
}
