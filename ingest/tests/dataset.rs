//! Records of every format: what is read, and what is refused.

mod encoded;
mod faults;

use std::path::Path;

use encoded::field;
use faults::assert_fault;
use tranche_ingest::dataset::{DataFault, DataFormat, RecordReader, UnitRule};
use tranche_ingest::error::{Error, FormatFault};
use tranche_ingest::rows::Dialect;
use tranche_protocol::manifest::reading::{Cut, Separator, TextEncoding};
use tranche_testkit::files::{Files, real};

type Read = Vec<(Vec<u8>, u32, u64)>;

/// Every record's bytes, units and row, and the number skipped.
fn read_by(path: &Path, format: &DataFormat, units: UnitRule) -> Result<(Read, u64), Error> {
    let mut source = RecordReader::open(path, format, units)?;
    let mut records = Vec::new();
    while let Some(record) = source.read()? {
        records.push((record.bytes().to_vec(), record.units().get(), record.row()));
    }
    assert_eq!(source.records(), records.len() as u64);
    Ok((records, source.skipped()))
}

fn read(path: &Path, format: &DataFormat) -> Result<(Read, u64), Error> {
    read_by(path, format, UnitRule::Byte)
}

fn texts(read: &Read) -> Vec<&str> {
    read.iter()
        .map(|(bytes, ..)| std::str::from_utf8(bytes).unwrap())
        .collect()
}

fn jsonl(fields: &[&str]) -> DataFormat {
    DataFormat::Jsonl {
        fields: fields.iter().map(|&field| field.to_owned()).collect(),
        encoding: TextEncoding::Utf8,
    }
}

fn csv(columns: &[&str]) -> DataFormat {
    let columns = columns.iter().map(|&column| column.to_owned()).collect();
    DataFormat::Csv {
        dialect: Dialect::default(),
        columns,
    }
}

/// Text cut at a separator, as it is written on the command line.
fn text(separator: &str) -> DataFormat {
    DataFormat::Text {
        cut: Cut::Separator(Separator::parse(separator).unwrap()),
        encoding: TextEncoding::Utf8,
    }
}

const PARAGRAPHS: DataFormat = DataFormat::Text {
    cut: Cut::Paragraphs,
    encoding: TextEncoding::Utf8,
};

#[test]
fn jsonl_lines_are_raw_without_fields() {
    let files = Files::new();
    let path = files.write("a.jsonl", "{\"a\": 1}\r\n\n  \n{\"b\":\"é\"} \n{}");
    let (records, skipped) = read(&path, &jsonl(&[])).unwrap();
    assert_eq!(texts(&records), ["{\"a\": 1}", "{\"b\":\"é\"} ", "{}"]);
    assert_eq!(
        records.iter().map(|(.., row)| *row).collect::<Vec<_>>(),
        [1, 4, 5]
    );
    assert_eq!(records[1].1, 11);
    assert_eq!(skipped, 2);
}

#[test]
fn jsonl_fields_are_encoded_in_the_order_chosen() {
    let files = Files::new();
    let path = files.write("a.jsonl", "{\"q\": \"x\\ny\", \"n\": 3, \"z\": null}\n");
    let (records, _) = read(&path, &jsonl(&["n", "q", "z"])).unwrap();
    let expected = [field(b'i', "3"), field(b's', "x\ny"), field(b'n', "")].concat();
    // Units are bytes of the values alone: "3", and "x", a line feed and "y".
    assert_eq!(records, [(expected, 4, 1)]);
}

#[test]
fn jsonl_faults_name_the_line() {
    let files = Files::new();
    let good = "{\"a\":1}\n";
    let path = files.write("a.jsonl", format!("{good}\n{good}{{\"b\":1}}\n"));
    assert_fault(
        read(&path, &jsonl(&["a"])),
        Some(4),
        &FormatFault::MissingField("a".into()),
    );
    let path = files.write("b.jsonl", format!("{good}[1]\n"));
    for format in [jsonl(&["a"]), jsonl(&[])] {
        let error = read(&path, &format).unwrap_err();
        assert!(
            matches!(error.fault(), Some(FormatFault::Shape { .. })),
            "{error}"
        );
    }
    for (name, line) in [
        ("open", "{\"a\":"),
        ("two", "{} {}"),
        ("deep", &"[".repeat(100_000)),
    ] {
        let path = files.write(name, format!("{good}{line}\n"));
        for format in [jsonl(&["a"]), jsonl(&[])] {
            let error = read(&path, &format).unwrap_err();
            assert!(
                matches!(error.fault(), Some(FormatFault::BadJson(_))),
                "{error}"
            );
            assert!(
                error.to_string().contains(&format!("{name}, row 2:")),
                "{error}"
            );
        }
    }
    let path = files.write("d.jsonl", [good.as_bytes(), b"{\"a\":\"\xff\"}\n"].concat());
    assert_fault(read(&path, &jsonl(&["a"])), Some(2), &FormatFault::NotUtf8);
    assert_fault(read(&path, &jsonl(&[])), Some(2), &FormatFault::NotUtf8);
}

