//! A circuit with an honest witness, filled again and again with cells that lie.

use halo2_proofs::plonk::{Advice, Any, Column, ConstraintSystem};
use halo2curves::bn256::Fr;

use crate::checker::Checker;
use crate::chips::arith::{ArithChip, ArithConfig, ROWS};
use crate::chips::machine::MachineConfig;
use crate::chips::machine::kinds::Step;
use crate::chips::machine::program::hash_value;
use crate::chips::machine::steps::MachineChip;
use crate::disclosure::config::DisclosureConfig;
use crate::disclosure::inputs::{DisclosureInputs, DisclosurePublic};
use crate::disclosure::params::DisclosureParams;
use crate::sheet::{Sheet, SheetColumns, Spot};
use crate::usage::config::{Challenges, UsageConfig};
use crate::usage::inputs::{UsageInputs, UsagePublic};
use crate::usage::params::UsageParams;
use crate::{disclosure, usage};

/// A circuit, its witness and its statement.
pub(super) struct Subject {
    pub(super) name: &'static str,
    pub(super) cs: ConstraintSystem<Fr>,
    pub(super) checker: Checker,
    pub(super) circuit: Kind,
    /// Names of the statements that plots start from, in the order in which they follow the false ones.
    pub(super) bases: Vec<String>,
}

/// Which circuit it is.
pub(super) enum Kind {
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
    /// False statements and witnesses, each filled honestly; then those that plots start from.
    pub(super) false_ones: Vec<(UsageInputs, UsagePublic)>,
}

pub(super) struct Disclosure {
    pub(super) config: DisclosureConfig,
    pub(super) params: DisclosureParams,
    pub(super) inputs: DisclosureInputs,
    pub(super) public: DisclosurePublic,
    /// False statements and witnesses, each filled honestly; then those that plots start from.
    pub(super) false_ones: Vec<(DisclosureInputs, DisclosurePublic)>,
}

/// A filled sheet and what is known of its layout.
pub(super) struct Filled<'c> {
    pub(super) sheet: Sheet,
    pub(super) instance: Vec<Fr>,
    /// The arithmetic chips of both phases.
    pub(super) chips: [ArithChip<'c>; 2],
    pub(super) steps: Vec<Step>,
    /// Rows of the hash machine.
    pub(super) machine: usize,
    /// Rows at which its regions end.
    pub(super) regions: Vec<usize>,
}

/// What is told instead of the honest values.
#[derive(Clone, Debug, Default)]
pub(super) struct Lie {
    /// Cells with the values that they hold; what is computed from them follows.
    pub(super) cells: Vec<(Spot, Fr)>,
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

impl Lie {
    /// A lie of cells alone.
    pub(super) fn of(cells: impl IntoIterator<Item = (Spot, Fr)>) -> Self {
        Self {
            cells: cells.into_iter().collect(),
            ..Self::default()
        }
    }

    /// Both lies; where they disagree the other one holds.
    pub(super) fn and(&self, other: &Self) -> Self {
        let told = |spot: &Spot| other.cells.iter().any(|(cell, _)| cell == spot);
        let kept = self.cells.iter().filter(|(spot, _)| !told(spot));
        Self {
            cells: kept.chain(&other.cells).copied().collect(),
            shift: other.shift.clone().or_else(|| self.shift.clone()),
            statement: other.statement.or(self.statement),
        }
    }

    /// The same lie with another value in its first cell, or another shift.
    pub(super) fn with(&self, value: Fr) -> Self {
        let mut lie = self.clone();
        match (&mut lie.shift, lie.cells.first_mut()) {
            (Some(shift), _) => shift.by = value,
            (None, Some((_, told))) => *told = value,
            (None, None) => {}
        }
        lie
    }
}

impl Subject {
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
            circuit: Kind::Usage(Box::new(Usage {
                config,
                params,
                inputs,
                public,
                false_ones: Vec::new(),
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
            circuit: Kind::Disclosure(Box::new(Disclosure {
                config,
                params,
                inputs,
                public,
                false_ones: Vec::new(),
            })),
        }
    }

    /// Number of false statements that are told alone.
    pub(super) fn false_ones(&self) -> usize {
        let all = match &self.circuit {
            Kind::Usage(usage) => usage.false_ones.len(),
            Kind::Disclosure(disclosure) => disclosure.false_ones.len(),
        };
        all - self.bases.len()
    }

    /// The number of a statement that plots start from.
    pub(super) fn base(&self, name: &str) -> usize {
        let at = self.bases.iter().position(|base| base == name);
        self.false_ones() + at.expect("the circuit has such a statement")
    }

    /// One of several sets of challenges.
    pub(super) fn challenges(&self, set: u64) -> Vec<Fr> {
        let count = match self.circuit {
            Kind::Usage(_) => 7,
            Kind::Disclosure(_) => 4,
        };
        (0..count)
            .map(|i| hash_value(Fr::from(set), Fr::from(i)))
            .collect()
    }

    /// Fills both phases around a lie: cells that are written one by one hold it from the start, so that all that is computed from them follows, and
    /// the second phase is honest about the first.
    pub(super) fn fill(&self, lie: &Lie, challenges: &[Fr]) -> Filled<'_> {
        match &self.circuit {
            Kind::Usage(usage) => usage.fill(&self.cs, lie, challenges),
            Kind::Disclosure(disclosure) => disclosure.fill(&self.cs, lie, challenges),
        }
    }

