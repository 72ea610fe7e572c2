//! The documents and the labels agree: section 7 of `docs/circuits-testing.md` has every label with where it is used and what breaks it, and section 3 of
//! `docs/circuits.md` has every constraint of the chips.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use super::{ALL, Clause, ClauseLabel};

/// The test that stands for labels that no suite asserts by name.
const COVERAGE: &str = "each_role_is_needed_but_for_those_listed";

/// The test that covers the mask, which no mutation breaks within its allowance.
const ALTERATIONS: &str = "no_altered_cell_class_or_value_survives_but_for_the_allowances";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// All Rust files below a folder, with their paths from it.
fn sources(folder: &str) -> Vec<(String, String)> {
    let folder = root().join(folder);
    let mut open = vec![folder.clone()];
    let mut found = Vec::new();
    while let Some(at) = open.pop() {
        for entry in fs::read_dir(&at).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|end| end == "rs") {
                let name = path.strip_prefix(&folder).unwrap();
                let name = name.to_string_lossy().replace('\\', "/");
                found.push((name, fs::read_to_string(&path).unwrap()));
            }
        }
    }
    found
}

fn quoted(text: &str, mark: char) -> Vec<&str> {
    text.split(mark).skip(1).step_by(2).collect()
}

/// The text as documents have it.
fn shown(label: ClauseLabel) -> String {
    label.text().replace("{i}", "i")
}

/// Whether a label has a row under each of its clauses, or one under the shared arguments.
fn is_shared(label: ClauseLabel) -> bool {
    label.clauses().is_empty() || label.clauses().len() > 2
}

/// One row of the table: label, constant, files, tests.
struct Row {
    label: String,
    constant: String,
    files: Vec<String>,
    tests: Vec<String>,
}

/// A heading's text and rows.
struct Section {
    prose: String,
    rows: Vec<Row>,
}

fn sections(document: &str) -> BTreeMap<String, Section> {
    let (_, table) = document.split_once("## 7. Clause by clause").unwrap();
    let owned = |text: &str| quoted(text, '`').into_iter().map(str::to_owned).collect();
    table
        .split("\n### ")
        .skip(1)
        .map(|section| {
            let (title, body) = section.split_once('\n').unwrap();
            let key = title.split(". ").next().unwrap().to_owned();
            let is_row = |line: &&str| line.starts_with("| \"");
            let rows = body.lines().filter(is_row).map(|line| {
                let cells: Vec<&str> = line.trim_matches('|').split(" | ").collect();
                let [label, constant, files, tests] = cells[..] else {
                    panic!("four cells: {line}");
                };
                Row {
                    label: quoted(label, '"')[0].to_owned(),
                    constant: quoted(constant, '`')[0].to_owned(),
                    files: owned(files),
                    tests: owned(tests),
                }
            });
            let rows = rows.collect();
            let prose = body.lines().filter(|line| !line.starts_with('|'));
            let prose = prose.collect::<Vec<_>>().join("\n");
            (key, Section { prose, rows })
        })
        .collect()
}

/// The text of a test, with the aliases of labels that its file declares.
struct Test {
    body: String,
    aliases: Vec<(String, String)>,
}

impl Test {
    /// Whether a test asserts a label, beyond using it to find a cell.
    fn asserts(&self, constant: &str, label: ClauseLabel) -> bool {
        let is_word = |text: &str, word: &str| {
            let inside = |c: char| c.is_alphanumeric() || c == '_';
            text.match_indices(word).any(|(at, _)| {
                let before = text[..at].chars().next_back().is_some_and(inside);
                let after = text[at + word.len()..].chars().next().is_some_and(inside);
                !before && !after
            })
        };
        let finds = ["label == labels::", "let label = labels::"];
        let lines = self.body.lines();
        let body: String = lines
            .filter(|line| !finds.iter().any(|find| line.contains(find)))
            .collect::<Vec<_>>()
            .join("\n");
        let aliases = self.aliases.iter().filter(|(_, of)| of == constant);
        is_word(&body, constant)
            || aliases.into_iter().any(|(alias, _)| is_word(&body, alias))
            || (0..16).any(|i| body.contains(&format!("\"{}\"", label.numbered(i))))
    }
}

fn tests() -> BTreeMap<String, Vec<Test>> {
    let mut tests: BTreeMap<String, Vec<Test>> = BTreeMap::new();
    for (_, text) in sources("circuits/src") {
        let mut aliases: Vec<(String, String)> = Vec::new();
        for line in text.lines().filter(|line| line.starts_with("const ")) {
            let Some((name, value)) = line["const ".len()..].split_once(": &str = ") else {
                continue;
            };
            let value = value.trim_end_matches(';');
            let of = match value.strip_prefix("labels::") {
                Some(label) => Some(label.trim_end_matches(".text()").to_owned()),
                None => aliases
                    .iter()
                    .find(|(a, _)| a == value)
                    .map(|(_, l)| l.clone()),
            };
            aliases.extend(of.map(|of| (name.to_owned(), of)));
        }
        for body in text.split("#[test]").skip(1) {
            let Some((_, rest)) = body.split_once("fn ") else {
                continue;
            };
            let name = rest.split('(').next().unwrap().to_owned();
            tests.entry(name).or_default().push(Test {
                body: body.to_owned(),
                aliases: aliases.clone(),
            });
        }
    }
    tests
}

