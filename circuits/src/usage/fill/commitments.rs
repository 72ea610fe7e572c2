//! S5, S6, S7: log, chunk index, run commitment and usage commitment.

use crate::labels::{self, ClauseLabel};
use halo2curves::bn256::Fr;
use halo2curves::ff::Field;
use tranche_protocol::tag::Tag;

use super::cells::{Fill, SlotCells, TableChunkEntry, tag};
use crate::assignment::CellRef;
use crate::builder::ZERO;
use crate::cells::Digest;
use crate::chips::arith::Operand;
use crate::chips::draws::POSITION_BITS;
use crate::chips::machine::program::{RATE, node_value};
use crate::gadgets::pack;

impl Fill<'_, '_> {
    /// A node over copies of cells; missing children are the given constant.
    pub(super) fn node(
        &mut self,
        tag: Fr,
        children: &[CellRef],
        filler: Fr,
        label: ClauseLabel,
    ) -> Digest {
        let mut values = [filler; RATE];
        for (value, child) in values.iter_mut().zip(children) {
            *value = self.cs.value(*child);
        }
        let node = self.cs.node(tag, &values);
        for (i, cell) in node.children.into_iter().enumerate() {
            let from = match children.get(i) {
                Some(child) => *child,
                None => self.cs.constant(filler),
            };
            self.cs.copy(cell, from, label);
        }
        node.digest
    }

    /// The root of a 15-ary tree of fixed height over leaves, empty subtrees elsewhere.
    pub(super) fn tree(
        &mut self,
        tag: Fr,
        leaves: Vec<CellRef>,
        height: usize,
        label: ClauseLabel,
    ) -> CellRef {
        let mut level = leaves;
        let mut empty = Fr::ZERO;
        for _ in 0..height {
            level = level
                .chunks(RATE)
                .map(|children| self.node(tag, children, empty, label).into())
                .collect();
            empty = node_value(tag, &[empty; RATE]);
        }
        level[0]
    }

    /// S2, S6: the chunk index root over all table chunks.
    pub(super) fn chunk_index(&mut self, table_chunks: &[TableChunkEntry]) -> CellRef {
        const LABEL: ClauseLabel = labels::CHUNK_INDEX_HOLDS_TABLE_CHUNKS;
        let shape = self.params.shape;
        let leaves: Vec<CellRef> = table_chunks
            .chunks(7)
            .enumerate()
            .map(|(i, table_chunks)| {
                let salt = self
                    .inputs
                    .chunk_index_salts
                    .get(i)
                    .copied()
                    .unwrap_or(Fr::ZERO);
                self.cs.clause(LABEL);
                let mut children = vec![self.cs.free(salt)];
                children.extend(
                    table_chunks
                        .iter()
                        .flat_map(|table_chunk| table_chunk.entry),
                );
                let digest = self.node(tag(Tag::ChunkIndexLeaf), &children, Fr::ZERO, LABEL);
                self.cs.clause(labels::EMPTY_CHUNK_INDEX_LEAF_IS_ZERO);
                self.cs.mul(table_chunks[0].active, digest)
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
    pub(super) fn log_sponges(&mut self) -> Vec<Digest> {
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
        self.cs.sponges(tag(Tag::LogLeaf), true, &messages)
    }

    /// S5: the log root over exactly the draws, and their number. `digests` are the leaves' sponges'.
    pub(super) fn log(&mut self, digests: &[Digest]) -> (CellRef, CellRef) {
        const LABEL: ClauseLabel = labels::LOG_ROOT_IS_THE_TREE;
        let params = self.params;
        let shape = params.shape;
        let rows_per_leaf = shape.draws_per_leaf() / params.draw_lanes;
        let leaves: Vec<CellRef> = digests
            .iter()
            .enumerate()
            .map(|(leaf, digest)| {
                let count = self.config.draws.first_count(leaf * rows_per_leaf);
                self.cs.clause(labels::LOG_LEAF_IS_REAL);
                let value = self.cs.value(count);
                let real = self.cs.bit(value != Fr::ZERO);
                let fake = self.cs.not(real);
                self.cs.require_product(count, fake, ZERO);
                let inverse = Operand::Free(value.invert().unwrap_or(Fr::ZERO));
                self.cs.require_product(count, inverse, real);
                self.cs.mul(real, *digest)
            })
            .collect();
        let root = self.tree(tag(Tag::LogNode), leaves, shape.log_height, LABEL);
        // Bound by the counting and the slot identity of the second phase.
        self.cs.clause(labels::NUMBER_OF_DRAWS);
        let length = self.cs.free(Fr::from(self.inputs.draws.len() as u64));
        (root, length)
    }

    /// S6: the run commitment.
    pub(super) fn run(&mut self, log_root: CellRef, length: CellRef, chunk_index_root: CellRef) {
        const LABEL: ClauseLabel = labels::RUN_COMMITMENT_OPENS;
        self.cs.clause(LABEL);
        let salt = self.cs.free(self.inputs.run_salt);
        let trace = self.cs.free(self.inputs.trace_root);
        let order = self.public.order;
        let children = [salt, log_root, length, order, chunk_index_root, trace];
        let commitment = self.node(tag(Tag::Run), &children, Fr::ZERO, LABEL);
        self.cs.copy(commitment, self.public.run_commitment, LABEL);
    }

    /// S7: salted leaves in a secret order, the unregistered total, and the usage commitment.
    pub(super) fn usage(
        &mut self,
        slots: &[SlotCells],
        unregistered_total: Digest,
    ) -> Vec<[CellRef; 3]> {
        const LABEL: ClauseLabel = labels::USAGE_COMMITMENT_IS_THE_TREE;
        let count = self.params.usage_leaves();
        let mut leaves = Vec::with_capacity(count);
        let mut level = Vec::with_capacity(count);
        for leaf in 0..count {
            // Bound to the slots by the multiset check of the second phase.
            let slot = self.inputs.usage_order.get(leaf).copied().unwrap_or(leaf);
            let [id, owner_rate, amounts] = slots.get(slot).map_or([Fr::ZERO; 3], |slot| {
                slot.leaf.map(|cell_ref| self.cs.value(cell_ref))
            });
            let salt = self
                .inputs
                .usage_salts
                .get(leaf)
                .copied()
                .unwrap_or(Fr::ZERO);
            let first = self.cs.hash(id, owner_rate);
            let digest = self.cs.value(first.digest);
            let second = self.cs.hash(digest, amounts);
            self.cs.copy(second.left, first.digest, labels::USAGE_LEAF);
            let digest = self.cs.value(second.digest);
            let third = self.cs.hash(digest, salt);
            self.cs.copy(third.left, second.digest, labels::USAGE_LEAF);
            leaves.push([first.left, first.right, second.right]);
            level.push(third.digest);
        }
        while level.len() > 1 {
            level = level
                .chunks(2)
                .map(|pair| self.cs.hash_copied(pair[0], pair[1], LABEL).digest)
                .collect();
        }
        let commitment = self.cs.hash_copied(level[0], unregistered_total, LABEL);
        self.cs
            .copy(commitment.digest, self.public.usage_commitment, LABEL);
        leaves
    }
}
