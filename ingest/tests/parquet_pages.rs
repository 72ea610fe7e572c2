//! Parquet pages that say of themselves what is not so: refused before the decoder allocates what they ask for.
#![cfg(feature = "parquet")]

use std::fs::{self, File};
use std::io::Write as _;
use std::sync::Arc;

use parquet::basic::{Compression, Encoding};
use parquet::data_type::{BoolType, ByteArray, ByteArrayType};
use parquet::file::properties::{WriterProperties, WriterPropertiesBuilder, WriterVersion};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;
use tranche_ingest::dataset::{DataFormat, RecordReader, UnitRule};
use tranche_ingest::error::Error;
use tranche_testkit::files::Files;

/// Where the first page begins: behind the file's magic.
const FIRST_PAGE: usize = 4;
const DATA: u32 = 0;
const DICTIONARY: u32 = 2;
const PLAIN: u32 = 0;
const DELTA_LENGTHS: u32 = 6;
const DELTA_TEXTS: u32 = 7;

/// 600 different texts, every third one null where the column may have nulls.
fn write(files: &Files, nullable: bool, properties: WriterPropertiesBuilder) -> Vec<u8> {
    let kind = if nullable { "optional" } else { "required" };
    let schema = format!("message m {{ {kind} binary text (STRING); }}");
    let schema = Arc::new(parse_message_type(&schema).unwrap());
    let path = files.path("a.parquet");
    let file = File::create(&path).unwrap();
    let mut writer = SerializedFileWriter::new(file, schema, properties.build().into()).unwrap();
    let mut rows = writer.next_row_group().unwrap();
    let levels: Vec<i16> = (0..600).map(|row| i16::from(row % 3 != 0)).collect();
    let texts: Vec<ByteArray> = (0..600)
        .filter(|row| !nullable || row % 3 != 0)
        .map(|row| format!("text {}", row * 7919).into_bytes().into())
        .collect();
    let mut column = rows.next_column().unwrap().unwrap();
    let levels = nullable.then_some(&levels[..]);
    column
        .typed::<ByteArrayType>()
        .write_batch(&texts, levels, None)
        .unwrap();
    column.close().unwrap();
    rows.close().unwrap();
    writer.close().unwrap();
    fs::read(path).unwrap()
}

fn read(files: &Files, bytes: &[u8]) -> Result<Vec<Vec<u8>>, Error> {
    let path = files.write("read.parquet", bytes);
    let columns = Vec::new();
    let mut source = RecordReader::open(&path, &DataFormat::Parquet { columns }, UnitRule::Record)?;
    let mut records = Vec::new();
    while let Some(record) = source.read()? {
        records.push(record.bytes().to_vec());
    }
    Ok(records)
}

/// A field of a Thrift struct in the compact encoding, the next but `step − 1`: a 32-bit integer.
fn field(step: u8, value: u32) -> Vec<u8> {
    let mut bytes = vec![step << 4 | 5];
    varint(u64::from(value) * 2, &mut bytes);
    bytes
}