#[test]
fn a_label_begins_with_its_clauses() {
    for (constant, label) in ALL {
        let words = label.text().split(' ');
        let clauses: Vec<String> = words
            .take_while(|word| {
                Clause::ALL
                    .iter()
                    .any(|clause| format!("{clause:?}") == *word)
            })
            .map(str::to_owned)
            .collect();
        let own: Vec<String> = label.clauses().iter().map(|c| format!("{c:?}")).collect();
        assert!(
            clauses == own || clauses.is_empty() && is_shared(*label),
            "{constant}"
        );
    }
    let texts: BTreeSet<&str> = ALL.iter().map(|(_, label)| label.text()).collect();
    assert_eq!(texts.len(), ALL.len(), "no two labels are alike");
}

#[test]
fn the_documents_and_the_labels_agree() {
    let document = read("docs/circuits-testing.md");
    let sections = sections(&document);
    let files: BTreeMap<String, String> = sources("circuits/src").into_iter().collect();
    let tests = tests();
    for (key, section) in &sections {
        let clause = Clause::ALL
            .into_iter()
            .find(|clause| format!("{clause:?}") == *key);
        let expected: BTreeSet<String> = ALL
            .iter()
            .filter(|(_, label)| match clause {
                Some(clause) => !is_shared(*label) && label.clauses().contains(&clause),
                None => is_shared(*label),
            })
            .map(|(_, label)| shown(*label))
            .collect();
        let listed: BTreeSet<String> = section.rows.iter().map(|row| row.label.clone()).collect();
        assert_eq!(listed, expected, "labels of {key}");
        assert_eq!(listed.len(), section.rows.len(), "{key} lists a label once");
        for row in &section.rows {
            let found = ALL.iter().find(|(constant, _)| *constant == row.constant);
            let (_, label) = found.unwrap_or_else(|| panic!("no constant {}", row.constant));
            assert_eq!(shown(*label), row.label, "{}", row.constant);
            let uses = |text: &String| text.contains(&format!("labels::{}", row.constant));
            let production = |name: &str| !name.contains("tests/") && !name.contains("harness/");
            let using = files
                .iter()
                .filter(|(name, text)| production(name) && uses(text));
            let using: BTreeSet<&str> = using.map(|(name, _)| name.as_str()).collect();
            let named: BTreeSet<&str> = row.files.iter().map(String::as_str).collect();
            assert_eq!(named, using, "files that use {}", row.constant);
            assert!(!row.tests.is_empty(), "{} has a test", row.constant);
            for name in &row.tests {
                let test = tests.get(name).unwrap_or_else(|| panic!("no test {name}"));
                let general = [COVERAGE, ALTERATIONS].contains(&name.as_str());
                let asserts = test.iter().any(|test| test.asserts(&row.constant, *label));
                assert!(general || asserts, "{name} asserts {}", row.constant);
            }
        }
    }
    assert_eq!(
        sections.len(),
        Clause::ALL.len() + 1,
        "a section a clause, and the shared"
    );
}

#[test]
fn every_clause_has_a_native_check_and_tests_that_break_it() {
    let document = read("docs/circuits-testing.md");
    let sections = sections(&document);
    let native: String = ["protocol/src", "protocol/tests"]
        .into_iter()
        .flat_map(sources)
        .map(|(_, text)| text)
        .collect();
    let tests = tests();
    for clause in Clause::ALL {
        let key = format!("{clause:?}");
        let section = &sections[&key];
        let prefix = format!("{}_", key.to_lowercase());
        let line = |start: &str| {
            let mut lines = section.prose.lines();
            let found = lines.find(|line| line.starts_with(start));
            quoted(found.unwrap_or_else(|| panic!("{key}: {start}")), '`')
        };
        let check = line("Native check:");
        let at = check.iter().position(|name| name.ends_with(".rs"));
        let (functions, rest) = check.split_at(at.expect("the file of the native check"));
        let file = read(rest[0]);
        assert!(
            !functions.is_empty() && rest.len() > 1,
            "{key}: check and test"
        );
        for function in functions {
            assert!(
                file.contains(&format!("fn {function}(")),
                "{key}: {function}"
            );
        }
        for test in &rest[1..] {
            assert!(native.contains(&format!("fn {test}()")), "{key}: {test}");
        }
        let listed: BTreeSet<&str> = line("Broken in the circuit by:").into_iter().collect();
        let own = tests.keys().map(String::as_str);
        let own = own.filter(|name| name.starts_with(&prefix) && !name.ends_with("_accepted"));
        assert_eq!(listed, own.collect(), "{key}");
        assert!(!listed.is_empty(), "{key}");
    }
}

#[test]
fn the_table_of_gates_has_every_constraint_of_the_chips() {
    let document = read("docs/circuits.md");
    let (_, rest) = document.split_once("## 3. Gates").unwrap();
    let (table, _) = rest.split_once("\n## ").unwrap();
    let named: BTreeSet<&str> = quoted(table, '"').into_iter().collect();
    let labels: BTreeSet<String> = ALL.iter().map(|(_, label)| shown(*label)).collect();
    for name in &named {
        let arithmetic = ["arithmetic i", "second-phase arithmetic i"].contains(name);
        assert!(arithmetic || labels.contains(*name), "no label \"{name}\"");
    }
    let chips: String = sources("circuits/src/chips")
        .into_iter()
        .filter(|(name, _)| !name.contains("tests/"))
        .map(|(_, text)| text)
        .collect();
    // Copies of the chips, which are no constraints of a gate.
    let copies = [
        "MACHINE_ADDS_CONSTANTS_ONCE",
        "MACHINE_WEIGHTS",
        "ROWS_SHARE_KEY_INVERSE",
        "NO_DRAW_BELOW_THE_LOG",
    ];
    for (constant, label) in ALL {
        if chips.contains(&format!("labels::{constant}")) && !copies.contains(constant) {
            assert!(
                named.contains(shown(*label).as_str()),
                "\"{label}\" is in no row"
            );
        }
    }
}
