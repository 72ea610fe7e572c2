//! Key generation: the keys that halo2 generates, by our transforms and sums of points.

use halo2_proofs::circuit::Value;
use halo2_proofs::plonk::{
    Advice, Any, Assigned, Assignment, Challenge, Circuit, Column, ConstraintSystem, Error, Fixed,
    FloorPlanner, Instance, ProvingKey, Selector, VerifyingKey, permutation,
};
use halo2_proofs::poly::{Coeff, EvaluationDomain, LagrangeCoeff, Polynomial};
use halo2curves::bn256::{Fr, G1Affine};
use halo2curves::ff::{Field, PrimeField};
use halo2curves::group::Curve as _;
use rayon::prelude::*;
use tranche_srs::Srs;

use super::copies::Copies;
use super::multiexp::multiexp;
use super::order::reorder;
use super::transform::{InverseTwiddles, Twiddles, powers};

/// Generates the key of a circuit, which carries no witness, of as many rows as the reference string has powers. Selectors become fixed columns of
/// their own.
///
/// # Errors
/// Those of synthesis; [`Error::NotEnoughRowsAvailable`].
pub fn generate_key<C: Circuit<Fr>>(srs: &Srs, circuit: &C) -> Result<ProvingKey<G1Affine>, Error> {
    let k = srs.k();
    let rows = 1usize << k;
    let mut system = ConstraintSystem::default();
    let config = C::configure_with_params(&mut system, circuit.params());
    let degree = u32::try_from(system.degree()).map_err(|_| Error::BoundsFailure)?;
    let space = EvaluationDomain::new(degree, k);
    if rows < system.minimum_rows() {
        return Err(Error::NotEnoughRowsAvailable { current_k: k });
    }
    let columns = system.permutation().get_columns();
    let mut layout = Layout {
        k,
        usable: rows - (system.blinding_factors() + 1),
        fixed: vec![vec![Fr::ZERO; rows]; system.num_fixed_columns()],
        selectors: vec![vec![false; rows]; system.num_selectors()],
        copies: Copies::new(rows, &columns)?,
        failed: None,
    };
    C::FloorPlanner::synthesize(&mut layout, circuit, config, system.constants().clone())?;
    let Layout {
        mut fixed,
        selectors,
        copies,
        failed,
        usable,
        ..
    } = layout;
    if let Some(error) = failed {
        return Err(error);
    }
    let (system, selectors) = system.directly_convert_selectors_to_fixed(selectors);
    fixed.extend(selectors);

    let omega = space.get_omega();
    let permuted = permuted(&copies, columns.len(), &powers(Fr::ONE, omega, rows));
    let commit = |columns: &[Vec<Fr>]| -> Vec<G1Affine> {
        let sums = columns
            .par_iter()
            .map(|column| multiexp(column, srs.lagrange()));
        sums.map(|sum| sum.to_affine()).collect()
    };
    let fixed_commitments = commit(&fixed);
    let permutation_key = permutation::VerifyingKey::from_commitments(commit(&permuted));

    let back = Twiddles::new(k, omega, Fr::ONE).inverse();
    let unit = |from: usize, to: usize| -> Vec<Fr> {
        let mut column = vec![Fr::ZERO; rows];
        column[from..to].fill(Fr::ONE);
        column
    };
    let [first, last, active] = [unit(0, 1), unit(usable, usable + 1), unit(0, usable)];
    let coefficients = |columns: &[Vec<Fr>]| -> Vec<Polynomial<Fr, Coeff>> {
        let columns = columns.par_iter();
        columns
            .map(|column| coefficients(&space, &back, column))
            .collect()
    };
    let fixed_polynomials = coefficients(&fixed);
    let permuted_polynomials = coefficients(&permuted);
    let marks = coefficients(&[first, last, active]);
    let [first, last, active] = <[_; 3]>::try_from(marks).map_err(|_| Error::Synthesis)?;
    let values = |columns: Vec<Vec<Fr>>| -> Vec<Polynomial<Fr, LagrangeCoeff>> {
        let columns = columns.into_iter();
        columns
            .map(|column| space.lagrange_from_vec(column))
            .collect()
    };
    let (fixed, permuted) = (values(fixed), values(permuted));
    let key = VerifyingKey::from_parts(
        space,
        fixed_commitments,
        permutation_key,
        system,
        Vec::new(),
        false,
    );
    Ok(ProvingKey::from_parts(
        key,
        first,
        last,
        active,
        fixed,
        fixed_polynomials,
        permutation::ProvingKey::from_parts(permuted, permuted_polynomials),
    ))
}

