//! The usage circuit on a toy shape: it accepts a real run, and each broken thing fails at the constraint of its clause.

mod attacks;
mod lanes;
mod negative;
mod uniform;

use crate::labels::{self, ClauseLabel};
use halo2_proofs::dev::MockProver;
use halo2_proofs::plonk::{Any, ConstraintSystem};
use halo2curves::bn256::Fr;
use tranche_protocol::Shape;
use tranche_protocol::sample::SampleRun;

use super::config::{Challenges, UsageConfig};
use super::inputs::{UsageInputs, UsagePublic};
use super::params::{RunSize, SIZES, UsageParams, choose_size, largest_size};
use super::{UsageCircuit, fill, second_phase};
use crate::assignment::{Assignment, CellRef};
use crate::cells::Digest;
use crate::checker::{Checker, Violation};
use crate::chips::arith::ArithChip;
use crate::chips::machine::program::hash_value;
use crate::chips::machine::steps::Hash;

/// Two blocks a sponge, so that further blocks exist, and packs over several rows.
pub(super) const SHAPE: Shape = Shape {
    blocks: 2,
    units_per_pack: 2,
    draws_per_pack: 3,
    units_height: 2,
    log_height: 2,
    chunk_index_height: 1,
    registry_depth: 3,
    usage_depth: 2,
    limb_bits: 4,
};

pub(super) const PARAMS: UsageParams = UsageParams {
    k: 13,
    degree: 9,
    shape: SHAPE,
    draw_lanes: 3,
    unit_lanes: 2,
    table_chunks: 9,
    log_leaves: 3,
    slots: 4,
    parallel_permutations: 4,
    arith: [2, 3],
    uniform: false,
};

pub(super) fn sample() -> (UsageInputs, UsagePublic) {
    let (witness, _, statement) = SampleRun::new(&SHAPE, 150).build(&SHAPE);
    (
        UsageInputs::from_witness(&witness, [3; 32]),
        UsagePublic::from(&statement),
    )
}

/// A filled toy circuit whose phases can be altered in between.
pub(super) struct UsageToy {
    pub(super) config: UsageConfig,
    pub(super) params: UsageParams,
    checker: Checker,
    pub(super) cs: ConstraintSystem<Fr>,
}

/// The public inputs with both commitments replaced by what the inputs hash to, so that a mutation is consistent with its own commitments.
pub(super) fn adopted(toy: &UsageToy, inputs: &UsageInputs, public: &UsagePublic) -> UsagePublic {
    let config = &toy.config;
    let mut assignment = Assignment::new(&toy.cs, toy.params.k, config.constants);
    fill::first_phase(config, &toy.params, inputs, public, &mut assignment);
    adopt(&assignment, public)
}

/// The same from a filled assignment.
pub(super) fn adopt(assignment: &Assignment, public: &UsagePublic) -> UsagePublic {
    let digest = |row: usize, label: ClauseLabel| {
        let copies = assignment.copies();
        let cell = copies
            .iter()
            .find(|copy| {
                copy.right.row == row && matches!(copy.right.column.column_type(), Any::Instance)
            })
            .map(|copy| copy.left)
            .unwrap();
        let copy = copies
            .iter()
            .find(|copy| copy.right == cell && copy.label == label)
            .unwrap();
        assignment.value(copy.left)
    };
    UsagePublic {
        run_commitment: digest(2, labels::RUN_COMMITMENT_OPENS),
        usage_commitment: digest(3, labels::USAGE_COMMITMENT_IS_THE_TREE),
        ..*public
    }
}

/// Challenges of the bench: any fixed values that no cell depends on.
pub(super) fn challenges() -> Challenges<Fr> {
    let mut next = Fr::from(0x7261_6e64_6f6d);
    Challenges::from_array([(); 7].map(|()| {
        next = hash_value(next, Fr::from(1));
        next
    }))
}

impl UsageToy {
    pub(super) fn new(params: UsageParams) -> Self {
        let mut cs = ConstraintSystem::default();
        let config = UsageConfig::configure(&mut cs, &params);
        let checker = Checker::new(&cs, params.k);
        Self {
            config,
            params,
            checker,
            cs,
        }
    }

