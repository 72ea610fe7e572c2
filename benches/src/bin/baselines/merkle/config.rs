//! Columns and gates of the Merkle circuit.

use halo2_proofs::plonk::{
    Advice, Challenge, Column, ConstraintSystem, Expression, FirstPhase, Fixed, Instance,
    VirtualCells,
};
use halo2_proofs::poly::Rotation;
use halo2curves::bn256::Fr;
use halo2curves::ff::Field;
use tranche_circuits::field::power_of_two;

use super::size::{DRAW_BITS, INDEX_BITS, Size};
use crate::grid::Columns;
use crate::poseidon::{Layout, ahead, matrix, offsets, passed};

type E = Expression<Fr>;

/// Fixed columns, each but the constants 0 or 1.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Selectors {
    /// What a row's cells are beside their linear part.
    pub(crate) constants: [Column<Fixed>; 3],
    /// A row whose first cell is an S-box's input: all of a hash but its first.
    pub(crate) first_box: Column<Fixed>,
    /// A row of a full round.
    pub(crate) full: Column<Fixed>,
    /// A row of partial rounds.
    pub(crate) partial: Column<Fixed>,
    /// The next row is of the same hash, and holds a state.
    pub(crate) to_state: Column<Fixed>,
    /// The next row is of the same hash, and holds three partial rounds' inputs.
    pub(crate) to_boxes: Column<Fixed>,
    /// The next row is the first of the level above.
    pub(crate) link: Column<Fixed>,
    /// The last row of a path.
    pub(crate) top: Column<Fixed>,
    /// The last row of a log hash.
    pub(crate) logged: Column<Fixed>,
    /// The head of a path.
    pub(crate) head: Column<Fixed>,
    /// The next row is the first of a level that is not the last.
    pub(crate) below_top: Column<Fixed>,
    /// The head of a path that is not the last of its pack.
    pub(crate) more: Column<Fixed>,
    /// The first row of a log hash.
    pub(crate) log: Column<Fixed>,
    /// The first row of a log hash that takes the one below it.
    pub(crate) chained: Column<Fixed>,
    /// The first row.
    pub(crate) first: Column<Fixed>,
    /// The running sum goes on to the next row.
    pub(crate) active: Column<Fixed>,
    /// How a row's fraction counts: 1, −1 or 0.
    pub(crate) sign: Column<Fixed>,
    /// A tranche's number, from 1.
    pub(crate) number: Column<Fixed>,
}

/// Public columns.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Public {
    /// Units roots by tranche.
    pub(crate) root: Column<Instance>,
    /// Units by tranche.
    pub(crate) units: Column<Instance>,
    /// Draws by tranche.
    pub(crate) draws: Column<Instance>,
    /// Log digests by lane.
    pub(crate) log: Column<Instance>,
}

/// Configuration of the circuit.
#[derive(Clone, Debug)]
pub(crate) struct MerkleConfig {
    pub(crate) columns: Columns,
    pub(crate) lanes: Vec<[Column<Advice>; 3]>,
    /// Squares of the lanes' cells, where the layout has them.
    pub(crate) squares: Vec<[Column<Advice>; 3]>,
    pub(crate) fraction: Column<Advice>,
    pub(crate) sum: Column<Advice>,
    /// θ of poles, η of roots, κ of draws beside units, ρ of lanes.
    pub(crate) challenges: [Challenge; 4],
    pub(crate) selectors: Selectors,
    pub(crate) usable: usize,
}

fn constant(value: Fr) -> E {
    E::Constant(value)
}

fn weighed(terms: &[E], weights: &[Fr]) -> E {
    terms
        .iter()
        .zip(weights)
        .map(|(term, weight)| term.clone() * *weight)
        .reduce(|sum, term| sum + term)
        .unwrap_or(constant(Fr::ZERO))
}

