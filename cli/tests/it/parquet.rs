//! Parquet through the command: a column of it is committed as the same column of CSV and of JSONL.

use std::fs::File;
use std::sync::Arc;

use parquet::data_type::{ByteArray, ByteArrayType, Int64Type};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;

use crate::common::{Files, bad, good};

/// Writes ids and texts in row groups of a thousand.
fn write(files: &Files, texts: &[String]) {
    let schema = "message rows { required int64 id; required binary text (UTF8); }";
    let schema = Arc::new(parse_message_type(schema).unwrap());
    let file = File::create(files.path("a.parquet")).unwrap();
    let mut writer = SerializedFileWriter::new(file, schema, Arc::default()).unwrap();
    let ids: Vec<i64> = (0..texts.len() as i64).collect();
    for (ids, texts) in ids.chunks(1_000).zip(texts.chunks(1_000)) {
        let mut rows = writer.next_row_group().unwrap();
        let mut column = rows.next_column().unwrap().unwrap();
        column
            .typed::<Int64Type>()
            .write_batch(ids, None, None)
            .unwrap();
        column.close().unwrap();
        let texts: Vec<ByteArray> = texts.iter().map(|text| text.as_str().into()).collect();
        let mut column = rows.next_column().unwrap().unwrap();
        column
            .typed::<ByteArrayType>()
            .write_batch(&texts, None, None)
            .unwrap();
        column.close().unwrap();
        rows.close().unwrap();
    }
    writer.close().unwrap();
}

#[test]
fn the_command_commits_a_column_as_it_does_of_csv_and_jsonl() {
    let files = Files::new();
    let texts: Vec<String> = (0..3_000).map(|i| format!("row {i}, \u{e9}")).collect();
    write(&files, &texts);
    let csv: String = texts
        .iter()
        .enumerate()
        .map(|(id, text)| format!("{id},\"{text}\"\n"))
        .collect();
    files.write("a.csv", format!("id,text\n{csv}"));
    let jsonl: String = texts
        .iter()
        .map(|text| serde_json::json!({ "text": text }).to_string() + "\n")
        .collect();
    files.write("a.jsonl", jsonl);
    let commit = |name: &str, rest: &str| {
        format!(
            "commit a.{name} {rest} --units byte --out {name} --rate 1 --terms t \
             --owner 0x1111111111111111111111111111111111111111"
        )
    };
    let parquet = good(files.root(), &commit("parquet", "--column text"));
    assert_eq!(parquet["records"], 3_000);
    // The values' bytes, without what keeps fields apart.
    let total: usize = texts.iter().map(String::len).sum();
    assert_eq!(parquet["total_units"], total);
    for (name, rest) in [("csv", "--column text"), ("jsonl", "--field text")] {
        let other = good(files.root(), &commit(name, rest));
        assert_eq!(other["id"], parquet["id"], "{name}");
    }
    bad(
        files.root(),
        &commit("parquet", "--column nope").replace("--out parquet", "--out none"),
        2,
        &["a.parquet", "nope"],
    );
    let whole = std::fs::read(files.path("a.parquet")).unwrap();
    files.write("cut.parquet", &whole[..whole.len() / 2]);
    let cut = commit("parquet", "--column text").replace("a.parquet", "cut.parquet");
    bad(
        files.root(),
        &cut.replace("--out parquet", "--out none"),
        2,
        &["cut.parquet", "Parquet"],
    );
}
