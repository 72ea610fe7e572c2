//! No part of a proof is a function of the witness: many proofs of two witnesses, compared word by word and byte by byte.
//!
//! What would give a witness away here is an element that no randomness reaches. Elements that randomness reaches too little are not seen by
//! such a comparison: `docs/zero-knowledge.md` has the argument about those.

use std::collections::HashSet;

use halo2_proofs::circuit::{Layouter, SimpleFloorPlanner};
use halo2_proofs::plonk::{Advice, Circuit, Column, ConstraintSystem, Error, Fixed, Instance};
use halo2_proofs::poly::Rotation;
use halo2curves::bn256::Fr;
use halo2curves::ff::Field;
use rand_core::{OsRng, RngCore};
use tranche_circuits::assignment::{Assignment, CellRef, CircuitColumns, ColumnAllocator};
use tranche_circuits::chips::mask::MaskConfig;
use tranche_circuits::disclosure::DisclosureCircuit;
use tranche_circuits::disclosure::params::DisclosureParams;
use tranche_circuits::labels::ClauseLabel;
use tranche_circuits::two_phase::TwoPhase;
use tranche_circuits::usage::UsageCircuit;
use tranche_circuits::usage::inputs::{UsageInputs, UsagePublic};
use tranche_circuits::usage::params::UsageParams;
use tranche_protocol::Shape;
use tranche_protocol::address::Address;
use tranche_protocol::claims::{ClaimRequest, Precision, disclose};
use tranche_protocol::context::{Basis, PayRule, Remainder};
use tranche_protocol::salt::{RunSeed, Salt, SaltLabel};
use tranche_protocol::sample::{SampleRun, TOY};
use tranche_protocol::tranche::PrivateTranche;
use tranche_protocol::usage::{Amounts, UsageEntry, UsageOpening, UsageVector};
use tranche_prover::disclosure::{disclosure_inputs, disclosure_public};
use tranche_prover::{KeyPair, KeyStore, Srs, prove};

const K: u32 = 6;
/// Degree of the toy circuit: eight limbs.
const DEGREE: usize = 9;
/// Proofs of each witness of the small circuit: by chance a byte is the same in all of one with probability 2^-248.
const MANY: usize = 32;

/// x · y = z, z public, with the mask of the real circuits: every z has many witnesses.
#[derive(Clone)]
struct Product {
    factors: [u64; 2],
    mask: [u8; 32],
}

#[derive(Clone)]
struct ProductConfig {
    columns: CircuitColumns,
    constants: Column<Fixed>,
    active: Column<Fixed>,
    cells: [Column<Advice>; 3],
    mask: MaskConfig,
    public: Column<Instance>,
}

impl Product {
    fn fresh(factors: [u64; 2]) -> Self {
        let mut mask = [0; 32];
        OsRng.fill_bytes(&mut mask);
        Self { factors, mask }
    }
}

impl Circuit<Fr> for Product {
    type Config = ProductConfig;
    type FloorPlanner = SimpleFloorPlanner;
    type Params = ();

    fn without_witnesses(&self) -> Self {
        Self::fresh([0, 0])
    }

    fn configure(cs: &mut ConstraintSystem<Fr>) -> ProductConfig {
        let public = cs.instance_column();
        cs.enable_equality(public);
        let mut allocator = ColumnAllocator::new(cs, DEGREE);
        let constants = allocator.constants();
        let active = allocator.fixed();
        let cells = [allocator.copied(), allocator.copied(), allocator.copied()];
        allocator.cs.create_gate("product", |meta| {
            let on = meta.query_fixed(active, Rotation::cur());
            let [x, y, z] = cells.map(|column| meta.query_advice(column, Rotation::cur()));
            vec![on * (x * y - z)]
        });
        let mask = MaskConfig::configure(&mut allocator, active);
        ProductConfig {
            columns: allocator.allocated,
            constants,
            active,
            cells,
            mask,
            public,
        }
    }

    fn synthesize(
        &self,
        config: ProductConfig,
        mut layouter: impl Layouter<Fr>,
    ) -> Result<(), Error> {
        let mut cs = ConstraintSystem::default();
        Self::configure(&mut cs);
        let mut assignment = Assignment::new(&cs, K, config.constants);
        let [x, y] = self.factors.map(Fr::from);
        for row in 0..assignment.usable() - 1 {
            assignment.set_fixed(config.active, row, Fr::ONE);
            for (column, value) in config.cells.into_iter().zip([x, y, x * y]) {
                assignment.set(column, row, value);
            }
        }
        let product = CellRef::advice(config.cells[2], 0);
        assignment.copy(
            product,
            CellRef::instance(config.public, 0),
            ClauseLabel::new(&[], "the product"),
        );
        config.mask.assign(&mut assignment, self.mask);
        layouter.assign_region(
            || "product",
            |mut region| {
                assignment.flush_advice(&mut region, &config.columns, 0);
                assignment.flush_fixed(&mut region, &config.columns);
                Ok(())
            },
        )
    }
}

