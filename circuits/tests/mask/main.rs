//! The quotient mask reaches every limb and leaves no direction fixed: ranks over toy fields, of the gate that the circuits have.
//!
//! What is observed of a quotient are its limbs at the secret of the reference string; of the noise column, its commitment and two evaluations.
//! The argument is in `docs/zero-knowledge.md`, section 5.

mod field;
mod gate;

use field::{Poly, Toy};
use gate::{Columns, Gate};
use halo2_proofs::plonk::ConstraintSystem;
use halo2curves::bn256::Fr;
use rand_chacha::ChaCha20Rng;
use rand_core::{RngCore, SeedableRng};
use tranche_circuits::assignment::ColumnAllocator;
use tranche_circuits::chips::active_rows::ActiveRows;
use tranche_circuits::chips::mask::MaskConfig;
use tranche_circuits::disclosure::config::DisclosureConfig;
use tranche_circuits::usage::config::UsageConfig;
use tranche_circuits::{disclosure, usage};

/// Rows whose advice is random and where the mask is off, with the last usable one.
const OFF: usize = 7;

fn usage_gate() -> Gate {
    let mut cs = ConstraintSystem::default();
    UsageConfig::configure(&mut cs, &usage::params::SIZES[0].params);
    Gate::of(&cs)
}

/// The gate of the circuits of degree 5.
fn wide_gate() -> Gate {
    let mut cs = ConstraintSystem::default();
    let size = usage::params::size_by_name("usage-20-wide").unwrap();
    UsageConfig::configure(&mut cs, &size.params);
    Gate::of(&cs)
}

fn disclosure_gate() -> Gate {
    let mut cs = ConstraintSystem::default();
    DisclosureConfig::configure(&mut cs, &disclosure::params::SIZES[0].params);
    Gate::of(&cs)
}

/// The mask of the lowest degree, which has four limbs.
fn smallest_gate() -> Gate {
    let mut cs = ConstraintSystem::<Fr>::default();
    let mut allocator = ColumnAllocator::new(&mut cs, 5);
    let active_rows = ActiveRows::configure(&mut allocator);
    MaskConfig::configure(&mut allocator, active_rows.active);
    Gate::of(&cs)
}

/// Everything that is random, for a seed.
struct Scene {
    toy: Toy,
    columns: Columns,
    rng: ChaCha20Rng,
}

impl Scene {
    fn new(toy: Toy, off: usize, seed: u64) -> Self {
        let mut rng = ChaCha20Rng::seed_from_u64(seed);
        let usable = toy.n - off;
        let active: Vec<u64> = (0..toy.n).map(|row| u64::from(row < usable)).collect();
        let bits: Vec<u64> = (0..toy.n)
            .map(|row| rng.next_u64() % if row < usable { 2 } else { toy.p })
            .collect();
        Self {
            toy,
            columns: Columns {
                active: toy.interpolate(&active),
                bit: toy.interpolate(&bits),
            },
            rng,
        }
    }

    fn felt(&mut self) -> u64 {
        self.rng.next_u64() % self.toy.p
    }

    /// A point outside the domain.
    fn point(&mut self) -> u64 {
        loop {
            let point = self.felt();
            if point != 0 && self.toy.power(point, self.toy.n as u64) != 1 {
                return point;
            }
        }
    }

    /// A limb's quadratic forms at τ: entry (a, e) is the coefficient's share of s_a · s_e, both ways.
    fn forms(&self, gate: &Gate, tau: u64) -> Vec<Vec<Vec<u64>>> {
        let (toy, n) = (self.toy, self.toy.n);
        let basis = |index: usize| {
            let mut coefficients = vec![0; n];
            coefficients[index] = 1;
            Poly::new(toy, coefficients)
        };
        let at_tau = |noise: &Poly| -> Vec<u64> {
            gate.limbs(toy, &self.columns, noise)
                .iter()
                .map(|limb| limb.at(tau))
                .collect()
        };
        let squares: Vec<Vec<u64>> = (0..n).map(|a| at_tau(&basis(a))).collect();
        let mut forms = vec![vec![vec![0; n]; n]; gate.degree - 1];
        for a in 0..n {
            for e in a..n {
                let both = at_tau(&(basis(a) + basis(e)));
                for (limb, form) in forms.iter_mut().enumerate() {
                    let cross = if a == e {
                        2 * squares[a][limb]
                    } else {
                        both[limb] + 2 * toy.p - squares[a][limb] - squares[e][limb]
                    };
                    form[a][e] = cross % toy.p;
                    form[e][a] = cross % toy.p;
                }
            }
        }
        forms
    }

    /// Rank of what is observed as functions of the noise, near a random noise: limbs at τ, and the noise at τ, x and ωx.
    fn observed_rank(&mut self, gate: &Gate) -> usize {
        let (toy, n) = (self.toy, self.toy.n);
        let (tau, x) = (self.point(), self.point());
        let noise: Vec<u64> = (0..n).map(|_| self.felt()).collect();
        let mut rows: Vec<Vec<u64>> = self
            .forms(gate, tau)
            .iter()
            .map(|form| {
                form.iter()
                    .map(|row| {
                        let terms = row.iter().zip(&noise).map(|(a, b)| a * b % toy.p);
                        terms.sum::<u64>() % toy.p
                    })
                    .collect()
            })
            .collect();
        for point in [tau, x, toy.omega() * x % toy.p] {
            rows.push((0..n).map(|power| toy.power(point, power as u64)).collect());
        }
        toy.rank(rows)
    }
}

