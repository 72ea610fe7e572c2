//! All mutations of all wires of a circuit: none may go unnoticed, and each constraint and copy must be the only one that notices some mutation.

use crate::labels::{self, ClauseLabel};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use halo2curves::bn256::Fr;
use rayon::prelude::*;

use super::allowances::{ALLOWANCES, FOLLOWED};
use super::circuit_under_test::CircuitUnderTest;
use super::fixtures;
use super::honest_witness::HonestWitness;
use super::judge::{Verdict, judge, ones, residual};
use super::mutation::Mutation;
use super::mutations::{Extent, Family, mutations};
use super::unneeded::{SIZES, UNNEEDED};
use crate::assignment::CellRef;
use crate::checker::local::Broken;
use crate::chips::arith::ROWS;

/// Of the mutations, tests apply one in this many.
const STRIDE: usize = 16;

/// Combinations that are tried for one constraint at a time.
const TRIES: usize = 6;

/// A mutation that a single constraint or copy notices, under one of the public inputs of a [`Verdict`], by its number.
#[derive(Clone)]
struct Only {
    mutation: Mutation,
    mode: usize,
}

/// Verdicts over many mutations.
pub(super) struct Coverage<'s> {
    pub(super) honest: HonestWitness<'s>,
    pub(super) told: BTreeMap<Family, usize>,
    pub(super) mutations: Vec<(Family, Mutation)>,
    pub(super) verdicts: Vec<Verdict>,
    only: HashMap<Broken, Vec<Only>>,
}

impl<'s> Coverage<'s> {
    /// Tells every so many mutations and judges each, under two sets of challenges by turns; compound mutations, which are made for the first one, under that.
    pub(super) fn told(circuit: &'s CircuitUnderTest, extent: Extent, stride: usize) -> Self {
        let honest_witnesses = [0, 1].map(|set| HonestWitness::new(circuit, set));
        let mutations: Vec<(Family, Mutation)> = mutations(&honest_witnesses[0], extent)
            .into_iter()
            .enumerate()
            .filter(|(index, (family, _))| {
                let always = matches!(
                    family,
                    Family::Statements | Family::Io | Family::Entries | Family::Compound
                );
                always || index.is_multiple_of(stride)
            })
            .map(|(_, mutation)| mutation)
            .collect();
        let verdicts: Vec<Verdict> = mutations
            .par_iter()
            .enumerate()
            .map(|(index, (family, mutation))| {
                let set = if *family == Family::Compound {
                    0
                } else {
                    index % 2
                };
                judge(&honest_witnesses[set], mutation).verdict
            })
            .collect();
        let mut told: BTreeMap<Family, usize> = BTreeMap::new();
        for (family, _) in &mutations {
            *told.entry(*family).or_default() += 1;
        }
        let [honest, _] = honest_witnesses;
        Self {
            honest,
            told,
            mutations,
            verdicts,
            only: HashMap::new(),
        }
    }

    /// Finds what alone notices some mutation, and combines mutations until nothing new is found: for each constraint and copy, or for one of each role.
    fn combined(mut self, extent: Extent) -> Self {
        for (index, (_, mutation)) in self.mutations.iter().enumerate() {
            for (mode, broken) in self.verdicts[index].all().into_iter().enumerate() {
                if let [only] = self.ones(broken)[..] {
                    let known = self.only.entry(only).or_default();
                    let alike = |only: &&Only| {
                        only.mutation.statement == mutation.statement && only.mode == mode
                    };
                    if known.iter().filter(alike).count() < 2 {
                        known.push(Only {
                            mutation: mutation.clone(),
                            mode,
                        });
                    }
                }
            }
        }
        while self.combine(extent) > 0 {}
        self
    }

    fn ones(&self, broken: &[Broken]) -> Vec<Broken> {
        ones(&self.honest, broken)
    }

