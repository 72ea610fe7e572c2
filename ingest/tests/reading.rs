//! Text as people have it: other line ends, marks, delimiters, encodings and compressions, and files that are damaged.

mod faults;

use std::path::{Path, PathBuf};

use faults::assert_fault;
use tranche_ingest::dataset::{DataFault, DataFormat, RecordReader, UnitRule};
use tranche_ingest::error::{Error, FormatFault};
use tranche_ingest::input::Input;
use tranche_ingest::plain::{OtherFile, TextFault};
use tranche_ingest::rows::{Dialect, RowFault};
use tranche_ingest::training_log::run_file::RunFile;
use tranche_ingest::training_log::{LogFormat, LogReader};
use tranche_protocol::manifest::reading::{Cut, Delimiter, Reading, Separator, TextEncoding};
use tranche_testkit::files::Files;

/// A file of `tests/data/cases`.
fn case(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/data/cases")
        .join(name)
}

/// What a reader gave: the records, and what was skipped.
#[derive(Debug, PartialEq)]
struct Found {
    records: Vec<Vec<u8>>,
    units: Vec<u32>,
    rows: Vec<u64>,
    skipped: u64,
}

fn read(path: &Path, format: &DataFormat) -> Result<Found, Error> {
    let mut reader = RecordReader::open(path, format, UnitRule::Byte)?;
    let mut found = Found {
        records: Vec::new(),
        units: Vec::new(),
        rows: Vec::new(),
        skipped: 0,
    };
    while let Some(record) = reader.read()? {
        found.records.push(record.bytes().to_vec());
        found.units.push(record.units().get());
        found.rows.push(record.row());
    }
    found.skipped = reader.skipped();
    Ok(found)
}

/// Reads a file by its name alone.
fn guessed(path: &Path) -> Result<Found, Error> {
    read(path, &DataFormat::guess(path, Vec::new())?)
}

fn text(cut: Cut) -> DataFormat {
    DataFormat::Text {
        cut,
        encoding: TextEncoding::Utf8,
    }
}

fn csv(dialect: Dialect, columns: &[&str]) -> DataFormat {
    DataFormat::Csv {
        dialect,
        columns: columns.iter().map(|name| (*name).to_owned()).collect(),
    }
}

fn jsonl(fields: &[&str]) -> DataFormat {
    DataFormat::Jsonl {
        fields: fields.iter().map(|name| (*name).to_owned()).collect(),
        encoding: TextEncoding::Utf8,
    }
}

#[test]
fn a_quote_that_never_closes_is_refused_where_it_opens() {
    let open = RowFault::OpenQuote { line: 5 };
    assert_fault(guessed(&case("openquote.csv")), Some(4), &open);
    let mut log = LogReader::open(&case("log_openquote.csv"), LogFormat::Csv).unwrap();
    let error = loop {
        match log.read() {
            Ok(Some(_)) => {}
            Ok(None) => panic!("the log was read to its end"),
            Err(error) => break error,
        }
    };
    assert_eq!(error.fault(), Some(&RowFault::OpenQuote { line: 9 }));
    assert!(error.to_string().contains("line 9"), "{error}");
}

#[test]
fn paragraphs_are_told_apart_whatever_the_line_ends() {
    for name in ["dos.txt", "mixed.txt"] {
        let found = guessed(&case(name)).unwrap();
        assert_eq!((found.records.len(), found.skipped), (20, 0), "{name}");
        for (number, record) in found.records.iter().enumerate() {
            let start = format!("Paragraph {number},");
            assert!(
                record.starts_with(start.as_bytes()) && record.ends_with(b"."),
                "{name}"
            );
        }
    }
    let separator = Separator::parse("\\r\\n\\r\\n").unwrap();
    let found = read(&case("dos.txt"), &text(Cut::Separator(separator))).unwrap();
    assert_eq!(found.records.len(), 20);
}

#[test]
fn lines_are_the_same_whatever_their_ends() {
    let files = Files::new();
    let unix = files.write("unix.txt", "one\ntwo\n\nthree");
    let dos = files.write("dos.txt", "one\r\ntwo\r\n\r\nthree\r\n");
    let lines = read(&unix, &text(Cut::Lines)).unwrap();
    assert_eq!(lines.records, [&b"one"[..], b"two", b"three"]);
    assert_eq!((&lines.rows[..], lines.skipped), (&[1, 2, 4][..], 1));
    assert_eq!(read(&dos, &text(Cut::Lines)).unwrap(), lines);
}

