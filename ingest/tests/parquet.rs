//! Parquet records and logs, and damaged files.
#![cfg(feature = "parquet")]

mod encoded;

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use encoded::field;
use parquet::basic::Compression;
use parquet::data_type::{
    BoolType, ByteArray, ByteArrayType, DataType, DoubleType, FloatType, Int32Type, Int64Type,
};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::parser::parse_message_type;
use tranche_ingest::dataset::{DataFormat, RecordReader, UnitRule};
use tranche_ingest::error::{Error, FormatFault};
use tranche_ingest::training_log::{LogFault, LogFormat, LogReader};
use tranche_testkit::files::Files;

type Group<'a> = SerializedRowGroupWriter<'a, File>;

/// Writes a file of `groups` row groups; `write` writes one, given its number.
fn write(
    path: &Path,
    schema: &str,
    compression: Compression,
    groups: usize,
    mut write: impl FnMut(usize, &mut Group<'_>),
) {
    let schema = Arc::new(parse_message_type(schema).unwrap());
    let properties = WriterProperties::builder()
        .set_compression(compression)
        .build();
    let file = File::create(path).unwrap();
    let mut writer = SerializedFileWriter::new(file, schema, properties.into()).unwrap();
    for group in 0..groups {
        let mut rows = writer.next_row_group().unwrap();
        write(group, &mut rows);
        rows.close().unwrap();
    }
    writer.close().unwrap();
}

fn column<T: DataType>(rows: &mut Group<'_>, values: &[T::T], levels: Option<&[i16]>) {
    let mut column = rows.next_column().unwrap().unwrap();
    column
        .typed::<T>()
        .write_batch(values, levels, None)
        .unwrap();
    column.close().unwrap();
}

fn bytes<T: AsRef<str>>(texts: &[T]) -> Vec<ByteArray> {
    texts
        .iter()
        .map(|text| text.as_ref().as_bytes().to_vec().into())
        .collect()
}

/// A file of every kind of column, three rows with nulls in the middle one.
fn kinds(files: &Files) -> PathBuf {
    let path = files.path("kinds.parquet");
    let schema = "message m {
        optional boolean flag;
        optional int32 small;
        optional int32 count (UINT_32);
        optional int64 large;
        optional float single;
        optional double double;
        optional binary text (STRING);
        optional binary raw;
    }";
    write(&path, schema, Compression::SNAPPY, 1, |_, rows| {
        let levels: Option<&[i16]> = Some(&[1, 0, 1]);
        column::<BoolType>(rows, &[true, false], levels);
        column::<Int32Type>(rows, &[-1, 7], levels);
        column::<Int32Type>(rows, &[-1, 7], levels);
        column::<Int64Type>(rows, &[i64::MIN, 7], levels);
        column::<FloatType>(rows, &[0.1, f32::NAN], levels);
        column::<DoubleType>(rows, &[0.1, -0.0], levels);
        column::<ByteArrayType>(rows, &bytes(&["é", ""]), levels);
        column::<ByteArrayType>(rows, &bytes(&["é", "x"]), levels);
    });
    path
}

fn read(path: &Path, columns: &[&str]) -> Result<Vec<Vec<u8>>, Error> {
    let columns = columns.iter().map(|&column| column.to_owned()).collect();
    let mut source = RecordReader::open(path, &DataFormat::Parquet { columns }, UnitRule::Record)?;
    let mut records = Vec::new();
    while let Some(record) = source.read()? {
        records.push(record.bytes().to_vec());
        assert_eq!(record.row(), records.len() as u64);
    }
    Ok(records)
}

#[test]
fn every_kind_of_column_is_encoded() {
    let files = Files::new();
    let path = kinds(&files);
    let records = read(&path, &[]).unwrap();
    let first = [
        field(b't', "true"),
        field(b'i', "-1"),
        field(b'i', "4294967295"),
        field(b'i', "-9223372036854775808"),
        field(b'f', "1e-1"),
        field(b'f', "1e-1"),
        field(b's', "é"),
        field(b'x', "é"),
    ];
    assert_eq!(records[0], first.concat());
    assert_eq!(records[1], field(b'n', "").repeat(8));
    assert_eq!(
        &records[2][records[2].len() - 19..],
        [field(b's', ""), field(b'x', "x")].concat()
    );
    let chosen = read(&path, &["text", "flag"]).unwrap();
    assert_eq!(chosen[0], [field(b's', "é"), field(b't', "true")].concat());
}