    /// Fills both phases with an alteration after each, and names what breaks: constraints, and copies by their label.
    pub(super) fn names(
        &self,
        inputs: &UsageInputs,
        public: &UsagePublic,
        after_first: impl FnOnce(&UsageConfig, &mut Assignment),
        after_second: impl FnOnce(&UsageConfig, &mut Assignment),
    ) -> Vec<String> {
        let instance = public.to_vec();
        self.names_with_instance(inputs, public, &instance, after_first, after_second)
    }

    /// The same with an instance column of its own.
    pub(super) fn names_with_instance(
        &self,
        inputs: &UsageInputs,
        public: &UsagePublic,
        instance: &[Fr],
        after_first: impl FnOnce(&UsageConfig, &mut Assignment),
        after_second: impl FnOnce(&UsageConfig, &mut Assignment),
    ) -> Vec<String> {
        let config = &self.config;
        let mut assignment = Assignment::new(&self.cs, self.params.k, config.constants);
        let first = fill::first_phase(config, &self.params, inputs, public, &mut assignment);
        after_first(config, &mut assignment);
        let second_phase =
            second_phase::second_phase(config, &self.params, &first, challenges(), &mut assignment);
        after_second(config, &mut assignment);
        let found = self
            .checker
            .check(&assignment, &challenges().to_array(), instance);
        let mut names: Vec<String> = found
            .iter()
            .map(|violation| name(violation, [&first.arith, &second_phase]))
            .collect();
        names.sort();
        names.dedup();
        names
    }
}

