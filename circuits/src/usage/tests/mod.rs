//! The usage circuit on a toy shape: it accepts a real run, and each broken thing fails at the constraint of its clause.

mod attacks;
mod lanes;
mod negative;
mod uniform;

use halo2_proofs::dev::MockProver;
use halo2_proofs::plonk::{Any, ConstraintSystem};
use halo2curves::bn256::Fr;
use tranche_protocol::Shape;
use tranche_protocol::sample::SampleRun;

use super::config::{Challenges, UsageConfig};
use super::inputs::{UsageInputs, UsagePublic};
use super::params::{CapacityError, Demand, LADDER, UsageParams, choose_rung};
use super::{UsageCircuit, fill, late};
use crate::checker::{Checker, Violation};
use crate::chips::arith::ArithChip;
use crate::chips::machine::program::hash_value;
use crate::chips::machine::steps::Hash;
use crate::sheet::{Sheet, Spot};

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
    places: 9,
    log_leaves: 3,
    slots: 4,
    engines: 4,
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
pub(super) struct Bench {
    pub(super) config: UsageConfig,
    pub(super) params: UsageParams,
    checker: Checker,
    pub(super) cs: ConstraintSystem<Fr>,
}

/// The public inputs with both commitments replaced by what the inputs hash to, so that a lie is consistent with its own commitments.
pub(super) fn adopted(bench: &Bench, inputs: &UsageInputs, public: &UsagePublic) -> UsagePublic {
    let config = &bench.config;
    let mut sheet = Sheet::new(&bench.cs, bench.params.k, config.constants);
    fill::first_phase(config, &bench.params, inputs, public, &mut sheet);
    adopt(&sheet, public)
}

