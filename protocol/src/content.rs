//! The content root: a BLAKE3 Merkle tree over record digests, in order (encodings, section 3).

use crate::newtype::bytes_newtype;
use crate::record::RecordDigest;
use alloc::vec::Vec;
use serde::{Deserialize, Serialize};

const NODE: &str = "tranche v1 content node";

bytes_newtype! {
    /// The root over the record digests of a tranche: BLAKE3 of their number and the tree's top.
    ContentRoot
}

fn node(left: &[u8], right: &[u8; 32]) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new_derive_key(NODE);
    hasher.update(left);
    hasher.update(right);
    *hasher.finalize().as_bytes()
}

/// The root binds the number of records, so that a promoted node cannot pass for a tree of another length.
fn seal(records: u64, top: &[u8; 32]) -> ContentRoot {
    ContentRoot(node(&records.to_le_bytes(), top))
}

/// Builds the root of a stream of record digests in memory logarithmic in their number.
#[derive(Clone, Debug, Default)]
pub struct ContentBuilder {
    /// `peaks[h]` is the root of a full subtree of 2^h records that waits for its right sibling.
    peaks: Vec<Option<[u8; 32]>>,
    records: u64,
}

impl ContentBuilder {
    /// A builder without records.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            peaks: Vec::new(),
            records: 0,
        }
    }

    /// Adds the next record.
    pub fn push(&mut self, digest: &RecordDigest) {
        let mut carry = digest.to_bytes();
        self.records += 1;
        for peak in &mut self.peaks {
            match peak.take() {
                Some(left) => carry = node(&left, &carry),
                None => {
                    *peak = Some(carry);
                    return;
                }
            }
        }
        self.peaks.push(Some(carry));
    }

    /// Records so far.
    #[must_use]
    pub const fn records(&self) -> u64 {
        self.records
    }

    /// The root; `None` without records.
    #[must_use]
    pub fn finish(&self) -> Option<ContentRoot> {
        let top = self
            .peaks
            .iter()
            .flatten()
            .copied()
            .reduce(|right, left| node(&left, &right))?;
        Some(seal(self.records, &top))
    }
}

/// Shows that a record stands at an index of a content root; for audits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContentProof {
    /// Records of the tranche.
    pub records: u32,
    /// Which record this is, below `records`.
    pub index: u32,
    /// Siblings from the record up, without the levels at which the node is promoted.
    #[serde(with = "siblings")]
    pub siblings: Vec<[u8; 32]>,
}

impl ContentProof {
    /// The proof for record `index` of the tranche with these digests; `None` when there is no such record.
    #[must_use]
    pub fn new(digests: &[RecordDigest], index: u32) -> Option<Self> {
        let records = u32::try_from(digests.len()).ok()?;
        if index >= records {
            return None;
        }
        let mut siblings = Vec::new();
        let mut level: Vec<[u8; 32]> = digests.iter().map(|digest| digest.to_bytes()).collect();
        let mut at = index as usize;
        while level.len() > 1 {
            siblings.extend(level.get(at ^ 1));
            level = level
                .chunks(2)
                .map(|pair| {
                    if let [left, right] = pair {
                        node(left, right)
                    } else {
                        pair[0]
                    }
                })
                .collect();
            at /= 2;
        }
        Some(Self {
            records,
            index,
            siblings,
        })
    }

    /// Whether `digest` is the record at `index` under `root`.
    #[must_use]
    pub fn check(&self, digest: &RecordDigest, root: &ContentRoot) -> bool {
        if self.index >= self.records {
            return false;
        }
        let mut siblings = self.siblings.iter();
        let (mut at, mut width) = (self.index, self.records);
        let mut current = digest.to_bytes();
        while width > 1 {
            let promoted = at % 2 == 0 && at + 1 == width;
            if !promoted {
                let Some(sibling) = siblings.next() else {
                    return false;
                };
                current = if at % 2 == 0 {
                    node(&current, sibling)
                } else {
                    node(sibling, &current)
                };
            }
            at /= 2;
            width = width.div_ceil(2);
        }
        siblings.next().is_none() && seal(u64::from(self.records), &current) == *root
    }
}

/// Siblings as 0x-hex.
mod siblings {
    use crate::json::{parse_hex, to_hex};
    use alloc::string::String;
    use alloc::vec::Vec;
    use serde::de::Error as _;
    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(list: &[[u8; 32]], to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(list.iter().map(|digest| to_hex(digest)))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Vec<[u8; 32]>, D::Error> {
        let texts = Vec::<String>::deserialize(from)?;
        let parse = |text: &String| {
            parse_hex(text).ok_or_else(|| D::Error::custom("expected 0x and 64 digits"))
        };
        texts.iter().map(parse).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::record_digest;

    fn digests(count: u32) -> Vec<RecordDigest> {
        (0..count)
            .map(|i| record_digest(&i.to_le_bytes()))
            .collect()
    }

    fn root(digests: &[RecordDigest]) -> ContentRoot {
        let mut builder = ContentBuilder::new();
        digests.iter().for_each(|digest| builder.push(digest));
        builder.finish().unwrap()
    }

    #[test]
    fn streamed_root_is_the_tree_of_the_specification() {
        for count in 1..40 {
            let digests = digests(count);
            let mut level: Vec<_> = digests.iter().map(|digest| digest.to_bytes()).collect();
            while level.len() > 1 {
                level = level
                    .chunks(2)
                    .map(|p| {
                        if p.len() == 2 {
                            node(&p[0], &p[1])
                        } else {
                            p[0]
                        }
                    })
                    .collect();
            }
            assert_eq!(root(&digests), seal(u64::from(count), &level[0]));
        }
        assert_eq!(ContentBuilder::new().finish(), None);
    }

    #[test]
    fn proofs_open_their_record_only() {
        for count in [1, 2, 3, 7, 8, 13] {
            let digests = digests(count);
            let root = root(&digests);
            for index in 0..count {
                let proof = ContentProof::new(&digests, index).unwrap();
                let digest = &digests[index as usize];
                assert!(proof.check(digest, &root));
                assert!(!proof.check(&record_digest(b"another"), &root));
                assert!(
                    !ContentProof {
                        index: index + 1,
                        ..proof.clone()
                    }
                    .check(digest, &root)
                );
                assert!(
                    !ContentProof {
                        records: count + 1,
                        ..proof.clone()
                    }
                    .check(digest, &root)
                );
                let mut longer = proof.clone();
                longer.siblings.push([0; 32]);
                assert!(!longer.check(digest, &root));
            }
            assert_eq!(ContentProof::new(&digests, count), None);
        }
    }

    #[test]
    fn the_root_has_one_encoding() {
        crate::newtype::assert_canonical_bytes!(ContentRoot);
    }
}
