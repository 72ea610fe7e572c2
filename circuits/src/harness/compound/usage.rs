//! Compound mutations of a run.

use super::super::circuit_under_test::Usage;
use super::builder::{CompoundMutation, MutationBuilder};
use super::{log, slots, table_chunks};

pub(super) fn compound_mutations(
    builder: &MutationBuilder<'_, '_>,
    usage: &Usage,
) -> Vec<CompoundMutation> {
    let compound = |name, mutations| CompoundMutation { name, mutations };
    let mut compound_mutations = vec![
        compound(
            "twice the units by half the key inverse",
            slots::doubled(builder),
        ),
        compound(
            "a chunk's key inverse doubled",
            vec![table_chunks::chunk_key_inverse(builder, usage)],
        ),
        compound(
            "an idle table chunk before an active one",
            table_chunks::table_chunk_gap(builder, usage),
        ),
        compound(
            "a table chunk that is active twice",
            table_chunks::active_twice(builder, usage),
        ),
        compound(
            "an idle slot before an active one",
            slots::slot_gap(builder),
        ),
        compound("a kind that is no bit", slots::kind_of_idle_slot(builder)),
        compound("a path bit that is no bit", slots::path_bit(builder, usage)),
        compound(
            "a field that the id does not hash",
            slots::unhashed_field(builder),
        ),
        compound("an id with another tag", slots::other_tag(builder)),
        compound("a tranche of another unit", slots::other_unit(builder)),
        compound("a scale of weighted records", slots::scale(builder, usage)),
        compound("a leaf of the log left out", log::leaf_left_out(builder)),
        compound("draws that are not the log's", log::draws(builder, usage)),
        compound(
            "a helper that makes up for a sum",
            log::helpers(builder, usage),
        ),
        compound(
            "draws that are not the hashed ones",
            log::swapped(builder, usage),
        ),
        compound(
            "usage leaves that are not the slots",
            slots::leaves(builder),
        ),
        compound(
            "a leaf that the tree does not hold",
            vec![slots::other_salt(builder)],
        ),
    ];
    if usage.config.machine.squares() > 0 {
        compound_mutations.push(compound(
            "a square that is none",
            vec![log::square(builder)],
        ));
    }
    if usage.params.uniform {
        compound_mutations.push(compound(
            "a kind that is not uniform",
            slots::weighted(builder),
        ));
        compound_mutations.push(compound(
            "positions past the last",
            table_chunks::positions(builder, usage),
        ));
    } else {
        compound_mutations.push(compound(
            "a digit that is no bits",
            table_chunks::digit(builder, usage),
        ));
        compound_mutations.push(compound(
            "units in an idle table chunk",
            table_chunks::idle_chunk(builder, usage),
        ));
        compound_mutations.push(compound(
            "a hash that a power of the challenge makes up for",
            vec![log::power(builder, usage)],
        ));
        compound_mutations.push(compound(
            "units that are not the hashed ones",
            log::units(builder, usage),
        ));
    }
    compound_mutations
}