    pub(super) fn columns(&self) -> &SheetColumns {
        match &self.circuit {
            Kind::Usage(usage) => &usage.config.columns,
            Kind::Disclosure(disclosure) => &disclosure.config.columns,
        }
    }

    pub(super) fn machine(&self) -> &MachineConfig {
        match &self.circuit {
            Kind::Usage(usage) => &usage.config.machine,
            Kind::Disclosure(disclosure) => &disclosure.config.machine,
        }
    }

    pub(super) fn arith(&self) -> [&ArithConfig; 2] {
        match &self.circuit {
            Kind::Usage(usage) => [&usage.config.arith, &usage.config.late_arith],
            Kind::Disclosure(disclosure) => {
                [&disclosure.config.arith, &disclosure.config.late_arith]
            }
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
        match &self.circuit {
            Kind::Usage(_) => vec![2, 3],
            Kind::Disclosure(disclosure) => {
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
    pub(super) fn gates(&self, chip: &ArithChip<'_>, late: bool) -> Vec<(Spot, &'static str)> {
        let columns = self.arith()[usize::from(late)].columns();
        let name = if late {
            "late arithmetic"
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
                        Some((Spot::advice(*column, row), label))
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
    pub(super) fn public(&self) -> Vec<Spot> {
        let instance = |spot: Spot| matches!(spot.column.column_type(), Any::Instance);
        let copies = self.sheet.copies().iter();
        let bound = copies.filter(|copy| instance(copy.right));
        bound.map(|copy| copy.left).collect()
    }

    /// The io cells of all steps, each with whether it is a digest.
    pub(super) fn io(&self, machine: &MachineConfig) -> Vec<(Spot, bool)> {
        self.steps
            .iter()
            .flat_map(|step| machine.io_cells(step))
            .collect()
    }
}

impl Usage {
    fn fill(&self, cs: &ConstraintSystem<Fr>, lie: &Lie, challenges: &[Fr]) -> Filled<'_> {
        let Self {
            config,
            params,
            inputs,
            public,
            false_ones,
        } = self;
        let (inputs, public) = match lie.statement {
            Some(number) => (&false_ones[number].0, &false_ones[number].1),
            None => (inputs, public),
        };
        let mut sheet = Sheet::new(cs, params.k, config.constants);
        sheet.fault(lie.cells.iter().copied());
        let first = usage::fill::first_phase(config, params, inputs, public, &mut sheet);
        tell(&config.machine, &mut sheet, &lie.cells);
        config.range.assign(&mut sheet, first.range_rows);
        tell(&config.machine, &mut sheet, &lie.cells);
        let challenges: [Fr; 7] = challenges.try_into().unwrap();
        let challenges = Challenges::from_array(challenges);
        let late = usage::late::second_phase(config, params, &first, challenges, &mut sheet);
        tell(&config.machine, &mut sheet, &lie.cells);
        shift(config.columns.advice.as_slice(), &mut sheet, lie);
        Filled {
            sheet,
            instance: public.to_vec(),
            steps: first.machine.steps().to_vec(),
            regions: regions(&first.machine),
            machine: first.machine.rows(),
            chips: [first.arith, late],
        }
    }
}

impl Disclosure {
    fn fill(&self, cs: &ConstraintSystem<Fr>, lie: &Lie, challenges: &[Fr]) -> Filled<'_> {
        let Self {
            config,
            params,
            inputs,
            public,
            false_ones,
        } = self;
        let (inputs, public) = match lie.statement {
            Some(number) => (&false_ones[number].0, &false_ones[number].1),
            None => (inputs, public),
        };
        let mut sheet = Sheet::new(cs, params.k, config.constants);
        sheet.fault(lie.cells.iter().copied());
        let first = disclosure::fill::first_phase(config, params, inputs, public, &mut sheet);
        tell(&config.machine, &mut sheet, &lie.cells);
        config.range.assign(&mut sheet, first.range_rows);
        tell(&config.machine, &mut sheet, &lie.cells);
        let late =
            disclosure::second_phase(config, &first, challenges.try_into().unwrap(), &mut sheet);
        tell(&config.machine, &mut sheet, &lie.cells);
        shift(config.columns.advice.as_slice(), &mut sheet, lie);
        Filled {
            sheet,
            instance: public.to_vec(),
            steps: first.machine.steps().to_vec(),
            regions: regions(&first.machine),
            machine: first.machine.rows(),
            chips: [first.arith, late],
        }
    }
}

/// Puts a lie into cells that are written by columns; squares of S-boxes follow.
pub(super) fn tell(machine: &MachineConfig, sheet: &mut Sheet, cells: &[(Spot, Fr)]) {
    for (spot, value) in cells {
        if let Some(square) = machine.square_of(*spot) {
            sheet.alter(square, value.square());
        }
    }
    for (spot, value) in cells {
        sheet.alter(*spot, *value);
    }
}

fn shift(columns: &[Column<Advice>], sheet: &mut Sheet, lie: &Lie) {
    if let Some(shift) = &lie.shift {
        for row in shift.rows.clone() {
            let spot = Spot::advice(columns[shift.column], row);
            let value = sheet.value(spot);
            sheet.alter(spot, value + shift.by);
        }
    }
}

fn regions(machine: &MachineChip<'_>) -> Vec<usize> {
    let sponges = machine.regions().iter().map(|region| region.end);
    sponges.chain([machine.rows()]).collect()
}