/// c as a sum of forms.
fn combined(toy: Toy, forms: &[Vec<Vec<u64>>], factors: &[u64]) -> Vec<Vec<u64>> {
    let n = toy.n;
    let mut sum = vec![vec![0; n]; n];
    for (form, factor) in forms.iter().zip(factors) {
        for (row, more) in sum.iter_mut().zip(form) {
            for (cell, value) in row.iter_mut().zip(more) {
                *cell = (*cell + factor * value) % toy.p;
            }
        }
    }
    sum
}

#[test]
fn every_limb_moves_freely_of_all_else_that_is_seen() {
    let toy = Toy { p: 12_289, n: 32 };
    for gate in [usage_gate(), wide_gate(), disclosure_gate()] {
        let limbs = gate.degree - 1;
        for seed in 0..3 {
            let rank = Scene::new(toy, OFF, seed).observed_rank(&gate);
            assert_eq!(rank, limbs + 3, "degree {}, seed {seed}", gate.degree);
        }
    }
}

#[test]
fn a_mask_without_rotation_would_leave_the_whole_quotient_fixed() {
    let toy = Toy { p: 12_289, n: 32 };
    for gate in [usage_gate(), wide_gate(), disclosure_gate()] {
        let limbs = gate.degree - 1;
        let rank = Scene::new(toy, OFF, 1).observed_rank(&gate.unrotated());
        assert_eq!(rank, limbs + 2, "degree {}", gate.degree);
    }
}

#[test]
fn a_mask_of_lower_degree_would_leave_the_last_limb_alone() {
    let toy = Toy { p: 12_289, n: 32 };
    let mut low = disclosure_gate();
    low.degree = 9;
    let rank = Scene::new(toy, OFF, 1).observed_rank(&low);
    assert_eq!(rank, 6 + 3);
}

#[test]
fn a_mask_with_constant_bits_would_mask_nothing() {
    let toy = Toy { p: 12_289, n: 32 };
    let mut scene = Scene::new(toy, OFF, 1);
    scene.columns.bit = toy.interpolate(&[1; 32]);
    assert_eq!(scene.observed_rank(&usage_gate()), 3);
}

/// All combinations of four limbs up to a factor, in a field small enough to try each.
#[test]
fn no_combination_of_limbs_but_the_whole_quotient_has_low_rank() {
    let toy = Toy { p: 41, n: 8 };
    let gate = smallest_gate();
    let mut scene = Scene::new(toy, 2, 7);
    let tau = scene.point();
    let forms = scene.forms(&gate, tau);
    let step = toy.power(tau, toy.n as u64);
    let whole: Vec<u64> = (0..4).map(|limb| toy.power(step, limb)).collect();
    let mut by_rank = [0usize; 9];
    for leading in 0..4usize {
        for rest in 0..toy.p.pow(3 - leading as u32) {
            let mut factors = vec![0; 4];
            factors[leading] = 1;
            let mut digits = rest;
            for factor in &mut factors[leading + 1..] {
                *factor = digits % toy.p;
                digits /= toy.p;
            }
            let rank = toy.rank(combined(toy, &forms, &factors));
            by_rank[rank] += 1;
            if factors == whole {
                assert_eq!(rank, 2, "the quotient at τ is a product of two evaluations");
            } else {
                assert!(rank > 2, "{factors:?}: rank {rank}");
            }
        }
    }
    println!("combinations by rank: {by_rank:?}");
    assert_eq!(
        by_rank.iter().sum::<usize>(),
        41 * 41 * 41 + 41 * 41 + 41 + 1
    );
}

#[test]
fn combinations_of_the_circuits_limbs_have_high_rank() {
    let toy = Toy { p: 193, n: 32 };
    for gate in [usage_gate(), wide_gate(), disclosure_gate()] {
        let mut scene = Scene::new(toy, OFF, 3);
        let tau = scene.point();
        let forms = scene.forms(&gate, tau);
        let step = toy.power(tau, toy.n as u64);
        let limbs = gate.degree - 1;
        // Where all differences c_i − τ^n · c_(i−1) but one vanish, the form is of one stretch of coefficients alone.
        let sparse = (1..limbs).map(|from| {
            let factor = |limb: usize| {
                limb.checked_sub(from)
                    .map_or(0, |over| toy.power(step, over as u64))
            };
            (0..limbs).map(factor).collect::<Vec<u64>>()
        });
        let random: Vec<Vec<u64>> = (0..300)
            .map(|_| (0..limbs).map(|_| scene.felt()).collect())
            .collect();
        let ranks = sparse
            .chain(random)
            .map(|factors| toy.rank(combined(toy, &forms, &factors)));
        let lowest = ranks.min().unwrap();
        println!("degree {}: lowest rank {lowest} of 32", gate.degree);
        assert!(lowest >= 24, "degree {}: rank {lowest}", gate.degree);
    }
}
