//! What is known of a filled circuit: what each column is for, which cells are one by copies, and a checker bound to it.

use std::collections::HashMap;

use halo2_proofs::plonk::Any;
use halo2curves::bn256::Fr;
use halo2curves::ff::Field;

use super::subject::{Filled, Kind, Lie, Subject};
use crate::checker::local::{Broken, Local};
use crate::chips::arith::ROWS;
use crate::chips::machine::kinds::Kind as StepKind;
use crate::sheet::{Sheet, Spot};

/// Clause of the gates that compute a place's entry.
pub(super) const ENTRIES: &str = "S2 entry of the arrangement";

/// Those gates of one place; the first makes its private bit.
const ENTRY_GATES: usize = 5;

/// Clause of the gates that compute how many positions of a uniform place are its tranche's.
pub(super) const WITHIN: &str = "S2 uniform positions lie within the tranche";

/// Those gates of one place; the first two compose its index of limbs.
const WITHIN_GATES: usize = 8;

/// What an advice column is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Use {
    MaskBit,
    MaskNoise,
    Draw,
    Count,
    Fold,
    Units,
    Ratio,
    Link,
    Ones,
    High,
    Multiplicity,
    Sum,
    Helper,
    Engine,
    Square,
    Io,
    WeightA,
    WeightB,
    WeightC,
    Combination,
    Arith,
    Late,
}

/// An honest filling with everything that lies are judged by.
pub(super) struct Ground<'s> {
    pub(super) subject: &'s Subject,
    pub(super) challenges: Vec<Fr>,
    pub(super) filled: Filled<'s>,
    pub(super) local: Local<'s>,
    pub(super) uses: Vec<Use>,
    /// Copies by their left side.
    targets: HashMap<Spot, usize>,
}

impl<'s> Ground<'s> {
    pub(super) fn new(subject: &'s Subject, set: u64) -> Self {
        let challenges = subject.challenges(set);
        let filled = subject.fill(&Lie::default(), &challenges);
        let columns = subject.columns().advice.len();
        let local = Local::new(&subject.checker, &filled.sheet, columns, &challenges);
        let copies = filled.sheet.copies().iter().enumerate();
        let targets = copies.map(|(index, copy)| (copy.left, index)).collect();
        Self {
            uses: uses(subject),
            subject,
            challenges,
            local,
            targets,
            filled,
        }
    }

    pub(super) fn sheet(&self) -> &Sheet {
        &self.filled.sheet
    }

    /// The last usable row, which is not active.
    pub(super) fn end(&self) -> usize {
        self.sheet().usable() - 1
    }

    pub(super) fn used(&self, spot: Spot) -> Use {
        self.uses[spot.column.index()]
    }

