//! What is known of a filled circuit: what each column is for, which cells are one by copies, and a checker bound to it.

use crate::labels::{self, ClauseLabel};
use std::collections::HashMap;

use halo2_proofs::plonk::Any;
use halo2curves::bn256::Fr;
use halo2curves::ff::Field;

use super::circuit_under_test::{CircuitUnderTest, Filled, Relation};
use super::mutation::Mutation;
use crate::assignment::{Assignment, CellRef};
use crate::checker::local::{Broken, Local};
use crate::chips::arith::ROWS;
use crate::chips::machine::kinds::StepKind;

/// Clause of the gates that compute a table chunk's entry.
pub(super) const ENTRIES: ClauseLabel = labels::CHUNK_INDEX_ENTRY;

/// Those gates of one table chunk; the first makes its private bit.
const ENTRY_GATES: usize = 5;

/// Clause of the gates that compute how many positions of a uniform table chunk are its tranche's.
pub(super) const WITHIN: ClauseLabel = labels::POSITIONS_LIE_WITHIN_TRANCHE;

/// Those gates of one table chunk; the first two compose its index of limbs.
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
    MultiplicityHint,
    KeyInverse,
    Ones,
    High,
    Multiplicity,
    Sum,
    Helper,
    SboxInput,
    Square,
    Io,
    WeightA,
    WeightB,
    WeightC,
    Combination,
    Arith,
    SecondPhase,
}

/// An honest filling with everything that mutations are judged by.
pub(super) struct HonestWitness<'s> {
    pub(super) circuit: &'s CircuitUnderTest,
    pub(super) challenges: Vec<Fr>,
    pub(super) filled: Filled<'s>,
    pub(super) local: Local<'s>,
    pub(super) uses: Vec<Use>,
    /// Copies by their left side.
    targets: HashMap<CellRef, usize>,
}

impl<'s> HonestWitness<'s> {
    pub(super) fn new(circuit: &'s CircuitUnderTest, set: u64) -> Self {
        let challenges = circuit.challenges(set);
        let filled = circuit.fill(&Mutation::default(), &challenges);
        let columns = circuit.columns().advice.len();
        let local = Local::new(&circuit.checker, &filled.assignment, columns, &challenges);
        let copies = filled.assignment.copies().iter().enumerate();
        let targets = copies.map(|(index, copy)| (copy.left, index)).collect();
        Self {
            uses: uses(circuit),
            circuit,
            challenges,
            local,
            targets,
            filled,
        }
    }

    pub(super) fn assignment(&self) -> &Assignment {
        &self.filled.assignment
    }

    /// The last usable row, which is not active.
    pub(super) fn end(&self) -> usize {
        self.assignment().usable() - 1
    }

    pub(super) fn used(&self, cell_ref: CellRef) -> Use {
        self.uses[cell_ref.column.index()]
    }

