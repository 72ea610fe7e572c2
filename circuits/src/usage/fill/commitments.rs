//! S5, S6, S7: log, arrangement, run commitment and usage commitment.

use halo2curves::bn256::Fr;
use halo2curves::ff::Field;
use tranche_protocol::tag::Tag;

use super::{ChunkIndexEntry, Fill, SlotCells, tag};
use crate::chips::arith::Operand;
use crate::chips::draws::POSITION_BITS;
use crate::chips::machine::program::{RATE, node_value};
use crate::gadgets::pack;
use crate::sheet::Spot;

impl Fill<'_, '_> {
    /// A node over copies of cells; missing children are the given constant.
    pub(super) fn node(
        &mut self,
        tag: Fr,
        children: &[Spot],
        filler: Fr,
        label: &'static str,
    ) -> Spot {
        let mut values = [filler; RATE];
        for (value, child) in values.iter_mut().zip(children) {
            *value = self.sheet.value(*child);
        }
        let node = self.machine.node(self.sheet, tag, &values);
        for (i, cell) in node.children.into_iter().enumerate() {
            let from = match children.get(i) {
                Some(child) => *child,
                None => self.sheet.constant(filler),
            };
            self.sheet.copy(cell, from, label);
        }
        node.digest
    }

    /// The root of a 15-ary tree of fixed height over leaves, empty subtrees elsewhere.
    pub(super) fn tree(
        &mut self,
        tag: Fr,
        leaves: Vec<Spot>,
        height: usize,
        label: &'static str,
    ) -> Spot {
        let mut level = leaves;
        let mut empty = Fr::ZERO;
        for _ in 0..height {
            level = level
                .chunks(RATE)
                .map(|children| self.node(tag, children, empty, label))
                .collect();
            empty = node_value(tag, &[empty; RATE]);
        }
        level[0]
    }

    /// S2, S6: the arrangement root over all places.
    pub(super) fn arrangement(&mut self, places: &[ChunkIndexEntry]) -> Spot {
        const LABEL: &str = "S2 arrangement holds the places";
        let shape = self.params.shape;
        let leaves: Vec<Spot> = places
            .chunks(7)
            .enumerate()
            .map(|(i, places)| {
                let salt = self
                    .inputs
                    .chunk_index_salts
                    .get(i)
                    .copied()
                    .unwrap_or(Fr::ZERO);
                self.arith.clause(LABEL);
                let mut children = vec![self.arith.free(self.sheet, salt)];
                children.extend(places.iter().flat_map(|place| place.entry));
                let digest = self.node(tag(Tag::ChunkIndexLeaf), &children, Fr::ZERO, LABEL);
                self.arith.clause("S2 an empty arrangement leaf is zero");
                self.arith.mul(self.sheet, places[0].active, digest)
            })
            .collect();
        self.tree(
            tag(Tag::ChunkIndexNode),
            leaves,
            shape.chunk_index_height,
            LABEL,
        )
    }

    /// S5: the sponge of every leaf of the log. Returns the digests.
    pub(super) fn log_sponges(&mut self) -> Vec<Spot> {
        let shape = self.params.shape;
        let per_leaf = shape.draws_per_leaf();
        let messages: Vec<Vec<Fr>> = (0..self.params.log_leaves)
            .map(|leaf| {
                let draws = self.inputs.draws.get(leaf * per_leaf..).unwrap_or(&[]);
                let draws = &draws[..draws.len().min(per_leaf)];
                let salt = self.inputs.log_salts.get(leaf).copied().unwrap_or(Fr::ZERO);
                let mut message = vec![salt];
                message.extend(pack(draws, POSITION_BITS, shape.draws_per_pack));
                message
            })
            .collect();
        self.machine
            .sponges(self.sheet, tag(Tag::LogLeaf), true, &messages)
    }

