//! The first phase of the usage circuit, clause by clause.

use halo2curves::bn256::Fr;
use halo2curves::ff::Field;
use tranche_protocol::tag::Tag;

use super::config::UsageConfig;
use super::inputs::{PlaceInputs, TrancheInputs, UsageInputs, UsagePublic};
use super::params::UsageParams;
use crate::chips::arith::{ArithChip, Operand};
use crate::chips::narrow::{Hash, Inputs, NarrowChip};
use crate::chips::range::RangeQueue;
use crate::chips::wide::{Block, Job};
use crate::chips::wide_permutation::{RATE, trace};
use crate::field::{power_of_two, to_halo};
use crate::gadgets::{pack, ranged, require_range};
use crate::sheet::{Sheet, Spot};

/// Cells of a slot that the second phase needs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SlotCells {
    /// Units root, or number of records in a uniform circuit: what chunks are keyed by.
    pub(crate) root: Spot,
    /// Tranche id.
    pub(crate) id: Spot,
    /// Active places that hold its chunks.
    pub(crate) places: Spot,
    /// Units before the scale.
    pub(crate) raw: Spot,
    /// Draws.
    pub(crate) draws: Spot,
    /// Units with the scale.
    pub(crate) units: Spot,
    /// What the slot's usage leaf must hold: id, owner and rate, amounts.
    pub(crate) leaf: [Spot; 3],
}

/// Cells of a place that the second phase needs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PlaceCells {
    pub(crate) root: Spot,
    pub(crate) id: Spot,
    pub(crate) private: Spot,
    pub(crate) active: Spot,
}

/// What the first phase leaves for the second.
#[derive(Clone, Debug)]
pub struct FirstPhase<'a> {
    pub(crate) end: usize,
    pub(crate) range_rows: usize,
    /// The registered tranches' slots.
    pub(crate) slots: Vec<SlotCells>,
    /// The private tranche.
    pub(crate) private: SlotCells,
    pub(crate) places: Vec<PlaceCells>,
    pub(crate) leaves: Vec<[Spot; 3]>,
    pub(crate) length: Spot,
    /// The arithmetic chip, kept for its clause labels.
    pub arith: ArithChip<'a>,
}

struct Fill<'a, 'c> {
    config: &'c UsageConfig,
    params: &'a UsageParams,
    inputs: &'a UsageInputs,
    sheet: &'a mut Sheet,
    arith: ArithChip<'c>,
    narrow: NarrowChip<'c>,
    queue: RangeQueue,
    wide_next: usize,
    public: [Spot; UsagePublic::LEN],
}

/// Fills the first phase.
pub fn first_phase<'c>(
    config: &'c UsageConfig,
    params: &UsageParams,
    inputs: &UsageInputs,
    public: &UsagePublic,
    sheet: &mut Sheet,
) -> FirstPhase<'c> {
    let end = config.assign_frame(sheet);
    config.mask.assign(sheet, inputs.mask_seed);
    let mut arith = ArithChip::new(&config.arith);
    arith.clause("S8 public inputs are bound");
    let mut row = 0;
    let public = public.to_vec();
    let public: [Spot; UsagePublic::LEN] = std::array::from_fn(|i| {
        let spot = arith.free(sheet, public[i]);
        sheet.copy(
            spot,
            Spot::instance(config.instance, row),
            "S8 public inputs are bound",
        );
        row += 1;
        spot
    });
    let from = if config.range_shared {
        params.table_rows()
    } else {
        0
    };
    let mut fill = Fill {
        config,
        params,
        inputs,
        sheet,
        arith,
        narrow: NarrowChip::new(&config.narrow),
        queue: RangeQueue::new(&config.range, from),
        wide_next: 0,
        public,
    };
    fill.draws_and_table();
    let usage = fill.native_usage();
    let slots = fill.registered(&usage);
    let (private, bucket) = fill.private(usage.last().copied().unwrap_or_default());
    fill.total_units(&slots, &private);
    let places = fill.places();
    let arrangement_root = fill.arrangement(&places);
    let (log_root, length) = fill.log();
    fill.run(log_root, length, arrangement_root);
    let leaves = fill.usage(&slots, bucket);
    fill.narrow.finish_step(fill.sheet);
    let range_rows = fill.queue.rows();
    config.range.assign(fill.sheet, range_rows);
    FirstPhase {
        end,
        range_rows,
        slots,
        private,
        places: places
            .into_iter()
            .map(|place| PlaceCells {
                root: place.root,
                id: place.id,
                private: place.private,
                active: place.active,
            })
            .collect(),
        leaves,
        length,
        arith: fill.arith,
    }
}