fn name(violation: &Violation, chips: [&ArithChip<'_>; 2]) -> String {
    match violation {
        Violation::Constraint {
            constraint, row, ..
        } => chips
            .iter()
            .find_map(|chip| chip.gate_clause(*row, constraint))
            .map_or_else(|| constraint.clone(), |label| label.to_string()),
        Violation::Copy { label, .. } => (*label).to_string(),
    }
}

/// The cell of a usage leaf's owner and rate, where the leaf's hash takes it in.
pub(super) fn leaf_cell(assignment: &Assignment, inputs: &UsageInputs, leaf: usize) -> CellRef {
    leaf_hashes(assignment, inputs, leaf)[0].right
}

/// The cell of a usage leaf's amounts.
pub(super) fn leaf_amounts(assignment: &Assignment, inputs: &UsageInputs, leaf: usize) -> CellRef {
    leaf_hashes(assignment, inputs, leaf)[1].right
}

/// The first two hashes of a leaf, found by the copies that join a leaf's three hashes.
fn leaf_hashes(assignment: &Assignment, inputs: &UsageInputs, leaf: usize) -> [Hash; 2] {
    let joins: Vec<_> = assignment
        .copies()
        .iter()
        .filter(|copy| copy.label == labels::USAGE_LEAF)
        .collect();
    assert_eq!(joins.len(), 2 * inputs.usage_salts.len());
    let of_digest = |digest: CellRef| {
        let above = |slots: usize| CellRef {
            row: digest.row - slots * PARAMS.parallel_permutations,
            ..digest
        };
        Hash {
            left: above(2),
            right: above(1),
            digest: Digest::constrained(digest),
        }
    };
    [
        of_digest(joins[2 * leaf].right),
        of_digest(joins[2 * leaf + 1].right),
    ]
}

/// Carries an altered cell through all copies, hashes and sums that follow from it, up to what is asserted.
pub(super) fn propagate(config: &UsageConfig, assignment: &mut Assignment, cell_ref: CellRef) {
    let mut open = vec![cell_ref];
    while let Some(cell_ref) = open.pop() {
        let computed = config
            .machine
            .rehash(assignment, cell_ref)
            .map(|hash| hash.digest.into())
            .or_else(|| config.arith.recompute(assignment, cell_ref));
        for source in computed.into_iter().chain([cell_ref]) {
            let value = assignment.value(source);
            let targets: Vec<CellRef> = assignment
                .copies()
                .iter()
                .filter(|copy| copy.right == source && assignment.value(copy.left) != value)
                .map(|copy| copy.left)
                .collect();
            for target in targets {
                assignment.alter(target, value);
                open.push(target);
            }
        }
    }
}

/// The cell of a slot's units before the scale, where the inactive-slot gate takes them in.
pub(super) fn slot_sum(assignment: &Assignment, slot: usize) -> CellRef {
    let gates: Vec<CellRef> = assignment
        .copies()
        .iter()
        .filter(|copy| copy.label == labels::INACTIVE_SLOTS_COUNT_NOTHING && copy.left.row % 4 == 1)
        .map(|copy| copy.left)
        .collect();
    // The first of them computes 1 − active, then come units, draws and table chunks.
    let gate = gates[4 * slot + 1];
    CellRef {
        row: gate.row + 1,
        ..gate
    }
}

/// The cell of a slot's id as its leaf must hold it: zero for an inactive slot.
pub(super) fn gated_id(assignment: &Assignment, slot: usize) -> CellRef {
    let products: Vec<CellRef> = assignment
        .copies()
        .iter()
        .filter(|copy| {
            copy.label == labels::INACTIVE_SLOTS_HAVE_EMPTY_LEAVES && copy.left.row % 4 == 1
        })
        .map(|copy| copy.left)
        .collect();
    // Two products a slot: the id, then owner and rate.
    let product = products[2 * slot];
    CellRef {
        row: product.row + 2,
        ..product
    }
}

/// Says that an active slot is inactive, and carries that through.
pub(super) fn deactivate_slot(config: &UsageConfig, assignment: &mut Assignment, slot: usize) {
    let idle: Vec<CellRef> = assignment
        .copies()
        .iter()
        .filter(|copy| copy.label == labels::INACTIVE_SLOTS_COUNT_NOTHING && copy.left.row % 4 == 1)
        .map(|copy| copy.right)
        .collect();
    let mut active = idle[4 * slot];
    while let Some(copy) = assignment.copies().iter().find(|copy| copy.left == active) {
        active = copy.right;
    }
    assignment.alter(active, Fr::zero());
    propagate(config, assignment, active);
    // The bit's other cells are copied from it the other way round.
    for copy in assignment.copies().to_vec() {
        if copy.right == active {
            assignment.alter(copy.left, Fr::zero());
            propagate(config, assignment, copy.left);
        }
    }
}

/// Says that the last active table chunk is inactive, and carries that through.
pub(super) fn deactivate_last_table_chunk(config: &UsageConfig, assignment: &mut Assignment) {
    let label = labels::ACTIVE_TABLE_CHUNKS_COME_FIRST;
    let last = assignment
        .copies()
        .iter()
        .filter(|copy| copy.label == label)
        .map(|copy| copy.right)
        .filter(|cell_ref| matches!(cell_ref.column.column_type(), Any::Advice(_)))
        .rfind(|cell_ref| cell_ref.row % 4 == 3 && assignment.value(*cell_ref) == Fr::one())
        .unwrap();
    assignment.alter(last, Fr::zero());
    propagate(config, assignment, last);
}

#[test]
fn a_real_run_satisfies_every_constraint() {
    let toy = UsageToy::new(PARAMS);
    let (inputs, public) = sample();
    let none: Vec<String> = Vec::new();
    assert_eq!(toy.names(&inputs, &public, |_, _| (), |_, _| ()), none);
}

#[test]
fn the_mock_prover_agrees() {
    let (inputs, public) = sample();
    let circuit = UsageCircuit::new(PARAMS, inputs, public);
    let prover = MockProver::run(PARAMS.k, &circuit, vec![public.to_vec()]).unwrap();
    prover.assert_satisfied();
}

#[test]
fn every_circuit_size_fits_its_rows() {
    for size in SIZES {
        let params = size.params;
        let mut cs = ConstraintSystem::default();
        let config = UsageConfig::configure(&mut cs, &params);
        let usable = crate::assignment::usable_rows(&cs, params.k);
        let machine = params.machine_rows();
        assert!(machine < usable, "{}: {machine} of {usable}", size.name);
        assert!(params.table_rows() < usable, "{}", size.name);
        assert!(params.draw_rows() < usable, "{}", size.name);
        assert!(params.positions() < 1 << 21, "{}", size.name);
        let mut assignment = Assignment::new(&cs, params.k, config.constants);
        let blank = UsageCircuit::blank(params);
        let first = fill::first_phase(
            &config,
            &params,
            &blank.inputs,
            &blank.public,
            &mut assignment,
        );
        let second_phase =
            second_phase::second_phase(&config, &params, &first, challenges(), &mut assignment);
        // A column of zeros would commit to the identity, which elliptic-curve verifiers treat specially.
        for column in 0..cs.num_fixed_columns() {
            let used = (0..usable).any(|row| assignment.fixed_at(column, row) != Fr::zero());
            assert!(used, "{}: fixed column {column} is all zero", size.name);
        }
        assert_eq!(first.machine.rows(), machine, "{}", size.name);
        let rows = [first.arith.rows(), second_phase.rows(), first.range_rows];
        assert!(
            rows.iter().all(|rows| *rows < usable),
            "{}: {rows:?}",
            size.name
        );
    }
}

#[test]
fn fewer_slots_than_leaves_are_enough_for_fewer_tranches() {
    let toy = UsageToy::new(UsageParams { slots: 3, ..PARAMS });
    let (inputs, public) = sample();
    let none: Vec<String> = Vec::new();
    assert_eq!(toy.names(&inputs, &public, |_, _| (), |_, _| ()), none);
}

#[test]
fn the_smallest_size_that_holds_a_run_is_chosen() {
    let run_size = |draws, chunks, tranches, uniform| RunSize {
        draws,
        chunks,
        tranches,
        uniform,
    };
    let chosen = |run_size| choose_size(run_size).map(|size| size.name);
    assert_eq!(chosen(run_size(5_000, 10, 5, false)), Some("usage-13"));
    assert_eq!(chosen(run_size(5_000, 10, 25, false)), Some("usage-17"));
    assert_eq!(chosen(run_size(5_000, 34, 5, false)), Some("usage-17"));
    assert_eq!(chosen(run_size(1 << 20, 704, 64, false)), Some("usage-20"));
    assert_eq!(
        chosen(run_size(5_000, 10, 5, true)),
        Some("usage-uniform-17")
    );
    for size in SIZES {
        let UsageParams { uniform, .. } = size.params;
        let full = run_size(
            size.params.draws(),
            size.params.table_chunks,
            size.params.slots,
            uniform,
        );
        assert_eq!(chosen(full), Some(size.name.trim_end_matches("-wide")));
        assert_eq!(chosen(full) != Some(size.name), size.is_wide());
        assert!(largest_size(uniform).params.holds(&full));
    }
    assert_eq!(chosen(run_size(5_000, 10, 65, false)), None);
    assert_eq!(chosen(run_size(1 << 21, 10, 5, false)), None);
    assert_eq!(chosen(run_size(5_000, 705, 5, false)), None);
}

#[test]
fn no_gate_passes_the_masks_degree() {
    let tall =
        [[1, 2], [1, 6], [2, 3], [5, 2], [5, 6]].map(|[unit_lanes, draw_lanes]| UsageParams {
            unit_lanes,
            draw_lanes,
            ..SIZES[1].params
        });
    let sizes = SIZES.map(|size| size.params);
    let each = [PARAMS].into_iter().chain(sizes).chain(tall);
    for params in each.flat_map(|params| [5, 9].map(|degree| UsageParams { degree, ..params })) {
        let mut cs = ConstraintSystem::default();
        UsageConfig::configure(&mut cs, &params);
        let degrees = cs.gates().iter().flat_map(|gate| gate.polynomials());
        let highest = degrees.map(|polynomial| polynomial.degree()).max();
        assert_eq!(highest, Some(params.degree));
    }
}
