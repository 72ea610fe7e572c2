//! A value with a meaning is a type of its own where `protocol` meets other crates.

use std::fs;
use std::path::{Path, PathBuf};

use syn::visit::{self, Visit};
use syn::{ImplItem, Item, Type, Visibility};

use crate::root;

/// Files whose values are bare on purpose: arithmetic, hashes and their trees, encodings of numbers.
const BARE: [&str; 5] = ["felt.rs", "hash/", "json.rs", "keccak.rs", "newtype.rs"];

const HASHED: &str = "enters a hash";
const NODE: &str = "a node of a tree";
const ROW: &str = "a row of public inputs";
const WORD: &str = "a word of a contract";
const BYTES: &str = "bytes in and out of a type of its own";

/// Items outside of these files that take or give bare values, and why those have no meaning of their own.
const ALLOWED: [(&str, &str); 37] = [
    ("address.rs Address::felt: Felt", HASHED),
    ("address.rs Address::from_word: Word", WORD),
    ("address.rs Address::word: Word", WORD),
    ("chunk_index.rs ChunkIndexEntry::felts: Felt", HASHED),
    ("chunk_index.rs leaf: Felt", NODE),
    ("content.rs ContentProof.siblings: [u8; 32]", NODE),
    ("context.rs RunTerms::from_words: Word", WORD),
    ("context.rs RunTerms::words: Word", WORD),
    ("log.rs LogOrder::felt: Felt", HASHED),
    ("log.rs leaf: Felt", NODE),
    ("log.rs leaf_packs: Felt", HASHED),
    ("receipt.rs Receipt.siblings: Felt", NODE),
    ("registry.rs Registry::path: Felt", NODE),
    ("registry.rs is_registered: Felt", NODE),
    ("salt.rs RunSeed::new: [u8; 32]", BYTES),
    ("salt.rs RunSeed::secret_bytes: [u8; 32]", BYTES),
    ("signature.rs SigningDigest::of_message: [u8; 32]", HASHED),
    (
        "signature.rs SigningDigest::of_typed_data: [u8; 32]",
        HASHED,
    ),
    ("statement/disclosure.rs Claim::felts: Felt", ROW),
    (
        "statement/disclosure.rs DisclosureStatement::from_public_inputs: Felt",
        ROW,
    ),
    ("statement/disclosure.rs Payee::felt: Felt", ROW),
    ("statement/disclosure.rs Payee::from_felt: Felt", ROW),
    ("statement/header.rs StatementHeader::digest: Felt", ROW),
    (
        "statement/header.rs StatementHeader::encode: Felt, Word",
        ROW,
    ),
    ("statement/inputs.rs PublicInputs::new: Felt", ROW),
    (
        "statement/usage.rs UsageStatement::from_public_inputs: Felt",
        ROW,
    ),
    ("tag.rs Tag::felt: Felt", HASHED),
    ("trace.rs Checkpoint::leaf: Felt", NODE),
    ("trace.rs TraceOpening.siblings: Felt", NODE),
    ("tranche.rs Contents::content_halves: Felt", HASHED),
    ("tranche.rs PrivateTranche::preimage: Felt", HASHED),
    ("tranche.rs Tranche::preimage: Felt", HASHED),
    ("units.rs chunk_packs: Felt", HASHED),
    ("usage.rs draws_weight: Felt", "a factor"),
    ("usage.rs leaf: Felt", NODE),
    ("usage_relation/witness.rs Slot.registry_path: Felt", NODE),
    ("usage_relation/witness.rs TableChunk.siblings: Felt", NODE),
];

/// Bare types in a signature.
#[derive(Default)]
struct Bare(Vec<String>);

