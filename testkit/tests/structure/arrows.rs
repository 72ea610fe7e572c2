//! The crates that each crate is built on are those of the table in `ARCHITECTURE.md`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use crate::{crates, root};

type Arrows = BTreeMap<String, BTreeSet<String>>;

/// The table's first two columns: a crate's folder, and those that it uses.
fn drawn() -> Arrows {
    let text = fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let rows = text.lines().filter_map(|line| {
        let mut cells = line.strip_prefix("| `")?.split('|').map(str::trim);
        let name = cells.next()?.strip_suffix("/`")?;
        Some((name.to_owned(), cells.next()?.to_owned()))
    });
    rows.map(|(name, uses)| {
        let uses = uses.split(", ").filter(|one| *one != "–");
        (name, uses.map(str::to_owned).collect())
    })
    .collect()
}

/// The dependencies that a crate is built with, by folder: tests and benches have others.
fn built() -> Arrows {
    let folder = |package: &str| match package {
        "tranche" => "cli".to_owned(),
        other => other.trim_start_matches("tranche-").to_owned(),
    };
    crates()
        .into_iter()
        .map(|name| {
            let text = fs::read_to_string(root().join(&name).join("Cargo.toml")).unwrap();
            let mut uses = BTreeSet::new();
            let mut inside = false;
            for line in text.lines() {
                if line.starts_with('[') {
                    inside = line == "[dependencies]";
                } else if inside && line.starts_with("tranche") {
                    let end = line.find(['.', ' ', '=']).unwrap();
                    uses.insert(folder(&line[..end]));
                }
            }
            (name, uses)
        })
        .collect()
}

#[test]
fn crates_use_each_other_as_the_architecture_draws_it() {
    let (drawn, built) = (drawn(), built());
    for (name, uses) in &built {
        assert_eq!(
            drawn.get(name),
            Some(uses),
            "{name}: drawn in ARCHITECTURE.md, and built"
        );
    }
    let known: BTreeSet<_> = built.keys().collect();
    let stray: Vec<_> = drawn.keys().filter(|name| !known.contains(name)).collect();
    assert!(
        stray.is_empty(),
        "drawn, but no crate of the workspace: {stray:?}"
    );
}

#[test]
fn what_is_shipped_depends_on_no_test_and_no_bench() {
    let built = built();
    let mut open = vec!["cli".to_owned(), "wasm".to_owned()];
    let mut seen = BTreeSet::new();
    while let Some(name) = open.pop() {
        if seen.insert(name.clone()) {
            open.extend(built[&name].iter().cloned());
        }
    }
    for name in ["benches", "conformance", "fuzz", "testkit"] {
        assert!(!seen.contains(name), "{name} is part of what is shipped");
    }
}