fn varint(mut value: u64, bytes: &mut Vec<u8>) {
    while value >= 0x80 {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
}

/// A page of 600 values, or of as many as said, in a file that is otherwise whole.
fn with_page(
    files: &Files,
    compression: Compression,
    (kind, encoding, values): (u32, u32, u32),
    uncompressed: u32,
    data: &[u8],
) -> Result<Vec<Vec<u8>>, Error> {
    let properties = WriterProperties::builder().set_compression(compression);
    let mut file = write(
        files,
        false,
        properties.set_dictionary_enabled(kind == DICTIONARY),
    );
    let mut page = [
        field(1, kind),
        field(1, uncompressed),
        field(1, data.len() as u32),
    ]
    .concat();
    match kind {
        DICTIONARY => page.push(4 << 4 | 12),
        _ => page.push(2 << 4 | 12),
    }
    page.extend(field(1, values));
    page.extend(field(1, encoding));
    if kind == DATA {
        page.extend([field(1, 3), field(1, 3)].concat());
    }
    page.extend([0, 0]);
    page.extend(data);
    file[FIRST_PAGE..FIRST_PAGE + page.len()].copy_from_slice(&page);
    read(files, &file)
}

fn assert_refused(result: Result<Vec<Vec<u8>>, Error>, words: &str) {
    let error = result.unwrap_err().to_string();
    assert!(
        error.contains("read.parquet") && error.contains(words),
        "{error}"
    );
}

#[test]
fn a_page_larger_than_a_record_may_be_is_refused() {
    let files = Files::new();
    for compression in [Compression::SNAPPY, Compression::UNCOMPRESSED] {
        let page = (DATA, PLAIN, 600);
        let huge = with_page(&files, compression, page, i32::MAX as u32, &[0; 40]);
        assert_refused(huge, "a page of 2147483647 bytes");
    }
}

#[test]
fn a_dictionary_of_more_values_than_its_bytes_hold_is_refused() {
    let files = Files::new();
    let page = (DICTIONARY, PLAIN, i32::MAX as u32);
    let huge = with_page(&files, Compression::UNCOMPRESSED, page, 40, &[0; 40]);
    assert_refused(huge, "the number of values in a dictionary");
}

#[test]
fn a_page_that_unpacks_to_more_than_it_says_is_refused() {
    let files = Files::new();
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packer.write_all(&[0; 400_000]).unwrap();
    let bomb = packer.finish().unwrap();
    let gzip = Compression::GZIP(parquet::basic::GzipLevel::default());
    let unpacked = with_page(&files, gzip, (DATA, PLAIN, 600), 100, &bomb);
    assert_refused(unpacked, "its unpacked length");
}

#[test]
fn more_lengths_than_values_are_refused() {
    let files = Files::new();
    let list = |count| {
        // Blocks of 128 in four parts, and the first value.
        let mut list = vec![0x80, 1, 4];
        varint(count, &mut list);
        list.push(0);
        list
    };
    let mut long = list(1 << 40);
    long.resize(60, 0);
    let texts = [list(1), long.clone()].concat();
    for (encoding, page) in [
        (DELTA_LENGTHS, &long),
        (DELTA_TEXTS, &long),
        (DELTA_TEXTS, &texts),
    ] {
        let page = with_page(
            &files,
            Compression::UNCOMPRESSED,
            (DATA, encoding, 600),
            page.len() as u32,
            page,
        );
        assert_refused(page, "the number of lengths in a page");
    }
}

#[test]
fn pages_of_every_encoding_and_compression_are_read_the_same() {
    let files = Files::new();
    for nullable in [false, true] {
        let expected = read(
            &files,
            &write(&files, nullable, WriterProperties::builder()),
        )
        .unwrap();
        assert_eq!(expected.len(), 600);
        let gzip = Compression::GZIP(parquet::basic::GzipLevel::default());
        for compression in [Compression::UNCOMPRESSED, Compression::SNAPPY, gzip] {
            for encoding in [
                Encoding::PLAIN,
                Encoding::DELTA_LENGTH_BYTE_ARRAY,
                Encoding::DELTA_BYTE_ARRAY,
            ] {
                for version in [WriterVersion::PARQUET_1_0, WriterVersion::PARQUET_2_0] {
                    let properties = WriterProperties::builder()
                        .set_writer_version(version)
                        .set_compression(compression)
                        .set_dictionary_enabled(false)
                        .set_data_page_row_count_limit(100)
                        .set_write_batch_size(50)
                        .set_encoding(encoding);
                    let file = write(&files, nullable, properties);
                    assert_eq!(
                        read(&files, &file).unwrap(),
                        expected,
                        "{encoding} {version:?}"
                    );
                }
            }
        }
    }
}

#[test]
fn a_row_of_more_values_than_fit_is_refused() {
    let files = Files::new();
    let values = (1 << 23) + 1;
    let schema = Arc::new(parse_message_type("message m { repeated boolean b; }").unwrap());
    let path = files.path("a.parquet");
    let file = File::create(&path).unwrap();
    let mut writer = SerializedFileWriter::new(file, schema, Arc::default()).unwrap();
    let mut rows = writer.next_row_group().unwrap();
    let mut repetitions = vec![1; values];
    repetitions[0] = 0;
    let mut column = rows.next_column().unwrap().unwrap();
    column
        .typed::<BoolType>()
        .write_batch(
            &vec![true; values],
            Some(&vec![1; values]),
            Some(&repetitions),
        )
        .unwrap();
    column.close().unwrap();
    rows.close().unwrap();
    writer.close().unwrap();
    assert_refused(
        read(&files, &fs::read(path).unwrap()),
        "a row of more than 8388608 values",
    );
}
