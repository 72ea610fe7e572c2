//! The wide hash chip: one Poseidon2 permutation (t = 16) every eight rows over 34 state columns, two io columns and a fold column.
//!
//! | row | lanes 0–15 | cells 16–33 | io A | io B |
//! |---|---|---|---|---|
//! | 0 input | input state | one-hot child (path) in 16–30 | digit (path) or child 0 | child 8 |
//! | 1, 2 | S-box inputs of a full round | of the next full round in 16–31 | children 1, 2 | children 9, 10 |
//! | 3, 4, 5 | state, S-box input in lane 0 | S-box inputs of the next 18 partial rounds | children 3–5 | children 11–13 |
//! | 6, 7 | as 1, 2 | as 1, 2 | children 6, 7 | child 14, digest |
//!
//! Input rows are of one of four kinds: the first block of a sponge (capacity = tag), a further block (capacity carried over from the row above, whose
//! `cont` selector says so), a path node (the digest of the permutation before is the child that a one-hot digit picks) and a copied node
//! (children equal the io cells). What sponges absorb is
//! folded into the fold column by powers of the challenge γ, all but the header of a first block, and later compared with the same fold over the data.

use halo2_proofs::plonk::{Advice, Challenge, Column, Expression, Fixed, VirtualCells};
use halo2_proofs::poly::Rotation;
use halo2curves::bn256::Fr;
use halo2curves::ff::Field;
use rayon::prelude::*;

use super::wide_permutation::{
    CELLS, PARTIAL_PER_ROW, RATE, ROWS, Trace, WIDTH, constants, external, trace,
};
use crate::sheet::{ColumnMaker, Sheet, Spot};

type E = Expression<Fr>;

/// Columns of the chip.
#[derive(Clone, Debug)]
pub struct WideConfig {
    state: [Column<Advice>; CELLS],
    io: [Column<Advice>; 2],
    /// The running fold of absorbed felts.
    pub fold: Column<Advice>,
    first: Column<Fixed>,
    cont: Column<Fixed>,
    path: Option<Column<Fixed>>,
    node: Column<Fixed>,
    tag: Column<Fixed>,
    round: [Column<Fixed>; 7],
}

/// What one permutation does with its input row.
#[derive(Clone, Debug)]
pub enum Job {
    /// First block of a sponge: tag and fifteen felts, the first of them the header.
    First(Fr, [Fr; RATE]),
    /// A further block of the sponge before it.
    Cont([Fr; RATE]),
    /// A tree node over fifteen children, of which child `digit` is the digest of the permutation before it.
    Path(Fr, [Fr; RATE], usize),
    /// A node over fifteen felts that are io cells, to be copied from elsewhere.
    Node(Fr, [Fr; RATE]),
}

/// Jobs that follow one another; the state is carried inside a block only.
pub type Block = Vec<Job>;

impl WideConfig {
    /// Makes the columns and gates, with path nodes or without. `active` is 1 on every row but the last usable one and the blinding rows.
    pub fn configure(
        maker: &mut ColumnMaker<'_>,
        active: Column<Fixed>,
        gamma: Challenge,
        paths: bool,
    ) -> Self {
        let config = Self {
            state: std::array::from_fn(|_| maker.advice()),
            io: std::array::from_fn(|_| maker.copied()),
            fold: maker.late_copied(),
            first: maker.fixed(),
            cont: maker.fixed(),
            path: paths.then(|| maker.fixed()),
            node: maker.fixed(),
            tag: maker.fixed(),
            round: std::array::from_fn(|_| maker.fixed()),
        };
        config.gate_input(maker);
        if let Some(path) = config.path {
            config.gate_path(maker, path);
        }
        config.gate_full_rounds(maker);
        config.gate_partial_rounds(maker);
        config.gate_fold(maker, active, gamma);
        config
    }

    fn lanes(&self, cells: &mut VirtualCells<'_, Fr>, from: usize, at: i32) -> [E; WIDTH] {
        std::array::from_fn(|i| cells.query_advice(self.state[from + i], Rotation(at)))
    }

    /// The output state of the permutation whose last row is at rotation `at`.
    fn output(&self, cells: &mut VirtualCells<'_, Fr>, at: i32) -> [E; WIDTH] {
        external_expressions(&self.lanes(cells, WIDTH, at).map(quintic_expression))
    }

    /// Selectors of this row's input: one that brings its capacity's tag, and any.
    ///
    /// The selector of a further block stands on the row above.
    fn inputs(&self, cells: &mut VirtualCells<'_, Fr>) -> [E; 2] {
        let first = cells.query_fixed(self.first, Rotation::cur());
        let node = cells.query_fixed(self.node, Rotation::cur());
        let mut fresh = first + node;
        if let Some(path) = self.path {
            fresh = fresh + cells.query_fixed(path, Rotation::cur());
        }
        let cont = cells.query_fixed(self.cont, Rotation::prev());
        [fresh.clone(), fresh + cont]
    }