    /// Where a mutation is noticed by two constraints, and one of these alone by another mutation: applies both so that this one is satisfied.
    fn combine(&mut self, extent: Extent) -> usize {
        let shown: HashSet<String> = match extent {
            Extent::All => HashSet::new(),
            Extent::Roles => self.only.keys().map(|one| self.honest.role(*one)).collect(),
        };
        let mut tries: HashMap<Broken, Vec<(usize, Broken, usize, Only)>> = HashMap::new();
        for (index, verdict) in self.verdicts.iter().enumerate() {
            for (mode, broken) in verdict.all().into_iter().enumerate() {
                let [one, other] = self.ones(broken)[..] else {
                    continue;
                };
                for (wanted, satisfied) in [(one, other), (other, one)] {
                    let known = |wanted: Broken| {
                        !shown.is_empty() && shown.contains(&self.honest.role(wanted))
                    };
                    if self.only.contains_key(&wanted) || known(wanted) {
                        continue;
                    }
                    for only in self.only.get(&satisfied).into_iter().flatten() {
                        let tries = tries.entry(wanted).or_default();
                        if tries.len() < TRIES {
                            tries.push((index, satisfied, mode, only.clone()));
                        }
                    }
                }
            }
        }
        let mut tries: Vec<_> = tries.into_iter().collect();
        tries.sort_unstable_by_key(|(wanted, _)| *wanted);
        let found: Vec<(Broken, Only)> = tries
            .par_iter()
            .filter_map(|(wanted, tries)| {
                let mut tries = tries.iter();
                tries.find_map(|(index, satisfied, mode, only)| {
                    let mutation = &self.mutations[*index].1;
                    Some((
                        *wanted,
                        self.solve(*wanted, mutation, *satisfied, only, *mode)?,
                    ))
                })
            })
            .collect();
        let count = found.len();
        let found = found.into_iter().map(|(wanted, only)| (wanted, vec![only]));
        self.only.extend(found);
        count
    }

    /// Both mutations with the value, in the first cell of one, that satisfies a constraint which is linear in it.
    fn solve(
        &self,
        wanted: Broken,
        mutation: &Mutation,
        satisfied: Broken,
        only: &Only,
        mode: usize,
    ) -> Option<Only> {
        let honest = &self.honest;
        let at = |value: Fr| {
            let both = only.mutation.and(&mutation.with(value));
            let judged = judge(honest, &both);
            (both, judged)
        };
        let start = at(Fr::from(3)).1;
        let site = match satisfied {
            Broken::Constraint { index, .. } if self.ones(&[satisfied]) == [satisfied] => {
                // Where the chip's constraint fails.
                let mut broken = start.verdict.all().into_iter().flatten();
                *broken.find(|b| matches!(b, Broken::Constraint { index: i, .. } if *i == index))?
            }
            other => other,
        };
        let from = residual(honest, &start.assignment, &start.instance, site);
        let end = at(Fr::from(4)).1;
        let to = residual(honest, &end.assignment, &end.instance, site);
        let slope: Option<Fr> = (to - from).invert().into();
        let (both, judged) = at(Fr::from(3) - from * slope?);
        let modes = [mode, only.mode, 1];
        modes.into_iter().find_map(|mode| {
            let broken = self.ones(judged.verdict.all()[mode]);
            (broken == [wanted]).then(|| Only {
                mutation: both.clone(),
                mode,
            })
        })
    }

    /// Roles of all that can be deleted, with how many there are and how many a mutation shows to be needed.
    pub(super) fn roles(&self) -> BTreeMap<String, [usize; 2]> {
        let mut roles: BTreeMap<String, [usize; 2]> = BTreeMap::new();
        for item in everything(&self.honest) {
            let counts = roles.entry(self.honest.role(item)).or_default();
            counts[0] += 1;
            counts[1] += usize::from(self.only.contains_key(&item));
        }
        roles
    }
}

