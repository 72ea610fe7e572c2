//! A circuit with an honest witness, filled again and again with cells that lie.

use halo2_proofs::plonk::{Any, ConstraintSystem};
use halo2curves::bn256::Fr;

use crate::checker::Checker;
use crate::chips::arith::{ArithChip, ArithConfig, ROWS};
use crate::chips::machine::MachineConfig;
use crate::chips::machine::kinds::Step;
use crate::chips::machine::program::hash_value;
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
}

pub(super) struct Disclosure {
    pub(super) config: DisclosureConfig,
    pub(super) params: DisclosureParams,
    pub(super) inputs: DisclosureInputs,
    pub(super) public: DisclosurePublic,
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
    /// Rows of values that are range-checked.
    pub(super) ranged: usize,
}

/// Cells with the values that they are to hold.
pub(super) type Lie = Vec<(Spot, Fr)>;

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
            circuit: Kind::Usage(Box::new(Usage {
                config,
                params,
                inputs,
                public,
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
            circuit: Kind::Disclosure(Box::new(Disclosure {
                config,
                params,
                inputs,
                public,
            })),
        }
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
        let name = if late { "late arithmetic" } else { "arithmetic" };
        (0..chip.rows())
            .step_by(ROWS)
            .flat_map(|row| {
                columns.iter().enumerate().filter_map(move |(lane, column)| {
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
        } = self;
        let mut sheet = Sheet::new(cs, params.k, config.constants);
        sheet.fault(lie.iter().copied());
        let first = usage::fill::first_phase(config, params, inputs, public, &mut sheet);
        tell(&mut sheet, lie);
        config.range.assign(&mut sheet, first.range_rows);
        tell(&mut sheet, lie);
        let challenges: [Fr; 7] = challenges.try_into().unwrap();
        let challenges = Challenges::from_array(challenges);
        let late = usage::late::second_phase(config, params, &first, challenges, &mut sheet);
        tell(&mut sheet, lie);
        Filled {
            sheet,
            instance: public.to_vec(),
            steps: first.machine.steps().to_vec(),
            machine: first.machine.rows(),
            ranged: first.range_rows,
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
        } = self;
        let mut sheet = Sheet::new(cs, params.k, config.constants);
        sheet.fault(lie.iter().copied());
        let first = disclosure::fill::first_phase(config, params, inputs, public, &mut sheet);
        tell(&mut sheet, lie);
        config.range.assign(&mut sheet, first.range_rows);
        tell(&mut sheet, lie);
        let late =
            disclosure::second_phase(config, &first, challenges.try_into().unwrap(), &mut sheet);
        tell(&mut sheet, lie);
        Filled {
            sheet,
            instance: public.to_vec(),
            steps: first.machine.steps().to_vec(),
            machine: first.machine.rows(),
            ranged: first.range_rows,
            chips: [first.arith, late],
        }
    }
}

/// Puts a lie into cells that are written by columns.
fn tell(sheet: &mut Sheet, lie: &Lie) {
    for (spot, value) in lie {
        sheet.alter(*spot, *value);
    }
}