    fn rounds(&self, cells: &mut VirtualCells<'_, Fr>) -> [E; 7] {
        self.round
            .map(|column| cells.query_fixed(column, Rotation::cur()))
    }

    fn gate_input(&self, maker: &mut ColumnMaker<'_>) {
        maker.cs.create_gate("wide input", |cells| {
            let [fresh, any] = self.inputs(cells);
            let node = cells.query_fixed(self.node, Rotation::cur());
            let tag = cells.query_fixed(self.tag, Rotation::cur());
            let lanes = self.lanes(cells, 0, 0);
            let next = self.lanes(cells, 0, 1);
            let io: Vec<E> = (0..RATE as i32)
                .map(|i| cells.query_advice(self.io[(i / 8) as usize], Rotation(i % 8)))
                .collect();
            let mut constraints = vec![(
                "wide capacity holds the tag".to_string(),
                fresh * (lanes[RATE].clone() - tag),
            )];
            for (i, child) in io.into_iter().enumerate() {
                constraints.push((
                    format!("wide node child {i} is its io cell"),
                    node.clone() * (lanes[i].clone() - child),
                ));
            }
            let mixed = external_expressions(&lanes);
            for (i, (next, mixed)) in next.into_iter().zip(mixed).enumerate() {
                constraints.push((
                    format!("wide first linear layer {i}"),
                    any.clone() * (next - mixed - E::Constant(constants().full[0][i])),
                ));
            }
            constraints
        });
    }

    fn gate_path(&self, maker: &mut ColumnMaker<'_>, path: Column<Fixed>) {
        maker.cs.create_gate("wide path", |cells| {
            let path = cells.query_fixed(path, Rotation::cur());
            let lanes = self.lanes(cells, 0, 0);
            let picks: [E; RATE] =
                std::array::from_fn(|i| cells.query_advice(self.state[WIDTH + i], Rotation::cur()));
            let below = cells.query_advice(self.io[1], Rotation::prev());
            let digit = cells.query_advice(self.io[0], Rotation::cur());
            let mut constraints: Vec<(String, E)> = picks
                .iter()
                .enumerate()
                .map(|(i, pick)| {
                    (
                        format!("S2 path pick {i} is boolean"),
                        path.clone() * pick.clone() * (pick.clone() - one()),
                    )
                })
                .collect();
            let sum = |f: &dyn Fn(usize) -> E| (1..RATE).fold(f(0), |sum, i| sum + f(i));
            constraints.push((
                "S2 path picks one child".into(),
                path.clone() * (sum(&|i| picks[i].clone()) - one()),
            ));
            constraints.push((
                "S2 picked child is the digest below".into(),
                path.clone() * (sum(&|i| picks[i].clone() * lanes[i].clone()) - below),
            ));
            constraints.push((
                "S2 digit is the picked index".into(),
                path * (sum(&|i| picks[i].clone() * Fr::from(i as u64)) - digit),
            ));
            constraints
        });
    }

    fn gate_full_rounds(&self, maker: &mut ColumnMaker<'_>) {
        maker.cs.create_gate("wide full rounds", |cells| {
            let [f0, f1, _, _, _, f2, f3] = self.rounds(cells);
            let c = &constants().full;
            let first = self.lanes(cells, 0, 0);
            let second = self.lanes(cells, WIDTH, 0);
            let next = self.lanes(cells, 0, 1);
            let digest = cells.query_advice(self.io[1], Rotation::cur());
            let after_first = external_expressions(&first.map(quintic_expression));
            let after_second = self.output(cells, 0);
            let all = f0.clone() + f1.clone() + f2.clone() + f3.clone();
            let onward = f0.clone() + f1.clone() + f2.clone();
            let mut constraints = Vec::new();
            for i in 0..WIDTH {
                let added = f0.clone() * c[1][i]
                    + f1.clone() * c[3][i]
                    + f2.clone() * c[5][i]
                    + f3.clone() * c[7][i];
                constraints.push((
                    format!("wide second full round {i}"),
                    all.clone() * (second[i].clone() - after_first[i].clone()) - added,
                ));
            }
            for i in 0..WIDTH {
                let mut added = f0.clone() * c[2][i] + f2.clone() * c[6][i];
                if i == 0 {
                    added = added + f1.clone() * constants().partial[0];
                }
                constraints.push((
                    format!("wide row after full rounds {i}"),
                    onward.clone() * (next[i].clone() - after_second[i].clone()) - added,
                ));
            }
            constraints.push((
                "wide digest".into(),
                f3 * (digest - after_second[0].clone()),
            ));
            let cont = cells.query_fixed(self.cont, Rotation::cur());
            constraints.push((
                "wide capacity is carried over".into(),
                cont * (next[RATE].clone() - after_second[RATE].clone()),
            ));
            constraints
        });
    }