struct PlaceEntry {
    root: Spot,
    id: Spot,
    private: Spot,
    active: Spot,
    entry: [Spot; 2],
}

struct TrancheCells {
    id: Hash,
    units_root: Spot,
    unit: Spot,
    owner_rate: Spot,
    records: Spot,
    scale: Spot,
    kind: Spot,
}

impl Fill<'_, '_> {
    /// S1, S2, S5: draws, unit cells and multiplicities.
    fn draws_and_table(&mut self) {
        let params = self.params;
        let chunk = params.shape.records_per_chunk();
        let mut cells = vec![0u32; params.positions()];
        for (place, target) in self.inputs.places.iter().zip(cells.chunks_mut(chunk)) {
            for (cell, units) in target.iter_mut().zip(&place.units) {
                *cell = *units;
            }
        }
        let mut counts = vec![0u32; params.positions()];
        for draw in &self.inputs.draws {
            if let Some(count) = (*draw as usize)
                .checked_sub(1)
                .and_then(|position| counts.get_mut(position))
            {
                *count += 1;
            }
        }
        let config = self.config;
        config
            .draws
            .assign(self.sheet, params.draw_rows(), &self.inputs.draws);
        config.table.assign(self.sheet, chunk, &cells, &counts);
        if let Some(fold) = &config.units_fold {
            fold.assign_layout(self.sheet, params.table_rows());
        }
        config
            .positions
            .assign_layout(self.sheet, params.table_rows(), params.unit_lanes);
    }

    /// The parts of a tranche's `counts` field, range-checked and recomposed to it.
    fn tranche(&mut self, tranche: &TrancheInputs, fields: &[Hash], id: Hash) -> TrancheCells {
        const LABEL: &str = "S3 counts are their parts";
        self.arith.clause(LABEL);
        let mut part = |value: u64, bits: u32| {
            ranged(
                self.sheet,
                &mut self.arith,
                &mut self.queue,
                Fr::from(value),
                bits,
                LABEL,
            )
        };
        let records = part(tranche.records, 32);
        let scale = part(tranche.scale, 24);
        let total = part(tranche.total_units, 64);
        let kind = self.arith.bit(self.sheet, tranche.kind == 1);
        let shift = |n: u32| Operand::Constant(power_of_two(n));
        let sum = self.arith.mul_add(self.sheet, records, scale, shift(32));
        let sum = self.arith.mul_add(self.sheet, sum, kind, shift(64));
        let counts = self.arith.mul_add(self.sheet, sum, total, shift(72));
        self.sheet.copy(counts, fields[3].right, LABEL);
        TrancheCells {
            id,
            units_root: fields[2].right,
            unit: fields[4].right,
            owner_rate: fields[5].right,
            records,
            scale,
            kind,
        }
    }

    /// What chunks of a tranche are keyed by besides its id.
    fn key_root(&self, cells: &TrancheCells) -> Spot {
        if self.params.uniform {
            cells.records
        } else {
            cells.units_root
        }
    }

    /// Units before the scale, draws and active places by slot, the private tranche last.
    fn native_usage(&self) -> Vec<[u64; 3]> {
        let chunk = self.params.shape.records_per_chunk();
        let mut usage = vec![[0u64; 3]; self.params.slots + 1];
        for place in &self.inputs.places {
            if let Some(sums) = usage.get_mut(place.slot.unwrap_or(self.params.slots)) {
                sums[2] += 1;
            }
        }
        for draw in &self.inputs.draws {
            let Some(position) = (*draw as usize).checked_sub(1) else {
                continue;
            };
            let Some(place) = self.inputs.places.get(position / chunk) else {
                continue;
            };
            let slot = place.slot.unwrap_or(self.params.slots);
            let units = place.units.get(position % chunk).copied().unwrap_or(0);
            if let Some(sums) = usage.get_mut(slot) {
                sums[0] += u64::from(units);
                sums[1] += 1;
            }
        }
        usage
    }