impl<'ast> Visit<'ast> for Bare {
    fn visit_type(&mut self, of: &'ast Type) {
        match of {
            Type::Path(path) => {
                let last = path.path.segments.last().unwrap().ident.to_string();
                if ["Felt", "Word", "Fr"].contains(&last.as_str()) {
                    self.0.push(last);
                }
            }
            Type::Array(array) => {
                let element = matches!(&*array.elem, Type::Path(p) if p.path.is_ident("u8"));
                let length = matches!(&array.len, syn::Expr::Lit(lit) if matches!(&lit.lit, syn::Lit::Int(n) if n.base10_digits() == "32"));
                if element && length {
                    self.0.push("[u8; 32]".to_owned());
                }
            }
            _ => {}
        }
        visit::visit_type(self, of);
    }
}

fn bare(visit: impl FnOnce(&mut Bare)) -> Option<String> {
    let mut found = Bare::default();
    visit(&mut found);
    found.0.sort();
    found.0.dedup();
    (!found.0.is_empty()).then(|| found.0.join(", "))
}

fn public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

/// Public items of a file with bare values, as `file item: types`.
fn of_file(file: &str, path: &Path, all: &mut Vec<String>) {
    let parsed = syn::parse_file(&fs::read_to_string(path).unwrap()).unwrap();
    let mut note = |item: String, types: Option<String>| {
        if let Some(types) = types {
            all.push(format!("{file} {item}: {types}"));
        }
    };
    for item in &parsed.items {
        match item {
            Item::Fn(item) if public(&item.vis) => {
                note(
                    item.sig.ident.to_string(),
                    bare(|b| b.visit_signature(&item.sig)),
                );
            }
            Item::Const(item) if public(&item.vis) => {
                note(item.ident.to_string(), bare(|b| b.visit_type(&item.ty)));
            }
            Item::Type(item) if public(&item.vis) => {
                note(item.ident.to_string(), bare(|b| b.visit_type(&item.ty)));
            }
            Item::Struct(item) if public(&item.vis) => {
                for field in item.fields.iter().filter(|field| public(&field.vis)) {
                    let name = field
                        .ident
                        .as_ref()
                        .map_or("0".to_owned(), ToString::to_string);
                    note(
                        format!("{}.{name}", item.ident),
                        bare(|b| b.visit_type(&field.ty)),
                    );
                }
            }
            Item::Enum(item) if public(&item.vis) => {
                note(item.ident.to_string(), bare(|b| b.visit_item_enum(item)));
            }
            Item::Impl(item) if item.trait_.is_none() => {
                let Type::Path(of) = &*item.self_ty else {
                    continue;
                };
                let of = of.path.segments.last().unwrap().ident.to_string();
                for inner in &item.items {
                    match inner {
                        ImplItem::Fn(inner) if public(&inner.vis) => {
                            note(
                                format!("{of}::{}", inner.sig.ident),
                                bare(|b| b.visit_signature(&inner.sig)),
                            );
                        }
                        ImplItem::Const(inner) if public(&inner.vis) => {
                            note(
                                format!("{of}::{}", inner.ident),
                                bare(|b| b.visit_type(&inner.ty)),
                            );
                        }
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }
}

#[test]
fn protocol_has_no_bare_value_with_a_meaning_at_its_border() {
    let source = root().join("protocol/src");
    let mut all = Vec::new();
    let mut open: Vec<PathBuf> = vec![source.clone()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.strip_prefix(&source).unwrap().display().to_string();
            let tests = name.ends_with("tests.rs") || name.contains("tests/");
            if path.is_dir() {
                open.push(path);
            } else if name.ends_with(".rs")
                && !tests
                && !BARE.iter().any(|bare| name.starts_with(bare))
            {
                of_file(&name, &path, &mut all);
            }
        }
    }
    all.sort();
    let allowed: Vec<&str> = ALLOWED.iter().map(|(item, _)| *item).collect();
    let stray: Vec<&String> = all
        .iter()
        .filter(|item| !allowed.contains(&item.as_str()))
        .collect();
    assert!(
        stray.is_empty(),
        "bare values at the border of protocol:\n{stray:#?}"
    );
    let idle: Vec<&&str> = allowed
        .iter()
        .filter(|item| !all.iter().any(|one| one == *item))
        .collect();
    assert!(idle.is_empty(), "allowed, but no longer there: {idle:#?}");
}
