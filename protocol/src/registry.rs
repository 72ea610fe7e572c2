//! The append-only registry of tranche ids, and its snapshot file (encodings, sections 4 and 9).

use crate::address::Address;
use crate::content::ContentRoot;
use crate::felt::Felt;
use crate::hash::binary_tree::{BinaryTree, check};
use crate::newtype::felt_newtype;
use crate::shape::Shape;
use crate::tranche::{Tranche, TrancheId};
use alloc::collections::BTreeMap;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use serde::{Deserialize, Serialize};

/// Version of the snapshot file.
pub const VERSION: u32 = 1;

felt_newtype! {
    /// Root of the tree over the registered ids, as it stood after some number of registrations.
    RegistryRoot
}

/// A registration or snapshot that is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RegistryError {
    /// Every leaf of the tree is taken.
    #[error("registry is full: it holds {capacity} tranches")]
    Full {
        /// Registrations that the tree holds.
        capacity: usize,
    },
    /// The text is not the JSON of a snapshot.
    #[error("snapshot is not valid JSON of a registry: {0}")]
    Json(String),
    /// The snapshot's version is unknown.
    #[error("version: got {got}, expected {VERSION}")]
    Version {
        /// The version given.
        got: u32,
    },
    /// The snapshot is of a tree of another depth.
    #[error("depth: got {got}, expected {expected}")]
    Depth {
        /// The depth given.
        got: usize,
        /// The depth of this shape.
        expected: usize,
    },
    /// Entries are not numbered in order from 0.
    #[error("entries[{row}].index: got {got}, expected {row}")]
    Index {
        /// Place of the entry in the list.
        row: usize,
        /// The index given.
        got: u32,
    },
    /// `duplicate_of` is not the first registration of the same content.
    #[error("entries[{row}].duplicate_of: got {got:?}, expected {expected:?}")]
    DuplicateOf {
        /// Place of the entry in the list.
        row: usize,
        /// The value given.
        got: Option<u32>,
        /// First registration of the same content root.
        expected: Option<u32>,
    },
    /// The same id is registered already: one tranche has one registration.
    #[error("registration {index}: tranche {id} is registered already, as number {first}")]
    Registered {
        /// The refused registration.
        index: u32,
        /// The id.
        id: TrancheId,
        /// The registration that it has.
        first: u32,
    },
    /// The root is not that of the entries.
    #[error("root: got {got}, but the entries' root is {expected}")]
    Root {
        /// The root given.
        got: RegistryRoot,
        /// The root recomputed.
        expected: RegistryRoot,
    },
}

/// One registration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Order of registration, from 0: the leaf's index.
    pub index: u32,
    /// The tranche id.
    pub id: TrancheId,
    /// Its content root.
    pub content_root: ContentRoot,
    /// Its owner.
    pub owner: Address,
    /// The first registration of the same content root, when this is not it.
    pub duplicate_of: Option<u32>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Snapshot {
    version: u32,
    depth: usize,
    root: RegistryRoot,
    entries: Vec<Entry>,
}

/// The registry: entries in order and the tree over their ids.
#[derive(Clone, Debug)]
pub struct Registry {
    entries: Vec<Entry>,
    tree: BinaryTree,
    first: BTreeMap<ContentRoot, u32>,
    ids: BTreeMap<TrancheId, u32>,
}

impl Registry {
    /// A registry without entries.
    #[must_use]
    pub fn new(shape: &Shape) -> Self {
        Self {
            entries: Vec::new(),
            tree: BinaryTree::empty(shape.registry_depth),
            first: BTreeMap::new(),
            ids: BTreeMap::new(),
        }
    }

    /// Registers a tranche; a content root seen before is recorded and flagged, not refused. The same id again is refused: two slots of
    /// one tranche would let a builder divide its usage between them.
    ///
    /// # Errors
    /// [`RegistryError::Full`] when every leaf is taken, [`RegistryError::Registered`] when the id is registered.
    pub fn append(&mut self, tranche: &Tranche) -> Result<Entry, RegistryError> {
        self.refuse_again(self.entries.len() as u32, &tranche.id())?;
        let full = RegistryError::Full {
            capacity: 1 << self.tree.depth(),
        };
        let index = u32::try_from(
            self.tree
                .append(tranche.id().felt())
                .map_err(|_| full.clone())?,
        )
        .map_err(|_| full)?;
        let content_root = tranche.contents().content_root;
        let entry = Entry {
            index,
            id: tranche.id(),
            content_root,
            owner: tranche.owner(),
            duplicate_of: self.first_of(&content_root),
        };
        self.first.entry(content_root).or_insert(index);
        self.ids.insert(entry.id, index);
        self.entries.push(entry);
        Ok(entry)
    }

