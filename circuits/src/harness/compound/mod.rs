//! Mutations that take several cells, each made so that one constraint or copy alone notices it.
//!
//! A mutation of one cell is often noticed by several constraints. A compound mutation also changes what satisfies the others.
//!
//! | file | what |
//! |---|---|
//! | [`builder`] | finds cells by clause, and builds mutations of them |
//! | [`counted`] | the cells that a slot counts in |
//! | [`usage`] | all compound mutations of a run |
//! | [`slots`], [`table_chunks`], [`log`] | their parts |
//! | [`disclosure`] | compound mutations of a disclosure |

mod builder;
mod counted;
mod disclosure;
mod log;
mod slots;
mod table_chunks;
mod usage;

use builder::{CompoundMutation, MutationBuilder};

use super::circuit_under_test::Relation;
use super::fixtures;
use super::honest_witness::HonestWitness;
use super::judge::{judge, ones};

/// All compound mutations of a circuit.
pub(super) fn compound_mutations(honest: &HonestWitness<'_>) -> Vec<CompoundMutation> {
    let builder = MutationBuilder::new(honest);
    match &honest.circuit.relation {
        Relation::Usage(usage) => usage::compound_mutations(&builder, usage),
        Relation::Disclosure(disclosure) => disclosure::compound_mutations(&builder, disclosure),
    }
}

#[test]
fn each_compound_mutation_breaks_exactly_one_thing() {
    for circuit in fixtures::all() {
        let honest = HonestWitness::new(&circuit, 0);
        for compound in compound_mutations(&honest) {
            for (number, mutation) in compound.mutations.iter().enumerate() {
                let verdict = judge(&honest, mutation).verdict;
                // With commitments that follow, or all public inputs as their cells hold them.
                let told = &verdict.all()[1..];
                let alone = told.iter().any(|broken| ones(&honest, broken).len() == 1);
                let roles = verdict.adopted.iter().map(|broken| honest.role(*broken));
                assert!(
                    alone,
                    "{}, {} {number}: {:?}",
                    circuit.name,
                    compound.name,
                    roles.collect::<Vec<_>>()
                );
            }
        }
    }
}