    /// S3, S4: the registered tranches.
    fn registered(&mut self, usage: &[[u64; 3]]) -> Vec<SlotCells> {
        let depth = self.params.shape.registry_depth;
        let empty = crate::usage::inputs::SlotInputs {
            tranche: TrancheInputs::empty(),
            index: 0,
            path: Vec::new(),
        };
        let inputs: Vec<_> = (0..self.params.slots)
            .map(|j| self.inputs.slots.get(j).unwrap_or(&empty))
            .collect();
        let id_tag = tag(Tag::TrancheId);
        let chains: Vec<_> = inputs
            .iter()
            .map(|slot| {
                let fields = slot.tranche.fields();
                move |step: usize, below: Fr| {
                    if step < fields.len() {
                        let left = if step == 0 { id_tag } else { below };
                        return Inputs {
                            left,
                            right: fields[step],
                            bit: Fr::ZERO,
                        };
                    }
                    let level = step - fields.len();
                    let sibling = slot.path.get(level).copied().unwrap_or(Fr::ZERO);
                    let right = slot.index >> level & 1 == 1;
                    let (left, right, bit) = if right {
                        (sibling, below, Fr::ONE)
                    } else {
                        (below, sibling, Fr::ZERO)
                    };
                    Inputs { left, right, bit }
                }
            })
            .collect();
        let mut paths = vec![false; 7];
        paths.resize(7 + depth, true);
        let hashes = self.narrow.chains(self.sheet, &paths, &chains);
        let mut cells: Vec<SlotCells> = Vec::with_capacity(hashes.len());
        let mut before: Option<[Spot; 2]> = None;
        for (j, hashes) in hashes.iter().enumerate() {
            self.link_chain(hashes, 7);
            let active = j < self.inputs.slots.len();
            let tranche = self.tranche(&inputs[j].tranche, hashes, hashes[6]);
            self.arith.clause("S3 active slots are a prefix");
            let active = self.arith.bit(self.sheet, active);
            let index = self.registry_index(&hashes[7..]);
            self.registry_membership(active, hashes[6 + depth].digest, &tranche);
            if let Some([active_before, index_before]) = before {
                self.ascending([active_before, index_before], [active, index]);
            }
            before = Some([active, index]);
            cells.push(self.slot_sums(active, &tranche, usage[j]));
        }
        cells
    }

    /// Links a chain's first `fields` hashes: the tag first, then each digest to the next left input.
    fn link_chain(&mut self, hashes: &[Hash], fields: usize) {
        let first = self.sheet.constant(tag(Tag::TrancheId));
        self.sheet
            .copy(hashes[0].left, first, "S3 id starts with its tag");
        for pair in hashes[..fields].windows(2) {
            self.sheet
                .copy(pair[1].left, pair[0].digest, "S3 id hashes its fields");
        }
    }

    fn registry_index(&mut self, path: &[Hash]) -> Spot {
        self.arith.clause("S3 registry index is the path's bits");
        let mut index = path[0].bit;
        for (level, hash) in path.iter().enumerate().skip(1) {
            let weight = Operand::Constant(power_of_two(level as u32));
            index = self.arith.mul_add(self.sheet, index, hash.bit, weight);
        }
        index
    }

    fn registry_membership(&mut self, active: Spot, root: Spot, tranche: &TrancheCells) {
        self.arith.clause("S3 id is in the registry");
        self.arith
            .require_equal_if(self.sheet, active, root, self.public[1]);
        self.arith.clause("S3 one unit definition");
        self.arith
            .require_equal_if(self.sheet, active, tranche.unit, self.public[4]);
        if self.params.uniform {
            self.arith.clause("S2 tranche is uniform");
            self.arith.require_equal_if(
                self.sheet,
                active,
                tranche.kind,
                Operand::Constant(Fr::ONE),
            );
        }
    }

    fn ascending(&mut self, [active_before, index_before]: [Spot; 2], [active, index]: [Spot; 2]) {
        self.arith.clause("S3 active slots are a prefix");
        let missing = self
            .arith
            .sub(self.sheet, Operand::Constant(Fr::ONE), active_before);
        self.arith
            .require_product(self.sheet, active, missing, Operand::Constant(Fr::ZERO));
        const LABEL: &str = "S3 registry indices ascend";
        self.arith.clause(LABEL);
        let step = self.arith.sub(self.sheet, index, index_before);
        let gap = self.arith.sub(self.sheet, step, Operand::Constant(Fr::ONE));
        let gap = self.arith.mul(self.sheet, active, gap);
        require_range(
            self.sheet,
            &mut self.arith,
            &mut self.queue,
            gap,
            self.params.shape.registry_depth as u32,
            LABEL,
        );
    }