#[test]
fn text_with_old_line_ends_is_refused_instead_of_one_record() {
    let files = Files::new();
    let path = files.write("old.txt", "one\rtwo\r\rthree\r");
    for cut in [Cut::Paragraphs, Cut::Lines] {
        assert_fault(
            read(&path, &text(cut)),
            Some(1),
            &DataFault::CarriageReturns,
        );
    }
    let separator = Cut::Separator(Separator::parse("\\r\\r").unwrap());
    assert_eq!(read(&path, &text(separator)).unwrap().records.len(), 2);
}

#[test]
fn nul_is_a_separator_and_no_text() {
    let files = Files::new();
    let path = files.write("a.txt", "one\0two\0");
    let separator = Cut::Separator(Separator::parse("\\0").unwrap());
    assert_eq!(
        read(&path, &text(separator)).unwrap().records,
        [b"one", b"two"]
    );
    assert_fault(guessed(&path), Some(1), &TextFault::Nul);
    let path = files.write("a.jsonl", "{}\n{\"a\":1}\0\n");
    assert_fault(guessed(&path), Some(2), &TextFault::Nul);
    let units: Vec<u8> = "id,text\n1,a\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    assert_fault(guessed(&files.write("a.csv", units)), None, &TextFault::Nul);
}

#[test]
fn a_file_with_another_delimiter_is_no_file_of_one_column() {
    let path = case("semi_nocomma.csv");
    let other = RowFault::OtherDelimiter {
        assumed: Delimiter::Comma,
        found: Delimiter::Semicolon,
    };
    assert_fault(guessed(&path), None, &other);
    assert_fault(
        read(&path, &csv(Dialect::default(), &["text"])),
        None,
        &other,
    );
    let dialect = Dialect::default().delimited(Delimiter::Semicolon);
    let found = read(&path, &csv(dialect, &["text"])).unwrap();
    assert_eq!(
        found.units,
        ["alpha beta".len() as u32, "gamma delta".len() as u32]
    );
    let found = read(&path, &csv(dialect, &[])).unwrap();
    assert_eq!(found.records, [&b"1,alpha beta,0"[..], b"2,gamma delta,1"]);
}

#[test]
fn a_file_without_a_header_keeps_its_first_row() {
    let path = case("noheader.csv");
    assert_eq!(guessed(&path).unwrap().records.len(), 2);
    let format = DataFormat::guess(&path, Vec::new()).unwrap();
    let reader = RecordReader::open(&path, &format, UnitRule::Record).unwrap();
    assert_eq!(reader.columns(), ["1", "alpha"]);
    let dialect = Dialect {
        header: false,
        ..Dialect::default()
    };
    let found = read(&path, &csv(dialect, &["2"])).unwrap();
    assert_eq!((found.records.len(), &found.units[..]), (3, &[5, 4, 5][..]));
    let missing = FormatFault::MissingField("alpha".into());
    assert_fault(read(&path, &csv(dialect, &["alpha"])), None, &missing);
}

#[test]
fn tab_separated_files_are_known_by_their_names() {
    let files = Files::new();
    for name in ["a.tsv", "A.TSV", "a.tab"] {
        let path = files.write(name, "id\ttext\n1\ta, b\n");
        assert_eq!(guessed(&path).unwrap().records, [b"1,\"a, b\""]);
    }
    let path = files.write("b.tsv", "id,text\n1,a\n");
    let fault = RowFault::OtherDelimiter {
        assumed: Delimiter::Tab,
        found: Delimiter::Comma,
    };
    assert_fault(guessed(&path), None, &fault);
}

