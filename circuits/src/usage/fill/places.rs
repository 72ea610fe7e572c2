//! S2: the places of the table, each with its chunk.

use halo2curves::bn256::Fr;
use halo2curves::ff::Field;
use tranche_protocol::tag::Tag;

use super::super::inputs::{PlaceInputs, TrancheInputs};
use super::{ChunkIndexEntry, Fill, tag, zero_chunk_digest};
use crate::chips::arith::Operand;
use crate::chips::machine::program::{RATE, hash_value, node_value};
use crate::gadgets::{pack, ranged, require_range};
use crate::sheet::Spot;

impl Fill<'_, '_> {
    /// S2: each place's chunk, opened under a units root, or counted in a uniform tranche.
    ///
    /// `chunks` are the digests of the chunks' sponges, none in a uniform circuit.
    pub(super) fn places(&mut self, chunks: &[Spot]) -> Vec<ChunkIndexEntry> {
        let params = self.params;
        let ids = self.place_ids();
        let zeros = zero_chunk_digest(params);
        let made_up = self.idle_children(zeros);
        let mut entries: Vec<ChunkIndexEntry> = Vec::with_capacity(params.places);
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
            let (root, index) = match chunks.get(place) {
                None => self.uniform_chunk(place, active, input),
                Some(digest) => self.weighted_chunk([idle, *digest], input, zeros, &made_up),
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
            entries.push(ChunkIndexEntry {
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

    /// The sponge of every place's chunk; an inactive place hashes zeros. Returns the digests.
    pub(super) fn chunk_sponges(&mut self) -> Vec<Spot> {
        let shape = &self.params.shape;
        let messages: Vec<Vec<Fr>> = (0..self.params.places)
            .map(|place| {
                let units = self.inputs.places.get(place).map(|place| &place.units);
                let units = units.map_or(&[][..], Vec::as_slice);
                let mut message = vec![Fr::ZERO];
                message.extend(pack(units, 2 * shape.limb_bits, shape.units_per_pack));
                message
            })
            .collect();
        self.machine
            .sponges(self.sheet, tag(Tag::UnitsChunk), false, &messages)
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

    /// The root that a chunk's digest opens under, and its index. An inactive place opens a tree made up for it.
    fn weighted_chunk(
        &mut self,
        [idle, digest]: [Spot; 2],
        input: Option<&PlaceInputs>,
        zeros: Fr,
        made_up: &[[Fr; RATE]],
    ) -> (Spot, Spot) {
        self.arith.clause("S4 an inactive chunk holds zeros");
        self.arith
            .require_equal_if(self.sheet, idle, digest, Operand::Constant(zeros));
        let base = RATE as u64;
        let mut rest = input.map_or(0, |input| input.chunk);
        let mut below = digest;
        let mut weight = Fr::ONE;
        let mut index = self.sheet.constant(Fr::ZERO);
        for (level, made_up) in made_up.iter().enumerate() {
            let children = input
                .and_then(|input| input.children.get(level))
                .unwrap_or(made_up);
            let node = self.machine.node(self.sheet, tag(Tag::UnitsNode), children);
            let digit = self.picked(&node.children, (rest % base) as usize, below);
            self.arith.clause("S2 chunk index is the path's digits");
            index = self
                .arith
                .mul_add(self.sheet, index, digit, Operand::Constant(weight));
            rest /= base;
            weight *= Fr::from(base);
            below = node.digest;
        }
        (below, index)
    }

    /// Requires that the child at a digit below fifteen is a cell; returns the digit's cell.
    ///
    /// The low two bits pick one of each four children, the high two bits one of the four.
    fn picked(&mut self, children: &[Spot], digit: usize, below: Spot) -> Spot {
        self.arith.clause("S2 digit is four bits");
        let bits: [Spot; 4] =
            std::array::from_fn(|i| self.arith.bit(self.sheet, digit >> i & 1 == 1));
        let number = (1..4).fold(bits[0], |sum, i| {
            let weight = Operand::Constant(Fr::from(1 << i));
            self.arith.mul_add(self.sheet, sum, bits[i], weight)
        });
        self.arith.clause("S2 digit is below fifteen");
        let most = Operand::Constant(Fr::from(RATE as u64));
        let room = self.arith.sub(self.sheet, most, number);
        self.arith.inverse(self.sheet, room);

        self.arith.clause("S2 picked child is the digest below");
        let three = self.arith.mul(self.sheet, bits[0], bits[1]);
        let one = self.arith.sub(self.sheet, bits[0], three);
        let two = self.arith.sub(self.sheet, bits[1], three);
        let even = self
            .arith
            .sub(self.sheet, Operand::Constant(Fr::ONE), bits[0]);
        let none = self.arith.sub(self.sheet, even, two);
        let picks = [none, one, two, three];
        let quarters: Vec<Spot> = children
            .chunks(picks.len())
            .map(|children| {
                let first = self.arith.mul(self.sheet, picks[0], children[0]);
                picks
                    .iter()
                    .zip(children)
                    .skip(1)
                    .fold(first, |sum, (pick, child)| {
                        self.arith.mul_add(self.sheet, sum, *pick, *child)
                    })
            })
            .collect();
        let low = self
            .arith
            .choose(self.sheet, bits[2], quarters[0], quarters[1]);
        let high = self
            .arith
            .choose(self.sheet, bits[2], quarters[2], quarters[3]);
        self.arith
            .require_choice(self.sheet, bits[3], [low, high], below);
        number
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