/// Where proofs of one witness are all alike and those of the other are alike in another way: positions in units of `size` bytes.
fn told_apart(of_a: &[Vec<u8>], of_b: &[Vec<u8>], size: usize) -> Vec<usize> {
    let constant = |proofs: &[Vec<u8>], at: usize| {
        let piece = |proof: &Vec<u8>| proof[at * size..(at + 1) * size].to_vec();
        let first = piece(&proofs[0]);
        proofs
            .iter()
            .all(|proof| piece(proof) == first)
            .then_some(first)
    };
    (0..of_a[0].len() / size)
        .filter(|at| {
            let (a, b) = (constant(of_a, *at), constant(of_b, *at));
            (a.is_some() || b.is_some()) && a != b
        })
        .collect()
}

/// No coordinate and no scalar stands in two proofs, nor twice in one.
fn share_nothing<'a>(proofs: impl IntoIterator<Item = &'a Vec<u8>>) {
    let mut seen = HashSet::new();
    for (number, proof) in proofs.into_iter().enumerate() {
        for (place, word) in proof.chunks(32).enumerate() {
            assert!(
                seen.insert(word),
                "word {place} of proof {number} was seen before"
            );
        }
    }
}

struct Keys {
    srs: Srs,
    key: KeyPair,
}

impl Keys {
    fn new<C: Circuit<Fr>>(k: u32, blank: &C) -> Self {
        let srs = Srs::development(k).unwrap();
        let key = KeyStore::new(None)
            .load_or_generate(&srs, "zero-knowledge", 1, blank)
            .unwrap();
        Self { srs, key }
    }

    fn prove<C: Circuit<Fr>>(&self, circuit: C, instances: &[Fr]) -> Vec<u8> {
        let statement = Fr::from(5);
        prove(
            &self.srs,
            self.key.pk(),
            circuit,
            instances,
            statement,
            None,
        )
        .unwrap()
    }
}

#[test]
fn many_proofs_of_two_witnesses_of_one_statement_are_not_told_apart() {
    let keys = Keys::new(K, &Product::fresh([0, 0]));
    let proofs = |factors| -> Vec<Vec<u8>> {
        (0..MANY)
            .map(|_| keys.prove(Product::fresh(factors), &[Fr::from(12)]))
            .collect()
    };
    let (a, b) = (proofs([2, 6]), proofs([3, 4]));
    for size in [1, 32, 64] {
        assert_eq!(told_apart(&a, &b, size), [0; 0], "pieces of {size} bytes");
    }
    // The one element without randomness: the column of constants is empty here, and evaluates to zero for every witness.
    let zeros: HashSet<usize> = (0..a[0].len() / 32)
        .filter(|at| a[0][at * 32..(at + 1) * 32] == [0; 32])
        .collect();
    assert_eq!(zeros.len(), 1);
    share_nothing(
        &a.iter()
            .chain(&b)
            .map(|proof| {
                let words = proof.chunks(32).enumerate();
                let kept = words.filter(|(at, _)| !zeros.contains(at));
                kept.flat_map(|(_, word)| word.to_vec()).collect()
            })
            .collect::<Vec<Vec<u8>>>(),
    );
}

#[test]
fn an_element_that_no_randomness_reaches_would_be_noticed() {
    let noise = || -> Vec<u8> {
        let mut bytes = vec![0; 256];
        OsRng.fill_bytes(&mut bytes);
        bytes
    };
    let mut a: Vec<Vec<u8>> = (0..MANY).map(|_| noise()).collect();
    let mut b: Vec<Vec<u8>> = (0..MANY).map(|_| noise()).collect();
    assert_eq!(told_apart(&a, &b, 1), [0; 0]);
    a.iter_mut().for_each(|proof| proof[77] = 2);
    b.iter_mut().for_each(|proof| proof[77] = 3);
    assert_eq!(told_apart(&a, &b, 1), [77]);
    assert_eq!(told_apart(&a, &b, 32), [0; 0]);
    b.iter_mut().for_each(|proof| proof[77] = 2);
    assert_eq!(told_apart(&a, &b, 1), [0; 0]);
    a.iter_mut().for_each(|proof| proof[64..96].fill(9));
    assert_eq!(told_apart(&a, &b, 32), [2]);
}