/// Everything that can be deleted.
fn everything(honest: &HonestWitness<'_>) -> Vec<Broken> {
    let mut all: Vec<Broken> = (0..honest.assignment().copies().len())
        .map(Broken::Copy)
        .collect();
    for index in 0..honest.local.len() {
        let name = honest.local.name(index);
        if !name.contains("arithmetic") {
            all.push(Broken::Constraint { index, row: 0 });
            continue;
        }
        let second_phase = usize::from(name.starts_with("second-phase"));
        let rows = (0..honest.filled.chips[second_phase].rows()).step_by(4);
        let gates = rows.filter(|row| honest.filled.clause(name, *row).is_some());
        all.extend(gates.map(|row| Broken::Constraint { index, row }));
    }
    all
}

/// Clauses whose cells the prover may choose anew if the commitments and sums of the statement follow: another run, or another statement.
const CHOICES: [ClauseLabel; 7] = [
    labels::PUBLIC_PAYEE_IS_OWNER_AND_AMOUNT,
    labels::CLAIM_CODE_IS_ONE_OF_FIVE,
    labels::CHUNK_INDEX_HOLDS_TABLE_CHUNKS,
    labels::RUN_COMMITMENT_OPENS,
    labels::UNREGISTERED_TOTAL,
    labels::LEAF_VALUES_ARE_IN_RANGE,
    labels::PUBLIC_INPUTS_ARE_BOUND,
];

/// Mutations that nothing notices although no allowance covers them; `chosen` if the commitments follow.
fn silent(coverage: &Coverage<'_>, chosen: bool) -> Vec<String> {
    let honest = &coverage.honest;
    let gates = honest.circuit.gates(&honest.filled.chips[0], false);
    let clause = |cell_ref: CellRef| {
        let gate = |(gate, _): &&(CellRef, _)| {
            gate.column == cell_ref.column && gate.row == cell_ref.row / ROWS * ROWS
        };
        gates.iter().find(gate).map(|(_, label)| *label)
    };
    let inputs: HashSet<CellRef> = honest
        .filled
        .io(honest.circuit.machine())
        .into_iter()
        .filter_map(|(cell_ref, digest)| (!digest).then_some(cell_ref))
        .collect();
    let allowed = |(cell_ref, value): &(CellRef, Fr)| {
        let unchanged = honest.assignment().value(*cell_ref) == *value;
        let mut allowances = ALLOWANCES.iter().chain(FOLLOWED);
        let fits = allowances.any(|a| (a.fits)(honest, *cell_ref, *value));
        let free = honest.source(*cell_ref).is_none();
        let choice = free && inputs.contains(cell_ref)
            || clause(*cell_ref).is_some_and(|clause| CHOICES.contains(&clause));
        unchanged || fits || chosen && choice
    };
    let told = coverage.mutations.iter().zip(&coverage.verdicts);
    told.filter(|((_, mutation), verdict)| {
        if chosen {
            // Another statement that is true is no mutation.
            verdict.adopted.is_empty() && mutation.statement.is_none()
        } else {
            verdict.fixed.is_empty()
        }
    })
    .filter(|((_, mutation), _)| mutation.cells.is_empty() || !mutation.cells.iter().all(allowed))
    .map(|((family, mutation), _)| {
        let cells = mutation.cells.iter();
        let cells: Vec<_> = cells
            .map(|(cell_ref, _)| (honest.used(*cell_ref), cell_ref.row, clause(*cell_ref)))
            .collect();
        format!(
            "{family:?} {cells:?} {:?} {:?}",
            mutation.shift, mutation.statement
        )
    })
    .collect()
}

/// Asserts that no mutation goes unnoticed.
fn assert_noticed(coverage: &Coverage<'_>) {
    for chosen in [false, true] {
        let silent = silent(coverage, chosen);
        let name = coverage.honest.circuit.name;
        assert!(silent.is_empty(), "{name}, {chosen}: {silent:#?}");
    }
}

