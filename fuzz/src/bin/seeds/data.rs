//! Logs, data sets, and folders of the command line.

use std::fs;
use std::io::Write as _;
use std::sync::Arc;

use flate2::Compression as Compress;
use flate2::write::GzEncoder;
use parquet::basic::Compression;
use parquet::data_type::{ByteArrayType, DoubleType, Int64Type};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;
use tranche_fs::Existing;
use tranche_fuzz::parts::join;
use tranche_fuzz::scratch;
use tranche_protocol::felt::to_hex;
use tranche_protocol::log::LogOrder;
use tranche_protocol::sample::{self, SampleRun};
use tranche_protocol::{Felt, Shape};
use tranche_workspace::artefact::run_log::{LogSource, RunDraw, RunLogWriter};
use tranche_workspace::artefact::terms::TermsFile;

use crate::{chosen, seed};

/// Tables that others wrote: lists of structs, plain columns, string views, a dictionary.
const CHAT: &[u8] = include_bytes!("../../../../ingest/tests/data/tables/chat.parquet");
const STREAM: &[u8] =
    include_bytes!("../../../../ingest/tests/data/saved/data-00000-of-00002.arrow");
const VIEWS: &[u8] = include_bytes!("../../../../ingest/tests/data/tables/views.arrow");
const DICTIONARY: &[u8] = include_bytes!("../../../../ingest/tests/data/tables/delta.arrows");

pub(crate) fn write(run: &SampleRun) {
    logs();
    documents();
    ranks();
    sources();
    run_log(run);
    tranche_folder();
    run_folder(run);
    let terms = serde_json::to_string_pretty(&TermsFile::example()).expect("terms as JSON");
    seed("terms", "example", terms);
    seed("secret", "key", format!("0x{}\n", "07".repeat(32)));
    seed(
        "secret",
        "seed",
        format!("tranche run seed v1 {}\n", "5e".repeat(32)),
    );
}

fn logs() {
    seed(
        "log_csv",
        "three",
        "record,note,step,tranche\n5,x,0,a\n0,\"y\"\"\n\",0,7\n18446744073709551615,y,3,a\n",
    );
    seed(
        "log_jsonl",
        "three",
        "{\"step\":0,\"tranche\":\"a\",\"record\":5}\n\n{\"step\":0,\"tranche\":7,\"record\":0,\"x\":[1.5,null]}\r\n{\"step\":3,\"tranche\":\"\\u00e9\",\"record\":1}\n",
    );
    let draws = "message m {
        required int64 step; optional binary tranche (STRING); required int64 record; }";
    for (name, compression) in [
        ("plain", Compression::UNCOMPRESSED),
        ("snappy", Compression::SNAPPY),
    ] {
        seed("log_parquet", name, parquet(draws, compression, true));
    }
    let gzip = Compression::GZIP(parquet::basic::GzipLevel::default());
    seed("log_parquet", "gzip", parquet(draws, gzip, true));

    let description =
        "{\"datasets\":[{\"dataset_path\":\"x\"},{\"dataset_path\":\"y\"}],\"size\":4}";
    let index = npy(
        "<i2",
        "4,",
        [0i16, 1, 1, 0].iter().flat_map(|v| v.to_le_bytes()),
    );
    let samples = npy(
        "<i8",
        "4,",
        [0i64, 0, 1, 9].iter().flat_map(|v| v.to_le_bytes()),
    );
    let parts: [&[u8]; 4] = [&[2], &index, &samples, description.as_bytes()];
    seed("megatron", "blend", join(&parts));
}

/// A data set of three documents read twice, and samples of four tokens.
fn documents() {
    const LENGTH: usize = 4;
    let tokens = [3i32, 0, 5];
    let order = [0i32, 1, 2, 2, 1, 0];
    let stream: Vec<[i32; 2]> = (0i32..)
        .zip(order)
        .flat_map(|(place, document)| (0..tokens[document as usize]).map(move |at| [place, at]))
        .collect();
    let bounds = stream.iter().step_by(LENGTH).take(4).flatten();
    let four =
        |values: &[i32]| -> Vec<u8> { values.iter().flat_map(|v| v.to_le_bytes()).collect() };
    let samples: Vec<i32> = bounds.copied().collect();
    let mut index = b"MMIDIDX\0\0".to_vec();
    index.extend(1u64.to_le_bytes());
    index.push(4);
    index.extend([3u64, 4].iter().flat_map(|count| count.to_le_bytes()));
    index.extend(four(&tokens));
    index.extend(
        [0i64, 12, 12]
            .iter()
            .chain(&[0, 1, 2, 3])
            .flat_map(|v| v.to_le_bytes()),
    );
    let description = "{\"dataset_path\":\"x\",\"sequence_length\":4}";
    let parts: [&[u8]; 6] = [
        &[4],
        description.as_bytes(),
        &npy("<i4", "6,", four(&order).into_iter()),
        &npy("<i4", "4, 2", four(&samples).into_iter()),
        &npy("<u4", "3,", four(&[2, 0, 1]).into_iter()),
        &index,
    ];
    seed("documents", "three", join(&parts));
}

