//! Runs that compound mutations start from.

use crate::chips::machine::program::{Program, RATE, hash_value, node_value};
use crate::field::to_halo;
use crate::usage::inputs::{SlotInputs, TableChunkInputs, TrancheInputs, UsageInputs, UsagePublic};
use crate::usage::params::UsageParams;
use halo2curves::bn256::Fr;
use halo2curves::ff::Field;
use tranche_protocol::tag::Tag;

/// The owner of a table chunk of a slot that does not exist: nothing is counted for it.
const NOWHERE: Option<usize> = Some(usize::MAX);

/// The draw that is replaced by padding, and the one that is drawn once more.
const HOLE: usize = 10;
pub(in super::super) const AGAIN: usize = 9;

/// Statements that compound mutations start from, by name.
pub(in super::super) fn of_a_run(
    params: &UsageParams,
    inputs: &UsageInputs,
    public: &UsagePublic,
) -> Vec<(String, (UsageInputs, UsagePublic))> {
    let mut bases = Vec::new();
    let mut base = |name: &str, change: &dyn Fn(&mut UsageInputs, &mut UsagePublic)| {
        let (mut inputs, mut public) = (inputs.clone(), *public);
        change(&mut inputs, &mut public);
        bases.push((name.to_owned(), (inputs, public)));
    };
    let chunk = params.shape.records_per_chunk();
    base("a table chunk is left out", &|inputs, _| {
        let last = inputs.table_chunks.len() - 1;
        inputs.table_chunks.insert(last, idle_table_chunk(chunk));
        for draw in &mut inputs.draws {
            if *draw as usize > last * chunk {
                *draw += chunk as u32;
            }
        }
    });
    base("an idle table chunk holds units", &|inputs, _| {
        let mut table_chunk = inputs.table_chunks[0].clone();
        table_chunk.slot = NOWHERE;
        inputs.table_chunks.push(table_chunk);
    });
    base("unregistered data with a chunk of zeros", &|inputs, _| {
        let hidden = inputs
            .table_chunks
            .iter()
            .position(|table_chunk| table_chunk.slot.is_none());
        let hidden = hidden.expect("the run has unregistered data");
        let mut children = inputs.table_chunks[hidden].children.clone();
        if !children.is_empty() {
            let node = to_halo(&Tag::UnitsNode.felt());
            children[0][1] = digest_of_zeros(params);
            for level in 1..children.len() {
                children[level][0] = node_value(node, &children[level - 1]);
            }
            let last = children.last().expect("a path has levels");
            inputs.private.units_root = node_value(node, last);
        }
        inputs.table_chunks[hidden].children.clone_from(&children);
        let mut zeros = idle_table_chunk(chunk);
        (zeros.slot, zeros.children) = (None, children);
        zeros.chunk = u64::from(!params.uniform);
        inputs.table_chunks.push(zeros);
    });
    base("a slot is left out", &|inputs, _| {
        let empty = SlotInputs {
            tranche: TrancheInputs::empty(),
            index: 1,
            path: Vec::new(),
        };
        inputs.slots.insert(1, empty);
        for table_chunk in &mut inputs.table_chunks {
            table_chunk.slot = table_chunk.slot.map(|slot| 2 * slot);
        }
    });
    base("a registered tranche of another unit", &|inputs, public| {
        registered(inputs, public, |tranche| tranche.unit += Fr::ONE);
    });
    base("a registered tranche with a scale", &|inputs, public| {
        registered(inputs, public, |tranche| tranche.scale = 2);
    });
    base(
        "a registered tranche of the other kind",
        &|inputs, public| {
            registered(inputs, public, |tranche| {
                (tranche.kind, tranche.scale) = (1 - tranche.kind, 1);
            });
        },
    );
    base("a registered tranche of more records", &|inputs, public| {
        registered(inputs, public, |tranche| tranche.records += 5);
    });
    base("weighted unregistered data with a scale", &|inputs, _| {
        (inputs.private.kind, inputs.private.scale) = (0, 1000);
    });
    base("weighted unregistered data", &|inputs, _| {
        (inputs.private.kind, inputs.private.scale) = (0, 1);
    });
    let without = |inputs: &mut UsageInputs, kind: u64, scale: u64| {
        let hidden = inputs
            .table_chunks
            .iter_mut()
            .find(|table_chunk| table_chunk.slot.is_none());
        let hidden = hidden.expect("the run has unregistered data");
        (hidden.slot, hidden.chunk) = (Some(1), 0);
        let private = &mut inputs.private;
        (private.kind, private.scale, private.records) = (kind, scale, 0);
    };
    base("no unregistered data", &|inputs, _| without(inputs, 1, 1));
    base("no unregistered data, with a scale", &|inputs, _| {
        without(inputs, 0, 5);
    });
    for last in 0..=params.draw_lanes {
        base(&hole_and_last_row(last), &|inputs, _| {
            while inputs.draws.len() % params.draw_lanes != last % params.draw_lanes {
                inputs.draws.push(inputs.draws[AGAIN]);
            }
            inputs.draws[HOLE] = 0;
        });
    }
    base("a hole at the end of a row", &|inputs, _| {
        inputs.draws[2 * params.draw_lanes - 1] = 0;
    });
    base("a full log and a draw more", &|inputs, _| {
        let full = params.draw_rows() * params.draw_lanes;
        inputs.draws.resize(full + 1, inputs.draws[AGAIN]);
    });
    bases
}

pub(in super::super) fn hole_and_last_row(draws: usize) -> String {
    format!("a hole, and {draws} draws in the last row")
}

fn idle_table_chunk(chunk: usize) -> TableChunkInputs {
    TableChunkInputs {
        slot: NOWHERE,
        chunk: 0,
        units: vec![0; chunk],
        children: Vec::new(),
    }
}

fn digest_of_zeros(params: &UsageParams) -> Fr {
    let mut state = vec![Fr::ZERO; RATE + 1];
    state[RATE] = to_halo(&Tag::UnitsChunk.felt());
    for _ in 0..params.shape.blocks {
        state = Program::wide().run(&state).output;
    }
    state[0]
}

/// Registers another first tranche: its id, all paths and the public root follow.
fn registered(
    inputs: &mut UsageInputs,
    public: &mut UsagePublic,
    change: impl Fn(&mut TrancheInputs),
) {
    let slot = &mut inputs.slots[0];
    change(&mut slot.tranche);
    let tag = to_halo(&Tag::TrancheId.felt());
    let fields = slot.tranche.fields().into_iter();
    let mut node = fields.fold(tag, hash_value);
    let (index, path) = (slot.index, slot.path.clone());
    for (level, sibling) in path.into_iter().enumerate() {
        for other in &mut inputs.slots[1..] {
            if other.index >> level ^ 1 == index >> level {
                other.path[level] = node;
            }
        }
        node = if index >> level & 1 == 1 {
            hash_value(sibling, node)
        } else {
            hash_value(node, sibling)
        };
    }
    public.registry_root = node;
}
