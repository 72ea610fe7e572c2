//! S2: the places of the table, each with its chunk.

use halo2curves::bn256::Fr;
use halo2curves::ff::Field;
use tranche_protocol::tag::Tag;

use super::super::inputs::{PlaceInputs, TrancheInputs};
use super::{Fill, PlaceEntry, node_value, sponge, tag, zero_chunk_digest};
use crate::chips::arith::Operand;
use crate::chips::narrow::hash_value;
use crate::chips::wide::{Block, Job};
use crate::chips::wide_permutation::RATE;
use crate::gadgets::{pack, ranged, require_range};
use crate::sheet::Spot;

impl Fill<'_, '_> {
    /// S2: each place's chunk, opened under a units root, or counted in a uniform tranche.
    pub(super) fn places(&mut self) -> Vec<PlaceEntry> {
        let params = self.params;
        let ids = self.place_ids();
        if !params.uniform {
            let blocks = self.place_blocks();
            self.config.wide.assign(self.sheet, 0, &blocks);
            self.wide_next = params.places * params.place_permutations();
        }
        let mut entries: Vec<PlaceEntry> = Vec::with_capacity(params.places);
        for (place, id) in ids.into_iter().enumerate() {
            let input = self.inputs.places.get(place);
            self.arith.clause("S2 active places are a prefix");
            let active = self.arith.bit(self.sheet, input.is_some());
            let idle = self
                .arith
                .sub(self.sheet, Operand::Constant(Fr::ONE), active);
            let zero = Operand::Constant(Fr::ZERO);
            if let Some(before) = entries.last() {
                let missing = self
                    .arith
                    .sub(self.sheet, Operand::Constant(Fr::ONE), before.active);
                self.arith
                    .require_product(self.sheet, active, missing, zero);
            }
            let (root, index) = if params.uniform {
                self.uniform_chunk(place, active, input)
            } else {
                self.weighted_chunk(place, idle)
            };
            self.arith.clause("S2 entry of the arrangement");
            let private = self
                .arith
                .bit(self.sheet, input.is_some_and(|place| place.slot.is_none()));
            // The id is bound by the slot identity of the second phase.
            let [_, _, id, e0] = self.arith.gate(
                self.sheet,
                [zero, active.into(), Operand::Free(id), {
                    let value = self.sheet.value(active) * id;
                    Operand::Free(value)
                }],
            );
            let kind = self.arith.mul_add(
                self.sheet,
                Operand::Constant(Fr::ONE),
                private,
                Operand::Constant(Fr::from(2)),
            );
            let kind = self
                .arith
                .mul_add(self.sheet, kind, index, Operand::Constant(Fr::from(4)));
            let e1 = self.arith.mul(self.sheet, active, kind);
            entries.push(PlaceEntry {
                root,
                id,
                private,
                active,
                entry: [e0, e1],
            });
        }
        entries
    }

    /// The tranche id of each place, zero for inactive places.
    fn place_ids(&self) -> Vec<Fr> {
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
        (0..self.params.places)
            .map(|place| match self.inputs.places.get(place) {
                None => Fr::ZERO,
                Some(PlaceInputs { slot: None, .. }) => private,
                Some(PlaceInputs {
                    slot: Some(slot), ..
                }) => slots.get(*slot).copied().unwrap_or(Fr::ZERO),
            })
            .collect()
    }

    /// Sponge and path of every place; an inactive one hashes zeros and opens a tree made up for it.
    fn place_blocks(&self) -> Vec<Block> {
        let shape = &self.params.shape;
        let idle = self.idle_children();
        let base = RATE as u64;
        (0..self.params.places)
            .map(|place| {
                let input = self.inputs.places.get(place);
                let zeros;
                let units = match input {
                    Some(input) => &input.units,
                    None => {
                        zeros = vec![0; shape.records_per_chunk()];
                        &zeros
                    }
                };
                let mut message = vec![Fr::ZERO];
                message.extend(pack(units, 2 * shape.limb_bits, shape.units_per_pack));
                let mut block = sponge(tag(Tag::UnitsChunk), &message, shape.blocks);
                let mut index = input.map_or(0, |input| input.chunk);
                for (level, idle) in idle.iter().enumerate() {
                    let digit = (index % base) as usize;
                    index /= base;
                    let children = input
                        .and_then(|input| input.children.get(level))
                        .unwrap_or(idle);
                    block.push(Job::Path(tag(Tag::UnitsNode), *children, digit));
                }
                block
            })
            .collect()
    }

    /// Children on the path of a chunk of zeros at index 0 of a tree without other chunks.
    fn idle_children(&self) -> Vec<[Fr; RATE]> {
        let shape = &self.params.shape;
        let mut below = zero_chunk_digest(self.params);
        (0..shape.units_height)
            .map(|_| {
                let mut children = [Fr::ZERO; RATE];
                children[0] = below;
                below = node_value(tag(Tag::UnitsNode), &children);
                children
            })
            .collect()
    }

    fn weighted_chunk(&mut self, place: usize, idle: Spot) -> (Spot, Spot) {
        let shape = &self.params.shape;
        let wide = &self.config.wide;
        let from = place * self.params.place_permutations();
        self.arith.clause("S4 an inactive chunk holds zeros");
        let digest = wide.digest(from + shape.blocks - 1);
        self.arith.require_equal_if(
            self.sheet,
            idle,
            digest,
            Operand::Constant(zero_chunk_digest(self.params)),
        );
        self.arith.clause("S2 chunk index is the path's digits");
        let mut index = wide.digit(from + shape.blocks);
        let mut weight = Fr::ONE;
        for level in 1..shape.units_height {
            weight *= Fr::from(RATE as u64);
            let digit = wide.digit(from + shape.blocks + level);
            index = self
                .arith
                .mul_add(self.sheet, index, digit, Operand::Constant(weight));
        }
        let root = wide.digest(from + shape.blocks + shape.units_height - 1);
        (root, index)
    }

    fn uniform_chunk(
        &mut self,
        place: usize,
        active: Spot,
        input: Option<&PlaceInputs>,
    ) -> (Spot, Spot) {
        const LABEL: &str = "S2 uniform positions lie within the tranche";
        let chunk = self.params.shape.records_per_chunk();
        let records = input.map_or(0, |input| match input.slot {
            None => self.inputs.private.records,
            Some(slot) => self
                .inputs
                .slots
                .get(slot)
                .map_or(0, |slot| slot.tranche.records),
        });
        self.arith.clause(LABEL);
        let index = ranged(
            self.sheet,
            &mut self.arith,
            &mut self.queue,
            Fr::from(input.map_or(0, |input| input.chunk)),
            24,
            LABEL,
        );
        // The number of records is bound by the slot identity of the second phase.
        let negative = Operand::Constant(-Fr::from(chunk as u64));
        let rest = Fr::from(records) - self.sheet.value(index) * Fr::from(chunk as u64);
        let [records, _, _, rest] = self.arith.gate(
            self.sheet,
            [
                Operand::Free(Fr::from(records)),
                index.into(),
                negative,
                Operand::Free(rest),
            ],
        );
        let room = self.arith.mul(self.sheet, active, rest);
        if let Some(ones) = self.config.table.ones_of(place, chunk) {
            let spare = self.arith.sub(self.sheet, room, ones);
            require_range(
                self.sheet,
                &mut self.arith,
                &mut self.queue,
                spare,
                32,
                LABEL,
            );
        }
        (records, index)
    }
}
