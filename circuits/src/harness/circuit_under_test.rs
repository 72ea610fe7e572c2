//! A circuit with an honest witness, filled again and again around mutations.

use halo2_proofs::plonk::{Any, ConstraintSystem};
use halo2curves::bn256::Fr;

use super::mutation::{Mutated, Mutation, Target};
use crate::assignment::{Assignment, CellRef, CircuitColumns};
use crate::checker::Checker;
use crate::chips::arith::{ArithChip, ArithConfig, ROWS};
use crate::chips::machine::MachineConfig;
use crate::chips::machine::kinds::Step;
use crate::chips::machine::program::hash_value;
use crate::disclosure::DisclosureCircuit;
use crate::disclosure::config::DisclosureConfig;
use crate::disclosure::inputs::{DisclosureInputs, DisclosurePublic};
use crate::disclosure::params::DisclosureParams;
use crate::labels::ClauseLabel;
use crate::two_phase::TwoPhase;
use crate::usage::UsageCircuit;
use crate::usage::config::{Challenges, UsageConfig};
use crate::usage::inputs::{UsageInputs, UsagePublic};
use crate::usage::params::UsageParams;

/// A circuit, its witness and its statement.
pub(super) struct CircuitUnderTest {
    pub(super) name: &'static str,
    pub(super) cs: ConstraintSystem<Fr>,
    pub(super) checker: Checker,
    pub(super) relation: Relation,
    /// Names of the statements that compound mutations start from, in the order in which they follow the false ones.
    pub(super) bases: Vec<String>,
}

/// Which circuit it is.
pub(super) enum Relation {
    /// Usage, weighted or uniform.
    Usage(Box<Usage>),
    /// Disclosure.
    Disclosure(Box<Disclosure>),
}

pub(super) struct Usage {
    pub(super) config: UsageConfig,
    pub(super) params: UsageParams,
    pub(super) inputs: UsageInputs,
    pub(super) public: UsagePublic,
    /// False statements and witnesses, each filled honestly; then those that compound mutations start from.
    pub(super) false_statements: Vec<(UsageInputs, UsagePublic)>,
}

pub(super) struct Disclosure {
    pub(super) config: DisclosureConfig,
    pub(super) params: DisclosureParams,
    pub(super) inputs: DisclosureInputs,
    pub(super) public: DisclosurePublic,
    /// False statements and witnesses, each filled honestly; then those that compound mutations start from.
    pub(super) false_statements: Vec<(DisclosureInputs, DisclosurePublic)>,
}

/// A filled assignment and what is known of its layout.
pub(super) struct Filled<'c> {
    pub(super) assignment: Assignment,
    pub(super) instance: Vec<Fr>,
    /// The arithmetic chips of both phases.
    pub(super) chips: [ArithChip<'c>; 2],
    pub(super) steps: Vec<Step>,
    /// Rows of the hash machine.
    pub(super) machine: usize,
    /// Rows at which its regions end.
    pub(super) regions: Vec<usize>,
}

impl CircuitUnderTest {
    fn new(name: &'static str, cs: ConstraintSystem<Fr>, k: u32, relation: Relation) -> Self {
        Self {
            name,
            checker: Checker::new(&cs, k),
            cs,
            bases: Vec::new(),
            relation,
        }
    }

    pub(super) fn usage(
        name: &'static str,
        params: UsageParams,
        inputs: UsageInputs,
        public: UsagePublic,
    ) -> Self {
        let mut cs = ConstraintSystem::default();
        let config = UsageConfig::configure(&mut cs, &params);
        let k = params.k;
        let relation = Relation::Usage(Box::new(Usage {
            config,
            params,
            inputs,
            public,
            false_statements: Vec::new(),
        }));
        Self::new(name, cs, k, relation)
    }

    pub(super) fn disclosure(
        name: &'static str,
        params: DisclosureParams,
        inputs: DisclosureInputs,
        public: DisclosurePublic,
    ) -> Self {
        let mut cs = ConstraintSystem::default();
        let config = DisclosureConfig::configure(&mut cs, &params);
        let k = params.k;
        let relation = Relation::Disclosure(Box::new(Disclosure {
            config,
            params,
            inputs,
            public,
            false_statements: Vec::new(),
        }));
        Self::new(name, cs, k, relation)
    }

    /// Number of false statements that are tried alone.
    pub(super) fn false_statements(&self) -> usize {
        let all = match &self.relation {
            Relation::Usage(usage) => usage.false_statements.len(),
            Relation::Disclosure(disclosure) => disclosure.false_statements.len(),
        };
        all - self.bases.len()
    }

    /// The number of a statement that compound mutations start from.
    pub(super) fn base(&self, name: &str) -> usize {
        let at = self.bases.iter().position(|base| base == name);
        self.false_statements() + at.expect("the circuit has such a statement")
    }

    /// One of several sets of challenges.
    pub(super) fn challenges(&self, set: u64) -> Vec<Fr> {
        let count = match self.relation {
            Relation::Usage(_) => 7,
            Relation::Disclosure(_) => 4,
        };
        (0..count)
            .map(|i| hash_value(Fr::from(set), Fr::from(i)))
            .collect()
    }

