//! Tables that pyarrow wrote (tests/data/README.md): codecs, nested columns, and the same values in Parquet and in Arrow.
#![cfg(all(feature = "parquet", feature = "arrow"))]

mod encoded;

use encoded::field;
use tranche_ingest::Input;
use tranche_ingest::dataset::{DataFormat, RecordReader, UnitRule};
use tranche_ingest::error::{Error, FormatFault};

type Records = Vec<Vec<u8>>;

fn read_as(format: &DataFormat, name: &str, bytes: &[u8]) -> Result<Records, Error> {
    let input = Input::bytes(name, bytes);
    let mut reader = RecordReader::new(input, format, UnitRule::Record)?;
    let mut records = Vec::new();
    while let Some(record) = reader.read()? {
        records.push(record.bytes().to_vec());
        assert_eq!(record.row(), records.len() as u64);
    }
    Ok(records)
}

fn parquet(bytes: &[u8], columns: &[&str]) -> Result<Records, Error> {
    let columns = columns.iter().map(|&name| name.to_owned()).collect();
    read_as(&DataFormat::Parquet { columns }, "a.parquet", bytes)
}

fn arrow(bytes: &[u8], columns: &[&str]) -> Result<Records, Error> {
    let columns = columns.iter().map(|&name| name.to_owned()).collect();
    read_as(&DataFormat::Arrow { columns }, "a.arrow", bytes)
}

fn jsonl(text: &str, fields: &[&str]) -> Records {
    let fields = fields.iter().map(|&name| name.to_owned()).collect();
    read_as(
        &DataFormat::Jsonl {
            encoding: tranche_protocol::manifest::reading::TextEncoding::Utf8,
            fields,
        },
        "a.jsonl",
        text.as_bytes(),
    )
    .unwrap()
}

const PLAIN: &[u8] = include_bytes!("data/tables/codec-none.parquet");
const CHAT: &[u8] = include_bytes!("data/tables/chat.parquet");
const KINDS: &[u8] = include_bytes!("data/tables/kinds.parquet");
const KINDS_STREAM: &[u8] = include_bytes!("data/tables/kinds.arrows");
const KINDS_LZ4: &[u8] = include_bytes!("data/tables/kinds-lz4.arrow");
const KINDS_ZSTD: &[u8] = include_bytes!("data/tables/kinds-zstd.arrow");
const VIEWS: &[u8] = include_bytes!("data/tables/views.arrow");
const DELTA: &[u8] = include_bytes!("data/tables/delta.arrows");

#[test]
fn pages_of_every_codec_are_read_as_those_of_none() {
    let wanted = parquet(PLAIN, &[]).unwrap();
    assert_eq!(wanted.len(), 20);
    let codecs: [(&str, &[u8]); 7] = [
        (
            "zstd, by polars",
            include_bytes!("data/tables/zstd.parquet"),
        ),
        ("snappy", include_bytes!("data/tables/codec-snappy.parquet")),
        ("gzip", include_bytes!("data/tables/codec-gzip.parquet")),
        ("brotli", include_bytes!("data/tables/codec-brotli.parquet")),
        ("lz4", include_bytes!("data/tables/codec-lz4.parquet")),
        (
            "zstd, version 2",
            include_bytes!("data/tables/codec-zstd-v2.parquet"),
        ),
        ("none", PLAIN),
    ];
    for (codec, bytes) in codecs {
        assert_eq!(parquet(bytes, &[]).unwrap(), wanted, "{codec}");
    }
}

#[test]
fn a_changed_byte_of_a_page_with_a_checksum_is_found() {
    let mut bytes = include_bytes!("data/tables/codec-zstd-v2.parquet").to_vec();
    // Within the first page's data.
    bytes[60] ^= 1;
    let error = parquet(&bytes, &[]).unwrap_err();
    assert!(error.to_string().contains("checksum"), "{error}");
}

