//! Logs of every format: the draws read, and what is refused.

use std::fmt::Debug;
use std::num::NonZeroU64;
use std::path::{Path, PathBuf};

use tranche_ingest::error::{Error, Fault, FormatFault};
use tranche_ingest::npy::NpyFault;
use tranche_ingest::training_log::{Label, LogFault, LogFormat, LogReader, Split};
use tranche_testkit::files::{Files, npy, npy_i2, npy_i8, real};

const MEGATRON: LogFormat = LogFormat::Megatron {
    batch: NonZeroU64::new(4).unwrap(),
    split: None,
};

/// Types that the array of data sets may have.
const INDEX_TYPES: &str = "<i2, |u1, <i8, <i4, <u2, |i1";

type Draws = Vec<(u64, String, u64)>;

fn read(path: &Path, format: LogFormat) -> Result<Draws, Error> {
    let mut log = LogReader::open(path, format)?;
    let mut draws = Vec::new();
    while let Some(draw) = log.read()? {
        draws.push((draw.step, log.label(draw.source).to_string(), draw.record));
        assert_eq!(log.draws(), draws.len() as u64);
    }
    Ok(draws)
}

/// Asserts a fault of any enumeration, by all that it holds.
fn assert_fault<T: Debug>(result: Result<T, Error>, row: Option<u64>, fault: impl Into<Fault>) {
    let error = result.unwrap_err();
    let Error::Input(input) = &error else {
        panic!("{error}")
    };
    let fault = fault.into();
    assert_eq!(input.fault.kind(), fault.kind(), "{error}");
    assert_eq!(format!("{:?}", input.fault), format!("{fault:?}"));
    assert_eq!(input.row, row, "{error}");
}

fn not_count(field: &'static str, got: &str) -> Fault {
    let got = got.to_owned();
    LogFault::NotCount { field, got }.into()
}

fn expected() -> Draws {
    [(0, "a", 5), (0, "7", 0), (3, "a", u64::MAX)]
        .map(|(step, source, record)| (step, source.to_owned(), record))
        .to_vec()
}

#[test]
fn csv_and_jsonl_give_the_same_draws() {
    let files = Files::new();
    let path = files.write(
        "a.csv",
        "record,note,step,tranche\n5,x,0,a\n0,,0,7\n18446744073709551615,y,3,a\n",
    );
    assert_eq!(read(&path, LogFormat::Csv).unwrap(), expected());
    let path = files.write(
        "a.jsonl",
        "{\"step\":0,\"tranche\":\"a\",\"record\":5}\n\n{\"step\":0,\"tranche\":7,\"record\":0,\"x\":1}\r\n\
         {\"step\":3,\"tranche\":\"a\",\"record\":18446744073709551615}",
    );
    assert_eq!(read(&path, LogFormat::Jsonl).unwrap(), expected());
}

#[test]
fn digits_label_the_same_source_as_text_or_number() {
    let files = Files::new();
    let path = files.write(
        "a.jsonl",
        "{\"step\":0,\"tranche\":\"7\",\"record\":5}\n{\"step\":0,\"tranche\":7,\"record\":5}\n",
    );
    let mut log = LogReader::open(&path, LogFormat::Jsonl).unwrap();
    while log.read().unwrap().is_some() {}
    assert_eq!(log.labels(), [Label::Number(7)]);
}

