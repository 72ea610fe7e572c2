//! Every path, link and anchor that a document names exists, and the map of the README has every crate.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// What commands make and documents name: it is not in the sources.
const BUILT: [&str; 3] = [
    "wasm/tranche.wasm",
    "contracts/node_modules",
    "benches/results/DATE-MACHINE",
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Whether an entry of a folder is source rather than what tools keep there.
fn is_source(name: &str) -> bool {
    !name.starts_with('.') && !["target", "node_modules"].contains(&name)
}

/// Folders at the top of the tree.
fn folders() -> BTreeSet<String> {
    let entries = fs::read_dir(root()).unwrap().map(Result::unwrap);
    entries
        .filter(|entry| entry.path().is_dir())
        .map(|entry| entry.file_name().into_string().unwrap())
        .filter(|name| is_source(name))
        .collect()
}

/// All documents, from the top of the tree.
fn documents() -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![root()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap_or_default();
            if path.is_dir() {
                if is_source(name) {
                    open.push(path);
                }
            } else if path.extension().is_some_and(|end| end == "md") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// Targets of links and pictures, as they are written.
fn links(text: &str) -> impl Iterator<Item = &str> {
    let ends = text.split("](").skip(1);
    ends.filter_map(|rest| rest.split(')').next())
}

/// The anchor that a heading gets: lower case, words joined by hyphens, without other marks.
fn anchor(heading: &str) -> String {
    let kept = heading.trim_start_matches('#').trim().chars();
    kept.filter(|c| c.is_alphanumeric() || " -_".contains(*c))
        .map(|c| if c == ' ' { '-' } else { c })
        .flat_map(char::to_lowercase)
        .collect()
}

fn has_anchor(document: &Path, wanted: &str) -> bool {
    let text = fs::read_to_string(document).unwrap();
    let mut headings = text.lines().filter(|line| line.starts_with('#'));
    headings.any(|heading| anchor(heading) == wanted)
}

/// The words of code, inline or fenced, that are paths from the top of the tree.
fn paths<'a>(text: &'a str, folders: &BTreeSet<String>) -> BTreeSet<&'a str> {
    let code = text.split('`').skip(1).step_by(2);
    code.flat_map(str::split_whitespace)
        .map(|word| word.trim_matches(|c: char| "(),;:'\"".contains(c)))
        .filter(|word| {
            let top = word.split_once('/').map(|(top, _)| top);
            top.is_some_and(|top| folders.contains(top))
        })
        .collect()
}

/// Whether a path exists, or the folder of a pattern.
fn exists(path: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-".contains(c);
    let end = path.find(|c| !plain(c)).unwrap_or(path.len());
    let known = if end == path.len() {
        path
    } else {
        path[..end]
            .rsplit_once('/')
            .map_or("", |(folder, _)| folder)
    };
    root().join(known).exists() || BUILT.iter().any(|built| known.starts_with(built))
}

#[test]
fn every_link_of_a_document_resolves() {
    let mut broken = Vec::new();
    for document in documents() {
        let text = fs::read_to_string(&document).unwrap();
        for link in links(&text).filter(|link| !link.contains("://")) {
            let (file, wanted) = link.split_once('#').unwrap_or((link, ""));
            let target = if file.is_empty() {
                document.clone()
            } else {
                document.with_file_name(file)
            };
            if !target.exists() || !(wanted.is_empty() || has_anchor(&target, wanted)) {
                broken.push(format!("{}: {link}", document.display()));
            }
        }
    }
    assert!(broken.is_empty(), "broken links: {broken:#?}");
}

#[test]
fn every_path_that_a_document_names_exists() {
    let folders = folders();
    let mut missing = Vec::new();
    for document in documents() {
        let text = fs::read_to_string(&document).unwrap();
        let unknown = paths(&text, &folders)
            .into_iter()
            .filter(|path| !exists(path));
        missing.extend(unknown.map(|path| format!("{}: {path}", document.display())));
    }
    assert!(missing.is_empty(), "paths that are not there: {missing:#?}");
}

#[test]
fn the_readme_maps_every_crate_and_no_folder_that_is_not_there() {
    let text = fs::read_to_string(root().join("README.md")).unwrap();
    let (_, map) = text.split_once("## Map").unwrap();
    let block = map.split("```").nth(1).unwrap();
    let named = block.lines().filter_map(|line| line.split_once("/ "));
    let named: BTreeSet<String> = named.map(|(folder, _)| folder.to_owned()).collect();
    let folders = folders();
    let gone: Vec<_> = named.difference(&folders).collect();
    assert!(gone.is_empty(), "on the map and not in the tree: {gone:?}");
    let is_crate = |folder: &&String| root().join(folder).join("Cargo.toml").exists();
    let unnamed: Vec<_> = folders.difference(&named).filter(is_crate).collect();
    assert!(
        unnamed.is_empty(),
        "crates that are not on the map: {unnamed:?}"
    );
}