/// The same from a filled sheet.
pub(super) fn adopt(sheet: &Sheet, public: &UsagePublic) -> UsagePublic {
    let digest = |row: usize, label: &str| {
        let copies = sheet.copies();
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
        sheet.value(copy.left)
    };
    UsagePublic {
        run_commitment: digest(2, "S6 run commitment opens"),
        usage_commitment: digest(3, "S7 usage commitment is the tree over the leaves"),
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

impl Bench {
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
        after_first: impl FnOnce(&UsageConfig, &mut Sheet),
        after_second: impl FnOnce(&UsageConfig, &mut Sheet),
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
        after_first: impl FnOnce(&UsageConfig, &mut Sheet),
        after_second: impl FnOnce(&UsageConfig, &mut Sheet),
    ) -> Vec<String> {
        let config = &self.config;
        let mut sheet = Sheet::new(&self.cs, self.params.k, config.constants);
        let first = fill::first_phase(config, &self.params, inputs, public, &mut sheet);
        after_first(config, &mut sheet);
        let late = late::second_phase(config, &self.params, &first, challenges(), &mut sheet);
        after_second(config, &mut sheet);
        let found = self
            .checker
            .check(&sheet, &challenges().to_array(), instance);
        let mut names: Vec<String> = found
            .iter()
            .map(|violation| name(violation, [&first.arith, &late]))
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
            .map_or_else(|| constraint.clone(), str::to_string),
        Violation::Copy { label, .. } => (*label).to_string(),
    }
}

/// The cell of a usage leaf's owner and rate, where the leaf's hash takes it in.
pub(super) fn leaf_cell(sheet: &Sheet, inputs: &UsageInputs, leaf: usize) -> Spot {
    leaf_hashes(sheet, inputs, leaf)[0].right
}

/// The cell of a usage leaf's amounts.
pub(super) fn leaf_amounts(sheet: &Sheet, inputs: &UsageInputs, leaf: usize) -> Spot {
    leaf_hashes(sheet, inputs, leaf)[1].right
}

/// The first two hashes of a leaf, found by the copies that link a leaf's three hashes.
fn leaf_hashes(sheet: &Sheet, inputs: &UsageInputs, leaf: usize) -> [Hash; 2] {
    let links: Vec<_> = sheet
        .copies()
        .iter()
        .filter(|copy| copy.label == "S7 usage leaf")
        .collect();
    assert_eq!(links.len(), 2 * inputs.usage_salts.len());
    let of_digest = |digest: Spot| {
        let above = |slots: usize| Spot {
            row: digest.row - slots * PARAMS.engines,
            ..digest
        };
        Hash {
            left: above(2),
            right: above(1),
            digest,
        }
    };
    [
        of_digest(links[2 * leaf].right),
        of_digest(links[2 * leaf + 1].right),
    ]
}

/// Carries an altered cell through all copies, hashes and sums that follow from it, up to what is asserted.
pub(super) fn propagate(config: &UsageConfig, sheet: &mut Sheet, spot: Spot) {
    let mut open = vec![spot];
    while let Some(spot) = open.pop() {
        let computed = config
            .machine
            .rehash(sheet, spot)
            .map(|hash| hash.digest)
            .or_else(|| config.arith.recompute(sheet, spot));
        for source in computed.into_iter().chain([spot]) {
            let value = sheet.value(source);
            let targets: Vec<Spot> = sheet
                .copies()
                .iter()
                .filter(|copy| copy.right == source && sheet.value(copy.left) != value)
                .map(|copy| copy.left)
                .collect();
            for target in targets {
                sheet.alter(target, value);
                open.push(target);
            }
        }
    }
}

/// The cell of a slot's units before the scale, where the inactive-slot gate takes them in.
pub(super) fn slot_sum(sheet: &Sheet, slot: usize) -> Spot {
    let gates: Vec<Spot> = sheet
        .copies()
        .iter()
        .filter(|copy| copy.label == "S4 inactive slots count nothing" && copy.left.row % 4 == 1)
        .map(|copy| copy.left)
        .collect();
    // The first of them takes 1 − active apart, then come units, draws and places.
    let gate = gates[4 * slot + 1];
    Spot {
        row: gate.row + 1,
        ..gate
    }
}

/// The cell of a slot's id as its leaf must hold it: zero for an inactive slot.
pub(super) fn gated_id(sheet: &Sheet, slot: usize) -> Spot {
    let products: Vec<Spot> = sheet
        .copies()
        .iter()
        .filter(|copy| {
            copy.label == "S7 inactive slots have empty leaves" && copy.left.row % 4 == 1
        })
        .map(|copy| copy.left)
        .collect();
    // Two products a slot: the id, then owner and rate.
    let product = products[2 * slot];
    Spot {
        row: product.row + 2,
        ..product
    }
}

/// Says that an active slot is inactive, and carries that through.
pub(super) fn deactivate_slot(config: &UsageConfig, sheet: &mut Sheet, slot: usize) {
    let idle: Vec<Spot> = sheet
        .copies()
        .iter()
        .filter(|copy| copy.label == "S4 inactive slots count nothing" && copy.left.row % 4 == 1)
        .map(|copy| copy.right)
        .collect();
    let mut active = idle[4 * slot];
    while let Some(copy) = sheet.copies().iter().find(|copy| copy.left == active) {
        active = copy.right;
    }
    sheet.alter(active, Fr::zero());
    propagate(config, sheet, active);
    // The bit's other cells are copied from it the other way round.
    for copy in sheet.copies().to_vec() {
        if copy.right == active {
            sheet.alter(copy.left, Fr::zero());
            propagate(config, sheet, copy.left);
        }
    }
}

/// Says that the last active place is inactive, and carries that through.
pub(super) fn deactivate_last_place(config: &UsageConfig, sheet: &mut Sheet) {
    let label = "S2 active places are a prefix";
    let last = sheet
        .copies()
        .iter()
        .filter(|copy| copy.label == label)
        .map(|copy| copy.right)
        .filter(|spot| matches!(spot.column.column_type(), Any::Advice(_)))
        .rfind(|spot| spot.row % 4 == 3 && sheet.value(*spot) == Fr::one())
        .unwrap();
    sheet.alter(last, Fr::zero());
    propagate(config, sheet, last);
}

#[test]
fn a_real_run_satisfies_every_constraint() {
    let bench = Bench::new(PARAMS);
    let (inputs, public) = sample();
    let none: Vec<String> = Vec::new();
    assert_eq!(bench.names(&inputs, &public, |_, _| (), |_, _| ()), none);
}

#[test]
fn the_mock_prover_agrees() {
    let (inputs, public) = sample();
    let circuit = UsageCircuit::new(PARAMS, inputs, public);
    let prover = MockProver::run(PARAMS.k, &circuit, vec![public.to_vec()]).unwrap();
    prover.assert_satisfied();
}

#[test]
fn every_rung_fits_its_rows() {
    for rung in LADDER {
        let params = rung.params;
        let mut cs = ConstraintSystem::default();
        let config = UsageConfig::configure(&mut cs, &params);
        let usable = crate::sheet::usable_rows(&cs, params.k);
        let machine = params.machine_rows();
        assert!(machine < usable, "{}: {machine} of {usable}", rung.name);
        assert!(params.table_rows() < usable, "{}", rung.name);
        assert!(params.draw_rows() < usable, "{}", rung.name);
        assert!(params.positions() < 1 << 21, "{}", rung.name);
        let mut sheet = Sheet::new(&cs, params.k, config.constants);
        let blank = UsageCircuit::blank(params);
        let first = fill::first_phase(&config, &params, &blank.inputs, &blank.public, &mut sheet);
        let late = late::second_phase(&config, &params, &first, challenges(), &mut sheet);
        // A column of zeros would commit to the identity, which elliptic-curve verifiers treat apart.
        for column in 0..cs.num_fixed_columns() {
            let used = (0..usable).any(|row| sheet.fixed_at(column, row) != Fr::zero());
            assert!(used, "{}: fixed column {column} is all zero", rung.name);
        }
        assert_eq!(first.machine.rows(), machine, "{}", rung.name);
        let rows = [first.arith.rows(), late.rows(), first.range_rows];
        assert!(
            rows.iter().all(|rows| *rows < usable),
            "{}: {rows:?}",
            rung.name
        );
    }
}

#[test]
fn fewer_slots_than_leaves_are_enough_for_fewer_tranches() {
    let bench = Bench::new(UsageParams { slots: 3, ..PARAMS });
    let (inputs, public) = sample();
    let none: Vec<String> = Vec::new();
    assert_eq!(bench.names(&inputs, &public, |_, _| (), |_, _| ()), none);
}

#[test]
fn the_smallest_rung_that_holds_a_run_is_chosen() {
    let demand = |draws, chunks, tranches, uniform| Demand {
        draws,
        chunks,
        tranches,
        uniform,
    };
    let chosen = |demand| choose_rung(demand).map(|rung| rung.name);
    assert_eq!(chosen(demand(5_000, 10, 5, false)), Ok("usage-13"));
    assert_eq!(chosen(demand(5_000, 10, 25, false)), Ok("usage-17"));
    assert_eq!(chosen(demand(5_000, 34, 5, false)), Ok("usage-17"));
    assert_eq!(chosen(demand(1 << 20, 704, 64, false)), Ok("usage-20"));
    assert_eq!(chosen(demand(5_000, 10, 5, true)), Ok("usage-uniform-17"));
    for rung in LADDER {
        let UsageParams { uniform, .. } = rung.params;
        let full = demand(
            rung.params.draws(),
            rung.params.places,
            rung.params.slots,
            uniform,
        );
        assert_eq!(chosen(full), Ok(rung.name.trim_end_matches("-wide")));
        assert_eq!(chosen(full) != Ok(rung.name), rung.is_wide());
    }
    assert!(matches!(
        chosen(demand(5_000, 10, 65, false)),
        Err(CapacityError::Tranches { got: 65, most: 64 })
    ));
    assert!(matches!(
        chosen(demand(1 << 21, 10, 5, false)),
        Err(CapacityError::Draws { .. })
    ));
    assert!(matches!(
        chosen(demand(5_000, 705, 5, false)),
        Err(CapacityError::Chunks { most: 704, .. })
    ));
}

#[test]
fn no_gate_passes_the_masks_degree() {
    let tall =
        [[1, 2], [1, 6], [2, 3], [5, 2], [5, 6]].map(|[unit_lanes, draw_lanes]| UsageParams {
            unit_lanes,
            draw_lanes,
            ..LADDER[1].params
        });
    let rungs = LADDER.map(|rung| rung.params);
    let each = [PARAMS].into_iter().chain(rungs).chain(tall);
    for params in each.flat_map(|params| [5, 9].map(|degree| UsageParams { degree, ..params })) {
        let mut cs = ConstraintSystem::default();
        UsageConfig::configure(&mut cs, &params);
        let degrees = cs.gates().iter().flat_map(|gate| gate.polynomials());
        let highest = degrees.map(|polynomial| polynomial.degree()).max();
        assert_eq!(highest, Some(params.degree));
    }
}
