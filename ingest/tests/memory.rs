//! Every format is read from bytes in memory as it is from a file.

use std::fs;
use std::io::{Cursor, Write as _};
use std::num::NonZeroU64;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::json;
use sha2::{Digest, Sha256};
use tranche_ingest::dataset::{DataFormat, RecordReader, UnitRule};
use tranche_ingest::error::Error;
use tranche_ingest::input::{Files, Input, Memory, disk};
use tranche_ingest::rows::Dialect;
use tranche_ingest::training_log::olmo::Olmo;
use tranche_ingest::training_log::recorder::{Recording, RecordingFault, RecordingOptions};
use tranche_ingest::training_log::{
    Count, DocumentOptions, LastBatch, LogFault, LogFormat, LogReader, Plan, SameData,
};
use tranche_protocol::manifest::reading::{Cut, TextEncoding};
use tranche_testkit::files::{npy, npy_i2, npy_i8};

type Records = Vec<(Vec<u8>, u64)>;
type Draws = Vec<(u64, String, u64)>;

fn records(mut reader: RecordReader) -> Records {
    let mut records = Vec::new();
    while let Some(record) = reader.read().unwrap() {
        records.push((record.bytes().to_vec(), record.row()));
    }
    records
}

fn draws(mut log: LogReader) -> Result<Draws, Error> {
    let mut draws = Vec::new();
    while let Some(draw) = log.read()? {
        draws.push((draw.step, log.label(draw.source).to_string(), draw.record));
    }
    Ok(draws)
}

fn four() -> NonZeroU64 {
    NonZeroU64::new(4).unwrap()
}

/// The same files in memory and on a disk, both under `root`.
fn both(files: &[(&str, Vec<u8>)]) -> ([Arc<dyn Files>; 2], PathBuf, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().to_owned();
    let mut memory = Memory::new();
    for (name, bytes) in files {
        let path = root.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, bytes).unwrap();
        memory.insert(path, bytes.clone());
    }
    ([Arc::new(memory), disk()], root, folder)
}

#[test]
fn records_are_read_row_by_row_from_anything_that_reads() {
    let fields = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    let encoding = TextEncoding::Utf8;
    let cut = Cut::Lines;
    let cases = [
        (
            "{\"a\":1,\"b\":[true]}\n\n{\"b\":null,\"a\":\"x\"}\n",
            DataFormat::Jsonl {
                fields: fields(&["b", "a"]),
                encoding,
            },
            vec![1, 3],
        ),
        (
            "one\n \ntwo",
            DataFormat::Text { cut, encoding },
            vec![1, 3],
        ),
        (
            "id,text\n1,\"a, b\"\n2,c\n",
            DataFormat::Csv {
                dialect: Dialect::default(),
                columns: fields(&["text"]),
            },
            vec![1, 2],
        ),
    ];
    for (text, format, rows) in cases {
        let open = |input| RecordReader::new(input, &format, UnitRule::Byte).unwrap();
        let memory = records(open(Input::bytes("a", text)));
        assert_eq!(records(open(Input::forward("a", text.as_bytes()))), memory);
        let got: Vec<u64> = memory.iter().map(|(_, row)| *row).collect();
        assert_eq!(got, rows);
        let (trees, root, _folder) = both(&[("a", text.into())]);
        for files in trees {
            let path = root.join("a");
            let reader = RecordReader::open_in(&files, &path, &format, UnitRule::Byte);
            assert_eq!(records(reader.unwrap()), memory);
        }
    }
}

#[test]
fn folders_are_read_in_the_order_of_their_paths() {
    let names = ["b/2", "b.txt", "a/z", "b/1"];
    let files: Vec<(&str, Vec<u8>)> = names.map(|name| (name, name.into())).to_vec();
    let (trees, root, _folder) = both(&files);
    for files in trees {
        let reader =
            RecordReader::open_in(&files, &root, &DataFormat::Folder, UnitRule::Record).unwrap();
        let read: Vec<Vec<u8>> = records(reader)
            .into_iter()
            .map(|(bytes, _)| bytes)
            .collect();
        let wanted = ["a/z", "b.txt", "b/1", "b/2"];
        assert_eq!(read, wanted.map(|name| name.as_bytes().to_vec()));
        assert_eq!(
            DataFormat::guess_in(&*files, &root, Vec::new()).unwrap(),
            DataFormat::Folder
        );
    }
}

#[test]
fn logs_of_rows_are_read_from_anything_that_reads() {
    let csv = "step,tranche,record\n0,a,7\n1,3,0\n";
    let jsonl =
        "{\"step\":0,\"tranche\":\"a\",\"record\":7}\n{\"step\":1,\"tranche\":3,\"record\":0}\n";
    let wanted = [(0, "a".to_owned(), 7), (1, "3".to_owned(), 0)];
    for (text, format) in [(csv, LogFormat::Csv), (jsonl, LogFormat::Jsonl)] {
        let log = LogReader::new(Input::forward("a", text.as_bytes()), format);
        assert_eq!(draws(log.unwrap()).unwrap(), wanted);
    }
    let megatron = LogFormat::Megatron {
        batch: four(),
        split: None,
    };
    let error = LogReader::new(Input::bytes("a", ""), megatron).unwrap_err();
    assert!(matches!(error, Error::Usage { .. }), "{error}");
}