#[test]
fn rows_run_through_batches_and_groups() {
    let files = Files::new();
    for compression in [
        Compression::UNCOMPRESSED,
        Compression::SNAPPY,
        Compression::GZIP(Default::default()),
    ] {
        let path = files.path("rows.parquet");
        let schema = "message m { required int64 n; optional binary t (STRING); }";
        write(&path, schema, compression, 3, |group, rows| {
            let start = group as i64 * 1_000;
            let numbers: Vec<i64> = (start..start + 1_000).collect();
            let odd: Vec<i16> = numbers.iter().map(|number| (number % 2) as i16).collect();
            let texts: Vec<String> = numbers
                .iter()
                .filter(|n| *n % 2 == 1)
                .map(i64::to_string)
                .collect();
            column::<Int64Type>(rows, &numbers, None);
            column::<ByteArrayType>(rows, &bytes(&texts), Some(&odd));
        });
        let records = read(&path, &[]).unwrap();
        assert_eq!(records.len(), 3_000);
        for (number, record) in records.iter().enumerate() {
            let text = if number % 2 == 1 {
                field(b's', &number.to_string())
            } else {
                field(b'n', "")
            };
            assert_eq!(*record, [field(b'i', &number.to_string()), text].concat());
        }
    }
}

#[test]
fn faults_name_the_column_or_the_row() {
    let files = Files::new();
    let path = kinds(&files);
    let error = read(&path, &["no"]).unwrap_err();
    assert_eq!(error.fault(), Some(&FormatFault::MissingField("no".into())));
    let text = files.path("text.parquet");
    let schema = "message m { required binary t (STRING); }";
    write(&text, schema, Compression::SNAPPY, 1, |_, rows| {
        column::<ByteArrayType>(rows, &[ByteArray::from("a"), vec![0xff].into()], None);
    });
    let error = read(&text, &[]).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("text.parquet, row 2: not valid UTF-8"),
        "{error}"
    );
}

fn log(files: &Files, text: bool, steps: &[i64], records: &[i64]) -> PathBuf {
    let path = files.path("log.parquet");
    let tranche = if text {
        "binary tranche (STRING)"
    } else {
        "int32 tranche"
    };
    let schema =
        format!("message m {{ required int64 record; required {tranche}; required int64 step; }}");
    write(&path, &schema, Compression::SNAPPY, 1, |_, rows| {
        column::<Int64Type>(rows, records, None);
        if text {
            column::<ByteArrayType>(rows, &bytes(&vec!["7"; records.len()]), None);
        } else {
            column::<Int32Type>(rows, &vec![7; records.len()], None);
        }
        column::<Int64Type>(rows, steps, None);
    });
    path
}

fn draws(path: &Path) -> Result<Vec<(u64, String, u64)>, Error> {
    let mut log = LogReader::open(path, LogFormat::Parquet)?;
    let mut draws = Vec::new();
    while let Some(draw) = log.read()? {
        draws.push((draw.step, log.label(draw.source).to_string(), draw.record));
    }
    Ok(draws)
}

#[test]
fn logs_name_sources_by_text_or_number() {
    let files = Files::new();
    for text in [false, true] {
        let path = log(&files, text, &[0, 0, 1], &[5, 6, 7]);
        let expected =
            [(0, 5), (0, 6), (1, 7)].map(|(step, record)| (step, "7".to_owned(), record));
        assert_eq!(draws(&path).unwrap(), expected);
    }
    let error = draws(&log(&files, true, &[0, -1], &[5, 6])).unwrap_err();
    assert_eq!(
        error.fault(),
        Some(&LogFault::NotCount {
            field: "step",
            got: "-1".into()
        })
    );
    assert!(error.to_string().contains("row 2"), "{error}");
    let error = draws(&log(&files, true, &[4, 3], &[5, 6])).unwrap_err();
    assert_eq!(
        error.fault(),
        Some(&LogFault::BeginsAgain {
            previous: 4,
            got: 3
        })
    );
    let error = draws(&kinds(&files)).unwrap_err();
    assert_eq!(error.fault(), Some(&LogFault::MissingColumn("step")));
}