    fn refuse_again(&self, index: u32, id: &TrancheId) -> Result<(), RegistryError> {
        match self.ids.get(id) {
            Some(first) => Err(RegistryError::Registered {
                index,
                id: *id,
                first: *first,
            }),
            None => Ok(()),
        }
    }

    /// The first registration of a content root.
    #[must_use]
    pub fn first_of(&self, content_root: &ContentRoot) -> Option<u32> {
        self.first.get(content_root).copied()
    }

    /// All registrations in order.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The registration of a tranche id.
    #[must_use]
    pub fn find(&self, id: &TrancheId) -> Option<&Entry> {
        let index = self.ids.get(id)?;
        self.entries.get(*index as usize)
    }

    /// The registry as it stood after `count` registrations: what a run's cut-off names.
    #[must_use]
    pub fn at(&self, count: u32) -> Self {
        let entries = self.entries.iter().take(count as usize).copied();
        let mut past = Self {
            entries: entries.collect(),
            tree: BinaryTree::empty(self.tree.depth()),
            first: BTreeMap::new(),
            ids: BTreeMap::new(),
        };
        for entry in &past.entries {
            // A prefix of a tree's leaves fits the tree.
            let _ = past.tree.append(entry.id.felt());
            past.first.entry(entry.content_root).or_insert(entry.index);
            past.ids.insert(entry.id, entry.index);
        }
        past
    }

    /// The root.
    #[must_use]
    pub fn root(&self) -> RegistryRoot {
        RegistryRoot(self.tree.root())
    }

    /// Siblings of a registration from leaf to root; `None` when there is no such registration.
    #[must_use]
    pub fn path(&self, index: u32) -> Option<Vec<Felt>> {
        self.entries
            .get(index as usize)
            .map(|_| self.tree.path(index as usize))
    }

    /// The snapshot file.
    #[must_use]
    pub fn to_json(&self) -> String {
        let snapshot = Snapshot {
            version: VERSION,
            depth: self.tree.depth(),
            root: self.root(),
            entries: self.entries.clone(),
        };
        serde_json::to_string_pretty(&snapshot).unwrap_or_default()
    }

    /// Reads a snapshot file; the root and every `duplicate_of` are recomputed.
    ///
    /// The root binds ids. That an entry's content root and owner are its id's is for the tranche's manifest to show.
    ///
    /// # Errors
    /// [`RegistryError`] naming the field that is wrong.
    pub fn from_json(shape: &Shape, text: &str) -> Result<Self, RegistryError> {
        let snapshot: Snapshot =
            serde_json::from_str(text).map_err(|e| RegistryError::Json(e.to_string()))?;
        if snapshot.version != VERSION {
            return Err(RegistryError::Version {
                got: snapshot.version,
            });
        }
        let expected = shape.registry_depth;
        if snapshot.depth != expected {
            return Err(RegistryError::Depth {
                got: snapshot.depth,
                expected,
            });
        }
        let mut first = BTreeMap::new();
        let mut ids = BTreeMap::new();
        for (row, entry) in snapshot.entries.iter().enumerate() {
            if entry.index as usize != row {
                return Err(RegistryError::Index {
                    row,
                    got: entry.index,
                });
            }
            let expected = first.get(&entry.content_root).copied();
            if entry.duplicate_of != expected {
                return Err(RegistryError::DuplicateOf {
                    row,
                    got: entry.duplicate_of,
                    expected,
                });
            }
            first.entry(entry.content_root).or_insert(entry.index);
            if let Some(first) = ids.insert(entry.id, entry.index) {
                return Err(RegistryError::Registered {
                    index: entry.index,
                    id: entry.id,
                    first,
                });
            }
        }
        let leaves = snapshot
            .entries
            .iter()
            .map(|entry| entry.id.felt())
            .collect();
        let tree = BinaryTree::new(snapshot.depth, leaves).map_err(|full| RegistryError::Full {
            capacity: full.capacity,
        })?;
        let (got, expected) = (snapshot.root, RegistryRoot(tree.root()));
        if got != expected {
            return Err(RegistryError::Root { got, expected });
        }
        Ok(Self {
            entries: snapshot.entries,
            tree,
            first,
            ids,
        })
    }
}

