//! Units counted in tokens, through the command.
use std::fs;

use crate::common::{Files, bad, good};

/// Words are tokens, known or not.
const TOKENIZER: &str = r#"{"version":"1.0","truncation":null,"padding":null,"added_tokens":[],"normalizer":null,
"pre_tokenizer":{"type":"WhitespaceSplit"},"post_processor":null,"decoder":null,
"model":{"type":"WordLevel","vocab":{"?":0,"one":1,"two":2},"unk_token":"?"}}"#;

const REST: &str =
    "--rate 1 --terms t --owner 0x1111111111111111111111111111111111111111 --units token:tok.json";

#[test]
fn the_command_commits_tokens_as_units() {
    let files = Files::new();
    let folder = files.root();
    files.write("tok.json", TOKENIZER);
    files.write("a.txt", "one two three\n\none\n\none one one one one");
    files.write(
        "a.jsonl",
        "{\"q\":\"one two\",\"a\":\"three\",\"n\":\"x y z\"}\n{\"q\":\"one\",\"a\":\"\",\"n\":\"x\"}\n\
         {\"q\":\"one one\",\"a\":\"one one one\",\"n\":\"\"}\n",
    );
    let name = format!("token:{}", blake3::hash(TOKENIZER.as_bytes()).to_hex());
    for (out, rest) in [("text", "a.txt"), ("fields", "a.jsonl --field q --field a")] {
        let done = good(folder, &format!("commit {rest} --out {out} {REST}"));
        assert_eq!(done["records"], 3);
        assert_eq!(done["total_units"], 9);
        assert_eq!(done["kind"], "weighted");
        assert_eq!(done["unit"], name.as_str());
        let column = fs::read(files.path(out).join("units.bin")).unwrap();
        // Magic, version, three bytes a record.
        assert_eq!(column[10..19], [3, 0, 0, 1, 0, 0, 5, 0, 0]);
        let manifest = fs::read_to_string(files.path(out).join("manifest.json")).unwrap();
        assert!(manifest.contains(&name));
    }
}

#[test]
fn records_and_tokenizers_that_do_not_do() {
    let files = Files::new();
    let folder = files.root();
    files.write("tok.json", "{}");
    files.write("a.jsonl", "{\"q\":\"one\"}\n{\"q\":\"\"}\n");
    let line = format!("commit a.jsonl --field q --out a {REST}");
    bad(folder, &line, 2, &["tok.json", "tokenizer"]);
    files.write("tok.json", TOKENIZER);
    bad(folder, &line, 2, &["row 2", "zero units"]);
    let line = line.replace("tok.json", "none.json");
    bad(folder, &line, 3, &["none.json"]);
}