    /// Fills both phases around a mutation: cells that are written one by one hold it from the start, so that all that is computed from them follows, and
    /// the second phase is honest about the first.
    pub(super) fn fill(&self, mutation: &Mutation, challenges: &[Fr]) -> Filled<'_> {
        match &self.relation {
            Relation::Usage(usage) => usage.fill(&self.cs, mutation, challenges),
            Relation::Disclosure(disclosure) => disclosure.fill(&self.cs, mutation, challenges),
        }
    }

    pub(super) fn columns(&self) -> &CircuitColumns {
        match &self.relation {
            Relation::Usage(usage) => &usage.config.columns,
            Relation::Disclosure(disclosure) => &disclosure.config.columns,
        }
    }

    pub(super) fn machine(&self) -> &MachineConfig {
        match &self.relation {
            Relation::Usage(usage) => &usage.config.machine,
            Relation::Disclosure(disclosure) => &disclosure.config.machine,
        }
    }

    pub(super) fn arith(&self) -> [&ArithConfig; 2] {
        match &self.relation {
            Relation::Usage(usage) => [&usage.config.arith, &usage.config.second_phase_arith],
            Relation::Disclosure(disclosure) => [
                &disclosure.config.arith,
                &disclosure.config.second_phase_arith,
            ],
        }
    }

    /// The phase of an advice column.
    pub(super) fn phase(&self, column: usize) -> u8 {
        let columns = self.columns();
        let at = columns.advice.iter().position(|c| c.index() == column);
        at.map_or(0, |at| columns.phases[at])
    }

    /// Rows of the instance column that say what the witness hashes or adds up to, and nothing else.
    pub(super) fn outputs(&self) -> Vec<usize> {
        match &self.relation {
            Relation::Usage(_) => vec![2, 3],
            Relation::Disclosure(disclosure) => {
                let DisclosureParams { claims, payees, .. } = disclosure.params;
                let pay = 3 + 4 * claims;
                let codes = (0..claims).map(|claim| 3 + 4 * claim);
                [1].into_iter()
                    .chain(codes)
                    .chain([pay, pay + 2])
                    .chain(pay + 3..pay + 3 + payees)
                    .collect()
            }
        }
    }

    /// All gates of an arithmetic chip: the cell of a, and the clause.
    pub(super) fn gates(
        &self,
        chip: &ArithChip<'_>,
        second_phase: bool,
    ) -> Vec<(CellRef, ClauseLabel)> {
        let columns = self.arith()[usize::from(second_phase)].columns();
        let name = if second_phase {
            "second-phase arithmetic"
        } else {
            "arithmetic"
        };
        (0..chip.rows())
            .step_by(ROWS)
            .flat_map(|row| {
                columns
                    .iter()
                    .enumerate()
                    .filter_map(move |(lane, column)| {
                        let label = chip.gate_clause(row, &format!("{name} {lane}"))?;
                        Some((CellRef::advice(*column, row), label))
                    })
            })
            .collect()
    }
}

impl Filled<'_> {
    /// The clause of an arithmetic constraint at a row.
    pub(super) fn clause(&self, constraint: &str, row: usize) -> Option<ClauseLabel> {
        let mut chips = self.chips.iter();
        chips.find_map(|chip| chip.gate_clause(row, constraint))
    }

    /// The cell of each public input, in order.
    pub(super) fn public(&self) -> Vec<CellRef> {
        let instance = |cell_ref: CellRef| matches!(cell_ref.column.column_type(), Any::Instance);
        let copies = self.assignment.copies().iter();
        let bound = copies.filter(|copy| instance(copy.right));
        bound.map(|copy| copy.left).collect()
    }

    /// The I/O cells of all steps, each with whether it is a digest.
    pub(super) fn io(&self, machine: &MachineConfig) -> Vec<(CellRef, bool)> {
        self.steps
            .iter()
            .flat_map(|step| machine.io_cells(step))
            .collect()
    }
}

/// Fills both phases around a mutation.
fn fill<'c, C: Target>(
    circuit: C,
    config: &'c C::Config,
    mut assignment: Assignment,
    instance: Vec<Fr>,
    (mutation, challenges): (&Mutation, C::Challenges),
) -> Filled<'c> {
    let mutated = Mutated {
        circuit,
        mutation: mutation.clone(),
    };
    let first = mutated.first_phase(config, &mut assignment);
    let second_phase = mutated.second_phase(config, &first, challenges, &mut assignment);
    if let Some(shift) = &mutation.shift {
        shift.apply(C::columns(config), &mut assignment);
    }
    let (machine, arith) = C::chips(&first);
    let sponges = machine.regions().iter().map(|region| region.end);
    Filled {
        assignment,
        instance,
        steps: machine.steps().to_vec(),
        regions: sponges.chain([machine.rows()]).collect(),
        machine: machine.rows(),
        chips: [arith.clone(), second_phase],
    }
}

impl Usage {
    fn fill(
        &self,
        cs: &ConstraintSystem<Fr>,
        mutation: &Mutation,
        challenges: &[Fr],
    ) -> Filled<'_> {
        let (inputs, public) = match mutation.statement {
            Some(number) => &self.false_statements[number],
            None => &(self.inputs.clone(), self.public),
        };
        let circuit = UsageCircuit::new(self.params, inputs.clone(), *public);
        let assignment = Assignment::new(cs, self.params.k, self.config.constants);
        let challenges: [Fr; 7] = challenges.try_into().unwrap();
        let challenges = Challenges::from_array(challenges);
        let around = (mutation, challenges);
        fill(circuit, &self.config, assignment, public.to_vec(), around)
    }
}

impl Disclosure {
    fn fill(
        &self,
        cs: &ConstraintSystem<Fr>,
        mutation: &Mutation,
        challenges: &[Fr],
    ) -> Filled<'_> {
        let (inputs, public) = match mutation.statement {
            Some(number) => &self.false_statements[number],
            None => &(self.inputs.clone(), self.public.clone()),
        };
        let circuit = DisclosureCircuit::new(self.params, inputs.clone(), public.clone());
        let assignment = Assignment::new(cs, self.params.k, self.config.constants);
        let around = (mutation, challenges.try_into().unwrap());
        fill(circuit, &self.config, assignment, public.to_vec(), around)
    }
}