    /// All advice cells of the usable rows.
    pub(super) fn cells(&self) -> impl Iterator<Item = CellRef> + '_ {
        let columns = self.circuit.columns().advice.iter();
        columns.flat_map(|column| (0..=self.end()).map(|row| CellRef::advice(*column, row)))
    }

    /// The cell of an advice column's row.
    pub(super) fn cell_ref(&self, column: usize, row: usize) -> CellRef {
        CellRef::advice(self.circuit.columns().advice[column], row)
    }

    /// The copy whose left side a cell is.
    pub(super) fn source(&self, cell_ref: CellRef) -> Option<usize> {
        self.targets.get(&cell_ref).copied()
    }

    /// Name of what is broken: its constraint, its clause, or its copy's label.
    pub(super) fn name(&self, broken: Broken) -> String {
        match broken {
            Broken::Constraint { index, row } => {
                let name = self.local.name(index);
                let clause = self.filled.clause(name, row);
                clause.map_or(name, |clause| clause.text()).to_string()
            }
            Broken::Copy(index) => self.assignment().copies()[index].label.to_string(),
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
                    role += &self.bindings(self.cell_ref(column, row));
                }
                role
            }
            Broken::Copy(index) => {
                let copy = &self.assignment().copies()[index];
                let [left, right] =
                    [copy.left, copy.right].map(|cell_ref| self.cell_name(cell_ref));
                let gate = match copy.left.column.column_type() {
                    Any::Advice(_)
                        if [Use::Arith, Use::SecondPhase].contains(&self.used(copy.left)) =>
                    {
                        let row = copy.left.row / ROWS * ROWS;
                        format!(" in {}", self.bindings(CellRef { row, ..copy.left }))
                    }
                    _ => String::new(),
                };
                format!("{} | {left} = {right}{gate}", copy.label)
            }
        }
    }

    /// How the four operands of a gate are bound: k by a constant, = by another cell, . by its gate alone.
    pub(super) fn bindings(&self, gate: CellRef) -> String {
        let bound = |at: usize| {
            let row = gate.row + at;
            match self.source(CellRef { row, ..gate }) {
                None => '.',
                Some(copy) => match self.assignment().copies()[copy].right.column.column_type() {
                    Any::Fixed => 'k',
                    _ => '=',
                },
            }
        };
        (0..ROWS).map(bound).collect()
    }

    fn cell_name(&self, cell_ref: CellRef) -> String {
        match cell_ref.column.column_type() {
            Any::Fixed => "constant".to_string(),
            Any::Instance => "instance".to_string(),
            Any::Advice(_) => {
                let used = self.used(cell_ref);
                match used {
                    Use::Arith | Use::SecondPhase => {
                        let operand = ["a", "b", "c", "d"][cell_ref.row % ROWS];
                        format!("{used:?} {operand}")
                    }
                    _ => format!("{used:?}"),
                }
            }
        }
    }

    /// The classes of advice cells that copies join, those of one cell left out; with whether something fixed or public is among them.
    pub(super) fn classes(&self) -> Vec<(Vec<CellRef>, bool)> {
        let mut parents: HashMap<CellRef, CellRef> = HashMap::new();
        fn root(parents: &mut HashMap<CellRef, CellRef>, mut cell_ref: CellRef) -> CellRef {
            while let Some(parent) = parents.get(&cell_ref).copied() {
                if parent == cell_ref {
                    break;
                }
                let above = parents.get(&parent).copied().unwrap_or(parent);
                parents.insert(cell_ref, above);
                cell_ref = parent;
            }
            cell_ref
        }
        for copy in self.assignment().copies() {
            let left = root(&mut parents, copy.left);
            let right = root(&mut parents, copy.right);
            parents.entry(right).or_insert(right);
            parents.insert(left, right);
        }
        let cell_refs: Vec<CellRef> = parents.keys().copied().collect();
        let mut classes: HashMap<CellRef, (Vec<CellRef>, bool)> = HashMap::new();
        for cell_ref in cell_refs {
            let root = root(&mut parents, cell_ref);
            let class = classes.entry(root).or_default();
            match cell_ref.column.column_type() {
                Any::Advice(_) => class.0.push(cell_ref),
                _ => class.1 = true,
            }
        }
        let mut classes: Vec<(Vec<CellRef>, bool)> = classes.into_values().collect();
        for (class, _) in &mut classes {
            class.sort_unstable_by_key(|cell_ref| (cell_ref.column.index(), cell_ref.row));
        }
        classes.retain(|(class, _)| !class.is_empty());
        classes.sort_unstable_by_key(|(class, _)| (class[0].column.index(), class[0].row));
        classes
    }

    /// Whether a step of the hash machine begins at a row.
    pub(super) fn starts_step(&self, row: usize) -> bool {
        self.filled.steps.iter().any(|step| step.row == row)
    }

    /// Whether an I/O cell is of an idle permutation, or of a table chunk or slot that is not active: the hashes of a kind are in the order of the calls.
    pub(super) fn idle(&self, cell_ref: CellRef) -> bool {
        let Relation::Usage(usage) = &self.circuit.relation else {
            return false;
        };
        let machine = self.circuit.machine();
        let steps = &self.filled.steps;
        let Some(at) = steps.iter().rposition(|step| step.row <= cell_ref.row) else {
            return false;
        };
        let kind = steps[at].kind;
        let permutation = (cell_ref.row - steps[at].row - 1) % machine.parallel_permutations();
        let before = steps[..at].iter().filter(|step| step.kind == kind).count();
        let number = before * machine.parallel_permutations() + permutation;
        let cells = machine.io_cells(&steps[at]);
        let of_hash = cells
            .iter()
            .skip(permutation)
            .step_by(machine.parallel_permutations());
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
                number / shape.units_height >= usage.inputs.table_chunks.len()
            }
            _ => false,
        }
    }

    /// Whether a cell is of the gate that makes the private bit of a table chunk that is not active.
    pub(super) fn private_bit_of_idle_table_chunk(&self, cell_ref: CellRef) -> bool {
        self.gate_of_idle_table_chunk(cell_ref, ENTRIES, ENTRY_GATES) == Some(0)
    }

    /// Whether a cell is of a gate that composes the index of a uniform table chunk that is not active.
    pub(super) fn index_of_idle_table_chunk(&self, cell_ref: CellRef) -> bool {
        let gate = self.gate_of_idle_table_chunk(cell_ref, WITHIN, WITHIN_GATES);
        gate.is_some_and(|gate| gate < 2)
    }

    /// The number of a cell's gate among those of a clause for a table chunk that is not active.
    fn gate_of_idle_table_chunk(
        &self,
        cell_ref: CellRef,
        clause: ClauseLabel,
        gates: usize,
    ) -> Option<usize> {
        let Relation::Usage(usage) = &self.circuit.relation else {
            return None;
        };
        let all = self.circuit.gates(&self.filled.chips[0], false);
        let mut of_clause = all.iter().filter(|(_, label)| *label == clause);
        let at = of_clause.position(|(gate, _)| {
            gate.column == cell_ref.column && gate.row == cell_ref.row / ROWS * ROWS
        })?;
        (at / gates >= usage.inputs.table_chunks.len()).then_some(at % gates)
    }

    /// The value of a column's use at a row, in the first column of that use.
    pub(super) fn at(&self, used: Use, row: usize) -> Fr {
        let column = self.uses.iter().position(|each| *each == used);
        column.map_or(Fr::ZERO, |column| {
            self.assignment().value(self.cell_ref(column, row))
        })
    }
}