/// Neither cutting a file anywhere nor changing any byte of it makes a reader panic. A change may go unnoticed: the
/// content digest, not the container, binds the records.
#[test]
fn damaged_files_are_errors_and_never_panics() {
    let files = Files::new();
    let whole = std::fs::read(kinds(&files)).unwrap();
    let path = files.path("damaged.parquet");
    for length in (0..whole.len()).step_by(7) {
        std::fs::write(&path, &whole[..length]).unwrap();
        let error = read(&path, &[]).unwrap_err();
        assert!(
            matches!(error.fault(), Some(FormatFault::BadParquet(_))),
            "{length}: {error}"
        );
    }
    let mut refused = 0;
    for place in 0..whole.len() {
        for change in [0x01, 0xff] {
            let mut bytes = whole.clone();
            bytes[place] ^= change;
            std::fs::write(&path, &bytes).unwrap();
            if let Err(error) = read(&path, &[]) {
                assert!(matches!(error, Error::Input(_)), "{place}: {error}");
                refused += 1;
            }
        }
    }
    assert!(refused > 500, "{refused}");
}

/// A file without rows whose schema is a column of so many structs, each within the one before.
fn nested_schema(depth: usize, children: u8) -> Vec<u8> {
    let mut length = Vec::new();
    let mut left = depth + 2;
    while left >= 0x80 {
        length.push(left as u8 | 0x80);
        left >>= 7;
    }
    length.push(left as u8);
    let group = [0x35, 0, 0x18, 1, b'a', 0x15, 2, 0];
    let footer = [
        &[0x15, 2, 0x19, 0xfc][..],
        &length,
        &[0x48, 1, b'r', 0x15, children, 0],
        &group.repeat(depth),
        // A column of integers, no rows, no row groups.
        &[0x15, 2, 0x25, 0, 0x18, 1, b'a', 0, 0x16, 0, 0x19, 0x0c, 0],
    ]
    .concat();
    let size = (footer.len() as u32).to_le_bytes();
    [b"PAR1", &footer[..], &size, b"PAR1"].concat()
}

#[test]
fn a_schema_that_would_exhaust_the_decoder_is_refused() {
    let files = Files::new();
    let path = files.path("deep.parquet");
    std::fs::write(&path, nested_schema(50, 2)).unwrap();
    assert_eq!(read(&path, &[]).unwrap(), Vec::<Vec<u8>>::new());
    for (depth, children) in [(500_000, 2), (50, 126)] {
        std::fs::write(&path, nested_schema(depth, children)).unwrap();
        let error = read(&path, &[]).unwrap_err();
        assert!(
            error
                .to_string()
                .contains("a schema that is not what it says"),
            "{error}"
        );
    }
}

/// Every number of twenty in the footer, of rows or of values, that says otherwise.
#[test]
fn a_footer_that_counts_other_rows_than_there_are_is_refused() {
    let files = Files::new();
    let whole = include_bytes!("data/tables/codec-none.parquet");
    let path = files.write("counts.parquet", whole);
    assert_eq!(read(&path, &[]).unwrap().len(), 20);
    let length = u32::from_le_bytes(*whole[..whole.len() - 4].last_chunk().unwrap()) as usize;
    let footer = whole.len() - 8 - length;
    let places: Vec<usize> = (footer..whole.len() - 1)
        .filter(|at| whole[*at..*at + 2] == [0x16, 40])
        .collect();
    // Rows of the file and of the row group, values of two columns.
    assert_eq!(places.len(), 4);
    for count in [19, 21] {
        let changed = |places: &[usize]| {
            let mut bytes = whole.to_vec();
            places.iter().for_each(|at| bytes[at + 1] = 2 * count);
            let path = files.write("changed.parquet", &bytes);
            read(&path, &[]).unwrap_err()
        };
        for error in places
            .iter()
            .map(|at| changed(&[*at]))
            .chain([changed(&places)])
        {
            assert!(
                matches!(error.fault(), Some(FormatFault::BadParquet(_))),
                "{error}"
            );
        }
    }
}