#[test]
fn csv_faults_name_the_row() {
    let files = Files::new();
    for (row, fault) in [
        ("-1,a,0", not_count("step", "-1")),
        ("+1,a,0", not_count("step", "+1")),
        ("1.0,a,0", not_count("step", "1.0")),
        (" 1,a,0", not_count("step", " 1")),
        (",a,0", not_count("step", "")),
        (
            "1,a,18446744073709551616",
            not_count("record", "18446744073709551616"),
        ),
        ("1,,0", FormatFault::Null("tranche".into()).into()),
        (
            "0,a,0",
            LogFault::BeginsAgain {
                previous: 1,
                got: 0,
            }
            .into(),
        ),
        (
            "0,a",
            FormatFault::BadCsv("expected 3 fields, got 2".into()).into(),
        ),
    ] {
        let path = files.write("a.csv", format!("step,tranche,record\n1,a,1\n{row}\n"));
        assert_fault(read(&path, LogFormat::Csv), Some(2), fault);
    }
    let path = files.write("a.csv", "step,source,record\n");
    assert_fault(
        read(&path, LogFormat::Csv),
        None,
        LogFault::MissingColumn("tranche"),
    );
    let path = files.write("a.csv", b"step,tranche,record\n1,\xff,1\n");
    assert_fault(read(&path, LogFormat::Csv), Some(1), FormatFault::NotUtf8);
}

#[test]
fn jsonl_faults_name_the_line() {
    let files = Files::new();
    for (line, fault) in [
        (
            "{\"step\":-1,\"tranche\":\"a\",\"record\":0}",
            not_count("step", "-1"),
        ),
        (
            "{\"step\":1.5,\"tranche\":\"a\",\"record\":0}",
            not_count("step", "1.5"),
        ),
        (
            "{\"step\":\"1\",\"tranche\":\"a\",\"record\":0}",
            not_count("step", "\"1\""),
        ),
        (
            "{\"step\":1,\"tranche\":null,\"record\":0}",
            FormatFault::Null("tranche".into()).into(),
        ),
        (
            "{\"step\":1,\"tranche\":\"a\"}",
            LogFault::MissingColumn("record").into(),
        ),
        (
            "{\"step\":0,\"tranche\":\"a\",\"record\":0}",
            LogFault::BeginsAgain {
                previous: 1,
                got: 0,
            }
            .into(),
        ),
    ] {
        let good = "{\"step\":1,\"tranche\":\"a\",\"record\":0}";
        let path = files.write("a.jsonl", format!("{good}\n{line}\n"));
        assert_fault(read(&path, LogFormat::Jsonl), Some(2), fault);
    }
    for (name, line) in [
        ("list", "[1]"),
        ("label", "{\"step\":1,\"tranche\":-1,\"record\":0}"),
    ] {
        let error = read(&files.write(name, line), LogFormat::Jsonl).unwrap_err();
        assert!(
            matches!(error.fault(), Some(FormatFault::Shape { .. })),
            "{error}"
        );
    }
    let long = format!("{{\"step\":\"{}\"}}", "9".repeat(1 << 17));
    let result = read(&files.write("long", long), LogFormat::Jsonl);
    assert_fault(
        result,
        Some(1),
        FormatFault::RecordTooLong { limit: 1 << 16 },
    );
}

/// A blend of three sources and ten samples; `change` edits index, samples and description.
fn blend(
    files: &Files,
    change: impl FnOnce(&mut Vec<u8>, &mut Vec<u8>, &mut String),
) -> (PathBuf, PathBuf, PathBuf) {
    let mut index = npy_i2(&[0, 1, 0, 2, 0, 1, 0, 1, 2, 0]);
    let mut samples = npy_i8(&[0, 0, 1, 0, 2, 1, 3, 2, 1, 4]);
    let datasets = ["x", "y", "z"]
        .map(|name| format!("{{\"dataset_path\":\"{name}\"}}"))
        .join(",");
    let mut description = format!("{{\"datasets\":[{datasets}],\"size\":10}}");
    change(&mut index, &mut samples, &mut description);
    (
        files.write("ab-Blended-train-dataset_index.npy", index),
        files.write("ab-Blended-train-dataset_sample_index.npy", samples),
        files.write("ab-Blended-train-description.txt", description),
    )
}

#[test]
fn a_blend_is_read_by_file_or_folder() {
    let files = Files::new();
    let (index, ..) = blend(&files, |_, _, _| ());
    let draws = read(&index, MEGATRON).unwrap();
    assert_eq!(draws, read(files.root(), MEGATRON).unwrap());
    assert_eq!(draws.len(), 10);
    assert_eq!(draws[3], (0, "z".to_owned(), 0));
    assert_eq!(draws[9], (2, "x".to_owned(), 4));
}