#[test]
fn a_conversation_is_the_same_record_in_parquet_and_in_jsonl() {
    let text: String = (0..20)
        .map(|i| format!("{{\"messages\": [{{\"role\": \"user\", \"content\": \"q{i}\"}}]}}\n"))
        .collect();
    assert_eq!(
        parquet(CHAT, &["messages"]).unwrap(),
        jsonl(&text, &["messages"])
    );
}

/// What Python says of the nested columns of `kinds`, as JSON.
const ROWS: &str = r#"{"list":[1,null,3],"three":[0.5,-0.0,1e300],"chat":[{"role":"user","content":"hi"},{"role":"assistant","content":null}],"deep":[[{"z":1,"a":["x","y"]},null],[],null,[{"z":null,"a":null},{"z":2,"a":[]}]],"map":{"b":1,"a":null},"codes":[{"key":2,"value":"two"},{"key":1,"value":null}],"none":null,"word":"b","text":"é \"q\"\n"}
{"list":null,"three":null,"chat":null,"deep":null,"map":null,"codes":null,"none":null,"word":null,"text":null}
{"list":[],"three":[1.0,2.0,3.0],"chat":[],"deep":[],"map":{},"codes":[],"none":null,"word":"a","text":""}
{"list":[1,null,3],"three":[0.5,-0.0,1e300],"chat":[{"role":"user","content":"hi"},{"role":"assistant","content":null}],"deep":[[{"z":1,"a":["x","y"]},null],[],null,[{"z":null,"a":null},{"z":2,"a":[]}]],"map":{"b":1,"a":null},"codes":[{"key":2,"value":"two"},{"key":1,"value":null}],"none":null,"word":"b","text":"é \"q\"\n"}
"#;

#[test]
fn nested_columns_are_the_json_that_says_the_same() {
    for name in [
        "list", "three", "chat", "deep", "map", "codes", "none", "word", "text",
    ] {
        let wanted = jsonl(ROWS, &[name]);
        assert_eq!(parquet(KINDS, &[name]).unwrap(), wanted, "{name}");
        assert_eq!(arrow(KINDS_STREAM, &[name]).unwrap(), wanted, "{name}");
    }
}

#[test]
fn values_without_a_json_form_are_their_stored_integers_and_bytes() {
    for (name, kind, payload) in [
        ("half", b'f', "1.5e0"),
        ("single", b'f', "1e-1"),
        ("big", b'i', "18446744073709551615"),
        ("fixed", b'x', "abc"),
        ("day", b'i', "-1"),
        ("day64", b'i', "18263"),
        ("clock", b'i', "7000"),
        ("at_s", b'i', "2000"),
        ("at_us", b'i', "1000005"),
        ("price", b'i', "-150"),
        ("wide", b'i', "12345678901234567890123456789001"),
        ("images", b'j', "{\"bytes\":x\"0102\",\"path\":null}"),
    ] {
        let wanted = field(kind, payload);
        assert_eq!(parquet(KINDS, &[name]).unwrap()[0], wanted, "{name}");
        assert_eq!(arrow(KINDS_STREAM, &[name]).unwrap()[0], wanted, "{name}");
    }
}

#[test]
fn the_same_values_are_the_same_records_in_parquet_and_in_every_arrow() {
    let wanted = parquet(KINDS, &[]).unwrap();
    assert_eq!(wanted.len(), 4);
    for (name, bytes) in [
        ("stream", KINDS_STREAM),
        ("file, lz4", KINDS_LZ4),
        ("file, zstd", KINDS_ZSTD),
    ] {
        assert_eq!(arrow(bytes, &[]).unwrap(), wanted, "{name}");
    }
    for (view, text) in arrow(VIEWS, &["v"])
        .unwrap()
        .iter()
        .zip(arrow(VIEWS, &["t"]).unwrap())
    {
        assert_eq!(*view, text);
    }
    let words: Vec<Vec<u8>> = ["a", "b", "c", "a"].map(|word| field(b's', word)).to_vec();
    assert_eq!(arrow(DELTA, &["w"]).unwrap(), words);
}