impl MerkleConfig {
    /// Makes columns and gates.
    pub(crate) fn configure(cs: &mut ConstraintSystem<Fr>, size: &Size) -> Self {
        let degree = size.layout.degree();
        cs.set_minimum_degree(degree);
        let mut columns = Columns::default();
        let lanes: Vec<_> = (0..size.lanes)
            .map(|_| [(); 3].map(|()| columns.early(cs)))
            .collect();
        let squares: Vec<_> = if size.layout == Layout::Squares {
            (0..size.lanes)
                .map(|_| [(); 3].map(|()| columns.early(cs)))
                .collect()
        } else {
            Vec::new()
        };
        let challenges = [(); 4].map(|()| cs.challenge_usable_after(FirstPhase));
        let fraction = columns.late(cs);
        let sum = columns.late(cs);
        let mut fixed = || columns.fixed(cs);
        let selectors = Selectors {
            constants: [(); 3].map(|()| fixed()),
            first_box: fixed(),
            full: fixed(),
            partial: fixed(),
            to_state: fixed(),
            to_boxes: fixed(),
            link: fixed(),
            top: fixed(),
            logged: fixed(),
            head: fixed(),
            below_top: fixed(),
            more: fixed(),
            log: fixed(),
            chained: fixed(),
            first: fixed(),
            active: fixed(),
            sign: fixed(),
            number: fixed(),
        };
        let public = Public {
            root: cs.instance_column(),
            units: cs.instance_column(),
            draws: cs.instance_column(),
            log: cs.instance_column(),
        };
        let mut config = Self {
            columns,
            lanes,
            squares,
            fraction,
            sum,
            challenges,
            selectors,
            usable: 0,
        };
        for lane in 0..size.lanes {
            if let Some(columns) = config.squares.get(lane) {
                cs.create_gate("squares", |cells| {
                    let row = config.row(cells, lane, 0);
                    let squares = columns.map(|column| cells.query_advice(column, Rotation::cur()));
                    let active = config.on(cells, config.selectors.active);
                    let off =
                        |(x, square): (E, E)| ("square", active.clone() * (square - x.clone() * x));
                    row.into_iter().zip(squares).map(off).collect::<Vec<_>>()
                });
            }
            cs.create_gate("draw", |cells| config.draw(cells, size, lane));
        }
        cs.create_gate("hash", |cells| config.hash(cells, size));
        cs.create_gate("log", |cells| config.log(cells, size, public));
        cs.create_gate("totals", |cells| config.totals(cells, public));
        config.usable = (1usize << size.k).saturating_sub(cs.blinding_factors() + 1);
        assert_eq!(cs.degree(), degree, "no gate passes the degree");
        config
    }

    fn on(&self, cells: &mut VirtualCells<'_, Fr>, column: Column<Fixed>) -> E {
        cells.query_fixed(column, Rotation::cur())
    }

    fn row(&self, cells: &mut VirtualCells<'_, Fr>, lane: usize, at: usize) -> [E; 3] {
        self.lanes[lane].map(|column| cells.query_advice(column, Rotation(at as i32)))
    }

    /// One cell of a lane, `at` rows below.
    fn cell(&self, cells: &mut VirtualCells<'_, Fr>, [lane, i]: [usize; 2], at: i32) -> E {
        cells.query_advice(self.lanes[lane][i], Rotation(at))
    }