#[test]
fn every_npy_version_is_read() {
    for version in [1, 2, 3] {
        let files = Files::new();
        let (index, ..) = blend(&files, |index, _, _| {
            let data = index.split_off(128);
            *index = npy(version, "<i2", "(10,)", &data);
        });
        assert_eq!(read(&index, MEGATRON).unwrap().len(), 10);
    }
}

#[test]
fn hostile_arrays_are_refused_before_they_are_read() {
    let data = [0_u8; 20];
    let huge = 18_446_744_073_709_551_615_u128;
    let cases: [(Vec<u8>, Option<Fault>); 15] = [
        (
            npy(1, "<f4", "(5,)", &data),
            Some(
                NpyFault::Dtype {
                    expected: INDEX_TYPES.into(),
                    got: "<f4".into(),
                }
                .into(),
            ),
        ),
        (
            npy(1, ">i2", "(10,)", &data),
            Some(
                NpyFault::Dtype {
                    expected: INDEX_TYPES.into(),
                    got: ">i2".into(),
                }
                .into(),
            ),
        ),
        (
            npy(1, "|O", "(1,)", &data),
            Some(
                NpyFault::Dtype {
                    expected: INDEX_TYPES.into(),
                    got: "|O".into(),
                }
                .into(),
            ),
        ),
        (
            npy(1, "<i2", "(2, 5)", &data),
            Some(NpyFault::Shape("2 dimensions".into()).into()),
        ),
        (
            npy(1, "<i2", "()", &data),
            Some(NpyFault::Shape("0 dimensions".into()).into()),
        ),
        (
            npy(1, "<i2", "(11,)", &data),
            Some(
                FormatFault::Length {
                    declared: 150,
                    got: 148,
                }
                .into(),
            ),
        ),
        (
            npy(1, "<i2", "(9,)", &data),
            Some(
                FormatFault::Length {
                    declared: 146,
                    got: 148,
                }
                .into(),
            ),
        ),
        (
            npy(1, "<i2", &format!("({huge},)"), &data),
            Some(
                FormatFault::Length {
                    declared: 128 + 2 * huge,
                    got: 148,
                }
                .into(),
            ),
        ),
        (npy(1, "<i2", "(99999999999999999999,)", &data), None),
        (npy(4, "<i2", "(10,)", &data), None),
        (b"\x93NUMPY\x02\x00\xff\xff\xff\xff".to_vec(), None),
        (b"\x93NUMPY\x01\x00\x00\x00{}".to_vec(), None),
        (b"PK\x03\x04 not an array".to_vec(), None),
        (b"\x93NUM".to_vec(), None),
        (vec![], None),
    ];
    for (file, fault) in cases {
        let files = Files::new();
        let (path, ..) = blend(&files, |index, _, _| *index = file);
        let result = read(&path, MEGATRON);
        match fault {
            Some(fault) => assert_fault(result, None, fault),
            None => {
                let error = result.unwrap_err();
                assert!(
                    matches!(error.fault(), Some(NpyFault::Malformed(_))),
                    "{error}"
                );
            }
        }
    }
}

#[test]
fn every_truncation_of_a_blend_is_refused() {
    let files = Files::new();
    let (path, ..) = blend(&files, |_, _, _| ());
    let whole = std::fs::read(&path).unwrap();
    for length in 0..whole.len() {
        std::fs::write(&path, &whole[..length]).unwrap();
        let error = read(&path, MEGATRON).unwrap_err();
        assert!(matches!(error, Error::Input(_)), "{length}: {error}");
    }
}

