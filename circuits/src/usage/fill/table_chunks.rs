//! S2: the table chunks of the table, each with its chunk.

use crate::labels::{self, ClauseLabel};
use halo2curves::bn256::Fr;
use halo2curves::ff::Field;
use tranche_protocol::tag::Tag;

use super::super::inputs::{TableChunkInputs, TrancheInputs};
use super::cells::{Fill, TableChunkEntry, tag, zero_chunk_digest};
use crate::assignment::CellRef;
use crate::builder::{ONE, ZERO};
use crate::cells::{Bit, Digest, Ranged};
use crate::chips::arith::Operand;
use crate::chips::machine::program::{RATE, hash_value, node_value};
use crate::gadgets::pack;

impl Fill<'_, '_> {
    /// S2: each table chunk's chunk, opened under a units root, or counted in a uniform tranche.
    ///
    /// `chunks` are the digests of the chunks' sponges, none in a uniform circuit.
    pub(super) fn table_chunks(&mut self, chunks: &[Digest]) -> Vec<TableChunkEntry> {
        let params = self.params;
        let ids = self.table_chunk_ids();
        let zeros = zero_chunk_digest(params);
        let made_up = self.idle_children(zeros);
        let mut entries: Vec<TableChunkEntry> = Vec::with_capacity(params.table_chunks);
        for (table_chunk, id) in ids.into_iter().enumerate() {
            let input = self.inputs.table_chunks.get(table_chunk);
            self.cs.clause(labels::ACTIVE_TABLE_CHUNKS_COME_FIRST);
            let active = self.cs.bit(input.is_some());
            let idle = self.cs.not(active);
            if let Some(before) = entries.last() {
                let missing = self.cs.not(before.active);
                self.cs.require_product(active, missing, ZERO);
            }
            let (root, index) = match chunks.get(table_chunk) {
                None => self.uniform_chunk(table_chunk, active, input),
                Some(digest) => self.weighted_chunk(idle, *digest, input, zeros, &made_up),
            };
            self.cs.clause(labels::CHUNK_INDEX_ENTRY);
            let private = self
                .cs
                .bit(input.is_some_and(|table_chunk| table_chunk.slot.is_none()));
            // The id is bound by the slot identity of the second phase.
            let [_, _, id, e0] = self.cs.gate([ZERO, active.into(), Operand::Free(id), {
                let value = self.cs.value(active) * id;
                Operand::Free(value)
            }]);
            let kind = self
                .cs
                .mul_add(ONE, private, Operand::Constant(Fr::from(2)));
            let kind = self.cs.mul_add(kind, index, Operand::Constant(Fr::from(4)));
            let e1 = self.cs.mul(active, kind);
            entries.push(TableChunkEntry {
                root,
                id,
                private,
                active,
                entry: [e0, e1],
            });
        }
        entries
    }

    /// The tranche id of each table chunk, zero for inactive table chunks.
    fn table_chunk_ids(&self) -> Vec<Fr> {
        let id = |tranche: &TrancheInputs| {
            tranche
                .fields()
                .iter()
                .fold(tag(Tag::TrancheId), |below, field| {
                    hash_value(below, *field)
                })
        };
        let slots: Vec<Fr> = self
            .inputs
            .slots
            .iter()
            .map(|slot| id(&slot.tranche))
            .collect();
        let private = id(&self.inputs.private);
        (0..self.params.table_chunks)
            .map(
                |table_chunk| match self.inputs.table_chunks.get(table_chunk) {
                    None => Fr::ZERO,
                    Some(TableChunkInputs { slot: None, .. }) => private,
                    Some(TableChunkInputs {
                        slot: Some(slot), ..
                    }) => slots.get(*slot).copied().unwrap_or(Fr::ZERO),
                },
            )
            .collect()
    }

    /// The sponge of every table chunk's chunk; an inactive table chunk hashes zeros. Returns the digests.
    pub(super) fn chunk_sponges(&mut self) -> Vec<Digest> {
        let shape = &self.params.shape;
        let messages: Vec<Vec<Fr>> = (0..self.params.table_chunks)
            .map(|table_chunk| {
                let units = self
                    .inputs
                    .table_chunks
                    .get(table_chunk)
                    .map(|table_chunk| &table_chunk.units);
                let units = units.map_or(&[][..], Vec::as_slice);
                let mut message = vec![Fr::ZERO];
                message.extend(pack(units, 2 * shape.limb_bits, shape.units_per_pack));
                message
            })
            .collect();
        self.cs.sponges(tag(Tag::UnitsChunk), false, &messages)
    }

    /// Children on the path of a chunk of zeros at index 0 of a tree without other chunks.
    fn idle_children(&self, zeros: Fr) -> Vec<[Fr; RATE]> {
        let shape = &self.params.shape;
        let mut below = zeros;
        (0..shape.units_height)
            .map(|_| {
                let mut children = [Fr::ZERO; RATE];
                children[0] = below;
                below = node_value(tag(Tag::UnitsNode), &children);
                children
            })
            .collect()
    }