#[test]
fn what_excel_saves_is_read_or_named() {
    let files = Files::new();
    let text = "id;größe\n1;5 €\n";
    let dialect = Dialect::default().delimited(Delimiter::Semicolon);
    let wanted = read(&files.write("utf8.csv", text), &csv(dialect, &["größe"])).unwrap();
    let windows = files.write("windows.csv", b"id;gr\xf6\xdfe\n1;5 \x80\n");
    assert_fault(
        read(&windows, &csv(dialect, &[])),
        None,
        &FormatFault::NotUtf8,
    );
    let windows_1252 = Dialect {
        encoding: TextEncoding::Windows1252,
        ..dialect
    };
    assert_eq!(
        read(&windows, &csv(windows_1252, &["größe"])).unwrap(),
        wanted
    );
    let marked = format!("\u{feff}{text}");
    let path = files.write("marked.csv", &marked);
    assert_eq!(read(&path, &csv(dialect, &["größe"])).unwrap(), wanted);
    let units: Vec<u8> = marked.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let path = files.write("unicode.txt", units);
    assert_fault(read(&path, &csv(dialect, &[])), None, &TextFault::Utf16);
    let utf_16 = Dialect {
        encoding: TextEncoding::Utf16,
        ..dialect
    };
    assert_eq!(read(&path, &csv(utf_16, &["größe"])).unwrap(), wanted);
    for name in ["a.xlsx", "a.xls", "a.ods"] {
        let error = guessed(&files.write(name, "PK\x03\x04")).unwrap_err();
        assert!(error.to_string().contains("CSV UTF-8"), "{error}");
    }
    let book = files.write("book.csv", b"PK\x03\x04\x14\0\x06\0");
    assert_fault(guessed(&book), None, &TextFault::NoText(OtherFile::Zip));
}

#[test]
fn a_byte_order_mark_changes_no_record() {
    let files = Files::new();
    let marked = case("bom.jsonl");
    let plain = std::fs::read_to_string(&marked).unwrap();
    let plain = files.write("plain.jsonl", plain.strip_prefix('\u{feff}').unwrap());
    assert_eq!(guessed(&marked).unwrap(), guessed(&plain).unwrap());
    for (name, text) in [("a.txt", "one\n\ntwo"), ("a.csv", "id\n1\n")] {
        let plain = guessed(&files.write(name, text)).unwrap();
        let marked = guessed(&files.write(name, format!("\u{feff}{text}"))).unwrap();
        assert_eq!(marked, plain, "{name}");
    }
    let log = "\u{feff}step,tranche,record\n0,a,7\n";
    let mut log = LogReader::new(Input::bytes("log.csv", log), LogFormat::Csv).unwrap();
    assert_eq!(log.read().unwrap().unwrap().record, 7);
    let run = "\u{feff}{\"version\":1,\"sources\":[]}";
    RunFile::from_input(Input::bytes("run.json", run)).unwrap();
}

#[test]
fn compressed_files_are_read_by_the_name_inside() {
    let wanted = guessed(&case("docs.jsonl.gz")).unwrap();
    assert_eq!(wanted.records.len(), 5);
    for name in ["docs.json.gz", "docs.jsonl.zst"] {
        assert_eq!(guessed(&case(name)).unwrap(), wanted, "{name}");
    }
    let files = Files::new();
    let bytes = std::fs::read(case("docs.jsonl.gz")).unwrap();
    // The first bytes tell, whatever the name says; members may follow each other.
    let named = files.write("docs.jsonl", &bytes);
    assert_eq!(guessed(&named).unwrap(), wanted);
    let twice = files.write("twice.jsonl.gz", bytes.repeat(2));
    assert_eq!(guessed(&twice).unwrap().records.len(), 10);
    let plain = wanted.records.join(&b'\n');
    assert_eq!(
        guessed(&files.write("plain.jsonl.gz", plain)).unwrap(),
        wanted
    );
    for name in ["a.csv.gz", "a.tsv.zst", "a.txt.gz", "a.ndjson.zst"] {
        let path = files.write(name, "");
        assert!(DataFormat::guess(&path, Vec::new()).is_ok(), "{name}");
    }
    let path = files.write("a.parquet.gz", "");
    let error = DataFormat::guess(&path, Vec::new()).unwrap_err();
    assert!(error.to_string().contains("decompress"), "{error}");
}

#[test]
fn a_compressed_file_without_its_end_is_refused() {
    let files = Files::new();
    for (name, compression) in [("docs.jsonl.gz", "gzip"), ("docs.jsonl.zst", "zstd")] {
        let bytes = std::fs::read(case(name)).unwrap();
        for length in 20..bytes.len() {
            let path = files.write(name, &bytes[..length]);
            let error = guessed(&path).unwrap_err();
            let fault = TextFault::Truncated(compression);
            assert_eq!(error.fault(), Some(&fault), "{length}: {error}");
        }
    }
}

