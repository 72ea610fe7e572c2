//! A small circuit with every feature the tranche circuits use: two phases, a challenge, fixed columns, a permutation of
//! two products, rotations −1 to 2, a gate of degree 9, instance values in gates and copies.

use halo2_proofs::circuit::{Layouter, SimpleFloorPlanner, Value};
use halo2_proofs::plonk::{
    Advice, Challenge, Circuit, Column, ConstraintSystem, Error, Expression, FirstPhase, Fixed,
    Instance, SecondPhase,
};
use halo2_proofs::poly::Rotation;
use halo2curves::bn256::Fr;
use halo2curves::ff::{Field, PrimeField};
use tranche_prover::{KeyPair, KeyStore, Srs, prove};

/// Logarithm of the number of rows.
pub const K: u32 = 6;
/// Rows in use.
pub const ROWS: usize = 20;
/// The circuit's name.
pub const NAME: &str = "test-circuit";
/// Index of the fixed column `constant`, which holds zeros only.
pub const ZEROS: usize = 3;

/// Which gates the circuit has; a change of parameters is a change of circuit.
#[derive(Clone, Copy, Debug)]
pub struct TestParams {
    /// Exponent of the power gate; the gate's degree is one more.
    pub power: u64,
    /// Declared degree, if any.
    pub declared: Option<usize>,
    /// Rows in use.
    pub rows: usize,
}

impl Default for TestParams {
    fn default() -> Self {
        TestParams {
            power: 8,
            declared: Some(9),
            rows: ROWS,
        }
    }
}

/// The columns.
#[derive(Clone, Debug)]
pub struct Config {
    shape: TestParams,
    base: Column<Advice>,
    power: Column<Advice>,
    mix: Column<Advice>,
    copies: [Column<Advice>; 3],
    folded: Column<Advice>,
    active: Column<Fixed>,
    inner: Column<Fixed>,
    public: Column<Fixed>,
    constant: Column<Fixed>,
    instance: Column<Instance>,
    alpha: Challenge,
}

/// The circuit with its witness.
#[derive(Clone, Debug, Default)]
pub struct TestCircuit {
    /// Its gates.
    pub shape: TestParams,
    /// What the bases are computed from.
    pub seed: u64,
    /// Adds one to a power, so that the witness breaks the gate.
    pub broken: bool,
}

impl TestCircuit {
    /// An honest witness of the usual shape.
    pub fn new(seed: u64) -> Self {
        TestCircuit {
            seed,
            ..Self::default()
        }
    }

    fn bases(&self) -> Vec<Fr> {
        (0..self.shape.rows as u64)
            .map(|row| Fr::from(self.seed + 3 * row + 1))
            .collect()
    }

    /// The first base, its power, and a value that a gate reads.
    pub fn instances(&self) -> Vec<Fr> {
        let first = self.bases()[0];
        vec![first, first.pow([self.shape.power]), Fr::from(77)]
    }
}

impl Circuit<Fr> for TestCircuit {
    type Config = Config;
    type FloorPlanner = SimpleFloorPlanner;
    type Params = TestParams;

    fn params(&self) -> TestParams {
        self.shape
    }

    fn without_witnesses(&self) -> Self {
        self.clone()
    }

    fn configure(meta: &mut ConstraintSystem<Fr>) -> Config {
        Self::configure_with_params(meta, TestParams::default())
    }

    fn configure_with_params(meta: &mut ConstraintSystem<Fr>, shape: TestParams) -> Config {
        if let Some(degree) = shape.declared {
            meta.set_minimum_degree(degree);
        }
        let first = |meta: &mut ConstraintSystem<Fr>| meta.advice_column_in(FirstPhase);
        let config = Config {
            shape,
            base: first(meta),
            power: first(meta),
            mix: first(meta),
            copies: [first(meta), first(meta), first(meta)],
            folded: meta.advice_column_in(SecondPhase),
            active: meta.fixed_column(),
            inner: meta.fixed_column(),
            public: meta.fixed_column(),
            constant: meta.fixed_column(),
            instance: meta.instance_column(),
            alpha: meta.challenge_usable_after(FirstPhase),
        };
        for column in [config.base, config.power, config.mix, config.folded] {
            meta.enable_equality(column);
        }
        for column in config.copies {
            meta.enable_equality(column);
        }
        meta.enable_equality(config.constant);
        meta.enable_equality(config.instance);
        gates(meta, &config);
        config
    }

