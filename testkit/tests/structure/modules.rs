//! The graph of uses between the source files of one crate.
//!
//! A node is a file, an edge says that the first names an item of the second. A re-export does not count as the place of an
//! item: an edge goes to the file that defines it. Code for tests alone is left out.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use syn::visit::{self, Visit};
use syn::{Attribute, Item, ItemMod, UseTree};

/// A module of a crate, by its path from the root.
type ModulePath = Vec<String>;

/// What a module declares.
#[derive(Debug, Default)]
struct Module {
    file: PathBuf,
    /// Names that `use` brings in, with what they stand for.
    imports: BTreeMap<String, Vec<String>>,
    /// Modules whose whole content `use` brings in.
    globs: Vec<Vec<String>>,
    /// Items that are defined here.
    items: BTreeSet<String>,
    /// Paths that the code names.
    paths: Vec<Vec<String>>,
}

/// The modules of a crate.
#[derive(Debug, Default)]
pub(crate) struct Modules {
    modules: BTreeMap<ModulePath, Module>,
}

impl Modules {
    /// Reads a crate from its root file, `lib.rs` or `main.rs`.
    ///
    /// # Panics
    /// If a file cannot be read or is not Rust.
    pub(crate) fn read(root: &Path) -> Self {
        let mut modules = Self::default();
        modules.read_file(root, root.parent().unwrap(), Vec::new());
        modules
    }

    fn read_file(&mut self, file: &Path, folder: &Path, path: ModulePath) {
        let text = fs::read_to_string(file).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
        let parsed = syn::parse_file(&text).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
        self.read_items(file, folder, path, &parsed.items);
    }

    fn read_items(&mut self, file: &Path, folder: &Path, path: ModulePath, items: &[Item]) {
        let mut module = Module {
            file: file.to_owned(),
            ..Module::default()
        };
        for item in items.iter().filter(|item| !for_tests(item)) {
            match item {
                Item::Mod(inner) => self.read_module(inner, file, folder, &path),
                Item::Use(item) => module.import(&item.tree, Vec::new()),
                other => {
                    module.items.extend(name(other));
                    Paths(&mut module).visit_item(other);
                }
            }
        }
        self.modules.insert(path, module);
    }

    fn read_module(&mut self, module: &ItemMod, file: &Path, folder: &Path, path: &[String]) {
        let name = module.ident.to_string();
        let inner = [path, std::slice::from_ref(&name)].concat();
        if let Some((_, items)) = &module.content {
            return self.read_items(file, &folder.join(&name), inner, items);
        }
        let beside = folder.join(format!("{name}.rs"));
        let below = folder.join(&name).join("mod.rs");
        let found = if beside.exists() { beside } else { below };
        self.read_file(&found, &folder.join(&name), inner);
    }

    /// The file of the item that a path names, seen from a module.
    fn target(&self, from: &[String], path: &[String], depth: usize) -> Option<&Path> {
        let (mut at, mut rest) = self.start(from, path)?;
        while let Some((first, more)) = rest.split_first() {
            let module = self.modules.get(&at)?;
            let child = [at.as_slice(), std::slice::from_ref(first)].concat();
            if self.modules.contains_key(&child) {
                at = child;
                rest = more;
                continue;
            }
            if module.items.contains(first) || depth == 0 {
                return Some(&module.file);
            }
            if let Some(import) = module.imports.get(first) {
                return self.target(&at, import, depth - 1);
            }
            let mut globs = module.globs.iter();
            return globs
                .find_map(|glob| {
                    let whole = [glob.as_slice(), std::slice::from_ref(first)].concat();
                    self.defines(&at, glob, first)
                        .then(|| self.target(&at, &whole, depth - 1))?
                })
                .or(Some(&module.file));
        }
        None
    }

    fn defines(&self, from: &[String], glob: &[String], name: &str) -> bool {
        let Some((mut at, rest)) = self.start(from, glob) else {
            return false;
        };
        at.extend(rest.iter().cloned());
        self.modules
            .get(&at)
            .is_some_and(|module| module.items.contains(name) || module.imports.contains_key(name))
    }

    /// Where a path begins, and what of it is left.
    fn start<'a>(&self, from: &[String], path: &'a [String]) -> Option<(ModulePath, &'a [String])> {
        let mut at = from.to_vec();
        let (first, mut rest) = path.split_first()?;
        match first.as_str() {
            "crate" => at.clear(),
            "self" => {}
            "super" => {
                at.pop()?;
                while let Some(("super", more)) = rest.split_first().map(|(s, r)| (s.as_str(), r)) {
                    at.pop()?;
                    rest = more;
                }
            }
            name => {
                let child = [from, std::slice::from_ref(first)].concat();
                let module = self.modules.get(from)?;
                if self.modules.contains_key(&child) || module.imports.contains_key(name) {
                    return Some((at, path));
                }
                return None;
            }
        }
        Some((at, rest))
    }

    /// The edges between files, each with one path that makes it.
    pub(crate) fn edges(&self) -> BTreeMap<PathBuf, BTreeMap<PathBuf, String>> {
        let mut edges: BTreeMap<PathBuf, BTreeMap<PathBuf, String>> = BTreeMap::new();
        for (at, module) in &self.modules {
            let imports = module.imports.values().chain(&module.globs);
            for path in imports.chain(&module.paths) {
                let Some(target) = self.target(at, path, 16) else {
                    continue;
                };
                if target != module.file {
                    let of = edges.entry(module.file.clone()).or_default();
                    of.entry(target.to_owned())
                        .or_insert_with(|| path.join("::"));
                }
            }
        }
        edges
    }
}