#[cfg(feature = "parquet")]
#[test]
fn parquet_is_read_by_place_from_anything_that_seeks() {
    use parquet::data_type::Int64Type;
    use parquet::file::writer::SerializedFileWriter;
    use parquet::schema::parser::parse_message_type;

    let schema =
        "message m { required int64 step; required int64 tranche; required int64 record; }";
    let schema = Arc::new(parse_message_type(schema).unwrap());
    let mut bytes = Vec::new();
    let mut writer = SerializedFileWriter::new(&mut bytes, schema, Arc::default()).unwrap();
    for group in 0..3 {
        let mut rows = writer.next_row_group().unwrap();
        for values in [[group, group], [5, 6], [7, 8]] {
            let mut column = rows.next_column().unwrap().unwrap();
            column
                .typed::<Int64Type>()
                .write_batch(&values, None, None)
                .unwrap();
            column.close().unwrap();
        }
        rows.close().unwrap();
    }
    writer.close().unwrap();
    let inputs = || {
        let seekable = Input::seekable("a.parquet", Cursor::new(bytes.clone()));
        [Input::bytes("a.parquet", bytes.clone()), seekable]
    };
    for input in inputs() {
        let log = draws(LogReader::new(input, LogFormat::Parquet).unwrap()).unwrap();
        assert_eq!(log.len(), 6);
        assert_eq!(log[3], (1, "6".to_owned(), 8));
    }
    let format = DataFormat::Parquet {
        columns: vec!["record".into()],
    };
    for input in inputs() {
        let records = records(RecordReader::new(input, &format, UnitRule::Record).unwrap());
        assert_eq!(records.len(), 6);
        assert_eq!(records[0].0, [&b"i\x01\0\0\0\0\0\0\0"[..], b"7"].concat());
    }
    let forward = Input::forward("a.parquet", Cursor::new(bytes.clone()));
    let error = LogReader::new(forward, LogFormat::Parquet).unwrap_err();
    assert!(matches!(error, Error::Io(_)), "{error}");
}

#[test]
fn megatron_arrays_are_read_and_looked_up() {
    let raw = |values: &[i64], width: usize| -> Vec<u8> {
        let bytes = values.iter().map(|value| value.to_le_bytes());
        bytes.flat_map(|bytes| bytes[..width].to_vec()).collect()
    };
    let mut tokens = b"MMIDIDX\0\0".to_vec();
    tokens.extend(1u64.to_le_bytes());
    tokens.push(4);
    tokens.extend(3u64.to_le_bytes());
    tokens.extend(3u64.to_le_bytes());
    tokens.extend(raw(&[3, 4, 5], 4));
    tokens.extend(raw(&[0; 6], 8));
    let set = "{\"dataset_path\":\"web\",\"sequence_length\":4}";
    let (trees, root, _folder) = both(&[
        ("blend/b-dataset_index.npy", npy_i2(&[0, 0, 1])),
        ("blend/b-dataset_sample_index.npy", npy_i8(&[1, 0, 9])),
        (
            "blend/b-description.txt",
            b"{\"datasets\":[{\"dataset_path\":\"x\"},{\"dataset_path\":\"y\"}]}".to_vec(),
        ),
        ("set/d-description.txt", set.into()),
        (
            "set/d-document_index.npy",
            npy(1, "<i4", "(3,)", &raw(&[2, 0, 1], 4)),
        ),
        (
            "set/d-sample_index.npy",
            npy(1, "<i4", "(4, 2)", &raw(&[0, 0, 0, 4, 1, 3, 2, 4], 4)),
        ),
        (
            "set/d-shuffle_index.npy",
            npy(1, "<u4", "(3,)", &raw(&[2, 0, 1], 4)),
        ),
        ("web.idx", tokens),
    ]);
    let options = DocumentOptions {
        count: Count::Touched,
        indices: vec![("web".to_owned(), root.join("web.idx"))],
        split: None,
    };
    for files in trees {
        let batch = NonZeroU64::new(2).unwrap();
        let blend = root.join("blend");
        let log = LogReader::open_in(&*files, &blend, LogFormat::Megatron { batch, split: None });
        let wanted = [(0, "x", 1), (0, "x", 0), (1, "y", 9)];
        assert_eq!(draws(log.unwrap()).unwrap(), wanted.map(named));
        let log = LogReader::documents_in(&*files, &root.join("set"), batch, &options).unwrap();
        let wanted = [(0, "web", 1), (0, "web", 2), (1, "web", 2), (1, "web", 0)];
        assert_eq!(draws(log).unwrap(), wanted.map(named));
    }
}

fn named((step, name, record): (u64, &str, u64)) -> (u64, String, u64) {
    (step, name.to_owned(), record)
}