fn npy(dtype: &str, shape: &str, data: impl Iterator<Item = u8>) -> Vec<u8> {
    let header = format!("{{'descr': '{dtype}', 'fortran_order': False, 'shape': ({shape}), }}\n");
    let mut file = b"\x93NUMPY\x01\x00".to_vec();
    file.extend((header.len() as u16).to_le_bytes());
    file.extend(header.as_bytes());
    file.extend(data);
    file
}

/// Two ranks' files, one of them packed; raw indices; a run file.
fn ranks() {
    let lines = "0\t5\t6\n1\t7\t0\n";
    let mut packer = GzEncoder::new(Vec::new(), Compress::default());
    packer
        .write_all(b"0\t1\t2\n1\t3\t4\n")
        .expect("bytes to pack");
    let packed = packer.finish().expect("packed bytes");
    seed("olmo", "two", join(&[lines.as_bytes(), &packed]));
    let indices: Vec<u8> = [3u32, 1, 0, 2, 5, 4]
        .iter()
        .flat_map(|v| v.to_le_bytes())
        .collect();
    seed("log_indices", "six", [&[2, 2][..], &indices].concat());
    let id = to_hex(&Felt::from(5u64));
    let run = serde_json::json!({
        "version": 1,
        "sources": [
            {"name": "a", "tranche": id, "records": 4, "paths": ["data/part-*.npy"], "number": 7},
            {"name": "b", "tranche": "unregistered", "records": 6, "paths": ["**/b"]},
        ],
        "concatenated": [{"path": "data/part-1.npy", "records": 4}, {"path": "x/b", "records": 6}],
    });
    seed("run_file", "two", run.to_string());
}

fn sources() {
    let csv = "a,b,c\n1,\"two, \"\"2\"\"\",3\r\n4,,\"\n\"\n";
    let jsonl = "{\"a\":1,\"b\":[true,null,{\"z\":1e3,\"y\":\"\\ud83d\\ude00\"}]}\n\n{\"b\":-2,\"a\":1.5}\n";
    for choice in [0, 3] {
        let name = choice.to_string();
        seed("source_csv", &name, chosen(choice, csv));
        seed("source_jsonl", &name, chosen(choice, jsonl));
        seed(
            "source_text",
            &name,
            chosen(choice, "one\n\n \n\ntwo\nlines\n\n"),
        );
    }
    seed("source_csv", "semicolons", chosen(5, csv.replace(',', ";")));
    seed("source_text", "dashes", chosen(5, "one--two---three--"));
    let columns = "message m { optional int64 a; optional binary b (STRING); required double c; }";
    let file = parquet(columns, Compression::SNAPPY, false);
    seed("source_parquet", "all", chosen(0, &file));
    seed("source_parquet", "chosen", chosen(3, &file));
    seed("source_parquet", "nested", chosen(0, CHAT));
    seed("source_arrow", "stream", chosen(0, STREAM));
    seed("source_arrow", "file", chosen(0, VIEWS));
    seed("source_arrow", "dictionary", chosen(1, DICTIONARY));
}

/// Three rows of an integer, a text and, of a log, an integer, else a float.
fn parquet(schema: &str, compression: Compression, log: bool) -> Vec<u8> {
    let schema = Arc::new(parse_message_type(schema).expect("a schema"));
    let properties = WriterProperties::builder()
        .set_compression(compression)
        .build();
    let mut file = Vec::new();
    let mut writer =
        SerializedFileWriter::new(&mut file, schema, properties.into()).expect("a writer");
    let mut rows = writer.next_row_group().expect("a row group");
    let texts: Vec<_> = ["a", "b", "a"]
        .iter()
        .map(|text| text.as_bytes().to_vec().into())
        .collect();
    let levels: Option<&[i16]> = Some(&[1, 1, 1]);
    let first = if log { None } else { levels };
    let mut column = rows.next_column().expect("a column").expect("a column");
    column
        .typed::<Int64Type>()
        .write_batch(&[0, 0, 3], first, None)
        .expect("rows");
    column.close().expect("a column to end");
    let mut column = rows.next_column().expect("a column").expect("a column");
    column
        .typed::<ByteArrayType>()
        .write_batch(&texts, levels, None)
        .expect("rows");
    column.close().expect("a column to end");
    let mut column = rows.next_column().expect("a column").expect("a column");
    if log {
        column
            .typed::<Int64Type>()
            .write_batch(&[5, 0, 1], None, None)
    } else {
        column
            .typed::<DoubleType>()
            .write_batch(&[0.5, -0.0, 7.0], None, None)
    }
    .expect("rows");
    column.close().expect("a column to end");
    rows.close().expect("a row group to end");
    writer.close().expect("a file to end");
    file
}