/// Whether `siblings` show the id at `index` under a registry root.
#[must_use]
pub fn is_registered(
    shape: &Shape,
    root: RegistryRoot,
    index: u32,
    id: TrancheId,
    siblings: &[Felt],
) -> bool {
    let (index, id, root) = (index as usize, id.felt(), root.felt());
    check(shape.registry_depth, index, id, siblings, root)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::{self, TOY};

    fn registry() -> Registry {
        let mut registry = Registry::new(&TOY);
        let a = sample::uniform(&TOY, 5, 3, 1);
        let b = sample::uniform(&TOY, 6, 3, 2);
        let c = Tranche::new(*a.contents(), b.owner(), 9, a.terms()).unwrap();
        for tranche in [a, b, c] {
            registry.append(&tranche).unwrap();
        }
        registry
    }

    #[test]
    fn the_same_id_is_registered_once() {
        let mut registry = registry();
        let again = sample::uniform(&TOY, 5, 3, 1);
        let refused = RegistryError::Registered {
            index: 3,
            id: again.id(),
            first: 0,
        };
        assert_eq!(registry.append(&again), Err(refused.clone()));
        assert_eq!(registry.entries().len(), 3);

        let entry = registry.entries()[0];
        let mut forged = Registry::new(&TOY);
        forged.tree.append(entry.id.felt()).unwrap();
        forged.tree.append(entry.id.felt()).unwrap();
        forged.entries = alloc::vec![
            entry,
            Entry {
                index: 1,
                duplicate_of: Some(0),
                ..entry
            }
        ];
        let text = forged.to_json();
        let refused = RegistryError::Registered {
            index: 1,
            id: entry.id,
            first: 0,
        };
        assert_eq!(Registry::from_json(&TOY, &text).unwrap_err(), refused);
    }

    #[test]
    fn a_second_registration_of_content_is_flagged() {
        let registry = registry();
        let flags: Vec<_> = registry.entries().iter().map(|e| e.duplicate_of).collect();
        assert_eq!(flags, [None, None, Some(0)]);
        for entry in registry.entries() {
            let path = registry.path(entry.index).unwrap();
            assert!(is_registered(
                &TOY,
                registry.root(),
                entry.index,
                entry.id,
                &path
            ));
        }
        assert_eq!(registry.path(3), None);
        let past = registry.at(1);
        assert_eq!(past.entries(), &registry.entries()[..1]);
        assert_ne!(past.root(), registry.root());
        assert_eq!(registry.at(9).root(), registry.root());
    }

    #[test]
    fn snapshots_round_trip() {
        let registry = registry();
        let read = Registry::from_json(&TOY, &registry.to_json()).unwrap();
        assert_eq!(read.root(), registry.root());
        assert_eq!(read.entries(), registry.entries());
    }

    #[test]
    fn hostile_snapshots_are_refused() {
        let text = registry().to_json();
        let read = |text: &str| Registry::from_json(&TOY, text).map(|_| ()).unwrap_err();
        assert_eq!(
            read(&text.replace("\"version\": 1", "\"version\": 2")),
            RegistryError::Version { got: 2 }
        );
        assert_eq!(
            read(&text.replace("\"depth\": 3", "\"depth\": 60")),
            RegistryError::Depth {
                got: 60,
                expected: 3
            }
        );
        assert_eq!(
            read(&text.replace("\"index\": 1", "\"index\": 7")),
            RegistryError::Index { row: 1, got: 7 }
        );
        assert_eq!(
            read(&text.replace("\"duplicate_of\": 0", "\"duplicate_of\": null")),
            RegistryError::DuplicateOf {
                row: 2,
                got: None,
                expected: Some(0)
            }
        );
        assert!(matches!(
            read(&text.replace("\"owner\"", "\"ower\"")),
            RegistryError::Json(_)
        ));
        assert!(matches!(
            read(&text.replace("\"depth\": 3", "\"depth\": 3, \"x\": 1")),
            RegistryError::Json(_)
        ));
        assert!(matches!(read(""), RegistryError::Json(_)));
        let root = registry().root().to_string();
        let zero = RegistryRoot::from(0u64).to_string();
        assert!(matches!(
            read(&text.replace(&root, &zero)),
            RegistryError::Root { .. }
        ));
    }

    #[test]
    fn the_root_has_one_encoding() {
        crate::newtype::assert_canonical_felt!(RegistryRoot);
    }

    #[test]
    fn a_full_registry_says_so() {
        let mut registry = Registry::new(&TOY);
        for owner in 0..8 {
            registry
                .append(&sample::uniform(&TOY, 5, 3, owner + 1))
                .unwrap();
        }
        let ninth = registry.append(&sample::uniform(&TOY, 5, 3, 9));
        assert_eq!(ninth, Err(RegistryError::Full { capacity: 8 }));
        assert_eq!(registry.entries().len(), 8);
    }
}
