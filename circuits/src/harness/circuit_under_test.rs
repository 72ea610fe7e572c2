//! A circuit with an honest witness, filled again and again with cells that mutation.

use halo2_proofs::plonk::{Advice, Any, Column, ConstraintSystem};
use halo2curves::bn256::Fr;

use crate::assignment::{Assignment, CellRef, CircuitColumns};
use crate::checker::Checker;
use crate::chips::arith::{ArithChip, ArithConfig, ROWS};
use crate::chips::machine::MachineConfig;
use crate::chips::machine::kinds::Step;
use crate::chips::machine::program::hash_value;
use crate::chips::machine::steps::MachineChip;
use crate::disclosure::config::DisclosureConfig;
use crate::disclosure::inputs::{DisclosureInputs, DisclosurePublic};
use crate::disclosure::params::DisclosureParams;
use crate::usage::config::{Challenges, UsageConfig};
use crate::usage::inputs::{UsageInputs, UsagePublic};
use crate::usage::params::UsageParams;
use crate::{disclosure, usage};

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

/// What is filled in instead of the honest values.
#[derive(Clone, Debug, Default)]
pub(super) struct Mutation {
    /// Cells with the values that they hold; what is computed from them follows.
    pub(super) cells: Vec<(CellRef, Fr)>,
    /// Rows of a column to which something is added in the end.
    pub(super) shift: Option<Shift>,
    /// The false statement, by its number, that is filled.
    pub(super) statement: Option<usize>,
}

/// Something added to a stretch of a column of the second phase.
#[derive(Clone, Debug)]
pub(super) struct Shift {
    pub(super) column: usize,
    pub(super) rows: std::ops::RangeInclusive<usize>,
    pub(super) by: Fr,
}

impl Mutation {
    /// A mutation of cells alone.
    pub(super) fn of(cells: impl IntoIterator<Item = (CellRef, Fr)>) -> Self {
        Self {
            cells: cells.into_iter().collect(),
            ..Self::default()
        }
    }

    /// Both mutations; where they disagree the other one holds.
    pub(super) fn and(&self, other: &Self) -> Self {
        let told = |cell_ref: &CellRef| other.cells.iter().any(|(cell, _)| cell == cell_ref);
        let kept = self.cells.iter().filter(|(cell_ref, _)| !told(cell_ref));
        Self {
            cells: kept.chain(&other.cells).copied().collect(),
            shift: other.shift.clone().or_else(|| self.shift.clone()),
            statement: other.statement.or(self.statement),
        }
    }

    /// The same mutation with another value in its first cell, or another shift.
    pub(super) fn with(&self, value: Fr) -> Self {
        let mut mutation = self.clone();
        match (&mut mutation.shift, mutation.cells.first_mut()) {
            (Some(shift), _) => shift.by = value,
            (None, Some((_, told))) => *told = value,
            (None, None) => {}
        }
        mutation
    }
}

impl CircuitUnderTest {
    pub(super) fn usage(
        name: &'static str,
        params: UsageParams,
        inputs: UsageInputs,
        public: UsagePublic,
    ) -> Self {
        let mut cs = ConstraintSystem::default();
        let config = UsageConfig::configure(&mut cs, &params);
        Self {
            name,
            checker: Checker::new(&cs, params.k),
            cs,
            bases: Vec::new(),
            relation: Relation::Usage(Box::new(Usage {
                config,
                params,
                inputs,
                public,
                false_statements: Vec::new(),
            })),
        }
    }

