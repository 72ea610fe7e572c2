//! Every test that a document names exists and is a test.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The documents that name tests.
const DOCUMENTS: [&str; 5] = [
    "docs/threat-model.md",
    "docs/specification.md",
    "docs/circuits.md",
    "docs/auditing.md",
    "docs/zero-knowledge.md",
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// All sources, with what their names end on.
fn sources() -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut open = vec![root()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap_or_default();
            let extension = path.extension().and_then(|end| end.to_str());
            if path.is_dir() {
                if !name.starts_with('.') && !["target", "node_modules"].contains(&name) {
                    open.push(path);
                }
            } else if let Some(end @ ("rs" | "sol" | "py")) = extension {
                found.push((end.to_owned(), fs::read_to_string(&path).unwrap()));
            }
        }
    }
    found
}

/// The identifier that a text begins with.
fn identifier(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    &text[..end.unwrap_or(text.len())]
}

/// Names of the functions that a test runner calls.
fn tests(end: &str, text: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut attribute = false;
    for line in text.lines().map(str::trim_start) {
        let declared = |keyword: &str| line.strip_prefix(keyword).map(identifier);
        match end {
            "rs" => {
                attribute |= line == "#[test]";
                if let Some(name) = declared("fn ") {
                    if attribute {
                        names.push(name.to_owned());
                    }
                    attribute = false;
                }
            }
            "sol" => names.extend(declared("function ").map(str::to_owned)),
            _ => names.extend(declared("def ").map(str::to_owned)),
        }
    }
    let called = |name: &String| match end {
        "rs" => true,
        "sol" => ["test", "invariant_"]
            .iter()
            .any(|head| name.starts_with(head)),
        _ => name.starts_with("test_"),
    };
    names.retain(called);
    names
}

/// The words between backticks.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// The names of tests in a document: of a table's column of tests, and elsewhere all names of four words or more.
fn named(document: &str) -> BTreeSet<&str> {
    let mut names = BTreeSet::new();
    let mut column = false;
    for line in document.lines() {
        let cell = line.trim_end_matches([' ', '|']).rsplit('|').next();
        match (line.starts_with('|'), cell) {
            (true, Some(cell)) if cell.trim().starts_with("test") => column = true,
            (true, Some(cell)) if column => {
                names.extend(quoted(cell).filter(|word| identifier(word) == *word));
            }
            (true, _) => {}
            (false, _) => column = false,
        }
        let long = |word: &&str| word.matches('_').count() >= 3 || word.starts_with("test");
        names.extend(
            quoted(line)
                .filter(|word| identifier(word) == *word)
                .filter(long),
        );
    }
    names
}

#[test]
fn every_test_that_a_document_names_exists() {
    let sources = sources();
    let known: BTreeSet<String> = sources
        .iter()
        .flat_map(|(end, text)| tests(end, text))
        .collect();
    let mut total = 0;
    for name in DOCUMENTS {
        let text = fs::read_to_string(root().join(name)).unwrap();
        let named = named(&text);
        assert!(!named.is_empty(), "{name} names no test");
        total += named.len();
        let missing: Vec<&&str> = named
            .iter()
            .filter(|test| !known.contains(**test))
            .collect();
        assert!(
            missing.is_empty(),
            "{name} names what is no test: {missing:?}"
        );
    }
    assert!(total > 350, "the documents name {total} tests only");
}

/// Labels of constraints that serve a clause, with i where a number stands.
fn labels(source: &str) -> Vec<String> {
    let rows = source.lines().map(str::trim);
    let texts = rows.filter_map(|row| row.strip_suffix("\";")?.split_once("] \""));
    texts
        .map(|(_, text)| text.replace("{i}", "i"))
        .filter(|text| {
            let number = text.strip_prefix(['S', 'D']);
            number.is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
        })
        .collect()
}

#[test]
fn the_specification_has_every_label_of_a_clause() {
    let source = fs::read_to_string(root().join("circuits/src/labels/mod.rs")).unwrap();
    let text = fs::read_to_string(root().join("docs/specification.md")).unwrap();
    let text: Vec<&str> = text.split_whitespace().collect();
    let text = text.join(" ");
    let labels = labels(&source);
    assert!(labels.len() > 80, "{} labels only", labels.len());
    let missing: Vec<_> = labels
        .iter()
        .filter(|label| !text.contains(&format!("\"{label}\"")))
        .collect();
    assert!(missing.is_empty(), "not in the specification: {missing:#?}");
}
