//! Columns and gates of the counting circuits.

use halo2_proofs::plonk::{
    Advice, Challenge, Column, ConstraintSystem, Expression, FirstPhase, Fixed, Instance,
    VirtualCells,
};
use halo2_proofs::poly::Rotation;
use halo2curves::bn256::Fr;
use halo2curves::ff::Field;

use super::size::{Argument, Size};
use crate::grid::Columns;

type E = Expression<Fr>;

/// Fixed columns.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Layout {
    /// 1 on the rows of draws and positions.
    pub(crate) active: Column<Fixed>,
    /// The row's position, from 1; 0 below the table.
    pub(crate) position: Column<Fixed>,
    /// A tranche's number, from 1, on the first rows.
    pub(crate) number: Column<Fixed>,
    /// 1 on the first row.
    pub(crate) first: Column<Fixed>,
}

/// What counts the draws.
#[derive(Clone, Debug)]
pub(crate) enum Counting {
    /// Slot and units of each draw, looked up with it.
    Permuted {
        /// Slots by lane.
        slots: Vec<Column<Advice>>,
        /// Units by lane.
        units: Vec<Column<Advice>>,
    },
    /// How often each position was drawn, with the running sum that shows it.
    Logarithmic {
        /// Multiplicity of the row's position.
        multiplicity: Column<Advice>,
        /// Sum of the counting identity.
        sum: Column<Advice>,
        /// α.
        challenge: Challenge,
    },
}

/// Configuration of a counting circuit.
#[derive(Clone, Debug)]
pub(crate) struct CountingConfig {
    pub(crate) columns: Columns,
    pub(crate) draws: Vec<Column<Advice>>,
    /// The table: tranche and units of the row's position.
    pub(crate) table: [Column<Advice>; 2],
    pub(crate) counting: Counting,
    /// Sum of the slot identity.
    pub(crate) totals: Column<Advice>,
    /// Bit and noise of the quotient mask, in circuits of more than the least degree.
    pub(crate) mask: Option<[Column<Advice>; 2]>,
    /// θ and κ.
    pub(crate) challenges: [Challenge; 2],
    pub(crate) layout: Layout,
    pub(crate) usable: usize,
}

/// A numerator over a pole.
type Fraction = (E, E);

/// change · Π d − Σ n · Π of the other d.
fn cleared(change: E, fractions: &[Fraction]) -> E {
    let one = E::Constant(Fr::ONE);
    let zero = E::Constant(Fr::ZERO);
    let (sum, product) = fractions
        .iter()
        .fold((zero, one), |(sum, product), (numerator, pole)| {
            (
                sum * pole.clone() + numerator.clone() * product.clone(),
                product * pole.clone(),
            )
        });
    change * product - sum
}

impl CountingConfig {
    /// Makes columns and gates.
    pub(crate) fn configure(cs: &mut ConstraintSystem<Fr>, size: &Size) -> Self {
        let degree = size.constraint_degree();
        cs.set_minimum_degree(degree);
        let mut columns = Columns::default();
        let mut lanes = |cs: &mut ConstraintSystem<Fr>| -> Vec<Column<Advice>> {
            (0..size.lanes).map(|_| columns.early(cs)).collect()
        };
        let draws = lanes(cs);
        let of_draws = match size.argument {
            Argument::Permuted => Some([lanes(cs), lanes(cs)]),
            Argument::Logarithmic => None,
        };
        let table = [(); 2].map(|()| columns.early(cs));
        let mask = (degree > size.least_degree()).then(|| [(); 2].map(|()| columns.early(cs)));
        let [theta, kappa] = [(); 2].map(|()| cs.challenge_usable_after(FirstPhase));
        let counting = match of_draws {
            Some([slots, units]) => Counting::Permuted { slots, units },
            None => Counting::Logarithmic {
                multiplicity: columns.early(cs),
                sum: columns.late(cs),
                challenge: cs.challenge_usable_after(FirstPhase),
            },
        };
        let totals = columns.late(cs);
        let mut fixed = || columns.fixed(cs);
        let layout = Layout {
            active: fixed(),
            position: fixed(),
            number: fixed(),
            first: fixed(),
        };
        let public = [(); 2].map(|()| cs.instance_column());
        let mut config = Self {
            columns,
            draws,
            table,
            counting,
            totals,
            mask,
            challenges: [theta, kappa],
            layout,
            usable: 0,
        };
        config.count(cs);
        if let Some([bit, noise]) = config.mask {
            cs.create_gate("quotient mask", |cells| {
                let active = cells.query_fixed(config.layout.active, Rotation::cur());
                let bit = cells.query_advice(bit, Rotation::cur());
                let here = cells.query_advice(noise, Rotation::cur());
                let next = cells.query_advice(noise, Rotation::next());
                let boolean = bit.clone() * bit.clone() - bit;
                vec![(4..degree).fold(boolean * here * next, |mask, _| mask * active.clone())]
            });
        }
        cs.create_gate("slot identity", |cells| config.weigh(cells, public));
        config.usable = (1usize << size.k).saturating_sub(cs.blinding_factors() + 1);
        assert_eq!(cs.degree(), degree, "no gate passes the degree");
        config
    }