    /// The root that a chunk's digest opens under, and its index. An inactive table chunk opens a tree made up for it.
    fn weighted_chunk(
        &mut self,
        idle: Bit,
        digest: Digest,
        input: Option<&TableChunkInputs>,
        zeros: Fr,
        made_up: &[[Fr; RATE]],
    ) -> (CellRef, CellRef) {
        self.cs.clause(labels::INACTIVE_CHUNK_HOLDS_ZEROS);
        self.cs
            .require_equal_if(idle, digest, Operand::Constant(zeros));
        let base = RATE as u64;
        let mut rest = input.map_or(0, |input| input.chunk);
        let mut below = digest;
        let mut weight = Fr::ONE;
        let mut index = self.cs.constant(Fr::ZERO);
        for (level, made_up) in made_up.iter().enumerate() {
            let children = input
                .and_then(|input| input.children.get(level))
                .unwrap_or(made_up);
            let node = self.cs.node(tag(Tag::UnitsNode), children);
            let digit = self.picked(&node.children, (rest % base) as usize, below);
            self.cs.clause(labels::CHUNK_NUMBER_IS_ITS_DIGITS);
            index = self.cs.mul_add(index, digit, Operand::Constant(weight));
            rest /= base;
            weight *= Fr::from(base);
            below = node.digest;
        }
        (below.into(), index)
    }

    /// Requires that the child at a digit below fifteen is a cell; returns the digit's cell.
    ///
    /// The low two bits pick one of each four children, the high two bits one of the four.
    fn picked(&mut self, children: &[CellRef], digit: usize, below: Digest) -> CellRef {
        self.cs.clause(labels::DIGIT_IS_FOUR_BITS);
        let bits: [Bit; 4] = std::array::from_fn(|i| self.cs.bit(digit >> i & 1 == 1));
        let number = (1..4).fold(bits[0].into(), |sum: CellRef, i| {
            let weight = Operand::Constant(Fr::from(1 << i));
            self.cs.mul_add(sum, bits[i], weight)
        });
        self.cs.clause(labels::DIGIT_IS_BELOW_FIFTEEN);
        let most = Operand::Constant(Fr::from(RATE as u64));
        let room = self.cs.sub(most, number);
        self.cs.inverse(room);

        self.cs.clause(labels::PICKED_CHILD_IS_THE_DIGEST);
        let three = self.cs.mul(bits[0], bits[1]);
        let one = self.cs.sub(bits[0], three);
        let two = self.cs.sub(bits[1], three);
        let even = self.cs.not(bits[0]);
        let none = self.cs.sub(even, two);
        let picks = [none, one, two, three];
        let quarters: Vec<CellRef> = children
            .chunks(picks.len())
            .map(|children| {
                let first = self.cs.mul(picks[0], children[0]);
                picks
                    .iter()
                    .zip(children)
                    .skip(1)
                    .fold(first, |sum, (pick, child)| {
                        self.cs.mul_add(sum, *pick, *child)
                    })
            })
            .collect();
        let low = self.cs.choose(bits[2], quarters[0], quarters[1]);
        let high = self.cs.choose(bits[2], quarters[2], quarters[3]);
        self.cs.require_choice(bits[3], [low, high], below);
        number
    }

    fn uniform_chunk(
        &mut self,
        table_chunk: usize,
        active: Bit,
        input: Option<&TableChunkInputs>,
    ) -> (CellRef, CellRef) {
        const LABEL: ClauseLabel = labels::POSITIONS_LIE_WITHIN_TRANCHE;
        let chunk = self.params.shape.records_per_chunk();
        let records = input.map_or(0, |input| match input.slot {
            None => self.inputs.private.records,
            Some(slot) => self
                .inputs
                .slots
                .get(slot)
                .map_or(0, |slot| slot.tranche.records),
        });
        self.cs.clause(LABEL);
        let index: Ranged<24> = self
            .cs
            .ranged(Fr::from(input.map_or(0, |input| input.chunk)), LABEL);
        // The number of records is bound by the slot identity of the second phase.
        let negative = Operand::Constant(-Fr::from(chunk as u64));
        let rest = Fr::from(records) - self.cs.value(index) * Fr::from(chunk as u64);
        let [records, _, _, rest] = self.cs.gate([
            Operand::Free(Fr::from(records)),
            index.into(),
            negative,
            Operand::Free(rest),
        ]);
        let room = self.cs.mul(active, rest);
        if let Some(ones) = self.config.table.ones_of(table_chunk, chunk) {
            let spare = self.cs.sub(room, ones);
            self.cs.require_range::<32>(spare, LABEL);
        }
        (records, index.into())
    }
}
