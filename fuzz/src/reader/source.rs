//! A contributor's data. The first byte: 1 weighs by bytes, 2 chooses fields, 4 another delimiter, 8 and 16 another encoding of text.

use tranche_ingest::Input;
use tranche_ingest::dataset::{DataFormat, RecordReader, UnitRule};
use tranche_ingest::rows::Dialect;
use tranche_protocol::manifest::reading::{Cut, Delimiter, Separator, TextEncoding};

/// Records after which a source is left, as a log is.
const ENOUGH: u64 = 10_000;

fn fields(choice: u8) -> Vec<String> {
    match choice & 2 {
        0 => Vec::new(),
        _ => vec!["b".to_owned(), "a".to_owned()],
    }
}

fn encoding(choice: u8) -> TextEncoding {
    match choice & 24 {
        8 => TextEncoding::Utf16,
        16 => TextEncoding::Windows1252,
        _ => TextEncoding::Utf8,
    }
}

pub(crate) fn csv(data: &[u8]) {
    open("data.csv", data, |choice| DataFormat::Csv {
        dialect: match choice & 4 {
            0 => Dialect::default(),
            _ => Dialect::default().delimited(Delimiter::Semicolon),
        },
        columns: fields(choice),
    });
}

pub(crate) fn jsonl(data: &[u8]) {
    open("data.jsonl", data, |choice| DataFormat::Jsonl {
        fields: fields(choice),
        encoding: encoding(choice),
    });
}

pub(crate) fn text(data: &[u8]) {
    open("data.txt", data, |choice| DataFormat::Text {
        cut: match Separator::parse("--") {
            Ok(separator) if choice & 4 != 0 => Cut::Separator(separator),
            _ => Cut::Paragraphs,
        },
        encoding: encoding(choice),
    });
}

pub(crate) fn parquet(data: &[u8]) {
    open("data.parquet", data, |choice| DataFormat::Parquet {
        columns: fields(choice),
    });
}

fn open(name: &str, data: &[u8], format: impl FnOnce(u8) -> DataFormat) {
    let Some((choice, bytes)) = data.split_first() else {
        return;
    };
    let rule = match choice & 1 {
        0 => UnitRule::Record,
        _ => UnitRule::Byte,
    };
    let mut source = match RecordReader::new(Input::bytes(name, bytes), &format(*choice), rule) {
        Ok(source) => source,
        Err(error) => return super::refused(&error),
    };
    let mut row = 0;
    while source.records() < ENOUGH {
        match source.read() {
            Ok(Some(record)) => {
                assert!(record.row() > row, "rows ascend");
                row = record.row();
            }
            Ok(None) => return,
            Err(error) => return super::refused(&error),
        }
    }
}