#[test]
fn what_polars_writes_is_read() {
    let file = arrow(include_bytes!("data/tables/polars.arrow"), &[]).unwrap();
    assert_eq!(file.len(), 3);
    let table = parquet(include_bytes!("data/tables/polars.parquet"), &[]);
    assert_eq!(table.unwrap(), file);
}

/// The places of a file's batches stand in its footer.
#[test]
fn a_footer_that_lists_batches_where_none_are_is_refused() {
    let whole = include_bytes!("data/pyarrow.arrow");
    let columns = ["indices"];
    let wanted = arrow(whole, &columns).unwrap();
    let length = u32::from_le_bytes(*whole[..whole.len() - 6].last_chunk().unwrap()) as usize;
    let footer = whole.len() - 10 - length;
    for at in footer..whole.len() - 10 {
        let mut changed = whole.to_vec();
        changed[at] ^= 0x10;
        // A change of what is not read may go unnoticed, but never changes the number of rows.
        if let Ok(records) = arrow(&changed, &columns) {
            assert_eq!(records.len(), wanted.len(), "{at}");
        }
    }
}

#[test]
fn chosen_columns_that_are_not_there_are_named() {
    for error in [
        parquet(KINDS, &["nope"]).unwrap_err(),
        arrow(KINDS_STREAM, &["nope"]).unwrap_err(),
    ] {
        let wanted = FormatFault::MissingField("nope".to_owned());
        assert_eq!(error.fault(), Some(&wanted));
    }
}

#[test]
fn a_column_of_a_type_that_is_not_read_keeps_no_other_from_being_read() {
    let unread = include_bytes!("data/tables/unread.arrows");
    let wanted = [field(b's', "a"), field(b's', "b")];
    assert_eq!(arrow(unread, &["text"]).unwrap(), wanted);
    for name in ["dense", "sparse", "runs", "interval", "wide", "view"] {
        let error = arrow(unread, &[name]).unwrap_err();
        let Some(FormatFault::ColumnType { column, .. }) = error.fault() else {
            panic!("{error}");
        };
        assert_eq!(column, name);
    }
}

#[test]
fn every_cut_of_an_arrow_table_is_refused_and_no_changed_byte_harms() {
    for whole in [KINDS_STREAM, KINDS_ZSTD, VIEWS, DELTA] {
        for length in (0..whole.len()).step_by(13).chain([whole.len() - 1]) {
            let error = arrow(&whole[..length], &[]).unwrap_err();
            assert!(
                matches!(error.fault(), Some(FormatFault::BadArrow(_))),
                "{length}: {error}"
            );
        }
        for at in (0..whole.len()).step_by(7) {
            for bit in [0x01, 0x80, 0xff] {
                let mut broken = whole.to_vec();
                broken[at] ^= bit;
                if let Err(error) = arrow(&broken, &[]) {
                    assert!(matches!(error, Error::Input(_)), "{at}: {error}");
                }
            }
        }
    }
}

#[test]
fn every_cut_of_a_nested_parquet_table_is_refused_and_no_changed_byte_harms() {
    for whole in [KINDS, CHAT] {
        for length in (0..whole.len()).step_by(97).chain([whole.len() - 1]) {
            assert!(parquet(&whole[..length], &[]).is_err(), "{length}");
        }
        for at in (0..whole.len()).step_by(5) {
            let mut broken = whole.to_vec();
            broken[at] ^= 0x81;
            if let Err(error) = parquet(&broken, &[]) {
                assert!(matches!(error, Error::Input(_)), "{at}: {error}");
            }
        }
    }
}

#[test]
fn a_stream_without_its_end_or_with_more_behind_it_is_refused() {
    // The mark of the end is eight bytes.
    let cut = &KINDS_STREAM[..KINDS_STREAM.len() - 8];
    let error = arrow(cut, &["flag"]).unwrap_err().to_string();
    assert!(error.contains("without the mark of its end"), "{error}");
    let error = arrow(&[KINDS_STREAM, &[0]].concat(), &["flag"]).unwrap_err();
    assert!(
        error.to_string().contains("1 bytes after its end"),
        "{error}"
    );
}