    fn synthesize(&self, config: Config, mut layouter: impl Layouter<Fr>) -> Result<(), Error> {
        let bases = self.bases();
        let (first, second, zero) = layouter.assign_region(
            || "first phase",
            |mut region| {
                let rows = bases.len();
                let mut cells = Vec::new();
                for (row, base) in bases.iter().enumerate() {
                    region.assign_fixed(config.active, row, Fr::ONE);
                    let mut power = base.pow([config.shape.power]);
                    if self.broken && row == rows / 2 {
                        power += Fr::ONE;
                    }
                    let base_cell = region.assign_advice(config.base, row, Value::known(*base));
                    let power_cell = region.assign_advice(config.power, row, Value::known(power));
                    cells.push((base_cell.cell(), power_cell.cell()));
                    let mix = match (
                        row.checked_sub(1).map(|i| bases[i]),
                        bases.get(row + 1),
                        bases.get(row + 2),
                    ) {
                        (Some(previous), Some(next), Some(after)) => {
                            region.assign_fixed(config.inner, row, Fr::ONE);
                            previous * after + next
                        }
                        _ => Fr::from(5),
                    };
                    region.assign_advice(config.mix, row, Value::known(mix));
                    for (column, back) in config.copies.into_iter().zip(1..) {
                        let source = row.saturating_sub(back);
                        let copy = region.assign_advice(column, row, Value::known(bases[source]));
                        region.constrain_equal(copy.cell(), cells[source].0);
                    }
                }
                region.assign_fixed(config.public, 1, Fr::ONE);
                let zero = region.assign_fixed(config.constant, 0, Fr::ZERO);
                Ok((cells[0].0, cells[0].1, zero))
            },
        )?;
        layouter.constrain_instance(first, config.instance, 0);
        layouter.constrain_instance(second, config.instance, 1);

        layouter.next_phase();
        let alpha = layouter.get_challenge(config.alpha);
        layouter.assign_region(
            || "second phase",
            |mut region| {
                let mut folded = Value::known(Fr::ZERO);
                for (row, base) in bases.iter().enumerate() {
                    let cell = region.assign_advice(config.folded, row, folded);
                    if row == 0 {
                        region.constrain_equal(cell.cell(), zero);
                    }
                    folded = folded
                        .zip(alpha)
                        .map(|(folded, alpha)| folded * alpha + base);
                }
                region.assign_advice(config.folded, bases.len(), folded);
                Ok(())
            },
        )
    }
}

fn gates(meta: &mut ConstraintSystem<Fr>, config: &Config) {
    meta.create_gate("power", |meta| {
        let active = meta.query_fixed(config.active, Rotation::cur());
        let base = meta.query_advice(config.base, Rotation::cur());
        let power = meta.query_advice(config.power, Rotation::cur());
        let product =
            (1..config.shape.power).fold(base.clone(), |product, _| product * base.clone());
        vec![active * (power - product)]
    });
    meta.create_gate("mix", |meta| {
        let inner = meta.query_fixed(config.inner, Rotation::cur());
        let mix = meta.query_advice(config.mix, Rotation::cur());
        let [previous, next, after] =
            [-1, 1, 2].map(|at| meta.query_advice(config.base, Rotation(at)));
        vec![inner * (mix - (previous * after + next))]
    });
    meta.create_gate("fold", |meta| {
        let active = meta.query_fixed(config.active, Rotation::cur());
        let base = meta.query_advice(config.base, Rotation::cur());
        let folded = meta.query_advice(config.folded, Rotation::cur());
        let next = meta.query_advice(config.folded, Rotation::next());
        let alpha = meta.query_challenge(config.alpha);
        vec![active * (next - (folded * alpha + base))]
    });
    // At row 1: the instances of rows 0 and 2, the first against a base; at row 2 the latter again.
    meta.create_gate("public", |meta| {
        let public = meta.query_fixed(config.public, Rotation::cur());
        let earlier = meta.query_fixed(config.public, Rotation::prev());
        let base = meta.query_advice(config.base, Rotation::prev());
        let [before, here, after] =
            [-1, 0, 1].map(|at| meta.query_instance(config.instance, Rotation(at)));
        let constant = Expression::Constant(Fr::from(77 * 3));
        vec![
            public.clone() * (base - before),
            public * (after * Fr::from(3) - constant.clone()),
            earlier * (-here * Fr::from(3) + constant),
        ]
    });
}

/// The development SRS, a key and its circuit.
pub struct Setup {
    /// The development string.
    pub srs: Srs,
    /// The circuit's keys under it.
    pub key: KeyPair,
    /// An honest circuit.
    pub circuit: TestCircuit,
}

impl Default for Setup {
    fn default() -> Self {
        Self::new()
    }
}

impl Setup {
    /// Generates the keys.
    pub fn new() -> Self {
        let srs = Srs::development(K).unwrap();
        let circuit = TestCircuit::new(11);
        let key = KeyStore::new(None)
            .load_or_generate(&srs, NAME, 1, &circuit)
            .unwrap();
        Setup { srs, key, circuit }
    }

    /// A valid proof for a statement's digest.
    pub fn prove(&self, statement: Fr) -> Vec<u8> {
        let instances = self.circuit.instances();
        prove(
            &self.srs,
            self.key.pk(),
            self.circuit.clone(),
            &instances,
            statement,
            None,
        )
        .unwrap()
    }
}

/// A scalar in the portable verifier's type, by its bytes.
pub fn portable_scalar(scalar: &Fr) -> tranche_verifier::Fr {
    let mut bytes = scalar.to_repr();
    bytes.reverse();
    tranche_verifier::scalar_from_be_bytes(&bytes).unwrap()
}
