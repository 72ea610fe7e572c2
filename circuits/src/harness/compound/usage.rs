//! Plots about a run.

use super::super::subject::Usage;
use super::{Plot, Teller};
use super::{log, places, slots};
use crate::sheet::Spot;

pub(super) const COUNTED: &str = "S4 inactive slots count nothing";
pub(super) const SIDES: &str = "S2 S4 slots hold their chunks' sums";

/// Gates of a clause for each slot, leaf, place or level.
pub(super) const COUNTED_GATES: usize = 4;

pub(super) fn plots(teller: &Teller<'_, '_>, usage: &Usage) -> Vec<Plot> {
    let plot = |name, lies| Plot { name, lies };
    let mut plots = vec![
        plot("twice the units by half the link", slots::doubled(teller)),
        plot(
            "a chunk's link doubled",
            vec![places::chunk_link(teller, usage)],
        ),
        plot(
            "an idle place before an active one",
            places::place_gap(teller, usage),
        ),
        plot(
            "a place that is active twice",
            places::active_twice(teller, usage),
        ),
        plot("an idle slot before an active one", slots::slot_gap(teller)),
        plot("a kind that is no bit", slots::kind_of_idle_slot(teller)),
        plot("a path bit that is no bit", slots::path_bit(teller, usage)),
        plot(
            "a field that the id does not hash",
            slots::unhashed_field(teller),
        ),
        plot("an id with another tag", slots::other_tag(teller)),
        plot("a tranche of another unit", slots::other_unit(teller)),
        plot("a scale of weighted records", slots::scale(teller, usage)),
        plot("a leaf of the log left out", log::leaf_left_out(teller)),
        plot("draws that are not the log's", log::draws(teller, usage)),
        plot(
            "a helper that makes up for a sum",
            log::helpers(teller, usage),
        ),
        plot(
            "draws that are not the hashed ones",
            log::swapped(teller, usage),
        ),
        plot("usage leaves that are not the slots", slots::leaves(teller)),
        plot(
            "a leaf that the tree does not hold",
            vec![slots::other_salt(teller)],
        ),
    ];
    if usage.config.machine.squares() > 0 {
        plots.push(plot("a square that is none", vec![log::square(teller)]));
    }
    if usage.params.uniform {
        plots.push(plot("a kind that is not uniform", slots::weighted(teller)));
        plots.push(plot(
            "positions past the last",
            places::positions(teller, usage),
        ));
    } else {
        plots.push(plot(
            "a digit that is no bits",
            places::digit(teller, usage),
        ));
        plots.push(plot(
            "units in an idle place",
            places::idle_chunk(teller, usage),
        ));
        plots.push(plot(
            "a hash that a power of the challenge makes up for",
            vec![log::power(teller, usage)],
        ));
        plots.push(plot(
            "units that are not the hashed ones",
            log::units(teller, usage),
        ));
    }
    plots
}

/// The cells of a slot's units before the scale, draws and places.
pub(super) fn counted(teller: &Teller<'_, '_>, slot: usize) -> [Spot; 3] {
    let gates = teller.gates(COUNTED);
    [1, 2, 3].map(|at| gates[slot * COUNTED_GATES + at][2])
}