#[test]
fn text_that_ends_inside_a_line_or_a_character_is_refused() {
    let files = Files::new();
    let path = files.write("a.jsonl", "{\"a\":1}\n{\"a\":");
    let error = guessed(&path).unwrap_err();
    assert!(
        matches!(error.fault(), Some(FormatFault::BadJson(_))),
        "{error}"
    );
    assert_eq!(
        guessed(&files.write("a.jsonl", "{\"a\":1}\n{}"))
            .unwrap()
            .records
            .len(),
        2
    );
    for (name, row) in [("a.txt", 3), ("a.csv", 1)] {
        let path = files.write(name, &"one\n\né".as_bytes()[..6]);
        assert_fault(guessed(&path), Some(row), &FormatFault::NotUtf8);
    }
}

#[test]
fn one_rule_of_json_holds_for_lines_and_for_fields() {
    let path = case("surrogate.jsonl");
    for fields in [&[][..], &["text"], &["id"]] {
        let error = read(&path, &jsonl(fields)).unwrap_err();
        assert!(
            matches!(error.fault(), Some(FormatFault::BadJson(_))),
            "{error}"
        );
        assert!(error.to_string().contains("row 2: "), "{error}");
    }
}

#[test]
fn a_json_array_is_named() {
    let files = Files::new();
    let path = files.write("a.json", "[{\"a\":1},\n{\"a\":2}]\n");
    let error = guessed(&path).unwrap_err();
    assert_eq!(error.fault(), Some(&DataFault::JsonArray));
    assert!(error.to_string().contains("jq -c '.[]'"), "{error}");
}

#[test]
fn units_count_the_text_of_values_and_no_framing() {
    let files = Files::new();
    let path = files.write("a.csv", "a,b,c\nxy,,\n\"p\"\"q\",r,\n,,\n");
    let by = |columns: &[&str]| {
        let mut reader =
            RecordReader::open(&path, &csv(Dialect::default(), columns), UnitRule::Byte).unwrap();
        let mut units = Vec::new();
        loop {
            match reader.read() {
                Ok(Some(record)) => units.push(record.units().get()),
                Ok(None) => return (units, None),
                Err(error) => return (units, Some(error)),
            }
        }
    };
    // More empty columns weigh no more.
    for columns in [&["a"][..], &["a", "c"]] {
        let (units, error) = by(columns);
        assert_eq!(units, [2, 3]);
        let error = error.unwrap();
        assert_eq!(error.fault(), Some(&DataFault::ZeroUnits));
        assert!(error.to_string().contains("row 3: "), "{error}");
        assert!(error.to_string().contains("--units record"), "{error}");
    }
    // A whole row weighs as it is written, its delimiters included.
    assert_eq!(by(&[]).0, [4, 9, 2]);
    let path = files.write(
        "a.jsonl",
        "{\"a\":\"é\",\"b\":[1, 2],\"c\":null,\"d\":true,\"e\":-5}\n",
    );
    let units = |fields: &[&str]| read(&path, &jsonl(fields)).unwrap().units;
    assert_eq!(units(&["a", "c"]), [2]);
    assert_eq!(units(&["b", "d", "e"]), [5 + 4 + 2]);
}

#[cfg(unix)]
#[test]
fn links_to_files_are_read_and_others_named() {
    use std::os::unix::fs::symlink;

    let files = Files::new();
    files.write("blobs/0a1b", "one");
    files.write("blobs/2c3d", "two");
    files.write("snapshot/c", "three");
    symlink("../blobs/2c3d", files.path("snapshot/b")).unwrap();
    symlink("../blobs/0a1b", files.path("snapshot/a")).unwrap();
    let folder = files.path("snapshot");
    let found = guessed(&folder).unwrap();
    assert_eq!(found.records, [&b"one"[..], b"two", b"three"]);
    for (name, target) in [("loop", "."), ("nowhere", "missing"), ("blobs", "../blobs")] {
        let link = folder.join(name);
        symlink(target, &link).unwrap();
        let error = guessed(&folder).unwrap_err();
        assert_eq!(error.fault(), Some(&DataFault::NoFile), "{error}");
        assert!(error.to_string().contains(name), "{error}");
        std::fs::remove_file(link).unwrap();
    }
}

#[test]
fn a_format_says_how_it_is_read_again() {
    let dialect = Dialect::default().delimited(Delimiter::Tab);
    let reading = csv(dialect, &["a"]).reading();
    let wanted = Reading::Csv {
        delimiter: Delimiter::Tab,
        header: true,
        quotes: true,
        columns: vec!["a".to_owned()],
        encoding: TextEncoding::Utf8,
    };
    assert_eq!(reading, wanted);
    assert_eq!(DataFormat::Folder.reading(), Reading::Folder);
}
