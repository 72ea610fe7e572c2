//! Data sets of several files.
#![cfg(all(feature = "parquet", feature = "arrow"))]

use std::path::{Path, PathBuf};
use std::sync::Arc;

use tranche_ingest::dataset::{DataFormat, RecordReader, ShardFault, UnitRule};
use tranche_ingest::error::Error;
use tranche_ingest::input::{Files, Memory, disk};
use tranche_ingest::rows::Dialect;
use tranche_protocol::manifest::reading::TextEncoding;

const SHARDS: [(&str, &[u8]); 3] = [
    (
        "train-00000-of-00003.parquet",
        include_bytes!("data/shards/train-00000-of-00003.parquet"),
    ),
    (
        "train-00001-of-00003.parquet",
        include_bytes!("data/shards/train-00001-of-00003.parquet"),
    ),
    (
        "train-00002-of-00003.parquet",
        include_bytes!("data/shards/train-00002-of-00003.parquet"),
    ),
];

fn parquet(columns: &[&str]) -> DataFormat {
    let columns = columns.iter().map(|&name| name.to_owned()).collect();
    DataFormat::Parquet { columns }
}

fn arrow() -> DataFormat {
    let columns = vec!["text".to_owned()];
    DataFormat::Arrow { columns }
}

fn jsonl() -> DataFormat {
    DataFormat::Jsonl {
        fields: Vec::new(),
        encoding: TextEncoding::Utf8,
    }
}

/// Files in memory, under a folder `d`.
fn memory(files: &[(&str, &[u8])]) -> Arc<dyn Files> {
    let mut memory = Memory::new();
    for (name, bytes) in files {
        memory.insert(Path::new("d").join(name), *bytes);
    }
    Arc::new(memory)
}

fn open(
    files: &Arc<dyn Files>,
    paths: &[&str],
    format: &DataFormat,
) -> Result<RecordReader, Error> {
    let paths: Vec<PathBuf> = paths.iter().map(PathBuf::from).collect();
    RecordReader::open_all(files, &paths, format, UnitRule::Record)
}

fn read(reader: &mut RecordReader) -> Result<Vec<String>, Error> {
    let mut records = Vec::new();
    while let Some(record) = reader.read()? {
        records.push(String::from_utf8_lossy(record.bytes()).into_owned());
    }
    Ok(records)
}

fn fault(result: Result<RecordReader, Error>) -> ShardFault {
    let error = result.unwrap_err();
    error
        .fault::<ShardFault>()
        .expect("a fault of shards")
        .clone()
}

#[test]
fn the_shards_of_a_folder_are_one_data_set_in_name_order() {
    let files = memory(&[
        SHARDS[2],
        SHARDS[0],
        SHARDS[1],
        ("README.md", b"# a"),
        (".gitattributes", b"x"),
        ("dataset_info.json", b"{}"),
    ]);
    let mut reader = open(&files, &["d"], &parquet(&["text"])).unwrap();
    let records = read(&mut reader).unwrap();
    assert_eq!(records.len(), 60);
    let alone = memory(&SHARDS);
    let mut apart = Vec::new();
    for (name, _) in SHARDS {
        let path = format!("d/{name}");
        apart.extend(read(&mut open(&alone, &[&path], &parquet(&["text"])).unwrap()).unwrap());
    }
    assert_eq!(records, apart);
    let sources: Vec<(String, u64)> = reader
        .sources()
        .iter()
        .map(|source| (source.path.display().to_string(), source.records))
        .collect();
    let wanted = SHARDS.map(|(name, _)| (format!("d/{name}"), 20)).to_vec();
    assert_eq!(sources, wanted);
    let ignored = reader.ignored();
    let names: Vec<String> = ignored
        .paths()
        .iter()
        .map(|p| p.display().to_string())
        .collect();
    assert_eq!(
        names,
        ["d/.gitattributes", "d/README.md", "d/dataset_info.json"]
    );
}

#[test]
fn a_folder_of_data_files_is_no_folder_of_records_unless_somebody_says_so() {
    let files = memory(&[SHARDS[0], ("a/b.jsonl", b"{}\n")]);
    let error = DataFormat::guess_in(&*files, Path::new("d"), Vec::new()).unwrap_err();
    let text = error.to_string();
    assert!(
        text.contains("jsonl (--format jsonl) or parquet (--format parquet)")
            && text.contains("--format folder"),
        "{text}"
    );
    let mut reader = open(&files, &["d"], &DataFormat::Folder).unwrap();
    assert_eq!(read(&mut reader).unwrap().len(), 2);
}