    /// Poseidon2's internal layer is `lane_i ← μ_i · lane_i + σ` with σ the sum of all lanes, so σ of every round follows from two committed S-box inputs
    /// of lane 0; the other lanes stay expressions, and each round's constraint says that σ is that sum.
    fn gate_partial_rounds(&self, maker: &mut ColumnMaker<'_>) {
        maker.cs.create_gate("wide partial rounds", |cells| {
            let [_, _, p0, p1, p2, _, _] = self.rounds(cells);
            let kinds = [p0.clone(), p1.clone(), p2.clone()];
            let c = constants();
            let lanes = self.lanes(cells, 0, 0);
            let next = self.lanes(cells, 0, 1);
            let mut inputs = vec![lanes[0].clone()];
            inputs.extend(
                self.state[WIDTH..]
                    .iter()
                    .map(|column| cells.query_advice(*column, Rotation::cur())),
            );
            inputs.push(next[0].clone());
            let any = p0 + p1 + p2;
            let mut others: Vec<E> = lanes[1..].to_vec();
            let mut constraints = Vec::new();
            for r in 0..PARTIAL_PER_ROW {
                let constant = |row: usize| {
                    let round = PARTIAL_PER_ROW * row + r + 1;
                    c.partial.get(round).copied().unwrap_or(c.full[4][0])
                };
                let added = kinds[0].clone() * constant(0)
                    + kinds[1].clone() * constant(1)
                    + kinds[2].clone() * constant(2);
                let y = quintic_expression(inputs[r].clone());
                let sum = inputs[r + 1].clone() - y.clone() * c.diagonal[0] - added;
                let total = others.iter().fold(y, |total, lane| total + lane.clone());
                constraints.push((
                    format!("wide partial round {r}"),
                    any.clone() * (sum.clone() - total),
                ));
                for (lane, diagonal) in others.iter_mut().zip(&c.diagonal[1..]) {
                    *lane = lane.clone() * *diagonal + sum.clone();
                }
            }
            for (i, lane) in others.into_iter().enumerate() {
                let added = kinds[2].clone() * c.full[4][i + 1];
                constraints.push((
                    format!("wide row after partial rounds {}", i + 1),
                    any.clone() * (next[i + 1].clone() - lane) - added,
                ));
            }
            constraints
        });
    }

    fn gate_fold(&self, maker: &mut ColumnMaker<'_>, active: Column<Fixed>, gamma: Challenge) {
        maker.cs.create_gate("wide fold", |cells| {
            let active = cells.query_fixed(active, Rotation::cur());
            let first = cells.query_fixed(self.first, Rotation::cur());
            let cont = cells.query_fixed(self.cont, Rotation::cur());
            let gamma = cells.query_challenge(gamma);
            let fold = cells.query_advice(self.fold, Rotation::cur());
            let next = cells.query_advice(self.fold, Rotation::next());
            let lanes = self.lanes(cells, 0, 0);
            let lanes_below = self.lanes(cells, 0, 1);
            let output = self.output(cells, 0);
            let opened = lanes[1..RATE]
                .iter()
                .fold(fold.clone(), |acc, lane| acc * gamma.clone() + lane.clone());
            let carried = (0..RATE).fold(fold.clone(), |acc, i| {
                acc * gamma.clone() + lanes_below[i].clone() - output[i].clone()
            });
            let same = one() - first.clone() - cont.clone();
            vec![(
                "S5 absorbed felts are folded",
                active * (next - first * opened - cont * carried - same * fold),
            )]
        });
    }

