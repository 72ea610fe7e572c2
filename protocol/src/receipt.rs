//! Receipts: one opened leaf of a usage commitment tells an owner what was used, without a proof (encodings, section 6).

use crate::felt::Felt;
use crate::hash::binary_tree::climb;
use crate::json;
use crate::salt::Salt;
use crate::shape::Shape;
use crate::usage::{
    UnregisteredTotal, UsageCommitment, UsageEntry, UsageError, UsageOpening, commit, leaf,
};
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;
use serde::{Deserialize, Serialize};

/// Why a receipt does not hold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReceiptError {
    /// The text is not the JSON of a receipt.
    #[error("receipt is not valid JSON: {0}")]
    Json(String),
    /// It has a path of another length, or an index past the tree.
    #[error(
        "receipt has {got} siblings and index {index}, expected {expected} siblings and an index below 2^{expected}"
    )]
    Shape {
        /// Siblings given.
        got: usize,
        /// Index given.
        index: u32,
        /// Depth of the usage tree.
        expected: usize,
    },
    /// It opens another usage commitment than the one asked for.
    #[error("receipt does not open the usage commitment")]
    WrongCommitment,
}

/// One opened leaf of a usage commitment: tells an owner what was used, without a proof.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Receipt {
    /// The commitment that this claims to open.
    pub usage_commitment: UsageCommitment,
    /// What was used.
    pub entry: UsageEntry,
    /// Salt of the leaf.
    pub salt: Salt,
    /// Index of the leaf.
    pub index: u32,
    /// Siblings from leaf to root.
    #[serde(with = "json::felts")]
    pub siblings: Vec<Felt>,
    /// The salted commitment to the total of unregistered data.
    #[serde(rename = "bucket")]
    pub unregistered: UnregisteredTotal,
}

impl fmt::Debug for Receipt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Receipt(redacted)")
    }
}

impl Receipt {
    /// The receipt of active slot `slot`; `None` when there is no such slot.
    ///
    /// # Errors
    /// Those of [`UsageOpening::validate`].
    pub fn new(
        shape: &Shape,
        opening: &UsageOpening,
        slot: usize,
    ) -> Result<Option<Self>, UsageError> {
        let tree = opening.tree(shape)?;
        let Some(entry) = opening.vector.slots.get(slot) else {
            return Ok(None);
        };
        let leaf = opening.order.iter().position(|s| *s == slot);
        let index = leaf.unwrap_or_default();
        let unregistered = opening.unregistered_total();
        Ok(Some(Self {
            usage_commitment: commit(tree.root(), unregistered),
            entry: *entry,
            salt: opening.salts[index],
            index: index as u32,
            siblings: tree.path(index),
            unregistered,
        }))
    }

    /// Reads a receipt; it is not checked yet.
    ///
    /// # Errors
    /// [`ReceiptError::Json`].
    pub fn from_json(text: &str) -> Result<Self, ReceiptError> {
        serde_json::from_str(text).map_err(|e| ReceiptError::Json(e.to_string()))
    }

    /// The receipt as JSON.
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default()
    }

    /// Checks the receipt against a usage commitment that an accepted usage proof names.
    ///
    /// # Errors
    /// [`ReceiptError`].
    pub fn check(
        &self,
        shape: &Shape,
        usage_commitment: UsageCommitment,
    ) -> Result<(), ReceiptError> {
        let expected = shape.usage_depth;
        if self.siblings.len() != expected || self.index as usize >= shape.slots() {
            return Err(ReceiptError::Shape {
                got: self.siblings.len(),
                index: self.index,
                expected,
            });
        }
        let root = climb(
            self.index as usize,
            leaf(Some(&self.entry), self.salt),
            &self.siblings,
        );
        let opened = commit(root, self.unregistered);
        if opened != usage_commitment || self.usage_commitment != usage_commitment {
            return Err(ReceiptError::WrongCommitment);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::TOY;
    use crate::usage::tests::opening;

    #[test]
    fn receipts_open_their_leaf_only() {
        let opening = opening();
        let commitment = opening.commitment(&TOY).unwrap();
        for slot in 0..3 {
            let receipt = Receipt::new(&TOY, &opening, slot).unwrap().unwrap();
            let receipt = Receipt::from_json(&receipt.to_json()).unwrap();
            assert_eq!(receipt.entry, opening.vector.slots[slot]);
            assert_eq!(receipt.check(&TOY, commitment), Ok(()));
            let mut more = receipt.clone();
            more.entry.amounts.units += 1;
            assert_eq!(
                more.check(&TOY, commitment),
                Err(ReceiptError::WrongCommitment)
            );
            let mut wrong = receipt.clone();
            wrong.index += 4;
            assert!(matches!(
                wrong.check(&TOY, commitment),
                Err(ReceiptError::Shape { .. })
            ));
            let mut short = receipt;
            short.siblings.pop();
            assert!(matches!(
                short.check(&TOY, commitment),
                Err(ReceiptError::Shape { .. })
            ));
        }
        assert_eq!(Receipt::new(&TOY, &opening, 3), Ok(None));
    }
}