/// The uses of the advice columns, in the order of their making.
fn uses(circuit: &CircuitUnderTest) -> Vec<Use> {
    let mut uses = vec![Use::MaskBit, Use::MaskNoise];
    let mut add = |used: Use, count: usize| uses.extend(vec![used; count]);
    match &circuit.relation {
        Relation::Usage(usage) => {
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
            add(Use::MultiplicityHint, units);
            add(Use::KeyInverse, 1);
            add(Use::Ones, usize::from(params.uniform));
            add(Use::Fold, usize::from(!params.uniform));
            add(Use::High, ranged);
            add(Use::Multiplicity, 1);
            for helpers in helpers {
                add(Use::Sum, 1);
                add(Use::Helper, helpers);
            }
            add(Use::SboxInput, params.parallel_permutations);
            add(Use::Square, config.machine.squares());
            add(Use::Io, 1);
            add(Use::WeightC, 1);
            add(Use::WeightA, 1);
            add(Use::WeightB, 1);
        }
        Relation::Disclosure(disclosure) => {
            add(Use::Units, 1);
            add(Use::High, 1);
            add(Use::Multiplicity, 1);
            add(Use::Sum, 1);
            add(Use::SboxInput, disclosure.params.parallel_permutations);
            add(Use::WeightA, 1);
            add(Use::WeightB, 1);
        }
    }
    add(Use::Combination, 1);
    let [first, second_phase] = circuit.arith().map(|arith| arith.columns().len());
    add(Use::Arith, first);
    add(Use::SecondPhase, second_phase);
    assert_eq!(uses.len(), circuit.columns().advice.len());
    uses
}