    pub(super) fn disclosure(
        name: &'static str,
        params: DisclosureParams,
        inputs: DisclosureInputs,
        public: DisclosurePublic,
    ) -> Self {
        let mut cs = ConstraintSystem::default();
        let config = DisclosureConfig::configure(&mut cs, &params);
        Self {
            name,
            checker: Checker::new(&cs, params.k),
            cs,
            bases: Vec::new(),
            relation: Relation::Disclosure(Box::new(Disclosure {
                config,
                params,
                inputs,
                public,
                false_statements: Vec::new(),
            })),
        }
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
    ) -> Vec<(CellRef, &'static str)> {
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
    pub(super) fn clause(&self, constraint: &str, row: usize) -> Option<&'static str> {
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

impl Usage {
    fn fill(
        &self,
        cs: &ConstraintSystem<Fr>,
        mutation: &Mutation,
        challenges: &[Fr],
    ) -> Filled<'_> {
        let Self {
            config,
            params,
            inputs,
            public,
            false_statements,
        } = self;
        let (inputs, public) = match mutation.statement {
            Some(number) => (&false_statements[number].0, &false_statements[number].1),
            None => (inputs, public),
        };
        let mut assignment = Assignment::new(cs, params.k, config.constants);
        assignment.fault(mutation.cells.iter().copied());
        let first = usage::fill::first_phase(config, params, inputs, public, &mut assignment);
        tell(&config.machine, &mut assignment, &mutation.cells);
        config.range.assign(&mut assignment, first.range_rows);
        tell(&config.machine, &mut assignment, &mutation.cells);
        let challenges: [Fr; 7] = challenges.try_into().unwrap();
        let challenges = Challenges::from_array(challenges);
        let second_phase =
            usage::second_phase::second_phase(config, params, &first, challenges, &mut assignment);
        tell(&config.machine, &mut assignment, &mutation.cells);
        shift(config.columns.advice.as_slice(), &mut assignment, mutation);
        Filled {
            assignment,
            instance: public.to_vec(),
            steps: first.machine.steps().to_vec(),
            regions: regions(&first.machine),
            machine: first.machine.rows(),
            chips: [first.arith, second_phase],
        }
    }
}

impl Disclosure {
    fn fill(
        &self,
        cs: &ConstraintSystem<Fr>,
        mutation: &Mutation,
        challenges: &[Fr],
    ) -> Filled<'_> {
        let Self {
            config,
            params,
            inputs,
            public,
            false_statements,
        } = self;
        let (inputs, public) = match mutation.statement {
            Some(number) => (&false_statements[number].0, &false_statements[number].1),
            None => (inputs, public),
        };
        let mut assignment = Assignment::new(cs, params.k, config.constants);
        assignment.fault(mutation.cells.iter().copied());
        let first = disclosure::fill::first_phase(config, params, inputs, public, &mut assignment);
        tell(&config.machine, &mut assignment, &mutation.cells);
        config.range.assign(&mut assignment, first.range_rows);
        tell(&config.machine, &mut assignment, &mutation.cells);
        let second_phase = disclosure::second_phase(
            config,
            &first,
            challenges.try_into().unwrap(),
            &mut assignment,
        );
        tell(&config.machine, &mut assignment, &mutation.cells);
        shift(config.columns.advice.as_slice(), &mut assignment, mutation);
        Filled {
            assignment,
            instance: public.to_vec(),
            steps: first.machine.steps().to_vec(),
            regions: regions(&first.machine),
            machine: first.machine.rows(),
            chips: [first.arith, second_phase],
        }
    }
}

/// Puts a mutation into cells that are written by columns; squares of S-boxes follow.
pub(super) fn tell(machine: &MachineConfig, assignment: &mut Assignment, cells: &[(CellRef, Fr)]) {
    for (cell_ref, value) in cells {
        if let Some(square) = machine.square_of(*cell_ref) {
            assignment.alter(square, value.square());
        }
    }
    for (cell_ref, value) in cells {
        assignment.alter(*cell_ref, *value);
    }
}

fn shift(columns: &[Column<Advice>], assignment: &mut Assignment, mutation: &Mutation) {
    if let Some(shift) = &mutation.shift {
        for row in shift.rows.clone() {
            let cell_ref = CellRef::advice(columns[shift.column], row);
            let value = assignment.value(cell_ref);
            assignment.alter(cell_ref, value + shift.by);
        }
    }
}

fn regions(machine: &MachineChip<'_>) -> Vec<usize> {
    let sponges = machine.regions().iter().map(|region| region.end);
    sponges.chain([machine.rows()]).collect()
}