    fn slot_sums(
        &mut self,
        active: Spot,
        tranche: &TrancheCells,
        [raw, draws, places]: [u64; 3],
    ) -> SlotCells {
        // Bound by the slot identity of the second phase.
        self.arith.clause("S4 inactive slots count nothing");
        let idle = self
            .arith
            .sub(self.sheet, Operand::Constant(Fr::ONE), active);
        let zero = Operand::Constant(Fr::ZERO);
        let mut gated = |value: u64| {
            self.arith.gate(
                self.sheet,
                [zero, idle.into(), Operand::Free(Fr::from(value)), zero],
            )[2]
        };
        let raw = gated(raw);
        let draws = gated(draws);
        let places = gated(places);
        self.scale(active, tranche);
        self.bounded(raw, draws);
        self.arith.clause("S3 an active slot was drawn from");
        let inverse = self.sheet.value(draws).invert().unwrap_or(Fr::ZERO);
        self.arith
            .require_product(self.sheet, draws, Operand::Free(inverse), active);
        let [units, amounts] = self.amounts(raw, tranche.scale, draws);
        self.arith.clause("S7 inactive slots have empty leaves");
        let id = self.arith.mul(self.sheet, active, tranche.id.digest);
        let owner_rate = self.arith.mul(self.sheet, active, tranche.owner_rate);
        SlotCells {
            root: self.key_root(tranche),
            id: tranche.id.digest,
            places,
            raw,
            draws,
            units,
            leaf: [id, owner_rate, amounts],
        }
    }

    /// S4: the scale is at least 1, and 1 unless the tranche is uniform, so that nothing drawn weighs nothing.
    fn scale(&mut self, active: Spot, tranche: &TrancheCells) {
        self.arith.clause("S4 scale is not zero");
        let inverse = if self.sheet.value(active) == Fr::ZERO {
            Fr::ZERO
        } else {
            self.sheet.value(tranche.scale).invert().unwrap_or(Fr::ZERO)
        };
        self.arith
            .require_product(self.sheet, tranche.scale, Operand::Free(inverse), active);
        self.arith.clause("S4 scale is one unless uniform");
        let above = self
            .arith
            .sub(self.sheet, tranche.scale, Operand::Constant(Fr::ONE));
        let above = self.arith.mul(self.sheet, active, above);
        let weighted = self
            .arith
            .sub(self.sheet, Operand::Constant(Fr::ONE), tranche.kind);
        self.arith
            .require_product(self.sheet, above, weighted, Operand::Constant(Fr::ZERO));
    }

    /// S4: sums of a slot are integers in range, whichever slot of the same tranche they are told of.
    fn bounded(&mut self, raw: Spot, draws: Spot) {
        const LABEL: &str = "S4 sums of a slot are in range";
        self.arith.clause(LABEL);
        for (cell, bits) in [(raw, 48), (draws, 32)] {
            require_range(
                self.sheet,
                &mut self.arith,
                &mut self.queue,
                cell,
                bits,
                LABEL,
            );
        }
    }

    /// units = raw · scale, and units + 2^64 · draws.
    ///
    /// raw is checked to be below 2^48 and scale is below 2^24, so neither the product nor a sum of 65 of them wraps; their sum is checked to be
    /// below 2^48 and draws below 2^32, so that units + 2^64 · draws is one-to-one.
    fn amounts(&mut self, raw: Spot, scale: Spot, draws: Spot) -> [Spot; 2] {
        self.arith.clause("S4 units are scaled sums");
        let units = self.arith.mul(self.sheet, raw, scale);
        let amounts = self.arith.mul_add(
            self.sheet,
            units,
            draws,
            Operand::Constant(power_of_two(64)),
        );
        [units, amounts]
    }

    /// S4: the units of all slots and of the bucket together are below 2^48.
    fn total_units(&mut self, slots: &[SlotCells], private: &SlotCells) {
        const LABEL: &str = "S4 units of the run are below 2^48";
        self.arith.clause(LABEL);
        let mut total = private.units;
        for slot in slots {
            total = self.arith.add(self.sheet, total, slot.units);
        }
        require_range(
            self.sheet,
            &mut self.arith,
            &mut self.queue,
            total,
            48,
            LABEL,
        );
    }