#[test]
fn missing_and_doubled_shards_are_named() {
    let files = memory(&[SHARDS[0], SHARDS[2]]);
    let wanted = ShardFault::Missing {
        example: "train-00001-of-00003.parquet".to_owned(),
        missing: 1,
        of: 3,
    };
    assert_eq!(fault(open(&files, &["d"], &parquet(&[]))), wanted);
    // Named one by one they are what is meant.
    let paths = [
        "d/train-00000-of-00003.parquet",
        "d/train-00002-of-00003.parquet",
    ];
    let mut some = open(&files, &paths, &parquet(&[])).unwrap();
    assert_eq!(read(&mut some).unwrap().len(), 40);
    let twice = open(&files, &[paths[0], paths[0]], &parquet(&[]));
    assert_eq!(fault(twice), ShardFault::GivenTwice);
    let other_name = format!("./{}", paths[0]);
    let twice = open(&files, &[paths[0], &other_name], &parquet(&[]));
    assert_eq!(fault(twice), ShardFault::GivenTwice);
    let none = open(&files, &["d"], &jsonl());
    assert_eq!(fault(none), ShardFault::NoShards { format: "jsonl" });
}

#[test]
fn shards_with_other_columns_are_refused_unless_the_chosen_ones_agree() {
    let other: &[u8] = include_bytes!("data/tables/chat.parquet");
    let files = memory(&[SHARDS[0], ("z.parquet", other)]);
    let paths = ["d/train-00000-of-00003.parquet", "d/z.parquet"];
    let error = read(&mut open(&files, &paths, &parquet(&[])).unwrap()).unwrap_err();
    assert!(
        matches!(error.fault(), Some(ShardFault::Columns { .. })),
        "{error}"
    );
    assert!(
        error
            .to_string()
            .starts_with("d/z.parquet: its columns are (messages: list of"),
        "{error}"
    );
    let csv = DataFormat::Csv {
        dialect: Dialect::default(),
        columns: vec!["a".to_owned()],
    };
    let files = memory(&[("1.csv", b"a,b\n1,2\n"), ("2.csv", b"b,a\n4,3\n")]);
    let mut chosen = open(&files, &["d"], &csv).unwrap();
    assert_eq!(read(&mut chosen).unwrap().len(), 2);
    let all = DataFormat::Csv {
        dialect: Dialect::default(),
        columns: Vec::new(),
    };
    let error = read(&mut open(&files, &["d"], &all).unwrap()).unwrap_err();
    assert!(
        matches!(error.fault(), Some(ShardFault::Columns { .. })),
        "{error}"
    );
}

#[test]
fn rows_in_errors_are_those_of_the_shard() {
    let files = memory(&[
        ("1.jsonl", b"{\"n\":1}\n{\"n\":2}\n"),
        ("2.jsonl", b"{\"n\":3}\nno\n"),
    ]);
    let error = read(&mut open(&files, &["d"], &jsonl()).unwrap()).unwrap_err();
    assert!(
        error.to_string().starts_with("d/2.jsonl, row 2: "),
        "{error}"
    );
    // In the order given, not that of the names.
    let files = memory(&[("1.jsonl", b"{\"n\":1}"), ("2.jsonl", b"{\"n\":2}")]);
    let mut reader = open(&files, &["d/2.jsonl", "d/1.jsonl"], &jsonl()).unwrap();
    assert_eq!(read(&mut reader).unwrap(), ["{\"n\":2}", "{\"n\":1}"]);
}

const SAVED: [(&str, &[u8]); 4] = [
    (
        "data-00000-of-00002.arrow",
        include_bytes!("data/saved/data-00000-of-00002.arrow"),
    ),
    (
        "data-00001-of-00002.arrow",
        include_bytes!("data/saved/data-00001-of-00002.arrow"),
    ),
    (
        "dataset_info.json",
        include_bytes!("data/saved/dataset_info.json"),
    ),
    ("state.json", include_bytes!("data/saved/state.json")),
];

#[test]
fn what_save_to_disk_wrote_is_read_in_the_order_of_its_state() {
    let texts: Vec<String> = (0..5).map(|i| format!("t{i}")).collect();
    let mut reader = open(&memory(&SAVED), &["d"], &arrow()).unwrap();
    let records = read(&mut reader).unwrap();
    assert!(
        records
            .iter()
            .zip(&texts)
            .all(|(record, text)| record.ends_with(text))
    );
    assert_eq!(records.len(), 5);
    // The other way round, if the state says so.
    let state = String::from_utf8(SAVED[3].1.to_vec()).unwrap();
    let turned = state
        .replace("data-00000", "data-x")
        .replace("data-00001", "data-00000")
        .replace("data-x", "data-00001");
    let files = memory(&[SAVED[0], SAVED[1], ("state.json", turned.as_bytes())]);
    let turned = read(&mut open(&files, &["d"], &arrow()).unwrap()).unwrap();
    assert!(turned[0].ends_with("t3"), "{turned:?}");
}