    /// Assigns blocks of jobs from permutation `from` on; returns the traces' outputs by job, in order.
    pub fn assign(&self, sheet: &mut Sheet, from: usize, blocks: &[Block]) -> Vec<[Fr; WIDTH]> {
        let traces: Vec<Vec<(Trace, &Job)>> = blocks.par_iter().map(|b| run_block(b)).collect();
        let flat: Vec<(Trace, &Job)> = traces.into_iter().flatten().collect();
        let base = from * ROWS;
        let mut state = sheet.columns_mut(&self.state);
        state.par_iter_mut().enumerate().for_each(|(cell, column)| {
            for (index, (trace, job)) in flat.iter().enumerate() {
                let at = base + index * ROWS;
                for (row, cells) in trace.rows.iter().enumerate() {
                    column[at + row] = cells[cell];
                }
                if let Job::Path(_, _, digit) = job
                    && cell == WIDTH + digit
                {
                    column[at] = Fr::ONE;
                }
            }
        });
        for (index, (trace, job)) in flat.iter().enumerate() {
            let at = base + index * ROWS;
            self.assign_row_kinds(sheet, at);
            sheet.set(self.io[1], at + ROWS - 1, trace.output[0]);
            let (column, tag) = match job {
                Job::First(tag, _) => (Some(self.first), *tag),
                Job::Cont(_) => {
                    sheet.set_fixed(self.cont, at - 1, Fr::ONE);
                    continue;
                }
                Job::Path(tag, _, digit) => {
                    sheet.set(self.io[0], at, Fr::from(*digit as u64));
                    (self.path, *tag)
                }
                Job::Node(tag, children) => {
                    for (i, child) in children.iter().enumerate() {
                        let spot = self.child(from + index, i);
                        sheet.set(self.io[i / 8], spot.row, *child);
                    }
                    (Some(self.node), *tag)
                }
            };
            if let Some(column) = column {
                sheet.set_fixed(column, at, Fr::ONE);
            }
            sheet.set_fixed(self.tag, at, tag);
        }
        flat.into_iter().map(|(trace, _)| trace.output).collect()
    }

    fn assign_row_kinds(&self, sheet: &mut Sheet, at: usize) {
        for (kind, row) in [1usize, 2, 3, 4, 5, 6, 7].into_iter().enumerate() {
            sheet.set_fixed(self.round[kind], at + row, Fr::ONE);
        }
    }

    /// The io cell of a copied node's child.
    pub fn child(&self, permutation: usize, child: usize) -> Spot {
        Spot::advice(self.io[child / 8], permutation * ROWS + child % 8)
    }

    /// The cell of a path node's digit.
    pub fn digit(&self, permutation: usize) -> Spot {
        Spot::advice(self.io[0], permutation * ROWS)
    }

    /// The cell of a permutation's digest (lane 0 of its output).
    pub fn digest(&self, permutation: usize) -> Spot {
        Spot::advice(self.io[1], permutation * ROWS + ROWS - 1)
    }

    /// Fills the fold column over `permutations` permutations from row 0 and keeps the last value down to `end`.
    pub fn assign_fold(&self, sheet: &mut Sheet, permutations: usize, end: usize, gamma: Fr) {
        let mut fold = Fr::ZERO;
        let mut values = Vec::with_capacity(end + 1);
        let on = |column: Column<Fixed>, row: usize| sheet.fixed_at(column.index(), row) == Fr::ONE;
        for row in 0..=end {
            values.push(fold);
            if row >= permutations * ROWS {
                continue;
            }
            if on(self.first, row) {
                for lane in &self.state[1..RATE] {
                    fold = fold * gamma + sheet.get(*lane, row);
                }
            } else if on(self.cont, row) {
                let mids = std::array::from_fn(|i| {
                    crate::field::quintic(sheet.get(self.state[WIDTH + i], row))
                });
                let output = external(&mids, |a: &Fr, b: &Fr| a + b, |a| a.double().double());
                for (lane, output) in self.state[..RATE].iter().zip(output) {
                    fold = fold * gamma + sheet.get(*lane, row + 1) - output;
                }
            }
        }
        sheet.column_mut(self.fold)[..=end].copy_from_slice(&values);
    }
}

fn run_block(block: &Block) -> Vec<(Trace, &Job)> {
    let mut state = [Fr::ZERO; WIDTH];
    block
        .iter()
        .map(|job| {
            let input = match job {
                Job::First(tag, felts) | Job::Path(tag, felts, _) | Job::Node(tag, felts) => {
                    std::array::from_fn(|i| if i < RATE { felts[i] } else { *tag })
                }
                Job::Cont(felts) => std::array::from_fn(|i| {
                    if i < RATE {
                        state[i] + felts[i]
                    } else {
                        state[i]
                    }
                }),
            };
            let trace = trace(&input);
            state = trace.output;
            (trace, job)
        })
        .collect()
}

fn one() -> E {
    E::Constant(Fr::ONE)
}

fn quintic_expression(x: E) -> E {
    let square = x.clone() * x.clone();
    square.clone() * square * x
}

fn external_expressions(state: &[E; WIDTH]) -> [E; WIDTH] {
    external(
        state,
        |a, b| a.clone() + b.clone(),
        |a| a.clone() * Fr::from(4),
    )
}