    /// S3, S4, S7: the private tranche and the bucket that stands for it in the usage commitment.
    fn private(&mut self, [raw, draws, places]: [u64; 3]) -> (SlotCells, Spot) {
        let fields = self.inputs.private.fields();
        let mut below = tag(Tag::TrancheId);
        let hashes: Vec<Hash> = fields
            .iter()
            .map(|field| {
                let hash = self.narrow.hash(self.sheet, below, *field);
                below = self.sheet.value(hash.digest);
                hash
            })
            .collect();
        self.link_chain(&hashes, 7);
        let private = self.inputs.private;
        let tranche = self.tranche(&private, &hashes, hashes[6]);
        self.sheet
            .copy(tranche.unit, self.public[4], "S3 one unit definition");
        let zero = self.sheet.constant(Fr::ZERO);
        self.sheet.copy(
            tranche.owner_rate,
            zero,
            "S3 the private tranche has no owner",
        );
        let one = self.sheet.constant(Fr::ONE);
        self.scale(one, &tranche);
        if self.params.uniform {
            // A private tranche without records stands for no unregistered data and has no kind to speak of.
            self.arith.clause("S2 tranche is uniform");
            let weighted = self
                .arith
                .sub(self.sheet, Operand::Constant(Fr::ONE), tranche.kind);
            self.arith.require_product(
                self.sheet,
                weighted,
                tranche.records,
                Operand::Constant(Fr::ZERO),
            );
        }
        // Bound by the slot identity of the second phase.
        self.arith.clause("S4 bucket sums");
        let raw = self.arith.free(self.sheet, Fr::from(raw));
        let draws = self.arith.free(self.sheet, Fr::from(draws));
        let places = self.arith.free(self.sheet, Fr::from(places));
        self.bounded(raw, draws);
        let [units, amounts] = self.amounts(raw, tranche.scale, draws);
        self.arith.clause("S7 bucket");
        let bucket = self.narrow.hash_copied(
            self.sheet,
            self.public[4],
            amounts,
            "S7 bucket holds unit and amounts",
        );
        let digest = self.sheet.value(bucket.digest);
        let salted = self
            .narrow
            .hash(self.sheet, digest, self.inputs.bucket_salt);
        self.sheet
            .copy(salted.left, bucket.digest, "S7 bucket is salted");
        let cells = SlotCells {
            root: self.key_root(&tranche),
            id: tranche.id.digest,
            places,
            raw,
            draws,
            units,
            leaf: [tranche.id.digest, tranche.owner_rate, amounts],
        };
        (cells, salted.digest)
    }