    /// S5: the log root over exactly the draws, and their number. `digests` are the leaves' sponges'.
    pub(super) fn log(&mut self, digests: &[Spot]) -> (Spot, Spot) {
        const LABEL: &str = "S5 log root is the tree over the leaves";
        let params = self.params;
        let shape = params.shape;
        let rows_per_leaf = shape.draws_per_leaf() / params.draw_lanes;
        let leaves: Vec<Spot> = digests
            .iter()
            .enumerate()
            .map(|(leaf, digest)| {
                let count = self.config.draws.first_count(leaf * rows_per_leaf);
                self.arith
                    .clause("S5 a leaf is real when it holds a real draw");
                let value = self.sheet.value(count);
                let real = self.arith.bit(self.sheet, value != Fr::ZERO);
                let fake = self.arith.sub(self.sheet, Operand::Constant(Fr::ONE), real);
                let zero = Operand::Constant(Fr::ZERO);
                self.arith.require_product(self.sheet, count, fake, zero);
                let inverse = Operand::Free(value.invert().unwrap_or(Fr::ZERO));
                self.arith.require_product(self.sheet, count, inverse, real);
                self.arith.mul(self.sheet, real, *digest)
            })
            .collect();
        let root = self.tree(tag(Tag::LogNode), leaves, shape.log_height, LABEL);
        // Bound by the counting and the slot identity of the second phase.
        self.arith.clause("S5 number of draws");
        let length = self
            .arith
            .free(self.sheet, Fr::from(self.inputs.draws.len() as u64));
        (root, length)
    }

    /// S6: the run commitment.
    pub(super) fn run(&mut self, log_root: Spot, length: Spot, chunk_index_root: Spot) {
        const LABEL: &str = "S6 run commitment opens";
        self.arith.clause(LABEL);
        let salt = self.arith.free(self.sheet, self.inputs.run_salt);
        let trace = self.arith.free(self.sheet, self.inputs.trace_root);
        let order = self.public[5];
        let children = [salt, log_root, length, order, chunk_index_root, trace];
        let commitment = self.node(tag(Tag::Run), &children, Fr::ZERO, LABEL);
        self.sheet.copy(commitment, self.public[2], LABEL);
    }

    /// S7: salted leaves in a secret order, the bucket, and the usage commitment.
    pub(super) fn usage(&mut self, slots: &[SlotCells], bucket: Spot) -> Vec<[Spot; 3]> {
        const LABEL: &str = "S7 usage commitment is the tree over the leaves";
        let count = self.params.usage_leaves();
        let mut leaves = Vec::with_capacity(count);
        let mut level = Vec::with_capacity(count);
        for leaf in 0..count {
            // Bound to the slots by the multiset check of the second phase.
            let slot = self.inputs.usage_order.get(leaf).copied().unwrap_or(leaf);
            let [id, owner_rate, amounts] = slots.get(slot).map_or([Fr::ZERO; 3], |slot| {
                slot.leaf.map(|spot| self.sheet.value(spot))
            });
            let salt = self
                .inputs
                .usage_salts
                .get(leaf)
                .copied()
                .unwrap_or(Fr::ZERO);
            let first = self.machine.hash(self.sheet, id, owner_rate);
            let digest = self.sheet.value(first.digest);
            let second = self.machine.hash(self.sheet, digest, amounts);
            self.sheet.copy(second.left, first.digest, "S7 usage leaf");
            let digest = self.sheet.value(second.digest);
            let third = self.machine.hash(self.sheet, digest, salt);
            self.sheet.copy(third.left, second.digest, "S7 usage leaf");
            leaves.push([first.left, first.right, second.right]);
            level.push(third.digest);
        }
        while level.len() > 1 {
            level = level
                .chunks(2)
                .map(|pair| {
                    self.machine
                        .hash_copied(self.sheet, pair[0], pair[1], LABEL)
                        .digest
                })
                .collect();
        }
        let commitment = self
            .machine
            .hash_copied(self.sheet, level[0], bucket, LABEL);
        self.sheet.copy(commitment.digest, self.public[3], LABEL);
        leaves
    }
}