    /// Σ over lanes of a lane's value times a power of ρ.
    fn across(
        &self,
        cells: &mut VirtualCells<'_, Fr>,
        mut value: impl FnMut(&mut VirtualCells<'_, Fr>, usize) -> E,
    ) -> E {
        let rho = cells.query_challenge(self.challenges[3]);
        let first = value(cells, 0);
        (1..self.lanes.len()).fold(first, |sum, lane| sum * rho.clone() + value(cells, lane))
    }

    /// A row of all lanes, `at` rows below.
    fn rows(&self, cells: &mut VirtualCells<'_, Fr>, at: usize) -> [E; 3] {
        [0, 1, 2].map(|i| self.across(cells, |cells, lane| self.cell(cells, [lane, i], at as i32)))
    }

    /// Its fifth powers.
    fn fifths(&self, cells: &mut VirtualCells<'_, Fr>, at: usize) -> [E; 3] {
        [0, 1, 2].map(|i| {
            self.across(cells, |cells, lane| {
                let x = self.cell(cells, [lane, i], at as i32);
                let square = match self.squares.get(lane) {
                    Some(columns) => cells.query_advice(columns[i], Rotation(at as i32)),
                    None => x.clone() * x.clone(),
                };
                square.clone() * square * x
            })
        })
    }

    /// The state after a row, but for constants.
    fn leave(&self, cells: &mut VirtualCells<'_, Fr>, size: &Size) -> [E; 3] {
        let Selectors {
            first_box,
            full,
            partial,
            ..
        } = self.selectors;
        let [first_box, full, partial] =
            [first_box, full, partial].map(|column| self.on(cells, column));
        let [_, b, c] = self.rows(cells, 0);
        let [fa, fb, fc] = self.fifths(cells, 0);
        let lanes = match size.layout {
            Layout::Rounds => [
                first_box * fa,
                full.clone() * fb + partial.clone() * b,
                full * fc + partial * c,
            ],
            Layout::Boxes | Layout::Squares => {
                let of = |i: usize| {
                    let weights = [0, 1, 2, 3].map(|term| {
                        let mut unit = [Fr::ZERO; 4];
                        unit[term] = Fr::ONE;
                        passed(unit)[i]
                    });
                    weighed(&[b.clone(), c.clone(), fa.clone(), fb.clone()], &weights)
                };
                let [y, z] = [of(0), of(1)];
                [
                    first_box * fa.clone() + partial.clone() * fc.clone(),
                    full.clone() * fb + partial.clone() * y,
                    full * fc + partial * z,
                ]
            }
        };
        [0, 1, 2].map(|i| weighed(&lanes, &matrix()[i]))
    }

    /// The bit that picks a lane's child, of the level whose first row is the next.
    fn bit(&self, cells: &mut VirtualCells<'_, Fr>, size: &Size, lane: usize) -> E {
        let twice = self.on(cells, self.selectors.below_top) * Fr::from(2);
        let index = self.cell(cells, [lane, 0], 1);
        let rest = self.cell(cells, [lane, 0], 1 + size.layout.rows() as i32);
        index - twice * rest
    }

    /// The children on the paths, of the level whose first row is the next.
    fn children(&self, cells: &mut VirtualCells<'_, Fr>, size: &Size) -> E {
        let [left_offset, right_offset] = offsets();
        let offset = constant(right_offset - left_offset);
        let picked = self.across(cells, |cells, lane| {
            let bit = self.bit(cells, size, lane);
            let [_, left, right] = self.row(cells, lane, 1);
            left.clone() + bit * (right - left - offset.clone())
        });
        picked - self.ones(cells) * left_offset
    }

    fn ones(&self, cells: &mut VirtualCells<'_, Fr>) -> E {
        self.across(cells, |_, _| constant(Fr::ONE))
    }

    /// Rows of a hash follow one another, and its digest is the child, root or log digest that it is told to be. A child's bit is a bit, and the lowest child the units.
    fn hash(&self, cells: &mut VirtualCells<'_, Fr>, size: &Size) -> Vec<(&'static str, E)> {
        let Selectors {
            constants,
            to_state,
            to_boxes,
            link,
            top,
            logged,
            head,
            ..
        } = self.selectors;
        let next = self.rows(cells, 1);
        let state = self.leave(cells, size);
        let ones = self.ones(cells);
        let k = constants.map(|column| cells.query_fixed(column, Rotation::next()) * ones.clone());
        let [to_state, link, top, logged, head] =
            [to_state, link, top, logged, head].map(|column| self.on(cells, column));
        let child = self.children(cells, size);
        let rows = size.layout.rows();
        let mut first_cells =
            |at: i32| self.across(cells, |cells, lane| self.cell(cells, [lane, 0], at));
        let root = first_cells(-((size.height * rows) as i32));
        let digest = first_cells(1 - rows as i32);
        let [off0, off1, off2] =
            [0, 1, 2].map(|i| next[i].clone() - state[i].clone() - k[i].clone());
        let told = |on: E, cell: E| on * (cell - state[0].clone());
        let ends = told(link.clone(), child.clone()) + told(top, root) + told(logged, digest);
        let (mut first, mut second, mut third) = (
            to_state.clone() * off0.clone(),
            to_state.clone() * off1,
            to_state * off2,
        );
        if size.layout != Layout::Rounds {
            let to_boxes = self.on(cells, to_boxes);
            let [row, ..] = matrix();
            let [f0, f1, _] = self.fifths(cells, 1);
            let [_, y, z] = state.clone();
            let [fifth, along_y, along_z] = ahead();
            let x1 = weighed(&[f0.clone(), y.clone(), z.clone()], row);
            let x2 = weighed(&[f1, f0, y, z], &[row[0], fifth, along_y, along_z]);
            first = first + to_boxes.clone() * off0;
            second = second + to_boxes.clone() * (next[1].clone() - x1 - k[1].clone());
            third = third + to_boxes * (next[2].clone() - x2 - k[2].clone());
        }
        let units = self.across(cells, |cells, lane| self.cell(cells, [lane, 1], 0));
        let boolean = self.across(cells, |cells, lane| {
            let bit = self.bit(cells, size, lane);
            bit.clone() * (bit - constant(Fr::ONE))
        });
        vec![
            (
                "lane 0 follows, or the digest is where it is told",
                first + ends,
            ),
            ("lane 1 or the second S-box follows", second),
            ("lane 2 or the third S-box follows", third),
            ("path bit is boolean", (link + head.clone()) * boolean),
            ("leaf is the units", head * (child - units)),
        ]
    }

    /// A log hash takes the pack of its draws and the log hash below it; the first one's digest is public.
    fn log(
        &self,
        cells: &mut VirtualCells<'_, Fr>,
        size: &Size,
        public: Public,
    ) -> Vec<(&'static str, E)> {
        let Selectors {
            log,
            chained,
            first,
            ..
        } = self.selectors;
        let [log, chained, first] = [log, chained, first].map(|column| self.on(cells, column));
        let [digest, left, right] = self.rows(cells, 0);
        let ones = self.ones(cells);
        let [left, right] =
            [(left, 0), (right, 1)].map(|(cell, i)| cell - ones.clone() * offsets()[i]);
        let mut all = |i: usize, at: usize| {
            self.across(cells, |cells, lane| self.cell(cells, [lane, i], at as i32))
        };
        let below = all(0, size.pack_rows());
        let pack = all(2, size.layout.rows());
        let told = self.across(cells, |cells, lane| {
            cells.query_instance(public.log, Rotation(lane as i32))
        });
        vec![
            ("log hash takes its pack", log * (right - pack)),
            ("log hash takes the one below", chained * (left - below)),
            ("log digest is public", first * (digest - told)),
        ]
    }

    /// A draw counts for its slot and root: its fraction stands below its head.
    fn draw(
        &self,
        cells: &mut VirtualCells<'_, Fr>,
        size: &Size,
        lane: usize,
    ) -> Vec<(&'static str, E)> {
        let Selectors { head, more, .. } = self.selectors;
        let [head, more] = [head, more].map(|column| self.on(cells, column));
        let [root, units, pack] = self.row(cells, lane, 0);
        let index = self.cell(cells, [lane, 0], 1);
        let below = self.cell(cells, [lane, 2], size.path_rows() as i32);
        let code = pack - more * power_of_two(DRAW_BITS) * below;
        let shift = power_of_two(INDEX_BITS).invert().unwrap_or(Fr::ZERO);
        let slot = (code - index) * shift;
        let [theta, eta, kappa, _] = self.challenges.map(|each| cells.query_challenge(each));
        let fraction = cells.query_advice(self.fraction, Rotation(1 + lane as i32));
        vec![(
            "draw counts for its slot",
            head * (fraction * (theta - slot - eta * root) - units - kappa),
        )]
    }

    /// The draws' fractions add up to the tranches'.
    fn totals(&self, cells: &mut VirtualCells<'_, Fr>, public: Public) -> Vec<(&'static str, E)> {
        let Selectors {
            first,
            active,
            sign,
            number,
            ..
        } = self.selectors;
        let [first, active, sign, number] =
            [first, active, sign, number].map(|column| self.on(cells, column));
        let after = cells.query_fixed(self.selectors.active, Rotation::next());
        let fraction = cells.query_advice(self.fraction, Rotation::cur());
        let sum = cells.query_advice(self.sum, Rotation::cur());
        let next = cells.query_advice(self.sum, Rotation::next());
        let [root, units, draws] = [public.root, public.units, public.draws]
            .map(|column| cells.query_instance(column, Rotation::cur()));
        let [theta, eta, kappa, _] = self.challenges.map(|each| cells.query_challenge(each));
        let pole = theta - number.clone() - eta * root;
        let last = active.clone() * (constant(Fr::ONE) - after);
        vec![
            (
                "tranche has its units and draws",
                number * (fraction.clone() * pole - units - kappa * draws),
            ),
            ("sum starts at zero", first * sum.clone()),
            (
                "sum takes the fractions",
                active * (next.clone() - sum - sign * fraction),
            ),
            ("sum ends at zero", last * next),
        ]
    }
}