    /// S2: each place's chunk, opened under a units root, or counted in a uniform tranche.
    fn places(&mut self) -> Vec<PlaceEntry> {
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
                    crate::chips::narrow::hash_value(below, *field)
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

    /// A copied node over cells; missing children are the given constant.
    fn node(&mut self, tag: Fr, children: &[Spot], filler: Fr, label: &'static str) -> Spot {
        let mut values = [filler; RATE];
        for (value, child) in values.iter_mut().zip(children) {
            *value = self.sheet.value(*child);
        }
        let permutation = self.wide_next;
        self.wide_next += 1;
        self.config
            .wide
            .assign(self.sheet, permutation, &[vec![Job::Node(tag, values)]]);
        for i in 0..RATE {
            let from = match children.get(i) {
                Some(child) => *child,
                None => self.sheet.constant(filler),
            };
            self.sheet
                .copy(self.config.wide.child(permutation, i), from, label);
        }
        self.config.wide.digest(permutation)
    }

    /// The root of a 15-ary tree of fixed height over leaves, empty subtrees elsewhere.
    fn tree(&mut self, tag: Fr, leaves: Vec<Spot>, height: usize, label: &'static str) -> Spot {
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
    fn arrangement(&mut self, places: &[PlaceEntry]) -> Spot {
        const LABEL: &str = "S2 arrangement holds the places";
        let shape = self.params.shape;
        let leaves: Vec<Spot> = places
            .chunks(7)
            .enumerate()
            .map(|(i, places)| {
                let salt = self
                    .inputs
                    .arrangement_salts
                    .get(i)
                    .copied()
                    .unwrap_or(Fr::ZERO);
                self.arith.clause(LABEL);
                let mut children = vec![self.arith.free(self.sheet, salt)];
                children.extend(places.iter().flat_map(|place| place.entry));
                let digest = self.node(tag(Tag::ArrangementLeaf), &children, Fr::ZERO, LABEL);
                self.arith.clause("S2 an empty arrangement leaf is zero");
                self.arith.mul(self.sheet, places[0].active, digest)
            })
            .collect();
        self.tree(
            tag(Tag::ArrangementNode),
            leaves,
            shape.arrangement_height,
            LABEL,
        )
    }

    /// S5: the log root over exactly the draws, and their number.
    fn log(&mut self) -> (Spot, Spot) {
        const LABEL: &str = "S5 log root is the tree over the leaves";
        let params = self.params;
        let shape = params.shape;
        let per_leaf = shape.draws_per_leaf();
        let blocks: Vec<Block> = (0..params.log_leaves)
            .map(|leaf| {
                let draws = self.inputs.draws.get(leaf * per_leaf..).unwrap_or(&[]);
                let mut padded = draws[..draws.len().min(per_leaf)].to_vec();
                padded.resize(per_leaf, 0);
                let salt = self.inputs.log_salts.get(leaf).copied().unwrap_or(Fr::ZERO);
                let mut message = vec![salt];
                message.extend(pack(
                    &padded,
                    crate::chips::draws::POSITION_BITS,
                    shape.draws_per_pack,
                ));
                sponge(tag(Tag::LogLeaf), &message, shape.blocks)
            })
            .collect();
        let from = self.wide_next;
        self.config.wide.assign(self.sheet, from, &blocks);
        self.wide_next += params.log_leaves * shape.blocks;
        let rows_per_leaf = per_leaf / params.draw_lanes;
        let leaves: Vec<Spot> = (0..params.log_leaves)
            .map(|leaf| {
                let digest = self
                    .config
                    .wide
                    .digest(from + (leaf + 1) * shape.blocks - 1);
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
                self.arith.mul(self.sheet, real, digest)
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
    fn run(&mut self, log_root: Spot, length: Spot, arrangement_root: Spot) {
        const LABEL: &str = "S6 run commitment opens";
        self.arith.clause(LABEL);
        let salt = self.arith.free(self.sheet, self.inputs.run_salt);
        let trace = self.arith.free(self.sheet, self.inputs.trace_root);
        let order = self.public[5];
        let children = [salt, log_root, length, order, arrangement_root, trace];
        let commitment = self.node(tag(Tag::Run), &children, Fr::ZERO, LABEL);
        self.sheet.copy(commitment, self.public[2], LABEL);
    }

    /// S7: salted leaves in a secret order, the bucket, and the usage commitment.
    fn usage(&mut self, slots: &[SlotCells], bucket: Spot) -> Vec<[Spot; 3]> {
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
            let first = self.narrow.hash(self.sheet, id, owner_rate);
            let digest = self.sheet.value(first.digest);
            let second = self.narrow.hash(self.sheet, digest, amounts);
            self.sheet.copy(second.left, first.digest, "S7 usage leaf");
            let digest = self.sheet.value(second.digest);
            let third = self.narrow.hash(self.sheet, digest, salt);
            self.sheet.copy(third.left, second.digest, "S7 usage leaf");
            leaves.push([first.left, first.right, second.right]);
            level.push(third.digest);
        }
        while level.len() > 1 {
            level = level
                .chunks(2)
                .map(|pair| {
                    self.narrow
                        .hash_copied(self.sheet, pair[0], pair[1], LABEL)
                        .digest
                })
                .collect();
        }
        let commitment = self.narrow.hash_copied(self.sheet, level[0], bucket, LABEL);
        self.sheet.copy(commitment.digest, self.public[3], LABEL);
        leaves
    }
}

fn tag(tag: Tag) -> Fr {
    to_halo(&tag.felt())
}

/// A sponge's jobs over a message of 15 · blocks felts.
fn sponge(tag: Fr, message: &[Fr], blocks: usize) -> Block {
    (0..blocks)
        .map(|block| {
            let felts: [Fr; RATE] =
                std::array::from_fn(|i| message.get(block * RATE + i).copied().unwrap_or(Fr::ZERO));
            if block == 0 {
                Job::First(tag, felts)
            } else {
                Job::Cont(felts)
            }
        })
        .collect()
}

/// The digest of a node.
fn node_value(tag: Fr, children: &[Fr; RATE]) -> Fr {
    trace(&std::array::from_fn(|i| {
        children.get(i).copied().unwrap_or(tag)
    }))
    .output[0]
}

/// The digest of a chunk of zeros.
fn zero_chunk_digest(params: &UsageParams) -> Fr {
    let mut state = [Fr::ZERO; RATE + 1];
    state[RATE] = tag(Tag::UnitsChunk);
    for _ in 0..params.shape.blocks {
        state = trace(&state).output;
    }
    state[0]
}