#[test]
fn text_is_cut_at_the_separator() {
    let files = Files::new();
    let path = files.write("a.txt", "one\ntwo\n\n\n\n \n\nthree\n\nfour\n");
    let (records, skipped) = read(&path, &PARAGRAPHS).unwrap();
    assert_eq!(texts(&records), ["one\ntwo", "three", "four"]);
    assert_eq!(
        records.iter().map(|(.., row)| *row).collect::<Vec<_>>(),
        [1, 8, 10]
    );
    assert_eq!(skipped, 0);
    let (records, _) = read(&path, &text("\\n")).unwrap();
    assert_eq!(texts(&records), ["one", "two", "three", "four"]);
    let path = files.write("b.txt", b"fine\n\nnot \xc3\x28");
    assert_fault(read(&path, &PARAGRAPHS), Some(3), &FormatFault::NotUtf8);
    let (records, _) = read(&files.write("c.txt", ""), &text("x")).unwrap();
    assert!(records.is_empty());
}

#[test]
fn csv_rows_are_requoted_or_columns_encoded() {
    let files = Files::new();
    let path = files.write(
        "a.csv",
        "id,text\n1,\"a, b\"\r\n\n\"2\",\"say \"\"hi\"\"\"\n",
    );
    let (records, _) = read(&path, &csv(&[])).unwrap();
    assert_eq!(texts(&records), ["1,\"a, b\"", "2,\"say \"\"hi\"\"\""]);
    let (records, _) = read(&path, &csv(&["text", "id"])).unwrap();
    assert_eq!(
        records[1].0,
        [field(b's', "say \"hi\""), field(b's', "2")].concat()
    );
}

#[test]
fn csv_faults_name_the_row() {
    let files = Files::new();
    let path = files.write("a.csv", "id,text,text\n1,2,3\n1,2\n");
    assert_fault(
        read(&path, &csv(&["no"])),
        None,
        &FormatFault::MissingField("no".into()),
    );
    assert_fault(
        read(&path, &csv(&["text"])),
        None,
        &FormatFault::AmbiguousField("text".into()),
    );
    let short = FormatFault::BadCsv("expected 3 fields, got 2".into());
    assert_fault(read(&path, &csv(&["id"])), Some(2), &short);
    let path = files.write("b.csv", b"id\n1\n\xff\n");
    assert_fault(read(&path, &csv(&[])), Some(2), &FormatFault::NotUtf8);
    let path = files.write("c.csv", "");
    assert_fault(
        read(&path, &csv(&[])),
        None,
        &FormatFault::Empty("header line"),
    );
}

#[test]
fn folders_are_read_in_byte_order_of_relative_paths() {
    let files = Files::new();
    let mut names = ["a.txt", "a/z", "a/b/c", "a-b", "a0", "b/a", "é", "B"];
    for name in names {
        files.write(name, name);
    }
    names.sort_unstable();
    let (records, _) = read(files.root(), &DataFormat::Folder).unwrap();
    assert_eq!(texts(&records), names);
}

#[test]
fn units_out_of_bounds_name_the_file_and_the_row() {
    let files = Files::new();
    files.write("a", "full");
    let empty = files.write("b", "");
    let result = read(files.root(), &DataFormat::Folder);
    let Err(Error::Input(input)) = &result else {
        panic!("{result:?}")
    };
    assert_eq!(input.file, empty);
    assert_fault(result, Some(2), &DataFault::ZeroUnits);
    // By record, an empty file weighs one like any other.
    let (records, _) = read_by(files.root(), &DataFormat::Folder, UnitRule::Record).unwrap();
    assert_eq!(records[1], (vec![], 1, 2));

    let bound = "x".repeat((1 << 24) - 1);
    let path = files.write("c.txt", format!("{bound}--{bound}x"));
    assert_fault(
        read(&path, &text("--")),
        Some(2),
        &DataFault::UnitsOverBound { got: 1 << 24 },
    );
}

#[test]
fn missing_files_are_io_errors() {
    let files = Files::new();
    let path = files.path("no");
    for format in [jsonl(&[]), text("\\n"), csv(&[]), DataFormat::Folder] {
        let error = read(&path, &format).unwrap_err();
        assert!(matches!(error, Error::Io { .. }), "{error}");
    }
}

#[test]
fn formats_are_guessed_from_the_path() {
    let files = Files::new();
    let guess = |name: &str, fields: &[&str]| {
        let fields = fields.iter().map(|&field| field.to_owned()).collect();
        DataFormat::guess(&files.write(name, ""), fields)
    };
    assert_eq!(guess("a.jsonl", &["q"]).unwrap(), jsonl(&["q"]));
    assert_eq!(guess("a.txt", &[]).unwrap(), PARAGRAPHS);
    assert_eq!(guess("a.csv", &[]).unwrap(), csv(&[]));
    assert!(matches!(guess("a.bin", &[]), Err(Error::Usage { .. })));
    assert!(matches!(guess("a.txt", &["q"]), Err(Error::Usage { .. })));
    assert!(DataFormat::guess(files.root(), vec![]).is_err());
    std::fs::create_dir(files.path("poems")).unwrap();
    files.write("poems/1.txt", "");
    assert_eq!(
        DataFormat::guess(&files.path("poems"), vec![]).unwrap(),
        DataFormat::Folder
    );
}