/// From values to coefficients in natural order.
fn coefficients(
    space: &EvaluationDomain<Fr>,
    back: &InverseTwiddles,
    values: &[Fr],
) -> Polynomial<Fr, Coeff> {
    let mut column = values.to_vec();
    back.backward(&mut column);
    space.coeff_from_vec(reorder(&column))
}

/// For each column of the permutation argument, δ^column·ω^row of the cells that its cells lead to.
fn permuted(copies: &Copies, columns: usize, omegas: &[Fr]) -> Vec<Vec<Fr>> {
    let deltas = powers(Fr::ONE, Fr::DELTA, columns);
    (0..columns)
        .into_par_iter()
        .map(|place| {
            let cells = copies.column(place);
            cells
                .map(|(column, row)| deltas[column] * omegas[row])
                .collect()
        })
        .collect()
}

/// What a key has of a circuit: fixed cells, selectors and copies.
struct Layout {
    k: u32,
    usable: usize,
    fixed: Vec<Vec<Fr>>,
    selectors: Vec<Vec<bool>>,
    copies: Copies,
    failed: Option<Error>,
}

impl Layout {
    fn check(&self, row: usize) -> Result<(), Error> {
        if row < self.usable {
            Ok(())
        } else {
            Err(Error::NotEnoughRowsAvailable { current_k: self.k })
        }
    }

    /// Keeps the first error of what cannot return one.
    fn note(&mut self, result: Result<(), Error>) {
        if let Err(error) = result {
            self.failed.get_or_insert(error);
        }
    }
}

impl Assignment<Fr> for Layout {
    fn enter_region<NR, N>(&mut self, _: N)
    where
        NR: Into<String>,
        N: FnOnce() -> NR,
    {
    }

    fn exit_region(&mut self) {}

    fn enable_selector<A, AR>(&mut self, _: A, selector: &Selector, row: usize) -> Result<(), Error>
    where
        A: FnOnce() -> AR,
        AR: Into<String>,
    {
        self.check(row)?;
        self.selectors[selector.index()][row] = true;
        Ok(())
    }

    fn annotate_column<A, AR>(&mut self, _: A, _: Column<Any>)
    where
        A: FnOnce() -> AR,
        AR: Into<String>,
    {
    }

    fn query_instance(&self, _: Column<Instance>, row: usize) -> Result<Value<Fr>, Error> {
        self.check(row)?;
        Ok(Value::unknown())
    }

    fn assign_advice<'v>(
        &mut self,
        _: Column<Advice>,
        _: usize,
        _: Value<Assigned<Fr>>,
    ) -> Value<&'v Assigned<Fr>> {
        Value::unknown()
    }

    fn assign_fixed(&mut self, column: Column<Fixed>, row: usize, to: Assigned<Fr>) {
        let checked = self.check(row);
        if checked.is_ok() {
            self.fixed[column.index()][row] = to.evaluate();
        }
        self.note(checked);
    }

    fn copy(&mut self, left: Column<Any>, left_row: usize, right: Column<Any>, right_row: usize) {
        let checked = self.check(left_row.max(right_row));
        let joined = checked.and_then(|()| self.copies.join((left, left_row), (right, right_row)));
        self.note(joined);
    }

    fn fill_from_row(
        &mut self,
        column: Column<Fixed>,
        row: usize,
        to: Value<Assigned<Fr>>,
    ) -> Result<(), Error> {
        self.check(row)?;
        let mut known = None;
        to.map(|value| known = Some(value.evaluate()));
        let value = known.ok_or(Error::Synthesis)?;
        self.fixed[column.index()][row..self.usable].fill(value);
        Ok(())
    }

    fn get_challenge(&self, _: Challenge) -> Value<Fr> {
        Value::unknown()
    }

    fn push_namespace<NR, N>(&mut self, _: N)
    where
        NR: Into<String>,
        N: FnOnce() -> NR,
    {
    }

    fn pop_namespace(&mut self, _: Option<String>) {}
}