fn run_log(run: &SampleRun) {
    let sources: Vec<LogSource> = run
        .tranches
        .iter()
        .map(|(tranche, _)| LogSource {
            names: vec!["a".to_owned()],
            folder: "a".into(),
            id: tranche.id(),
            private: false,
            records: tranche.contents().records,
        })
        .collect();
    let path = scratch::path("seed.tlog");
    let mut writer = RunLogWriter::create(&path, LogOrder::Consumed, &sources).expect("a log");
    for (number, draw) in run.draws.iter().filter(|draw| draw.source < 3).enumerate() {
        let draw = RunDraw {
            step: number as u64 * 50,
            source: draw.source,
            record: draw.record,
        };
        writer.push(draw).expect("a draw");
    }
    writer.finish(Existing::Replace).expect("a log to end");
    seed(
        "run_log",
        "sample",
        chosen(1, fs::read(path).expect("a log to read")),
    );
}

fn tranche_folder() {
    let shape = Shape::STANDARD;
    let units = [3u32, 1, 700];
    let tranche = sample::weighted(&shape, &units, 1);
    let contents = tranche.contents();
    let manifest = serde_json::json!({
        "version": 1,
        "id": tranche.id(),
        "content_root": contents.content_root,
        "units_root": contents.units_root,
        "kind": "weighted",
        "records": 3,
        "scale": 1,
        "total_units": contents.total_units.to_string(),
        "unit": "byte",
        "owner": tranche.owner(),
        "rate": tranche.rate().to_string(),
        "terms": tranche.terms(),
    })
    .to_string();
    let private = serde_json::json!({
        "version": 1,
        "content_root": contents.content_root,
        "units_root": contents.units_root,
        "uniform": false,
        "records": 3,
        "scale": 1,
        "total_units": contents.total_units.to_string(),
        "unit": "byte",
        "id": to_hex(&Felt::from(5u64)),
    })
    .to_string();
    let frame = |magic: &[u8; 8], body: &[u8]| {
        let count = 3u64.to_le_bytes();
        [&magic[..], &1u16.to_le_bytes(), body, &count, &[0; 32]].concat()
    };
    let column: Vec<u8> = units
        .iter()
        .flat_map(|unit| unit.to_le_bytes()[..3].to_vec())
        .collect();
    let units = frame(b"TRNCHUNT", &column);
    let digests = frame(b"TRNCHDIG", &[9; 96]);
    for (name, choice, text) in [("registered", 1, &manifest), ("private", 3, &private)] {
        let parts: [&[u8]; 4] = [&[choice], text.as_bytes(), &units, &digests];
        seed("tranche_folder", name, join(&parts));
    }
}

fn run_folder(run: &SampleRun) {
    let (_, artefacts, statement) = run.build(&Shape::STANDARD);
    let public = serde_json::json!({
        "version": 1,
        "terms": TermsFile::example(),
        "run_commitment": statement.run_commitment.to_string(),
        "usage_commitment": statement.usage_commitment.to_string(),
        "registry_root": statement.registry_root.to_string(),
    })
    .to_string();
    let secret = serde_json::json!({
        "version": 1,
        "seed": format!("0x{}", "5e".repeat(32)),
        "checkpoints": [{"step": 1, "log_position": 2, "digest": format!("0x{}", "01".repeat(32))}],
    })
    .to_string();
    let usage = serde_json::to_string(&artefacts.usage).expect("an opening as JSON");
    let registry = run.registry.to_json();
    let parts = [
        public.as_bytes(),
        registry.as_bytes(),
        b"",
        secret.as_bytes(),
        usage.as_bytes(),
    ];
    seed("run_folder", "sample", join(&parts));
}