#[test]
fn parts_of_different_runs_are_refused() {
    let count = |what, expected, got| FormatFault::Count {
        what,
        expected,
        got,
    };
    let files = Files::new();
    let (path, ..) = blend(&files, |_, samples, _| *samples = npy_i8(&[0; 9]));
    let what = "samples against the data set index";
    assert_fault(read(&path, MEGATRON), None, count(what, 10, 9));
    blend(&files, |_, _, text| *text = text.replace("10}", "11}"));
    let what = "samples against the description's size";
    assert_fault(read(&path, MEGATRON), None, count(what, 11, 10));
    // One path twice is one source, if both number the same samples.
    blend(&files, |_, _, text| *text = text.replace("\"z\"", "\"x\""));
    let names: Vec<String> = read(&path, MEGATRON)
        .unwrap()
        .into_iter()
        .map(|draw| draw.1)
        .collect();
    assert_eq!(names.join(""), "xyxxxyxyxx");
    blend(&files, |_, _, text| {
        *text = text.replace("\"z\"", "\"x\",\"random_seed\":7")
    });
    assert_fault(
        read(&path, MEGATRON),
        None,
        LogFault::TwoNumberings("x".into()),
    );
    for (from, to) in [("datasets", "data"), ("dataset_path", "path"), ("[", "{")] {
        blend(&files, |_, _, text| *text = text.replace(from, to));
        let error = read(&path, MEGATRON).unwrap_err();
        assert!(matches!(error, Error::Input(_)), "{error}");
    }
    blend(&files, |index, _, _| {
        *index = npy_i2(&[0, 1, 2, 3, 0, 0, 0, 0, 0, 0])
    });
    assert_fault(
        read(&path, MEGATRON),
        Some(4),
        LogFault::UnknownSource { got: 3, sources: 3 },
    );
    blend(&files, |index, _, _| {
        *index = npy_i2(&[0, -1, 2, 0, 0, 0, 0, 0, 0, 0])
    });
    assert_fault(
        read(&path, MEGATRON),
        Some(2),
        LogFault::UnknownSource {
            got: -1,
            sources: 3,
        },
    );
    blend(&files, |_, samples, _| {
        *samples = npy_i8(&[0, 1, -5, 0, 0, 0, 0, 0, 0, 0])
    });
    assert_fault(read(&path, MEGATRON), Some(3), not_count("record", "-5"));
}

#[test]
fn a_folder_without_exactly_one_blend_is_refused() {
    let files = Files::new();
    assert!(matches!(
        read(files.root(), MEGATRON),
        Err(Error::Usage { .. })
    ));
    blend(&files, |_, _, _| ());
    files.write("cd-Blended-valid-dataset_index.npy", "");
    let error = read(files.root(), MEGATRON).unwrap_err();
    for words in [
        "train-dataset_index.npy (train)",
        "valid-dataset_index.npy (valid)",
        "--split",
    ] {
        assert!(error.to_string().contains(words), "{error}");
    }
    let train = LogFormat::Megatron {
        batch: NonZeroU64::MIN,
        split: Some(Split::Train),
    };
    assert_eq!(read(files.root(), train).unwrap().len(), 10);
    let path = files.write("other.npy", npy_i2(&[0]));
    assert!(matches!(read(&path, MEGATRON), Err(Error::Usage { .. })));
    std::fs::remove_file(files.path("ab-Blended-train-description.txt")).unwrap();
    let path = files.path("ab-Blended-train-dataset_index.npy");
    assert!(matches!(read(&path, MEGATRON), Err(Error::Io { .. })));
}

#[test]
fn the_real_blend_has_its_draws() {
    let draws = read(&real("megatron-blend"), MEGATRON).unwrap();
    assert_eq!(draws.len(), 2_400);
    assert_eq!(draws[2_399].0, 599);
    for (name, count) in [
        ("gsm8k_train", 1_320),
        ("tinyshakespeare", 840),
        ("gsm8k_test", 240),
    ] {
        let records: Vec<u64> = draws
            .iter()
            .filter(|draw| draw.1 == name)
            .map(|draw| draw.2)
            .collect();
        // The blend takes each source's samples in their own order.
        assert!(records.into_iter().eq(0..count), "{name}");
    }
}