const DISCLOSURE: DisclosureParams = DisclosureParams {
    k: 13,
    shape: Shape {
        usage_depth: 2,
        limb_bits: 12,
        ..Shape::STANDARD
    },
    claims: 4,
    payees: 3,
    parallel_permutations: 2,
    arith: [1, 1],
};

/// Three tranches of two owners; claims of [`disclosures_of_two_usage_vectors_share_nothing`] hold whatever `units` in range are.
fn opening(units: [u64; 3], salt: u64) -> UsageOpening {
    let entry = |(n, units): (u64, u64)| UsageEntry {
        tranche_id: (50 + n).into(),
        owner: Address::new([1 + (n % 2) as u8; 20]),
        rate: n,
        amounts: Amounts {
            units,
            draws: units / 10,
        },
    };
    UsageOpening {
        vector: UsageVector {
            unit: 4_242u64.into(),
            slots: (1..).zip(units).map(entry).collect(),
            unregistered: Amounts {
                units: 500,
                draws: 50,
            },
        },
        salts: (salt..salt + 4).map(Salt::from).collect(),
        unregistered_salt: (salt + 9).into(),
        order: vec![2, 0, 3, 1],
    }
}

#[test]
fn disclosures_of_two_usage_vectors_share_nothing() {
    let keys = Keys::new(DISCLOSURE.k, &DisclosureCircuit::blank(DISCLOSURE));
    let requests = [
        ClaimRequest::Share {
            tranche: 51u64.into(),
            basis: Basis::Registered,
            precision: Precision::Band(100_000, 900_000),
        },
        ClaimRequest::Exclusion(99u64.into()),
    ];
    let mut statements = Vec::new();
    let mut proofs = |opening: &UsageOpening| -> Vec<Vec<u8>> {
        let (none, keep) = (PayRule::None, Remainder::Keep);
        let context = 1u64.into();
        let statement =
            disclose(&DISCLOSURE.shape, context, opening, &requests, none, keep).unwrap();
        let public = disclosure_public(&DISCLOSURE, &statement).unwrap();
        let instances = public.to_vec();
        statements.push(instances.clone());
        (0..2)
            .map(|_| {
                let mut seed = [0; 32];
                OsRng.fill_bytes(&mut seed);
                let inputs = disclosure_inputs(&DISCLOSURE, opening, seed);
                let circuit = DisclosureCircuit::new(DISCLOSURE, inputs, public.clone());
                keys.prove(circuit, &instances)
            })
            .collect()
    };
    let a = proofs(&opening([600, 300, 100], 11));
    let b = proofs(&opening([250, 300, 450], 31));
    // The statements differ in the commitment alone, which its salts hide.
    let differing = statements[0].iter().zip(&statements[1]);
    assert_eq!(differing.filter(|(a, b)| a != b).count(), 1);
    share_nothing(a.iter().chain(&b));
}

/// The toy shape with two blocks a sponge, as the circuit's own tests have it.
const SMALL: Shape = Shape { blocks: 2, ..TOY };

const USAGE: UsageParams = UsageParams {
    k: 13,
    degree: 9,
    shape: SMALL,
    draw_lanes: 3,
    unit_lanes: 2,
    table_chunks: 9,
    log_leaves: 3,
    slots: 4,
    parallel_permutations: 4,
    arith: [2, 3],
    uniform: false,
};

#[test]
fn usage_proofs_of_two_runs_share_nothing() {
    let keys = Keys::new(USAGE.k, &UsageCircuit::blank(USAGE));
    let run = SampleRun::new(&SMALL, 150);
    let mut other = run.clone();
    other.seed = RunSeed::new([0x77; 32]);
    other.draws.reverse();
    let salt = other.seed.salt(SaltLabel::Private, 0);
    other.private.0 = PrivateTranche::new(*run.private.0.contents(), salt).unwrap();
    let mut proofs = Vec::new();
    for run in [&run, &other] {
        let (witness, _, statement) = run.build(&SMALL);
        let public = UsagePublic::from(&statement);
        for _ in 0..2 {
            let mut seed = [0; 32];
            OsRng.fill_bytes(&mut seed);
            let inputs = UsageInputs::from_witness(&witness, seed);
            let circuit = UsageCircuit::new(USAGE, inputs, public);
            assert!(circuit.fits());
            proofs.push(keys.prove(circuit, &public.to_vec()));
        }
    }
    share_nothing(&proofs);
}
