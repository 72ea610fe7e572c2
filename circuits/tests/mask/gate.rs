//! The circuits' own mask gate, evaluated over a toy field.

use halo2_proofs::plonk::{ConstraintSystem, Expression};
use halo2curves::bn256::Fr;
use halo2curves::ff::PrimeField;

use crate::field::{Poly, Toy};

/// The mask's constraint as a circuit has it.
pub(crate) struct Gate {
    constraint: Expression<Fr>,
    noise: usize,
    /// Degree of the constraint system.
    pub(crate) degree: usize,
}

/// Values of the gate's columns: the bits, which are 0 or 1 on active rows, and the mark of those.
pub(crate) struct Columns {
    pub(crate) active: Poly,
    pub(crate) bit: Poly,
}

impl Gate {
    /// Finds the gate among a circuit's.
    pub(crate) fn of(cs: &ConstraintSystem<Fr>) -> Self {
        let gate = cs
            .gates()
            .iter()
            .find(|gate| gate.name() == "quotient mask")
            .expect("every circuit has a mask");
        let [constraint] = gate.polynomials() else {
            panic!("the mask is one constraint");
        };
        let mut ahead = Vec::new();
        rotated(constraint, &mut ahead);
        let [noise] = ahead[..] else {
            panic!("one column of the mask is taken at the next row too: {ahead:?}");
        };
        Self {
            constraint: constraint.clone(),
            noise,
            degree: cs.degree(),
        }
    }

    /// The same gate with its noise taken twice at one row.
    pub(crate) fn unrotated(&self) -> Self {
        Self {
            constraint: at_one_row(&self.constraint),
            noise: self.noise,
            degree: self.degree,
        }
    }

    /// Limbs of the gate's quotient for a noise column.
    pub(crate) fn limbs(&self, toy: Toy, columns: &Columns, noise: &Poly) -> Vec<Poly> {
        let value = self.constraint.evaluate(
            &|constant| Poly::new(toy, vec![small(toy, &constant)]),
            &|_| panic!("no selectors"),
            &|query| columns.active.rotated(query.rotation().0),
            &|query| {
                let column = if query.column_index() == self.noise {
                    noise
                } else {
                    &columns.bit
                };
                column.rotated(query.rotation().0)
            },
            &|_| panic!("no public input"),
            &|_| panic!("no challenge"),
            &|a| -a,
            &|a, b| a + b,
            &|a, b| a * b,
            &|a, factor| a * Poly::new(toy, vec![small(toy, &factor)]),
        );
        value.by_vanishing().limbs(self.degree - 1)
    }
}

/// A constant of the gate in the toy field: 0, ±1 and the like.
fn small(toy: Toy, value: &Fr) -> u64 {
    let low = |value: &Fr| u64::from(value.to_repr().as_ref()[0]);
    if *value == Fr::from(low(value)) {
        low(value) % toy.p
    } else {
        assert_eq!(-*value, Fr::from(low(&-*value)), "a small constant");
        toy.p - low(&-*value) % toy.p
    }
}

fn rotated(expression: &Expression<Fr>, found: &mut Vec<usize>) {
    match expression {
        Expression::Advice(query) if query.rotation().0 != 0 => found.push(query.column_index()),
        Expression::Negated(a) | Expression::Scaled(a, _) => rotated(a, found),
        Expression::Sum(a, b) | Expression::Product(a, b) => {
            rotated(a, found);
            rotated(b, found);
        }
        _ => {}
    }
}

fn at_one_row(expression: &Expression<Fr>) -> Expression<Fr> {
    match expression {
        Expression::Product(a, b) => match (&**a, &**b) {
            (Expression::Product(rest, noise), Expression::Advice(next))
                if next.rotation().0 != 0 =>
            {
                (**rest).clone() * (**noise).clone() * (**noise).clone()
            }
            _ => at_one_row(a) * at_one_row(b),
        },
        other => other.clone(),
    }
}