    /// All advice cells of the usable rows.
    pub(super) fn cells(&self) -> impl Iterator<Item = Spot> + '_ {
        let columns = self.subject.columns().advice.iter();
        columns.flat_map(|column| (0..=self.end()).map(|row| Spot::advice(*column, row)))
    }

    /// The spot of an advice column's row.
    pub(super) fn spot(&self, column: usize, row: usize) -> Spot {
        Spot::advice(self.subject.columns().advice[column], row)
    }

    /// The copy whose left side a cell is.
    pub(super) fn source(&self, spot: Spot) -> Option<usize> {
        self.targets.get(&spot).copied()
    }

    /// Name of what is broken: its constraint, its clause, or its copy's label.
    pub(super) fn name(&self, broken: Broken) -> String {
        match broken {
            Broken::Constraint { index, row } => {
                let name = self.local.name(index);
                let clause = self.filled.clause(name, row);
                clause.unwrap_or(name).to_string()
            }
            Broken::Copy(index) => self.sheet().copies()[index].label.to_string(),
        }
    }

    /// What a constraint or copy does, apart from where: its name and how its cells are bound.
    pub(super) fn role(&self, broken: Broken) -> String {
        match broken {
            Broken::Constraint { index, row } => {
                let mut role = self.name(broken);
                let name = self.local.name(index);
                if self.filled.clause(name, row).is_some() {
                    let (column, _) = self.local.read(index, row)[0];
                    role += " | ";
                    role += &self.bindings(self.spot(column, row));
                }
                role
            }
            Broken::Copy(index) => {
                let copy = &self.sheet().copies()[index];
                let [left, right] = [copy.left, copy.right].map(|spot| self.place(spot));
                let gate = match copy.left.column.column_type() {
                    Any::Advice(_) if [Use::Arith, Use::Late].contains(&self.used(copy.left)) => {
                        let row = copy.left.row / ROWS * ROWS;
                        format!(" in {}", self.bindings(Spot { row, ..copy.left }))
                    }
                    _ => String::new(),
                };
                format!("{} | {left} = {right}{gate}", copy.label)
            }
        }
    }

    /// How the four operands of a gate are bound: k by a constant, = by another cell, . by its gate alone.
    pub(super) fn bindings(&self, gate: Spot) -> String {
        let bound = |at: usize| {
            let row = gate.row + at;
            match self.source(Spot { row, ..gate }) {
                None => '.',
                Some(copy) => match self.sheet().copies()[copy].right.column.column_type() {
                    Any::Fixed => 'k',
                    _ => '=',
                },
            }
        };
        (0..ROWS).map(bound).collect()
    }

    fn place(&self, spot: Spot) -> String {
        match spot.column.column_type() {
            Any::Fixed => "constant".to_string(),
            Any::Instance => "instance".to_string(),
            Any::Advice(_) => {
                let used = self.used(spot);
                match used {
                    Use::Arith | Use::Late => {
                        let operand = ["a", "b", "c", "d"][spot.row % ROWS];
                        format!("{used:?} {operand}")
                    }
                    _ => format!("{used:?}"),
                }
            }
        }
    }

    /// The classes of advice cells that copies join, those of one cell left out; with whether something fixed or public is among them.
    pub(super) fn classes(&self) -> Vec<(Vec<Spot>, bool)> {
        let mut parents: HashMap<Spot, Spot> = HashMap::new();
        fn root(parents: &mut HashMap<Spot, Spot>, mut spot: Spot) -> Spot {
            while let Some(parent) = parents.get(&spot).copied() {
                if parent == spot {
                    break;
                }
                let above = parents.get(&parent).copied().unwrap_or(parent);
                parents.insert(spot, above);
                spot = parent;
            }
            spot
        }
        for copy in self.sheet().copies() {
            let left = root(&mut parents, copy.left);
            let right = root(&mut parents, copy.right);
            parents.entry(right).or_insert(right);
            parents.insert(left, right);
        }
        let spots: Vec<Spot> = parents.keys().copied().collect();
        let mut classes: HashMap<Spot, (Vec<Spot>, bool)> = HashMap::new();
        for spot in spots {
            let root = root(&mut parents, spot);
            let class = classes.entry(root).or_default();
            match spot.column.column_type() {
                Any::Advice(_) => class.0.push(spot),
                _ => class.1 = true,
            }
        }
        let mut classes: Vec<(Vec<Spot>, bool)> = classes.into_values().collect();
        for (class, _) in &mut classes {
            class.sort_unstable_by_key(|spot| (spot.column.index(), spot.row));
        }
        classes.retain(|(class, _)| !class.is_empty());
        classes.sort_unstable_by_key(|(class, _)| (class[0].column.index(), class[0].row));
        classes
    }

    /// Whether a step of the hash machine begins at a row.
    pub(super) fn turn(&self, row: usize) -> bool {
        self.filled.steps.iter().any(|step| step.row == row)
    }

    /// Whether an io cell is of an engine to spare, or of a place or slot that is not active: the hashes of a kind are in the order of the calls.
    pub(super) fn idle(&self, spot: Spot) -> bool {
        let Kind::Usage(usage) = &self.subject.circuit else {
            return false;
        };
        let machine = self.subject.machine();
        let steps = &self.filled.steps;
        let Some(at) = steps.iter().rposition(|step| step.row <= spot.row) else {
            return false;
        };
        let kind = steps[at].kind;
        let engine = (spot.row - steps[at].row - 1) % machine.engines();
        let before = steps[..at].iter().filter(|step| step.kind == kind).count();
        let number = before * machine.engines() + engine;
        let cells = machine.io_cells(&steps[at]);
        let of_hash = cells.iter().skip(engine).step_by(machine.engines());
        if of_hash
            .into_iter()
            .all(|(cell, _)| self.local.touching(*cell).is_empty())
        {
            return true;
        }
        let shape = &usage.params.shape;
        let first_node = steps.iter().find_map(|step| match step.kind {
            kind @ StepKind::Node { .. } => Some(kind),
            _ => None,
        });
        match kind {
            StepKind::Pair => {
                let slot = number / (7 + shape.registry_depth);
                (usage.inputs.slots.len()..usage.params.slots).contains(&slot)
            }
            _ if Some(kind) == first_node && !usage.params.uniform => {
                number / shape.units_height >= usage.inputs.places.len()
            }
            _ => false,
        }
    }

    /// Whether a cell is of the gate that makes the private bit of a place that is not active.
    pub(super) fn private_bit_of_idle_place(&self, spot: Spot) -> bool {
        self.gate_of_idle_place(spot, ENTRIES, ENTRY_GATES) == Some(0)
    }

    /// Whether a cell is of a gate that composes the index of a uniform place that is not active.
    pub(super) fn index_of_idle_place(&self, spot: Spot) -> bool {
        let gate = self.gate_of_idle_place(spot, WITHIN, WITHIN_GATES);
        gate.is_some_and(|gate| gate < 2)
    }

    /// The number of a cell's gate among those of a clause for a place that is not active.
    fn gate_of_idle_place(&self, spot: Spot, clause: &str, gates: usize) -> Option<usize> {
        let Kind::Usage(usage) = &self.subject.circuit else {
            return None;
        };
        let all = self.subject.gates(&self.filled.chips[0], false);
        let mut of_clause = all.iter().filter(|(_, label)| *label == clause);
        let at = of_clause.position(|(gate, _)| {
            gate.column == spot.column && gate.row == spot.row / ROWS * ROWS
        })?;
        (at / gates >= usage.inputs.places.len()).then_some(at % gates)
    }

    /// The value of a column's use at a row, in the first column of that use.
    pub(super) fn at(&self, used: Use, row: usize) -> Fr {
        let column = self.uses.iter().position(|each| *each == used);
        column.map_or(Fr::ZERO, |column| {
            self.sheet().value(self.spot(column, row))
        })
    }
}