#[test]
fn plans_are_read_file_by_file() {
    let raw = |indices: &[u32]| -> Vec<u8> {
        indices
            .iter()
            .flat_map(|index| index.to_le_bytes())
            .collect()
    };
    let (trees, root, _folder) = both(&[
        ("global_indices_0.npy", raw(&[5, 6, 7, 8])),
        ("global_indices_1.npy", raw(&[1, 2])),
    ]);
    let paths = ["global_indices_0.npy", "global_indices_1.npy"].map(|name| root.join(name));
    let two = NonZeroU64::new(2).unwrap();
    let plan = Plan {
        batch: four(),
        ranks: two,
        state: None,
        last_batch: Some(LastBatch::Served),
    };
    for files in trees {
        let log = draws(LogReader::indices_in(&files, &paths, plan).unwrap()).unwrap();
        let got: Vec<(u64, u64)> = log
            .into_iter()
            .map(|(step, _, record)| (step, record))
            .collect();
        assert_eq!(got, [(0, 5), (0, 7), (0, 6), (0, 8), (1, 1), (1, 2)]);
    }
}

#[test]
fn olmos_ranks_are_read_twice() {
    let gzip = |text: &str| {
        let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        writer.write_all(text.as_bytes()).unwrap();
        writer.finish().unwrap()
    };
    let (trees, root, _folder) = both(&[
        ("run/data-indices/rank0.tsv.gz", gzip("0\t7\t8\n1\t9\n")),
        ("run/data-indices/rank1.tsv.gz", b"0\t1\n1\t2\t3\n".to_vec()),
    ]);
    for files in trees {
        let run = [root.join("run")];
        assert!(Olmo::is_one_in(&*files, &run[0]));
        let mut olmo = Olmo::open_in(&files, &run, u64::MAX).unwrap();
        assert!(olmo.faults().is_empty());
        let got: Vec<(u64, u64)> = draws(LogReader::olmo(&olmo, SameData::Refused).unwrap())
            .unwrap()
            .into_iter()
            .map(|(step, _, record)| (step, record))
            .collect();
        assert_eq!(got, [(0, 7), (0, 8), (0, 1), (1, 9), (1, 2), (1, 3)]);
    }
    let missing: Arc<dyn Files> =
        Arc::new(Memory::new().with("rank1.tsv", "0\t1\n").with("notes", ""));
    let mut olmo = Olmo::open_in(&missing, &[PathBuf::from(".")], u64::MAX).unwrap();
    let faults = olmo.faults();
    let fault = faults.first().and_then(Error::fault);
    assert_eq!(fault, Some(&LogFault::MissingRank { rank: 0, ranks: 2 }));
}

/// A segment of one rank: a head, one attempt, and a step of two draws.
fn segment() -> Vec<u8> {
    let mut bytes = b"TRNCHREC\x01\x00".to_vec();
    let head = json!({"rank": 0, "world_size": 1, "segment": 0, "order": "consumed",
        "previous": "0".repeat(64), "sources": [{"name": "songs", "tranche": null}]});
    let mut step = vec![1, 0, 0, 0];
    step.extend(4u64.to_le_bytes());
    step.extend(2u32.to_le_bytes());
    step.extend([11u32, 12].map(u32::to_le_bytes).concat());
    let attempt = [&[2][..], &4u64.to_le_bytes(), &1u32.to_le_bytes()].concat();
    for payload in [[&[0], head.to_string().as_bytes()].concat(), attempt, step] {
        let length = (payload.len() as u32).to_le_bytes();
        let crc = crc32fast::hash(&[&length[..], &payload].concat());
        bytes.extend([b"\xf7TRF", &length[..], &crc.to_le_bytes(), &payload].concat());
    }
    bytes
}

#[test]
fn recordings_are_read_twice_and_their_seals_are_looked_for() {
    let name = "recording/rank-00000-000000.trec";
    let torn = [&segment()[..], b"\xf7TRF\x40\0\0\0torn"].concat();
    let (trees, root, _folder) = both(&[(name, torn.clone())]);
    let folder = root.join("recording");
    for files in trees {
        let recording = Recording::open_in(&files, &folder).unwrap();
        assert_eq!(recording.segments()[0].torn_bytes, 12);
        let log = LogReader::recording(&recording, &RecordingOptions::default()).unwrap();
        let wanted = [(4, "songs", 11), (4, "songs", 12)];
        assert_eq!(draws(log).unwrap(), wanted.map(named));
    }
    // A chain that is not the segment's is a broken seal, wherever the files are.
    let key = k256::ecdsa::SigningKey::from_slice(&[7; 32]).unwrap();
    let chain: [u8; 32] = Sha256::digest(b"other frames").into();
    let seal = tranche_ingest::training_log::recorder::Seal::sign(chain, 3, &key).unwrap();
    let sealed = Memory::new().with(name, torn).with(
        "recording/rank-00000-000000.seal.json",
        serde_json::to_vec(&seal).unwrap(),
    );
    let sealed: Arc<dyn Files> = Arc::new(sealed);
    let error = Recording::open_in(&sealed, Path::new("recording"))
        .err()
        .unwrap();
    assert_eq!(
        error.fault(),
        Some(&RecordingFault::SealBroken { frames: 3 })
    );
}