#[test]
fn what_save_to_disk_wrote_is_read_so_in_folders_of_a_folder_too() {
    let state = String::from_utf8(SAVED[3].1.to_vec()).unwrap();
    let turned = state
        .replace("data-00000", "data-x")
        .replace("data-00001", "data-00000")
        .replace("data-x", "data-00001");
    let files = memory(&[
        ("a/data-00000-of-00002.arrow", SAVED[0].1),
        ("a/data-00001-of-00002.arrow", SAVED[1].1),
        ("a/other.arrow", SAVED[0].1),
        ("a/state.json", turned.as_bytes()),
        ("b/x.arrow", SAVED[0].1),
    ]);
    let mut reader = open(&files, &["d"], &arrow()).unwrap();
    let records = read(&mut reader).unwrap();
    assert!(records[0].ends_with("t3"), "{records:?}");
    assert_eq!(records.len(), 5 + 3);
    let ignored = reader.ignored().paths();
    assert!(ignored.iter().any(|path| path.ends_with("a/other.arrow")));
    let splits: &[u8] = b"{\"splits\": [\"train\", \"test\"]}";
    let files = memory(&[
        ("a/dataset_dict.json", splits),
        ("a/train/a.arrow", SAVED[0].1),
        ("a/test/a.arrow", SAVED[1].1),
    ]);
    let wanted = ShardFault::Splits(vec!["train".to_owned(), "test".to_owned()]);
    assert_eq!(fault(open(&files, &["d"], &arrow())), wanted);
}

#[test]
fn splits_indices_and_names_that_lead_out_are_refused() {
    let splits: &[u8] = b"{\"splits\": [\"train\", \"test\"]}";
    let files = memory(&[("dataset_dict.json", splits), ("train/a.arrow", SAVED[0].1)]);
    let wanted = ShardFault::Splits(vec!["train".to_owned(), "test".to_owned()]);
    assert_eq!(fault(open(&files, &["d"], &arrow())), wanted);
    let with_state = |state: &str| {
        let files = memory(&[SAVED[0], SAVED[1], ("state.json", state.as_bytes())]);
        fault(open(&files, &["d"], &arrow()))
    };
    let indices = "{\"_data_files\": [], \"_indices_data_files\": [{\"filename\": \"i.arrow\"}]}";
    assert_eq!(with_state(indices), ShardFault::Indices);
    let outside = "{\"_data_files\": [{\"filename\": \"../a.arrow\"}]}";
    assert_eq!(
        with_state(outside),
        ShardFault::Outside("../a.arrow".to_owned())
    );
}

#[cfg(unix)]
#[test]
fn links_to_files_are_shards_and_links_to_folders_are_refused() {
    use std::os::unix::fs::symlink;

    let folder = tempfile::tempdir().unwrap();
    let (blobs, snapshot) = (folder.path().join("blobs"), folder.path().join("snapshot"));
    std::fs::create_dir(&blobs).unwrap();
    std::fs::create_dir(&snapshot).unwrap();
    for (number, (name, bytes)) in SHARDS.iter().enumerate() {
        std::fs::write(blobs.join(number.to_string()), bytes).unwrap();
        symlink(format!("../blobs/{number}"), snapshot.join(name)).unwrap();
    }
    let files = disk();
    let path = snapshot.to_str().unwrap();
    let mut reader = open(&files, &[path], &parquet(&[])).unwrap();
    assert_eq!(read(&mut reader).unwrap().len(), 60);
    let error = DataFormat::guess_in(&*files, &snapshot, Vec::new()).unwrap_err();
    assert!(
        matches!(error.fault(), Some(ShardFault::HoldsData { count: 3, .. })),
        "{error}"
    );
    symlink(".", snapshot.join("again")).unwrap();
    assert_eq!(
        fault(open(&files, &[path], &parquet(&[]))),
        ShardFault::LinkedFolder
    );
    std::fs::remove_file(snapshot.join("again")).unwrap();
    std::fs::remove_file(blobs.join("1")).unwrap();
    let error = open(&files, &[path], &parquet(&[])).unwrap_err();
    assert!(matches!(error, Error::Io(_)), "{error}");
}