/// The uses of the advice columns, in the order of their making.
fn uses(subject: &Subject) -> Vec<Use> {
    let mut uses = vec![Use::MaskBit, Use::MaskNoise];
    let mut add = |used: Use, count: usize| uses.extend(vec![used; count]);
    match &subject.circuit {
        Kind::Usage(usage) => {
            let (config, params) = (&usage.config, &usage.params);
            let [units, ranged] = [
                params.unit_lanes,
                if params.uniform { 1 } else { params.unit_lanes },
            ];
            let helpers = [config.positions.sum(), config.weights.sum()]
                .map(|sum| (0..).take_while(|i| sum.helper_at(*i, 0).is_some()).count());
            add(Use::Draw, params.draw_lanes);
            add(Use::Count, config.draws.counts().len());
            add(Use::Fold, 1);
            add(Use::Units, units);
            add(Use::Ratio, units);
            add(Use::Link, 1);
            add(Use::Ones, usize::from(params.uniform));
            add(Use::Fold, usize::from(!params.uniform));
            add(Use::High, ranged);
            add(Use::Multiplicity, 1);
            for helpers in helpers {
                add(Use::Sum, 1);
                add(Use::Helper, helpers);
            }
            add(Use::Engine, params.engines);
            add(Use::Square, config.machine.squares());
            add(Use::Io, 1);
            add(Use::WeightC, 1);
            add(Use::WeightA, 1);
            add(Use::WeightB, 1);
        }
        Kind::Disclosure(disclosure) => {
            add(Use::Units, 1);
            add(Use::High, 1);
            add(Use::Multiplicity, 1);
            add(Use::Sum, 1);
            add(Use::Engine, disclosure.params.engines);
            add(Use::WeightA, 1);
            add(Use::WeightB, 1);
        }
    }
    add(Use::Combination, 1);
    let [first, late] = subject.arith().map(|arith| arith.columns().len());
    add(Use::Arith, first);
    add(Use::Late, late);
    assert_eq!(uses.len(), subject.columns().advice.len());
    uses
}