    fn count(&self, cs: &mut ConstraintSystem<Fr>) {
        match &self.counting {
            Counting::Permuted { slots, units } => {
                for (i, draw) in self.draws.iter().enumerate() {
                    cs.lookup_any(format!("draw {i} is a record"), |cells| {
                        let mut advice = |column| cells.query_advice(column, Rotation::cur());
                        let input = [*draw, slots[i], units[i]].map(&mut advice);
                        let [tranche, weight] = self.table.map(&mut advice);
                        let position = cells.query_fixed(self.layout.position, Rotation::cur());
                        input.into_iter().zip([position, tranche, weight]).collect()
                    });
                }
            }
            Counting::Logarithmic {
                multiplicity,
                sum,
                challenge,
            } => {
                cs.create_gate("counting identity", |cells| {
                    let active = cells.query_fixed(self.layout.active, Rotation::cur());
                    let position = cells.query_fixed(self.layout.position, Rotation::cur());
                    let multiplicity = cells.query_advice(*multiplicity, Rotation::cur());
                    let alpha = cells.query_challenge(*challenge);
                    let mut fractions: Vec<Fraction> = self
                        .draws
                        .iter()
                        .map(|draw| {
                            let draw = cells.query_advice(*draw, Rotation::cur());
                            (active.clone(), alpha.clone() - draw)
                        })
                        .collect();
                    fractions.push((-active * multiplicity, alpha - position));
                    self.sum(cells, *sum, &fractions)
                });
            }
        }
    }

    /// Each tranche's units and draws are the sums over its draws, or over its positions with their multiplicities.
    fn weigh(
        &self,
        cells: &mut VirtualCells<'_, Fr>,
        public: [Column<Instance>; 2],
    ) -> Vec<(&'static str, E)> {
        let active = cells.query_fixed(self.layout.active, Rotation::cur());
        let number = cells.query_fixed(self.layout.number, Rotation::cur());
        let [theta, kappa] = self.challenges.map(|each| cells.query_challenge(each));
        let [units, draws] = public.map(|column| cells.query_instance(column, Rotation::cur()));
        let mut advice = |column| cells.query_advice(column, Rotation::cur());
        let mut fractions: Vec<Fraction> = match &self.counting {
            Counting::Permuted { slots, units } => slots
                .iter()
                .zip(units)
                .map(|(slot, units)| {
                    let [slot, units] = [*slot, *units].map(&mut advice);
                    (
                        active.clone() * (units + kappa.clone()),
                        theta.clone() - slot,
                    )
                })
                .collect(),
            Counting::Logarithmic { multiplicity, .. } => {
                let multiplicity = advice(*multiplicity);
                let [slot, units] = self.table.map(&mut advice);
                vec![(
                    active * multiplicity * (units + kappa.clone()),
                    theta.clone() - slot,
                )]
            }
        };
        fractions.push((-(units + kappa * draws), theta - number));
        self.sum(cells, self.totals, &fractions)
    }

    /// A running sum of fractions over the active rows is zero.
    fn sum(
        &self,
        cells: &mut VirtualCells<'_, Fr>,
        column: Column<Advice>,
        fractions: &[Fraction],
    ) -> Vec<(&'static str, E)> {
        let active = cells.query_fixed(self.layout.active, Rotation::cur());
        let after = cells.query_fixed(self.layout.active, Rotation::next());
        let first = cells.query_fixed(self.layout.first, Rotation::cur());
        let here = cells.query_advice(column, Rotation::cur());
        let next = cells.query_advice(column, Rotation::next());
        let last = active.clone() * (E::Constant(Fr::ONE) - after);
        vec![
            ("sum starts at zero", first * here.clone()),
            ("sum ends at zero", last * next.clone()),
            (
                "sum takes the fractions",
                cleared(active * (next - here), fractions),
            ),
        ]
    }
}