/// Surveys a circuit: nothing goes unnoticed, and what no mutation needs is what is listed.
fn assert_needed(circuit: &CircuitUnderTest, extent: Extent) {
    let coverage = Coverage::told(circuit, extent, 1).combined(extent);
    let roles = coverage.roles();
    let totals = roles
        .values()
        .fold([0, 0], |sum, role| [sum[0] + role[0], sum[1] + role[1]]);
    println!(
        "{}: mutations {:?}; {} roles; of {} constraints and copies {} are needed one by one",
        circuit.name,
        coverage.told,
        roles.len(),
        totals[0],
        totals[1],
    );
    for (role, [all, needed]) in &roles {
        if *needed == 0 || extent == Extent::All && needed < all {
            println!("  {needed} of {all}: {role}");
        }
    }
    assert_noticed(&coverage);
    let mut sizes = SIZES.into_iter();
    let size = sizes.find(|(name, _)| *name == circuit.name);
    assert_eq!(size, Some((circuit.name, [roles.len(), totals[0]])));
    let unneeded = roles.iter().filter(|(_, [_, needed])| *needed == 0);
    let unneeded: BTreeSet<&str> = unneeded.map(|(role, _)| role.as_str()).collect();
    let listed = UNNEEDED.iter();
    let listed: BTreeSet<&str> = listed
        .filter(|listed| circuit.name.starts_with(listed.circuits))
        .flat_map(|listed| {
            assert!(!listed.reason.is_empty());
            listed.roles.iter().copied()
        })
        .collect();
    assert_eq!(unneeded, listed, "{}", circuit.name);
}

#[test]
fn sampled_mutations_are_noticed() {
    let mut needed = vec![0; FOLLOWED.len()];
    for circuit in fixtures::all() {
        let coverage = Coverage::told(&circuit, Extent::Roles, STRIDE);
        println!("{}: mutations {:?}", circuit.name, coverage.told);
        assert_noticed(&coverage);
        for ((_, mutation), verdict) in coverage.mutations.iter().zip(&coverage.verdicts) {
            let cells = mutation.cells.iter();
            for (cell_ref, value) in cells.filter(|_| verdict.fixed.is_empty()) {
                for (count, allowance) in needed.iter_mut().zip(FOLLOWED) {
                    *count += usize::from((allowance.fits)(&coverage.honest, *cell_ref, *value));
                }
            }
        }
    }
    for (count, allowance) in needed.into_iter().zip(FOLLOWED) {
        assert!(
            count > 0,
            "nothing needs the allowance '{}': {}",
            allowance.name,
            allowance.reason
        );
    }
}

#[test]
fn each_role_is_needed_but_for_those_listed() {
    for circuit in fixtures::all() {
        assert_needed(&circuit, Extent::Roles);
    }
}

/// By hand, with `--ignored --nocapture`.
mod what_needs_each_constraint_and_copy {
    use super::*;

    #[test]
    #[ignore = "hours: deletion, one by one"]
    fn of_usage_weighted() {
        assert_needed(&fixtures::weighted(), Extent::All);
    }

    #[test]
    #[ignore = "hours: deletion, one by one"]
    fn of_usage_with_many_lanes() {
        assert_needed(&fixtures::tall(), Extent::All);
    }

    #[test]
    #[ignore = "hours: deletion, one by one"]
    fn of_usage_of_degree_five() {
        assert_needed(&fixtures::squared(), Extent::All);
    }

    #[test]
    #[ignore = "hours: deletion, one by one"]
    fn of_usage_uniform() {
        assert_needed(&fixtures::uniform(), Extent::All);
    }

    #[test]
    #[ignore = "many minutes: deletion, one by one"]
    fn of_a_disclosure_by_shares() {
        assert_needed(&fixtures::shares(), Extent::All);
    }

    #[test]
    #[ignore = "many minutes: deletion, one by one"]
    fn of_a_disclosure_by_meter() {
        assert_needed(&fixtures::metered(), Extent::All);
    }
}