impl Module {
    fn import(&mut self, tree: &UseTree, mut before: Vec<String>) {
        match tree {
            UseTree::Path(path) => {
                before.push(path.ident.to_string());
                self.import(&path.tree, before);
            }
            UseTree::Name(name) => {
                let name = name.ident.to_string();
                if name == "self" {
                    let last = before.last().cloned().unwrap_or_default();
                    self.imports.insert(last, before);
                } else {
                    before.push(name.clone());
                    self.imports.insert(name, before);
                }
            }
            UseTree::Rename(rename) => {
                before.push(rename.ident.to_string());
                if before.last().is_some_and(|last| last == "self") {
                    before.pop();
                }
                self.imports.insert(rename.rename.to_string(), before);
            }
            UseTree::Glob(_) => self.globs.push(before),
            UseTree::Group(group) => {
                for tree in &group.items {
                    self.import(tree, before.clone());
                }
            }
        }
    }
}

/// Collects the paths that code names.
struct Paths<'a>(&'a mut Module);

impl<'ast> Visit<'ast> for Paths<'_> {
    fn visit_path(&mut self, path: &'ast syn::Path) {
        if path.segments.len() > 1 {
            let segments = path.segments.iter().map(|s| s.ident.to_string());
            self.0.paths.push(segments.collect());
        }
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        visit::visit_macro(self, call);
        scan(call.tokens.clone(), &mut self.0.paths);
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        // A `use` inside of a function.
        let mut inner = Module::default();
        inner.import(&item.tree, Vec::new());
        self.0.paths.extend(inner.imports.into_values());
        self.0.paths.extend(inner.globs);
    }
}

/// Paths in the tokens of a macro's call.
fn scan(tokens: proc_macro2::TokenStream, paths: &mut Vec<Vec<String>>) {
    use proc_macro2::TokenTree;
    let mut current: Vec<String> = Vec::new();
    let mut colons = 0;
    let mut end = |current: &mut Vec<String>| {
        if current.len() > 1 {
            paths.push(std::mem::take(current));
        } else {
            current.clear();
        }
    };
    let mut groups = Vec::new();
    for token in tokens {
        match token {
            TokenTree::Ident(ident) => {
                if colons != 2 {
                    end(&mut current);
                }
                colons = 0;
                current.push(ident.to_string());
            }
            TokenTree::Punct(punct) if punct.as_char() == ':' => colons += 1,
            other => {
                end(&mut current);
                colons = 0;
                if let TokenTree::Group(group) = other {
                    groups.push(group.stream());
                }
            }
        }
    }
    end(&mut current);
    for group in groups {
        scan(group, paths);
    }
}

fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(i) => &i.attrs,
        Item::Enum(i) => &i.attrs,
        Item::Fn(i) => &i.attrs,
        Item::Impl(i) => &i.attrs,
        Item::Macro(i) => &i.attrs,
        Item::Mod(i) => &i.attrs,
        Item::Static(i) => &i.attrs,
        Item::Struct(i) => &i.attrs,
        Item::Trait(i) => &i.attrs,
        Item::Type(i) => &i.attrs,
        Item::Use(i) => &i.attrs,
        _ => &[],
    }
}

fn name(item: &Item) -> Option<String> {
    let ident = match item {
        Item::Const(i) => &i.ident,
        Item::Enum(i) => &i.ident,
        Item::Fn(i) => &i.sig.ident,
        Item::Macro(i) => i.ident.as_ref()?,
        Item::Static(i) => &i.ident,
        Item::Struct(i) => &i.ident,
        Item::Trait(i) => &i.ident,
        Item::Type(i) => &i.ident,
        _ => return None,
    };
    Some(ident.to_string())
}

/// Whether an item is a test, or a module of tests; a harness that tests use counts like any code.
fn for_tests(item: &Item) -> bool {
    if matches!(item, Item::Mod(module) if module.ident != "tests" && module.content.is_none()) {
        return false;
    }
    attributes(item).iter().any(|attribute| {
        let path = attribute.path();
        path.is_ident("test")
            || path.is_ident("cfg")
                && attribute
                    .parse_args::<syn::Path>()
                    .is_ok_and(|path| path.is_ident("test"))
    })
}

/// The circles of a graph: its strongly connected components of more than one node.
pub(crate) fn circles(edges: &BTreeMap<PathBuf, BTreeMap<PathBuf, String>>) -> Vec<Vec<PathBuf>> {
    let reach = |start: &PathBuf| {
        let mut seen: BTreeSet<&PathBuf> = BTreeSet::new();
        let mut open = vec![start];
        while let Some(node) = open.pop() {
            for next in edges.get(node).into_iter().flat_map(BTreeMap::keys) {
                if seen.insert(next) {
                    open.push(next);
                }
            }
        }
        seen
    };
    let reached: BTreeMap<&PathBuf, BTreeSet<&PathBuf>> =
        edges.keys().map(|node| (node, reach(node))).collect();
    let mut found: BTreeSet<Vec<PathBuf>> = BTreeSet::new();
    for (node, seen) in &reached {
        if seen.contains(node) {
            let circle = seen
                .iter()
                .filter(|other| reached.get(*other).is_some_and(|back| back.contains(node)));
            found.insert(circle.map(|file| (*file).clone()).collect());
        }
    }
    found.into_iter().collect()
}