#[test]
fn the_real_files_have_their_records() {
    for (name, format, count) in [
        ("gsm8k_train.jsonl", jsonl(&["question", "answer"]), 1_320),
        ("gsm8k_train.jsonl", jsonl(&[]), 1_320),
        ("gsm8k_test.jsonl", jsonl(&["question", "answer"]), 1_319),
        ("tinyshakespeare.txt", PARAGRAPHS, 7_222),
    ] {
        let (records, skipped) = read(&real(name), &format).unwrap();
        assert_eq!((records.len(), skipped), (count, 0), "{name}");
        let framing = match &format {
            DataFormat::Jsonl { fields, .. } => 9 * fields.len(),
            _ => 0,
        };
        assert!(
            records
                .iter()
                .all(|(bytes, units, _)| bytes.len() - framing == *units as usize)
        );
    }
}

#[cfg(feature = "tokens")]
mod tokens {
    use super::*;

    /// A byte-level tokenizer with the pattern of GPT-2, one merge, and truncation and padding that must not matter.
    fn tokenizer() -> String {
        let mut vocabulary = String::new();
        for byte in b'!'..=b'~' {
            let character = serde_json::Value::from((byte as char).to_string());
            vocabulary += &format!("{character}:{},", byte - b'!');
        }
        format!(
            "{{\"version\":\"1.0\",\
            \"truncation\":{{\"direction\":\"Right\",\"max_length\":2,\"strategy\":\"LongestFirst\",\"stride\":0}},\
            \"padding\":{{\"strategy\":{{\"Fixed\":64}},\"direction\":\"Right\",\"pad_to_multiple_of\":null,\
            \"pad_id\":0,\"pad_type_id\":0,\"pad_token\":\"!\"}},\"added_tokens\":[],\"normalizer\":null,\
            \"pre_tokenizer\":{{\"type\":\"ByteLevel\",\"add_prefix_space\":false,\"trim_offsets\":true,\"use_regex\":true}},\
            \"post_processor\":null,\"decoder\":null,\"model\":{{\"type\":\"BPE\",\"dropout\":null,\"unk_token\":null,\
            \"continuing_subword_prefix\":null,\"end_of_word_suffix\":null,\"fuse_unk\":false,\
            \"vocab\":{{{vocabulary}\"Ġ\":94,\"ab\":95}},\"merges\":[\"a b\"]}}}}"
        )
    }

    fn rule(files: &Files) -> UnitRule {
        let path = files.write("tokenizer.json", tokenizer());
        UnitRule::parse(&format!("token:{}", path.display())).unwrap()
    }

    #[test]
    fn units_are_tokens_without_truncation_or_padding() {
        let files = Files::new();
        let path = files.write("a.txt", "abc ab\n\nx");
        let (records, _) = read_by(&path, &PARAGRAPHS, rule(&files)).unwrap();
        // "ab" "c" "Ġ" "ab", and "x".
        assert_eq!(
            records
                .iter()
                .map(|(_, units, _)| *units)
                .collect::<Vec<_>>(),
            [4, 1]
        );
    }

    #[test]
    fn chosen_fields_count_by_their_text_alone() {
        let files = Files::new();
        let path = files.write("a.jsonl", "{\"a\":\"ab\",\"b\":\"abc\",\"n\":12}\n");
        let (records, _) = read_by(&path, &jsonl(&["a", "b", "n"]), rule(&files)).unwrap();
        assert_eq!(records[0].1, 1 + 2 + 2);
    }

    #[test]
    fn records_without_tokens_or_text_are_refused() {
        let files = Files::new();
        let path = files.write("a.jsonl", "{\"a\":\"x\"}\n{\"a\":\"\"}\n");
        let result = read_by(&path, &jsonl(&["a"]), rule(&files));
        assert_fault(result, Some(2), &DataFault::ZeroUnits);
        files.write("folder/a", b"\xff");
        let result = read_by(&files.path("folder"), &DataFormat::Folder, rule(&files));
        assert_fault(result, Some(1), &FormatFault::NotUtf8);
    }

    #[test]
    fn a_broken_tokenizer_is_an_input_error() {
        let files = Files::new();
        let path = files.write("t.json", "{\"version\":\"1.0\"}");
        let error = UnitRule::parse(&format!("token:{}", path.display())).unwrap_err();
        assert!(
            matches!(error.fault(), Some(DataFault::Tokenizer(_))),
            "{error}"
        );
        let random = tokenizer().replace("\"dropout\":null", "\"dropout\":0.1");
        let path = files.write("t.json", random);
        let error = UnitRule::parse(&format!("token:{}", path.display())).unwrap_err();
        assert!(error.to_string().contains("dropout"), "{error}");
        let error = UnitRule::parse("token:no/such.json").unwrap_err();
        assert!(matches!(error, Error::Io { .. }), "{error}");
    }
}
